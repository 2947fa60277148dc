"""Every bad input, from the command line: a message with its place, the old database unchanged.

A file that cannot be read refuses the load; a bad row is counted, and the others are kept. What is
counted, and what becomes of it, is shown in the summary with its place.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.cli.loading import load_quietly
from tests.cli.shell import ON, PROTOCOL, Ran, Shell, no_larger_file_than

from trialrun.sources.intake import LoadSummary

Resource = dict[str, Any]

PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "1",
    "gender": "male",
    "birthDate": "1960-01-01",
}
OTHER: Resource = {**PATIENT, "id": "2"}
CODE = {"coding": [{"system": "http://loinc.org", "code": "777-3"}]}
OBSERVATION: Resource = {
    "resourceType": "Observation",
    "id": "a",
    "status": "final",
    "code": CODE,
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2021-12-20",
    "valueQuantity": {"value": 200, "unit": "10^9/L"},
}
CONDITION: Resource = {
    "resourceType": "Condition",
    "id": "c",
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "G12.2"}]},
    "subject": {"reference": "Patient/1"},
    "onsetDateTime": "2020-05-01",
}


def line(resource: Resource, **changed: Any) -> bytes:
    return json.dumps({**resource, **changed}, ensure_ascii=False).encode() + b"\n"


def bad(**changed: Any) -> bytes:
    """Return an observation with something else in it, under a name of its own."""
    return line(OBSERVATION, **{"id": "bad", **changed})


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with one patient, as a file."""
    folder = tmp_path_factory.mktemp("earlier")
    (folder / "Patient.ndjson").write_bytes(line(OTHER))
    load_quietly(folder, folder / "hospital.duckdb")
    return (folder / "hospital.duckdb").read_bytes()


@pytest.fixture
def old(shell: Shell, earlier: bytes) -> bytes:
    """The database that was there before."""
    Path("hospital.duckdb").write_bytes(earlier)
    return earlier


def export(shell: Shell, files: dict[str, bytes], name: str = "export") -> None:
    folder = shell.folder / name
    folder.mkdir()
    for file, content in files.items():
        (folder / file).write_bytes(content)


def load(shell: Shell, *words: str) -> Ran:
    ran = shell.run("load", "export", "--into", "hospital.duckdb", *words)
    assert "Traceback" not in ran.err
    return ran


def left_behind(shell: Shell) -> set[str]:
    return {path.name for path in shell.folder.iterdir()} - {"export", "hospital.duckdb"}


# --- an export that cannot be read -----------------------------------------------------------


