"""What a person mistypes: an exit code that means something, and words that help."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.cli.shell import ON, PROTOCOL, Shell

SCREEN = ("screen", PROTOCOL, "--data", "hospital.duckdb", "--on", ON, "--out", "out")
EXPLAIN = ("explain", PROTOCOL, "5", "--data", "hospital.duckdb", "--on", ON)
LOAD = ("load", "export", "--into", "new.duckdb")
EVALUATE = ("evaluate", PROTOCOL, "--data", "sqlite:///trial.db", "--out", "out")
GENERATE = ("generate", "new", "--patients", "3", "--on", ON)


def with_words(command: tuple[str, ...], **changed: str) -> tuple[str, ...]:
    """Return a command with the value of some options changed; `at_2` is the third word."""
    words = list(command)
    for name, value in changed.items():
        place = (
            int(name.removeprefix("at_"))
            if name.startswith("at_")
            else words.index(f"--{name}") + 1
        )
        words[place] = value
    return tuple(words)


# words | exit code | what is said
MISTAKES: list[tuple[tuple[str, ...], int, str]] = [
    (("scren",), 2, "No such command 'scren'. Did you mean 'screen'?"),
    (("screen",), 2, "Missing argument 'PROTOCOL'."),
    (("screen", PROTOCOL), 2, "Missing option '--data'."),
    (SCREEN[:-2], 2, "Missing option '--out'."),
    ((*SCREEN, "--langage", "zh"), 2, "No such option: --langage"),
    ((*SCREEN, "--language", "fr"), 2, "'fr'"),
    ((*LOAD, "--format", "xml"), 2, "'--format': 'xml' is not one of 'fhir', 'csv'."),
    (("load", "export"), 2, "Missing option '--into'."),
    ((*SCREEN, "too", "many"), 2, "too many"),
    # days
    (with_words(SCREEN, on="2022-13-15"), 2, "write YYYY-MM-DD, such as 2022-01-15"),
    (with_words(SCREEN, on="2022-02-30"), 2, "write YYYY-MM-DD"),
    (with_words(SCREEN, on="20220115"), 2, "write YYYY-MM-DD"),
    (with_words(SCREEN, on="2022-W03-1"), 2, "write YYYY-MM-DD"),
    (with_words(SCREEN, on="15.01.2022"), 2, "write YYYY-MM-DD"),
    (with_words(SCREEN, on=""), 2, "--on: nothing is given"),
    (with_words(SCREEN, on="0022-01-15"), 2, "not between 1900-01-01 and 2199-12-31"),
    (with_words(EXPLAIN, on="9999-12-31"), 2, "not between 1900-01-01 and 2199-12-31"),
    (("check", PROTOCOL, "--on", "today"), 2, "'today' is not a date"),
    (with_words(GENERATE, on="1"), 2, "'1' is not a date"),
    # nothing, where something should be named
    (with_words(SCREEN, out=""), 2, "--out: nothing is given"),
    ((*SCREEN[:-2], "--out="), 2, "--out: nothing is given"),
    (with_words(SCREEN, data="", out=""), 2, "--data, --out: nothing is given"),
    (with_words(LOAD, into=""), 2, "--into: nothing is given"),
    ((*EVALUATE, "--records", ""), 2, "--records: nothing is given"),
    ((*EVALUATE, "--records="), 2, "--records: nothing is given"),
    (("watch", PROTOCOL, "--database", ""), 2, "--database: nothing is given"),
    (("audit", "verify", "--database", "sqlite:///trial.db", "--head", ""), 2, "--head: nothing"),
    (with_words(GENERATE, at_1=""), 2, "the word after 'generate': nothing is given"),
    (with_words(LOAD, at_1=""), 2, "the word after 'load': nothing is given"),
    (with_words(EXPLAIN, at_2=""), 2, f"the word after '{PROTOCOL}': nothing is given"),
    (("",), 2, "the command: nothing is given"),
    # numbers
    (with_words(GENERATE, patients="0"), 2, "greater than or equal to 1"),
    (with_words(GENERATE, patients="many"), 2, "'--patients'"),
    # a folder where a file should be, and the other way round
    (with_words(SCREEN, data="export"), 2, "file 'export' is a directory"),
    (with_words(SCREEN, out="hospital.duckdb"), 2, "dir 'hospital.duckdb' is a file"),
    (with_words(LOAD, into="export"), 2, "file 'export' is a directory"),
    ((*LOAD, "--coverage", "export"), 2, "file 'export' is a directory"),
    ((*LOAD, "--mapping", "export"), 2, "file 'export' is a directory"),
    ((*SCREEN, "--pseudonymise", "export"), 2, "file 'export' is a directory"),
    (with_words(GENERATE, at_1="hospital.duckdb"), 2, "dir 'hospital.duckdb' is a file"),
    (("demo", "--out", "hospital.duckdb"), 2, "dir 'hospital.duckdb' is a file"),
    # what is not there
    (
        with_words(LOAD, at_1="nothing"),
        4,
        "nothing: there is no such file or folder (check the path)",
    ),
    ((*LOAD, "--format", "csv", "--mapping", "nothing.yaml"), 4, "nothing.yaml"),
    (
        (*LOAD, "--coverage", "nothing.yaml"),
        4,
        "nothing.yaml: there is no such file (check the path)",
    ),
    (with_words(LOAD, into="nowhere/new.duckdb"), 5, "nowhere: no such folder"),
    (with_words(SCREEN, data="nothing.duckdb"), 5, "load records into it first"),
    (with_words(EXPLAIN, data="nothing.duckdb"), 5, "load records into it first"),
    (with_words(EXPLAIN, at_2="P-17"), 6, "there is no patient 'P-17'"),
    (with_words(EXPLAIN, at_2="\udcff"), 6, "there is no patient"),
    # what is something else
    (with_words(SCREEN, data="coverage.yaml"), 5, "coverage.yaml"),
    (with_words(LOAD, into="coverage.yaml"), 5, "not a DuckDB database"),
    (with_words(LOAD, at_1="hospital.duckdb"), 4, "no file of FHIR"),
    ((*LOAD, "--mapping", "coverage.yaml", "--format", "fhir"), 2, "FHIR needs no mapping"),
    ((*LOAD, "--mapping", "coverage.yaml"), 4, "coverage.yaml:1"),
    ((*LOAD, "--time-zone", "Asia/Shanghia"), 2, "did you mean 'Asia/Shanghai'"),
    (("serve", "--time-zone", "Asia/Shanghia"), 2, "did you mean 'Asia/Shanghai'"),
    (("export", "--out", "new", "--time-zone", "CST8"), 2, "write one such as Asia/Shanghai"),
    (("watch", "x", "--database", "y", "--time-zone", "Asia/Shanghia"), 2, "did you mean"),
    ((*LOAD, "--coverage", "hospital.duckdb"), 4, ": not UTF-8 (save the file as UTF-8)"),
    (with_words(GENERATE, at_1="export"), 2, "export: is not an empty folder"),
    (("demo", "--out", "."), 2, "the demonstration needs a folder of its own"),
    # keys
    ((*SCREEN, "--pseudonymise", "nothing.key"), 2, "nothing.key: the key cannot be read"),
    ((*SCREEN, "--pseudonymise", "short.key"), 2, "a key needs at least 16 bytes"),
    ((*SCREEN, "--pseudonymise", "/dev/zero"), 2, "a key has at most 65536 bytes"),
    # devices
    (with_words(LOAD, into="/dev/full"), 5, "not a file: a folder, a pipe or a device"),
    (with_words(GENERATE, at_1="/dev/full"), 2, "/dev/full: is not an empty folder"),
    # what a terminal would obey
    (("check", "\x1b[2J"), 6, "no protocol is called '\N{SYMBOL FOR ESCAPE}[2J'"),
    # protocols
    (("check", "ld-il2-imune-als"), 6, "did you mean 'ld-il2-immune-als'"),
    (("show", "nothing.yaml"), 6, "nothing.yaml: neither a file nor the name of a shipped"),
    (("check", "export"), 6, "export: a folder without a protocol.yaml (name a protocol file)"),
    (("check", "."), 6, "name the file: coverage.yaml"),
    (with_words(EXPLAIN, at_1="nothing"), 6, "shipped are: cdisc-pilot, ld-il2-immune-als"),
    (("check", "hospital.duckdb"), 3, ": not UTF-8 (save the file as UTF-8)"),
    (with_words(SCREEN, at_1="coverage.yaml"), 3, "coverage.yaml"),
]


@pytest.fixture
def folder(shell: Shell, clinic: Path, hospital: Path) -> Path:
    shutil.copy(hospital, "hospital.duckdb")
    shutil.copy(clinic / "coverage.yaml", "coverage.yaml")
    Path("short.key").write_text("too short\n")
    Path("export").mkdir()
    shutil.copy(clinic / "Patient.ndjson", "export")
    return shell.folder


@pytest.mark.parametrize(("words", "code", "said"), MISTAKES)
def test_a_mistake(
    shell: Shell, folder: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    before = everything_in(folder)
    ran = shell.run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert ran.err.startswith("trialrun: ")
    assert "Traceback" not in ran.err
    assert everything_in(folder) == before


def everything_in(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_a_misuse_says_where_help_is(shell: Shell) -> None:
    assert shell.run("screen", PROTOCOL).err.endswith("see: trialrun screen --help\n")
    assert shell.run("scren").err.endswith("see: trialrun --help\n")


def test_a_database_is_not_written_into_a_pipe(shell: Shell, folder: Path) -> None:
    os.mkfifo("pipe")
    ran = shell.run(*with_words(LOAD, into="pipe"))
    assert (ran.code, ran.out) == (5, "")
    assert "pipe: not a file: a folder, a pipe or a device" in ran.err


def test_with_json_an_error_is_json_too_and_still_on_standard_error(
    shell: Shell, folder: Path
) -> None:
    ran = shell.run(*with_words(EXPLAIN, at_2="nobody"), "--json")
    said = json.loads(ran.out)["error"]
    assert (ran.code, said["exit_code"]) == (6, 6)
    assert "nobody" in said["message"]
    assert "nobody" in ran.err


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("check", "faulty.yaml", "--json"), "faulty.yaml:1"),
        (("load", "labs.csv", "--into", "new.duckdb", "--json"), "labs.csv"),
        (("show", "ld-il2-immune-als", "--value-set", "nyha-clas", "--json"), "nyha-clas"),
    ],
)
def test_with_json_every_problem_has_its_place(
    shell: Shell, folder: Path, words: tuple[str, ...], where: str
) -> None:
    Path("faulty.yaml").write_text("nmae: faulty\n", encoding="utf-8")
    Path("labs.csv").write_text("patient,item,value\n1,WBC,3\n", encoding="utf-8")
    ran = shell.run(*words)
    problems = json.loads(ran.out)["error"]["problems"]
    assert where in [problem["where"] for problem in problems]
    assert ran.err


def test_a_fault_of_the_program_shows_places_and_no_values(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("Zhang San, born 1953-05-03")

    monkeypatch.setattr("trialrun.workflows.screening.judge_patient", fail)
    ran = shell.run(*EXPLAIN)
    assert (ran.code, ran.out) == (70, "")
    assert "ValueError" in ran.err
    assert "workflows/screening.py:" in ran.err
    assert "Zhang" not in ran.err
    assert "1953" not in ran.err
    assert "Traceback" not in ran.err
