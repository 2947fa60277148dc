"""The design of a trial: arms, doses, periods, visits, assessments, endpoints, safety reports.

Days are counted from enrolment, which is day 0, unless a visit's `anchor` says otherwise. What has
a `title` may have a Chinese one, too. Refuses to know criteria and participants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from trialrun.records.schema import Kind, Route


class Basis(StrEnum):
    """Where a statement about the design comes from."""

    REGISTRY = "registry"
    PUBLISHED = "published schedule"
    OURS = "ours"


class Contact(StrEnum):
    """How a planned visit takes place."""

    VISIT = "visit"
    PHONE = "phone"


class Anchor(StrEnum):
    """What the day of a planned visit, or of a dose, is counted from."""

    ENROLMENT = "enrolment"
    FIRST_DOSE = "first dose"
    PREVIOUS_VISIT = "previous visit"


class Unplanned(StrEnum):
    """Why a visit takes place that has no day of its own in the schedule."""

    UNSCHEDULED = "unscheduled"
    EARLY_TERMINATION = "early termination"


class EndpointClass(StrEnum):
    """What an endpoint is for."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    EXPLORATORY = "exploratory"
    SAFETY = "safety"


@dataclass(frozen=True)
class Regimen:
    """What is given: `injections` per course, every so many days, and how many courses.

    The first injection of the first course is planned on `first_day`, counted from enrolment.
    """

    drug: str
    dose: Decimal
    unit: str
    route: Route
    every_days: int
    injections: int
    course_days: int
    courses: int
    first_day: int = 0
    drug_zh: str = ""

    @property
    def days(self) -> tuple[int, ...]:
        """The planned days of all injections, counted from enrolment."""
        return tuple(
            self.first_day + course * self.course_days + injection * self.every_days
            for course in range(self.courses)
            for injection in range(self.injections)
        )

    @property
    def total_dose(self) -> Decimal:
        """The dose of all courses together, in `unit`."""
        return self.dose * self.injections * self.courses


@dataclass(frozen=True)
class Arm:
    """A group of participants who are treated alike."""

    id: str
    title: str
    type: str
    description: str
    regimen: Regimen
    title_zh: str = ""


@dataclass(frozen=True)
class Period:
    """A part of the trial, from a day to a day, both included."""

    id: str
    title: str
    first_day: int
    last_day: int
    title_zh: str = ""


@dataclass(frozen=True)
class Counting:
    """How days are counted around the first dose.

    `first_dose` is the number of its day, for everything that is anchored at it: with 0, day 28 is
    28 days after it; with 1, day 28 is 27 days after it, and there is no day 0. `doses_from`:
    whether the doses after the first move with it when it is given on another day than planned.
    """

    first_dose: Literal[0, 1]
    doses_from: Literal[Anchor.ENROLMENT, Anchor.FIRST_DOSE]


@dataclass(frozen=True)
class Visit:
    """A planned visit: its day, the days of its window before and after, and how it takes place.

    `day` is counted from the `anchor`; from the previous visit, from the day on which it was made.
    """

    id: str
    title: str
    day: int
    before: int
    after: int
    contact: Contact = Contact.VISIT
    title_zh: str = ""
    anchor: Anchor = Anchor.ENROLMENT


@dataclass(frozen=True)
class UnplannedVisit:
    """A visit that may become necessary.

    One for early termination is due from `before` days before to `after` days after the end of
    participation; one that is unscheduled has no window. `assessments`: those that are made at it.
    """

    id: str
    type: Unplanned
    title: str
    before: int = 0
    after: int = 0
    assessments: tuple[str, ...] = ()
    contact: Contact = Contact.VISIT
    title_zh: str = ""


@dataclass(frozen=True)
class Assessment:
    """What is looked at, and at which planned visits.

    `asks_about`: the kinds of record of which everything since the last such visit is asked for, so
    that what nobody then wrote down did not happen.
    """

    id: str
    title: str
    visits: tuple[str, ...]
    basis: Basis
    title_zh: str = ""
    asks_about: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """What the trial is to show, from which assessment, planned at which weeks."""

    id: str
    type: EndpointClass
    title: str
    basis: Basis
    assessment: str | None = None
    weeks: tuple[int, ...] = ()
    contrast: str = ""
    title_zh: str = ""
    contrast_zh: str = ""


class Recipient(StrEnum):
    """Who is told of every serious adverse event."""

    SPONSOR = "sponsor"
    ETHICS = "ethics committee"


@dataclass(frozen=True)
class SafetyReporting:
    """Within how many hours the first report of a serious adverse event is sent, and to whom.

    They are counted from the moment at which the site came to know that the event is serious.
    """

    sponsor_hours: int
    ethics_hours: int

    @property
    def hours(self) -> Mapping[str, int]:
        """The hours of each recipient."""
        return {Recipient.SPONSOR: self.sponsor_hours, Recipient.ETHICS: self.ethics_hours}


@dataclass(frozen=True)
class UsualEvent:
    """An adverse event that is usual with the drug: a term of CTCAE, its system organ class."""

    term: str
    soc: str
    source: str
    term_zh: str = ""


@dataclass(frozen=True)
class Design:
    """The design; `end_of_follow_up_day` is None where nobody is followed up.

    What is left out is not planned yet: screening needs none of it. Whoever gives doses needs
    `counting`, and, to know by when a serious event is reported, `safety_reporting`.
    """

    arms: tuple[Arm, ...] = ()
    periods: tuple[Period, ...] = ()
    counting: Counting | None = None
    visits: tuple[Visit, ...] = ()
    unplanned_visits: tuple[UnplannedVisit, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    safety_reporting: SafetyReporting | None = None
    usual_events: tuple[UsualEvent, ...] = ()
    end_of_follow_up_day: int | None = None
    assumptions: tuple[str, ...] = ()
    assumptions_zh: tuple[str, ...] = ()

    @property
    def named_visits(self) -> tuple[Visit | UnplannedVisit, ...]:
        """Every visit that has a name: those that are planned, then those that may be necessary."""
        return (*self.visits, *self.unplanned_visits)

    def assessments_at(self, visit: str) -> tuple[Assessment, ...]:
        """Return what is assessed at a visit, planned or not, by its id."""
        unplanned = [v.assessments for v in self.unplanned_visits if v.id == visit]
        named = {name for names in unplanned for name in names}
        return tuple(a for a in self.assessments if visit in a.visits or a.id in named)

    @property
    def nominal_days(self) -> tuple[int, ...]:
        """The day of each planned visit, counted from enrolment, if everything happens as planned.

        What is counted from the first dose follows the first arm.
        """
        days: list[int] = []
        for visit in self.visits:
            days.append(self._nominal_anchor(visit, days) + visit.day)
        return tuple(days)

    @property
    def visit_days(self) -> Mapping[str, int]:
        """The nominal day of each planned visit by its id."""
        return dict(zip((visit.id for visit in self.visits), self.nominal_days, strict=True))

    def _nominal_anchor(self, visit: Visit, before: list[int]) -> int:
        if visit.anchor is Anchor.PREVIOUS_VISIT and before:
            return before[-1]
        if visit.anchor is Anchor.FIRST_DOSE and self.arms and self.counting:
            return self.arms[0].regimen.first_day - self.counting.first_dose
        return 0
