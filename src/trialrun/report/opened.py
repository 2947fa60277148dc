"""One patient opened: each criterion's answer, its parts, evidence, gaps and what settles them.

Lays out what the judgements hold, for the page and for the terminal alike. Neighbours that ask the
same of several value sets, and have one and the same answer, become one line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from trialrun.criteria.expressions import (
    Age,
    And,
    AtLeast,
    Attested,
    AttestedThroughout,
    Derived,
    Expression,
    IfThen,
    Not,
    Or,
    SexIs,
)
from trialrun.criteria.tree import Answered, deciding, gaps, rests_on_absence, until
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording_gaps import GapWords
from trialrun.protocol.model import Criterion
from trialrun.records.dates import LATEST
from trialrun.records.rows import Row
from trialrun.report.behind import computed_line, contradiction_line, gap_words
from trialrun.report.numbers import in_order
from trialrun.report.rows import RowLine, birth_words, person_words, row_line, sex_words
from trialrun.report.voice import Voice
from trialrun.screening.result import JudgedPatient, Judgement
from trialrun.screening.verdict import Death, Verdict


@dataclass(frozen=True)
class Part:
    """An answered part: a statement in words, or a connective's heading over its parts.

    `decides`: the statement makes the criterion's truth what it is, or leaves it open; whether
    another part of it is known is of no consequence.
    """

    statement: str
    truth: Truth
    rows: tuple[RowLine, ...] = ()
    coverage: str = ""
    gap: GapWords | None = None
    decides: bool = True
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class OpenedCriterion:
    """One judgement: how the criterion permits or refuses, and what is behind it.

    `said` is the mark in words, after the criterion's title if it has one. `parts` are the logic
    and, where one is needed, the confirmation by a person. `asks` is what to ask for where the
    answer is unknown. `ends` is the last day of the answer if only time passes.
    """

    criterion: Criterion
    permission: Truth
    mark: str
    said: str
    asks: str
    parts: tuple[Part, ...]
    hint: Part | None
    ends: date | None

    @property
    def id(self) -> str:
        """The criterion's id."""
        return self.criterion.id


@dataclass(frozen=True)
class OpenedSentence:
    """A sentence of the registry, and the judgements of the criteria that stand for it."""

    text: str
    criteria: tuple[OpenedCriterion, ...]


@dataclass(frozen=True)
class OpenedPatient:
    """A patient, laid out; `key` names it within one report."""

    key: str
    name: str
    verdict: Verdict
    person: str
    criteria: tuple[OpenedCriterion, ...]
    opens_on: date | None
    lapses_on: date | None
    lapses_by: tuple[str, ...]
    death: Death | None

    @property
    def is_near_miss(self) -> bool:
        """Whether time alone lifts every refusal."""
        return self.opens_on is not None

    @property
    def standing(self) -> str:
        """The verdict, or that it is a near miss, or has died: a key of the words."""
        if self.death is not None:
            return "deceased"
        return "near_miss" if self.is_near_miss else self.verdict.value

    def with_permission(self, permission: Truth) -> list[OpenedCriterion]:
        """Return the criteria that have a permission."""
        return [c for c in self.criteria if c.permission is permission]

    @property
    def refusing(self) -> list[OpenedCriterion]:
        """The criteria that refuse."""
        return self.with_permission(Truth.FALSE)

    @property
    def open(self) -> list[OpenedCriterion]:
        """The criteria that are unknown."""
        return self.with_permission(Truth.UNKNOWN)

    @property
    def lapsing(self) -> list[OpenedCriterion]:
        """The criteria that end the eligibility after its last day."""
        return [c for c in self.criteria if c.id in self.lapses_by]

    @property
    def sentences(self) -> tuple[OpenedSentence, ...]:
        """The criteria by the sentence that they stand for, in the order written."""
        grouped = groupby(self.criteria, key=lambda c: c.criterion.sentence)
        found = [tuple(criteria) for _, criteria in grouped]
        return tuple(OpenedSentence(c[0].criterion.text, c) for c in found)


def lay_out(patient: JudgedPatient, number: int, voice: Voice) -> OpenedPatient:
    """Lay a patient out."""
    opener = _Opener(patient, voice)
    return OpenedPatient(
        key=f"p{number}",
        name=patient.name,
        verdict=patient.verdict,
        person=person_words(patient.record, voice, patient.pseudonymised),
        criteria=tuple(opener.criterion(judgement) for judgement in patient.judgements),
        opens_on=patient.opens_on,
        lapses_on=patient.lapses_on,
        lapses_by=patient.lapses_by,
        death=patient.death,
    )


def by_opening(patient: OpenedPatient) -> tuple[date, int, tuple[bool, int, str]]:
    """Return the key that puts near misses in order: by their day, then the fewest unknowns."""
    return (patient.opens_on or LATEST, len(patient.open), in_order(patient.name))


def mark(judgement: Judgement) -> str:
    """Return the mark of a judgement: a key of the words, and of the matrix's legend.

    What a person must confirm permits by that word, even where the record is silent.
    """
    if judgement.permission is Truth.FALSE:
        return "refuses"
    if judgement.permission is Truth.TRUE:
        is_confirmed = judgement.asked.criterion.confirm
        presumed = not is_confirmed and rests_on_absence(judgement.tree)
        return "presumed" if presumed else "permits"
    asked = (Attested, AttestedThroughout)
    only_people = all(isinstance(leaf.expression, asked) for leaf in gaps(judgement.tree))
    return "asked" if only_people else "unknown"


