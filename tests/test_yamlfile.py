"""The layer that turns a user's YAML file into plain data with places."""

import copy
import hashlib
import io
import json
import os
import pickle
import re
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assessment import yamlfile
from assessment.remarks import InputError, Remark, dotted, shown
from assessment.yamlfile import Scalar, parse, parse_number, parse_value, read
from assessment.yamlwriter import update, write_atomically

SECONDS = 5  # generous; each takes well under one


def faults(text: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InputError) as caught:
        parse(text, "case.yaml")
    assert caught.value.faults
    assert {fault.file for fault in caught.value.faults} == {"case.yaml"}
    return [(fault.code, fault.line, fault.field) for fault in caught.value.faults]


def codes(text: str) -> list[str]:
    return [code for code, _, _ in faults(text)]


def first(text: str) -> Remark:
    with pytest.raises(InputError) as caught:
        parse(text, "case.yaml")
    return caught.value.faults[0]


def file_fault(path: str | Path) -> Remark:
    with pytest.raises(InputError) as caught:
        read(path)
    (fault,) = caught.value.faults
    assert fault.file == os.fspath(path)
    return fault


# --- data and places ----------------------------------------------------------------------------------------


def test_data_are_plain_and_every_key_and_item_has_its_line():
    text = "a: 1\nb:\n  - x\n  - c: [1,\n      2.5]\n    d: 'q'\n  -\ne:\n"
    document = parse(text, "case.yaml")
    assert document.data == {"a": 1, "b": ["x", {"c": [1, 2.5], "d": "q"}, None], "e": None}
    assert document.lines == {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
        ("b", 1, "c", 0): 4,
        ("b", 1, "c", 1): 5,
        ("b", 1, "d"): 6,
        ("b", 2): 7,
        ("e",): 8,
    }
    assert document.line(("b", 1, "d")) == 6
    assert document.line(("b", 1, "missing", 3)) == 4
    assert document.line(("missing",)) == 1
    assert document.notices == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("tRUE", "tRUE"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
        ("30万", "30万"),
        ("１２", "１２"),
        ("'12'", "12"),
        ('"a\\n\\u4e2d"', "a\n中"),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_core_schema(text, value):
    found = parse_value(text)
    assert found == value
    assert type(found) in (type(value), Scalar)
    assert parse(f"x: {text}", "case.yaml").data == {"x": value}


def test_an_unquoted_text_knows_its_line_and_a_quoted_one_is_plain():
    data = parse("a: 1\nb: 30万\nc: '30万'\nd: |\n  30万\n", "case.yaml").data
    assert isinstance(data["b"], Scalar)
    assert data["b"].line == 2
    assert type(data["c"]) is type(data["d"]) is str
    assert all(type(key) is str for key in data)
    for again in (copy.deepcopy(data["b"]), pickle.loads(pickle.dumps(data["b"]))):
        assert (again, again.line, type(again)) == ("30万", 2, Scalar)


def test_sha256_is_of_the_bytes_on_disk(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert read(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_line_ends_of_any_system_are_fine_and_a_byte_order_mark_is_noticed():
    assert parse("a: 1\r\nb: 2\r\n", "x").notices == ()
    assert parse("a: 1\r\nb: 2\r\n", "x").lines[("b",)] == 2
    assert parse("a: 1\rb: 2\r", "x").lines[("b",)] == 2
    document = parse("\ufeffa: 1\n", "x")
    assert document.data == {"a": 1}
    assert [(notice.code, notice.line) for notice in document.notices] == [("byte_order_mark", 1)]


def test_comments_and_texts_of_several_lines():
    text = "# c\na: 1 # c\nb: one\n  two\nc: |\n  x: 1\n  # no comment\nd: >-\n  folded\n  text\n"
    assert parse(text, "x").data == {"a": 1, "b": "one two", "c": "x: 1\n# no comment\n", "d": "folded text"}
    assert parse("---\na: 1\n...\n", "x").data == {"a": 1}


# --- files --------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path):
    assert file_fault(tmp_path / "none.yaml").code == "missing_file"
    assert file_fault(str(tmp_path / "none.yaml")).code == "missing_file"
    assert file_fault("a\0b").code == "missing_file"
    (tmp_path / "file").write_text("a: 1")
    assert file_fault(tmp_path / "file" / "case.yaml").code == "missing_file"


def test_a_folder_and_a_pipe(tmp_path):
    assert file_fault(tmp_path).code == "is_a_folder"
    os.mkfifo(tmp_path / "pipe")
    assert file_fault(tmp_path / "pipe").code == "not_a_regular_file"


def test_a_file_of_50_mb_is_refused_at_once(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    start = time.perf_counter()
    fault = file_fault(path)
    assert time.perf_counter() - start < SECONDS
    assert (fault.code, fault.details) == ("file_too_large", {"found": "50000000", "allowed": "1000000"})
    assert codes("a: " + "x" * 1_000_001) == ["file_too_large"]


def test_a_file_just_small_enough(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text("a: " + "x" * 999_997)
    assert len(read(path).data["a"]) == 999_997


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# comments", "---\n", "   "])
def test_an_empty_file(text, tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(text)
    assert file_fault(path).code == "empty_file"


def test_gbk_is_recognised(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_bytes("a: 1\ntitle: 远帆机械\n".encode("gbk"))
    fault = file_fault(path)
    assert (fault.code, fault.line, fault.details["found"]) == ("looks_like_gbk", 2, "title: 远帆机械")


def test_other_encodings(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"a: 1\nb: 2\nc: caf\xe9\n")
    fault = file_fault(path)
    assert (fault.code, fault.line, fault.details["found"]) == ("not_utf8", 3, "0xE9")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        path.write_bytes("users: 20\ntitle: 远帆\n".encode(encoding))
        assert file_fault(path).code == "utf16"


# --- refused in the text ------------------------------------------------------------------------------------


def test_tabs_are_all_reported_with_their_places():
    found = first("a: 1\n\tb: 2\nc:\t3 # x\n")
    assert (found.code, found.line, found.details) == ("tab", 2, {"column": "1", "found": "U+0009"})
    assert faults("a: 1\nc:\t3 # \t\n") == [("tab", 2, ""), ("tab", 2, "")]
    assert codes("a: '\t'\n# \t\n") == ["tab", "tab"]
    assert parse('a: "\\t"', "x").data == {"a": "\t"}


def test_many_tabs_are_counted():
    with pytest.raises(InputError) as caught:
        parse("a:\n" + "\tb: 1\n" * 30, "x")
    assert [fault.code for fault in caught.value.faults].count("tab") == 20
    (more,) = (fault for fault in caught.value.faults if fault.code == "more_places")
    assert (more.line, more.details) == (22, {"what": "tab", "count": "10"})


def test_faults_beside_a_tab_are_gathered_but_not_those_that_it_may_have_caused():
    assert faults("a: 1\na:\t2\nb: &x 3\n") == [("tab", 2, ""), ("duplicate_key", 2, "a"), ("anchor", 3, "")]
    assert codes("a:\n\tb: 1\n    c: 2\n") == ["tab"]


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ud800", "\ufffe"])
def test_control_characters(character):
    fault = first(f"a: 1\nb: x{character}y\n")
    assert (fault.code, fault.line) == ("control_character", 2)
    assert fault.details == {"column": "5", "found": f"U+{ord(character):04X}"}


def test_control_characters_written_as_escapes():
    assert faults('a: 1\nb: ["x", "\\0"]\n') == [("control_character", 2, "b[1]")]
    assert codes('a: "\\ud800"') == ["control_character"]
    assert codes('"\\0": 1') == ["control_character"]


def test_anchors_aliases_merge_keys_and_tags_one_fault_each():
    text = "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\ne: !!str 5\nf: !foo {g: 1}\nh: !!python/object/apply:os [x]\n"
    assert faults(text) == [
        ("anchor", 1, ""),
        ("alias", 2, ""),
        ("merge_key", 4, "d.<<"),
        ("alias", 4, ""),
        ("tag", 5, ""),
        ("tag", 6, ""),
        ("tag", 7, ""),
    ]
    assert first("a: &name 1").details == {"found": "&name"}
    assert first("a: !!python/name:os.system x").details == {"found": "!!python/name:os.system"}
    assert parse("'<<': 1\n\"&x\": '*x !y'", "x").data == {"<<": 1, "&x": "*x !y"}


def test_the_alias_bomb():
    bomb = "a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    )
    start = time.perf_counter()
    assert set(codes(bomb)) == {"anchor", "alias"}
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 5000 + "]" * 5000,
        "[" * 5000,
        "a: " + "{b: " * 5000,
        "- " * 5000,
        "? " * 5000,
        "a: " + "[\n" * 5000,
        "".join(" " * n + "a:\n" for n in range(1000)),
    ],
)
def test_nesting_is_limited(text):
    start = time.perf_counter()
    (fault,) = faults(text)
    assert fault[0] == "too_deep"
    assert time.perf_counter() - start < SECONDS


def test_64_levels_are_fine():
    assert parse("a: " + "[" * 63 + "]" * 63, "x").data
    assert faults("a: " + "[" * 64 + "]" * 64) == [("too_deep", 1, "a")]


@pytest.mark.parametrize(
    "text", ["!" * 900_000, "a: " + "&" * 900_000, "%" * 900_000, "[" * 900_000, "\t" * 900_000]
)
def test_no_text_takes_long(text):
    start = time.perf_counter()
    codes(text)
    assert time.perf_counter() - start < 2 * SECONDS


def test_several_documents_and_directives():
    assert faults("a: 1\n---\nb: 2\n") == [("several_documents", 2, "")]
    assert faults("%YAML 1.1\n---\na: yes\n") == [("directive", 1, "")]


def test_duplicated_keys_one_fault_each():
    text = "a: 1\nb:\n  c: 1\n  'c': 2\na: 3\na: 4\n"
    assert faults(text) == [("duplicate_key", 4, "b.c"), ("duplicate_key", 5, "a"), ("duplicate_key", 6, "a")]
    assert first("x: 1\nx: 2").details == {"found": "x", "first_line": "1"}


def test_keys_are_texts():
    text = "1: a\ntrue: b\n~: c\n2.5: d\n[x]: e\n? {f: 1}\n: g\n: h\n"
    assert [(code, line) for code, line, _ in faults(text)] == [
        ("key_not_text", line) for line in (1, 2, 3, 4, 5, 6, 8)
    ]
    assert parse("'1': a\nyes: b\n2026-01-01: c", "x").data == {"1": "a", "yes": "b", "2026-01-01": "c"}


def test_numbers_are_finite():
    text = f"a: .nan\nb: [-.inf, .INF]\nc: 1e999\nd: {'9' * 400}\ne: 0x{'f' * 400}\n"
    assert faults(text) == [
        ("not_finite", 1, "a"),
        ("not_finite", 2, "b[0]"),
        ("not_finite", 2, "b[1]"),
        ("number_too_large", 3, "c"),
        ("number_too_large", 4, "d"),
        ("number_too_large", 5, "e"),
    ]
    assert parse("a: '.nan'\nb: '1e999'\nc: nan", "x").data == {"a": ".nan", "b": "1e999", "c": "nan"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("- a\n- b", "list"), ("hello", "scalar"), ("12", "scalar"), ("'x'", "scalar"), ("[]", "list")],
)
def test_the_top_is_a_mapping(text, kind):
    fault = first("# x\n" + text)
    assert (fault.code, fault.line, fault.details["kind"]) == ("not_a_mapping", 2, kind)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "unclosed_bracket", 2),
        ("a: 1\nb: {x: 1\nc: 3\n", "unclosed_bracket", 2),
        ('a: 1\nb: "x\nc: 3\n', "unclosed_quote", 2),
        ("a: 1\nb: 'x\n---\n'\n", "unclosed_quote", 2),
        ("a: 1\nb 2\nc: 3\n", "missing_colon", 2),
        ("a: 1\n  b: 2\n", "unexpected_colon", 2),
        ("a: b: c\n", "unexpected_colon", 1),
        ("users:20\nsales: 3\n", "no_space_after_colon", 1),
        ("a: 1\nusers:20\nsales: 3\n", "no_space_after_colon", 2),
        ("a:\n  - 1\n b: 2\n", "bad_indentation", 3),
        ("a:\n  b: 1\n c: 2\n", "bad_indentation", 3),
        ("a: 1\nb: - 2\n", "unexpected_dash", 2),
        ("a: 1\nb: @x\n", "unexpected_character", 2),
        ("a: 1\nb: [,]\n", "unexpected_character", 2),
        ('a: 1\nb: "\\q"\n', "bad_escape", 2),
        ('a: 1\nb: "\\xZZ"\n', "bad_escape", 2),
        ('a: 1\nb: "\\UFFFFFFFF"\n', "bad_yaml", 2),
        ("a: 1\nb: |0\n  x\n", "bad_yaml", 2),
    ],
)
def test_syntax(text, code, line):
    fault = first(text)
    assert (fault.code, fault.line) == (code, line)
    assert fault.details == {"found": text.split("\n")[line - 1].strip()}


def test_faults_before_a_syntax_error_are_gathered():
    assert codes("a: 1\na: 2\nb: .nan\nc: [1\n") == ["duplicate_key", "not_finite", "unclosed_bracket"]


# --- what is shown ------------------------------------------------------------------------------------------


def test_texts_of_the_user_are_shortened_and_made_visible():
    assert shown("远帆 x") == "远帆 x"
    assert shown("a\x1b[31m\u202e\u3000\n") == "a\\x1b[31m\\u202e\\u3000\\n"
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 59 + "…"
    assert dotted(("a", 0, "b" * 100)) == "a[0]." + "b" * 59 + "…"


@given(st.text())
def test_what_is_shown_is_short_and_printable(text):
    assert len(shown(text)) <= 60
    assert shown(text).isprintable()


def test_an_input_error_survives_the_way_between_processes():
    with pytest.raises(InputError) as caught:
        parse("a：1\na: 2", "case.yaml")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.faults, again.notices) == (caught.value.faults, caught.value.notices)
    assert len(again.notices) == 1
    assert {hash(fault) for fault in again.faults}


