"""`trialrun enlist`: from the hospital's records to the candidates of a trial."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
from tests.cli.shell import ON, PROTOCOL, Shell


def test_the_first_screening_and_the_next(shell: Shell, hospital: Path) -> None:
    words = ("enlist", PROTOCOL, "--data", hospital, "--on", ON)
    ran = shell.run(*words, "--json")
    said = json.loads(ran.out)
    taken_in = said["counts"]["eligible"] + said["counts"]["undetermined"]
    assert (ran.code, said["protocol"], said["on"]) == (0, PROTOCOL, ON)
    assert said["changes"]["new"] == taken_in > 0
    ran = shell.run(*words)
    assert (ran.code, f"{taken_in} unchanged" in ran.in_one_line) == (0, True)
    assert "0 new" in ran.in_one_line
    assert Path("trial.db").stat().st_mode & 0o777 == 0o600


def test_records_without_a_patient_are_told(shell: Shell, hospital: Path) -> None:
    emptied = shutil.copy(hospital, "emptied.duckdb")
    words = ("enlist", PROTOCOL, "--data", emptied, "--on", ON)
    taken_in = sum(json.loads(shell.run(*words, "--json").out)["changes"].values())
    with duckdb.connect(emptied) as connection:
        connection.execute("DELETE FROM patient")
    ran = shell.run(*words)
    assert (ran.code, "hold no patient" in ran.err) == (0, True)
    assert f"{taken_in} not named by it: enrolled, or no longer in the records" in ran.in_one_line


def test_an_earlier_day_is_refused(shell: Shell, hospital: Path) -> None:
    shell.run("enlist", PROTOCOL, "--data", hospital, "--on", ON)
    ran = shell.run("enlist", PROTOCOL, "--data", hospital, "--on", "2022-01-01")
    assert (ran.code, "an earlier day" in ran.err) == (7, True)


def test_records_that_do_not_exist(shell: Shell) -> None:
    ran = shell.run("enlist", PROTOCOL, "--data", "nothing.duckdb", "--on", ON)
    assert (ran.code, "there is no such file" in ran.err) == (5, True)


def test_a_day_to_come_is_refused(shell: Shell, hospital: Path) -> None:
    """Nobody knows yet what the records will say of it."""
    ran = shell.run("enlist", PROTOCOL, "--data", hospital, "--on", "2199-01-01")
    assert (ran.code, "this day is still to come" in ran.in_one_line) == (2, True)
    assert not Path("trial.db").exists()
