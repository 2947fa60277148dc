"""The data of subjects, each row with its audit record: who wrote it as it stands, when, and why.

A subject goes by its number in the trial. Values are as they were typed; what was not done is null,
and its comment says why. Scores that are computed say so by their item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from trialrun.exchange.columns import Kind, Line, Plain, Table
from trialrun.exchange.odm.elements import LOG, add, add_text, event, item, moment, unit, user
from trialrun.exchange.odm.metadata import LEDGER, LOGS, unscheduled, version_oid
from trialrun.exchange.tables import VISIT
from trialrun.exchange.unwritable import clean
from trialrun.protocol.forms import Form
from trialrun.protocol.model import TrialProtocol
from trialrun.records.trial_data import Subject, TrialData
from trialrun.records.trial_rows import Entry, FilledForm, FormValue, VisitRecord

LOCATION = "L.site"


def add_clinical_data(
    root: ET.Element, protocol: TrialProtocol, forms: Sequence[Form], data: TrialData
) -> None:
    """Add the data of every subject."""
    writer = _Writer(protocol, {form.id: form for form in forms}, data)
    held = add(
        root,
        "ClinicalData",
        StudyOID=protocol.registry.id,
        MetaDataVersionOID=version_oid(protocol),
    )
    for subject in data.subjects:
        writer.add_subject(held, subject)


class _Writer:
    """Writes subjects; it knows the forms, and the visits of the schedule."""

    def __init__(self, protocol: TrialProtocol, forms: dict[str, Form], data: TrialData) -> None:
        self._forms = forms
        self._data = data
        self._unscheduled = unscheduled(protocol)
        design = protocol.design
        self._planned = {v.id for v in design.visits} | {v.id for v in design.unplanned_visits}

    def add_subject(self, held: ET.Element, subject: Subject) -> None:
        """Add one subject."""
        element = add(held, "SubjectData", SubjectKey=subject.number)
        add(element, "SiteRef", LocationOID=LOCATION)
        for number, visit in enumerate(subject.visits, 1):
            self._add_visit(element, visit, number)
        log = add(element, "StudyEventData", StudyEventOID=LOG)
        for table in LOGS:
            for line in self._lines(table, subject):
                _add_line(log, table, line, key=str(line.entry.row_id))

    def _lines(self, table: Table, subject: Subject) -> list[Line]:
        if table is LEDGER:
            return [Line(one) for one in self._data.ledger if one.subject == subject.number]
        return list(table.lines(subject))

    def _add_visit(self, element: ET.Element, visit: VisitRecord, number: int) -> None:
        planned = visit.planned if visit.planned in self._planned else None
        name = planned or self._unscheduled
        made = add(
            element,
            "StudyEventData",
            StudyEventOID=event(name),
            StudyEventRepeatKey=str(number) if name == self._unscheduled else None,
        )
        _add_line(made, VISIT, Line(visit), key=None)
        for form in visit.forms:
            self._add_form(made, form)

    def _add_form(self, made: ET.Element, filled: FilledForm) -> None:
        data = add(made, "FormData", FormOID=f"F.{filled.form}")
        _add_audit(data, filled)
        group = add(data, "ItemGroupData", ItemGroupOID=f"IG.{filled.form}")
        form = self._forms[filled.form]
        values = {value.item: value for value in filled.values}
        for one in form.items:
            if one.id in values:
                _add_value(group, filled.form, values[one.id])
        for derived in form.derived:
            score = filled.derived.get(derived.id)
            if score is not None:
                oid = item(filled.form, derived.id)
                add(group, "ItemData", ItemOID=oid, Value=format(score, "f"))


def _add_value(group: ET.Element, form: str, value: FormValue) -> None:
    null = None if value.typed is not None else "Yes"
    typed = value.typed if value.number is None else format(value.number, "f")
    element = add(group, "ItemData", ItemOID=item(form, value.item), Value=typed, IsNull=null)
    _add_audit(element, value)
    if value.unit:
        add(element, "MeasurementUnitRef", MeasurementUnitOID=unit(value.unit))
    if value.reason:
        add_text(add(element, "Annotation", SeqNum="1"), "Comment", value.reason)
    for part, limit in (("low", value.normal_low), ("high", value.normal_high)):
        if limit is not None:
            oid = item(form, f"{value.item}.{part}")
            add(group, "ItemData", ItemOID=oid, Value=format(limit, "f"))


def _add_line(parent: ET.Element, table: Table, line: Line, *, key: str | None) -> None:
    data = add(parent, "FormData", FormOID=f"F.{table.id}", FormRepeatKey=key)
    _add_audit(data, line.entry)
    group = add(data, "ItemGroupData", ItemGroupOID=f"IG.{table.id}")
    for column in table.columns:
        held = column.plain(line)
        if held is None or held == "":
            continue
        element = add(group, "ItemData", ItemOID=item(table.id, column.id))
        if column.kind is Kind.PARTIAL and not str(held)[:1].isdigit():
            element.set("IsNull", "Yes")
            add_text(add(element, "Annotation", SeqNum="1"), "Comment", str(held))
        else:
            element.set("Value", clean(_written(held)))


def _written(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return moment(value) if isinstance(value, datetime) else str(value)


def _add_audit(parent: ET.Element, entry: Entry) -> None:
    record = add(parent, "AuditRecord")
    add(record, "UserRef", UserOID=user(entry.stamp.by))
    add(record, "LocationRef", LocationOID=LOCATION)
    add_text(record, "DateTimeStamp", moment(entry.stamp.at))
    if entry.stamp.reason:
        add_text(record, "ReasonForChange", entry.stamp.reason)
    add_text(record, "SourceID", entry.ref)