# --- full-width punctuation ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("users：20\n", {"users": 20}),
        ("users： 20\nsales ：3\n", {"users": 20, "sales": 3}),
        ("users:\u300020\n", {"users": 20}),
        ("标题：x\n备注：y：z\n", {"标题": "x", "备注": "y：z"}),
        ("people：\n  sales：12\n  marketing：2 # 注：x\n", {"people": {"sales": 12, "marketing": 2}}),
        ("a: {sales：12，marketing：2}", {"a": {"sales": 12, "marketing": 2}}),
        ("{sales：12， marketing： 2}", {"sales": 12, "marketing": 2}),
        ("a: {zh-CN：远帆，en：Yuanfan}", {"a": {"zh-CN": "远帆", "en": "Yuanfan"}}),
        ("a: {b: 1，c: 2}", {"a": {"b": 1, "c": 2}}),
        ("a：[0.3，0.8，1.5]", {"a": [0.3, 0.8, 1.5]}),
        ("a: [sales， marketing]", {"a": ["sales", "marketing"]}),
        ("a: [１０，30万]", {"a": ["１０", "30万"]}),
        ('"a"：1\nb: {"c"：1，d："x，y"，e：2}', {"a": 1, "b": {"c": 1, "d": "x，y", "e": 2}}),
        ("a: [{b：1}，{b：2}]", {"a": [{"b": 1}, {"b": 2}]}),
        ("a:\n  - id：x\n    kind：y\n", {"a": [{"id": "x", "kind": "y"}]}),
        ("a：http://x\n", {"a": "http://x"}),
    ],
)
def test_full_width_structure_is_understood_with_a_notice(text, data):
    document = parse(text, "case.yaml")
    assert document.data == data
    for notice in document.notices:
        assert notice.code == "fullwidth_punctuation"
        assert notice.details["found"] == shown(text.split("\n")[(notice.line or 0) - 1].strip())
    lines = [
        n for n, line in enumerate(text.split("\n"), 1) if re.search("：|，|\u3000", line.partition("#")[0])
    ]
    assert [notice.line for notice in document.notices] == lines


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("note: 见附表A：说明，第二条\n", {"note": "见附表A：说明，第二条"}),
        ("note: 'a：1，b：2'\n", {"note": "a：1，b：2"}),
        ('note: "a：1，b：2"\n', {"note": "a：1，b：2"}),
        ("# users：20\na: 1 # b：2，c：3\n", {"a": 1}),
        ("note: |\n  users：20\n  a: {b：1}\n", {"note": "users：20\na: {b：1}\n"}),
        ("note: one\n  users：20\n", {"note": "one users：20"}),
        ("note: 'one\n  users：20'\n", {"note": "one users：20"}),
        ("note:\n  见附表A：说明\n", {"note": "见附表A：说明"}),
        ("notes:\n  - 说明：第二条\n  - B2B：x\n", {"notes": ["说明：第二条", "B2B：x"]}),
        ("a: {note: 见附表A：说明，第二条, b: 1}", {"a": {"note": "见附表A：说明，第二条", "b": 1}}),
        ("a: [高，低, 见：x]", {"a": ["高，低", "见：x"]}),
        ("a: {b: 1 # x，c：2\n}", {"a": {"b": 1}}),
        ("a: {b: 见，http://x}", {"a": {"b": "见，http://x"}}),
        ("a: ：x", {"a": "：x"}),
        ("title: 【重要】“评估”\n", {"title": "【重要】“评估”"}),
        ("cost: １，０００", {"cost": "１，０００"}),
    ],
)
def test_full_width_text_is_left_alone(text, data):
    document = parse(text, "case.yaml")
    assert document.data == data
    assert document.notices == ()


