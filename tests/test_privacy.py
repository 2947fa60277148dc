"""A patient whose every value is like no other: none of them leaves the files that are his.

His record is loaded whole and spoilt in many ways, as FHIR and as tables, and he is screened and
explained, and all that is said about it is searched: messages, summaries, logs, the database's list
of rejections, proposed mappings, files left behind. Ids and places may be said; with a key, ids may
not either.
"""

from __future__ import annotations

import gzip
import json
import logging
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.cli.shell import ON, PROTOCOL, RESULTS, Ran, Shell, said_in

NAME = "Ouyang"
GIVEN = "Xiuzhen"
NATIONAL_ID = "110105194910013987"
PHONE = "13955507731"
STREET = "Wudaokou Lane 7719"
BORN = "1949-10-03"
MET_ON = "2021-12-23"
NUMBER = "7351.375"
TEXT = "saw a grey heron"
NOTE = "her daughter Meiling rang"
ANSWER = "only on Thursdays"
PERSON = "Dr. Quzhou"
CHINESE = "欧阳秀珍"

FREE = (NAME, GIVEN, NATIONAL_ID, PHONE, STREET, BORN, TEXT, NOTE, ANSWER, PERSON, CHINESE)
"""What a person could be known by; with a key, not even results may hold it."""

VALUES = (*FREE, MET_ON, NUMBER)

PATIENT_ID = "pid-90417"
ROWS = ("row-51", "row-52", "row-53", "row-54", "row-55", "row-56")
SUBJECT = {"reference": f"Patient/{PATIENT_ID}"}


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], "text": "a thing that many have"}


LOINC = "http://loinc.org"
RESOURCES: tuple[dict[str, Any], ...] = (
    {
        "resourceType": "Patient",
        "id": PATIENT_ID,
        "name": [{"family": NAME, "given": [GIVEN], "text": CHINESE}],
        "identifier": [{"system": "urn:national", "value": NATIONAL_ID}],
        "telecom": [{"system": "phone", "value": PHONE}],
        "address": [{"line": [STREET], "text": STREET}],
        "gender": "female",
        "birthDate": BORN,
        "text": {"status": "generated", "div": f"<div>{NAME} {CHINESE}</div>"},
    },
    {
        "resourceType": "Observation",
        "id": ROWS[0],
        "status": "final",
        "code": coded(LOINC, "777-3"),
        "subject": {**SUBJECT, "display": CHINESE},
        "effectiveDateTime": f"{MET_ON}T07:31:00+08:00",
        "valueQuantity": {"value": float(NUMBER), "unit": "10^9/L"},
        "referenceRange": [{"text": f"{NUMBER} in women"}],
        "note": [{"text": NOTE, "authorString": PERSON}],
        "performer": [{"display": PERSON}],
    },
    {
        "resourceType": "Observation",
        "id": ROWS[1],
        "status": "final",
        "code": coded(LOINC, "5048-4"),
        "subject": SUBJECT,
        "effectiveDateTime": MET_ON,
        "valueString": TEXT,
    },
    {
        "resourceType": "Condition",
        "id": ROWS[2],
        "code": coded("http://hl7.org/fhir/sid/icd-10", "G12.2"),
        "subject": SUBJECT,
        "onsetDateTime": MET_ON,
        "note": [{"text": NOTE}],
        "recorder": {"display": PERSON},
    },
    {
        "resourceType": "MedicationRequest",
        "id": ROWS[3],
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": coded("http://www.whocc.no/atc", "H02AB07"),
        "subject": SUBJECT,
        "authoredOn": MET_ON,
        "dosageInstruction": [
            {
                "text": TEXT,
                "patientInstruction": NOTE,
                "doseAndRate": [{"doseQuantity": {"value": float(NUMBER), "unit": "mg"}}],
            }
        ],
    },
    {
        "resourceType": "Immunization",
        "id": ROWS[4],
        "status": "completed",
        "vaccineCode": coded("http://hl7.org/fhir/sid/cvx", "140"),
        "patient": SUBJECT,
        "occurrenceDateTime": MET_ON,
        "lotNumber": TEXT,
    },
    {
        "resourceType": "QuestionnaireResponse",
        "id": ROWS[5],
        "status": "completed",
        "subject": SUBJECT,
        "authored": MET_ON,
        "author": {"display": PERSON},
        "item": [{"linkId": "q", "text": "How is it?", "answer": [{"valueString": ANSWER}]}],
    },
)

