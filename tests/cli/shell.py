"""A shell for tests: runs the command line in a folder, in this process or in one of its own."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import pytest

from trialrun.cli import main

PROTOCOL = "ld-il2-immune-als"
ON = "2022-01-15"
RESULTS = (
    "report.html",
    *(f"{name}.{form}" for name in ("verdicts", "judgements") for form in ("csv", "parquet")),
)
"""The files that a screening writes."""

PROGRAM = (sys.executable, "-c", "from trialrun.cli import main; main()")


def free_port() -> int:
    """Name a port that the system has free: the tests run beside each other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found: int = listener.getsockname()[1]
    return found


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def in_one_line(self) -> str:
        """Both outputs, however wide the terminal was."""
        return re.sub(r"\s+", " ", self.out + self.err)


@dataclass(frozen=True)
class Shell:
    """A folder in which commands are run."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def run(self, *words: str | Path) -> Ran:
        """Run a command in this process, which is fast."""
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        captured = self.capture.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, captured.out, captured.err)

    def start(
        self,
        *words: str | Path,
        env: Mapping[str, str] | None = None,
        stdout: int | BinaryIO = subprocess.PIPE,
        preexec_fn: Callable[[], None] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a command in a process of its own, which hears Ctrl-C wherever the tests run."""

        def prepare() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if preexec_fn is not None:
                preexec_fn()

        source = Path(main.__code__.co_filename).parents[2]
        return subprocess.Popen(
            [*PROGRAM, *map(str, words)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONUNBUFFERED": "", **(env or {})},
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=prepare,
        )

    def run_apart(
        self,
        *words: str | Path,
        env: Mapping[str, str] | None = None,
        preexec_fn: Callable[[], None] | None = None,
    ) -> Ran:
        """Run a command in a process of its own, to its end."""
        started = self.start(*words, env=env, preexec_fn=preexec_fn)
        out, err = started.communicate()
        return Ran(started.returncode, out.decode(), err.decode())


@contextmanager
def no_larger_file_than(size: int) -> Iterator[None]:
    """Let every file that grows beyond a size fail, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def said_in(path: Path) -> str:
    """Return what a file says; Parquet compresses it, so that it has to be asked."""
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        return repr(connection.execute(f"SELECT columns(*)::VARCHAR FROM '{path}'").fetchall())
