"""A database is opened to be read, and for nothing else; what is wrong with it is said in words."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.engine.database import write_records

from trialrun.engine.store import attached_store, only, open_store
from trialrun.errors import StoreError
from trialrun.records.dates import Span
from trialrun.records.rows import PatientRecord, Row
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Concept

Opened = Callable[[Path], AbstractContextManager[duckdb.DuckDBPyConnection]]
OPENED = pytest.mark.parametrize("opened", [open_store, attached_store])
ON = Span(date(2022, 1, 15), date(2022, 1, 15))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "the hospital's.duckdb"
    with duckdb.connect(str(path)) as connection:
        write_records(connection, [PatientRecord(patient_id="A")])
    return path


def _refused(path: Path) -> str:
    """Return what both ways to open it say, which is the same."""
    said = set()
    for opened in (open_store, attached_store):
        with pytest.raises(StoreError) as error, opened(path):
            pass
        assert [problem.where for problem in error.value.problems] == [str(path)]
        said.add(f"{error.value.problems[0].found}: {error.value.problems[0].remedy}")
    (one,) = said
    return one


@OPENED
def test_a_database_is_read(database: Path, opened: Opened) -> None:
    for _ in range(2):
        with opened(database) as connection:
            assert connection.execute("SELECT patient_id FROM patient").fetchall() == [("A",)]


def test_a_database_is_asked_while_another_question_lasts(database: Path) -> None:
    asked = "SELECT patient_id FROM patient"
    with open_store(database) as long, attached_store(database) as brief:
        assert brief.execute(asked).fetchall() == long.execute(asked).fetchall()
    with attached_store(database) as brief, open_store(database) as long:
        assert brief.execute(asked).fetchall() == long.execute(asked).fetchall()


def test_new_records_can_be_loaded_between_two_questions(database: Path) -> None:
    with attached_store(database) as connection:
        assert connection.execute("SELECT patient_id FROM patient").fetchall() == [("A",)]
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE patient SET patient_id = 'B'")
    with attached_store(database) as connection:
        assert connection.execute("SELECT patient_id FROM patient").fetchall() == [("B",)]


def test_a_question_that_fails_is_over(database: Path) -> None:
    with pytest.raises(RuntimeError), attached_store(database):
        raise RuntimeError("of whoever asks")
    with attached_store(database) as connection:
        assert connection.execute("SELECT patient_id FROM patient").fetchall() == [("A",)]


def test_only_some_patients_are_there_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / 'a "hospital".duckdb'
    consent = Row(row_id=1, kind=Kind.CONSENT, concept=Concept(), start=ON, end=ON)
    rows = (consent, replace(consent, row_id=2))
    with duckdb.connect(str(path)) as connection:
        write_records(
            connection,
            [
                PatientRecord(patient_id=name, rows=(row,))
                for name, row in zip("AB", rows, strict=True)
            ],
        )
    with open_store(path) as connection:
        asked = (
            "SELECT patient_id, row_id FROM patient JOIN consent USING (patient_no) ORDER BY ALL"
        )
        everyone = connection.execute(asked).fetchall()
        with only(connection, "SELECT patient_no FROM patient WHERE patient_id = 'B'"):
            assert connection.execute(asked).fetchall() == everyone[1:]
        with suppress(KeyError), only(connection, "SELECT 0 AS patient_no"):
            assert connection.execute(asked).fetchall() == []
            raise KeyError
        assert connection.execute(asked).fetchall() == everyone == [("A", 1), ("B", 2)]


def test_what_is_missing_or_not_a_database_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database\n" * 1000)
    assert _refused(tmp_path / "none").startswith("there is no such file")
    assert _refused(tmp_path).startswith("there is no such file")
    assert _refused(text).startswith("it is not a DuckDB database")
    trial = tmp_path / "trial.db"
    with closing(sqlite3.connect(trial)) as connection:
        connection.execute("CREATE TABLE x (a INTEGER)")
    assert _refused(trial).startswith("it is a SQLite database")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE patient (id INTEGER)")
    assert _refused(path).startswith("it was not made by this program")


def test_a_database_of_another_version_is_refused(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    assert _refused(database).startswith("it was made for version 99 of the tables")


def test_a_database_that_another_program_writes_is_refused(database: Path) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        said = _refused(database)
        other.communicate("\n")
    assert said.startswith("another program has it open to write")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO meta VALUES ('x', 'y')",
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/elsewhere.csv'",
        "SELECT * FROM 'http://localhost:9/x.parquet'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "ATTACH ':memory:' AS other; ATTACH '/tmp/elsewhere.duckdb' AS one_more",
        "SET enable_external_access = true",
    ],
)
@OPENED
def test_nothing_is_written_and_nothing_outside_is_reached(
    database: Path, opened: Opened, statement: str
) -> None:
    with opened(database) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement)


def test_files_are_written_into_the_folder_named_and_nowhere_else(
    database: Path, tmp_path: Path
) -> None:
    out, elsewhere = tmp_path / "o'ut", tmp_path / "elsewhere"
    for folder in (out, elsewhere):
        folder.mkdir()
    with open_store(database, writes_to=out) as connection:
        path = str(out / "x.parquet").replace("'", "''")
        connection.execute(f"COPY (SELECT 1) TO '{path}' (FORMAT parquet)")
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"COPY (SELECT 1) TO '{elsewhere / 'x.parquet'}' (FORMAT parquet)")
    assert (out / "x.parquet").is_file()


def test_what_does_not_fit_into_memory_spills_and_is_removed(
    database: Path, tmp_path: Path
) -> None:
    many = "SELECT count(*) FROM (SELECT DISTINCT hash(i) FROM range(4000000) r(i))"
    with open_store(database) as connection:
        connection.execute("SET memory_limit = '40MB'")
        assert connection.execute(many).fetchone() == (4_000_000,)
        (spill,) = tmp_path.glob(".the hospital's.duckdb.spill-*")
        assert spill.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [database]