def test_a_value_of_the_command_line():
    assert parse_value("[1, 2, 3]") == [1, 2, 3]
    assert parse_value("[1，2]") == [1, 2]
    assert parse_value("{a：1}") == {"a": 1}
    assert parse_value("30万") == "30万"
    assert parse_value("见附表A：说明") == "见附表A：说明"
    assert parse_value("crm：说明") == "crm：说明"
    assert parse_value("''") == ""
    for text, code in [
        ("", "empty_value"),
        ("[1", "unclosed_bracket"),
        ("&x 1", "anchor"),
        (".nan", "not_finite"),
    ]:
        with pytest.raises(InputError) as caught:
            parse_value(text)
        assert caught.value.faults[0].code == code


# --- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30万", 300_000),
        ("３０万", 300_000),
        ("30 万元", 300_000),
        ("1.5亿", 150_000_000),
        ("2千", 2_000),
        ("3百万", 3_000_000),
        ("1万亿", 1e12),
        ("3%", 0.03),
        ("3.3%", 0.033),
        ("３％", 0.03),
        ("-3%", -0.03),
        ("1,000", 1000),
        ("12,345,678.90", 12_345_678.9),
        ("１，０００", 1000),
        ("１２", 12),
        ("１．５", 1.5),
        ("－２", -2),
        ("¥3,000", 3000),
        ("￥3,000元", 3000),
        ("\u300012\u3000", 12),
    ],
)
def test_unusual_numbers(text, value):
    number = parse_number(text)
    assert number is not None
    assert number[0] == value
    assert number[1] is (text.strip() != "12")


