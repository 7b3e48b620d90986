"""The doctor: what is there, what is missing, and the command for it, on systems that we are not on."""

import ctypes
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app import doctor
from app.doctor import Finding, System

ROOT = Path(__file__).resolve().parent.parent
DEBIAN = System("linux", ("debian",), root=False)
DEBIAN_COMMAND = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class FakeLibrary:
    """Stands for an open library; its functions say their versions."""

    def __init__(self, pango="1.50.12"):
        self.pango_version_string = lambda: pango.encode()
        self.hb_version_string = lambda: b"6.0.0"


def opener(*names, pango="1.50.12"):
    """A loader that knows only these names."""

    def open_library(name):
        if name not in names:
            raise OSError(name)
        return FakeLibrary(pango)

    return open_library


def finder(**found):
    return lambda name: found.get(name.replace("-", "_").replace(".", "_"))


def states(findings):
    return {finding.part: finding.state for finding in findings}


def linux(name, like="", root=False):
    """A Linux whose /etc/os-release says this."""
    return System("linux", doctor.families({"ID": name, "ID_LIKE": like}), root)


LINUX_FILES = [files[0] for files in doctor.LIBRARIES.values()]


@pytest.mark.parametrize(
    ("system", "start"),
    [
        (linux("debian", root=True), DEBIAN_COMMAND),
        (linux("ubuntu", "debian"), f"sudo {DEBIAN_COMMAND}"),
        (linux("pop", "ubuntu debian"), "sudo apt-get "),
        (linux("fedora"), "sudo dnf install -y pango"),
        (linux("rocky", "rhel centos fedora"), "sudo dnf "),
        (linux("manjaro", "arch"), "sudo pacman -S "),
        (linux("opensuse-leap", "suse opensuse"), "sudo zypper "),
        (linux("alpine", root=True), "apk add so:libgobject-2.0.so.0 "),
        (System("darwin"), "brew install pango"),
        (System("win32", msys2=True), r"C:\msys64\usr\bin\pacman -S "),
        (System("win32"), 'cmd /c "winget install -e --id MSYS2.MSYS2 && '),
    ],
)
def test_command_fits_the_system(system, start):
    assert doctor.library_command(system).startswith(start)


def test_no_command_for_an_unknown_system():
    assert doctor.library_command(linux("nixos")) is None
    assert doctor.library_command(System("freebsd14")) is None


def test_this_system_reads_os_release(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        doctor.platform, "freedesktop_os_release", lambda: {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}
    )
    assert doctor.this_system().families == ("linuxmint", "ubuntu", "debian")


def test_this_system_without_os_release(monkeypatch):
    def none():
        raise OSError

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(doctor.platform, "freedesktop_os_release", none)
    assert doctor.this_system().families == ()


def test_all_libraries_there():
    findings = doctor.examine_libraries(DEBIAN, opener(*LINUX_FILES), finder())
    assert {finding.state for finding in findings} == {"ok"}
    assert {finding.command for finding in findings} == {None}
    assert {f.part: f.version for f in findings if f.version} == {"pango-1.0": "1.50.12", "harfbuzz": "6.0.0"}


def test_a_missing_library_has_the_command_and_the_others_have_none():
    there = [file for file in LINUX_FILES if "subset" not in file]
    findings = doctor.examine_libraries(DEBIAN, opener(*there), finder())
    assert [finding for finding in findings if finding.state != "ok"] == [
        Finding("harfbuzz-subset", "missing", None, "pdf", f"sudo {DEBIAN_COMMAND}")
    ]


def test_a_library_under_another_name_is_found():
    others = [file for file in LINUX_FILES if "fontconfig" not in file]
    found = doctor.examine_libraries(
        DEBIAN, opener(*others, "libfontconfig.so.2"), finder(fontconfig="libfontconfig.so.2")
    )
    assert {finding.state for finding in found} == {"ok"}


def test_a_library_that_does_not_open_is_broken():
    others = [file for file in LINUX_FILES if "fontconfig" not in file]
    found = doctor.examine_libraries(DEBIAN, opener(*others), finder(fontconfig="libfontconfig.so.1"))
    assert states(found)["fontconfig"] == "broken"


def test_an_old_pango_is_broken():
    found = doctor.examine_libraries(DEBIAN, opener(*LINUX_FILES, pango="1.42.4"), finder())
    assert found[1] == Finding("pango-1.0", "broken", "1.42.4", "pdf", f"sudo {DEBIAN_COMMAND}")


