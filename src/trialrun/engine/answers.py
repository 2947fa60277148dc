"""What answering gives: temporary tables on the connection, and how to read them.

`truth_table` has a row per patient: patient_no, per leaf its truth (l0, l1, …; NULL: UNKNOWN) and
whether it was silent (s0, s1, …), and per question its truth (q0, q1, …). `leaf_table` has a row
per leaf and patient with something to say (leaf, patient_no, truth, rows, gap, coverage, until);
everyone else has the leaf's default, in `defaults`. Without evidence there are only patient_no and
q0, q1, …, and rows, gap, coverage and until are NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import Expression, Leaf
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.connectives import leaves_with_adverse
from trialrun.engine.compiler.relation import AskedLeaf, Default


@dataclass(frozen=True)
class Question:
    """An expression, its name, and the truth that speaks against enrolment."""

    id: str
    expression: Expression
    adverse: Truth


@dataclass(frozen=True)
class Answers:
    """The answers to some questions, on the connection that gave them."""

    connection: duckdb.DuckDBPyConnection = field(repr=False)
    questions: tuple[Question, ...]
    asked: tuple[AskedLeaf[Leaf], ...]
    defaults: Mapping[int, Default]
    number: int

    @property
    def truth_table(self) -> str:
        """The name of the table of truths."""
        return f"answer_truth_{self.number}"

    @property
    def leaf_table(self) -> str:
        """The name of the table of what leaves answered."""
        return f"answer_leaf_{self.number}"

    def truth_column(self, question_id: str) -> str:
        """Return the column of a question in the table of truths."""
        ids = [question.id for question in self.questions]
        return f"q{ids.index(question_id)}"

    def leaves(self, question_id: str) -> tuple[tuple[Leaf, Truth], ...]:
        """Return the distinct leaves of a question, in the order written, with what is adverse."""
        question = next(q for q in self.questions if q.id == question_id)
        return tuple(dict.fromkeys(leaves_with_adverse(question.expression, question.adverse)))

    def leaf_answers(
        self, patient_nos: Iterable[int]
    ) -> dict[int, dict[tuple[Leaf, Truth], LeafAnswer]]:
        """Return what every leaf answered for some patients."""
        numbers = list(patient_nos)
        silent = {(a.leaf, a.adverse): _by_default(self.defaults[a.number]) for a in self.asked}
        found = {number: dict(silent) for number in numbers}
        keys = {a.number: (a.leaf, a.adverse) for a in self.asked}
        for leaf, patient_no, *said in self._said(numbers):
            found[patient_no][keys[leaf]] = _leaf_answer(*said)
        return found

    def truths(self, patient_nos: Iterable[int]) -> dict[int, dict[str, Truth]]:
        """Return the truth of every question for some patients."""
        columns = ", ".join(f"q{place}" for place in range(len(self.questions)))
        rows = self.connection.execute(
            f"SELECT patient_no, {columns} FROM {self.truth_table}"
            " WHERE patient_no IN (SELECT unnest($numbers::INTEGER[]))",
            {"numbers": list(patient_nos)},
        ).fetchall()
        ids = [question.id for question in self.questions]
        return {
            number: dict(zip(ids, map(Truth.of, truths), strict=True)) for number, *truths in rows
        }

    def drop(self) -> None:
        """Drop the tables, where their memory is needed."""
        for name in (self.truth_table, self.leaf_table):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{name}")

    def _said(self, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            "SELECT leaf, patient_no, truth, rows, gap, coverage, until"
            f" FROM {self.leaf_table}"
            " WHERE patient_no IN (SELECT unnest($numbers::INTEGER[]))",
            {"numbers": list(numbers)},
        ).fetchall()


def _by_default(default: Default) -> LeafAnswer:
    return LeafAnswer(
        default.truth, gap=default.gap, coverage=default.coverage, until=default.until
    )


def _leaf_answer(
    truth: bool | None,
    rows: Sequence[int] | None,
    gap: int | None,
    coverage: Sequence[int] | None,
    until: date | None,
) -> LeafAnswer:
    return LeafAnswer(
        Truth.of(truth),
        tuple(rows or ()),
        None if gap is None else Gap(gap),
        tuple(coverage or ()),
        until,
    )
