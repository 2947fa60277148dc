"""The complete archive of one participant: one HTML file that needs nothing else, and prints.

Everything is there: consent, criteria and answers, visits, forms, doses, medication, events,
deviations, queries, signatures, the audit trail, and the head of the chain. The content security
policy in its head forbids every connection and every script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib.metadata import version
from typing import Any

from jinja2 import Environment

from trialrun.conduct.reading.archive import Oversight
from trialrun.criteria.wording import Language
from trialrun.exchange.columns import Column, Line, Table
from trialrun.exchange.forms import forms_in
from trialrun.exchange.tables import ANSWER, LEDGER_COLUMNS, LEDGER_TITLE, TABLES, VISIT
from trialrun.protocol.forms import Derived, Form, Item
from trialrun.protocol.model import TrialProtocol
from trialrun.records.trial_data import Subject, TrialData
from trialrun.records.trial_rows import Entry, FilledForm, FormValue, VisitRecord
from trialrun.report.acts import act_in_words
from trialrun.report.archive_codes import cell_in_words, code_in_words
from trialrun.report.archive_words import sayer
from trialrun.report.self_contained import environment, own
from trialrun.terminology.written_units import written_unit


@dataclass(frozen=True)
class Shown:
    """A table as it is laid out: its title, the titles of columns, the cells of each row."""

    id: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class ShownCriterion:
    """A criterion: its sentence, what each screening said of it, what people answered."""

    id: str
    title: str
    sentence: str
    judged: Sequence[str]
    said: Sequence[str]


@dataclass(frozen=True)
class ShownVisit:
    """A visit with its forms as tables; `facts` are its own columns with their values."""

    title: str
    facts: Sequence[tuple[str, str]]
    forms: Sequence[Shown]


def archive_page(
    protocol: TrialProtocol,
    data: TrialData,
    number: str,
    oversight: Oversight,
    language: Language,
    zone: tzinfo,
) -> str:
    """Lay out the archive of the subject with this number; times are those of the hospital."""
    layout = _Layout(protocol, data, language, zone)
    subject = next(one for one in data.subjects if one.number == number)
    return (
        _templates()
        .get_template("archive.html")
        .render(
            say=layout.say,
            language=language,
            protocol=protocol,
            subject=subject,
            data=data,
            oversight=oversight,
            tables=list(layout.tables(subject)),
            criteria=list(layout.criteria(subject, oversight)),
            visits=[layout.visit(one) for one in subject.visits],
            moment=layout.moment,
            plain=layout.plain,
            code=layout.code,
            act=lambda word: act_in_words(word, language),
            asked_about=layout.asked_about(subject),
            program=f"trialrun {version('trialrun')}",
            style=own("archive.css"),
        )
    )


class _Layout:
    """Puts cells into words, in a language and a time zone."""

    def __init__(
        self, protocol: TrialProtocol, data: TrialData, language: Language, zone: tzinfo
    ) -> None:
        self.say = sayer(language)
        self._protocol = protocol
        self._data = data
        self._language = language
        self._zone = zone
        self._forms = {form.id: form for form in forms_in(protocol, data)}
        design = protocol.design
        self._titles = {v.id: (v.title, v.title_zh) for v in design.visits}
        self._titles |= {v.id: (v.title, v.title_zh) for v in design.unplanned_visits}

    def moment(self, at: datetime | None) -> str:
        """Return a moment by the hospital's clocks, with their distance from UTC."""
        return "" if at is None else at.astimezone(self._zone).isoformat(" ", "seconds")

    def plain(self, held: Any) -> str:
        """Return a value as text."""
        if held is None:
            return ""
        if isinstance(held, bool):
            return self.say("yes" if held else "no")
        return self.moment(held) if isinstance(held, datetime) else str(held)

    def tables(self, subject: Subject) -> Iterator[Shown]:
        """Yield every table but the visits and the answers, which have sections of their own."""
        for table in TABLES:
            if table not in (VISIT, ANSWER):
                yield self._table(table, list(table.lines(subject)))
        moved = [Line(one) for one in self._data.ledger if one.subject == subject.number]
        yield self._table(Table("ledger", LEDGER_TITLE, LEDGER_COLUMNS, lambda _: ()), moved)

    def _table(self, table: Table, lines: Sequence[Line]) -> Shown:
        used = [
            column
            for column in table.columns
            if any(column.plain(line) not in (None, "") for line in lines)
        ]
        header = [
            self.say("row"),
            *(column.title.in_language(self._language) for column in used),
            *map(self.say, ("by", "at", "why")),
        ]
        rows = [
            [
                line.entry.ref,
                *(self._cell(table.id, column, line) for column in used),
                *self._stamp(line.entry),
            ]
            for line in lines
        ]
        return Shown(table.id, table.title.in_language(self._language), header, rows)

    def _cell(self, table: str, column: Column, line: Line) -> str:
        if column.id == "description" and self._language == "zh" and line.entry.description_zh:
            return str(line.entry.description_zh)
        return cell_in_words(table, column.id, self.plain(column.plain(line)), self._language)

    def code(self, code: str) -> str:
        """Return a code as people say it."""
        return code_in_words(code, self._language)

    def asked_about(self, subject: Subject) -> Mapping[tuple[str, int], str]:
        """Return the titles of the items of the subject's forms, by the rows of their values."""
        return {
            (value.ref.split("/")[0], int(value.ref.split("/")[1])): self._title(item)
            for visit in subject.visits
            for filled in visit.forms
            for value in filled.values
            for item in self._forms[filled.form].items
            if item.id == value.item
        }

    def _stamp(self, entry: Entry) -> tuple[str, str, str]:
        return entry.stamp.by, self.moment(entry.stamp.at), entry.stamp.reason

    def criteria(self, subject: Subject, oversight: Oversight) -> Iterator[ShownCriterion]:
        """Yield each criterion with what the records said of it, and what people answered."""
        for criterion in self._protocol.criteria:
            said = [
                f"“{self._protocol.statement_in(one.statement, self._language)}”: "
                f"{self._answer(one.answer)} ({one.answered_on}, "
                f"{one.stamp.by}: {one.reason})"
                for one in subject.answers
                if one.criterion == criterion.id
            ]
            title = criterion.title.in_language(self._language) if criterion.title else ""
            judged = [
                f"{day}: {self.say(judgements[criterion.id])}"
                for day, judgements in oversight.screened
                if criterion.id in judgements
            ]
            yield ShownCriterion(criterion.id, title, criterion.text, judged, said)

    def _answer(self, answer: bool | None) -> str:
        return self.say("unknown") if answer is None else self.plain(answer)

    def visit(self, visit: VisitRecord) -> ShownVisit:
        """Return a visit and its forms."""
        en, zh = self._titles.get(visit.planned or "", ("", ""))
        named = (zh if self._language == "zh" and zh else en) or self.say("unscheduled")
        facts = [
            (column.title.in_language(self._language), self._cell("visit", column, Line(visit)))
            for column in VISIT.columns
        ]
        by, at, why = self._stamp(visit)
        facts += [(self.say("by"), f"{by}, {at}"), (self.say("why"), why)]
        day = str(visit.day) if visit.day else self.say("missed")
        title = " · ".join(part for part in (visit.planned, named, day) if part)
        forms = [self._form(one) for one in visit.forms]
        return ShownVisit(title, [(name, text) for name, text in facts if text], forms)

    def _form(self, filled: FilledForm) -> Shown:
        form = self._forms[filled.form]
        values = {value.item: value for value in filled.values}
        rows = [self._item(item, values.get(item.id)) for item in _asked(form, filled)]
        rows += [
            [self._title(one), self.plain(filled.derived[one.id]), "", self.say("computed")]
            + [""] * 4
            for one in form.derived
            if filled.derived.get(one.id) is not None
        ]
        columns = ("item", "value", "limits", "reason", "grade", "by", "at", "why")
        title = form.title_zh if self._language == "zh" and form.title_zh else form.title
        used = [at for at in range(len(columns)) if any(row[at] for row in rows)]
        header = [self.say(columns[at]) for at in used]
        return Shown(filled.ref, title, header, [[row[at] for at in used] for row in rows])

    def _item(self, item: Item, value: FormValue | None) -> list[str]:
        if value is None:
            return [self._title(item), self.say("left_out"), *[""] * 6]
        limits = (value.normal_low, value.normal_high)
        return [
            self._title(item),
            self._typed(item, value),
            " – ".join(map(self.plain, limits)) if any(x is not None for x in limits) else "",
            value.reason,
            "; ".join(f"{self._term(one.term)}: {one.grade}" for one in value.grades),
            *self._stamp(value),
        ]

    def _typed(self, item: Item, value: FormValue) -> str:
        if value.typed is None:
            return self.say("not_done")
        chosen = next((one for one in item.choices if one.code == value.typed), None)
        if chosen is not None:
            return chosen.title_zh if self._language == "zh" and chosen.title_zh else chosen.title
        return f"{value.typed} {written_unit(value.unit)}" if value.unit else value.typed

    def _term(self, term: str) -> str:
        return cell_in_words("grade_decision", "term", term, self._language)

    def _title(self, item: Item | Derived) -> str:
        return item.title_zh if self._language == "zh" and item.title_zh else item.title


def _asked(form: Form, filled: FilledForm) -> list[Item]:
    """Return the items that the form asked for when it was filled in, or that have a value."""
    named = {*filled.items, *(value.item for value in filled.values)}
    return [item for item in form.items if item.id in named]


@cache
def _templates() -> Environment:
    return environment()
