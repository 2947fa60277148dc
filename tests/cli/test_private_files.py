"""Files that hold patients' records are their owner's, whatever the umask is and was."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.shell import ON, PROTOCOL, RESULTS, Shell, free_port, no_larger_file_than

from trialrun.workflows.serving import open_trial

SCREEN = ("screen", PROTOCOL, "--data", "hospital.duckdb", "--on", ON, "--out", "out")


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=["0", "022", "777"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: mode(path) for path in folder.iterdir()}


def test_the_database(shell: Shell, clinic: Path, umask: None) -> None:
    folder = Path("export")
    folder.mkdir(0o700)
    folder.chmod(0o700)
    shutil.copyfile(clinic / "Patient.ndjson", folder / "Patient.ndjson")
    (folder / "Patient.ndjson").chmod(0o600)
    assert shell.run("load", "export", "--into", "new.duckdb").code == 0
    assert mode(Path("new.duckdb")) == 0o600


def test_a_database_that_others_could_read(shell: Shell, clinic: Path, hospital: Path) -> None:
    shutil.copyfile(hospital, "hospital.duckdb")
    Path("hospital.duckdb").chmod(0o644)
    small = Path("export")
    small.mkdir()
    shutil.copyfile(clinic / "Patient.ndjson", small / "Patient.ndjson")
    words = ("--into", "hospital.duckdb", "--source", "export")
    assert shell.run("load", "export", *words).code == 0
    assert mode(Path("hospital.duckdb")) == 0o600


# Commands that open a trial's database
OPENING = {
    "verify": ("audit", "verify"),
    "serve": ("serve",),
    "watch": ("watch", PROTOCOL, "--on", ON),
    "export": ("export", "--out", "exported"),
}


def foreign(kind: str) -> Path:
    """Make what is no trial's database."""
    path = Path("foreign")
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("a letter")
    elif kind == "SQLite":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE recipes (id INTEGER)")
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('of another program')")
            connection.commit()
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("kind", ["folder", "text", "SQLite", "SQLite of another program"])
@pytest.mark.parametrize("words", OPENING.values(), ids=OPENING)
def test_what_is_no_trial_is_left_as_it_was(
    shell: Shell, words: tuple[str, ...], kind: str
) -> None:
    path = foreign(kind)
    held = path.read_bytes() if path.is_file() else b""
    port = ("--port", str(free_port())) if words == OPENING["serve"] else ()
    ran = shell.run(*words, *port, "--database", "sqlite:///foreign")
    assert (ran.code, "foreign cannot be used" in ran.in_one_line) == (5, True), ran.err
    assert mode(path) == 0o755
    assert (path.read_bytes() if path.is_file() else b"") == held
    assert [one.name for one in shell.folder.iterdir()] == ["foreign"]


def test_only_who_may_make_a_trial_makes_it_private(shell: Shell) -> None:
    url = "sqlite:///trial.db"
    open_trial(url, PROTOCOL, datetime(2022, 1, 15, tzinfo=UTC)).database.close()
    path = Path("trial.db")
    assert mode(path) == 0o600
    path.chmod(0o640)
    assert shell.run("audit", "verify", "--database", url).code == 0
    assert mode(path) == 0o640
    open_trial(url, PROTOCOL, datetime(2022, 1, 16, tzinfo=UTC)).database.close()
    assert mode(path) == 0o600


def test_results(shell: Shell, hospital: Path, no_umask: None) -> None:
    """Also where older ones lie that others could read."""
    shutil.copyfile(hospital, "hospital.duckdb")
    out = Path("out")
    out.mkdir(0o755)
    for name in RESULTS:
        (out / name).write_text("old")
        (out / name).chmod(0o666)
    assert shell.run(*SCREEN).code == 0
    assert modes_in(out) == dict.fromkeys(RESULTS, 0o600)
    assert [name for name in RESULTS if (out / name).read_bytes() == b"old"] == []


def test_a_proposed_mapping(shell: Shell, umask: None) -> None:
    folder = Path("export")
    folder.mkdir()
    folder.chmod(0o700)
    table = folder / "patients.csv"
    table.touch()
    table.chmod(0o600)
    table.write_text("patient id,sex,birth date\n1,male,1960-01-01\n")
    # What a killed run, or somebody else, has laid beside it is not written into.
    Path(".export.mapping.yaml.part").touch()
    Path(".export.mapping.yaml.part").chmod(0o666)
    ran = shell.run("load", "export", "--into", "new.duckdb")
    assert ran.code == 4
    assert mode(Path("export.mapping.yaml")) == 0o600
    assert not Path("new.duckdb").exists()


