"""Visits and what was entered at them, for pages, forms and reports. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit


def visits_of(session: Session, candidate_id: int) -> Sequence[Visit]:
    """Return the visits that stand, screening visits included, by day; missed ones by window."""
    visits = session.scalars(
        select(Visit).where(Visit.candidate_id == candidate_id, ~Visit.voided).order_by(Visit.id)
    )
    return sorted(visits, key=lambda visit: visit.day or visit.window_from or date.max)


def in_window(visit: Visit) -> bool | None:
    """Say whether a visit took place within its window; None: it has none, or was missed."""
    if visit.day is None or visit.window_from is None or visit.window_to is None:
        return None
    return visit.window_from <= visit.day <= visit.window_to


@dataclass(frozen=True)
class FilledForm:
    """A form as it was filled in: the entry, and the value of each item that has one."""

    entry: FormEntry
    values: Mapping[str, FormValue]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The items that have neither a value nor a reason why not."""
        return tuple(item for item in self.entry.items if item not in self.values)

    @property
    def complete(self) -> bool:
        """Whether every item has a value, or a reason why not."""
        return not self.left_out


def forms_of(session: Session, visit_id: int) -> tuple[FilledForm, ...]:
    """Return the forms that were filled in at a visit, in the order in which they were entered."""
    return forms_of_visits(session, [visit_id])[visit_id]


def forms_of_visits(
    session: Session, visit_ids: Sequence[int]
) -> Mapping[int, tuple[FilledForm, ...]]:
    """Return by visit the forms that were filled in there, in the order of their entry."""
    at_visits = FormEntry.visit_id.in_(visit_ids)
    entries = session.scalars(select(FormEntry).where(at_visits).order_by(FormEntry.id)).all()
    values: dict[int, dict[str, FormValue]] = {entry.id: {} for entry in entries}
    for value in session.scalars(select(FormValue).join(FormEntry).where(at_visits)):
        values[value.entry_id][value.item] = value
    filled: dict[int, list[FilledForm]] = {visit_id: [] for visit_id in visit_ids}
    for entry in entries:
        filled[entry.visit_id].append(FilledForm(entry, values[entry.id]))
    return {visit_id: tuple(forms) for visit_id, forms in filled.items()}


def values_over_time(
    session: Session, candidate_id: int, form: str, item: str
) -> tuple[tuple[Visit, FormValue], ...]:
    """Return what was entered for one item at each visit that stands, by day."""
    found = session.execute(
        select(Visit, FormValue)
        .join(FormEntry, FormEntry.visit_id == Visit.id)
        .join(FormValue, FormValue.entry_id == FormEntry.id)
        .where(
            Visit.candidate_id == candidate_id,
            ~Visit.voided,
            FormEntry.form == form,
            FormValue.item == item,
        )
        .order_by(Visit.day, Visit.id)
    )
    return tuple((visit, value) for visit, value in found)
