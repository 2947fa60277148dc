"""Whether something holds on every day of a window: by what is recorded, or by what persons say.

Refuses to take a day without a record for one on which nothing was, unless silence proves it; and
an answer for more than the days since the answer before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import Anchor, AttestedThroughout, Between, RecordedThroughout
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import ids
from trialrun.criteria.interpreter.silence import weigh
from trialrun.criteria.interpreter.windows import Days, days_of, end_of, membership
from trialrun.criteria.truth import Truth
from trialrun.records.dates import LATEST, Span
from trialrun.records.rows import Attestation, Row


def recorded_throughout(leaf: RecordedThroughout, question: Question) -> LeafAnswer:
    """Look for a day that no row covers for sure, then for one on which silence proves it."""
    days = days_of(leaf.window, question.setting)
    value_set = question.value_set(leaf.value_set)
    until = _until(leaf.window, question)
    rows = [
        row
        for row in question.patient.of_kind(leaf.kind)
        if value_set.entry_for(row.concept) is not None and membership(row, days) is not Truth.FALSE
    ]
    looked_at = _days_to_look_at(days, question)
    if all(any(_surely_on(row, day) for row in rows) for day in looked_at):
        sure = (row for row in rows if membership(row, days) is Truth.TRUE)
        return LeafAnswer(Truth.TRUE, ids(sure), until=until)
    bare = [day for day in looked_at if not any(_maybe_on(row, day) for row in rows)]
    if not bare:
        return LeafAnswer(Truth.UNKNOWN, ids(rows), _gap(rows, days))
    for day in bare:
        proof = weigh(question, leaf.kind, value_set, Days(day, day))
        if proof.gap is None:
            return LeafAnswer(Truth.FALSE, ids(rows), coverage=proof.coverage, until=until)
    silence = weigh(question, leaf.kind, value_set, days)
    return LeafAnswer(Truth.UNKNOWN, ids([*rows, *silence.rows]), silence.gap)


def attested_throughout(leaf: AttestedThroughout, question: Question) -> LeafAnswer:
    """Look for a denial in the window, then whether the answers speak for all of its days."""
    days = days_of(leaf.window, question.setting)
    until = _until(leaf.window, question)
    said = [row for row in question.patient.of_type(Attestation) if row.question == leaf.question]
    within = [row for row in said if membership(row, days) is not Truth.FALSE]
    denied = [r for r in within if r.answer is False and membership(r, days) is Truth.TRUE]
    if denied:
        return LeafAnswer(Truth.FALSE, ids(denied), until=until)
    closing = _first_from(days.last, said)
    speaking = [*within, *closing]
    if closing and all(row.answer for row in speaking):
        return LeafAnswer(Truth.TRUE, ids(speaking), until=until)
    return LeafAnswer(Truth.UNKNOWN, ids(speaking), Gap.NEEDS_A_PERSON)


def _until(window: Between, question: Question) -> date | None:
    """Return how long an answer stands: a window that moves may meet another day tomorrow."""
    moves = isinstance(window.first, Anchor) or isinstance(window.last, Anchor)
    return question.setting.index if moves else None


def _days_to_look_at(days: Days, question: Question) -> list[date]:
    """Return the first day, and every day on which something recorded or covered begins or ends."""
    patient, one = question.patient, timedelta(days=1)
    turns = {day for row in patient.rows for day in (row.start.lo, row.start.hi)}
    turns |= {
        day + one
        for row in patient.rows
        for day in (end_of(row).lo, end_of(row).hi)
        if day != LATEST
    }
    turns |= {coverage.since for coverage in patient.coverage}
    return sorted(day for day in turns | {days.first} if days.first <= day <= days.last)


def _surely_on(row: Row, day: date) -> bool:
    return row.start.hi <= day <= end_of(row).lo


def _maybe_on(row: Row, day: date) -> bool:
    return row.start.lo <= day <= end_of(row).hi


def _gap(rows: Iterable[Row], days: Days) -> Gap:
    """Return the smallest reason why a row covers only some of its days for sure."""
    reasons = []
    for row in rows:
        if max(row.start.lo, days.first) != max(row.start.hi, days.first):
            reasons.append(Gap.DATE_IMPRECISE)
        elif min(end_of(row).lo, days.last) != min(end_of(row).hi, days.last):
            reasons.append(_why_open(end_of(row)))
    return min(reasons)


def _why_open(end: Span) -> Gap:
    return Gap.END_NOT_RECORDED if end.hi == LATEST else Gap.DATE_IMPRECISE


def _first_from(day: date, said: Iterable[Attestation]) -> list[Attestation]:
    """Return the answers that may be the first on a day or later; none if none is so for sure."""
    later = [row for row in said if row.start.hi >= day]
    sure = [row.start.hi for row in later if row.start.lo >= day]
    return [row for row in later if row.start.lo <= min(sure)] if sure else []
