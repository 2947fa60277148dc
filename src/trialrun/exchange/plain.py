"""A trial as CSV in plain words, one file per table: for people without a standard at hand.

Beside the tables each form has a file of its own, one line per filled form; `values.csv` has every
value with its unit, limits and reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from trialrun.criteria.wording import Language
from trialrun.exchange.columns import Line, Plain
from trialrun.exchange.csv_files import csv_text
from trialrun.exchange.forms import forms_in
from trialrun.exchange.tables import LEDGER_COLUMNS, TABLES
from trialrun.protocol.forms import Derived, Form, Item
from trialrun.protocol.model import TrialProtocol
from trialrun.records.trial_data import Subject, TrialData
from trialrun.records.trial_rows import Entry, FilledForm, VisitRecord

_WORDS: Mapping[str, tuple[str, str]] = {
    "subject": ("Participant", "受试者"),
    "row": ("Row", "行号"),
    "by": ("Written by", "记录人"),
    "at": ("Written at", "记录时间"),
    "why": ("Why it was changed", "修改原因"),
    "visit": ("Visit", "访视"),
    "day": ("Day", "日期"),
    "form": ("Form", "表单"),
    "version": ("Version of the protocol", "方案版本"),
    "item": ("Item", "条目"),
    "typed": ("Value", "数值"),
    "number": ("Number", "数字"),
    "unit": ("Unit", "单位"),
    "low": ("Lower limit of normal", "参考值下限"),
    "high": ("Upper limit of normal", "参考值上限"),
    "out": ("Outside of what is expected", "超出预期范围"),
    "reason": ("Reason", "原因"),
    "not_done": ("Not done", "未做"),
    "name": ("Name of the account", "账户名"),
    "full_name": ("Name", "姓名"),
    "role": ("Role", "角色"),
}
_VALUE_COLUMNS = ("subject", "row", "visit", "day", "form", "version", "item", "typed", "not_done")
_VALUE_DETAILS = ("number", "unit", "low", "high", "out", "reason", "by", "at", "why")


def csv_files(protocol: TrialProtocol, data: TrialData, language: Language) -> dict[str, bytes]:
    """Return the files by name; the titles of columns are in a language."""
    return {
        **dict(_tables(data, language)),
        "ledger.csv": _ledger(data, language),
        "values.csv": _values(data, language),
        "people.csv": csv_text(
            _titles(("name", "full_name", "role"), language),
            ((one.name, one.full_name, one.role) for one in data.people),
        ),
        **dict(_forms(forms_in(protocol, data), data, language)),
    }


def _titles(names: Iterable[str], language: Language) -> list[str]:
    return [_WORDS[name][language == "zh"] for name in names]


def _stamped(entry: Entry) -> tuple[Plain, ...]:
    return entry.stamp.by, entry.stamp.at, entry.stamp.reason


def _tables(data: TrialData, language: Language) -> Iterator[tuple[str, bytes]]:
    stamp = _titles(("by", "at", "why"), language)
    for table in TABLES:
        titles = [column.title.in_language(language) for column in table.columns]
        rows = (
            (
                subject.number,
                line.entry.row_id,
                *(column.plain(line) for column in table.columns),
                *_stamped(line.entry),
            )
            for subject in data.subjects
            for line in table.lines(subject)
        )
        header = [*_titles(("subject", "row"), language), *titles, *stamp]
        yield f"{table.id}.csv", csv_text(header, rows)


def _ledger(data: TrialData, language: Language) -> bytes:
    titles = [column.title.in_language(language) for column in LEDGER_COLUMNS]
    header = [
        *_titles(("subject", "row"), language),
        *titles,
        *_titles(("by", "at", "why"), language),
    ]
    rows = (
        (
            moved.subject,
            moved.row_id,
            *(column.plain(Line(moved)) for column in LEDGER_COLUMNS),
            *_stamped(moved),
        )
        for moved in data.ledger
    )
    return csv_text(header, rows)


def _filled(data: TrialData) -> Iterator[tuple[Subject, VisitRecord, FilledForm]]:
    for subject in data.subjects:
        for visit in subject.visits:
            for form in visit.forms:
                yield subject, visit, form


def _values(data: TrialData, language: Language) -> bytes:
    rows = (
        (
            subject.number,
            value.row_id,
            visit.planned,
            visit.day,
            form.form,
            form.protocol_version,
            value.item,
            value.typed,
            value.typed is None,
            value.number,
            value.unit,
            value.normal_low,
            value.normal_high,
            value.out_of_range,
            value.reason,
            *_stamped(value),
        )
        for subject, visit, form in _filled(data)
        for value in form.values
    )
    return csv_text(_titles((*_VALUE_COLUMNS, *_VALUE_DETAILS), language), rows)


def _forms(
    forms: Sequence[Form], data: TrialData, language: Language
) -> Iterator[tuple[str, bytes]]:
    for form in forms:
        header = [
            *_titles(("subject", "row", "visit", "day"), language),
            *(_title(item, language) for item in form.items),
            *(_title(item, language) for item in form.derived),
        ]
        rows = (
            (subject.number, filled.row_id, visit.planned, visit.day, *_cells(form, filled))
            for subject, visit, filled in _filled(data)
            if filled.form == form.id
        )
        yield f"form_{form.id}.csv", csv_text(header, rows)


def _title(item: Item | Derived, language: Language) -> str:
    title = item.title_zh if language == "zh" and item.title_zh else item.title
    unit = item.unit if isinstance(item, Item) else ""
    return f"{title} ({unit})" if unit else title


def _cells(form: Form, filled: FilledForm) -> Iterator[Plain]:
    typed: dict[str, str | None] = {value.item: value.typed for value in filled.values}
    derived: Mapping[str, Decimal | None] = filled.derived
    yield from (typed.get(item.id) for item in form.items)
    yield from (derived.get(item.id) for item in form.derived)