TABLES = {
    "patients.csv": f"id,name,sex,born,phone\n{PATIENT_ID},{CHINESE},female,{BORN},{PHONE}\n",
    "results.csv": "id,code,day,result,unit,note\n"
    f"{PATIENT_ID},PLT,{MET_ON},{NUMBER},10^9/L,{NOTE}\n"
    f"{PATIENT_ID},PLT,{MET_ON},{TEXT},10^9/L,{NOTE}\n"
    f"{PATIENT_ID},PLT,{STREET},{NUMBER},10^9/L,{NOTE}\n",
}
MAPPING = """\
format: csv
time_zone: Asia/Shanghai
files:
  patients.csv:
    table: patient
    columns: {patient_id: id, sex: sex, birth: born}
  results.csv:
    table: measurement
    columns: {patient_id: id, code: code, date: day, value: result, unit: unit}
    codes: {PLT: {LOINC: 777-3}}
"""

HOSPITAL = ("--data", "hospital.duckdb", "--on", ON)
SCREEN = ("screen", PROTOCOL, *HOSPITAL, "--out", "out")
EXPLAIN = ("explain", PROTOCOL, PATIENT_ID, *HOSPITAL)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Shell:
    """A shell in a folder of its own, with a folder of its own for temporary files."""
    for name in ("work", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return Shell(tmp_path / "work", capfd)


def found(texts: Iterable[str], values: Iterable[str] = VALUES) -> list[str]:
    """Return what of the patient stands in some texts, however it is escaped or spaced."""
    said = "\n".join(texts)
    plain = {said, " ".join(said.split()), said.replace(",", "")}
    for encoding in ("unicode_escape", "utf-8"):
        plain.add(said.encode(encoding, "backslashreplace").decode(encoding, "replace"))
    escaped = {value: ascii(value)[1:-1] for value in values}
    return [v for v, other in escaped.items() if any(v in text or other in text for text in plain)]


def rejections() -> list[str]:
    with duckdb.connect("hospital.duckdb", read_only=True) as connection:
        rows = connection.execute("SELECT columns(*)::VARCHAR FROM rejection").fetchall()
    return [repr(row) for row in rows]


def left_behind(shell: Shell, *known: str) -> list[str]:
    """Return the files that nobody asked for."""
    everything = [*shell.folder.rglob("*"), *shell.folder.with_name("tmp").rglob("*")]
    return [path.name for path in everything if path.is_file() and path.name not in known]


def write_fhir(lines: Iterable[tuple[str, bytes]]) -> None:
    Path("export").mkdir()
    for name, content in lines:
        with Path("export", name).open("ab") as file:
            file.write(content + b"\n")


def as_lines(resources: Iterable[dict[str, Any]]) -> list[tuple[str, bytes]]:
    return [
        (f"{one['resourceType']}.ndjson", json.dumps(one, ensure_ascii=False).encode())
        for one in resources
    ]


def test_the_search_finds_what_is_there() -> None:
    """So that the tests below can fail."""
    record = json.dumps(RESOURCES)
    assert found([record]) == list(VALUES)
    assert found([f"the {NOTE.replace(' ', chr(10))}"]) == [NOTE]
    assert found(["nothing of anybody"]) == []


def test_a_record_as_it_should_be(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    write_fhir(as_lines(RESOURCES))
    loads = [
        shell.run("load", "export", "--into", "hospital.duckdb", *form)
        for form in ((), ("--json",))
    ]
    screened, explained = shell.run(*SCREEN), shell.run(*EXPLAIN)
    assert [ran.code for ran in (*loads, screened, explained)] == [0, 0, 0, 0]
    said = [ran.out + ran.err for ran in loads]
    assert found([*said, screened.err, explained.err, caplog.text, *rejections()]) == []
    # The record itself was read: whoever asks for this patient sees the value.
    assert "7,351.375" in explained.out or NUMBER in explained.out
    exported = [path.name for path in Path("export").iterdir()]
    assert left_behind(shell, "hospital.duckdb", *RESULTS, *exported) == []


# --- spoilt exports --------------------------------------------------------------------------


def spoilt_lines() -> list[tuple[str, bytes]]:
    """Return the record in every way that an export may spoil it."""
    spoilt: list[tuple[str, bytes]] = []
    for name, whole in as_lines(RESOURCES):
        spoilt += [
            (name, whole[: len(whole) // 2]),
            (name, whole[:-1]),
            (name, whole.replace(b'"id"', b'"id" ')[1:]),
            (name, whole.decode().encode("gb18030")),
            (name, whole.replace(b'", "', b'" "')),
            (name, b"[" + whole + b"]"),
            (name, whole.replace(b'"resourceType": "', b'"resourceType": "X ' + NAME.encode())),
        ]
    observation, condition = RESOURCES[1], RESOURCES[3]
    changes: list[dict[str, Any]] = [
        {"valueQuantity": {"value": TEXT}},
        {"valueQuantity": {"value": [NUMBER, NOTE]}},
        {"valueQuantity": NOTE},
        {"effectiveDateTime": STREET},
        {"effectiveDateTime": f"{MET_ON}T99:99:99"},
        {"subject": {"reference": CHINESE}},
        {"subject": NAME},
        {"subject": None},
        {"status": NOTE},
        {"code": PERSON},
        {"referenceRange": [{"low": {"value": NOTE}}]},
        {"interpretation": [{"coding": [{"system": NAME, "code": NOTE}]}]},
        {"dataAbsentReason": {"text": NOTE}},
        {"component": [{"code": {"text": "part"}, "valueQuantity": {"value": NOTE}}]},
    ]
    wrong = [{**observation, "id": f"wrong-{n}", **one} for n, one in enumerate(changes)]
    wrong += [
        {**condition, "id": "wrong-a", "onsetDateTime": NOTE},
        {**condition, "id": "wrong-b", "onsetDateTime": MET_ON, "abatementDateTime": BORN},
        {**condition, "id": "wrong-c", "clinicalStatus": {"coding": [{"code": NOTE}]}},
        {**RESOURCES[0], "birthDate": TEXT},
        {**RESOURCES[0], "birthDate": "1950-01-01", "gender": NOTE},
        {**RESOURCES[0], "id": "other", "deceasedDateTime": NAME},
    ]
    return [*as_lines(RESOURCES), *spoilt, *as_lines(wrong)]


def test_a_spoilt_record(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    write_fhir(spoilt_lines())
    loads = [
        shell.run("load", "export", "--into", "hospital.duckdb", *form)
        for form in ((), ("--json",))
    ]
    explained = shell.run(*EXPLAIN)
    assert [ran.code for ran in (*loads, explained)] == [0, 0, 0]
    assert "rejected" in loads[0].out
    said = [ran.out + ran.err for ran in loads]
    assert found([*said, explained.err, caplog.text, *rejections()]) == []
    assert len(rejections()) > 10
    exported = [path.name for path in Path("export").iterdir()]
    assert left_behind(shell, "hospital.duckdb", *exported) == []


def refused_exports() -> dict[str, list[tuple[str, bytes]]]:
    lines = as_lines(RESOURCES)
    whole = gzip.compress(b"\n".join(line for _, line in lines * 50))
    return {
        "cut off": [*lines, ("Observation.ndjson.gz", whole[: len(whole) // 2])],
        "without patients": lines[1:],
        "with bad coverage": [*lines, ("coverage.yaml", f"complete: {NOTE}\n".encode())],
    }


@pytest.mark.parametrize("lines", refused_exports().values(), ids=list(refused_exports()))
def test_an_export_that_is_refused(shell: Shell, lines: list[tuple[str, bytes]]) -> None:
    write_fhir(lines)
    ran = shell.run("load", "export", "--into", "hospital.duckdb")
    assert (ran.code, ran.out) == (4, "")
    assert found([ran.err]) == []
    exported = [path.name for path in Path("export").iterdir()]
    assert left_behind(shell, *exported) == []


# --- tables ----------------------------------------------------------------------------------


def load_tables(shell: Shell, tables: dict[str, str], *words: str) -> Ran:
    Path("tables").mkdir(exist_ok=True)
    for name, text in tables.items():
        Path("tables", name).write_text(text, encoding="utf-8")
    Path("mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return shell.run("load", "tables", "--into", "hospital.duckdb", *words)


MAPPED = ("--mapping", "mapping.yaml")


def test_tables(shell: Shell) -> None:
    ran = load_tables(shell, TABLES, *MAPPED)
    assert ran.code == 0
    assert found([ran.out, ran.err, *rejections()]) == []
    assert rejections()
    assert left_behind(shell, "hospital.duckdb", "mapping.yaml", *TABLES) == []


def test_a_proposed_mapping_holds_nobody(shell: Shell) -> None:
    """It is a file to be shown around, and is written from the headers and what repeats."""
    ran = load_tables(shell, TABLES)
    assert ran.code == 4
    assert found([ran.err, Path("tables.mapping.yaml").read_text(encoding="utf-8")]) == []


@dataclass(frozen=True)
class Spoilt:
    """One way to spoil a table."""

    name: str
    old: str
    new: str


SPOILT = {
    "a quote that is not closed": Spoilt("patients.csv", CHINESE, f'"{CHINESE}'),
    "too many cells": Spoilt("patients.csv", CHINESE, f"{CHINESE},{NOTE}"),
    "no header": Spoilt("patients.csv", "id,name,sex,born,phone\n", ""),
    "a header among the rows": Spoilt("results.csv", "id,code", f"{PATIENT_ID},{NOTE}\nid,code"),
    "a value for a name": Spoilt("patients.csv", "id,name,sex", f"{NAME},{PHONE},sex"),
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=list(SPOILT))
def test_a_spoilt_table(shell: Shell, spoilt: Spoilt) -> None:
    text = TABLES[spoilt.name]
    assert spoilt.old in text
    tables = {**TABLES, spoilt.name: text.replace(spoilt.old, spoilt.new)}
    ran = load_tables(shell, tables, *MAPPED)
    listed = rejections() if Path("hospital.duckdb").exists() else []
    assert ran.code == 4 or listed
    assert found([ran.out, ran.err, *listed]) == []
    assert left_behind(shell, "hospital.duckdb", "mapping.yaml", *TABLES) == []


# --- with a key ------------------------------------------------------------------------------


def test_with_a_key_nothing_that_is_written_names_the_patient(shell: Shell) -> None:
    write_fhir(as_lines(RESOURCES))
    Path("secret.key").write_text("a key that nobody guesses\n")
    key = ("--pseudonymise", "secret.key")
    assert shell.run("load", "export", "--into", "hospital.duckdb").code == 0
    runs = [shell.run(*words, *key, *form) for words in (SCREEN, EXPLAIN) for form in FORMS]
    said = [ran.out + ran.err for ran in runs] + [said_in(Path("out", name)) for name in RESULTS]
    assert [ran.code for ran in runs] == [0] * len(runs)
    assert found(said, (PATIENT_ID, *ROWS, *FREE)) == []


FORMS: tuple[tuple[str, ...], ...] = ((), ("--json",), ("--language", "zh"))
