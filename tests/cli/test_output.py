"""What goes where: results to standard output, the rest to standard error, in any terminal."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.cli.shell import ON, PROTOCOL, Ran, Shell

HOSPITAL = ("--data", "hospital.duckdb", "--on", ON)
EXPLAIN = ("explain", PROTOCOL, "5", *HOSPITAL)
SHOW_IN_CHINESE = ("show", PROTOCOL, "--language", "zh")

# command | the keys of its JSON
DOCUMENTS: list[tuple[tuple[str, ...], set[str]]] = [
    (
        ("load", "export", "--into", "new.duckdb"),
        {"source", "format", "time_zone", "time_zone_declared", "rows", "reasons", "coverage"}
        | {"unknown_units", "uncoded", "unknown_concepts"},
    ),
    (
        ("screen", PROTOCOL, *HOSPITAL, "--out", "out"),
        {
            "protocol",
            "on",
            "patients",
            "deceased",
            "may_have_died",
            "verdicts",
            "ready_for_visit",
            "near_misses",
        }
        | {"attrition", "open_gaps", "gains", "coverage", "opened", "pseudonymised"},
    ),
    (
        EXPLAIN,
        {"name", "verdict", "opens_on", "lapses_on", "person", "judgements", "rows", "coverage"}
        | {"pseudonymised"},
    ),
    (
        ("show", PROTOCOL),
        {"name", "version", "title", "facts", "design", "assumptions", "sentences"},
    ),
    (
        ("generate", "new", "--patients", "3", "--on", ON),
        {"folder", "truth", "patients", "rows"},
    ),
]


@pytest.fixture
def folder(shell: Shell, clinic: Path, hospital: Path) -> Path:
    shutil.copy(hospital, "hospital.duckdb")
    shutil.copytree(clinic, "export")
    return shell.folder


def document(ran: Ran) -> Any:
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


@pytest.mark.parametrize(("words", "keys"), DOCUMENTS, ids=[words[0] for words, _ in DOCUMENTS])
def test_json(shell: Shell, folder: Path, words: tuple[str, ...], keys: set[str]) -> None:
    assert keys <= document(shell.run(*words, "--json")).keys()


def test_json_of_a_check_is_a_list_of_findings(shell: Shell) -> None:
    found = document(shell.run("check", PROTOCOL, "--on", ON, "--json"))
    assert {"severity", "where", "found", "remedy", "criterion"} <= found[0].keys()


def test_a_protocol_that_is_refused_is_still_described_as_json(shell: Shell) -> None:
    """The findings are the result; the exit code says that one of them is an error."""
    text = shipped_text().replace("age from 18 to 70 years", "age from 70 to 18 years")
    library = Path("library")
    library.mkdir()
    (library / "protocol.yaml").write_text(text, encoding="utf-8")
    ran = shell.run("check", library / "protocol.yaml", "--on", ON, "--json")
    assert (ran.code, ran.err) == (3, "")
    assert "error" in {finding["severity"] for finding in json.loads(ran.out)}


def shipped_text() -> str:
    from trialrun.protocol.file import read_protocol

    return read_protocol(PROTOCOL).path.read_text(encoding="utf-8")


def test_what_is_said_in_a_pipe_holds_no_colours_and_no_progress(
    shell: Shell, folder: Path
) -> None:
    for words in [("load", "export", "--into", "new.duckdb"), EXPLAIN]:
        ran = shell.run(*words)
        assert (ran.code, ran.err) == (0, "")
        assert "\x1b" not in ran.out


def test_no_colour_if_asked_so(shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert re.search(r"\x1b\[[\d;]*3\d", shell.run(*EXPLAIN).out)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3\d", shell.run(*EXPLAIN).out)


@pytest.mark.parametrize("columns", ["1", "20", "1000"])
def test_a_terminal_of_any_width(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for words in [EXPLAIN, ("check", PROTOCOL), ("--help",), ("load", "--help")]:
        ran = shell.run(*words)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out


def test_names_are_not_broken_and_not_read_as_markup(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    name = "[red]a folder with a name that is much longer than the terminal"
    ran = shell.run("generate", name, "--patients", "3", "--on", ON)
    assert f"3 patients in {name}\n" in ran.out
    assert f"{name}-truth.csv\n" in ran.out


# --- encodings -------------------------------------------------------------------------------

ENCODINGS: list[dict[str, str]] = [
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("env", ENCODINGS, ids=["ascii", "C"])
def test_a_terminal_that_cannot_write_chinese(shell: Shell, env: dict[str, str]) -> None:
    ran = shell.run_apart(*SHOW_IN_CHINESE, env=env)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.isascii()
    assert "\\u" in ran.out


def test_json_is_json_in_any_encoding(shell: Shell) -> None:
    ascii_only = shell.run_apart(*SHOW_IN_CHINESE, "--json", env={"PYTHONIOENCODING": "ascii"})
    assert ascii_only.out.isascii()
    assert document(ascii_only) == document(shell.run(*SHOW_IN_CHINESE, "--json"))


def test_an_error_about_a_chinese_name(shell: Shell) -> None:
    ran = shell.run_apart("load", "肌酐", "--into", "x", env={"PYTHONIOENCODING": "ascii"})
    assert ran.code == 4
    assert "\\u808c\\u9150: there is no such file" in ran.err


# --- whoever reads goes away, or has no room -------------------------------------------------

OUTPUTS = [("show", PROTOCOL), ("check", PROTOCOL, "--json")]
"""A long one, which fails while it is written; and a short one, which fails when all is done."""


@pytest.mark.parametrize("words", OUTPUTS)
def test_a_pipe_that_nobody_reads(shell: Shell, words: tuple[str, ...]) -> None:
    started = shell.start(*words)
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.close()
    said = started.stderr.read()
    started.stderr.close()
    assert (started.wait(), said) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", OUTPUTS)
def test_an_output_without_room(shell: Shell, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        started = shell.start(*words, stdout=full)
        _, said = started.communicate()
    assert (started.returncode, said) == (5, b"trialrun: the output: no space left on device\n")


# --- caveats ---------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [1, 2])
def test_an_output_that_is_closed(shell: Shell, closed: int) -> None:
    ran = shell.run_apart("check", PROTOCOL, preexec_fn=lambda: os.close(closed))
    assert ran.code == 0
    assert "failed" not in ran.err


def test_records_that_do_not_reach_the_day_are_warned_of(shell: Shell, folder: Path) -> None:
    later = ("--data", "hospital.duckdb", "--on", "2023-01-15")
    ran = shell.run("explain", PROTOCOL, "5", *later, "--json")
    assert ran.code == 0
    assert ran.err.startswith(
        "warning: The newest record is more than 360 days older than 2023-01-15"
    )
    assert json.loads(ran.out)


def test_coverage_that_ends_before_the_day_is_warned_of(shell: Shell) -> None:
    shell.run("generate", "export", "--patients", "3", "--on", ON)
    Path("coverage.yaml").write_text(
        "complete:\n  - {kind: condition, since: whole life, until: 2021-12-31}\n"
        "  - {kind: study participation, since: 2010-01-01, until: 2021-12-31}\n"
        "  - {kind: medication, since: 2010-01-01}\n"
    )
    shell.run("load", "export", "--into", "hospital.duckdb", "--coverage", "coverage.yaml")
    ran = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "out")
    assert ran.code == 0
    assert ran.err == (
        "warning: Coverage of diagnosis, study participation ends on 2021-12-31, before"
        " 2022-01-15: where nothing is recorded, the answer is unknown.\n"
    )


def test_a_database_without_patients_is_said_to_be_one(shell: Shell, folder: Path) -> None:
    with duckdb.connect("hospital.duckdb") as connection:
        connection.execute("DELETE FROM patient")
    ran = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "out")
    assert ran.code == 0
    assert ran.err.startswith("warning: The database holds no patients")
    assert "The database holds no patients" in Path("out/report.html").read_text("utf-8")


def test_a_terminal_obeys_no_record(shell: Shell, folder: Path) -> None:
    """A name that would clear the screen or turn a line round is shown, and breaks no table."""
    with duckdb.connect("hospital.duckdb") as connection:
        connection.execute("UPDATE concept SET text = '\x1b[2J' || text || '\u202e\x9b'")
        connection.execute("UPDATE patient SET patient_id = patient_id || '\x1b]0;x\x07'")
    screened = shell.run("screen", PROTOCOL, *HOSPITAL, "--out", "out")
    explained = shell.run("explain", PROTOCOL, "17\x1b]0;x\x07", *HOSPITAL)
    assert (screened.code, explained.code) == (0, 0)
    assert "\N{SYMBOL FOR ESCAPE}[2J" in explained.out
    said = screened.out + screened.err + explained.out + explained.err
    assert not set(said) & set("\x1b\x07\x9b\u202e")


def test_a_value_set_is_shown_with_every_code(shell: Shell) -> None:
    people = shell.run("show", PROTOCOL, "--value-set", "hepatitis", "--language", "zh")
    programs = shell.run("show", PROTOCOL, "--value-set", "hepatitis", "--json")
    listed = json.loads(programs.out)
    assert (people.code, programs.code) == (0, 0)
    assert listed["title_zh"] in people.out
    assert len(listed["codes"]) > 10
    assert [one["code"] for one in listed["codes"] if one["code"] not in people.out] == []


def test_a_check_speaks_chinese(shell: Shell) -> None:
    ran = shell.run("check", PROTOCOL, "--on", "2026-01-01", "--language", "zh")
    assert ran.code == 0
    assert "警告" in ran.out
    assert "目标入组人数为 0" in ran.out
    assert "warning" not in ran.out
