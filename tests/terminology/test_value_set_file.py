"""Value sets read from files, and every mistake that people make in them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest

from trialrun.errors import ProtocolError
from trialrun.terminology.value_set_file import load_value_set, load_value_sets
from trialrun.terminology.value_sets import Entry, Ordinal, Plausible, ValueSet

COMPLETE = """\
id: platelets
title: Platelet count in blood
title_zh: 血小板计数
source: where the list comes from
open: true
plausible: 0 to 5000 10*9/L
molar_mass: 113.12 g/mol
note: free text
partial: [ATC]
codes:
  LOINC:
    "777-3": Platelets [#/volume] in Blood by Automated count
  ICD-10:
    G12.2*: Motor neuron disease
  ATC:
    H02AB07: {display: prednisone, prednisone_5mg: 5}
    H02AB02: {display: dexamethasone, prednisone_5mg: 0.75}
  local:lis:
    PLT1*: a code of the hospital
  CVX:
    "*": any vaccine
ordinals:
  - number: 3
    codes: {LOINC: [LA28406-9]}
    texts: [III, III级, 3]
  - number: 0.5
    texts: [trace]
"""


def write(folder: Path, text: str, name: str = "platelets.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        load_value_set(path)
    return [str(problem) for problem in caught.value.problems]


def test_everything_that_a_file_can_say(tmp_path: Path) -> None:
    assert load_value_set(write(tmp_path, COMPLETE)) == ValueSet(
        id="platelets",
        title="Platelet count in blood",
        source="where the list comes from",
        entries=(
            Entry("LOINC", "777-3", "Platelets [#/volume] in Blood by Automated count"),
            Entry("ICD-10", "G12.2*", "Motor neuron disease"),
            Entry("ATC", "H02AB07", "prednisone", {"prednisone_5mg": "5"}),
            Entry("ATC", "H02AB02", "dexamethasone", {"prednisone_5mg": "0.75"}),
            Entry("local:lis", "PLT1*", "a code of the hospital"),
            Entry("CVX", "*", "any vaccine"),
        ),
        is_open=True,
        molar_mass=Fraction("113.12"),
        plausible=Plausible(Fraction(0), Fraction(5000), "10*9/L"),
        ordinals=(
            Ordinal(Fraction(3), (Entry("LOINC", "LA28406-9"),), ("III", "III级", "3")),
            Ordinal(Fraction(1, 2), (), ("trace",)),
        ),
        partial=frozenset({"ATC"}),
        title_zh="血小板计数",
        note="free text",
    )


def test_the_least_that_a_file_must_say(tmp_path: Path) -> None:
    text = "id: platelets\ntitle: t\nsource: s\ncodes: {LOINC: {777-3: Platelets}}\n"
    found = load_value_set(write(tmp_path, text))
    assert not found.is_open
    assert found.molar_mass is None
    assert found.plausible is None
    assert found.ordinals == ()


# what is replaced in the complete file, by what, the line, and what is said there
MISTAKES = [
    ("title:", "titel:", 2, "unknown key 'titel' (did you mean 'title'?)"),
    ("note: free text", "colour: red", 8, "unknown key 'colour' (known are id"),
    ("source: where the list comes from\n", "", 1, "no source (add 'source: ...')"),
    ("where the list comes from", "''", 4, "source is not a text"),
    ("where the list comes from", "[a]", 4, "source is not a text"),
    ("id: platelets", "id: plts", 1, "the id 'plts' is not the file's name"),
    ("open: true", "open: maybe", 5, "open is neither true nor false"),
    ("0 to 5000", "0-5000", 6, "'0-5000 10*9/L' is not a range with a unit"),
    ("0 to 5000", "5 to 5", 6, "no value lies in '5 to 5 10*9/L'"),
    ("10*9/L", "109/L", 6, "unknown unit '109/L' (write it in UCUM)"),
    ("113.12 g/mol", "113.12", 7, "molar_mass is not a text"),
    ("113.12 g/mol", "0 g/mol", 7, "'0 g/mol' is not a molar mass"),
    ("113.12 g/mol", "11 kg/mol", 7, "'11 kg/mol' is not a molar mass"),
    ("[ATC]", "[ATX]", 9, "no codes of 'ATX' (did you mean 'ATC'?)"),
    ("[ATC]", "ATC", 9, "partial is not a list of words"),
    ("LOINC:\n", "LIONC:\n", 11, "unknown code system 'LIONC' (did you mean 'LOINC'?)"),
    ("local:lis", "lis", 18, "unknown code system 'lis' (a hospital's own is written"),
    ('"777-3"', '"777-4"', 12, "'777-4' is no code of LOINC (the check digit"),
    ('"777-3"', '"7773"', 12, "'7773' is no code of LOINC (a code of LOINC is"),
    ("G12.2*", "G12.*2", 14, "'G12.*2' is no code (write a code, or the beginning"),
    ("G12.2*", "G12 2", 14, "'G12 2' is no code"),
    ("H02AB02", "H02AB07", 17, "the key 'H02AB07' is written twice (it is on line 16"),
    ("0.75", "0", 17, "prednisone_5mg is not a positive number (write it in mg)"),
    ("0.75", "some", 17, "prednisone_5mg is not a positive number (write it in mg)"),
    ("prednisone_5mg: 5", "prednisone: 5", 16, "unknown key 'prednisone' (did you"),
    ("Motor neuron disease", "[a]", 14, "no display"),
    ("number: 3\n", "number: true\n", 23, "no number (add 'number: 3')"),
    ("number: 3\n", "number: III\n", 23, "no number (add 'number: 3')"),
    ("number: 0.5\n", "numbre: 0.5\n", 26, "unknown key 'numbre' (did you mean 'number'?)"),
    ("[trace]", "[]", 26, "nothing stands for this number (list texts or codes)"),
    ("[trace]", "[III]", 26, "'III' stands for two numbers (it stands for 3 already)"),
    ("[trace]", "trace", 27, "texts is not a list of words (write '[a, b]')"),
    ("{LOINC: [LA", "{LIONC: [LA", 24, "unknown code system 'LIONC' (did you mean"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "line", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, good: str, bad: str, line: int, said: str
) -> None:
    assert good in COMPLETE
    found = problems_of(write(tmp_path, COMPLETE.replace(good, bad, 1)))
    assert any(problem.startswith(f"platelets.yaml:{line}: {said}") for problem in found), found


EMPTY = [
    ("", "platelets.yaml:1: not a value set (write keys such as 'id: platelets')"),
    ("- id: platelets\n", "platelets.yaml:1: not a value set (write keys such as 'id: platelets')"),
    ("id: platelets\ntitle: t\nsource: s\n", "platelets.yaml:1: no codes"),
    ("id: platelets\ntitle: t\nsource: s\ncodes: {}\n", "platelets.yaml:4: no codes"),
    (
        "id: platelets\ntitle: t\nsource: s\ncodes: {LOINC: {}}\n",
        "platelets.yaml:4: no codes of LOINC",
    ),
    (
        "id: platelets\ntitle: t\nsource: s\ncodes: {LOINC: [777-3]}\n",
        "platelets.yaml:4: no codes of LOINC",
    ),
]


@pytest.mark.parametrize(("text", "expected"), EMPTY)
def test_nothing_is_no_value_set(tmp_path: Path, text: str, expected: str) -> None:
    assert problems_of(write(tmp_path, text))[0].startswith(expected)


def test_the_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, "id: a\ntitel: t\nsource: s\ncodes: {LOINC: {777-3: x}}\n", "a.yaml")
    write(tmp_path, "id: b\ntitle: t\nsource: s\ncodes: {LOINC: {777-4: x}}\nopen: 1\n", "b.yaml")
    write(tmp_path, "id: c\n\ttitle: t\n", "c.yaml")
    with pytest.raises(ProtocolError) as caught:
        load_value_sets(tmp_path, tmp_path / "missing")
    assert [problem.where for problem in caught.value.problems] == [
        "a.yaml:2",
        "a.yaml:1",
        "b.yaml:4",
        "b.yaml:5",
        "c.yaml:2",
        str(tmp_path / "missing"),
    ]


def test_a_later_folder_replaces_and_adds(tmp_path: Path) -> None:
    text = "id: {id}\ntitle: {title}\nsource: s\ncodes: {{LOINC: {{777-3: x}}}}\n"
    for folder, name in (("ours", "a"), ("ours", "b"), ("theirs", "b"), ("theirs", "c")):
        write(tmp_path / folder, text.format(id=name, title=folder), f"{name}.yaml")
    found = load_value_sets(tmp_path / "ours", tmp_path / "theirs")
    assert {name: value_set.title for name, value_set in found.items()} == {
        "a": "ours",
        "b": "theirs",
        "c": "theirs",
    }


def test_one_id_twice_in_a_folder_is_a_problem(tmp_path: Path) -> None:
    for name in ("platelets.yaml", "platelets.yml"):
        write(tmp_path, COMPLETE, name)
    with pytest.raises(ProtocolError) as caught:
        load_value_sets(tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [
        "platelets.yml:1: a second 'platelets' (platelets.yaml has it already: keep one)"
    ]
