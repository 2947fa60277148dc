"""Doses as planned, given or not given, and what is wrong with them: rules without a database.

Refuses amounts that cannot be meant, doses outside the treatment, and changes without a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from trialrun.conduct.days import day_of
from trialrun.conduct.tables.doses import DoseSite, DoseStatus
from trialrun.errors import Problem


@dataclass(frozen=True)
class PlannedDose:
    """A dose of the plan: its day, its course, its number within the course, its amount."""

    on: date
    course: int
    number: int
    amount: Decimal


@dataclass(frozen=True)
class Limit:
    """The most that one dose can be, and the unit of the regimen: ten of its doses, say."""

    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Given:
    """A dose that was given; `reason` is needed where it is not what was planned."""

    at: datetime
    amount: Decimal
    unit: str
    site: DoseSite
    lot: str
    reason: str = ""


@dataclass(frozen=True)
class NotGiven:
    """A planned dose that was missed, refused or held, and why."""

    status: DoseStatus
    reason: str


@dataclass(frozen=True)
class Treatment:
    """When a participant may be given doses: from enrolment to the end, None while it is open.

    `ended_on` is the last day of participation, `withdrawn_at` the first withdrawal of consent:
    whatever its scope, it ends treatment.
    """

    enrolled_at: datetime
    ended_on: date | None = None
    withdrawn_at: datetime | None = None


def dose_problems(
    what: Given | NotGiven,
    plan: PlannedDose | None,
    limit: Limit,
    treatment: Treatment,
    now: datetime,
    zone: tzinfo,
) -> Iterator[Problem]:
    """Say what is wrong with a dose as recorded at `now`; `zone` is the hospital's."""
    if isinstance(what, NotGiven):
        yield from _not_given_problems(what, plan, day_of(now, zone))
        return
    yield from _time_problems(what, treatment, now, zone)
    yield from _amount_problems(what, limit)
    if not what.lot.strip():
        yield Problem("lot", "it is empty", "write the lot as the vial has it")
    if not what.reason.strip() and (plan is None or plan.amount != what.amount):
        found = (
            "no plan asks for this dose" if plan is None else "the amount is not the planned one"
        )
        yield Problem("reason", found, "say why it was given so")


def _not_given_problems(what: NotGiven, plan: PlannedDose | None, today: date) -> Iterator[Problem]:
    if what.status is DoseStatus.GIVEN:
        yield Problem("status", "a dose that was given has a time and an amount")
    if not what.reason.strip():
        yield Problem("reason", "it is empty", "say why the dose was not given")
    if plan is None:
        yield Problem("planned_on", "only a planned dose can be left out", "choose the planned day")
    elif plan.on > today:
        yield Problem("planned_on", "it is in the future", "record it when its day has come")


def _time_problems(
    what: Given, treatment: Treatment, now: datetime, zone: tzinfo
) -> Iterator[Problem]:
    if what.at > now:
        yield Problem("given_at", "it is in the future", "give the time at which it was given")
    if what.at < treatment.enrolled_at:
        yield Problem("given_at", "it is before enrolment", "give the time at which it was given")
    ended = treatment.ended_on is not None and day_of(what.at, zone) > treatment.ended_on
    withdrawn = treatment.withdrawn_at is not None and what.at > treatment.withdrawn_at
    if ended or withdrawn:
        yield Problem("given_at", "treatment had ended by then", "see how participation ended")


def _amount_problems(what: Given, limit: Limit) -> Iterator[Problem]:
    if what.unit != limit.unit:
        yield Problem("unit", "it is not the unit of the regimen", f"give it in {limit.unit}")
    if not what.amount.is_finite() or what.amount <= 0:
        yield Problem("amount", "it is not above zero", "record a dose that was not given as such")
    elif what.amount > limit.amount:
        yield Problem(
            "amount", "it is too much to be meant", f"at most {limit.amount} {limit.unit}"
        )