@pytest.mark.parametrize("text", ["12", " 12 ", "-1.5", "1e3", ".5", "1."])
def test_usual_numbers(text):
    assert parse_number(text) == (float(text), False)


@pytest.mark.parametrize(
    "text",
    ["", "x", "万", "%", "1,00", "1,0000", "0,123", "1,000,00", "1,5", "10²", "½", "①", "٣", "1e999",
     "9" * 400, "nan", "inf", "3%-5%", "1 2", "$5", "1e3万", "三十万", "1_000", "30万%", "--1",
     "2026-11-22", "12个", "１ｅ９９９"],
)  # fmt: skip
def test_no_numbers(text):
    assert parse_number(text) is None


@given(st.text())
def test_parse_number_never_fails(text):
    number = parse_number(text)
    assert number is None or abs(number[0]) < float("inf")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_as_python_writes_it_is_a_usual_number(value):
    assert parse_number(repr(value)) == (value, False)


# --- any input ----------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["a", "b: ", "c：", "：", "，", ":", "- ", "? ", "\n", "\n  ", "\r\n", " ", "\t", "[", "]", "{", "}",
     ",", "#", " #", "&x", "*x", "!t", "!!str ", "|", ">", "|+\n", "'", '"', "\\", "%", "%YAML 1.1\n", "---",
     "\n---\n", "...", "<<", "1", ".nan", "1e999", "~", "\ufeff", "\u3000", "\xa0", "\x85", "\u2028", "\0",
     "\ud800", "@", "`", "远帆", "😀", "\\x0", "\\UFFFFFFFF"]
)  # fmt: skip


