"""Answers questions about all patients of a DuckDB database, set by set.

The leaves of the questions are compiled to a few relations, which are computed for one batch of
patients after the other, so that memory does not grow with the hospital. What results are temporary
tables on the connection, described by `Answers`. Nothing is written to the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

import duckdb
from sqlglot import exp

from trialrun.criteria.expressions import Leaf
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine.answers import Answers, Question
from trialrun.engine.catalog import read_catalog
from trialrun.engine.compiler import compile_leaves
from trialrun.engine.compiler.connectives import leaves_with_adverse, truth_sql
from trialrun.engine.compiler.relation import (
    AskedLeaf,
    Context,
    Default,
    Parameters,
    Plan,
)
from trialrun.engine.macros import define_macros

__all__ = ["Answers", "Question", "answer"]

_ANSWERS = 10_000_000

_LEAVES_PER_WORD = 31
_TRUTH = "leaf, patient_no, truth"
_EVIDENCE = f"{_TRUTH}, rows, gap, coverage, until"


def answer(
    connection: duckdb.DuckDBPyConnection,
    questions: Sequence[Question],
    setting: Setting,
    *,
    evidence: bool = True,
) -> Answers:
    """Answer the questions for every patient; without `evidence`, their truths only."""
    define_macros(connection)
    asked = number_leaves(questions)
    catalog = read_catalog(connection, setting.value_sets.values())
    plan = compile_leaves(asked, Context(setting, catalog))
    defaults = {number: default for r in plan.relations for number, default in r.defaults}
    answers = Answers(connection, tuple(questions), asked, defaults, _unused(connection))
    _create_leaf_table(answers)
    _define(connection, plan)
    for batch in _batches(connection, patients_at_a_time(len(asked))):
        _run(answers, plan, batch, _EVIDENCE if evidence else _TRUTH)
    _forget(connection, plan)
    connection.execute(_truths(answers, evidence=evidence))
    return answers


def patients_at_a_time(leaves: int) -> int:
    """Return how many patients are answered in one batch.

    What is in between grows with patients and leaves: so it stays well below the memory limit,
    whether few leaves are asked or many.
    """
    return _ANSWERS // max(leaves, 1) + 1


def number_leaves(questions: Iterable[Question]) -> tuple[AskedLeaf[Leaf], ...]:
    """Number the distinct leaves of the questions."""
    leaves = dict.fromkeys(
        leaf for q in questions for leaf in leaves_with_adverse(q.expression, q.adverse)
    )
    return tuple(AskedLeaf(number, leaf, adverse) for number, (leaf, adverse) in enumerate(leaves))


def _unused(connection: duckdb.DuckDBPyConnection) -> int:
    taken = {
        name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    }
    return next(number for number in count() if f"answer_leaf_{number}" not in taken)


def _create_leaf_table(answers: Answers) -> None:
    answers.connection.execute(
        f"CREATE TEMP TABLE {answers.leaf_table} (leaf INTEGER, patient_no INTEGER, truth BOOLEAN,"
        " rows BIGINT[], gap UTINYINT, coverage INTEGER[], until DATE)"
    )


def _define(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    for parameters in plan.parameters:
        _load(connection, parameters)
    for view in plan.views:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {view.name} AS {view.sql}")


def _load(connection: duckdb.DuckDBPyConnection, parameters: Parameters) -> None:
    columns = ", ".join(
        f"unnest($c{place}::{type_}[]) AS {name}"
        for place, (name, type_) in enumerate(parameters.columns)
    )
    values = {
        f"c{place}": [row[place] for row in parameters.rows]
        for place in range(len(parameters.columns))
    }
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {parameters.name} AS SELECT {columns}", values
    )


def _batches(connection: duckdb.DuckDBPyConnection, patients: int) -> Iterator[Mapping[str, int]]:
    """Yield the first and last patient of each batch of so many patients."""
    rows = connection.execute(
        "SELECT min(patient_no), max(patient_no)"
        " FROM (SELECT patient_no, row_number() OVER (ORDER BY patient_no) - 1 AS place"
        " FROM patient)"
        " GROUP BY place // $batch ORDER BY 1",
        {"batch": patients},
    ).fetchall()
    for first, last in rows:
        yield {"first_patient": first, "last_patient": last}


def _run(answers: Answers, plan: Plan, batch: Mapping[str, int], columns: str) -> None:
    for step in plan.steps:
        _execute(answers, f"CREATE OR REPLACE TEMP TABLE {step.name} AS {step.sql}", batch)
    into = f"INSERT INTO {answers.leaf_table} ({columns}) SELECT {columns} FROM"
    for relation in plan.relations:
        _execute(answers, f"{into} ({relation.sql})", batch)


def _forget(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Drop what was in between: the truths of all patients need the memory."""
    for step in plan.steps:
        connection.execute(f"DROP TABLE IF EXISTS temp.{step.name}")


def _execute(answers: Answers, sql: str, batch: Mapping[str, int]) -> None:
    answers.connection.execute(sql, batch if "$first_patient" in sql else None)


def _truths(answers: Answers, *, evidence: bool) -> str:
    """Return the statement that makes the table of truths.

    The truths of all leaves of a patient are packed into words, two bits each, because one
    aggregate per word is much cheaper than one per leaf.
    """
    leaves = {(a.leaf, a.adverse): a.number for a in answers.asked}
    words = range(len(leaves) // _LEAVES_PER_WORD + 1)
    packed = _list(
        "bit_or(CASE WHEN truth THEN 1 WHEN NOT truth THEN 2 ELSE 3 END::UBIGINT"
        f" << (2 * (leaf % {_LEAVES_PER_WORD}))::UBIGINT)"
        f" FILTER (WHERE leaf // {_LEAVES_PER_WORD} = {word}) AS w{word}"
        for word in words
    )
    unpacked = _list(_leaf_truth(number, answers.defaults[number]) for number in leaves.values())
    questions = [_question_truth(place, q, leaves) for place, q in enumerate(answers.questions)]
    truths = ", ".join(["*" if evidence else "patient_no", *questions])
    return (
        f"CREATE TEMP TABLE {answers.truth_table} AS SELECT {truths} FROM ("
        f"SELECT {unpacked} FROM patient LEFT JOIN ("
        f"SELECT {packed} FROM {answers.leaf_table} GROUP BY patient_no"
        ") USING (patient_no))"
    )


def _list(columns: Iterable[str]) -> str:
    return ", ".join(["patient_no", *columns])


def _leaf_truth(number: int, default: Default) -> str:
    word, place = divmod(number, _LEAVES_PER_WORD)
    otherwise = {True: "TRUE", False: "FALSE", None: "NULL"}[default.truth.as_sql()]
    # Without the casts, words would be shifted as 128 bits.
    said = f"coalesce((w{word} >> {2 * place}::UBIGINT) & 3::UBIGINT, 0)"
    return (
        f"CASE {said} WHEN 1 THEN TRUE WHEN 2 THEN FALSE WHEN 0 THEN {otherwise} END AS l{number},"
        f" {said} = 0 AS s{number}"
    )


def _question_truth(
    place: int, question: Question, leaves: Mapping[tuple[Leaf, Truth], int]
) -> str:
    truth = truth_sql(
        question.expression,
        question.adverse,
        lambda leaf, adverse: exp.column(f"l{leaves[leaf, adverse]}"),
    )
    return exp.alias_(truth, f"q{place}").sql("duckdb")
