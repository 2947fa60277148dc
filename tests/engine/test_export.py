"""The files of verdicts and judgements: what stands in them, and what must not."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.engine.test_judgements import by_the_tree
from tests.screening.clinic import database, read_clinic
from tests.spec.world import INDEX, setting

from trialrun.criteria.answers import Gap
from trialrun.criteria.parse import parse
from trialrun.criteria.truth import Truth, negate
from trialrun.engine.duckdb import Question, answer
from trialrun.engine.export import Dates, export
from trialrun.engine.tallies import Tally, tally
from trialrun.errors import StoreError
from trialrun.records.pseudonyms import OWN_NAMES, Naming, pseudonyms
from trialrun.records.schema import Kind
from trialrun.report.numbers import in_order

MANUAL = Path(__file__).parents[2] / "docs/manual/results.md"
READY = "the record permits"
CRITERIA = ["I1", "I'2", "E1"]
QUESTIONS = [
    Question("I1", parse("age from 18 to 70 years"), Truth.FALSE),
    Question("I'2", parse("condition in [als]"), Truth.FALSE),
    Question("E1", parse("immunisation in [vaccines] within 6 months"), Truth.TRUE),
    Question(READY, parse("age from 18 to 70 years and condition in [als]"), Truth.FALSE),
]
ADULT, ALS = "born 1970-01-01", "#1 condition ALS from 2019 to now"
PATIENTS = read_clinic(
    [
        f"{ADULT}; {ALS}; C1 covers immunisations; #2 condition ALS from 2020 to now",
        f"{ADULT}; {ALS}",
        f"{ADULT}; {ALS}; #2 immunisation influenza vaccine on 2021-12-01",
        f"born 2010-01-01; C2 covers conditions; {ALS}; #2 immunisation influenza vaccine on 2021",
        "#1 immunisation influenza vaccine on 2021-12-01; C2 covers conditions",
        f"{ADULT}; C1 covers immunisations",
        f"{ADULT}; {ALS}; C1 covers immunisations; died 2022-01",
    ]
)
DATES = Dates({3: date(2022, 6, 2)}, {1: date(2041, 1, 1)})

VERDICTS = [
    ("H-1", "eligible", False, None, date(2041, 1, 1), [], [], None),
    ("H-2", "undetermined", True, None, None, [], ["E1"], None),
    ("H-3", "ineligible", False, date(2022, 6, 2), None, ["E1"], [], None),
    ("H-4", "ineligible", False, None, None, ["I1"], ["E1"], None),
    ("H-5", "ineligible", False, None, None, ["I'2", "E1"], ["I1"], None),
    ("H-6", "undetermined", False, None, None, [], ["I'2"], None),
    ("H-7", "ineligible", False, None, None, [], [], "may_have_died"),
]
"""patient, verdict, ready_for_visit, opens_on, lapses_on, refused_by, open_criteria, deceased."""


@pytest.fixture(scope="module")
def tallied() -> Iterator[Tally]:
    with database(PATIENTS) as connection:
        yield tally(answer(connection, QUESTIONS, setting(INDEX)), INDEX, len(CRITERIA))


def write(tallied: Tally, folder: Path, naming: Naming = OWN_NAMES) -> Path:
    export(tallied, CRITERIA, READY, DATES, folder, naming)
    return folder


def parquet(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute("FROM read_parquet($path)", {"path": str(path)}).fetchall()


def columns(path: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()
    return [(name, type_) for name, type_, *_ in described]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_columns_are_those_promised(tallied: Tally, tmp_path: Path) -> None:
    write(tallied, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "judgements.csv",
        "judgements.parquet",
        "verdicts.csv",
        "verdicts.parquet",
    ]
    assert columns(tmp_path / "verdicts.parquet") == [
        ("patient", "VARCHAR"),
        ("verdict", "VARCHAR"),
        ("ready_for_visit", "BOOLEAN"),
        ("opens_on", "DATE"),
        ("lapses_on", "DATE"),
        ("refused_by", "VARCHAR[]"),
        ("open_criteria", "VARCHAR[]"),
        ("deceased", "VARCHAR"),
    ]
    assert columns(tmp_path / "judgements.parquet") == [
        ("patient", "VARCHAR"),
        ("criterion", "VARCHAR"),
        ("truth", "VARCHAR"),
        ("permits", "VARCHAR"),
        ("gap", "VARCHAR"),
        ("presumed", "BOOLEAN"),
        ("evidence", "VARCHAR[]"),
    ]


def explained(heading: str) -> list[str]:
    """The names in the first column of the table below a heading of the manual."""
    (section,) = re.findall(
        rf"^## {heading}\n(.*?)(?=^## |\Z)", MANUAL.read_text("utf-8"), re.M | re.S
    )
    return re.findall(r"^\| `(\w+)` \|", section, re.M)


@pytest.mark.parametrize("name", ["verdicts", "judgements"])
def test_the_manual_explains_every_column(tallied: Tally, tmp_path: Path, name: str) -> None:
    written = write(tallied, tmp_path)
    names = [column for column, _ in columns(written / f"{name}.parquet")]
    assert explained(name) == names
    assert rows_of(written / f"{name}.csv")[0] == names


def test_the_manual_explains_every_gap_in_its_order() -> None:
    assert explained("gaps") == [gap.name.lower() for gap in Gap]


def test_patients_come_by_number_where_their_ids_are_numbers(tmp_path: Path) -> None:
    ids = ["1026", "0129", "P-3", "129", "P-20", "7"]
    with database(read_clinic([f"{ADULT}; {ALS}"] * len(ids))) as connection:
        for number, name in enumerate(ids, start=1):
            connection.execute(
                "UPDATE patient SET patient_id = ? WHERE patient_no = ?", [name, number]
            )
        found = tally(answer(connection, QUESTIONS, setting(INDEX)), INDEX, len(CRITERIA))
        export(found, CRITERIA, READY, Dates({}, {}), tmp_path, OWN_NAMES)
    written = [row[0] for row in parquet(tmp_path / "verdicts.parquet")]
    assert written == ["7", "0129", "129", "1026", "P-20", "P-3"]
    assert written == sorted(ids, key=in_order)


def test_verdicts_of_the_living_and_the_dead(tallied: Tally, tmp_path: Path) -> None:
    assert parquet(write(tallied, tmp_path) / "verdicts.parquet") == VERDICTS


def test_judgements_are_the_interpreters(tallied: Tally, tmp_path: Path) -> None:
    expected = []
    for number, patient in enumerate(PATIENTS[:-1], 1):
        refs = {row.row_id: row.ref for row in patient.rows}
        for question in QUESTIONS[: len(CRITERIA)]:
            truth, gap, presumed, rows = by_the_tree(patient, question.expression, question.adverse)
            expected.append(
                (
                    f"H-{number}",
                    question.id,
                    truth.value,
                    (negate(truth) if question.adverse is Truth.TRUE else truth).value,
                    gap and gap.name.lower(),
                    presumed,
                    [refs[row] for row in rows],
                )
            )
    assert parquet(write(tallied, tmp_path) / "judgements.parquet") == expected
    # The table shows every sort of judgement.
    assert {row[2] for row in expected} == {row[3] for row in expected} == {t.value for t in Truth}
    assert any(row[5] for row in expected)
    assert any(len(row[6]) > 1 for row in expected)


@pytest.mark.parametrize("name", ["verdicts", "judgements"])
def test_csv_says_what_parquet_says(tallied: Tally, tmp_path: Path, name: str) -> None:
    write(tallied, tmp_path)
    header, *written = rows_of(tmp_path / f"{name}.csv")
    assert header == [column for column, _ in columns(tmp_path / f"{name}.parquet")]
    assert written == [
        [_text(cell) for cell in row] for row in parquet(tmp_path / f"{name}.parquet")
    ]


def _text(cell: object) -> str:
    if isinstance(cell, list):
        return ";".join(cell)
    return (
        {True: "true", False: "false", None: ""}[cell] if cell in (True, False, None) else str(cell)
    )


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text("a key of more than sixteen bytes", encoding="utf-8")
    return path


def test_with_pseudonyms_no_id_and_no_reference_is_in_any_byte(
    tallied: Tally, tmp_path: Path, key_file: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    naming = pseudonyms(key_file)
    write(tallied, folder, naming)
    for path in folder.iterdir():
        said = path.read_bytes()
        assert b"HIS" not in said, path.name
        assert b"H-" not in said, path.name
    names = [row[0] for row in parquet(folder / "verdicts.parquet")]
    assert names == sorted(naming(f"H-{n}") for n in range(1, 8))
    by_name = {naming(row[0]): row[1:] for row in VERDICTS}
    assert {row[0]: row[1:] for row in parquet(folder / "verdicts.parquet")} == by_name


def test_with_pseudonyms_evidence_goes_by_table_and_row(
    tallied: Tally, tmp_path: Path, key_file: Path
) -> None:
    naming = pseudonyms(key_file)
    write(tallied, tmp_path, naming)
    (row,) = [
        row for row in parquet(tmp_path / "judgements.parquet") if row[:2] == (naming("H-1"), "I'2")
    ]
    assert row[6] == [f"{Kind.CONDITION}#101", f"{Kind.CONDITION}#102"]


def test_patients_are_in_the_order_of_their_names(tmp_path: Path) -> None:
    number = 3000
    with database(read_clinic([ADULT] * number)) as connection:
        connection.execute("SET preserve_insertion_order = false; SET threads = 2")
        found = tally(answer(connection, QUESTIONS, setting(INDEX)), INDEX, len(CRITERIA))
        export(found, CRITERIA, READY, Dates({}, {}), tmp_path, OWN_NAMES)
    ids = sorted(f"H-{n}" for n in range(1, number + 1))
    for suffix in ("csv", "parquet"):
        with duckdb.connect() as connection:
            verdicts = connection.execute(f"SELECT patient FROM '{tmp_path}/verdicts.{suffix}'")
            assert [name for (name,) in verdicts.fetchall()] == ids
            judged = connection.execute(
                f"SELECT patient, criterion FROM '{tmp_path}/judgements.{suffix}'"
            )
            assert judged.fetchall() == [(id_, c) for id_ in ids for c in CRITERIA]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\uff1d", "\uff0b"])
def test_no_spreadsheet_computes_an_id(tmp_path: Path, first: str) -> None:
    """CSV marks it as text; Parquet, which is for programs, keeps it as the hospital wrote it."""
    written = f"{first}HYPERLINK(1)"
    with database(read_clinic([f"{ADULT}; {ALS}"] * 2)) as connection:
        connection.execute("UPDATE patient SET patient_id = ? WHERE patient_no = 1", [written])
        connection.execute("UPDATE condition SET ref = ? || ref", [first])
        found = tally(answer(connection, QUESTIONS, setting(INDEX)), INDEX, len(CRITERIA))
        export(found, CRITERIA, READY, Dates({}, {}), tmp_path, OWN_NAMES)
    for name in ("verdicts", "judgements"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["patient"] for row in rows} == {f"'{written}", "H-2"}
        assert {row[0] for row in parquet(tmp_path / f"{name}.parquet")} == {written, "H-2"}
    evidence = [row["evidence"] for row in rows if row["evidence"]]
    assert evidence
    assert all(refs.startswith(f"'{first}") for refs in evidence)


def test_a_second_export_replaces_the_first(tallied: Tally, tmp_path: Path, key_file: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    write(tallied, folder, pseudonyms(key_file))
    write(tallied, folder)
    assert parquet(folder / "verdicts.parquet") == VERDICTS


@pytest.mark.parametrize("name", ["verdicts", "judgements"])
def test_excel_knows_a_file_for_utf_8(tallied: Tally, tmp_path: Path, name: str) -> None:
    assert (write(tallied, tmp_path) / f"{name}.csv").read_bytes().startswith(codecs.BOM_UTF8)


def test_nobody_gives_files_with_headers_only(tmp_path: Path) -> None:
    with database([]) as connection:
        found = tally(answer(connection, QUESTIONS, setting(INDEX)), INDEX, len(CRITERIA))
        export(found, CRITERIA, READY, Dates({}, {}), tmp_path, OWN_NAMES)
    for name in ("verdicts", "judgements"):
        assert parquet(tmp_path / f"{name}.parquet") == []
        (header,) = rows_of(tmp_path / f"{name}.csv")
        assert header == [column for column, _ in columns(tmp_path / f"{name}.parquet")]


def test_a_folder_that_is_not_there_is_said(tallied: Tally, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"verdicts\.parquet cannot be written"):
        write(tallied, tmp_path / "missing")