def remarks_of(function, *arguments) -> tuple[Remark, ...]:
    """The remarks of the InputError, if there is one; anything else that is raised fails the test."""
    try:
        function(*arguments)
    except InputError as error:
        return error.faults + error.notices
    return ()


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_gives_data_or_an_input_error(text):
    lines = len(re.split("\r\n|\r|\n", text))
    for remark in remarks_of(parse, text, "case.yaml") + remarks_of(parse_value, text):
        assert all(len(value) <= 60 and value.isprintable() for value in remark.details.values())
        assert remark.field.isprintable()
        assert remark.line is None or 1 <= remark.line <= lines


@given(st.one_of(st.binary(), st.lists(PIECES).map(lambda p: "".join(p).encode("utf-8", "surrogatepass"))))
def test_any_bytes_give_data_or_an_input_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    remarks_of(read, path)


TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=12
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**12), 10**12), FLOATS, TEXTS
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_what_is_dumped_reads_back_the_same(data):
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False  # in flow style ruamel writes a key ":0" that it cannot read
    stream = io.StringIO()
    yaml.dump(data, stream)
    for text in (
        stream.getvalue(),
        json.dumps(data, ensure_ascii=False),
        json.dumps(data, ensure_ascii=False, indent=1),
    ):
        document = parse(text, "case.yaml")
        assert document.data == data
        assert document.notices == ()


