"""What the protocol calls what rows of forms hold: the form, the item, the answer that was chosen.

An older version of the protocol may have had others: what is not in this one has no title.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.rows import RowRef, row_at
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.queries import Query
from trialrun.conduct.tables.visits import FormEntry, FormValue
from trialrun.protocol.forms import Choice, Form, Item
from trialrun.protocol.model import TrialProtocol

Named: TypeAlias = Form | Item | Choice


def form_titles(
    session: Session, trial: TrialProtocol, rows: Iterable[tuple[RowRef, Base]]
) -> dict[RowRef, dict[str, Named]]:
    """Return, of each row of a form, what stands in its columns, and the form that it is of.

    Of an answer, it is the statement. Other rows are left out.
    """
    placed = list(rows)
    ids = {row.entry_id for _, row in placed if isinstance(row, FormValue)}
    entries = session.scalars(select(FormEntry).where(FormEntry.id.in_(ids)))
    form_of = {entry.id: entry.form for entry in entries}
    forms = {form.id: form for form in trial.forms}
    found: dict[RowRef, dict[str, Named]] = {}
    for place, row in placed:
        if isinstance(row, FormEntry) and row.form in forms:
            found[place] = {"form": forms[row.form]}
        elif isinstance(row, CriterionAnswer) and row.statement:
            zh = trial.statement_in(row.statement, "zh")
            found[place] = {"statement": Choice(row.statement, row.statement, zh)}
        elif isinstance(row, FormValue) and form_of[row.entry_id] in forms:
            found[place] = _of_value(row, forms[form_of[row.entry_id]])
    return found


def query_titles(
    session: Session, trial: TrialProtocol, queries: Iterable[Query]
) -> dict[int, dict[str, Named]]:
    """Return, by the id of each query, what stands in the columns of the row that it is about."""
    places = {query.id: RowRef(query.table_name, query.row_id) for query in queries}
    rows = [(place, row_at(session, place)) for place in places.values()]
    titles = form_titles(session, trial, rows)
    return {query_id: titles.get(place, {}) for query_id, place in places.items()}


def _of_value(row: FormValue, form: Form) -> dict[str, Named]:
    item = form.by_id.get(row.item)
    if item is None:
        return {"form": form}
    chosen = next((choice for choice in item.choices if choice.code == row.typed), None)
    named: dict[str, Named] = {"form": form, "item": item}
    return named if chosen is None else named | {"typed": chosen}
