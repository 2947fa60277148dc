"""How many participants, or events, a test of one hypothesis needs, and the power that it has.

The wanted power is met by the smallest number that has it; every result says the power it attains.
Power counts rejections in the direction of the effect and, for two-sided tests, also those in the
other one, unless a function says otherwise.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason

Sides = Literal[1, 2]

_MOST = 1_000_000
_MOST_EXACT = 2_000
# Tables as likely as the observed one up to rounding count as equally likely, as in R.
_TIES = 1.0 + 1e-7
# Beyond so many standard deviations the normal distribution is 0 or 1.
_FAR = 9.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(100)


@dataclass(frozen=True)
class SampleSize:
    """Participants (or events) in each group, and the power that they attain."""

    groups: tuple[int, ...]
    power: float

    @property
    def total(self) -> int:
        """All groups together."""
        return sum(self.groups)


def paired_t_power(pairs: int, effect: float, *, alpha: float, sides: Sides = 2) -> float:
    """The power of the paired (or one-sample) t test, exact by the noncentral t distribution.

    `effect` is the mean difference over the standard deviation of the differences. Source: Cohen
    (1988), Statistical Power Analysis, ch. 2.
    """
    _check_test(alpha, sides)
    _check_effect(effect)
    if pairs < 2:
        raise InvalidInputError(f"a t test needs at least 2 differences; found {pairs}")
    return _t_power(pairs - 1, abs(effect) * math.sqrt(pairs), alpha, sides)


def two_sample_t_power(
    first: int, second: int, effect: float, *, alpha: float, sides: Sides = 2
) -> float:
    """The power of the t test of two groups with one variance, by the noncentral t distribution.

    `effect` is the difference of means over the common standard deviation.
    """
    _check_test(alpha, sides)
    _check_effect(effect)
    if first < 2 or second < 2:
        raise InvalidInputError("each group of a t test has at least 2 participants")
    shift = abs(effect) * math.sqrt(first * second / (first + second))
    return _t_power(first + second - 2, shift, alpha, sides)


def paired_t_size(effect: float, *, power: float, alpha: float, sides: Sides = 2) -> SampleSize:
    """The fewest pairs that give the paired t test this power."""
    _check_size(effect, power, alpha)
    n = _smallest(lambda n: paired_t_power(n, effect, alpha=alpha, sides=sides), power, 2)
    return SampleSize((n,), paired_t_power(n, effect, alpha=alpha, sides=sides))


def two_sample_t_size(
    effect: float, *, power: float, alpha: float, sides: Sides = 2, ratio: float = 1.0
) -> SampleSize:
    """The fewest participants that give the t test this power; `ratio` is second over first."""
    _check_size(effect, power, alpha)

    def power_of(first: int) -> float:
        second = _second_group(first, ratio)
        return two_sample_t_power(first, second, effect, alpha=alpha, sides=sides)

    first = _smallest(power_of, power, 2)
    return SampleSize((first, _second_group(first, ratio)), power_of(first))


def two_proportions_size(
    rates: tuple[float, float], *, power: float, alpha: float, sides: Sides = 2
) -> SampleSize:
    """Two equal groups for the comparison of two proportions, by the normal approximation.

    The variance is pooled under the null hypothesis, and the direction opposite to the effect is
    not counted as power. Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and
    Proportions, formula 4.14.
    """
    _check_test(alpha, sides)
    difference = _difference(rates)
    _check_size(difference, power, alpha)
    mean = sum(rates) / 2
    null = math.sqrt(2 * mean * (1 - mean))
    alternative = math.sqrt(sum(rate * (1 - rate) for rate in rates))
    critical = -float(special.ndtri(alpha / sides))
    wanted = critical * null + float(special.ndtri(power)) * alternative
    n = max(math.ceil((wanted / difference) ** 2), 1)
    beyond = abs(difference) * math.sqrt(n) - critical * null
    # Rates of 0 and 1 leave no chance: the test then always finds the difference.
    attained = float(special.ndtr(beyond / alternative)) if alternative > 0 else 1.0
    return SampleSize((n, n), attained)


def fisher_power(
    first: int, second: int, rates: tuple[float, float], *, alpha: float, sides: Sides = 2
) -> float:
    """The exact power of Fisher's test of two proportions, over all tables.

    Two-sided p-values sum the tables that are at most as likely as the observed one; a one-sided
    test looks in the direction of the rates. Source: Fisher's exact test as in Agresti (2013),
    Categorical Data Analysis, ch. 3.5.
    """
    _check_test(alpha, sides)
    _difference(rates)
    if not (1 <= first <= _MOST_EXACT and 1 <= second <= _MOST_EXACT):
        raise InvalidInputError(f"each group has 1 to {_MOST_EXACT} participants")
    if rates[0] < rates[1]:
        first, second, rates = second, first, (rates[1], rates[0])
    one = stats.binom.pmf(np.arange(first + 1), first, rates[0])
    other = stats.binom.pmf(np.arange(second + 1), second, rates[1])
    power = 0.0
    for total in range(first + second + 1):
        x = np.arange(max(0, total - second), min(first, total) + 1)
        rejected = _fisher_p_values(x, total, first, second, sides) <= alpha
        power += float(one[x[rejected]] @ other[total - x[rejected]])
    return power


def fisher_size(
    rates: tuple[float, float], *, power: float, alpha: float, sides: Sides = 2
) -> SampleSize:
    """The smallest equal groups that give Fisher's test this power.

    Its power does not grow with every participant: a slightly larger group may have less.
    """
    start = two_proportions_size(rates, power=power, alpha=alpha, sides=sides).groups[0] // 2
    for n in range(max(start, 1), _MOST_EXACT + 1):
        attained = fisher_power(n, n, rates, alpha=alpha, sides=sides)
        if attained >= power:
            return SampleSize((n, n), attained)
    raise _too_many(_MOST_EXACT)


def log_rank_events(
    hazard_ratio: float, *, power: float, alpha: float, sides: Sides = 2, share: float = 0.5
) -> SampleSize:
    """All events of both groups that the log-rank test needs; `share` is the first group's.

    The direction opposite to the effect is not counted as power. Source: Schoenfeld (1981),
    Biometrika 68:316-319.
    """
    _check_test(alpha, sides)
    if not (0.0 < hazard_ratio < math.inf and hazard_ratio != 1.0):
        raise InvalidInputError(f"a hazard ratio is positive and not 1; found {hazard_ratio}")
    if not 0.0 < share < 1.0:
        raise InvalidInputError(f"the share of a group lies between 0 and 1; found {share}")
    _check_size(hazard_ratio, power, alpha)
    critical = -float(special.ndtri(alpha / sides))
    per_event = share * (1 - share) * math.log(hazard_ratio) ** 2
    events = math.ceil((critical + float(special.ndtri(power))) ** 2 / per_event)
    return SampleSize((events,), float(special.ndtr(math.sqrt(events * per_event) - critical)))


def _t_power(df: int, shift: float, alpha: float, sides: int) -> float:
    critical = float(stats.t.isf(alpha / sides, df))
    shifts = (shift, -shift)[:sides]
    return min(sum(_noncentral_t_above(critical, df, at) for at in shifts), 1.0)


def _noncentral_t_above(critical: float, df: int, shift: float) -> float:
    """P(T > critical > 0) as the mean of Φ(shift − critical S) over S = √(χ²/df).

    Written as an integral because scipy's noncentral t is nan in its far tails. The pieces part
    where Φ falls from 1 to 0.
    """
    spread = stats.chi(df, scale=1.0 / math.sqrt(df))
    low, high = float(spread.ppf(1e-17)), float(spread.isf(1e-17))
    falls = [(shift - _FAR) / critical, (shift + _FAR) / critical]
    edges = np.clip([low, *falls, high], low, high)
    half = (edges[1:] - edges[:-1])[:, None] / 2
    at = edges[:-1, None] + half * (_NODES + 1.0)
    return float((half * _WEIGHTS * spread.pdf(at) * special.ndtr(shift - critical * at)).sum())


def _fisher_p_values(
    x: NDArray[np.int64], total: int, first: int, second: int, sides: int
) -> FloatArray:
    chances = np.asarray(stats.hypergeom.pmf(x, first + second, first, total))
    if sides == 1:
        return np.cumsum(chances[::-1])[::-1]
    ascending = np.sort(chances)
    counted = np.searchsorted(ascending, chances * _TIES, side="right")
    return np.asarray(np.cumsum(ascending)[counted - 1])


def _smallest(power_of: Callable[[int], float], wanted: float, least: int) -> int:
    """The smallest number with the wanted power, which grows with the number."""
    high = least
    while power_of(high) < wanted:
        if high > _MOST:
            raise _too_many(_MOST)
        least, high = high + 1, high * 2
    while least < high:
        middle = (least + high) // 2
        least, high = (least, middle) if power_of(middle) >= wanted else (middle + 1, high)
    return high


def _second_group(first: int, ratio: float) -> int:
    if not 0.0 < ratio < math.inf:
        raise InvalidInputError(f"the ratio of two groups is positive; found {ratio}")
    return max(math.ceil(first * ratio - 1e-9), 2)


def _difference(rates: tuple[float, float]) -> float:
    if not all(0.0 <= rate <= 1.0 for rate in rates):
        raise InvalidInputError(f"rates lie between 0 and 1; found {rates[0]} and {rates[1]}")
    return rates[0] - rates[1]


def _check_test(alpha: float, sides: int) -> None:
    if sides not in (1, 2):
        raise InvalidInputError(f"a test has one side or two; found {sides}")
    if not 0.0 < alpha / sides < 0.5:
        raise InvalidInputError(f"alpha lies between 0 and 0.5 on each side; found {alpha}")


def _check_effect(effect: float) -> None:
    if not math.isfinite(effect):
        raise InvalidInputError("an effect is a finite number")


def _check_size(effect: float, power: float, alpha: float) -> None:
    if not alpha < power < 1.0:
        raise InvalidInputError(f"the power lies between alpha and 1; found {power}")
    if effect == 0.0 or not math.isfinite(effect):
        raise InvalidInputError("without an effect there is no number of participants for a power")


def _too_many(most: int) -> NotEstimableError:
    return NotEstimableError(Reason.NOT_REACHED, f"more than {most} participants would be needed")