# --- writing ------------------------------------------------------------------------------------------------

CASE = """\
# The case of Yuanfan
schema: 1   # do not change
settings:                           # also vat_rate
  {years: 3, discount_rate: 0.10,   # a comment
   seed: 1}

assumptions:
  users: 20      # from the order
  deal_value:
    range: [40000,  60000, 95000]
    note: "quoted"
  empty:         # nothing yet
options:
- id: saas
  costs:
    - {id: licence, amount: 1200}
    - {id: training, amount: [1, 2, 3]}   # hours
  note: |
    several
    lines

# the end
"""


def updated(tmp_path, changes, text=CASE):
    path = tmp_path / "case.yaml"
    path.write_bytes(text.encode())
    update(path, changes)
    return path.read_bytes().decode()


def test_update_changes_nothing_but_the_value(tmp_path):
    for changes, old, new in [
        ({("assumptions", "users"): 25}, "users: 20 ", "users: 25 "),
        ({("settings", "seed"): 7}, "seed: 1}", "seed: 7}"),
        ({("settings", "discount_rate"): 0.08}, "0.10,", "0.08,"),
        ({("assumptions", "deal_value", "range", 1): "6万"}, "60000", "6万"),
        ({("assumptions", "deal_value", "note"): 'a: "b" # c'}, '"quoted"', '"a: \\"b\\" # c"'),
        (
            {("assumptions", "empty"): [1, 2.5, None, True, "是"]},
            "empty: ",
            "empty: [1, 2.5, null, true, 是] ",
        ),
        ({("options", 0, "costs", 1, "amount"): 5}, "[1, 2, 3]", "5"),
        ({("options", 0, "note"): "yes"}, "|\n    several\n    lines", '"yes"'),
        ({("options", 0, "id"): "12"}, "id: saas", 'id: "12"'),
        ({("schema",): 2, ("settings", "years"): 5}, None, None),
    ]:
        text = updated(tmp_path, changes)
        if old is not None:
            assert text == CASE.replace(old, new)
        assert text.count("#") == CASE.count("#") + (
            changes.get(("assumptions", "deal_value", "note")) is not None
        )


