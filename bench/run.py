"""Load and screen a generated clinic, beside the same done by hand, on one machine in one run.

Every measurement is a whole process: wall and processor time and peak memory as the system counts
them. What is compared runs in turn (ours, by hand, ours, by hand, …), so that both meet the same
weather; the ratio is the median of the ratios of neighbours. It judges nothing: it prints.

    python bench/run.py [--patients 100000] [--runs 5] [--keep bench/out]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = sys.executable
TRIALRUN = str(Path(PYTHON).with_name("trialrun"))
ON = "2022-01-15"
PROTOCOL = "ld-il2-immune-als"
MEGABYTE = 1024  # ru_maxrss counts kibibytes

Command = Sequence[str]


@dataclass(frozen=True)
class Run:
    """One whole process: seconds by the clock, seconds of processor, kibibytes at its peak."""

    wall: float
    cpu: float
    peak: int
    said: str


@dataclass(frozen=True)
class Pair:
    """Ours and by hand, in turn."""

    ours: tuple[Run, ...]
    by_hand: tuple[Run, ...]

    def ratio(self, of: Callable[[Run], float]) -> float:
        """Return the median of the ratios of neighbours."""
        return statistics.median(
            of(a) / of(b) for a, b in zip(self.ours, self.by_hand, strict=True)
        )


def main() -> None:
    """Generate once, measure, print."""
    options = _options()
    folder = options.keep / str(options.patients)
    folder.mkdir(parents=True, exist_ok=True)
    clinic, database, flat = folder / "clinic", folder / "hospital.duckdb", folder / "flat"
    _generate(clinic, options.patients)
    load = _in_turn(
        options.runs,
        "load",
        [TRIALRUN, "load", str(clinic), "--into", str(database)],
        [PYTHON, str(HERE / "flatten.py"), str(clinic), str(flat)],
        lambda: database.unlink(missing_ok=True),
    )
    answer = _in_turn(
        options.runs,
        "answer",
        [PYTHON, str(HERE / "answer.py"), str(database), str(folder / "answered")],
        [PYTHON, str(HERE / "by_hand.py"), str(flat)],
        lambda: shutil.rmtree(folder / "answered", ignore_errors=True),
    )
    _tell("screen, with dates, relaxed criteria, opened patients and report")
    out = str(folder / "screening")
    screen = _run([TRIALRUN, "screen", PROTOCOL, "--data", str(database), "--on", ON, "--out", out])
    _tell("explain")
    explain = _run([PYTHON, str(HERE / "explain.py"), str(database)])
    agreement = _run([PYTHON, str(HERE / "agreement.py"), str(folder / "answered"), str(flat)])
    print(_table(options.patients, clinic, database, load, answer, screen, explain, agreement))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, default=HERE / "out", help="folder for what is made")
    return parser.parse_args()


def _generate(clinic: Path, patients: int) -> None:
    """Make the clinic, unless an earlier run has left it."""
    if clinic.exists():
        return
    _tell(f"generating {patients:,} patients")
    half_made = clinic.with_name("clinic.part")
    shutil.rmtree(half_made, ignore_errors=True)
    cores = str(os.cpu_count() or 1)
    size = ["--patients", str(patients), "--on", ON, "--workers", cores]
    _run([TRIALRUN, "generate", str(half_made), *size])
    half_made.rename(clinic)


def _in_turn(
    runs: int, name: str, ours: Command, by_hand: Command, before: Callable[[], None]
) -> Pair:
    done: tuple[list[Run], list[Run]] = ([], [])
    for number in range(runs):
        _tell(f"{name}, {number + 1} of {runs}")
        before()
        done[0].append(_run(ours))
        done[1].append(_run(by_hand))
    return Pair(tuple(done[0]), tuple(done[1]))


def _run(command: Command) -> Run:
    """Run one process to its end; what fails stops the benchmark with its words."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, said.strip())


def _table(
    patients: int,
    clinic: Path,
    database: Path,
    load: Pair,
    answer: Pair,
    screen: Run,
    explain: Run,
    agreement: Run,
) -> str:
    sent = sum(path.stat().st_size for path in clinic.glob("*.ndjson"))
    return "\n".join(
        [
            f"{patients:,} patients, {sent / 1e9:.2f} GB of NDJSON,"
            f" a database of {database.stat().st_size / 1e6:.0f} MB;"
            f" {os.cpu_count()} cores; load average {os.getloadavg()[0]:.1f}",
            "",
            "| | wall s | processor s | peak MB |",
            "|---|---:|---:|---:|",
            _row("load", load.ours),
            _row("flatten by hand (a)", load.by_hand),
            _row("answer with evidence", answer.ours),
            _row("truths by hand (b)", answer.by_hand),
            _row("screen, the whole command", (screen,)),
            "",
            f"load / (a): {_ratios(load)}; aim 1.5",
            f"answer / (b): {_ratios(answer)}; aim 2",
            f"explain, in a process: {explain.said} ms; aim 300",
            f"truths alike, ours and by hand: {agreement.said}",
        ]
    )


def _row(name: str, runs: Sequence[Run]) -> str:
    wall, cpu = (statistics.median(of) for of in zip(*((r.wall, r.cpu) for r in runs), strict=True))
    return f"| {name} | {wall:.1f} | {cpu:.1f} | {max(r.peak for r in runs) / MEGABYTE:.0f} |"


def _ratios(pair: Pair) -> str:
    wall, cpu = pair.ratio(lambda run: run.wall), pair.ratio(lambda run: run.cpu)
    return f"{wall:.2f} by the clock, {cpu:.2f} of processor"


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
