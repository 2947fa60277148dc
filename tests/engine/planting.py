"""Plants one fault in a copy of the program, and asks some tests whether they notice.

A fault is *caught* if an expectation fails. A program that no longer runs, or does not end, shows
nothing about the tests: it is told apart. Refuses to plant what is not there, and to believe a run
that imported anything of the unbroken program.
"""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PROGRAM = Path("src/trialrun")
SMALL_WORLD = "tests/engine/test_small_world.py"
CAUGHT, SURVIVED, BROKEN, ENDLESS = "caught", "survived", "did not run", "did not end"
_SIGNS = ("AssertionError", "DisagreementError", "DID NOT RAISE")
"""What a failed expectation looks like; any other error is a program that no longer runs."""


@dataclass(frozen=True)
class Fault:
    """One place of the program, and how it is broken.

    `asks` names who is asked, in this order until one of them notices: the small world of a type
    of expression (`Age`), or tests by their paths. `at` is where in the file `before` stands; None:
    its first place. `equivalent` says why nothing can notice.
    """

    what: str
    asks: tuple[str, ...]
    file: str
    before: str
    after: str
    equivalent: str = ""
    at: int | None = None

    @property
    def text(self) -> str:
        """The unbroken text of the file."""
        return (ROOT / PROGRAM / self.file).read_text(encoding="utf-8")

    @property
    def stands(self) -> bool:
        """Whether the file still holds what is to be broken."""
        text = self.text
        return self.before in text if self.at is None else text.startswith(self.before, self.at)

    @property
    def broken(self) -> str:
        """The text of the file with the fault in it."""
        text = self.text
        start = text.index(self.before) if self.at is None else self.at
        return text[:start] + self.after + text[start + len(self.before) :]


@dataclass(frozen=True)
class Outcome:
    """What became of a fault; `by` is who caught it."""

    fault: Fault
    result: str
    by: str = ""

    @property
    def caught(self) -> bool:
        """Whether an expectation failed."""
        return bool(self.by)


def try_all(faults: Sequence[Fault], workers: int) -> list[Outcome]:
    """Try every fault, and say so as it goes."""
    lost = [fault for fault in faults if not fault.stands]
    if lost:
        raise SystemExit("\n".join(f"{f.file}: no longer holds {f.before!r}" for f in lost))
    with prepared() as program, ThreadPoolExecutor(workers) as pool:
        _check_unbroken(program, faults, pool)
        return list(pool.map(lambda fault: _try(fault, program), faults))


@contextmanager
def prepared() -> Iterator[Path]:
    """Copy what the tests need, compiled so that a file that is changed later is read again."""
    with TemporaryDirectory(prefix="mutants-") as folder:
        program = Path(folder) / "unbroken"
        program.mkdir()
        shutil.copy(ROOT / "pyproject.toml", program)
        for name in ("src", "tests"):
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(ROOT / name, program / name, ignore=ignored)
        compileall.compile_dir(program, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        yield program


def _check_unbroken(program: Path, faults: Sequence[Fault], pool: Executor) -> None:
    """Refuse to go on if a test fails without any fault: then it catches nothing."""

    def unbroken(asked: str) -> str:
        return ask(asked, program, program.parent, remembers=True)

    asks = (asked for fault in faults for asked in fault.asks)
    everyone = list(dict.fromkeys(one for asked in asks for one in asked.split(" or ")))
    for asked, result in zip(everyone, pool.map(unbroken, everyone), strict=True):
        if result != SURVIVED:
            raise SystemExit(f"{asked}: {result} although nothing is broken")


def _try(fault: Fault, program: Path) -> Outcome:
    with TemporaryDirectory(prefix="mutant-", dir=program.parent) as copy:
        folder = Path(copy) / "broken"
        shutil.copytree(program, folder)
        (folder / PROGRAM / fault.file).write_text(fault.broken, encoding="utf-8")
        outcome = _outcome(fault, folder, program.parent)
    by = f" by {outcome.by}" if outcome.by else ""
    sys.stdout.write(f"{fault.file}: {fault.what}: {outcome.result}{by}\n")
    sys.stdout.flush()
    return outcome


def _outcome(fault: Fault, folder: Path, memory: Path) -> Outcome:
    for asked in fault.asks:
        # Where only the engine is broken, what the interpreter says is as it was.
        result = ask(asked, folder, memory, remembers=fault.file.startswith("engine/"))
        if result != SURVIVED:
            return Outcome(fault, result, asked if result == CAUGHT else "")
    return Outcome(fault, SURVIVED)


def ask(asked: str, folder: Path, memory: Path, *, remembers: bool) -> str:
    tests = asked.split() if asked.startswith("tests/") else [SMALL_WORLD, "-k", asked]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"),
            *("-p", "tests.engine.inside_mutant", "--hypothesis-seed=0", *tests),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder / "src"),
            "REMEMBERED": str(memory) if remembers else "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return _result(run)


def _result(run: subprocess.CompletedProcess[str]) -> str:
    if run.returncode == 0:
        return SURVIVED
    if run.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return ENDLESS
    expected = any(sign in run.stdout for sign in _SIGNS)
    return CAUGHT if run.returncode == 1 and expected else BROKEN