def test_update_adds_what_is_missing(tmp_path):
    text = updated(
        tmp_path,
        {
            ("assumptions", "margin"): 0.25,
            ("assumptions", "empty", "value"): 1,
            ("settings", "draws"): 100,
            ("options", 0, "costs", 2): {"id": "new", "amount": 1},
            ("answers", "pains", "x"): "dont_know",
        },
    )
    assert "  empty: {value: 1}         # nothing yet\n  margin: 0.25\noptions:" in text
    assert "   seed: 1, draws: 100}\n" in text
    assert "   # hours\n    - {id: new, amount: 1}\n  note: |" in text
    assert "    lines\nanswers: {pains: {x: dont_know}}\n\n# the end\n" in text


def test_update_replaces_whole_blocks(tmp_path):
    text = updated(tmp_path, {("options",): [], ("assumptions", "deal_value"): {"value": 1}})
    assert "  deal_value:\n    {value: 1}\n  empty:" in text
    assert "options:\n []\n\n# the end\n" in text


def test_update_keeps_line_ends_and_the_byte_order_mark_and_mends_full_width_structure(tmp_path):
    text = "\ufeffusers：20 # 注：x\r\nnote: 见A：b\r\na: {b：1}\r\n"
    after = updated(tmp_path, {("users",): 21, ("c",): 1}, text)
    assert after == "\ufeffusers: 21 # 注：x\r\nnote: 见A：b\r\na: {b: 1}\r\nc: 1\r\n"


@pytest.mark.parametrize(
    "changes",
    [
        {("schema", "x"): 1},
        {("options", 3): 1},
        {("options", -1): 1},
        {("schema",): float("nan")},
        {("schema",): object()},
        {("schema",): "\0"},
        {("schema",): {1: 2}},
        {(): {}},
    ],
)
def test_an_update_that_cannot_be_made_leaves_the_file_alone(tmp_path, changes):
    path = tmp_path / "case.yaml"
    path.write_text(CASE)
    with pytest.raises(InputError) as caught:
        update(path, changes)
    assert caught.value.faults[0].code == "cannot_update"
    assert path.read_text() == CASE
    assert os.listdir(tmp_path) == ["case.yaml"]


