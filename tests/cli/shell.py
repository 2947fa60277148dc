"""A shell for tests: runs the command line in a folder, in this process or in one of its own."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from trialrun.cli import main

PROTOCOL = "ld-il2-immune-als"
ON = "2022-01-15"
PROGRAM = (sys.executable, "-c", "from trialrun.cli import main; main()")


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
        largest_file: int = -1,
        stdout: int | BinaryIO = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start a command in a process of its own."""

        def limit() -> None:
            if largest_file >= 0:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        source = Path(main.__code__.co_filename).parents[2]
        return subprocess.Popen(
            [*PROGRAM, *map(str, words)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(source), **(env or {})},
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=limit,
        )

    def run_apart(
        self, *words: str | Path, env: Mapping[str, str] | None = None, largest_file: int = -1
    ) -> Ran:
        """Run a command in a process of its own, to its end."""
        started = self.start(*words, env=env, largest_file=largest_file)
        out, err = started.communicate()
        return Ran(started.returncode, out.decode(), err.decode())
