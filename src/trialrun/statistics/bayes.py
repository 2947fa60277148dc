"""A rate by its beta posterior, and the stopping rule for toxicity that follows from it.

The prior of a rate is Beta(a, b); after x events of n the posterior is Beta(a + x, b + n − x). A
trial stops at a look if the posterior probability that the rate exceeds a limit is above a cut-off.
What such a rule does at a true rate is computed exactly, by the recursion of staged designs.

Source: Thall & Simon (1994), Biometrics 50:337-349; predictive probability: Lee & Liu (2008), Clin
Trials 5:93-106.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trialrun.statistics.counts import check_rate
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.estimates import Interval, check_level
from trialrun.statistics.exact_binomial import (
    StagedDesign,
    Stopping,
    one_sided_design,
    stopping,
)


@dataclass(frozen=True)
class Beta:
    """A beta distribution of a rate: as a prior it counts `a` events among `a + b` participants."""

    a: float
    b: float

    def __post_init__(self) -> None:
        if not (0.0 < self.a < math.inf and 0.0 < self.b < math.inf):
            raise InvalidInputError(
                f"both parameters of a beta distribution are positive; found {self.a} and {self.b}"
            )

    @property
    def mean(self) -> float:
        """The expected rate."""
        return self.a / (self.a + self.b)

    def updated(self, *, events: int, participants: int) -> "Beta":
        """The posterior after these events among these participants."""
        if not 0 <= events <= participants:
            raise InvalidInputError("events are at least 0 and at most the participants")
        return Beta(self.a + events, self.b + participants - events)

    def probability_above(self, rate: float) -> float:
        """The probability that the rate exceeds this one."""
        check_rate(rate)
        return float(stats.beta.sf(rate, self.a, self.b))

    def credible_interval(self, level: float = 0.95) -> Interval:
        """The interval with the same probability outside on both sides."""
        check_level(level)
        tail = (1.0 - level) / 2
        lower, upper = stats.beta.ppf([tail, 1.0 - tail], self.a, self.b)
        return Interval(float(lower), float(upper), level)


@dataclass(frozen=True)
class ToxicityRule:
    """Stop if P(rate > `limit` | data) > `cut_off`, asked at each look.

    `participants` (K,) counts those so far at each look: 1, 2, 3, ... to look continuously.
    """

    prior: Beta
    limit: float
    cut_off: float
    participants: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 0.0 < self.limit < 1.0:
            raise InvalidInputError(f"the limit lies between 0 and 1; found {self.limit}")
        if not 0.0 < self.cut_off < 1.0:
            raise InvalidInputError(f"the cut-off lies between 0 and 1; found {self.cut_off}")

    def design(self) -> StagedDesign:
        """The fewest events that stop at each look; one more than participants where none do."""
        return one_sided_design(
            self.participants, [self._fewest_events(n) for n in self.participants]
        )

    def operating_characteristics(self, rates: Sequence[float]) -> tuple[Stopping, ...]:
        """What the rule does at each of the true rates (R,)."""
        design = self.design()
        return tuple(stopping(design, rate) for rate in rates)

    def _fewest_events(self, n: int) -> int:
        events = np.arange(n + 1)
        above = stats.beta.sf(self.limit, self.prior.a + events, self.prior.b + n - events)
        return int((above <= self.cut_off).sum())


def predictive_probability(
    prior: Beta,
    *,
    events: int,
    participants: int,
    most: int,
    null_rate: float,
    cut_off: float,
) -> float:
    """The chance that, with `most` participants, P(rate > null rate | data) will be >= the cut-off.

    The events still to come have the beta-binomial distribution of the posterior. Source: Lee &
    Liu (2008), section "Predictive probability in a single-arm phase II trial".
    """
    check_rate(null_rate)
    if not 0.0 < cut_off < 1.0:
        raise InvalidInputError(f"the cut-off lies between 0 and 1; found {cut_off}")
    if participants > most:
        raise InvalidInputError(f"the participants so far are at most {most}; found {participants}")
    posterior = prior.updated(events=events, participants=participants)
    remaining = most - participants
    to_come = np.arange(remaining + 1)
    final = stats.beta.sf(null_rate, posterior.a + to_come, posterior.b + remaining - to_come)
    chances = stats.betabinom.pmf(to_come, remaining, posterior.a, posterior.b)
    return float(chances[final >= cut_off].sum())
