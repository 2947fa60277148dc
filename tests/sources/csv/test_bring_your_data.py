"""The examples of the manual are true: its files are loaded, and its tables compared."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from trialrun.engine.unasked import unasked_answers
from trialrun.protocol.file import read_protocol
from trialrun.records.dates import LATEST, Span
from trialrun.screening.plan import questions
from trialrun.sources.csv import CsvSource, propose, read_mapping
from trialrun.sources.csv.fields import TABLES, fields_of
from trialrun.sources.csv.several import parts_of
from trialrun.sources.doses import read_dose, read_frequency
from trialrun.sources.intake import load, read_coverage
from trialrun.sources.numbers import Value, read_value
from trialrun.sources.strengths import piece_of, read_strength

MANUAL = (Path(__file__).parents[3] / "docs/manual/bring-your-data.md").read_text(encoding="utf-8")
FILE = re.compile(r"```\w+ file=(\S+)(?: encoding=(\S+))?\n(.*?)```", re.DOTALL)
Record = dict[str, object]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return written(tmp_path, "(?!answers)")


def written(tmp_path: Path, names: str) -> Path:
    """Write those of the manual's files whose names begin so."""
    for name, encoding, text in FILE.findall(MANUAL):
        if not re.match(names, name):
            continue
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode(encoding or "utf-8"))
    return tmp_path


