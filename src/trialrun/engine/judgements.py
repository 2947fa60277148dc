"""From truths to judgements: per question and patient the truth, the gap, and the rows that decide.

A part of a connective decides if it shares the truth of the whole (of an UNKNOWN: if it is UNKNOWN
too), and so on down to the leaves: the same rule as `criteria.tree.deciding`, for all patients at
once. Adds nothing to what the leaves answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp

from trialrun.criteria.expressions import Expression, Leaf, children
from trialrun.criteria.truth import Truth
from trialrun.engine.answers import Answers, Question
from trialrun.engine.compiler.connectives import adverse_parts, truth_sql
from trialrun.engine.compiler.relation import Default

Sql: TypeAlias = exp.Expression | exp.Condition


_BITS_PER_WORD = 64


@dataclass(frozen=True)
class Judgements:
    """The tables of judgements and of their evidence.

    `truths`: patient_no, question (its place), truth (NULL: UNKNOWN), gap (the smallest reason of
    the leaves that leave it open), presumed (a deciding leaf rests on coverage). `evidence`:
    patient_no, question, row_id, once for each row that decides.
    """

    truths: str
    evidence: str


@dataclass(frozen=True)
class _Said:
    """The condition on which one leaf helps to decide one question."""

    question: int
    leaf: int
    condition: Sql


def judge(answers: Answers, judged: int) -> Judgements:
    """Make the tables of judgements on the first `judged` questions."""
    said = tuple(_all_said(answers, judged))
    made = Judgements(f"judgement_{answers.number}", f"evidence_{answers.number}")
    for name, select in {
        "helping": _helping(said),
        "deciding": _deciding_bits(answers, said),
        made.evidence: _evidence(answers),
        made.truths: _truths(answers, said),
    }.items():
        answers.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")
    answers.connection.execute("DROP TABLE temp.helping; DROP TABLE temp.deciding")
    return made


def _all_said(answers: Answers, judged: int) -> Iterator[_Said]:
    numbers = {(a.leaf, a.adverse): a.number for a in answers.asked}
    for place, question in enumerate(answers.questions[:judged]):
        conditions: dict[int, list[Sql]] = {}
        for number, condition in _deciding(question, numbers):
            conditions.setdefault(number, []).append(condition)
        for number, either in conditions.items():
            yield _Said(place, number, exp.paren(exp.or_(*either)))


def _deciding(
    question: Question, numbers: Mapping[tuple[Leaf, Truth], int]
) -> Iterator[tuple[int, Sql]]:
    def truth(expression: Expression, adverse: Truth) -> Sql:
        return truth_sql(expression, adverse, lambda leaf, a: exp.column(f"l{numbers[leaf, a]}"))

    def walk(expression: Expression, adverse: Truth, decides: Sql) -> Iterator[tuple[int, Sql]]:
        if not children(expression):
            yield numbers[expression, adverse], decides  # type: ignore[index]
            return
        whole = truth(expression, adverse)
        for part, turned in adverse_parts(expression, adverse):
            speaks = truth(part, turned)
            if turned is not adverse:
                speaks = exp.not_(speaks)
            shares = exp.NullSafeEQ(this=exp.paren(speaks), expression=exp.paren(whole))
            yield from walk(part, turned, exp.and_(decides, exp.paren(shares)))

    return walk(question.expression, question.adverse, exp.true())


def _silent(answers: Answers, said: Iterable[_Said]) -> str:
    """Select every question and patient, with what the defaults of silent leaves say."""
    by_question: dict[int, list[_Said]] = {}
    for one in said:
        by_question.setdefault(one.question, []).append(one)
    places = range(len(by_question))
    gaps = [_default_gap(by_question[p], answers.defaults) for p in places]
    presumed = [_default_presumed(by_question[p], answers.defaults) for p in places]
    return (
        f"SELECT patient_no, unnest({list(places)}) AS question,"
        f" unnest([{', '.join(f'q{p}' for p in places)}]) AS truth,"
        f" unnest([{', '.join(gaps)}]) AS gap, unnest([{', '.join(presumed)}]) AS presumed"
        f" FROM {answers.truth_table}"
    )


def _default_gap(said: Iterable[_Said], defaults: Mapping[int, Default]) -> str:
    reasons = [
        f"CASE WHEN s{one.leaf} AND {one.condition.sql('duckdb')} THEN {int(gap)} END"
        for one in said
        if (gap := defaults[one.leaf].gap) is not None
    ]
    return f"least({', '.join([*reasons, 'NULL::UTINYINT'])})"


def _default_presumed(said: Iterable[_Said], defaults: Mapping[int, Default]) -> str:
    presumed = [
        f"(s{one.leaf} AND {one.condition.sql('duckdb')})"
        for one in said
        if defaults[one.leaf].coverage
    ]
    return " OR ".join([*presumed, "FALSE"])


def _truths(answers: Answers, said: Iterable[_Said]) -> str:
    """Select the judgements: what silent leaves say by default, and what the others said."""
    return (
        f"WITH silent AS ({_silent(answers, said)}), spoken AS ("
        "SELECT patient_no, question, min(gap) AS gap, bool_or(presumed) AS presumed"
        f" FROM ({_spoken(answers)}) WHERE gap IS NOT NULL OR presumed GROUP BY ALL)"
        " SELECT patient_no, question, truth, least(silent.gap, spoken.gap) AS gap,"
        " silent.presumed OR coalesce(spoken.presumed, FALSE) AS presumed"
        " FROM silent LEFT JOIN spoken USING (patient_no, question)"
    )


def _evidence(answers: Answers) -> str:
    """Select the rows that decide, each once per question, however many leaves name it."""
    return f"SELECT DISTINCT patient_no, question, unnest(rows) AS row_id FROM ({_spoken(answers)})"


def _helping(said: Iterable[_Said]) -> str:
    """Select which leaf may help to decide which question, and the bit that says that it does."""
    rows = ", ".join(
        f"({one.leaf}, {one.question}, {place // _BITS_PER_WORD}, {_bit(place)})"
        for place, one in enumerate(said)
    )
    return f"SELECT * FROM (VALUES {rows}) AS said(leaf, question, word, bit)"


def _deciding_bits(answers: Answers, said: Sequence[_Said]) -> str:
    """Select, per patient, which leaves decide which questions, as bits of a few words.

    A word is joined to what the leaves said much faster than one column for each of them.
    """
    words = range(-(-len(said) // _BITS_PER_WORD))
    return " UNION ALL ".join(
        f"SELECT patient_no, {word} AS word, {_bits_of(word, said)} AS bits"
        f" FROM {answers.truth_table}"
        for word in words
    )


def _bits_of(word: int, said: Sequence[_Said]) -> str:
    return " | ".join(
        f"CASE WHEN {one.condition.sql('duckdb')} THEN {_bit(place)} ELSE 0::UBIGINT END"
        for place, one in enumerate(said)
        if place // _BITS_PER_WORD == word
    )


def _bit(place: int) -> str:
    return f"{1 << (place % _BITS_PER_WORD)}::UBIGINT"


def _spoken(answers: Answers) -> str:
    """Select what leaves said, once for every question that it helps to decide."""
    return (
        "SELECT patient_no, question, gap, len(coverage) > 0 AS presumed, rows"
        f" FROM {answers.leaf_table} JOIN helping USING (leaf)"
        " JOIN deciding USING (patient_no, word) WHERE bits & bit > 0"
    )
