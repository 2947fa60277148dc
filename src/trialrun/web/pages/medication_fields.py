"""The fields of a dose of a concomitant medication: read from a form, and written into one."""

from __future__ import annotations

from trialrun.conduct.periods import UNKNOWN, Period, Regimen
from trialrun.conduct.tables.medication import MedicationPeriod
from trialrun.errors import Problem, RefusedError
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
        RefusedError: an amount is no number, or the end is said in two ways.
    """
    ends = form["ends"]
    _refuse_two_ends(ends, form["stopped"])
    stopped = date_typed(form, "stopped") if ends == ENDS else None
    started = date_typed(form, "started")
    return Period(started, regimen_typed(form), stopped, ends == GOES_ON)


def _refuse_two_ends(ends: str, stopped: str) -> None:
    problems = []
    if ends not in (GOES_ON, ENDS, NOT_KNOWN):
        problems.append(Problem("ends", "nothing is chosen", "choose one of the list"))
    elif ends != ENDS and stopped.strip():
        found = "a last day is given, and it is not said that it has ended"
        problems.append(Problem("stopped", found, "choose that it has ended, or empty the day"))
    if problems:
        raise RefusedError("this cannot be read", problems)


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
