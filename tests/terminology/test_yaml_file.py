"""YAML as plain data with lines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from trialrun.errors import ProtocolError
from trialrun.terminology.yaml_file import YamlFile, read_yaml


def read(tmp_path: Path, text: str) -> YamlFile:
    path = tmp_path / "trial.yaml"
    path.write_bytes(text.encode())
    return read_yaml(path)


def problems_of(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ProtocolError) as caught:
        read(tmp_path, text)
    return [(p.where, p.found, p.remedy) for p in caught.value.problems]


AS_WRITTEN = [
    ("text", "text"),
    ("'3'", "3"),
    ("3", 3),
    ("-3", -3),
    ("1.50", Decimal("1.50")),
    ("2022-01-15", "2022-01-15"),
    ("2022-01-15T10:00:00Z", "2022-01-15T10:00:00Z"),
    ("007", "007"),
    ("0x1F", "0x1F"),
    ("1e5", "1e5"),
    ("1_000", "1_000"),
    (".inf", ".inf"),
    ("yes", "yes"),
    ("no", "no"),
    ("true", True),
    ("False", False),
    ("~", None),
    ("", None),
    ("12345678901234567890123", "12345678901234567890123"),
    ("G12.2*", "G12.2*"),
    ("血小板", "血小板"),
]


@pytest.mark.parametrize(("written", "expected"), AS_WRITTEN)
def test_values_are_plain_and_as_written(tmp_path: Path, written: str, expected: object) -> None:
    data = read(tmp_path, f"value: {written}\n").data
    assert data == {"value": expected}
    assert isinstance(data, dict)
    assert type(data["value"]) is type(expected)
    if isinstance(expected, Decimal):
        assert str(data["value"]) == written


def test_keys_are_strings_as_written(tmp_path: Path) -> None:
    assert read(tmp_path, "1.50: a\n777-3: b\ntrue: c\n2022-01-15: d\n007: e\n").data == {
        "1.50": "a",
        "777-3": "b",
        "true": "c",
        "2022-01-15": "d",
        "007": "e",
    }


TRIAL = """\
# a comment
id: x
criteria:
  - id: I1
    logic: >
      age from 18
      to 70 years

  - id: I2
    codes: {A: 1, B: 2}
"""

LINES: list[tuple[tuple[str | int, ...], int]] = [
    ((), 2),
    (("id",), 2),
    (("criteria",), 3),
    (("criteria", 0), 4),
    (("criteria", 0, "logic"), 5),
    (("criteria", 1), 9),
    (("criteria", 1, "codes", "B"), 10),
    (("criteria", 1, "nothing", "here"), 9),
    (("criteria", 7), 3),
    (("nothing",), 2),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize(("keys", "line"), LINES)
def test_every_thing_has_its_line(
    tmp_path: Path, keys: tuple[str | int, ...], line: int, bom: str, newline: str
) -> None:
    file = read(tmp_path, bom + TRIAL.replace("\n", newline))
    assert file.line_of(*keys) == line
    assert file.where(*keys) == f"trial.yaml:{line}"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_nothing(tmp_path: Path, text: str) -> None:
    file = read(tmp_path, text)
    assert file.data is None
    assert file.line_of("id") <= 2


REFUSED = [
    # text, line, part of what is found, part of the remedy
    ("a:\n\tb: 1\n", 2, "cannot start any token", "indent with spaces, not tabs"),
    ("a: b: c\n", 1, "mapping values are not allowed", "in quotes"),
    ("a: 1\n---\nb: 2\n", 2, "another document", "one document"),
    ("a: [1, 2\nb: 3\n", 2, "not YAML", ""),
    ("a: 'open\n", 2, "unexpected end of stream", ""),
    ("a: *x\n", 1, "undefined alias", ""),
    ("a: 1\nb: &x [1]\n", 2, "the anchor '&x'", "write it out"),
    ("a: 1\nb: &x [*x]\n", 2, "the anchor '&x'", "write it out"),
    ("a: !!python/name:os.system x\n", 1, "the tag", "plain YAML"),
    ("a: !mine {b: 1}\n", 1, "the tag '!mine'", "plain YAML"),
    ("a: 1\nb: !mine [1]\n", 2, "the tag '!mine'", "plain YAML"),
    ("a: 1\nb: \x07\n", 2, "does not allow", "delete it"),
    ('a: 1\nb: "\\0"\n', 2, "control character", "delete it"),
    ('a: 1\nb: "\\ud800"\n', 2, "control character", "delete it"),
    ('a: "\\U00110000"\n', 1, "not YAML", ""),
    ("a: 1\n? [b]\n: 1\n", 2, "not a plain word", "quotes"),
    ("[" * 700 + "]" * 700, 1, "nested too deeply", "fewer levels"),
]


@pytest.mark.parametrize(("text", "line", "found", "remedy"), REFUSED)
def test_what_is_refused_has_its_line(
    tmp_path: Path, text: str, line: int, found: str, remedy: str
) -> None:
    ((where, really_found, really_remedy),) = problems_of(tmp_path, text)
    assert where == f"trial.yaml:{line}"
    assert found in really_found
    assert remedy in really_remedy


def test_all_problems_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "a: 1\nb:\n  c: 1\n  c: 2\na: !x 2\nd: &y 3\n") == [
        ("trial.yaml:4", "the key 'c' is written twice", "it is on line 3 already: keep one"),
        ("trial.yaml:5", "the key 'a' is written twice", "it is on line 1 already: keep one"),
        ("trial.yaml:6", "the anchor '&y'", "write it out where it is needed"),
    ]


def test_a_file_that_cannot_be_read_is_no_traceback(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml"):
        with pytest.raises(ProtocolError, match="cannot be read"):
            read_yaml(path)


def test_a_file_in_another_encoding_says_the_line(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(b"a: 1\nb: " + "血小板".encode("gb18030") + b"\n")
    with pytest.raises(ProtocolError) as caught:
        read_yaml(path)
    assert caught.value.problems[0].where == "trial.yaml:2"
    assert caught.value.problems[0].remedy == "save the file as UTF-8"
