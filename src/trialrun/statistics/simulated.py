"""Operating characteristics of a test, from the estimates of many simulated trials.

A trial without an estimate (NaN) rejects nothing and covers nothing; how many there were is said.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from trialrun.statistics.errors import InvalidInputError


@dataclass(frozen=True)
class OperatingCharacteristics:
    """Of `trials` simulated trials, `estimable` gave an estimate.

    `rejected`: the share of all trials whose two-sided test rejects no effect (its Monte Carlo
    standard error beside it); `bias`: mean estimate less the truth (with its standard error);
    `spread`: standard deviation of the estimates; `coverage`: the share of estimable trials whose
    interval holds the truth.
    """

    trials: int
    estimable: int
    rejected: float
    rejected_error: float
    bias: float
    bias_error: float
    spread: float
    coverage: float
    mean_participants: float


def operating_characteristics(
    values: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    dfs: npt.ArrayLike,
    participants: npt.ArrayLike,
    *,
    truth: float,
    level: float = 0.95,
) -> OperatingCharacteristics:
    """Summarise trials, all arrays (trials,): estimates, standard errors, df, participants in them.

    The test is Student's, two-sided at 1 − level. Source: Morris, White and Crowther, Stat Med
    2019;38:2074-2102, table 6 (bias, coverage, rejection, and their Monte Carlo errors). Raises
    InvalidInputError if there is no trial, or the arrays differ in length.
    """
    estimates, errors, df, counted = (
        np.asarray(part, dtype=np.float64) for part in (values, standard_errors, dfs, participants)
    )
    if not estimates.size or len({part.shape for part in (estimates, errors, df, counted)}) > 1:
        raise InvalidInputError("simulated trials need one value of each kind, and at least one")
    known = np.isfinite(estimates) & np.isfinite(errors) & (errors > 0)
    half = stats.t.ppf(0.5 + level / 2, df[known]) * errors[known]
    off = estimates[known] - truth
    n, of = int(known.sum()), estimates.size
    rejected = float((np.abs(estimates[known]) > half).sum() / of)
    spread = float(off.std(ddof=1)) if n > 1 else float("nan")
    return OperatingCharacteristics(
        trials=of,
        estimable=n,
        rejected=rejected,
        rejected_error=float(np.sqrt(rejected * (1 - rejected) / of)),
        bias=float(off.mean()) if n else float("nan"),
        bias_error=spread / np.sqrt(n) if n else float("nan"),
        spread=spread,
        coverage=float((np.abs(off) <= half).mean()) if n else float("nan"),
        mean_participants=float(counted.mean()),
    )
