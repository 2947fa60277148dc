"""One patient on one index date while they are being written: the chart, the days, what is known.

Days are counted back from the index date. Every text of a day is a day of the hospital's, in one
of the ways in which FHIR may write it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from trialrun.records.dates import DateUnit, add
from trialrun.synthetic.fhir import Chart
from trialrun.synthetic.people import Birthday, Person
from trialrun.synthetic.states import NO, UNKNOWN, Fact, Planned

Answer = tuple[str, bool | None]
_NO_DOUBT = Fact(NO, "")


@dataclass
class Scene:
    """A patient being written.

    `worked_up`: somebody has examined them for the trial. `doubts` are silences that prove
    nothing, by name. `answers` are what persons said, by days before the index date; a second list
    of one day is a second person.
    """

    on: date
    person: Person
    birthday: Birthday
    chart: Chart
    draw: Random
    worked_up: bool
    female: Fact
    weight: float = 0.0
    is_weighed: bool = False
    is_weight_used: bool = False
    doubts: dict[str, Fact] = field(default_factory=dict)
    answers: dict[tuple[int, int], list[Answer]] = field(default_factory=dict)

    def doubt(self, name: str) -> Fact:
        """Return whether a silence is in doubt: UNKNOWN and why, or NO."""
        return self.doubts.get(name, _NO_DOUBT)

    def doubted(self, name: str, because: str) -> None:
        """Note that a silence proves nothing."""
        self.doubts[name] = Fact(UNKNOWN, because)

    def back(self, days: int) -> date:
        """Return the day so many days before the index date."""
        return self.on - timedelta(days=days)

    def day(self, days: int) -> str:
        """Return that day as a date."""
        return self.back(days).isoformat()

    def moment(self, days: int) -> str:
        """Return that day as the hospital's clocks may have written it."""
        return written(self.back(days), self.draw)

    def months_ago(self, months: int, days: int = 0) -> str:
        """Return the first day of a window of so many months, or a day before it."""
        return (self.edge(months) - timedelta(days=days)).isoformat()

    def edge(self, months: int) -> date:
        """Return the first day of the window of so many months."""
        return add(self.on, -months, DateUnit.MONTHS)

    def said(self, question: str, answer: bool | None, days: int, person: int = 0) -> None:
        """Note what a person answered."""
        self.answers.setdefault((days, person), []).append((question, answer))

    def wish(self, **permitting: Planned) -> dict[str, Planned] | None:
        """Return what a patient who was examined for the trial most often is, else no wish."""
        return permitting if self.worked_up and self.draw.random() < 0.95 else None


def written(day: date, draw: Random) -> str:
    """Write a day as a date, a moment in the hospital's zone, or the same moment in UTC.

    The hours are those of the night, so that the moment in UTC falls on the day before.
    """
    chance = draw.random()
    if chance < 0.6:
        return day.isoformat()
    hour, minute = draw.randrange(8), draw.randrange(60)
    if chance < 0.9:
        return f"{day.isoformat()}T{hour + 7:02d}:{minute:02d}:00+08:00"
    eve = day - timedelta(days=1)
    return f"{eve.isoformat()}T{hour + 16:02d}:{minute:02d}:00Z"


def month_of(day: date) -> str:
    """Write a day to the month only."""
    return day.isoformat()[:7]


def splits_month(day: date) -> bool:
    """Say whether days of the same month lie before this one."""
    return day.day > 1
