"""Doses of a participant: what the protocol plans, what was given, and recording it.

The plan moves with the first dose where the design says so: a dose is known by its course and
number, and its planned day is the plan's of now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby

from sqlalchemy.orm import Session

from trialrun.conduct.actions.doses import correct_dose, record_dose
from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.dosing import Given, Limit, NotGiven, PlannedDose
from trialrun.conduct.exposure import Exposure, RecordedDose, exposure
from trialrun.conduct.plans import PlannedDose as Slot
from trialrun.conduct.plans import Schedule, Status
from trialrun.conduct.reading.doses import doses_of
from trialrun.conduct.rows import find
from trialrun.conduct.schedule import schedule
from trialrun.conduct.tables.doses import Dose, DoseSite, DoseStatus
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import NotFoundError, Problem
from trialrun.protocol.design import Design, Regimen
from trialrun.workflows.dose_departures import dose_name, reasons_wanted
from trialrun.workflows.due import word_of
from trialrun.workflows.enrolled import Enrolled, enrolled_one
from trialrun.workflows.proposing import propose_departing_dose

MOST_DOSES = 10
"""A dose of more than so many planned ones cannot be meant; ours."""
_BODY = tuple(
    site for site in DoseSite if site not in (DoseSite.ELSEWHERE, DoseSite.NOT_APPLICABLE)
)


@dataclass(frozen=True)
class Cell:
    """A planned dose, what stands in the database for it, and the word for where it stands."""

    slot: Slot
    dose: Dose | None
    word: str


@dataclass(frozen=True)
class Doses:
    """The doses of a participant as of a day: courses of cells, what no plan asked for, exposure.

    `regimen` is the arm's.
    """

    one: Enrolled
    regimen: Regimen
    courses: tuple[tuple[Cell, ...], ...]
    unplanned: tuple[Dose, ...]
    exposure: Exposure


@dataclass(frozen=True)
class SiteHint:
    """Where the last dose went and on which day, and the place that was spared the longest."""

    last: DoseSite | None
    last_on: date | None
    next: DoseSite


def regimen_of(design: Design, arm: str) -> Regimen:
    """Return how an arm is treated.

    Raises:
        NotFoundError: the protocol has no such arm.
    """
    for one in design.arms:
        if one.id == arm:
            return one.regimen
    raise NotFoundError("the protocol has no such arm")


def doses_on(
    session: Session, design: Design, participant_id: int, on: date, *, zone: tzinfo
) -> Doses:
    """Return a participant's doses as of a day of the hospital, whose time zone `zone` is."""
    one = enrolled_one(session, design, participant_id, zone=zone)
    plan = schedule(design, one.known, on)
    standing = doses_of(session, participant_id)
    held = {(dose.course, dose.number): dose for dose in standing if dose.course is not None}
    cells = [
        Cell(slot, held.get((slot.course, slot.number)), word_of(slot, one.known))
        for slot in plan.doses
    ]
    regimen = regimen_of(design, one.row.arm)
    return Doses(
        one=one,
        regimen=regimen,
        courses=tuple(
            tuple(course) for _, course in groupby(cells, key=lambda cell: cell.slot.course)
        ),
        unplanned=tuple(dose for dose in standing if dose.course is None),
        exposure=_exposure(plan, regimen, standing, on),
    )


def planned_dose(doses: Doses, course: int, number: int) -> Cell:
    """Return a planned dose by its course and number, from 1.

    Raises:
        NotFoundError: the plan has no such dose.
    """
    for cells in doses.courses:
        for cell in cells:
            if (cell.slot.course, cell.slot.number) == (course, number):
                return cell
    raise NotFoundError("the plan has no such dose")


def site_hint(doses: Iterable[Dose]) -> SiteHint:
    """Return which place on the body is next, so that none is used too often."""
    used = {DoseSite(dose.site): dose.given_on for dose in doses if dose.site and dose.given_on}
    given = [dose for dose in doses if dose.site and dose.given_on]
    last = given[-1] if given else None
    return SiteHint(
        last=DoseSite(last.site) if last and last.site else None,
        last_on=last.given_on if last else None,
        next=min(_BODY, key=lambda site: used.get(site) or date.min),
    )


