"""A run that is told to stop: its exit code, no traceback, nothing half done."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.cli.shell import ON, PROTOCOL, Ran, Shell

LOAD = ("load", "export", "--into", "hospital.duckdb")
SCREEN = ("screen", PROTOCOL, "--data", "hospital.duckdb", "--on", ON, "--out", "out")

# command | what is there once it is at work
AT_WORK = {
    "load": (LOAD, "hospital.duckdb.tmp-work"),
    "load at its beginning": (LOAD, "hospital.duckdb.tmp-lock"),
    "screen": (SCREEN, "out"),
}


def stopped_by(shell: Shell, number: signal.Signals, words: tuple[str, ...], sign: str) -> Ran:
    started = shell.start(*words)
    patience = time.monotonic() + 60
    while not (shell.folder / sign).exists() and time.monotonic() < patience:
        time.sleep(0.005)
    started.send_signal(number)
    out, err = started.communicate()
    return Ran(started.returncode, out.decode(), err.decode())


@pytest.mark.parametrize("command", AT_WORK)
@pytest.mark.parametrize(
    ("number", "said"), [(signal.SIGINT, "trialrun: interrupted\n"), (signal.SIGTERM, "")]
)
def test_a_signal(
    shell: Shell, clinic: Path, hospital: Path, command: str, number: signal.Signals, said: str
) -> None:
    shutil.copytree(clinic, "export")
    shutil.copyfile(hospital, "hospital.duckdb")
    before = hospital.read_bytes()
    ran = stopped_by(shell, number, *AT_WORK[command])
    assert (ran.code, ran.out, ran.err) == (128 + number, "", said)
    assert Path("hospital.duckdb").read_bytes() == before
    assert {path.name for path in shell.folder.iterdir()} == {"export", "hospital.duckdb"}


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C is heard, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_the_engine(shell: Shell, ctrl_c: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB answers a signal with an error of its own: the signal is what counts."""

    def interrupted(*_: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    monkeypatch.setattr("trialrun.cli.protocols.check_protocol", interrupted)
    ran = shell.run("check", PROTOCOL)
    assert (ran.code, ran.out, ran.err) == (130, "", "trialrun: interrupted\n")


def test_ctrl_c_while_the_lock_is_taken(
    shell: Shell, clinic: Path, ctrl_c: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, lock = duckdb.connect, Path("new.duckdb.tmp-lock").resolve()
    taken: list[bool] = []

    def interrupted(path: str = ":memory:", **rest: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(path, **rest)
        if Path(path).resolve() == lock and not taken:
            taken.append(lock.exists())
            connection.close()
            signal.raise_signal(signal.SIGINT)
        return connection

    monkeypatch.setattr("trialrun.sources.intake.building.duckdb.connect", interrupted)
    ran = shell.run("load", str(clinic), "--into", "new.duckdb")
    assert (ran.code, taken) == (130, [True])
    assert list(shell.folder.iterdir()) == []


def test_a_signal_that_is_to_be_ignored(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under nohup."""

    def hang_up(*_: object) -> list[object]:
        signal.raise_signal(signal.SIGHUP)
        return []

    monkeypatch.setattr("trialrun.cli.protocols.check_protocol", hang_up)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert shell.run("check", PROTOCOL).code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
