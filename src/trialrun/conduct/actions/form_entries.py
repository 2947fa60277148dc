"""Forms filled in at a visit: entering, completing, and correcting one value with a reason.

Values come checked against the protocol's form. Refuses a form at a visit that did not take
place, a second entry of one form, and an item that is not done without a word why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import missing, refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.errors import Problem


@dataclass(frozen=True)
class EnteredValue:
    """What was entered for one item: as typed, the number that it is, its unit and limits.

    `typed` None: not done. `out_of_range`: outside what the form expects. Both need `reason`.
    """

    typed: str | None
    number: Decimal | None = None
    unit: str | None = None
    normal_low: Decimal | None = None
    normal_high: Decimal | None = None
    out_of_range: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Form:
    """A form of one version of the protocol, and the items that it asks for."""

    id: str
    protocol_version: str
    items: Sequence[str]


def fill_in_form(
    database: Database,
    actor: Actor,
    at: datetime,
    visit_id: int,
    form: Form,
    values: Mapping[str, EnteredValue],
) -> FormEntry:
    """Enter a form at a visit; items that are left out can be entered later.

    Raises:
        RefusedError: the visit did not take place, the form is filled in already, or a value is
            refused; each problem's `where` is the item.
    """
    visit = _visit(database, visit_id)
    with act(
        database,
        Verb.FILL_IN_FORM,
        actor,
        at=at,
        candidate_id=visit.candidate_id,
        participant_id=visit.participant_id,
    ) as doing:
        problems = [
            *_place_problems(doing.session, visit_id),
            *_twice_problems(doing.session, visit_id, form.id),
            *_value_problems(values, form.items),
        ]
        refuse("fill in this form", problems)
        entry = doing.add(
            FormEntry(
                visit_id=visit_id,
                form=form.id,
                protocol_version=form.protocol_version,
                items=list(form.items),
            )
        )
        _write(doing, entry.id, values)
        return entry


def add_form_values(
    database: Database,
    actor: Actor,
    at: datetime,
    entry_id: int,
    values: Mapping[str, EnteredValue],
) -> FormEntry:
    """Enter items that were left out when the form was filled in.

    Raises:
        RefusedError: an item has a value already, or a value is refused.
    """
    entry, visit = _entry(database, entry_id)
    with act(
        database,
        Verb.FILL_IN_FORM,
        actor,
        at=at,
        candidate_id=visit.candidate_id,
        participant_id=visit.participant_id,
    ) as doing:
        held = doing.session.scalars(select(FormValue.item).where(FormValue.entry_id == entry_id))
        problems = [
            *_place_problems(doing.session, visit.id),
            *_value_problems(values, entry.items),
            *_held_problems(values, set(held)),
        ]
        refuse("complete this form", problems)
        _write(doing, entry_id, values)
        return entry


def correct_form_value(
    database: Database,
    actor: Actor,
    at: datetime,
    value_id: int,
    new: EnteredValue,
    *,
    version: int,
    reason: str,
) -> FormValue:
    """Write the right value over a wrong one; the trail keeps both, and why.

    Raises:
        RefusedError: no reason, the visit was taken back, or the value is refused.
        ConflictError: somebody else has changed it.
    """
    with database.reading() as session:
        value = find(session, FormValue, value_id)
    entry, visit = _entry(database, value.entry_id)
    with act(
        database,
        Verb.CORRECT_FORM,
        actor,
        at=at,
        reason=reason,
        candidate_id=visit.candidate_id,
        participant_id=visit.participant_id,
    ) as doing:
        problems = [
            *_place_problems(doing.session, visit.id),
            *_value_problems({value.item: new}, entry.items),
        ]
        refuse("correct this value", problems)
        return doing.change(value, expected=version, **_columns(new))


def _visit(database: Database, visit_id: int) -> Visit:
    with database.reading() as session:
        return find(session, Visit, visit_id)


def _entry(database: Database, entry_id: int) -> tuple[FormEntry, Visit]:
    with database.reading() as session:
        entry = find(session, FormEntry, entry_id)
        return entry, session.get_one(Visit, entry.visit_id)


def _write(doing: Act, entry_id: int, values: Mapping[str, EnteredValue]) -> None:
    doing.add_all(
        [
            FormValue(entry_id=entry_id, item=item, **_columns(value))
            for item, value in values.items()
        ]
    )


def _columns(value: EnteredValue) -> dict[str, Any]:
    return {
        "typed": value.typed,
        "number": value.number,
        "unit": value.unit,
        "normal_low": value.normal_low,
        "normal_high": value.normal_high,
        "out_of_range": value.out_of_range,
        "reason": value.reason.strip(),
    }


def _place_problems(session: Session, visit_id: int) -> Iterator[Problem]:
    visit = session.get_one(Visit, visit_id)
    if visit.voided:
        yield Problem("visit", "it was taken back", "fill in the form at the visit that stands")
    elif visit.day is None:
        yield Problem("visit", "it was missed", "correct the visit first if it took place")


def _twice_problems(session: Session, visit_id: int, form: str) -> Iterator[Problem]:
    known = select(FormEntry.id).where(FormEntry.visit_id == visit_id, FormEntry.form == form)
    if session.scalar(known) is not None:
        found = "it is filled in already at this visit"
        yield Problem("form", found, "correct its values, or add those that are missing")


def _value_problems(
    values: Mapping[str, EnteredValue], items: Collection[str]
) -> Iterator[Problem]:
    for item, value in values.items():
        if item not in items:
            yield Problem(item, "the form has no such item")
        if value.typed is None:
            yield from missing(item, value.reason, "say why it was not done")
            if value.number is not None or value.out_of_range:
                yield Problem(item, "it is not done and has a value", "leave one of them out")
        elif value.out_of_range and not value.reason.strip():
            yield Problem(item, "it is out of range", "correct it, or say why it is so")
        low, high = value.normal_low, value.normal_high
        if low is not None and high is not None and low > high:
            yield Problem(item, "the lower limit of normal is above the upper one")


def _held_problems(values: Mapping[str, EnteredValue], held: set[str]) -> Iterator[Problem]:
    for item in values:
        if item in held:
            yield Problem(item, "it has a value already", "correct that one, with a reason")
