"""The design of a trial: arms, doses, periods, visits, assessments, endpoints.

Days are counted from enrolment, which is day 0. What has a `title` may have a Chinese one, too.
Refuses to know criteria and participants.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trialrun.records.schema import Route


class Basis(StrEnum):
    """Where a statement about the design comes from."""

    REGISTRY = "registry"
    PUBLISHED = "published schedule"
    OURS = "ours"


class Contact(StrEnum):
    """How a planned visit takes place."""

    VISIT = "visit"
    PHONE = "phone"


class EndpointClass(StrEnum):
    """What an endpoint is for."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    EXPLORATORY = "exploratory"
    SAFETY = "safety"


@dataclass(frozen=True)
class Regimen:
    """What is given: `injections` per course, every so many days, and how many courses.

    The first injection of the first course is given on `first_day`.
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
        """The days of all injections, counted from enrolment."""
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
class Visit:
    """A planned visit: its day, the days of its window before and after, and how it takes place."""

    id: str
    title: str
    day: int
    before: int
    after: int
    contact: Contact = Contact.VISIT
    title_zh: str = ""


@dataclass(frozen=True)
class Assessment:
    """What is looked at, and at which planned visits."""

    id: str
    title: str
    visits: tuple[str, ...]
    basis: Basis
    title_zh: str = ""


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


@dataclass(frozen=True)
class Design:
    """The design; `end_of_follow_up_day` is None where nobody is followed up.

    What is left out is not planned yet: screening needs none of it.
    """

    arms: tuple[Arm, ...] = ()
    periods: tuple[Period, ...] = ()
    visits: tuple[Visit, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    end_of_follow_up_day: int | None = None
    assumptions: tuple[str, ...] = ()
    assumptions_zh: tuple[str, ...] = ()
