"""Two proportions of the same participants compared: before and after, or by two methods.

Participants are counted by both answers: yes to both, to the first alone, to the second alone, to
neither. Refused: nobody, and tests where nobody's answers differ.
"""

import math

from scipy import stats

from trialrun.statistics.counts import check_events
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Interval, check_level
from trialrun.statistics.proportions import ProportionMethod, proportion
from trialrun.statistics.results import IntervalEstimate, SignificanceTest, chi_square_from


def mcnemar(first_alone: int, second_alone: int, *, continuity: bool = False) -> SignificanceTest:
    """McNemar's chi-square test that both proportions are the same, from the discordant pairs.

    Source: McNemar, Psychometrika 1947;12:153; with `continuity`, Edwards, Psychometrika
    1948;13:185, as R's mcnemar.test has it unless told otherwise (SAS PROC FREQ AGREE has none).
    Raises InvalidInputError for what are no counts; NotEstimableError without a discordant pair.
    """
    discordant = _discordant(first_alone, second_alone)
    excess = abs(first_alone - second_alone)
    statistic = max(0, excess - continuity) ** 2 / discordant
    return chi_square_from(statistic, 1)


def exact_mcnemar(first_alone: int, second_alone: int) -> float:
    """The two-sided exact p-value: given the discordant pairs, each way has the chance one half.

    Source: Liddell, J Epidemiol Community Health 1983;37:82; SAS PROC FREQ, EXACT MCNEM. Raises as
    `mcnemar`.
    """
    discordant = _discordant(first_alone, second_alone)
    return float(stats.binomtest(first_alone, discordant).pvalue)


def exact_paired_odds_ratio(
    first_alone: int, second_alone: int, *, level: float = 0.95
) -> IntervalEstimate:
    """The odds of a yes at first over those at second, given the participant, with exact interval.

    It is the ratio of the discordant pairs: 0 with a lower bound of 0, or infinite with an infinite
    upper one, where all are of one kind. Source: Liddell 1983, by Clopper and Pearson's limits of
    the share. Raises as `mcnemar`.
    """
    share = proportion(first_alone, _discordant(first_alone, second_alone), level=level)
    limits = share.interval
    return IntervalEstimate(
        _odds(share.value), Interval(_odds(limits.lower), _odds(limits.upper), level)
    )


def paired_proportion_difference(
    both: int, first_alone: int, second_alone: int, neither: int, *, level: float = 0.95
) -> IntervalEstimate:
    """The first proportion less the second, with Newcombe's interval by squares added.

    Source: Newcombe, Stat Med 1998;17:2635, method 10 (Wilson's limits of each proportion, the
    correlation between them corrected for continuity). Raises InvalidInputError for what are no
    counts; NotEstimableError for nobody.
    """
    check_level(level)
    total = both + first_alone + second_alone + neither
    for count in (both, first_alone, second_alone, neither):
        check_events(count, total)
    first = proportion(both + first_alone, total, ProportionMethod.WILSON, level=level)
    second = proportion(both + second_alone, total, ProportionMethod.WILSON, level=level)
    phi = _correlation(both, first_alone, second_alone, neither)

    def distance(one: float, other: float) -> float:
        # Never below 0 but for rounding: the correlation is at most 1.
        return math.sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))

    below = distance(first.value - first.interval.lower, second.interval.upper - second.value)
    above = distance(first.interval.upper - first.value, second.value - second.interval.lower)
    value = (first_alone - second_alone) / total
    return IntervalEstimate(
        value, Interval(max(-1.0, value - below), min(1.0, value + above), level)
    )


def _correlation(both: int, first_alone: int, second_alone: int, neither: int) -> float:
    margins = (
        (both + first_alone)
        * (second_alone + neither)
        * (both + second_alone)
        * (first_alone + neither)
    )
    if margins == 0:
        return 0.0
    product = both * neither - first_alone * second_alone
    half = (both + first_alone + second_alone + neither) / 2
    corrected = max(product - half, 0.0) if product > 0 else product
    return corrected / math.sqrt(margins)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _discordant(first_alone: int, second_alone: int) -> int:
    discordant = first_alone + second_alone
    if discordant == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "nobody's two answers differ")
    check_events(first_alone, discordant)
    return discordant