def test_a_faulty_file_is_not_updated(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text("a: 1\na: 2\n")
    with pytest.raises(InputError, match="duplicate_key"):
        update(path, {("a",): 3})


@given(VALUES, VALUES)
def test_any_value_can_be_written_and_reads_back(tmp_path_factory, value, other):
    path = tmp_path_factory.getbasetemp() / "update.yaml"
    path.write_text(CASE)
    places = [("assumptions", "users"), ("options", 0, "costs", 0), ("options", 0, "note"), ("new", "place")]
    update(path, dict.fromkeys(places, value) | {("settings", "years"): other})
    data = read(path).data
    assert (
        data["assumptions"]["users"] == data["options"][0]["costs"][0] == data["options"][0]["note"] == value
    )
    assert data["new"]["place"] == value
    assert data["settings"]["years"] == other
    comments = [line.partition("#")[2] for line in CASE.split("\n") if "#" in line]
    assert all("#" + comment in path.read_text() for comment in comments)


def test_writing_replaces_and_keeps_permissions_and_links(tmp_path):
    path, link = tmp_path / "case.yaml", tmp_path / "link.yaml"
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~_umask()
    path.chmod(0o640)
    link.symlink_to(path)
    write_atomically(link, b"newer")
    assert link.is_symlink()
    assert path.read_bytes() == b"newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["case.yaml", "link.yaml"]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_content_and_nothing_else(tmp_path, monkeypatch, step, error):
    path = tmp_path / "case.yaml"
    path.write_text("a: 1\n")

    def fail(*_arguments):
        raise error

    monkeypatch.setattr(yamlfile.os, step, fail)
    with pytest.raises(type(error)):
        update(path, {("a",): 2})
    assert path.read_text() == "a: 1\n"
    assert os.listdir(tmp_path) == ["case.yaml"]


def test_writing_to_a_folder_or_into_none(tmp_path):
    for target in (tmp_path, tmp_path / "none" / "case.yaml"):
        with pytest.raises(OSError, match="director"):
            write_atomically(target, b"x")
    assert os.listdir(tmp_path) == []


# The interpreter may lie where only root can reach it: the child imports first and becomes nobody afterwards.
AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from assessment.remarks import InputError
from assessment.yamlfile import parse, read
from assessment.yamlwriter import update, write_atomically
folder = sys.argv[2]
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    read(folder + "/unreadable.yaml")
except InputError as error:
    (fault,) = error.faults
    print(fault.code, fault.details["reason"])
for name in ("readonly.yaml", "closed/case.yaml", "closed/new.yaml"):
    try:
        write_atomically(folder + "/" + name, b"a: 2")
    except PermissionError:
        print("refused", name)
"""


def test_without_permission():
    with tempfile.TemporaryDirectory() as name:  # tmp_path lies in a private folder
        folder = Path(name)
        closed = folder / "closed"
        closed.mkdir()
        for path in (folder / "unreadable.yaml", folder / "readonly.yaml", closed / "case.yaml"):
            path.write_text("a: 1")
        (folder / "unreadable.yaml").chmod(0)
        (folder / "readonly.yaml").chmod(0o444)
        (closed / "case.yaml").chmod(0o666)
        closed.chmod(0o555)
        folder.chmod(0o777)  # so that only the file itself is in the way of writing readonly.yaml
        root = str(Path(yamlfile.__file__).parent.parent)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, root, name], capture_output=True, text=True, check=False
        )
        assert done.stdout.split("\n") == [
            "unreadable_file Permission denied",
            "refused readonly.yaml",
            "refused closed/case.yaml",
            "refused closed/new.yaml",
            "",
        ], done.stderr
        assert sorted(os.listdir(folder)) == ["closed", "readonly.yaml", "unreadable.yaml"]
        assert os.listdir(closed) == ["case.yaml"]
        assert (folder / "readonly.yaml").read_text() == (closed / "case.yaml").read_text() == "a: 1"
        closed.chmod(0o755)
