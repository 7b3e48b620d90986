"""What is installed, what is missing, and the one command that installs it.

In:  this Python, its packages' metadata, the system's libraries, the files shipped beside this package.
Out: a list of `Finding`. No wording: `part` names a thing, `needed_for` is a key of the message catalogues.

Nothing heavy is imported: packages are looked up by their metadata, libraries are opened by name.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.metadata
import os
import platform
import re
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

State = Literal["ok", "missing", "broken"]
Opener = Callable[[str], ctypes.CDLL]
Finder = Callable[[str], str | None]

PACKAGE = "crm-roi"
EXTRAS = ("report",)  # the optional parts that are examined beside the core
ROOT = Path(__file__).resolve().parent.parent
FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-SemiBold.ttf")

OLDEST_PYTHON = (3, 11)
OLDEST_PANGO = (1, 44)  # WeasyPrint's own minimum

# What WeasyPrint 70 loads: the bare name, and the file on Linux, macOS and Windows. It warns without
# HarfBuzz's subset library and says that it will need it.
LIBRARIES = {
    "gobject-2.0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
    "pango-1.0": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "pangoft2-1.0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    "harfbuzz-subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
    ),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
}
VERSION_FUNCTIONS = {"pango-1.0": "pango_version_string", "harfbuzz": "hb_version_string"}

# How to install them, as WeasyPrint's installation page says; openSUSE is not on it.
LINUX_COMMANDS = {
    "debian": "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "ubuntu": "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "dnf install -y pango",
    "rhel": "dnf install -y pango",
    "arch": "pacman -S --noconfirm pango",
    "suse": "zypper --non-interactive install libpango-1_0-0 libharfbuzz-subset0",
    "opensuse": "zypper --non-interactive install libpango-1_0-0 libharfbuzz-subset0",
    "alpine": "apk add so:libgobject-2.0.so.0 so:libpango-1.0.so.0 so:libpangoft2-1.0.so.0"
    " so:libharfbuzz.so.0 so:libharfbuzz-subset.so.0 so:libfontconfig.so.1",
}
MACOS_COMMAND = "brew install pango"
WINDOWS_COMMAND = r"C:\msys64\usr\bin\pacman -S --noconfirm mingw-w64-ucrt-x86_64-pango"
WINDOWS_COMMAND_WITHOUT_MSYS2 = f'cmd /c "winget install -e --id MSYS2.MSYS2 && {WINDOWS_COMMAND}"'

# Folders that hold the libraries though the loader does not look there. WeasyPrint adds those of Windows by
# itself; the one of macOS (Homebrew on Apple silicon) has to be told to a Python that is not Homebrew's.
MACOS_FOLDERS = "/opt/homebrew/lib"
WINDOWS_FOLDERS = r"C:\msys64\ucrt64\bin;C:\msys64\mingw64\bin;C:\Program Files\GTK3-Runtime Win64\bin"


@dataclass(frozen=True)
class Finding:
    """One part and how it is.

    Attributes:
        part: `python`, a package, a library, a file or a folder.
        state: `broken` is there but of no use: too old, cut short, or not to be opened.
        version: as the part itself says it, if it does.
        needed_for: `core` (everything), `report` (charts and pages) or `pdf`.
        command: mends it and all else of its kind that is not ok; None when all is well, or when no command
            is known for this system.
    """

    part: str
    state: State
    version: str | None
    needed_for: str
    command: str | None


@dataclass(frozen=True)
class System:
    """The system, as far as finding and installing libraries depends on it.

    Attributes:
        platform: as `sys.platform` says it.
        families: the Linux distribution and its ancestors, nearest first.
        root: whether a command can do without sudo.
        msys2: whether Windows has MSYS2, which brings Pango.
        folders: where libraries may be that the loader does not find.
    """

    platform: str
    families: tuple[str, ...] = ()
    root: bool = False
    msys2: bool = False
    folders: tuple[Path, ...] = ()


def examine(
    system: System | None = None,
    open_library: Opener = ctypes.CDLL,
    find_library: Finder = ctypes.util.find_library,
) -> list[Finding]:
    """Every part that the core and the reports need, in the order in which to mend them.

    Args:
        system: the system to look at and to give commands for; None is this one.
        open_library: loads a library by file name or path, or raises OSError.
        find_library: a library's file name or path by its bare name, None if there is none.
    """
    return [
        examine_python(sys.version_info[:3]),
        *examine_packages(),
        *examine_libraries(system or this_system(), open_library, find_library),
        *examine_files(ROOT),
    ]


def this_system() -> System:
    """The system that this process runs on."""
    if sys.platform == "win32":
        folders = os.environ.get("WEASYPRINT_DLL_DIRECTORIES", WINDOWS_FOLDERS).split(";")
        return System("win32", msys2=Path("C:/msys64").exists(), folders=tuple(map(Path, folders)))
    if sys.platform == "darwin":
        return System("darwin", folders=(Path(MACOS_FOLDERS),))
    try:
        os_release = platform.freedesktop_os_release()
    except OSError:
        os_release = {}
    return System(sys.platform, families(os_release), root=os.geteuid() == 0)


def families(os_release: Mapping[str, str]) -> tuple[str, ...]:
    """A distribution and its ancestors, nearest first, from the fields of /etc/os-release.

    >>> families({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"})
    ('linuxmint', 'ubuntu', 'debian')
    """
    return (*os_release.get("ID", "").split(), *os_release.get("ID_LIKE", "").split())


def library_command(system: System) -> str | None:
    """The command that installs WeasyPrint's libraries; None for a system that we do not know."""
    if system.platform == "darwin":
        return MACOS_COMMAND
    if system.platform == "win32":
        return WINDOWS_COMMAND if system.msys2 else WINDOWS_COMMAND_WITHOUT_MSYS2
    command = next((LINUX_COMMANDS[name] for name in system.families if name in LINUX_COMMANDS), None)
    return command if system.root or command is None else f"sudo {command}"


def examine_python(version: tuple[int, ...]) -> Finding:
    """Whether a Python of this version is new enough."""
    return Finding(
        "python", "ok" if version >= OLDEST_PYTHON else "broken", ".".join(map(str, version)), "core", None
    )


def examine_packages() -> list[Finding]:
    """The Python packages that the toolkit's own metadata asks for."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    pip = f"{python} -m pip install"
    try:
        requirements = importlib.metadata.requires(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return [Finding(PACKAGE, "missing", None, "core", f'{pip} -e "{ROOT}[{",".join(EXTRAS)}]"')]
    findings, to_install = [], []
    for requirement in requirements:
        name, oldest, extra = parse_requirement(requirement)
        if extra is None or extra in EXTRAS:
            finding = examine_package(name, oldest, extra or "core")
            findings.append(finding)
            if finding.state != "ok":
                to_install.append(f'"{requirement.split(";")[0].strip()}"')
    return [with_command(finding, " ".join([pip, *to_install])) for finding in findings]


def parse_requirement(requirement: str) -> tuple[str, str, str | None]:
    """Name, lowest version and extra of a requirement, as a package's metadata writes it.

    >>> parse_requirement("altair>=6; extra == 'report'")
    ('altair', '6', 'report')
    >>> parse_requirement("babel<3,>=2.18")
    ('babel', '2.18', None)
    """
    specifier, _, marker = requirement.partition(";")
    name = re.split(r"[^\w.-]", specifier.strip(), maxsplit=1)[0]
    oldest = re.search(r">=\s*([\w.]+)", specifier)
    extra = re.search(r"extra\s*==\s*['\"]([\w-]+)", marker)
    return name, oldest[1] if oldest else "0", extra[1] if extra else None


def examine_package(name: str, oldest: str, needed_for: str) -> Finding:
    """Whether a Python package is installed, and new enough."""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", None, needed_for, None)
    state: State = "ok" if release(version) >= release(oldest) else "broken"
    return Finding(name, state, version, needed_for, None)


def release(version: str) -> tuple[int, ...]:
    """The numbers that a version starts with, less trailing zeros.

    >>> release("1.9.0.post1"), release("70"), release("2.0rc1")
    ((1, 9), (70,), (2,))
    """
    start = re.match(r"\d+(\.\d+)*", version)
    numbers = re.sub(r"(\.0+)+$", "", start[0]) if start else "0"
    return tuple(map(int, numbers.split(".")))


def examine_libraries(system: System, open_library: Opener, find_library: Finder) -> list[Finding]:
    """The native libraries that WeasyPrint loads."""
    findings = [examine_library(name, system, open_library, find_library) for name in LIBRARIES]
    command = library_command(system)
    if system.platform == "darwin" and all(finding.state != "missing" for finding in findings):
        command = f"export DYLD_FALLBACK_LIBRARY_PATH={MACOS_FOLDERS}:$DYLD_FALLBACK_LIBRARY_PATH"
    return [with_command(finding, command) for finding in findings]


def examine_library(name: str, system: System, open_library: Opener, find_library: Finder) -> Finding:
    """One native library: ok when WeasyPrint could open it, broken when it is there but cannot be opened."""
    linux, macos, windows = LIBRARIES[name]
    file = {"darwin": macos, "win32": windows}.get(system.platform, linux)
    library, located = try_to_open(file, open_library), None
    if library is None:
        aside = next((str(folder / file) for folder in system.folders if (folder / file).exists()), None)
        located = find_library(name) or aside
        # A library that lies aside on macOS is one that WeasyPrint does not find.
        if located is not None and not (system.platform == "darwin" and located == aside):
            library = try_to_open(located, open_library)
    if library is None:
        return Finding(name, "missing" if located is None else "broken", None, "pdf", None)
    version = library_version(library, name)
    too_old = name == "pango-1.0" and version is not None and release(version) < OLDEST_PANGO
    return Finding(name, "broken" if too_old else "ok", version, "pdf", None)


def try_to_open(file: str, open_library: Opener) -> ctypes.CDLL | None:
    """The library, None where the system's loader refuses."""
    try:
        return open_library(file)
    except OSError:
        return None


def library_version(library: ctypes.CDLL, name: str) -> str | None:
    """What an open library says of its version, None for one that has no text to say it with."""
    if name not in VERSION_FUNCTIONS:
        return None
    function = getattr(library, VERSION_FUNCTIONS[name])
    function.restype = ctypes.c_char_p
    return str(function().decode("ascii"))


def examine_files(root: Path) -> list[Finding]:
    """The templates folder and the fonts in it, under the folder that the toolkit lies in."""
    templates = root / "templates"
    state: State = "ok" if templates.is_dir() and any(templates.iterdir()) else "missing"
    findings = [
        Finding("templates", state, None, "core", None),
        *(examine_font(templates / "fonts" / name) for name in FONTS),
    ]
    command = f'git -C "{root}" checkout -- templates' if (root / ".git").exists() else None
    return [with_command(finding, command) for finding in findings]


def examine_font(path: Path) -> Finding:
    """One bundled font: broken when it is no TrueType file or ends before its last table does.

    The layout is that of OpenType's table directory: 12 bytes, then 16 for each table.
    """
    missing = Finding(path.name, "missing", None, "pdf", None)
    if not path.is_file():
        return missing
    data = path.read_bytes()
    try:
        kind, count = struct.unpack_from(">IH", data)
        rows = struct.iter_unpack(">4sIII", data[12 : 12 + 16 * count])
        tables = {tag: (offset, length) for tag, _, offset, length in rows}
        (revision,) = struct.unpack_from(">i", data, tables[b"head"][0] + 4)
    except (struct.error, KeyError):
        return replace(missing, state="broken")
    whole = kind == 0x00010000 and all(offset + length <= len(data) for offset, length in tables.values())
    return replace(missing, state="ok" if whole else "broken", version=f"{revision / 65536:.3f}")


def with_command(finding: Finding, command: str | None) -> Finding:
    """The finding with the command that mends it, if it needs mending."""
    return finding if finding.state == "ok" else replace(finding, command=command)
