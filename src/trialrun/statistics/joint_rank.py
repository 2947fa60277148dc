"""Joint ranks of survival and function, as used in amyotrophic lateral sclerosis (CAFS).

Every participant is compared with every other of all groups together. The ranks are meant for a
comparison of groups (Wilcoxon, or an analysis of covariance of the ranks): a participant has one
survival time, so that periods of one group cannot be ranked against each other.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.event_times import EventTimes, event_times


@dataclass(frozen=True)
class JointRanks:
    """Per participant: comparisons won less those lost, and the rank of this score.

    Higher is better; participants with one score share the mean of their ranks.
    """

    scores: FloatArray
    ranks: FloatArray


def joint_ranks(times: Numbers, events: Numbers, changes: Numbers) -> JointRanks:
    """Rank n participants by survival first, then by the change of function.

    `times` and `events` are of length n. `changes` is n x v: the change from baseline at each of v
    visits in order of time, higher being better, NaN where not measured. Of two participants the
    one known to have survived the other wins; where survival decides nothing, the better change at
    the last visit at which both were measured does; without such a visit neither wins. Source:
    Berry et al., Amyotroph Lateral Scler Frontotemporal Degener 2013;14:162 (the Combined
    Assessment of Function and Survival). Raises InvalidInputError for ill-formed input;
    NotEstimableError for nobody.
    """
    observed = event_times(times, events)
    table = np.asarray(changes, dtype=float)
    if table.ndim != 2 or len(table) != len(observed.times):
        raise InvalidInputError("changes are a table with one row per participant")
    if np.any(np.isinf(table)):
        raise InvalidInputError("changes are finite, or NaN where not measured")
    scores = np.array([_score(observed, table, one) for one in range(len(table))], dtype=float)
    return JointRanks(scores, np.asarray(stats.rankdata(scores)))


def _score(observed: EventTimes, changes: FloatArray, one: int) -> int:
    times, events = observed.times, observed.events
    survived = (times[one] > times) & events
    outlived = (times[one] < times) & events[one]
    by_survival = survived.astype(int) - outlived.astype(int)
    return int(np.where(by_survival == 0, _by_function(changes, one), by_survival).sum())


def _by_function(changes: FloatArray, one: int) -> FloatArray:
    gains = changes[one] - changes
    both = ~np.isnan(gains)
    # With no visit at all the table has no column to look for the last one in.
    if gains.shape[1] == 0:
        return np.zeros(len(gains))
    last = gains.shape[1] - 1 - np.argmax(both[:, ::-1], axis=1)
    found = np.sign(gains[np.arange(len(gains)), last])
    return np.where(both.any(axis=1), found, 0.0)
