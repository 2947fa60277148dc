"""With a key, nothing that is written or printed holds an id of a patient or of a record."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from tests.cli.shell import ON, PROTOCOL, RESULTS, Ran, Shell, said_in

KEYED = ("--pseudonymise", "secret.key")
HOSPITAL = ("--data", "hospital.duckdb", "--on", ON)


@pytest.fixture
def folder(shell: Shell, hospital: Path) -> Path:
    shutil.copy(hospital, "hospital.duckdb")
    with duckdb.connect("hospital.duckdb") as connection:
        tables = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
            " AND column_name IN ('patient_id', 'ref')"
        ).fetchall()
        for table, column in tables:
            connection.execute(f"UPDATE {table} SET {column} = 'ZZ' || {column} || 'ZZ'")
    Path("secret.key").write_text("a key that nobody guesses\n")
    Path("other.key").write_text("another key that nobody guesses\n")
    return shell.folder


def names_of_patients(ran: Ran) -> list[str]:
    return [patient["name"] for patient in json.loads(ran.out)["opened"]]


def test_nothing_names_a_patient_or_a_record(shell: Shell, folder: Path) -> None:
    screened = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "out", *KEYED, "--json")
    names = names_of_patients(screened)
    explained = [
        shell.run("explain", PROTOCOL, name, *HOSPITAL, *KEYED, *form)
        for name in names[:3]
        for form in ((), ("--json",))
    ]
    assert {ran.code for ran in (screened, *explained)} == {0}
    assert all(re.fullmatch("P-[0-9a-f]{20}", name) for name in names)
    said = {f"printed {n}": ran.out + ran.err for n, ran in enumerate((screened, *explained))}
    said |= {name: said_in(Path("out", name)) for name in RESULTS}
    assert [where for where, text in said.items() if "ZZ" in text] == []
    # Nobody is lost behind a name of somebody else.
    with Path("out/verdicts.csv").open(encoding="utf-8-sig") as file:
        every = [row["patient"] for row in csv.DictReader(file)]
    assert len(set(every)) == len(every) == 60


def test_no_date_that_is_written_tells_a_birthday(shell: Shell, folder: Path) -> None:
    """Somebody turns 71 in the coming summer: the day before is nowhere, though it is asked for."""
    with duckdb.connect("hospital.duckdb") as connection:
        connection.execute("UPDATE patient SET birth_lo = '1951-07-21', birth_hi = '1951-07-21'")
    told = ("2022-07-20", "2022-07-21")
    plain = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "plain")
    keyed = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "keyed", *KEYED, "--json")
    name = names_of_patients(keyed)[0]
    explained = [
        shell.run("explain", PROTOCOL, name, *HOSPITAL, *KEYED, *form) for form in ((), ("--json",))
    ]
    assert {ran.code for ran in (plain, keyed, *explained)} == {0}
    said = {f"printed {n}": ran.out + ran.err for n, ran in enumerate((keyed, *explained))}
    said |= {name: said_in(Path("keyed", name)) for name in RESULTS}
    assert [where for where, text in said.items() if any(day in text for day in told)] == []
    # So that the test can fail.
    assert told[0] in said_in(Path("plain/report.html"))


def test_without_the_key_the_ids_are_there(shell: Shell, folder: Path) -> None:
    """So that the test above can fail."""
    screened = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "out", "--json")
    assert all(re.fullmatch("ZZ[0-9]+ZZ", name) for name in names_of_patients(screened))
    assert [name for name in RESULTS if "ZZ" not in said_in(Path("out", name))] == []
    explained = shell.run("explain", PROTOCOL, "ZZ5ZZ", *HOSPITAL)
    assert "ZZ5ZZ" in explained.out


def test_a_pseudonym_and_an_id_name_the_same_patient(shell: Shell, folder: Path) -> None:
    by_id = shell.run("explain", PROTOCOL, "ZZ5ZZ", *HOSPITAL, *KEYED, "--json")
    name = json.loads(by_id.out)["name"]
    by_name = shell.run("explain", PROTOCOL, name, *HOSPITAL, *KEYED, "--json")
    assert (by_id.code, by_name.code) == (0, 0)
    assert by_name.out == by_id.out


def test_the_same_key_gives_the_same_names_another_key_others(shell: Shell, folder: Path) -> None:
    def name(key: str) -> str:
        ran = shell.run("explain", PROTOCOL, "ZZ5ZZ", *HOSPITAL, "--pseudonymise", key, "--json")
        return str(json.loads(ran.out)["name"])

    assert name("secret.key") == name("secret.key") != name("other.key")


@pytest.mark.parametrize("words", [(), ("--pseudonymise", "other.key")])
def test_a_pseudonym_is_nobody_without_its_key(
    shell: Shell, folder: Path, words: tuple[str, ...]
) -> None:
    ran = shell.run("explain", PROTOCOL, "ZZ5ZZ", *HOSPITAL, *KEYED, "--json")
    name = json.loads(ran.out)["name"]
    lost = shell.run("explain", PROTOCOL, name, *HOSPITAL, *words)
    assert (lost.code, lost.out) == (6, "")
    assert "with its key" in lost.err


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_key_that_others_can_read_is_warned_of(
    shell: Shell, folder: Path, mode: int, warned: bool
) -> None:
    Path("secret.key").chmod(mode)
    ran = shell.run("explain", PROTOCOL, "ZZ1ZZ", *HOSPITAL, *KEYED)
    assert ran.code == 0
    assert ("chmod 600" in ran.err) == warned
