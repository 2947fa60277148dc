"""Counting and choosing patients by the answers to a set of questions that all must permit.

A question *permits* a patient if its truth is not the adverse one. Only patients alive on the index
date are counted; who may have died by then is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.engine.answers import Answers, Question
from trialrun.engine.judgements import judge
from trialrun.records.dates import Span


@dataclass(frozen=True)
class Tally:
    """Judgements with their evidence, and verdicts, as temporary tables.

    `verdicts` has patient_no, permits (TRUE: all do, FALSE: one refuses, NULL: open), permissions
    (one BOOLEAN per question, in order), refusals and unknowns (how many).
    """

    answers: Answers
    judged: int
    judgements: str
    evidence: str
    verdicts: str
    on: date
    deceased: int
    may_have_died: int


@dataclass(frozen=True)
class Shift:
    """How verdicts shift under another set of questions.

    Of the patients refused now, `permitted` are permitted then, and `not_refused` are not refused
    (those included). `worse`: permitted now and not then, or refused then and not now.
    """

    permitted: int
    not_refused: int
    worse: int


def tally(answers: Answers, on: date, judged: int) -> Tally:
    """Make the tables of judgements and verdicts for the patients alive on a day.

    The first `judged` questions make the verdict; any others are only answered.
    """
    name = f"verdict_{answers.number}"
    permissions = _permissions(answers.questions[:judged])
    answers.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS"
        " SELECT patient_no, permissions,"
        " CASE WHEN refusals > 0 THEN FALSE WHEN unknowns = 0 THEN TRUE END AS permits,"
        " refusals, unknowns FROM (SELECT patient_no, permissions,"
        " len(list_filter(permissions, lambda p: p IS FALSE)) AS refusals,"
        " len(list_filter(permissions, lambda p: p IS NULL)) AS unknowns"
        f" FROM (SELECT patient_no, {permissions} AS permissions"
        f" FROM {answers.truth_table} JOIN patient USING (patient_no) WHERE death_lo > $on))",
        {"on": on},
    )
    dead = "SELECT count(*) FROM patient WHERE death_lo <= $on"
    made = judge(answers, judged)
    return Tally(
        answers,
        judged,
        made.truths,
        made.evidence,
        name,
        on,
        deceased=_one(answers, dead, {"on": on}),
        may_have_died=_one(answers, f"{dead} AND death_hi > $on", {"on": on}),
    )


def _permissions(questions: Sequence[Question]) -> str:
    columns = [_permission(f"q{place}", question) for place, question in enumerate(questions)]
    return f"[{', '.join(columns)}]::BOOLEAN[]"


def _permission(column: str, question: Question) -> str:
    return f"NOT {column}" if question.adverse is Truth.TRUE else column


def patterns(tallied: Tally) -> list[tuple[tuple[Truth, ...], int]]:
    """Return each combination of permissions that occurs, and how many patients have it."""
    rows = tallied.answers.connection.execute(
        f"SELECT permissions, count(*) FROM {tallied.verdicts} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(tuple(map(Truth.of, permissions)), patients) for permissions, patients in rows]


def everybody(tallied: Tally) -> list[tuple[int, str, tuple[Truth, ...]]]:
    """Return number, id and permissions of every patient who is judged, in the order of numbers."""
    rows = tallied.answers.connection.execute(
        f"SELECT patient_no, patient_id, permissions FROM {tallied.verdicts}"
        " JOIN patient USING (patient_no) ORDER BY patient_no"
    ).fetchall()
    return [(number, name, tuple(map(Truth.of, permissions))) for number, name, permissions in rows]


def deceased(tallied: Tally) -> list[str]:
    """Return the ids of the patients who have died by the day, or may have."""
    rows = tallied.answers.connection.execute(
        "SELECT patient_id FROM patient WHERE death_lo <= $on ORDER BY patient_no",
        {"on": tallied.on},
    ).fetchall()
    return [name for (name,) in rows]


def counts_without(tallied: Tally) -> list[Shift]:
    """Return how verdicts shift without each question in turn."""
    places = range(tallied.judged)
    return _shifts(tallied, places, [_others(place) for place in places], tallied.verdicts)


def counts_with(tallied: Tally, others: Answers, places: Mapping[str, int]) -> dict[str, Shift]:
    """Return how verdicts shift if another question takes a place.

    `places` names, for questions of `others`, whose place each takes.
    """
    permits = [
        f"{_others(places[q.id])} AND {_permission(others.truth_column(q.id), q)}"
        for q in others.questions
    ]
    joined = f"{tallied.verdicts} JOIN {others.truth_table} USING (patient_no)"
    shifts = _shifts(tallied, sorted(set(places.values())), permits, joined)
    return dict(zip((q.id for q in others.questions), shifts, strict=True))


def who_may_shift(tallied: Tally) -> str:
    """Return the SELECT of the patients whose verdict may change with a single question.

    Whom two questions refuse stays refused, whichever one of them is changed.
    """
    return f"SELECT patient_no FROM {tallied.verdicts} WHERE refusals < 2"


def _others(place: int) -> str:
    """Return the column of the joint permission of all questions but one."""
    return f"without_{place}"


def _joint_permission_without(place: int) -> str:
    one = f"permissions[{place + 1}]"
    return (
        f"CASE WHEN refusals > ({one} IS FALSE)::INTEGER THEN FALSE"
        f" WHEN unknowns = ({one} IS NULL)::INTEGER THEN TRUE END AS {_others(place)}"
    )


def _shifts(
    tallied: Tally, places: Iterable[int], permits: Sequence[str], table: str
) -> list[Shift]:
    """Compare other joint permissions with `permits`, patient by patient.

    They may name the joint permission of all questions but the one at a place.
    """
    if not permits:
        return []
    without = ", ".join(["*", *map(_joint_permission_without, places)])
    then = ", ".join(f"{p} AS p{number}" for number, p in enumerate(permits))
    counted = ", ".join(
        f"count(nullif(p{number}, FALSE)), count(nullif(p{number}, TRUE))"
        for number in range(len(permits))
    )
    rows = tallied.answers.connection.execute(
        f"SELECT permits, count(*), {counted} FROM (SELECT permits, {then}"
        f" FROM (SELECT {without} FROM {table} JOIN ({who_may_shift(tallied)}) USING (patient_no)))"
        " GROUP BY permits"
    ).fetchall()
    by_verdict = {Truth.of(permits): counts for permits, *counts in rows}
    return [_shift(by_verdict, number) for number in range(len(permits))]


def _shift(by_verdict: Mapping[Truth, Sequence[int]], number: int) -> Shift:
    """Return one shift, from the patients of each verdict: all, then per shift (un)permitted."""

    def then(now: Truth) -> tuple[int, int, int]:
        total, *counts = by_verdict.get(now, (0,) * (2 * number + 3))
        return total, counts[2 * number], counts[2 * number + 1]

    refused, permitted, unpermitted = then(Truth.FALSE)
    eligible, still_eligible, _ = then(Truth.TRUE)
    _, _, newly_refused = then(Truth.UNKNOWN)
    return Shift(permitted, refused - unpermitted, eligible - still_eligible + newly_refused)


def open_gaps(tallied: Tally) -> list[tuple[int, Gap, int, int]]:
    """Return question, gap, the candidates that it keeps open, and those it alone keeps open."""
    rows = tallied.answers.connection.execute(
        "SELECT question, gap, count(*), count(*) FILTER (WHERE unknowns = 1)"
        f" FROM {tallied.judgements} JOIN {tallied.verdicts} USING (patient_no)"
        " WHERE permits IS NULL AND truth IS NULL GROUP BY ALL ORDER BY 4 DESC, 3 DESC, 1, 2"
    ).fetchall()
    return [(question, Gap(gap), patients, alone) for question, gap, patients, alone in rows]


def refused_only_by(tallied: Tally, places: Sequence[int]) -> list[int]:
    """Return the patients whom only these questions refuse, in order."""
    others = ", ".join(
        f"permissions[{place + 1}]" for place in range(tallied.judged) if place not in places
    )
    rows = tallied.answers.connection.execute(
        f"SELECT patient_no FROM {tallied.verdicts} WHERE refusals > 0"
        f" AND NOT list_contains([{others}]::BOOLEAN[], FALSE) ORDER BY patient_no"
    ).fetchall()
    return [patient_no for (patient_no,) in rows]


def births(tallied: Tally, patient_nos: Sequence[int]) -> dict[int, Span]:
    """Return when some patients may have been born."""
    rows = tallied.answers.connection.execute(
        "SELECT patient_no, birth_lo, birth_hi FROM patient"
        " WHERE patient_no IN (SELECT unnest($numbers::INTEGER[]))",
        {"numbers": list(patient_nos)},
    ).fetchall()
    return {number: Span(lo, hi) for number, lo, hi in rows}


def open_where(tallied: Tally, question_id: str) -> int:
    """Count the undetermined patients for whom a question is TRUE."""
    column = tallied.answers.truth_column(question_id)
    return _one(
        tallied.answers,
        f"SELECT count(*) FROM {tallied.verdicts} JOIN {tallied.answers.truth_table}"
        f" USING (patient_no) WHERE permits IS NULL AND {column}",
        {},
    )


def permitted(tallied: Tally) -> list[int]:
    """Return the patients whom every question permits, in order."""
    return _patients(tallied, "permits", "patient_no")


def undetermined(tallied: Tally, most: int) -> list[int]:
    """Return patients whom no question refuses and some leave open, fewest open ones first."""
    return _patients(tallied, "permits IS NULL", f"unknowns, patient_no LIMIT {int(most)}")


def _patients(tallied: Tally, which: str, order: str) -> list[int]:
    rows = tallied.answers.connection.execute(
        f"SELECT patient_no FROM {tallied.verdicts} WHERE {which} ORDER BY {order}"
    ).fetchall()
    return [patient_no for (patient_no,) in rows]


def _one(answers: Answers, sql: str, values: dict[str, date]) -> int:
    row = answers.connection.execute(sql, values).fetchone()
    assert row is not None
    return int(row[0])