def cut_off() -> bytes:
    whole = gzip.compress(b"".join(bad(id=str(number)) for number in range(2000)))
    return whole[: len(whole) // 2]


# the files of the export | what is said, and where
REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "a truncated .gz": (
        {"Patient.ndjson": line(PATIENT), "Observation.ndjson.gz": cut_off()},
        "Observation.ndjson.gz: the compressed file is damaged or cut off",
    ),
    "no .gz at all": (
        {"Patient.ndjson.gz": line(PATIENT)},
        "Patient.ndjson.gz: the compressed file is damaged or cut off",
    ),
    "no Patient": ({"Observation.ndjson": line(OBSERVATION)}, "export holds no Patient"),
    "a Patient that cannot be used": (
        {"Patient.json": line(PATIENT)[:-2] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"},
        "Patient.json: line, nested too deeply",
    ),
    "nothing that is known": (
        {"notes.md": b"# Notes"},
        "export: no file of FHIR (.ndjson, .json) and no table",
    ),
    "FHIR as XML": (
        {"Patient.xml": b"<Patient/>"},
        "export: XML, which is not read (ask for FHIR as NDJSON or JSON, or for tables)",
    ),
    "an empty folder": ({}, "export: no file of FHIR (.ndjson, .json) and no table"),
    "bad coverage": (
        {"Patient.ndjson": line(PATIENT), "coverage.yaml": b"complete:\n  - {kind: diagnoses}\n"},
        "coverage.yaml:2: no kind of record: diagnoses",
    ),
}


@pytest.mark.parametrize(("files", "said"), REFUSED.values(), ids=list(REFUSED))
def test_an_export_that_cannot_be_read(
    shell: Shell, old: bytes, files: dict[str, bytes], said: str
) -> None:
    export(shell, files)
    ran = load(shell)
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert Path("hospital.duckdb").read_bytes() == old
    assert left_behind(shell) == set()


# --- bad rows among good ones ----------------------------------------------------------------

# A line of Observation.ndjson: what it is | why it does not count, or not as sent | its place
LINES: dict[str, tuple[bytes, str, str]] = {
    "not JSON": (b'{"resourceType": "Obs\n', "not JSON", "Observation.ndjson:{line}"),
    "not FHIR": (b'{"level": "info"}\n', "JSON, but not a FHIR", "Observation.ndjson:{line}"),
    "not UTF-8": ("{'肌酐'}\n".encode("gb18030"), "not UTF-8", "Observation.ndjson:{line}"),
    "deep nesting": (
        b'{"resourceType":"Observation","x":' + b"[" * 50_000 + b"]" * 50_000 + b',"y":}\n',
        "nested too deeply",
        "Observation.ndjson:{line}",
    ),
    "a wrong resource type": (
        b'{"resourceType": "Observatoin", "id": "x"}\n',
        "a resource type that is not used",
        "Observation.ndjson:{line}",
    ),
    "a word for a number": (
        bad(id="word", valueQuantity={"value": "many"}),
        "not the shape of FHIR R4 at valueQuantity.value",
        "Observation.ndjson:{line}",
    ),
    "an unknown patient": (
        bad(id="stranger", subject={"reference": "Patient/7"}),
        "of a patient that no source has named",
        "Observation.ndjson:{line}",
    ),
    "no patient": (
        bad(id="nobody", subject=None),
        "it names no patient",
        "Observation.ndjson:{line}",
    ),
    "the year 1": (
        bad(id="year1", effectiveDateTime="0001-01-01"),
        "a date that cannot be read or cannot be true",
        "Observation.ndjson:{line}",
    ),
    "a day that is none": (
        bad(id="day", effectiveDateTime="2021-02-31"),
        "a date that cannot be read or cannot be true",
        "Observation.ndjson:{line}",
    ),
    "the future": (
        bad(id="future", effectiveDateTime="2199-01-01"),
        "in the future: kept",
        "Observation/future",
    ),
}
# What stands in the other files | why it does not count, or not as sent | its place
OTHERS: dict[str, tuple[str, str]] = {
    "a log": ("not a FHIR file", "log.ndjson"),
    "a patient twice": ("different birth dates", "Patient/1"),
    "an end before its start": ("it ends before it starts", "Condition/c"),
}


@pytest.fixture(scope="session")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export that holds every bad line after a good one."""
    folder = tmp_path_factory.mktemp("spoilt") / "export"
    folder.mkdir()
    observations = [line(OBSERVATION), *(bad_line for bad_line, _, _ in LINES.values())]
    files = {
        "Patient.ndjson": line(PATIENT) + line(PATIENT, birthDate="1961-01-01"),
        "Condition.ndjson": line(CONDITION, abatementDateTime="2019-01-01"),
        "Observation.ndjson": b"".join(observations) + bad(id="last"),
        "log.ndjson": b'{"level": "info"}\n{"level": "warn"}\n',
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def summary(spoilt: Path) -> LoadSummary:
    return load_quietly(spoilt, spoilt.with_name("hospital.duckdb"))


def places(summary: LoadSummary, why: str) -> list[str]:
    return [
        place
        for reason in summary.reasons
        if reason.reason.startswith(why)
        for place in reason.places
    ]


@pytest.mark.parametrize("what", LINES)
def test_a_bad_line_is_counted_with_its_place(summary: LoadSummary, what: str) -> None:
    _, why, where = LINES[what]
    assert where.format(line=2 + list(LINES).index(what)) in places(summary, why)


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_wrong_elsewhere_is_counted_with_its_place(summary: LoadSummary, what: str) -> None:
    why, where = OTHERS[what]
    assert places(summary, why) == [where]


def test_nothing_is_counted_that_is_not_in_the_tables(summary: LoadSummary) -> None:
    assert sum(reason.counted for reason in summary.reasons) == len(LINES) + len(OTHERS)


def test_the_good_rows_are_kept_and_the_old_ones_too(
    shell: Shell, old: bytes, spoilt: Path, summary: LoadSummary
) -> None:
    ran = shell.run("load", spoilt, "--into", "hospital.duckdb")
    assert (ran.code, ran.err) == (0, "")
    with duckdb.connect("hospital.duckdb", read_only=True) as connection:
        patients = connection.execute("SELECT patient_id FROM patient ORDER BY 1").fetchall()
        rows = connection.execute("SELECT ref FROM measurement ORDER BY 1").fetchall()
    assert patients == [("1",), ("2",)]
    kept = ("a", "day", "future", "last", "year1")
    assert rows == [(f"Observation/{name}",) for name in kept]
    # Whoever reads the summary finds each reason, and where its rows are.
    for reason in summary.reasons:
        assert reason.reason in ran.in_one_line
        assert reason.places[0] in ran.in_one_line


# What a value says against itself is no row to reject: the criterion is unknown, and says why.
DOUBTED: dict[str, tuple[dict[str, Any], str]] = {
    "negative": ({"valueQuantity": {"value": -5, "unit": "10^9/L"}}, "value_implausible"),
    "absurd": ({"valueQuantity": {"value": 1e12, "unit": "10^9/L"}}, "value_implausible"),
    "no unit": ({"valueQuantity": {"value": 200}}, "unit_not_comparable"),
    "an unknown unit": (
        {"valueQuantity": {"value": 5, "unit": "bananas"}},
        "unit_not_comparable",
    ),
    "a range over the limit": (
        {"valueQuantity": None, "valueString": "40-200 10^9/L"},
        "value_imprecise",
    ),
}


@pytest.fixture(scope="session")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which each patient has one doubtful value, and no birth date."""
    folder = tmp_path_factory.mktemp("doubtful")
    patients, values = [], []
    for number, (value, _) in enumerate(DOUBTED.values()):
        patients.append(line(PATIENT, id=str(number), birthDate=None))
        subject = {"reference": f"Patient/{number}"}
        values.append(bad(id=str(number), subject=subject, **value))
    (folder / "Patient.ndjson").write_bytes(b"".join(patients))
    (folder / "Observation.ndjson").write_bytes(b"".join(values))
    load_quietly(folder, folder / "hospital.duckdb")
    return folder / "hospital.duckdb"


@pytest.mark.parametrize("what", DOUBTED)
def test_a_value_that_cannot_be_read_decides_nothing(
    shell: Shell, doubtful: Path, what: str
) -> None:
    patient = str(list(DOUBTED).index(what))
    ran = shell.run("explain", PROTOCOL, patient, "--data", doubtful, "--on", ON, "--json")
    assert ran.code == 0
    answers = {one["criterion"]: one["answer"] for one in json.loads(ran.out)["judgements"]}
    (platelets,) = (part for part in answers["E4"]["parts"] if "platelets" in part["logic"])
    assert (platelets["truth"], platelets["gap"]) == ("unknown", DOUBTED[what][1])
    assert (answers["I1"]["truth"], answers["I1"]["gap"]) == ("unknown", "birth_date_imprecise")


def test_what_does_no_harm(shell: Shell) -> None:
    """A byte order mark, Windows line ends, empty lines, a line of 50 MB."""
    large = bad(id="large", note=[{"text": "x" * 50_000_000}])
    lines = b"\xef\xbb\xbf" + line(OBSERVATION) + b"\n" + bad(id="b") + large
    export(
        shell,
        {"Patient.ndjson": line(PATIENT), "Observation.ndjson": lines.replace(b"\n", b"\r\n")},
    )
    ran = load(shell, "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert (found["rows"]["measurement"], found["reasons"]) == (3, [])


# --- tables ----------------------------------------------------------------------------------

MAPPING = """\
format: csv
time_zone: Asia/Shanghai
files:
  patients.csv:
    table: patient
    columns: {patient_id: id, sex: sex, birth: born}
"""
TABLE = b"id,sex,born\n1,male,1960-01-01\n"

# the table, the mapping | exit code, what is said
TABLES: dict[str, tuple[bytes, str, str]] = {
    "an empty table": (b"", MAPPING, "patients.csv:1: the file is empty"),
    "another header": (b"nr,sex,born\n", MAPPING, "patients.csv has no column 'id'"),
    "another encoding": (
        "id,sex,born\n1,男,1960-01-01\n".encode("gb18030"),
        MAPPING,
        "patients.csv:2: not UTF-8",
    ),
    "a quote that is not closed": (b'id,sex,born\n1,"male,1960-01-01\n', MAPPING, "patients.csv:2"),
    "an unknown table": (
        TABLE,
        MAPPING.replace("patient\n", "pateint\n"),
        "did you mean 'patient'",
    ),
    "another name of a table": (
        TABLE,
        MAPPING.replace("patient\n", "diagnosis\n"),
        "did you mean 'condition'",
    ),
    "an unknown field": (TABLE, MAPPING.replace("sex: sex", "sox: sex"), "did you mean 'sex'"),
    "a mapping that is not YAML": (TABLE, MAPPING + "  - [", "mapping.yaml:"),
    "a mapping of another file": (TABLE, MAPPING.replace("patients.csv", "persons.csv"), "persons"),
}


@pytest.mark.parametrize(("table", "mapping", "said"), TABLES.values(), ids=list(TABLES))
def test_a_table_that_cannot_be_read(
    shell: Shell, old: bytes, table: bytes, mapping: str, said: str
) -> None:
    export(shell, {"patients.csv": table})
    Path("mapping.yaml").write_text(mapping, encoding="utf-8")
    ran = load(shell, "--mapping", "mapping.yaml")
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert Path("hospital.duckdb").read_bytes() == old
    assert left_behind(shell) == {"mapping.yaml"}


def test_a_table_without_a_mapping_gets_one_that_works(shell: Shell, old: bytes) -> None:
    export(shell, {"patients.csv": "病历号,性别,出生日期\n1,男,1960-01-01\n".encode("gb18030")})
    ran = load(shell)
    assert (ran.code, ran.out) == (4, "")
    assert f"load again with --mapping {shell.folder}/export.mapping.yaml" in ran.err
    assert Path("hospital.duckdb").read_bytes() == old
    proposed = Path("export.mapping.yaml").read_text(encoding="utf-8")
    assert "病历号" in proposed
    # One that somebody may have worked on is not written over.
    Path("export.mapping.yaml").write_text(proposed + "# mine\n", encoding="utf-8")
    assert "was left as it is" in load(shell).err
    assert Path("export.mapping.yaml").read_text(encoding="utf-8") == proposed + "# mine\n"
    assert load(shell, "--mapping", "export.mapping.yaml").code == 0


def test_a_mapping_is_proposed_beside_the_export_wherever_one_stands(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(shell, {"patients.csv": TABLE})
    (shell.folder / "elsewhere").mkdir()
    monkeypatch.chdir(shell.folder / "elsewhere")
    for path, proposed in (
        ("../export", "export.mapping.yaml"),
        ("../export/patients.csv", "export/patients.csv.mapping.yaml"),
    ):
        assert f"written to {shell.folder}/{proposed}" in shell.run("load", path, "--into", "x").err
        assert (shell.folder / proposed).is_file()
    assert list(Path().iterdir()) == []


def test_a_mapping_is_proposed_here_where_one_may_not_write_beside(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(shell, {"patients.csv": TABLE})
    (shell.folder / "elsewhere").mkdir()
    monkeypatch.chdir(shell.folder / "elsewhere")
    monkeypatch.setattr("trialrun.workflows.loading.os.access", lambda _, how: how != os.W_OK)
    ran = shell.run("load", "../export", "--into", "x")
    assert f"written to {shell.folder}/elsewhere/export.mapping.yaml" in ran.err
    assert Path("export.mapping.yaml").is_file()


def test_coverage_beside_the_folder_is_not_read_and_not_passed_over(shell: Shell) -> None:
    export(shell, {"Patient.ndjson": line(PATIENT)})
    declared = Path("coverage.yaml")
    declared.write_text("complete:\n  - {kind: condition, since: whole life}\n")
    ran = load(shell)
    assert ran.err.startswith(f"warning: {declared.resolve()} was not read")
    assert "declares nothing complete" in ran.out
    assert "diagnosis" in load(shell, "--coverage", "coverage.yaml").out
    declared.rename("export/coverage.yaml")
    assert load(shell).err == ""


FUTURE = """
format: csv
time_zone: Asia/Shanghai
files:
  x.csv:
    tables:
      - {table: patient, columns: {patient_id: id}}
      - {table: condition, columns: {patient_id: id, text: what, start: day}}
"""


def test_a_row_is_named_by_its_file_and_line(shell: Shell) -> None:
    export(shell, {"x.csv": b"id,what,day\n1,ALS,2020-05-03\n1,ALS,2199-01-01\n"})
    Path("mapping.yaml").write_text(FUTURE, encoding="utf-8")
    ran = load(shell, "--mapping", "mapping.yaml")
    assert "in the future" in ran.out
    assert "x.csv:3" in ran.out
    assert "#" not in ran.out


ANSWERS = """
format: csv
time_zone: Asia/Shanghai
files:
  x.csv:
    tables:
      - {table: patient, columns: {patient_id: id}}
      - {table: attestation, columns: {patient_id: id, date: day, question: asked, answer: said}}
"""


def test_an_answer_to_what_is_not_asked_is_a_caveat(shell: Shell) -> None:
    confirmed = b"I2: a person has confirmed that this criterion permits enrolment"
    rows = b"1,2022-01-14," + confirmed + b",yes\n1,2022-01-14,I2,yes\n2,2022-01-14,I2,yes\n"
    export(shell, {"x.csv": b"id,day,asked,said\n" + rows})
    Path("mapping.yaml").write_text(ANSWERS, encoding="utf-8")
    assert load(shell, "--mapping", "mapping.yaml").code == 0
    hospital = (PROTOCOL, "--data", "hospital.duckdb", "--on", ON)
    screened = shell.run("screen", *hospital, "--out", "out")
    assert "2 answers of people are to questions that this protocol does not ask" in screened.err
    explained = shell.run("explain", PROTOCOL, "1", *hospital[1:])
    assert "1 answer of a person is to a question that this protocol does not" in explained.err


# --- the same hospital again -----------------------------------------------------------------


def test_next_months_export_is_not_taken_for_another_hospital(shell: Shell) -> None:
    """Under the name of its folder it would stand beside the last one, and double every row."""
    files = {"Patient.ndjson": line(PATIENT), "Condition.ndjson": line(CONDITION)}
    export(shell, files, "export-jan")
    export(shell, files, "export-feb")
    words = ("--into", "hospital.duckdb")
    assert shell.run("load", "export-jan", *words).code == 0
    old = Path("hospital.duckdb").read_bytes()
    ran = shell.run("load", "export-feb", *words)
    assert (ran.code, ran.out) == (2, "")
    assert "nothing was loaded" in ran.err
    assert "add --source export-jan" in ran.err
    assert Path("hospital.duckdb").read_bytes() == old
    ran = shell.run("load", "export-feb", *words, "--source", "export-jan", "--json")
    assert (ran.code, json.loads(ran.out)["rows"]["condition"]) == (0, 1)


def test_coverage_that_is_no_longer_declared_is_missed(shell: Shell) -> None:
    declared = b"complete:\n  - {kind: condition, since: whole life}\n"
    export(shell, {"Patient.ndjson": line(PATIENT), "coverage.yaml": declared})
    assert load(shell).err == ""
    old = Path("hospital.duckdb").read_bytes()
    Path("export", "coverage.yaml").unlink()
    shown = load(shell)
    assert (shown.out + shown.err).count("An earlier load declared what this one does not") == 1
    Path("hospital.duckdb").write_bytes(old)
    ran = load(shell, "--json")
    assert ran.code == 0
    assert ran.err.startswith("warning: An earlier load declared what this one does not")
    assert [line["kind"] for line in json.loads(ran.out)["coverage_withdrawn"]] == ["condition"]
    assert load(shell).err == ""


def test_codes_of_a_shipped_protocol_are_not_called_unknown(shell: Shell) -> None:
    """Neither those that all protocols share, nor those that only one speaks of (ALS)."""
    export(shell, {"Patient.ndjson": line(PATIENT), "Condition.ndjson": line(CONDITION)})
    assert json.loads(load(shell, "--json").out)["unknown_concepts"] == []


# --- the database ----------------------------------------------------------------------------


def changed(sql: str) -> None:
    with duckdb.connect("hospital.duckdb") as connection:
        connection.execute(sql)


DATABASES = {
    "another version": lambda: changed("UPDATE meta SET value = '0'"),
    "of another program": lambda: changed("DROP TABLE meta"),
    "no database": lambda: Path("hospital.duckdb").write_text("a letter to the editor"),
    "empty": lambda: Path("hospital.duckdb").write_bytes(b""),
}


@pytest.mark.parametrize("spoil", DATABASES.values(), ids=list(DATABASES))
def test_a_database_that_is_not_ours(shell: Shell, old: bytes, spoil: Any) -> None:
    spoil()
    before = Path("hospital.duckdb").read_bytes()
    export(shell, {"Patient.ndjson": line(PATIENT)})
    hospital = ("--data", "hospital.duckdb", "--on", ON)
    runs = [
        load(shell),
        shell.run("screen", PROTOCOL, *hospital, "--out", "out"),
        shell.run("explain", PROTOCOL, "2", *hospital),
    ]
    for ran in runs:
        assert (ran.code, ran.out) == (5, "")
        assert "hospital.duckdb: " in ran.err
        assert "Traceback" not in ran.err
    assert Path("hospital.duckdb").read_bytes() == before
    assert left_behind(shell) == set()


def spoil_blocks(path: Path) -> None:
    """Overwrite the middle of every block but the header: the file still opens, or it does not."""
    content = bytearray(path.read_bytes())
    for start in range(3 * 4096 + 64, len(content), 256 * 1024):
        content[start : start + 64] = b"\xaa" * 64
    path.write_bytes(content)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("spoil", [spoil_blocks, cut_in_half])
def test_a_database_that_is_damaged(
    shell: Shell, old: bytes, spoil: Callable[[Path], None]
) -> None:
    """The disk has spoilt a part, or a copy was cut off: found while it is read, not before."""
    spoil(Path("hospital.duckdb"))
    before = Path("hospital.duckdb").read_bytes()
    export(shell, {"Patient.ndjson": line(OTHER, gender="female")})
    hospital = ("--data", "hospital.duckdb", "--on", ON)
    runs = [
        load(shell),
        shell.run("screen", PROTOCOL, *hospital, "--out", "out"),
        shell.run("explain", PROTOCOL, "2", *hospital),
    ]
    for ran in runs:
        assert (ran.code, ran.out) == (5, "")
        assert "hospital.duckdb is damaged" in ran.err
        assert "load the hospital's exports again into a new file" in ran.err
        assert ".tmp-" not in ran.err
    assert Path("hospital.duckdb").read_bytes() == before
    assert left_behind(shell) == set()


NO_UTF8 = os.fsdecode("病人".encode("gb18030"))


def test_a_name_that_is_not_utf_8(shell: Shell, old: bytes) -> None:
    """Archives that were packed on Windows in China unpack to such names."""
    export(shell, {"Patient.ndjson": line(PATIENT), f"{NO_UTF8}.ndjson": line(CONDITION)})
    ran = load(shell)
    assert (ran.code, ran.out) == (4, "")
    assert "its name is not UTF-8 (rename it)" in ran.err
    (shell.folder / "export" / f"{NO_UTF8}.ndjson").unlink()
    (shell.folder / "export").rename(shell.folder / NO_UTF8)
    assert shell.run("load", NO_UTF8, "--into", "hospital.duckdb").code == 4
    (shell.folder / NO_UTF8).rename(shell.folder / "export")
    for ran in (
        shell.run("load", "export", "--into", f"{NO_UTF8}.duckdb"),
        shell.run("screen", PROTOCOL, "--data", NO_UTF8, "--on", ON, "--out", "out"),
    ):
        assert (ran.code, ran.out) == (5, "")
        assert "its name is not UTF-8" in ran.err
    assert Path("hospital.duckdb").read_bytes() == old


def test_a_database_that_another_program_writes(shell: Shell, old: bytes) -> None:
    export(shell, {"Patient.ndjson": line(PATIENT)})
    hospital = ("--data", "hospital.duckdb", "--on", ON)
    with duckdb.connect("hospital.duckdb"):
        runs = [
            shell.run_apart("load", "export", "--into", "hospital.duckdb"),
            shell.run_apart("screen", PROTOCOL, *hospital, "--out", "out"),
        ]
    for ran in runs:
        assert (ran.code, ran.out) == (5, "")
        assert "another program has it open" in ran.err
    assert Path("hospital.duckdb").read_bytes() == old


@pytest.mark.parametrize("largest", [20_000, 300_000])
def test_a_full_disk(shell: Shell, old: bytes, largest: int) -> None:
    export(shell, {"Patient.ndjson": line(PATIENT), "Observation.ndjson": line(OBSERVATION)})
    with no_larger_file_than(largest):
        ran = load(shell)
    assert (ran.code, ran.out) == (5, "")
    assert "the disk is full" in ran.err
    assert Path("hospital.duckdb").read_bytes() == old
    assert left_behind(shell) == set()


# --- protocols -------------------------------------------------------------------------------


def shipped(**changed: str) -> str:
    from trialrun.protocol.file import read_protocol

    text = read_protocol(PROTOCOL).path.read_text(encoding="utf-8")
    for old_text, new in changed.items():
        assert old_text in text
        text = text.replace(old_text, new, 1)
    return text


def protocols() -> dict[str, tuple[str, str]]:
    text = shipped()
    return {
        "not YAML": ("name: [unclosed\n", "protocol.yaml:"),
        "a duplicate id": (text.replace("- id: I2\n", "- id: I1\n"), "I1"),
        "an unknown key": (text.replace("category:", "categroy:", 1), "did you mean 'category'"),
        "an unknown value set": (
            text.replace("[platelets]", "[plateletts]"),
            "did you mean",
        ),
        "a line that does not parse": (
            text.replace("age from 18 to 70 years", "age form 18 to 70 years"),
            "protocol.yaml:",
        ),
        "an impossible unit": (text.replace("80000 /mm3", "80000 mmHg"), "protocol.yaml:"),
        "contradictory ages": (
            text.replace("age from 18 to 70 years", "age from 70 to 18 years"),
            "protocol.yaml:",
        ),
    }


@pytest.mark.parametrize(("text", "said"), protocols().values(), ids=list(protocols()))
def test_a_protocol_that_cannot_be_used(shell: Shell, old: bytes, text: str, said: str) -> None:
    assert text != shipped()
    Path("protocol.yaml").write_text(text, encoding="utf-8")
    hospital = ("--data", "hospital.duckdb", "--on", ON)
    runs = [
        shell.run("check", "protocol.yaml"),
        shell.run("screen", "protocol.yaml", *hospital, "--out", "out"),
        shell.run("explain", "protocol.yaml", "2", *hospital),
    ]
    for ran in runs:
        assert ran.code == 3
        assert said in ran.out + ran.err
        assert "Traceback" not in ran.err
    assert not Path("out").exists()