def test_libraries_in_msys2_are_found(tmp_path):
    files = [tmp_path / windows for _, _, windows in doctor.LIBRARIES.values()]
    for file in files:
        file.touch()
    system = System("win32", msys2=True, folders=(tmp_path / "nowhere", tmp_path))
    found = doctor.examine_libraries(system, opener(*map(str, files)), finder())
    assert {finding.state for finding in found} == {"ok"}


def test_libraries_that_macos_does_not_look_for_need_a_path(tmp_path):
    for _, macos, _ in doctor.LIBRARIES.values():
        (tmp_path / macos).touch()
    found = doctor.examine_libraries(System("darwin", folders=(tmp_path,)), opener(), finder())
    assert {finding.state for finding in found} == {"broken"}
    assert {finding.command.split("=")[0] for finding in found} == {"export DYLD_FALLBACK_LIBRARY_PATH"}


def test_packages(monkeypatch):
    requires = ["numpy>=2.4", "rich<16,>=15", "altair>=6; extra == 'report'", "ruff>=0.17; extra == 'test'"]
    installed = {"numpy": "2.4.6", "rich": "14.3"}

    def version(name):
        if name not in installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(importlib.metadata, "requires", lambda _: requires)
    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(sys, "executable", "python3")
    command = 'python3 -m pip install "rich<16,>=15" "altair>=6"'
    assert doctor.examine_packages() == [
        Finding("numpy", "ok", "2.4.6", "core", None),
        Finding("rich", "broken", "14.3", "core", command),
        Finding("altair", "missing", None, "report", command),
    ]


def test_toolkit_not_installed(monkeypatch):
    def none(_):
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "requires", none)
    (finding,) = doctor.examine_packages()
    assert (finding.part, finding.state) == ("crm-roi", "missing")
    assert finding.command.endswith('[report]"')


def test_old_python():
    assert doctor.examine_python((3, 10, 4)) == Finding("python", "broken", "3.10.4", "core", None)
    assert doctor.examine_python((3, 11, 0)).state == "ok"


def test_fonts_cut_short_or_gone(tmp_path):
    fonts = tmp_path / "templates" / "fonts"
    fonts.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    whole = (ROOT / "templates" / "fonts" / doctor.FONTS[0]).read_bytes()
    (fonts / doctor.FONTS[0]).write_bytes(whole[:100_000])
    found = doctor.examine_files(tmp_path)
    assert states(found) == {"templates": "ok", doctor.FONTS[0]: "broken", doctor.FONTS[1]: "missing"}
    assert found[1].command == f'git -C "{tmp_path}" checkout -- templates'
    (fonts / doctor.FONTS[1]).write_text("version https://git-lfs.github.com/spec/v1\n")
    assert states(doctor.examine_files(tmp_path))[doctor.FONTS[1]] == "broken"


def test_no_templates(tmp_path):
    found = doctor.examine_files(tmp_path)
    assert {(finding.state, finding.command) for finding in found} == {("missing", None)}


def test_bundled_fonts_are_whole():
    assert {finding.state for finding in doctor.examine_files(ROOT)} == {"ok"}


def test_every_part_is_named_once():
    parts = [finding.part for finding in doctor.examine()]
    assert len(parts) == len(set(parts))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["report"]]
    names = {doctor.parse_requirement(requirement)[0] for requirement in wanted}
    assert {name.replace(".", "-") for name in names} <= set(parts)  # metadata says ruamel-yaml


def test_debian_command_and_set_up_agree():
    rows = (ROOT / ".ci" / "debian-packages").read_text("utf-8").splitlines()
    names = [row.split()[1] for row in rows if row.startswith("report ")]
    assert DEBIAN_COMMAND.split()[3:] == names
    assert doctor.LINUX_COMMANDS["debian"] == doctor.LINUX_COMMANDS["ubuntu"] == DEBIAN_COMMAND


def test_names_are_among_those_that_weasyprint_tries():
    source = importlib.metadata.distribution("weasyprint").locate_file("weasyprint/text/ffi.py")
    tried = Path(source).read_text("utf-8")
    for files in doctor.LIBRARIES.values():
        for file in files:
            assert f"'{file}'" in tried


def test_nothing_heavy_is_imported():
    code = "import sys, app.doctor as d; d.examine(); print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT)
    assert not {"numpy", "pandas", "weasyprint", "altair", "pydantic", "cffi"} & set(loaded.split())


def test_the_real_loader_is_asked():
    assert isinstance(doctor.try_to_open(ctypes.util.find_library("c"), ctypes.CDLL), ctypes.CDLL)
    assert doctor.try_to_open("libno-such-library.so.0", ctypes.CDLL) is None