def test_what_lies_about_while_it_runs(
    shell: Shell, hospital: Path, no_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody but the owner can look into temporary files and the folder that memory spills into."""
    shutil.copyfile(hospital, "hospital.duckdb")
    seen: dict[str, int] = {}

    def look(*_: object) -> None:
        seen.update(modes_in(shell.folder))
        seen.update({f"out/{name}": m for name, m in modes_in(shell.folder / "out").items()})
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trialrun.workflows.screening.export", look)
    ran = shell.run(*SCREEN)
    assert (ran.code, ran.out) == (5, "")
    spill = [name for name in seen if name.startswith(".hospital.duckdb.spill-")]
    made = [name for name in seen if name.startswith("out/.trialrun-")]
    assert len(spill) == len(made) == 1
    assert [seen[name] for name in ("out", *spill, *made)] == [0o700] * 3
    assert [path.name for path in shell.folder.iterdir()] == ["hospital.duckdb"]


def test_what_lies_about_while_it_loads(
    shell: Shell, clinic: Path, no_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("export").mkdir()
    shutil.copyfile(clinic / "Patient.ndjson", "export/Patient.ndjson")
    seen: dict[str, int] = {}

    def look(*_: object) -> None:
        seen.update(modes_in(shell.folder))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trialrun.sources.intake.loading.summarise", look)
    ran = shell.run("load", "export", "--into", "new.duckdb")
    assert (ran.code, ran.out) == (5, "")
    ours = {name: mode for name, mode in seen.items() if name.startswith("new.duckdb.tmp-")}
    assert {name.removeprefix("new.duckdb.tmp-") for name in ours} >= {"build", "scratch", "work"}
    assert {mode & 0o077 for mode in ours.values()} == {0}
    assert [path.name for path in shell.folder.iterdir()] == ["export"]


# --- whole or not at all ---------------------------------------------------------------------


@pytest.mark.parametrize("largest", [1_000, 100_000])
def test_a_disk_that_is_full_while_results_are_written(
    shell: Shell, hospital: Path, largest: int
) -> None:
    shutil.copyfile(hospital, "hospital.duckdb")
    Path("out").mkdir()
    for name in RESULTS:
        Path("out", name).write_text("old")
    with no_larger_file_than(largest):
        ran = shell.run(*SCREEN)
    assert (ran.code, ran.out) == (5, "")
    assert "trialrun: out" in ran.err
    assert "cannot be written" in ran.err
    assert ".trialrun-" not in ran.err
    assert "Traceback" not in ran.err
    found = {path.name: path.read_text() for path in Path("out").iterdir()}
    assert found == dict.fromkeys(RESULTS, "old")


def test_a_disk_that_is_full_while_a_clinic_is_written(shell: Shell) -> None:
    with no_larger_file_than(3000):
        ran = shell.run("generate", "new", "--patients", "20", "--on", ON)
    assert (ran.code, ran.out) == (5, "")
    assert "new cannot be written" in ran.err
    assert "file too large" in ran.err
    assert "Traceback" not in ran.err
    assert list(shell.folder.iterdir()) == []


def test_a_clinic_that_is_interrupted_leaves_nothing(shell: Shell) -> None:
    with shell.start("generate", "new", "--patients", "100000", "--on", ON) as started:
        while started.poll() is None and not any(shell.folder.iterdir()):
            time.sleep(0.01)
        time.sleep(0.5)
        started.send_signal(signal.SIGINT)
        _, err = started.communicate()
    assert (started.returncode, err) == (130, b"trialrun: interrupted\n")
    assert list(shell.folder.iterdir()) == []


def test_a_clinic_may_be_made_in_an_empty_folder(shell: Shell) -> None:
    Path("new").mkdir(mode=0o750)
    assert shell.run("generate", "new", "--patients", "3", "--on", ON).code == 0
    assert Path("new", "Patient.ndjson").is_file()
    assert stat.S_IMODE(Path("new").stat().st_mode) == 0o750
    assert {path.name for path in shell.folder.iterdir()} == {"new", "new-truth.csv"}


def test_a_clinic_may_be_made_where_one_stands(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("here").mkdir()
    monkeypatch.chdir("here")
    assert shell.run("generate", ".", "--patients", "3", "--on", ON).code == 0
    assert Path("Patient.ndjson").is_file()
    assert (shell.folder / "here-truth.csv").is_file()


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written_to(shell: Shell, hospital: Path) -> None:
    shutil.copyfile(hospital, "hospital.duckdb")
    Path("out").mkdir(0o500)
    ran = shell.run(*SCREEN)
    assert (ran.code, ran.out) == (5, "")
    assert "out cannot be written" in ran.err