def tables(part: str) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Yield the tables of a part of the manual that show records: kind, columns, rows."""
    told = re.split(r"^#", MANUAL.partition(part)[2], flags=re.MULTILINE)[0]
    for block in re.findall(r"(?:^\|.*\n)+", told, re.MULTILINE):
        header, _, *rows = (
            [c.strip() for c in line.split("|")[1:-1]] for line in block.split("\n")[:-1]
        )
        if header[0] in ("measurement", "medication", "condition", "attestation"):
            yield header[0], header[1:], rows


def records(database: Path, kind: str) -> list[Record]:
    with duckdb.connect(str(database), read_only=True) as connection:
        unit = {"measurement": "r.unit_id", "medication": "r.dose_unit_id"}.get(kind, "NULL")
        found = connection.execute(
            f"""SELECT r.*, patient_id, c.text AS of, u.text AS unit,
                (SELECT string_agg(system || ' ' || code, ', ' ORDER BY system, code)
                    FROM coding WHERE concept_id = r.concept_id) AS codes
            FROM {kind} r JOIN patient USING (patient_no) JOIN concept c USING (concept_id)
            LEFT JOIN unit u ON u.unit_id = {unit} ORDER BY row_id"""
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def value(record: Record) -> str:
    if record["value_lo"] is None:
        return str(record["polarity"])
    exact = record["value_lo"] == record["value_hi"]
    return f"{record['value_lo']:g}" if exact else f"< {record['value_hi']:g}"


def end(record: Record) -> str:
    known = record["end_hi"] != LATEST
    return str(Span(record["end_lo"], record["end_hi"])) if known else "not recorded"  # type: ignore[arg-type]


SHOWN: dict[str, Callable[[Record], str]] = {
    "of": lambda record: str(record["of"]),
    "codes": lambda record: str(record["codes"] or ""),
    "on": lambda record: str(Span(record["start_lo"], record["start_hi"])),  # type: ignore[arg-type]
    "from": lambda record: str(Span(record["start_lo"], record["start_hi"])),  # type: ignore[arg-type]
    "to": end,
    "value": value,
    "answer": lambda record: {True: "yes", False: "no"}[record["answer"]],  # type: ignore[index]
    "by": lambda record: str(record["attested_by"]),
    "unit": lambda record: str(record["unit"] or ""),
    "abnormal": lambda record: {True: "yes", False: "no", None: ""}[record["abnormal"]],  # type: ignore[index]
    "a day": lambda record: f"{record['daily_dose']:g} {record['unit']}",
    "route": lambda record: str(record["route"]),
}


def check(database: Path, part: str) -> int:
    seen = 0
    for kind, columns, rows in tables(part):
        shown = [
            [str(record["patient_id"]), *(SHOWN[column](record) for column in columns)]
            for record in records(database, kind)
        ]
        assert shown == rows
        seen += len(rows)
    return seen


def test_the_example_of_csv(export: Path) -> None:
    database = export / "hospital.duckdb"
    mapping = read_mapping(export / "mapping.yaml")
    coverage = read_coverage(export / "coverage.yaml")
    summary = load(
        export,
        database,
        time_zone="Asia/Shanghai",
        coverage=coverage,
        source=CsvSource(export, mapping),
    )
    assert check(database, "### An example") == 9
    assert [(reason.severity.value, reason.counted) for reason in summary.reasons] == [
        ("repaired", 1),
        ("ignored", 1),
    ]
    assert len(summary.coverage) == 2


def test_the_example_of_csv_without_its_mapping(export: Path) -> None:
    text = propose(export / "诊断.csv")
    assert "system: ICD-10-CN  # as its codes look" in text
    assert "something else" not in text


def test_the_example_of_answers(export: Path, tmp_path: Path) -> None:
    database = export / "hospital.duckdb"
    mapping = read_mapping(export / "mapping.yaml")
    load(export, database, time_zone="Asia/Shanghai", source=CsvSource(export, mapping))
    answers = written(tmp_path, "answers") / "answers"
    mapping = read_mapping(tmp_path / "answers.mapping.yaml")
    summary = load(
        answers,
        database,
        source_name="answers",
        time_zone="Asia/Shanghai",
        source=CsvSource(answers, mapping),
    )
    assert summary.reasons == ()
    assert check(database, "### Answers of an investigator") == 4
    with duckdb.connect(str(database), read_only=True) as connection:
        asked = questions(read_protocol("ld-il2-immune-als"))
        assert unasked_answers(connection, asked) == 1
    # The mapping of the manual is the one that is proposed.
    (tmp_path / "proposed.yaml").write_text(propose(answers), encoding="utf-8")
    (proposed,) = read_mapping(tmp_path / "proposed.yaml").files
    assert proposed.tables[0].table == mapping.files[0].tables[0].table
    assert proposed.tables[0].columns == mapping.files[0].tables[0].columns


def test_the_example_of_fhir(export: Path) -> None:
    database = export / "hospital.duckdb"
    summary = load(export / "fhir", database, time_zone="Asia/Shanghai")
    assert check(database, "## FHIR") == 4
    assert [(reason.severity.value, reason.counted) for reason in summary.reasons] == [
        ("repaired", 1),
        ("ignored", 1),
    ]


def test_every_table_and_field_is_in_the_manual() -> None:
    listed = MANUAL.partition("### Tables and fields")[2].partition("### ")[0]
    for table in TABLES:
        assert f"`{table}`" in listed
        for field in fields_of(table):
            assert f"`{field}`" in listed, f"{field} of {table}"


def test_the_doses_of_the_manual() -> None:
    (line,) = [line for line in MANUAL.splitlines() if line.startswith("| `20mg` with `bid`")]
    written, read = line.split("|")[1:3]
    frequencies = re.findall("`([^`]+)`", written)[1:]
    daily = [float(number) for number in re.findall(r"(\d+) mg", read)]
    per_day = [read_frequency(often).per_day for often in frequencies]
    assert [float(n or 0) * (read_dose("20mg").amount or 0) for n in per_day] == daily


def test_the_tablets_of_the_manual() -> None:
    lines = [line.split("|")[1:3] for line in MANUAL.splitlines() if " of strength `" in line]
    for written, read in lines:
        told = [text for text in re.findall("`([^`]+)`", written) if "×" not in text]
        pieces = [text for text in told if re.fullmatch(r"\d+(片|瓶|支|ml)", text)]
        assert pieces
        found = []
        for text in told:
            if text in pieces:
                dose = read_dose(text)
                continue
            each = read_strength(text).of(piece_of(dose.unit or ""))
            amount = (dose.amount or 0) * (each or 1)
            found.append(f"{amount:g} {read_strength(text).unit if each else dose.unit}")
        assert list(dict.fromkeys(found)) == read.split(":")[0].strip().split(", ")


def test_the_diagnoses_of_the_manual() -> None:
    part = MANUAL.partition("### Diagnoses, operations")[2]
    (doubts,) = [
        line for line in part.splitlines() if line.endswith("| a doubt |") and "？" in line
    ]
    (none,) = [line for line in part.splitlines() if "no row; counted" in line]
    for line, certainty, code in ((doubts, "doubtful", "B18.1"), (none, "none", None)):
        written = re.findall("`([^`]+)`", line)
        said = {text: parts_of(code, text, "ICD-10-CN").parts[0].certainty for text in written}
        assert {text: c for text, c in said.items() if c == "stated"} == {}
        assert code or set(said.values()) == {certainty}


@pytest.mark.parametrize(
    ("read_as", "is_so"),
    [
        ("a number", lambda v: v.lo is not None and v.lo == v.hi),
        ("a bound: everything below 5, ...", lambda v: math.inf in (v.hi, -v.lo)),
        ("everything from 5 to 10", lambda v: (v.lo, v.hi) == (5, 10)),
        ("a number with its unit", lambda v: v.lo == v.hi and v.unit),
        ("a number, abnormal", lambda v: v.lo == v.hi and v.abnormal),
        ("a number, negative", lambda v: v.lo == v.hi and v.polarity == "negative"),
        ("positive, negative, positive", lambda v: v.polarity and v.lo is None),
        ("a text", lambda v: v.text and v.lo is None and v.polarity is None),
    ],
)
def test_the_values_of_the_manual(read_as: str, is_so: Callable[[Value], object]) -> None:
    (line,) = [line for line in MANUAL.splitlines() if line.endswith(f"| {read_as} |")]
    written = re.findall("`([^`]+)`", line)
    assert written
    assert [text for text in written if not is_so(read_value(text))] == []
