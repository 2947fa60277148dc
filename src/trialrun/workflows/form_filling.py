"""Forms of the protocol at a visit: filling in, completing, correcting one value, its course.

What is derived is computed from what stands, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from trialrun.conduct.actions import form_entries
from trialrun.conduct.actions.form_entries import EnteredValue
from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.derived import derived_values
from trialrun.conduct.forms import NOT_DONE, REASON, Entered, FilledForm, fields_of, fill_in
from trialrun.conduct.reading.visits import FilledForm as Held
from trialrun.conduct.reading.visits import forms_of, forms_of_visits, values_over_time, visits_of
from trialrun.conduct.rows import find
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.conduct.typed import MisreadError, Value, read_value
from trialrun.errors import NotFoundError, Problem, RefusedError
from trialrun.protocol.forms import Derived, Form, Item
from trialrun.protocol.model import TrialProtocol


@dataclass(frozen=True)
class Point:
    """What was written down of an item on a day; `number` is None where there is none to draw."""

    visit: Visit
    day: date
    number: Decimal | None
    typed: str | None
    reason: str = ""
    value_id: int | None = None


def form_by_id(protocol: TrialProtocol, form_id: str) -> Form:
    """Return a form of the protocol.

    Raises:
        NotFoundError: it has no such form.
    """
    for form in protocol.forms:
        if form.id == form_id:
            return form
    raise NotFoundError("the protocol has no such form")


def fill_in_at_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    protocol: TrialProtocol,
    visit_id: int,
    form: Form,
    typed: Mapping[str, str],
) -> FormEntry:
    """Write down a form as it was typed, or complete it with the items that were left out.

    Raises:
        RefusedError: with every problem, named by its field.
    """
    with database.reading() as session:
        visit = find(session, Visit, visit_id)
        held = next((one for one in forms_of(session, visit_id) if one.entry.form == form.id), None)
    missing = form
    if held is not None:
        _refuse_twice(held, typed)
        missing = _only(form, held.left_out)
    filled = fill_in(missing, typed, on=visit.day or at.date())
    _refuse(filled)
    values = entered_values(missing, filled)
    if held is not None:
        return form_entries.add_form_values(database, actor, at, held.entry.id, values)
    kept = form_entries.Form(form.id, protocol.version, [item.id for item in form.items])
    return form_entries.fill_in_form(database, actor, at, visit_id, kept, values)


def correct_at_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    protocol: TrialProtocol,
    value_id: int,
    typed: Mapping[str, str],
    *,
    version: int,
    reason: str,
) -> FormValue:
    """Write the right value of one item over a wrong one.

    Raises:
        RefusedError: the value is refused, or there is no reason.
        ConflictError: somebody else has changed it.
    """
    with database.reading() as session:
        value, entry, visit = value_held(session, value_id)
    form = _only(form_by_id(protocol, entry.form), (value.item,))
    filled = fill_in(form, typed, on=visit.day or at.date())
    _refuse(filled)
    new = entered_values(form, filled).get(value.item)
    if new is None:
        problem = Problem(value.item, "it is empty", "write a value, or mark it as not done")
        raise RefusedError("this cannot be done: correct this value", [problem])
    return form_entries.correct_form_value(
        database, actor, at, value_id, new, version=version, reason=reason
    )


def value_held(session: Session, value_id: int) -> tuple[FormValue, FormEntry, Visit]:
    """Return a value, its entry and its visit.

    Raises:
        NotFoundError: there is no such value.
    """
    value = find(session, FormValue, value_id)
    entry = session.get_one(FormEntry, value.entry_id)
    return value, entry, session.get_one(Visit, entry.visit_id)


def entered_values(form: Form, filled: FilledForm) -> dict[str, EnteredValue]:
    """Return what is to be kept of a form without problems; what was left empty is not in it."""
    return {
        name: _entered(form.by_id[name], held, filled.typed.get(name, ""))
        for name, held in filled.entered.items()
        if held.value is not None or held.not_done
    }


def derived_now(form: Form, typed: Mapping[str, str], on: date) -> dict[str, Decimal | None]:
    """Return what follows from what has been typed so far, whatever is wrong with the rest."""
    return dict(fill_in(form, typed, on=on).derived)


def derived_of(form: Form, values: Mapping[str, FormValue], on: date) -> dict[str, Decimal | None]:
    """Return what follows from the values that stand."""
    read = {name: _read(form, name, value.typed, on) for name, value in values.items()}
    return derived_values(form, {name: value for name, value in read.items() if value is not None})


def thing_by_id(form: Form, name: str) -> Item | Derived:
    """Return an item or a derived item of a form.

    Raises:
        NotFoundError: it has none.
    """
    every: list[Item | Derived] = [*form.items, *form.derived]
    for one in every:
        if one.id == name:
            return one
    raise NotFoundError("the form has no such item")


def course(session: Session, form: Form, candidate_id: int, name: str) -> tuple[Point, ...]:
    """Return an item, or a derived one, at each visit that stands, by day."""
    if isinstance(thing_by_id(form, name), Derived):
        return _derived_course(session, form, candidate_id, name)
    return tuple(
        Point(visit, visit.day, value.number, value.typed, value.reason, value.id)
        for visit, value in values_over_time(session, candidate_id, form.id, name)
        if visit.day is not None
    )


def typed_of(value: FormValue) -> dict[str, str]:
    """Return the fields that would have to be typed for what stands."""
    name = value.item
    fields = {name: value.typed or "", f"{name}:reason": value.reason}
    limits = {"lower": value.normal_low, "upper": value.normal_high}
    fields |= {
        f"{name}:{part}": format(one, "f") for part, one in limits.items() if one is not None
    }
    if value.typed is None:
        fields[f"{name}:not-done"] = "yes"
    return fields


def _derived_course(
    session: Session, form: Form, candidate_id: int, name: str
) -> tuple[Point, ...]:
    points = []
    visits = visits_of(session, candidate_id)
    forms = forms_of_visits(session, [visit.id for visit in visits])
    for visit in visits:
        for filled in forms[visit.id]:
            if filled.entry.form == form.id and visit.day is not None:
                number = derived_of(form, filled.values, visit.day).get(name)
                typed = None if number is None else format(number, "f")
                points.append(Point(visit, visit.day, number, typed))
    return tuple(points)


def _entered(item: Item, held: Entered, typed: str) -> EnteredValue:
    if held.value is None:
        return EnteredValue(typed=None, reason=held.reason)
    return EnteredValue(
        typed=typed.strip(),
        number=held.value.number if item.type.is_numeric else None,
        unit=item.unit or None,
        normal_low=held.lower,
        normal_high=held.upper,
        out_of_range=not held.value.is_plausible,
        reason=held.reason,
    )


def _read(form: Form, name: str, typed: str | None, on: date) -> Value | None:
    """Return a value that was kept; None where it was not done, or the form is another by now."""
    item = form.by_id.get(name)
    if item is None or typed is None:
        return None
    try:
        return read_value(item, typed, on)
    except MisreadError:
        return None


def _only(form: Form, names: tuple[str, ...]) -> Form:
    return replace(form, items=tuple(i for i in form.items if i.id in names), derived=())


def _refuse_twice(held: Held, typed: Mapping[str, str]) -> None:
    remedy = "correct that one, with a reason"
    problems = [
        Problem(item, "it has a value already", remedy)
        for item in held.values
        if typed.get(item, "").strip()
    ]
    if problems or held.complete:
        told = problems or [Problem("form", "it is filled in already at this visit", remedy)]
        raise RefusedError("this cannot be done: fill in this form", told)


def _refuse(filled: FilledForm) -> None:
    if filled.problems:
        raise RefusedError("this cannot be done: fill in this form", filled.problems)


def rest_not_done(items: Iterable[Item], typed: Mapping[str, str], reason: str) -> dict[str, str]:
    """Return what was typed, with the items that are empty marked as not done for one reason.

    What may stay empty does; what has a value, or was marked by itself, stays as it is. Without a
    reason nothing is marked.
    """
    marked = dict(typed)
    for item in items if reason.strip() else ():
        own = (typed.get(item.id, ""), typed.get(f"{item.id}:{NOT_DONE}", ""))
        if item.required and not any(text.strip() for text in own):
            marked |= {f"{item.id}:{NOT_DONE}": "yes", f"{item.id}:{REASON}": reason}
    return marked


def own_fields(form: Form, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the fields of a form, and nothing else that was sent."""
    known = {field for item in form.items for field in fields_of(item)}
    return {name: text for name, text in typed.items() if name in known}
