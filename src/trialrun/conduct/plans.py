"""What a schedule is made of: what is known of a participant, and what is planned of one.

Frozen data; the rules that lead from the one to the other are in `schedule`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.protocol.design import UnplannedVisit, Visit


class Status(StrEnum):
    """Where a planned visit or dose stands on a date.

    `WAITING`: it is counted from a first dose that nobody has given yet. `OVERDUE` becomes `MISSED`
    when the next of its kind is due: until then it can still be made up for.
    """

    WAITING = "waiting for the first dose"
    NOT_YET_DUE = "not yet due"
    DUE_SOON = "due soon"
    DUE = "due"
    OVERDUE = "overdue"
    DONE_IN_WINDOW = "done in its window"
    DONE_OUT_OF_WINDOW = "done out of its window"
    MISSED = "missed"
    NO_LONGER_DUE = "no longer due"


@dataclass(frozen=True)
class VisitMade:
    """A visit that took place, by the id that the design gives it, on a day."""

    visit: str
    on: date


@dataclass(frozen=True)
class DoseRecorded:
    """What is recorded of a planned dose: course and number (from 1), the day; whether given."""

    course: int
    number: int
    on: date
    given: bool = True


@dataclass(frozen=True)
class Over:
    """The day from which nothing more is planned; `early`: before its time."""

    on: date
    early: bool


@dataclass(frozen=True)
class Participation:
    """What is known of a participant: arm, days of enrolment, first dose and end, what was done.

    `missed_visits`: ids of planned visits that a person has declared missed. `no_doses_from` and
    `no_visits_from`: the days on which consent to treatment, or to follow-up, was withdrawn.
    """

    participant: str
    arm: str
    enrolled_on: date
    first_dose_on: date | None = None
    visits: tuple[VisitMade, ...] = ()
    missed_visits: frozenset[str] = frozenset()
    doses: tuple[DoseRecorded, ...] = ()
    ended_on: date | None = None
    ended_why: EndOfParticipation | None = None
    no_doses_from: date | None = None
    no_visits_from: date | None = None

    @property
    def doses_over(self) -> Over | None:
        """Since when no dose is planned any more; None: the plan goes on."""
        return self._over(self.no_doses_from)

    @property
    def visits_over(self) -> Over | None:
        """Since when no visit is planned any more; None: the plan goes on."""
        return self._over(self.no_visits_from)

    def _over(self, withdrawn_on: date | None) -> Over | None:
        ended_on = self.ended_on
        if withdrawn_on is not None and (ended_on is None or withdrawn_on <= ended_on):
            return Over(withdrawn_on, early=True)
        return None if ended_on is None else Over(ended_on, early=self.has_left_early)

    @property
    def has_left_early(self) -> bool:
        """Whether participation ended before its time."""
        return self.ended_on is not None and self.ended_why is not EndOfParticipation.COMPLETED

    @property
    def needs_early_termination(self) -> bool:
        """Whether it ended before its time, and the participant can and wants to be seen."""
        if self.no_visits_from is not None:
            return False
        return self.has_left_early and self.ended_why is not EndOfParticipation.DEATH

    def known_on(self, on: date) -> Participation:
        """Return what was known of it at the end of a day."""
        has_ended = self.ended_on is not None and self.ended_on <= on
        has_begun = self.first_dose_on is not None and self.first_dose_on <= on
        return replace(
            self,
            first_dose_on=self.first_dose_on if has_begun else None,
            visits=tuple(visit for visit in self.visits if visit.on <= on),
            doses=tuple(dose for dose in self.doses if dose.on <= on),
            ended_on=self.ended_on if has_ended else None,
            ended_why=self.ended_why if has_ended else None,
            no_doses_from=_known(self.no_doses_from, on),
            no_visits_from=_known(self.no_visits_from, on),
        )


def _known(day: date | None, on: date) -> date | None:
    return day if day is not None and day <= on else None


@dataclass(frozen=True)
class PlannedVisit:
    """A planned visit of one participant: the day it is planned for, its window, where it stands.

    `day`, `first` and `last` are None while it waits; `done_on` is None while it was not made.
    """

    visit: Visit | UnplannedVisit
    day: date | None
    first: date | None
    last: date | None
    done_on: date | None
    status: Status


@dataclass(frozen=True)
class PlannedDose:
    """A planned dose: course and number within it (from 1), the protocol's day, the date.

    `day` is counted from the first dose, as the design's `counting` numbers it; `recorded` is what
    is recorded of it, if anything is.
    """

    course: int
    number: int
    day: int
    on: date
    recorded: DoseRecorded | None
    status: Status


@dataclass(frozen=True)
class Schedule:
    """All of one participant: planned visits in the order of the design, unscheduled ones, doses.

    A visit for early termination stands last among the planned ones, once it is due.
    """

    visits: tuple[PlannedVisit, ...]
    unscheduled: tuple[VisitMade, ...]
    doses: tuple[PlannedDose, ...]


@dataclass(frozen=True)
class Entry:
    """A line of the calendar: who, which visit or dose, from which day to which."""

    participant: str
    first: date
    last: date
    what: PlannedVisit | PlannedDose

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.what.status
