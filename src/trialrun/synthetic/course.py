"""The invented course of a participant through a trial: function, doses, events, and the truth.

A stated model and a seed make every value, so that an evaluation can be held against what was put
in. Function declines by a line of its own for each participant, whose slope changes at the end of
the administration period. Refuses to know tables, forms and files: days are counted from
enrolment, day 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class CourseModel:
    """What is put in; slopes in points of ALSFRS-R a month, spreads as standard deviations.

    The decline without treatment and its spread are near those of the PRO-ACT database (Atassi et
    al., Neurology 2014;83:1719-25). How often the usual events of low-dose IL-2 come are shares of
    participants, those of the same dose and cycle in lupus (He et al., Ann Rheum Dis
    2020;79:141-9: 9, 4 and 3 of 29). Everything else is ours.
    """

    baseline: float = 38.0
    baseline_spread: float = 4.0
    slope_follow_up: float = -1.0
    slope_spread: float = 0.5
    slope_gain: float = 0.4
    gain_spread: float = 0.2
    noise: float = 0.8
    last_day_of_administration: int = 167
    missed_dose: float = 0.02
    injection_site: float = 9 / 29
    fever: float = 4 / 29
    flu_like: float = 3 / 29
    leaves_per_year: float = 0.08
    dies_per_year: float = 0.06

    @property
    def true_difference(self) -> float:
        """The mean difference of slopes that an evaluation should find, in points a month."""
        return self.slope_gain


@dataclass(frozen=True)
class MissedDose:
    """A dose that was not given, and why."""

    day: int
    reason: str


@dataclass(frozen=True)
class InventedEvent:
    """An adverse event: its term, first and last day (None: it goes on), and grade 1 to 5."""

    term: str
    onset: int
    end: int | None
    grade: int
    related: bool


@dataclass(frozen=True)
class Course:
    """One participant's invented course; `last_day` is the last on which they are in the trial.

    `why` is a reason of the end of participation, in the words of the trial.
    """

    seed: int
    baseline: float
    slope_administration: float
    slope_follow_up: float
    model: CourseModel
    missed: tuple[MissedDose, ...]
    events: tuple[InventedEvent, ...]
    last_day: int
    why: str

    def function(self, day: int) -> float:
        """Return the true ALSFRS-R of a day, without the noise of measuring."""
        turn = self.model.last_day_of_administration + 1
        first, second = min(day, turn), max(day - turn, 0)
        lost = self.slope_administration * first + self.slope_follow_up * second
        return self.baseline + lost / DAYS_PER_MONTH

    def measured(self, day: int) -> int:
        """Return the total of ALSFRS-R (0 to 48) that is measured on a day."""
        noise = Random(f"{self.seed} function {day}").gauss(0, self.model.noise)
        return max(0, min(48, round(self.function(day) + noise)))

    def items(self, total: int, count: int, highest: int, name: str) -> tuple[int, ...]:
        """Return the items of a scale that make a total: `count` items from 0 to `highest`.

        The items lose their points in an order of the participant's own, whatever the total, so
        that an item is never better at a worse total.
        """
        order = [item for item in range(count) for _ in range(highest)]
        Random(f"{self.seed} order {name}").shuffle(order)
        left = [highest] * count
        for item in order[: count * highest - total]:
            left[item] -= 1
        return tuple(left)

    def value(self, name: str, day: int, mean: float, spread: float) -> float:
        """Return a laboratory value of a day: the participant's own level, and that day's."""
        own = Random(f"{self.seed} level {name}").gauss(0, spread)
        that_day = Random(f"{self.seed} value {name} {day}").gauss(0, spread / 2)
        return max(0.0, mean + own + that_day)

    def dose_response(self, day: int) -> float:
        """Return how far the immune cells respond: 0 at first, near 1 in the third course."""
        if day <= 0:
            return 0.0
        if day <= self.model.last_day_of_administration:
            return 1 - math.exp(-day / 40)
        return math.exp(-(day - self.model.last_day_of_administration) / 60)


def courses(
    *, participants: int, seed: int, doses: Sequence[int], last_day: int, model: CourseModel
) -> tuple[Course, ...]:
    """Return the courses of some participants; the same arguments give the same courses.

    `doses` are the planned days of doses, `last_day` the planned end of follow-up.
    """
    return tuple(
        _course(f"{seed} participant {number}", doses, last_day, model)
        for number in range(1, participants + 1)
    )


def _course(seed: str, doses: Sequence[int], last_day: int, model: CourseModel) -> Course:
    draw = Random(seed)
    slope = draw.gauss(model.slope_follow_up, model.slope_spread)
    left, why = _end(draw, last_day, model)
    return Course(
        seed=draw.randrange(1 << 30),
        baseline=max(24.0, min(46.0, draw.gauss(model.baseline, model.baseline_spread))),
        slope_administration=slope + draw.gauss(model.slope_gain, model.gain_spread),
        slope_follow_up=slope,
        model=model,
        missed=tuple(_missed(draw, [day for day in doses if day <= left], model)),
        events=tuple(_events(draw, [day for day in doses if day <= left], left, model)),
        last_day=left,
        why=why,
    )


def _end(draw: Random, last_day: int, model: CourseModel) -> tuple[int, str]:
    """Return the last day in the trial, and why it was the last."""
    ends = {
        "death": draw.expovariate(model.dies_per_year / 365.25),
        "withdrawal by participant": draw.expovariate(model.leaves_per_year / 365.25),
    }
    why, day = min(ends.items(), key=lambda end: end[1])
    return (int(day) + 1, why) if day < last_day else (last_day, "completed")


def _missed(draw: Random, doses: Sequence[int], model: CourseModel) -> Iterator[MissedDose]:
    reasons = ("held for fever", "forgotten", "travelling")
    for day in doses[1:]:
        if draw.random() < model.missed_dose:
            yield MissedDose(day, draw.choice(reasons))


def _events(
    draw: Random, doses: Sequence[int], left: int, model: CourseModel
) -> Iterator[InventedEvent]:
    """Draw the usual events of the drug, each with a few returns, and what comes by itself."""
    usual = (
        ("Injection site reaction", model.injection_site, 3),
        ("Fever", model.fever, 2),
        ("Flu like symptoms", model.flu_like, 4),
    )
    for term, share, lasts in usual:
        if draw.random() < share:
            for day in sorted(draw.sample(doses, k=min(len(doses), draw.randint(1, 3)))):
                end = min(left, day + draw.randint(1, lasts))
                yield InventedEvent(term, day, end, draw.choice((1, 1, 1, 2)), related=True)
    for term, per_year in (
        ("Upper respiratory infection", 0.5),
        ("Fall", 0.4),
        ("Constipation", 0.3),
    ):
        waits = accumulate(draw.expovariate(per_year / 365.25) for _ in range(4))
        for onset in (int(wait) for wait in waits if wait < left):
            end = min(left, onset + draw.randint(3, 14))
            yield InventedEvent(term, onset, end, draw.choice((1, 1, 2, 2, 3)), related=False)
