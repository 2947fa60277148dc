"""From truths to judgements: per question and patient the truth, the gap, and the rows that decide.

A part of a connective decides if it shares the truth of the whole (of an UNKNOWN: if it is UNKNOWN
too), and so on down to the leaves: the same rule as `criteria.tree.deciding`, for all patients at
once. Adds nothing to what the leaves answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp

from trialrun.criteria.expressions import Expression, IfThen, Leaf, Not, children
from trialrun.criteria.truth import Truth
from trialrun.engine.answers import Answers, Question
from trialrun.engine.compiler.connectives import adverse_parts, truth_sql
from trialrun.engine.compiler.relation import Default

Sql: TypeAlias = exp.Expression | exp.Condition


@dataclass(frozen=True)
class _Said:
    """The condition on which one leaf helps to decide one question."""

    question: int
    leaf: int
    condition: Sql


def judge(answers: Answers, judged: int) -> str:
    """Make the table of judgements on the first `judged` questions, and return its name.

    Columns: patient_no, question (its place), truth (NULL: UNKNOWN), gap (the smallest reason of
    the leaves that leave it open), presumed (a deciding leaf rests on coverage), rows (ascending).
    """
    said = tuple(_all_said(answers, judged))
    name = f"judgement_{answers.number}"
    answers.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS"
        f" WITH silent AS ({_silent(answers, said)}), spoken AS ({_spoken(answers, said)})"
        " SELECT patient_no, question, truth, least(silent.gap, spoken.gap) AS gap,"
        " silent.presumed OR coalesce(spoken.presumed, FALSE) AS presumed,"
        " coalesce(rows, []) AS rows"
        " FROM silent LEFT JOIN spoken USING (patient_no, question)"
    )
    return name


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
        for place, (part, turned) in enumerate(adverse_parts(expression, adverse)):
            negated = isinstance(expression, Not) or (isinstance(expression, IfThen) and not place)
            speaks = truth(part, turned)
            shares = exp.NullSafeEQ(
                this=exp.paren(exp.not_(speaks) if negated else speaks), expression=exp.paren(whole)
            )
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


def _spoken(answers: Answers, said: Iterable[_Said]) -> str:
    """Select the questions that leaves with something to say help to decide."""
    by_leaf: dict[int, list[_Said]] = {}
    for one in said:
        by_leaf.setdefault(one.leaf, []).append(one)
    cases = " ".join(
        f"WHEN {leaf} THEN ["
        + ", ".join(
            f"CASE WHEN {one.condition.sql('duckdb')} THEN {one.question} END" for one in helps
        )
        + "]"
        for leaf, helps in by_leaf.items()
    )
    return (
        "SELECT patient_no, question, min(gap) AS gap, bool_or(presumed) AS presumed,"
        # Gathering lists is dear, and most of them are empty.
        " list_sort(list_distinct(flatten(list(rows) FILTER (WHERE len(rows) > 0)))) AS rows FROM ("
        f"SELECT patient_no, gap, rows, len(coverage) > 0 AS presumed,"
        f" unnest(CASE leaf {cases} END) AS question"
        f" FROM {answers.leaf_table} JOIN {answers.truth_table} USING (patient_no)"
        ") WHERE question IS NOT NULL GROUP BY ALL"
    )
