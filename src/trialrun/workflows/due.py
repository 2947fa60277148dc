"""What is due: where each planned visit and dose stands on a day.

What nobody has recorded is called so, and never taken for missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy.orm import Session

from trialrun.conduct.plans import Entry, Participation, PlannedDose, PlannedVisit, Status
from trialrun.conduct.schedule import calendar
from trialrun.conduct.tables.participants import Participant
from trialrun.protocol.design import Design
from trialrun.workflows.enrolled import Enrolled, enrolled

UNRECORDED = "not recorded"
"""Where something stands that is over, and of which nobody has said what became of it."""

OPEN = (Status.OVERDUE, Status.DUE, Status.DUE_SOON, Status.NOT_YET_DUE)
"""Where something stands that can still be done."""


@dataclass(frozen=True)
class DueLine:
    """A line of the calendar, with the participant and the word for where it stands."""

    row: Participant
    entry: Entry
    word: str


def word_of(what: PlannedVisit | PlannedDose, known: Participation) -> str:
    """Return the word for where a visit or a dose stands."""
    if what.status is not Status.MISSED:
        return what.status
    if isinstance(what, PlannedDose):
        return UNRECORDED if what.recorded is None else Status.MISSED
    return Status.MISSED if what.visit.id in known.missed_visits else UNRECORDED


def due_lines(
    everybody: Sequence[Enrolled], design: Design, first: date, last: date, on: date
) -> tuple[DueLine, ...]:
    """Return what is open of participants from a day to a day, as of a day.

    What was done, and what somebody has said was missed, is left out.
    """
    by_number = {one.row.number: one for one in everybody}
    entries = calendar(design, [one.known for one in everybody], first, last, on)
    lines = (_due_line(by_number[entry.participant], entry) for entry in entries)
    return tuple(line for line in lines if line.word in (*OPEN, UNRECORDED))


def unrecorded_doses(
    session: Session, design: Design, on: date, *, zone: tzinfo
) -> tuple[DueLine, ...]:
    """Return every dose that is due or over, of which nobody has said what became of it."""
    everybody = enrolled(session, design, zone=zone)
    first = min((one.row.enrolled_on for one in everybody), default=on)
    wanted = (Status.DUE, Status.OVERDUE, UNRECORDED)
    return tuple(
        line
        for line in due_lines(everybody, design, first, on, on)
        if isinstance(line.entry.what, PlannedDose) and line.word in wanted
    )


def _due_line(one: Enrolled, entry: Entry) -> DueLine:
    return DueLine(one.row, entry, word_of(entry.what, one.known))
