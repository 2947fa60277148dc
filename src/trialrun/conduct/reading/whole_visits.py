"""Visits of a whole trial with their forms, values, grades that people gave, and derived items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from trialrun.conduct.derived import derived_values
from trialrun.conduct.reading.whole_rows import Rows
from trialrun.conduct.tables.adverse_events import GradeDecision
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.conduct.typed import MisreadError, Value, read_value
from trialrun.protocol.forms import Form
from trialrun.records import trial_rows as told

Grades = Mapping[tuple[int, int], list[GradeDecision]]


def visit_records(rows: Rows, forms: Mapping[str, Form]) -> dict[int, tuple[told.VisitRecord, ...]]:
    """Return the visits that stand, by candidate, in the order of their days."""
    entries = rows.by(FormEntry, "visit_id")
    values = rows.by(FormValue, "entry_id")
    grades = _grades(rows)

    def filled(visit: Visit) -> Iterable[told.FilledForm]:
        for entry in entries.get(visit.id, ()):
            held = tuple(_value(rows, value, grades) for value in values.get(entry.id, ()))
            yield told.FilledForm(
                **rows.named(entry),
                form=entry.form,
                protocol_version=entry.protocol_version,
                items=tuple(entry.items),
                values=held,
                derived=_derived(forms.get(entry.form), held, visit.day),
            )

    return {
        candidate_id: tuple(
            told.VisitRecord(
                **rows.named(visit),
                planned=visit.planned,
                day=visit.day,
                contact=visit.contact,
                window_from=visit.window_from,
                window_to=visit.window_to,
                missed_reason=visit.missed_reason,
                note=visit.note,
                forms=tuple(filled(visit)),
            )
            for visit in sorted(visits, key=lambda one: one.day or one.window_from or date.max)
        )
        for candidate_id, visits in rows.by(Visit, "candidate_id").items()
    }


def _grades(rows: Rows) -> Grades:
    """Return the grades that people gave to values of forms, by the value's id and version."""
    decisions = rows.by(GradeDecision, "table_name").get(FormValue.__tablename__, ())
    found: dict[tuple[int, int], list[GradeDecision]] = {}
    for one in decisions:
        if one.grade is not None:
            found.setdefault((one.row_id, one.row_version), []).append(one)
    return found


def _value(rows: Rows, value: FormValue, grades: Grades) -> told.FormValue:
    return told.FormValue(
        **rows.named(value),
        item=value.item,
        typed=value.typed,
        number=value.number,
        unit=value.unit,
        normal_low=value.normal_low,
        normal_high=value.normal_high,
        out_of_range=value.out_of_range,
        reason=value.reason,
        grades=tuple(
            told.Grade(
                **rows.named(one), term=one.term, grade=int(one.grade or 0), reason=one.reason
            )
            for one in grades.get((value.id, value.version), ())
        ),
    )


def _derived(
    form: Form | None, held: Iterable[told.FormValue], day: date | None
) -> dict[str, Decimal | None]:
    """Compute what the protocol's form computes; an older form may lack some of its parts."""
    if form is None or day is None:
        return {}
    read: dict[str, Value] = {}
    for value in held:
        if value.typed is None or value.item not in form.by_id:
            continue
        try:
            read[value.item] = read_value(form.by_id[value.item], value.typed, day)
        except MisreadError:
            continue  # an older form took what this one does not: what rests on it stays missing
    return derived_values(form, read)
