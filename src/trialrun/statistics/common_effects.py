"""The difference of proportions and the relative risk that strata have in common.

Tables come as strata x 2 x 2: the group of interest and the reference, each with event and without.
The common odds ratio is in `mantel_haenszel`. Refused: strata none of which has both groups, and
risks that are all 0.
"""

import math

import numpy as np

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.counts import counts_array
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, estimate_from
from trialrun.statistics.results import RatioEstimate, ratio_from


def common_risk_difference(tables: Numbers, *, level: float = 0.95) -> Estimate:
    """The Mantel-Haenszel risk difference over strata, with its Wald test and interval.

    Sources: Greenland and Robins, Biometrics 1985;41:55; variance of Sato, Biometrics 1989;45:1323,
    valid for few large and for many sparse strata, as SAS PROC FREQ COMMONRISKDIFF(CL=MH) has it.
    Raises InvalidInputError for what are no 2 x 2 tables; NotEstimableError where no stratum has
    both groups, or there is no variation.
    """
    x1, n1, x2, n2 = _groups(tables)
    n = n1 + n2
    weights = (n1 * n2 / n).sum()
    value = float(((x1 * n2 - x2 * n1) / n).sum() / weights)
    shift = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2
    spread = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
    variance = float(value * shift.sum() + spread.sum()) / weights**2
    return estimate_from(value, math.sqrt(max(0.0, variance)), level=level)


def common_relative_risk(tables: Numbers, *, level: float = 0.95) -> RatioEstimate:
    """The Mantel-Haenszel relative risk over strata, with its interval on the log scale.

    Source: Greenland and Robins, Biometrics 1985;41:55, as SAS PROC FREQ CMH prints it. Raises as
    `common_risk_difference`; NotEstimableError (NO_EVENTS), too, where a group has no event.
    """
    x1, n1, x2, n2 = _groups(tables)
    n = n1 + n2
    above, below = float((x1 * n2 / n).sum()), float((x2 * n1 / n).sum())
    if above == 0 or below == 0:
        raise NotEstimableError(
            Reason.NO_EVENTS, "a group without events has no relative risk on the log scale"
        )
    spread = float(((n1 * n2 * (x1 + x2) - x1 * x2 * n) / n**2).sum())
    error = math.sqrt(max(0.0, spread / (above * below)))
    return ratio_from(estimate_from(math.log(above / below), error, level=level))


def _groups(tables: Numbers) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    counts = counts_array(tables, 3)
    if counts.shape[1:] != (2, 2):
        raise InvalidInputError("risks are of 2 x 2 tables: groups by event and no event")
    sizes = counts.sum(axis=2)
    counts, sizes = counts[np.all(sizes > 0, axis=1)], sizes[np.all(sizes > 0, axis=1)]
    if len(counts) == 0:
        raise NotEstimableError(Reason.NO_DATA, "no stratum has participants of both groups")
    return counts[:, 0, 0], sizes[:, 0], counts[:, 1, 0], sizes[:, 1]
