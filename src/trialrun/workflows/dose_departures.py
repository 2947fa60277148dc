"""Doses that depart from the plan or the ledger: asking why, and proposing the deviations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, tzinfo
from decimal import Decimal

from sqlalchemy.orm import Session

from trialrun.conduct.days import day_of
from trialrun.conduct.dose_departures import DoseGiven, departures, proposed
from trialrun.conduct.dosing import Given, PlannedDose
from trialrun.conduct.proposals import DeviationCategory, ProposedDeviation
from trialrun.conduct.reading.doses import doses_of
from trialrun.conduct.reading.ledger import ledger, standing
from trialrun.conduct.tables.doses import Dose, LedgerKind
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem
from trialrun.protocol.design import Anchor, Design

Slot = tuple[int, int]
"""The course and the number of a planned dose."""


def reasons_wanted(
    session: Session,
    design: Design,
    participant: Participant,
    what: Given,
    plan: PlannedDose | None,
    *,
    zone: tzinfo,
    but: int | None = None,
) -> Iterator[Problem]:
    """Yield what a dose must be given a reason for; `but` is the id under which it stands."""
    on = day_of(what.at, zone)
    others = [
        other.given_on
        for other in doses_of(session, participant.id)
        if other.given_on is not None and other.id != but
    ]
    slot = None if plan is None else (plan.course, plan.number)
    planned_on = None if plan is None or _plan_follows(design, on, others) else plan.on
    dose = DoseGiven(
        name=dose_name(slot, on),
        on=on,
        lot=what.lot.strip(),
        planned_on=planned_on,
        amount=what.amount,
        planned_amount=_planned_amount(design, participant.arm) if plan is None else plan.amount,
        unit=what.unit,
    )
    for category in departures(
        dose, others, _every_days(design, participant.arm), _usable_lots(session)
    ):
        yield _WANTED[category]


def departing_doses(
    session: Session, design: Design, participant: Participant, on: date
) -> Iterator[ProposedDeviation]:
    """Yield the deviations of doses given up to a day, but for those that the schedule finds."""
    held = [dose for dose in doses_of(session, participant.id) if dose.given_on is not None]
    lots, days = _usable_lots(session), _every_days(design, participant.arm)
    usual = _planned_amount(design, participant.arm)
    for dose in held:
        assert dose.given_on is not None
        if dose.given_on > on:
            continue
        # Of two doses that are too close together the later one departs.
        before = [one.given_on for one in held[: held.index(dose)] if one.given_on is not None]
        assert dose.amount is not None
        given = DoseGiven(
            name=dose_name(_slot(dose), dose.given_on),
            on=dose.given_on,
            lot=dose.lot or "",
            planned_on=None,
            amount=dose.amount,
            planned_amount=dose.planned_amount or usual,
            unit=dose.unit,
        )
        for category in departures(given, before, days, lots):
            yield proposed(given, category, days)


def _usable_lots(session: Session) -> Mapping[str, date]:
    """Return up to which day each lot that was received may be used."""
    return {
        entry.lot: entry.expires_on
        for entry in standing(ledger(session))
        if entry.kind == LedgerKind.RECEIVED and entry.expires_on is not None
    }


def _every_days(design: Design, arm: str) -> int:
    """Return how many days lie between two doses of an arm."""
    return next((one.regimen.every_days for one in design.arms if one.id == arm), 0)


def _planned_amount(design: Design, arm: str) -> Decimal:
    """Return what one dose of an arm is, in the unit of its regimen; 0: there is no such arm."""
    return next((one.regimen.dose for one in design.arms if one.id == arm), Decimal(0))


def _plan_follows(design: Design, on: date, others: Iterable[date]) -> bool:
    """Whether the plan follows this dose, the first one: whatever its day, it is as planned."""
    counting = design.counting
    follows = counting is not None and counting.doses_from is Anchor.FIRST_DOSE
    return follows and all(on < other for other in others)


def _slot(dose: Dose) -> Slot | None:
    return None if dose.course is None or dose.number is None else (dose.course, dose.number)


def dose_name(slot: Slot | None, on: date) -> str:
    """Name a dose as its deviations do: 1.2, or by its day if no plan asked for it."""
    return on.isoformat() if slot is None else f"{slot[0]}.{slot[1]}"


_WHY = "say why it was given so"
_WANTED: Mapping[DeviationCategory, Problem] = {
    DeviationCategory.DOSE_DAY: Problem("reason", "the day is not the planned one", _WHY),
    DeviationCategory.DOSE_INTERVAL: Problem(
        "reason", "it is closer to another dose than the regimen allows", _WHY
    ),
    DeviationCategory.DOSE_AMOUNT: Problem("reason", "the amount is not the planned one", _WHY),
    DeviationCategory.DOSE_LOT: Problem(
        "reason", "the ledger has no receipt of this lot", "look at the vial, or say why"
    ),
    DeviationCategory.DOSE_EXPIRED: Problem(
        "reason", "the lot had expired by that day", "look at the vial, or say why"
    ),
}
