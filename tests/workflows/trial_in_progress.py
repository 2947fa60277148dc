"""A trial of the shipped protocol in progress: two participants, visits, forms, a first dose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.conduct.clinic import ZONE
from tests.conduct.safety_world import World

from trialrun.conduct.actions.doses import record_dose
from trialrun.conduct.actions.form_entries import EnteredValue, Form, fill_in_form
from trialrun.conduct.actions.visits import Held, VisitPlan, record_visit
from trialrun.conduct.dosing import Given, Limit, NotGiven, PlannedDose
from trialrun.conduct.tables.doses import DoseSite
from trialrun.conduct.tables.visits import Contact, FormEntry, Visit
from trialrun.protocol.file import read_protocol

TRIAL = read_protocol("ld-il2-immune-als")
ENROLLED = date(2022, 1, 15)
LIMIT = Limit(Decimal(10_000_000), "[iU]")


def day(number: int) -> date:
    """Return a day of the trial; 0 is that of enrolment."""
    return ENROLLED + timedelta(days=number)


def noon(number: int) -> datetime:
    """Return noon at the hospital on a day of the trial."""
    return datetime.combine(day(number), datetime.min.time(), ZONE) + timedelta(hours=12)


def visit(trial: World, name: str, on: int, window: tuple[int, int]) -> Visit:
    """Record a visit of participant 1 with its window, in days of the trial."""
    plan = VisitPlan(name, (day(window[0]), day(window[1])))
    held = Held(day(on), Contact.VISIT)
    return record_visit(trial.database, trial.coordinator, noon(on), 1, held, zone=ZONE, plan=plan)


def dose(trial: World, number: int, planned: int, what: Given | NotGiven, at: int) -> None:
    """Record what became of a dose of the first course of participant 1."""
    plan = PlannedDose(day(planned), 1, number, Decimal(1_000_000))
    record_dose(
        trial.database, trial.coordinator, noon(at), 1, what, plan=plan, limit=LIMIT, zone=ZONE
    )


def given(on: int) -> Given:
    """Return a dose that was given at noon on a day."""
    return Given(noon(on), Decimal(1_000_000), "[iU]", DoseSite.ABDOMEN_LEFT, "L1")


def laboratory(trial: World, at: Visit, on: int, values: Mapping[str, EnteredValue]) -> FormEntry:
    """Fill in the laboratory form of a visit."""
    items = [item.id for form in TRIAL.forms if form.id == "laboratory" for item in form.items]
    form = Form("laboratory", TRIAL.version, items)
    return fill_in_form(trial.database, trial.coordinator, noon(on), at.id, form, values)


def value(number: str, unit: str, low: str | None = None, high: str | None = None) -> EnteredValue:
    """Return a value with the limits of normal that stand beside it."""
    lowest, highest = (None if limit is None else Decimal(limit) for limit in (low, high))
    return EnteredValue(number, Decimal(number), unit, lowest, highest)
