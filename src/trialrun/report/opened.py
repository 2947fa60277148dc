"""One candidate opened: each criterion's answer, its parts, evidence, gaps and what settles them.

Lays out what the judgements hold, for the page and for the terminal alike. Parts that follow each
other with one and the same answer, and no rows behind it, stand together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import (
    Age,
    And,
    AtLeast,
    Derived,
    Expression,
    IfThen,
    Not,
    Or,
    SexIs,
)
from trialrun.criteria.tree import Answered, deciding, until
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording_gaps import GapWords
from trialrun.protocol.model import Criterion, Stage
from trialrun.records.coverage import Coverage
from trialrun.records.rows import Row
from trialrun.report.rows import RowLine, person_line, row_line
from trialrun.report.voice import Voice
from trialrun.screening.plan import confirmation
from trialrun.screening.result import Candidate, Judgement
from trialrun.screening.verdict import Verdict


@dataclass(frozen=True)
class Part:
    """An answered part: statements in words that share one answer, or a connective's heading."""

    statements: tuple[str, ...]
    truth: Truth
    rows: tuple[RowLine, ...] = ()
    coverage: str = ""
    gap: GapWords | None = None
    parts: tuple[Part, ...] = ()
    is_connective: bool = False


@dataclass(frozen=True)
class OpenedCriterion:
    """One judgement: how the criterion permits or refuses, and the tree behind it."""

    criterion: Criterion
    permission: Truth
    mark: str
    part: Part
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
class OpenedCandidate:
    """A candidate, laid out; `key` names it within one report."""

    key: str
    name: str
    verdict: Verdict
    person: str
    criteria: tuple[OpenedCriterion, ...]
    opens_on: date | None
    lapses_on: date | None

    @property
    def is_near_miss(self) -> bool:
        """Whether time alone lifts every refusal."""
        return self.opens_on is not None

    @property
    def is_ready(self) -> bool:
        """Whether undetermined, with every criterion of the record stage permitting."""
        of_record = [c for c in self.criteria if c.criterion.stage is Stage.RECORD]
        return self.verdict is Verdict.UNDETERMINED and all(
            c.permission is Truth.TRUE for c in of_record
        )

    @property
    def standing(self) -> str:
        """The verdict, or that it is a near miss: a key of the words."""
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
        """The criteria that end the eligibility on its last day."""
        return [c for c in self.criteria if self.lapses_on and c.ends == self.lapses_on]

    @property
    def sentences(self) -> tuple[OpenedSentence, ...]:
        """The criteria by the sentence that they stand for, in the order written."""
        grouped = groupby(self.criteria, key=lambda c: c.criterion.sentence)
        found = [tuple(criteria) for _, criteria in grouped]
        return tuple(OpenedSentence(c[0].criterion.text, c) for c in found)


def open_candidate(candidate: Candidate, number: int, voice: Voice) -> OpenedCandidate:
    """Lay a candidate out."""
    opener = _Opener(candidate, voice)
    return OpenedCandidate(
        key=f"p{number}",
        name=candidate.name,
        verdict=candidate.verdict,
        person=person_line(candidate.record, voice, candidate.pseudonymised),
        criteria=tuple(opener.criterion(judgement) for judgement in candidate.judgements),
        opens_on=candidate.opens_on,
        lapses_on=candidate.lapses_on,
    )


def mark(judgement: Judgement) -> str:
    """Return the mark of a judgement: a key of the words, and of the matrix's legend."""
    decisive = [leaf.answer for leaf in deciding(judgement.tree) if leaf.answer]
    if judgement.permission is Truth.UNKNOWN:
        only_people = all(answer.gap is Gap.NEEDS_A_PERSON for answer in decisive)
        return "person_asked" if only_people else "unknown"
    if judgement.permission is Truth.FALSE:
        return "refuses"
    return "presumed" if any(answer.presumed for answer in decisive) else "permits"


class _Opener:
    """Lays out the judgements of one candidate, with the rows of its record at hand."""

    def __init__(self, candidate: Candidate, voice: Voice) -> None:
        self._candidate = candidate
        self._voice = voice
        self._rows: dict[int, Row] = {row.row_id: row for row in candidate.record.rows}
        self._coverage = {c.coverage_id: c for c in candidate.record.coverage}

    def criterion(self, judgement: Judgement) -> OpenedCriterion:
        criterion = judgement.asked.criterion
        return OpenedCriterion(
            criterion,
            judgement.permission,
            mark(judgement),
            self._part(judgement.tree, criterion),
            self._part(judgement.hint, criterion) if judgement.hint else None,
            until(judgement.tree),
        )

    def _part(self, tree: Answered, criterion: Criterion) -> Part:
        if tree.answer is None:
            parts = [self._part(part, criterion) for part in tree.parts]
            heading = (_heading(tree.expression, self._voice),)
            return Part(heading, tree.truth, parts=_together(parts), is_connective=True)
        answer = tree.answer
        return Part(
            (self._statement(tree.expression, criterion),),
            tree.truth,
            rows=(*self._persons(tree.expression), *map(self._row, answer.rows)),
            coverage=self._covered(answer.coverage),
            gap=None if answer.gap is None else self._voice.gap(answer.gap),
        )

    def _statement(self, expression: Expression, criterion: Criterion) -> str:
        if expression == confirmation(criterion):
            return self._voice.say("confirmation")
        return self._voice.sentence(expression)

    def _persons(self, expression: Expression) -> tuple[RowLine, ...]:
        """Return what the record says of the person, where that is the evidence."""
        if not isinstance(expression, Age | SexIs | Derived):
            return ()
        candidate = self._candidate
        person = person_line(candidate.record, self._voice, candidate.pseudonymised)
        return (RowLine(person, "", "", "", ""),)

    def _row(self, row_id: int) -> RowLine:
        if row_id in self._rows:
            return row_line(self._rows[row_id], self._voice, self._candidate.pseudonymised)
        return RowLine(self._voice.say("missing_row", row=str(row_id)), "", "", "", "")

    def _covered(self, ids: Sequence[int]) -> str:
        if not ids:
            return ""
        found = [self._coverage[i] for i in ids if i in self._coverage]
        listed = self._voice.listed(list(dict.fromkeys(map(self._coverage_words, found))))
        return self._voice.say("absent_from", coverage=listed)

    def _coverage_words(self, coverage: Coverage) -> str:
        return self._voice.say(
            "covered",
            kind=self._voice.say(coverage.kind),
            since=self._voice.covered_day(coverage.since),
            to=self._voice.covered_day(coverage.until),
        )


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
    """Join neighbours that differ in nothing but the statement."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and not part.rows and not part.parts and replace(part, statements=()) == replace(
            last, statements=()
        ):
            joined[-1] = replace(last, statements=(*last.statements, *part.statements))
        else:
            joined.append(part)
    return tuple(joined)
