"""Simon's two-stage designs of a phase 2 trial with one arm and a yes-or-no response.

n1 participants are treated; with at most r1 responses the trial stops for futility, else it goes
on to n participants, and more than r responses in all reject the null rate.

Source: Simon (1989), Control Clin Trials 10:1-10; admissible designs: Jung, Lee, Kim & George
(2004), Stat Med 23:561-569.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.exact_binomial import StagedDesign

_MOST_PARTICIPANTS = 1000
# By which a sum of probabilities may pass an error that it meets exactly.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class TwoStageDesign:
    """A design with its exact errors.

    `r1` and `r` are the most responses that do not go on, and do not reject. `alpha` and `power`
    are attained, not wanted. `expected_participants` and `stops_early` (the probability of early
    termination) hold at the null rate.
    """

    r1: int
    n1: int
    r: int
    n: int
    alpha: float
    power: float
    expected_participants: float
    stops_early: float

    def slope_to(self, larger: "TwoStageDesign") -> float:
        """The change of the expected number of participants per participant more."""
        gained = larger.expected_participants - self.expected_participants
        return gained / (larger.n - self.n)

    def stages(self) -> StagedDesign:
        """The same design, for what is said after the stop."""
        return StagedDesign((self.n1, self.n), (self.n1 + 1, self.r + 1), (self.r1, self.r))


@dataclass(frozen=True)
class TwoStageDesigns:
    """The optimal design (fewest expected), the minimax one (fewest at most), and the admissible.

    `admissible` goes from minimax to optimal: each design is best for some weight of the largest
    against the expected number of participants.
    """

    optimal: TwoStageDesign
    minimax: TwoStageDesign
    admissible: tuple[TwoStageDesign, ...]


def two_stage_designs(
    null_rate: float, alternative_rate: float, *, alpha: float, beta: float, most: int = 150
) -> TwoStageDesigns:
    """Search all designs of up to `most` participants that keep both errors.

    Raises InvalidInputError unless 0 < null rate < alternative rate < 1 and both errors lie
    between 0 and 1, and NotEstimableError if no design of that size keeps them.
    """
    _check(null_rate, alternative_rate, alpha, beta, most)
    rates, errors = (null_rate, alternative_rate), (alpha, beta)
    found = list[TwoStageDesign]()
    stops_at_most = _stops_at_most(most, rates, beta)
    for n in range(_fewest_participants(most, rates, errors), most + 1):
        # Neither optimal nor admissible is a larger design that expects no fewer participants.
        limit = found[-1].expected_participants if found else np.inf
        n1 = np.arange(1, n)
        expected_at_least = n1 + (1.0 - stops_at_most[n1]) * (n - n1)
        designs = [
            design
            for size in n1[expected_at_least < limit]
            if (design := _best_of_sizes(int(size), n, rates, errors)) is not None
            and design.expected_participants < limit
        ]
        found += [min(designs, key=lambda design: design.expected_participants)] if designs else []
    if not found:
        raise NotEstimableError(
            Reason.TOO_FEW, f"no two-stage design of up to {most} participants keeps these errors"
        )
    return TwoStageDesigns(found[-1], found[0], _lower_hull(found))


def _fewest_participants(most: int, rates: tuple[float, float], errors: tuple[float, float]) -> int:
    """The first n with enough power for the most powerful (randomised) test of n participants."""
    for n in range(2, most + 1):
        above = stats.binom.sf(np.arange(n + 1), n, rates[0])
        r = int(np.argmax(above <= errors[0]))
        rest = (errors[0] - above[r]) / stats.binom.pmf(r, n, rates[0])
        power = stats.binom.sf(r, n, rates[1]) + rest * stats.binom.pmf(r, n, rates[1])
        if power >= 1.0 - errors[1] - 1e-9:
            return n
    return most + 1


def _stops_at_most(most: int, rates: tuple[float, float], beta: float) -> FloatArray:
    """For n1 = 0..most, the most that a design with power 1 − beta can stop early at the null."""
    n1 = np.arange(most + 1)
    # With r1 at this quantile already, more than beta would stop early at the alternative.
    return np.asarray(stats.binom.cdf(stats.binom.ppf(beta, n1, rates[1]) - 1, n1, rates[0]))


def _best_of_sizes(
    n1: int, n: int, rates: tuple[float, float], errors: tuple[float, float]
) -> TwoStageDesign | None:
    """For each r1 the smallest r that keeps alpha has the most power; the largest r1 stops most."""
    null, alternative = (_rejections(n1, n, rate) for rate in rates)
    r = (null > errors[0] + _ROUNDING).sum(axis=1)
    r1 = np.arange(n1 + 1)
    keeps = np.flatnonzero(alternative[r1, r] >= 1.0 - errors[1] - _ROUNDING)
    if keeps.size == 0:
        return None
    best = int(keeps[-1])
    stops = float(stats.binom.cdf(best, n1, rates[0]))
    return TwoStageDesign(
        r1=best,
        n1=n1,
        r=int(r[best]),
        n=n,
        alpha=float(null[best, r[best]]),
        power=float(alternative[best, r[best]]),
        expected_participants=n1 + (1.0 - stops) * (n - n1),
        stops_early=stops,
    )


def _rejections(n1: int, n: int, rate: float) -> FloatArray:
    """The chance (n1 + 1, n + 1) to reject with r1 = 0..n1 and r = 0..n."""
    first = stats.binom.pmf(np.arange(n1 + 1), n1, rate)
    beyond = stats.binom.sf(np.arange(-n1, n + 1), n - n1, rate)
    needed = np.arange(n + 1)[None, :] - np.arange(n1 + 1)[:, None]
    joint = first[:, None] * beyond[needed + n1]
    more = np.cumsum(joint[::-1], axis=0)[::-1]
    return np.vstack([more[1:], np.zeros((1, n + 1))])


def _lower_hull(found: list[TwoStageDesign]) -> tuple[TwoStageDesign, ...]:
    """The lower convex hull of designs that are ever larger and expect ever fewer participants."""
    hull = found[:1]
    while hull[-1] is not found[-1]:
        here = hull[-1]
        hull.append(min((design for design in found if design.n > here.n), key=here.slope_to))
    return tuple(hull)


def _check(null: float, alternative: float, alpha: float, beta: float, most: int) -> None:
    if not 0.0 < null < alternative < 1.0:
        raise InvalidInputError(
            f"0 < null rate < alternative rate < 1; found {null} and {alternative}"
        )
    if not (0.0 < alpha < 1.0 and 0.0 < beta < 1.0):
        raise InvalidInputError(f"both errors lie between 0 and 1; found {alpha} and {beta}")
    if not 2 <= most <= _MOST_PARTICIPANTS:
        raise InvalidInputError(
            f"the most participants are 2 to {_MOST_PARTICIPANTS}; found {most}"
        )
