"""The evaluation beside its peers, on one machine in one run: what a fit or a simulation takes.

Processor seconds within a process that is warm, medians of turns (ours, the peer, ours, …); × is
how many times as long as its peer ours takes. The model for repeated measures meets R's nlme where
R is there; the simulation a loop over trials, as one writes it with numpy and scipy; Cox lifelines.

    python -m bench.evaluation [--runs 5]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from lifelines import CoxPHFitter
from scipy import stats
from tests.statistics import longitudinal
from tests.statistics.longitudinal import FULL, fitted

from trialrun.evaluation.simulation import simulate
from trialrun.protocol.file import read_protocol
from trialrun.statistics.cox import cox

FEV = Path(longitudinal.__file__).parent / "data" / "fev.csv"
R = """
suppressMessages(library(nlme))
d <- read.csv("{path}"); d <- d[!is.na(d$FEV1), ]; d$t <- as.integer(factor(d$AVISIT))
for (n in c("RACE", "SEX", "ARMCD", "AVISIT")) d[[n]] <- factor(d[[n]])
fit <- function() gls(FEV1 ~ RACE + SEX + ARMCD * AVISIT, d, method = "REML",
  correlation = corSymm(form = ~ t | USUBJID), weights = varIdent(form = ~ 1 | AVISIT))
m <- fit(); s <- sapply(1:{runs}, function(i) sum(system.time(fit())[1:2]))
l <- format(as.numeric(-2 * logLik(m)), digits = 10)
cat(median(s), l, as.character(packageVersion("nlme")))
"""
TRIALS, LOOPED = 10_000, 200
Floats = npt.NDArray[np.float64]


def main() -> None:
    """Measure and print."""
    runs = _options().runs
    print("| | ours, s | peer, s | × | peer |\n|---|---:|---:|---:|---|")
    _repeated_measures(runs)
    _simulation(runs)
    for ties in (True, False):
        _cox(runs, ties=ties)
    print(f"\n{os.cpu_count()} cores; load average {os.getloadavg()[0]:.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _took(what: Callable[[], object]) -> float:
    start = time.process_time()
    what()
    return time.process_time() - start


def _in_turn(
    runs: int, ours: Callable[[], object], peer: Callable[[], object]
) -> tuple[float, float]:
    ours()
    peer()  # warm, both
    turns = [(_took(ours), _took(peer)) for _ in range(runs)]
    return statistics.median(a for a, _ in turns), statistics.median(b for _, b in turns)


def _row(name: str, ours: float, peer: float | None, who: str) -> None:
    beside = "– | –" if peer is None else f"{peer:.3f} | {ours / peer:.2g}"
    print(f"| {name} | {ours:.3f} | {beside} | {who} |", flush=True)


def _repeated_measures(runs: int) -> None:
    name = "repeated measures, fev.csv, unstructured, REML"
    fitted(FULL)
    ours = statistics.median(_took(lambda: fitted(FULL)) for _ in range(max(runs, 5)))
    program = shutil.which("Rscript")
    if program is None:
        _row(name, ours, None, "R is not on this machine")
        return
    script = R.format(path=FEV, runs=max(runs, 5))
    done = subprocess.run([program, "-e", script], capture_output=True, text=True, check=False)
    if done.returncode:
        _row(name, ours, None, "R has no nlme here")
        return
    took, criterion, version = done.stdout.split()
    found = fitted(FULL).minus_two_log_likelihood
    _row(name, ours, float(took), f"nlme {version}; −2 res log L {found:.6f} and {criterion}")


def _simulation(runs: int) -> None:
    """Time the primary analysis of the shipped trial, on one core, at every point of its grid."""
    protocol = read_protocol("ld-il2-immune-als")
    points = 0

    def ours() -> None:
        nonlocal points
        done = simulate(
            protocol, participants=13, trials=TRIALS, seed=1, step=lambda _, __: None, workers=1
        )
        points = len(done.points)

    generator = np.random.default_rng(1)

    def loop() -> None:
        for _ in range(LOOPED):
            _one_trial(generator)

    mine, looped = _in_turn(runs, ours, loop)
    name = f"{TRIALS:,} trials of 13, slopes by paired t, one core"
    who = f"a loop over trials ({LOOPED} of them, scaled)"
    _row(name, mine / points, looped * TRIALS / LOOPED, who)


def _one_trial(generator: np.random.Generator) -> float:
    months = np.array([0.0, 168 / 30.4375, 336 / 30.4375])
    differences = []
    for _ in range(13):
        slope = generator.normal(-1, 0.5)
        values = generator.normal(38, 4) + slope * months + generator.normal(0, 1, 3)
        before = np.polyfit(months[:2], values[:2], 1)[0]
        after = np.polyfit(months[1:], values[1:], 1)[0]
        differences.append(before - after)
    return float(stats.ttest_1samp(differences, 0).pvalue)


def _cox(runs: int, *, ties: bool) -> None:
    rows = 100_000
    generator = np.random.default_rng(2)
    covariates = generator.normal(size=(rows, 4))
    hazard = np.exp(covariates @ np.array([0.4, -0.3, 0.2, 0.0]))
    times = generator.exponential(10 / hazard)
    censored = generator.exponential(15, rows)
    seen, events = np.minimum(times, censored), times <= censored
    if ties:
        seen = np.ceil(seen * 4) / 4
    table = pd.DataFrame(covariates, columns=list("abcd")).assign(t=seen, e=events)

    def peer() -> Floats:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = CoxPHFitter().fit(table, "t", "e").params_.to_numpy()
        return np.asarray(found)

    def ours() -> Floats:
        return np.array([one.value for one in cox(seen, events, covariates).coefficients])

    apart = float(np.abs(ours() - peer()).max())
    mine, theirs = _in_turn(runs, ours, peer)
    kind = f"{len(np.unique(seen)):,} different times"
    who = f"lifelines; coefficients differ by {apart:.0e}"
    _row(f"Cox, {rows:,} rows of 4, {kind}", mine, theirs, who)


if __name__ == "__main__":
    main()
