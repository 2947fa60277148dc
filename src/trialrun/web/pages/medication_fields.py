"""The fields of a dose of a concomitant medication: read from a form, and written into one."""

from __future__ import annotations

from trialrun.conduct.periods import UNKNOWN, Period, Regimen
from trialrun.conduct.tables.medication import MedicationPeriod
from trialrun.web.forms import Form
from trialrun.web.typed import Typed
from trialrun.web.words import LOCALES, said

_AS_HOSPITALS_WRITE = "不详"
GOES_ON, ENDS, NOT_KNOWN = "ongoing", "stopped", "unknown"
"""How a period ends: it goes on, it ended on a day, or nobody knows whether it did."""


def regimen_typed(form: Form) -> Regimen:
    """Return how a drug is taken.

    Raises:
        RefusedError: an amount is no number.
    """
    typed = Typed(form)
    amount, per_day = typed.number_or_none("amount"), typed.number_or_none("per_day")
    typed.done()
    return Regimen(amount, form["unit"].strip() or None, per_day)


def period_typed(form: Form) -> Period:
    """Return one dose over time; dates stay as they were written.

    Raises:
        RefusedError: an amount is no number.
    """
    stopped = date_typed(form, "stopped") if form["ends"] == ENDS else None
    started = date_typed(form, "started")
    return Period(started, regimen_typed(form), stopped, form["ends"] == GOES_ON)


def date_typed(form: Form, name: str) -> str:
    """Return a date as it was written; that it is unknown may be written in either language."""
    written = form[name].strip()
    words = {said(language, UNKNOWN) for language in LOCALES} | {_AS_HOSPITALS_WRITE}
    return UNKNOWN if written in words else written


def fields_of(row: MedicationPeriod) -> dict[str, str]:
    """Return the fields that would have to be typed for a dose that stands."""
    ends = GOES_ON if row.ongoing else NOT_KNOWN if row.stopped is None else ENDS
    return {
        "started": row.started,
        "stopped": row.stopped or "",
        "ends": ends,
        **regimen_fields(row),
        "expected": str(row.version),
    }


def regimen_fields(row: MedicationPeriod) -> dict[str, str]:
    """Return the fields of how a drug is taken."""
    return {
        "amount": "" if row.amount is None else format(row.amount, "f"),
        "unit": row.unit or "",
        "per_day": "" if row.per_day is None else format(row.per_day, "f"),
    }
