"""Each command explains itself, with an example that works when it is typed in."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import typer
from tests.cli.shell import Shell
from tests.exchange.world import conducted

from trialrun.cli import demonstration, main
from trialrun.cli.app import app
from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.workflows.demo import finished
from trialrun.workflows.demo.making import run_demo

EXAMPLES = {
    name: (command.epilog or "").removeprefix("Example: ")
    for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    if not isinstance(command, typer.core.TyperGroup)
}
COMMANDS = (
    "load",
    "screen",
    "explain",
    "check",
    "show",
    "generate",
    "demo",
    "demo-trial",
    "serve",
    "enlist",
    "watch",
    "export",
    "evaluate",
    "simulate",
)
ENDING = [command for command in COMMANDS if command != "serve"]
MADE = {
    "load": ["hospital.duckdb"],
    "screen": [f"screening/{name}" for name in ("report.html", "verdicts.csv", "verdicts.parquet")],
    "generate": ["clinic/Patient.ndjson", "clinic-truth.csv"],
    "enlist": ["trial.db"],
    "export": ["export/odm/trial.xml", "export/sdtm/dm.json", "export/README.txt"],
    "demo-trial": ["demo-trial/evaluation/report.html", "demo-trial/trial.db"],
    "evaluate": ["report/report.html", "report/tables/disposition.csv"],
    "demo": [
        "demo/report.html",
        "demo/hospital.duckdb",
        "demo/trial.db",
        "demo/clinic/Patient.ndjson",
    ],
}


def a_trial(path: Path) -> None:
    """Make the database of a conducted trial."""
    database = connect(private_sqlite_url(path))
    create(database)
    conducted(database)
    database.close()


def test_every_command_is_here() -> None:
    assert tuple(EXAMPLES) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help(shell: Shell, command: str) -> None:
    ran = shell.run(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert EXAMPLES[command].startswith(f"trialrun {command} ")
    assert f"Example: {EXAMPLES[command]}" in ran.in_one_line
    assert shell.run(command, "-h") == ran


@pytest.mark.parametrize("command", ENDING)
def test_the_example_works(
    shell: Shell, clinic: Path, hospital: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(demonstration, "run_demo", partial(run_demo, patients=3))
    monkeypatch.setattr(finished, "PATIENTS", 3)
    shutil.copytree(clinic, "export")
    shutil.copy(clinic / "coverage.yaml", "coverage.yaml")
    if command != "load":
        shutil.copy(hospital, "hospital.duckdb")
    if command == "watch":
        assert shell.run(*shlex.split(EXAMPLES["enlist"])[1:]).code == 0
    if command in ("export", "evaluate"):
        shutil.rmtree("export")
        a_trial(Path("trial.db"))
    program, *words = shlex.split(EXAMPLES[command])
    ran = shell.run(*words)
    assert (program, ran.code) == ("trialrun", 0)
    # The clinic's records are of 2022, and a watch is as of today: it says so.
    assert ran.err.startswith("warning: The newest record") if command == "watch" else not ran.err
    assert ran.out
    assert [name for name in MADE.get(command, []) if not Path(name).is_file()] == []


def test_the_help_of_the_trail(shell: Shell) -> None:
    ran = shell.run("audit", "verify", "--help")
    assert ran.code == 0
    assert "Example: trialrun audit verify --database sqlite:///trial.db" in ran.in_one_line


@pytest.mark.parametrize(
    ("called", "found", "named"),
    [
        (".venv/bin/trialrun", None, ".venv/bin/trialrun"),
        ("/usr/bin/trialrun", "/usr/bin/trialrun", "trialrun"),
        ("-c", None, "trialrun"),
    ],
)
def test_the_next_command_can_be_typed_as_it_stands(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, called: str, found: str | None, named: str
) -> None:
    monkeypatch.setattr(demonstration, "run_demo", partial(run_demo, patients=3))
    monkeypatch.setattr(demonstration, "which", lambda _: found)
    monkeypatch.setattr(sys, "argv", [called])
    ran = shell.run("demo")
    assert f"\n  {named} explain ld-il2-immune-als " in ran.out


def test_the_main_help_names_every_command_and_exit_code(shell: Shell) -> None:
    ran = shell.run("--help")
    assert ran.code == 0
    assert [command for command in COMMANDS if f" {command} " not in ran.out] == []
    for meaning in (
        "0 done",
        "1 output no longer read",
        "3 protocol",
        "4 source",
        "5 database",
        "6 not found",
        "130",
    ):
        assert meaning in ran.in_one_line


def test_no_words_at_all_show_the_help(shell: Shell) -> None:
    ran = shell.run()
    assert (ran.code, ran.err) == (2, "")
    assert "Commands" in ran.out


def test_the_version(shell: Shell) -> None:
    assert shell.run("--version").out == "trialrun 0.1.0\n"


def test_help_imports_nothing_heavy() -> None:
    """So that the first words come at once."""
    heavy = "{'duckdb', 'pydantic', 'sqlglot', 'lark', 'altair', 'jinja2', 'ruamel'}"
    code = f"import sys; import trialrun.cli.app; print(sorted({heavy} & set(sys.modules)))"
    source = str(Path(main.__code__.co_filename).parents[2])
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "[]\n"


def test_a_chinese_demonstration_ends_in_chinese(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "run_demo", partial(run_demo, patients=3))
    ran = shell.run("demo", "--language", "zh")
    end = ran.out[ran.out.index("用浏览器打开 demo/report.html") :]
    said = [line for line in end.splitlines() if line and not line.startswith("  ")]
    assert len(said) == 3
    assert all(re.search("[\u4e00-\u9fff]", line) for line in said)
    assert "--language zh" in end
    assert "研究协调员" in end
    assert "coordinator" not in end