def record_participant_dose(
    database: Database,
    actor: Actor,
    at: datetime,
    design: Design,
    participant_id: int,
    what: Given | NotGiven,
    *,
    zone: tzinfo,
    slot: tuple[int, int] | None,
) -> Dose:
    """Record what became of a planned dose (course and number), or a dose that none asked for.

    What departs from the plan or the ledger needs a reason, and is proposed as a deviation.
    """
    with database.reading() as session:
        plan, limit = _plan(session, design, participant_id, slot, at, zone)
        wanted = _wanted(session, design, participant_id, what, plan, zone)
    dose = record_dose(
        database,
        actor,
        at,
        participant_id,
        what,
        zone=zone,
        limit=limit,
        plan=plan,
        wanted=wanted,
    )
    if wanted:
        propose_departing_dose(database, design, participant_id, _name(dose), at, zone=zone)
    return dose


def correct_participant_dose(
    database: Database,
    actor: Actor,
    at: datetime,
    design: Design,
    dose_id: int,
    what: Given | NotGiven,
    *,
    version: int,
    zone: tzinfo,
    reason: str,
) -> Dose:
    """Write what is right over what was recorded of a dose; what departs as when it is recorded."""
    with database.reading() as session:
        dose = find(session, Dose, dose_id)
        plan, limit = _plan(session, design, dose.participant_id, _slot(dose), at, zone)
        wanted = _wanted(session, design, dose.participant_id, what, plan, zone, but=dose_id)
    corrected = correct_dose(
        database,
        actor,
        at,
        dose_id,
        what,
        version=version,
        zone=zone,
        limit=limit,
        plan=plan,
        reason=reason,
        wanted=wanted,
    )
    if wanted:
        of = corrected.participant_id
        propose_departing_dose(database, design, of, _name(corrected), at, zone=zone)
    return corrected


def _slot(dose: Dose) -> tuple[int, int] | None:
    return None if dose.course is None or dose.number is None else (dose.course, dose.number)


def _name(dose: Dose) -> str:
    assert dose.given_on is not None
    return dose_name(_slot(dose), dose.given_on)


def _wanted(
    session: Session,
    design: Design,
    participant_id: int,
    what: Given | NotGiven,
    plan: PlannedDose | None,
    zone: tzinfo,
    *,
    but: int | None = None,
) -> tuple[Problem, ...]:
    """Return what a dose needs a reason for; `but` is the id under which it stands already."""
    if isinstance(what, NotGiven):
        return ()
    participant = find(session, Participant, participant_id)
    return tuple(reasons_wanted(session, design, participant, what, plan, zone=zone, but=but))


def _plan(
    session: Session,
    design: Design,
    participant_id: int,
    slot: tuple[int, int] | None,
    at: datetime,
    zone: tzinfo,
) -> tuple[PlannedDose | None, Limit]:
    doses = doses_on(session, design, participant_id, day_of(at, zone), zone=zone)
    regimen = doses.regimen
    limit = Limit(MOST_DOSES * regimen.dose, regimen.unit)
    if slot is None:
        return None, limit
    found = planned_dose(doses, *slot).slot
    return PlannedDose(found.on, found.course, found.number, regimen.dose), limit


def _exposure(plan: Schedule, regimen: Regimen, standing: Sequence[Dose], on: date) -> Exposure:
    """Return the exposure while taking part: what is no longer due is not asked of anybody."""
    slots = {
        (slot.course, slot.number): slot
        for slot in plan.doses
        if slot.status is not Status.NO_LONGER_DUE
    }
    planned = [
        PlannedDose(slot.on, slot.course, slot.number, regimen.dose) for slot in slots.values()
    ]
    recorded = []
    for dose in standing:
        key = (dose.course or 0, dose.number or 0)
        day = slots[key].on if key in slots else None
        status = DoseStatus(dose.status)
        recorded.append(RecordedDose(status, day, dose.given_on, dose.amount))
    return exposure(planned, recorded, on)


def dose_held(session: Session, dose_id: int) -> Dose:
    """Return a dose.

    Raises:
        NotFoundError: there is no such dose.
    """
    return find(session, Dose, dose_id)