class _Opener:
    """Lays out the judgements of one patient, with the rows of its record at hand."""

    def __init__(self, patient: JudgedPatient, voice: Voice) -> None:
        self._patient = patient
        self._voice = voice
        self._rows: dict[int, Row] = {row.row_id: row for row in patient.record.rows}
        self._coverage = {c.coverage_id: c for c in patient.record.coverage}
        self._deciding: set[int] = set()
        self._about = ""

    def criterion(self, judgement: Judgement) -> OpenedCriterion:
        self._deciding = {id(leaf) for leaf in deciding(judgement.tree)}
        logic, *confirmed = _logic_and_confirmation(judgement)
        criterion, permission = judgement.asked.criterion, judgement.permission
        asks = criterion.asks.in_language(self._voice.language) if criterion.asks else ""
        is_unknown = permission is Truth.UNKNOWN
        self._about = asks if self._voice.language == "zh" and not is_unknown else ""
        statement = self._voice.was_confirmed(criterion.confirmed_within)
        persons = [replace(self._part(c), statement=statement) for c in confirmed]
        title = self._voice.named(criterion) if criterion.title else ""
        said = self._voice.say(mark(judgement))
        return OpenedCriterion(
            criterion,
            permission,
            mark(judgement),
            self._voice.say("titled", title=title, said=said) if title else said,
            asks if is_unknown else "",
            (self._part(logic), *persons),
            self._part(judgement.hint) if judgement.hint else None,
            until(judgement.tree),
        )

    def _part(self, tree: Answered) -> Part:
        if tree.answer is None:
            parts = _together([self._part(part) for part in tree.parts])
            if len(parts) == 1 and isinstance(tree.expression, And | Or):
                # Joined into one line, which says by itself what it asks for.
                return parts[0]
            return Part(_heading(tree.expression, self._voice), tree.truth, parts=parts)
        answer, asked = tree.answer, tree.expression
        rows = [self._rows[i] for i in answer.rows if i in self._rows]
        lines = (
            *computed_line(asked, answer, self._voice, self._patient.pseudonymised),
            *contradiction_line(asked, rows, self._voice),
            *self._persons(asked),
            *map(self._row, answer.rows),
        )
        return Part(
            self._statement(asked),
            tree.truth,
            rows=lines,
            coverage=self._covered(answer.coverage),
            gap=gap_words(answer, rows, self._voice),
            decides=id(tree) in self._deciding,
        )

    def _statement(self, asked: Expression) -> str:
        """Return what is asked; if that is not translated, with what it is about, if that is."""
        said = self._voice.sentence(asked)
        if self._about and isinstance(asked, Attested) and not self._voice.translates(asked):
            return self._voice.say("attested_about", said=said, about=self._about)
        return said

    def _persons(self, expression: Expression) -> tuple[RowLine, ...]:
        """Return what the record says of the person, where that is the evidence."""
        record, hidden = self._patient.record, self._patient.pseudonymised
        facts = {
            Age: birth_words(record, self._voice, hidden),
            SexIs: sex_words(record, self._voice),
            Derived: person_words(record, self._voice, hidden),
        }
        said = facts.get(type(expression))
        return (RowLine(what=said),) if said else ()

    def _row(self, row_id: int) -> RowLine:
        if row_id in self._rows:
            return row_line(self._rows[row_id], self._voice, self._patient.pseudonymised)
        return RowLine(what=self._voice.say("missing_row", row=str(row_id)))

    def _covered(self, ids: Sequence[int]) -> str:
        found = [self._coverage[i] for i in ids if i in self._coverage]
        words = dict.fromkeys(self._voice.covered(c.kind, c.since, c.until) for c in found)
        return (
            self._voice.say("absent_from", coverage=self._voice.listed(list(words))) if ids else ""
        )


def _logic_and_confirmation(judgement: Judgement) -> tuple[Answered, ...]:
    """Take apart what was joined in the asking: the protocol's logic, and a person's word."""
    if not judgement.asked.criterion.confirm:
        return (judgement.tree,)
    logic, confirmed = judgement.tree.parts
    return (logic, confirmed if confirmed.answer else confirmed.parts[0])


def _heading(expression: Expression, voice: Voice) -> str:
    match expression:
        case And():
            return voice.say("all_of")
        case Or():
            return voice.say("one_of")
        case Not():
            return voice.say("not")
        case IfThen():
            return voice.say("if")
        case AtLeast(wanted, _):
            return voice.say("at_least_of", n=wanted)
        case _:
            raise TypeError(f"{type(expression).__name__} has no parts")


def _together(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Join neighbours that ask the same of other value sets and have one and the same answer."""
    joined: list[Part] = []
    for part in parts:
        statement = _joined(joined[-1], part) if joined else None
        if statement:
            joined[-1] = replace(part, statement=statement)
        else:
            joined.append(part)
    return tuple(joined)


_NAMED = re.compile(r"([^“”]*)(“[^“”]*”(?: / “[^“”]*”)*)([^“”]*)")
"""What is asked, of which value sets by their titles, and the rest of the sentence."""


def _joined(last: Part, part: Part) -> str | None:
    """Return one statement for two, or None if they differ in more than the value set."""
    if replace(last, statement="") != replace(part, statement=""):
        return None
    first, second = _NAMED.fullmatch(last.statement), _NAMED.fullmatch(part.statement)
    if not first or not second or first[1] != second[1] or first[3] != second[3]:
        return None
    return f"{first[1]}{first[2]} / {second[2]}{first[3]}"
