"""One patient judged by the reference interpreter, and how time alone changes the verdict.

Slow and exact: for whoever is looked at, not for the whole hospital.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from trialrun.criteria.interpreter import explain
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import Answered, until
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import LATEST
from trialrun.records.rows import PatientRecord
from trialrun.screening.plan import Asked
from trialrun.screening.result import Judgement
from trialrun.screening.verdict import permission

Judgements = tuple[Judgement, ...]

MOST_STEPS = 20
"""How often a refusal may be followed by another before no opening date is given."""


def judge(record: PatientRecord, plan: Sequence[Asked], setting: Setting) -> Judgements:
    """Answer every criterion for one patient on the setting's index date."""
    return tuple(_judgement(record, asked, setting) for asked in plan)


def _judgement(record: PatientRecord, asked: Asked, setting: Setting) -> Judgement:
    tree = explain(asked.expression, record, setting, asked.adverse)
    hint = asked.criterion.hint
    return Judgement(
        asked,
        tree,
        permission(tree.truth, asked.adverse),
        explain(hint, record, setting, asked.adverse) if hint is not None else None,
    )


def as_time_passes(
    record: PatientRecord, plan: Sequence[Asked], protocol: TrialProtocol, on: date
) -> Callable[[date], Judgements]:
    """Return how a patient is judged on a day, and on later days if nothing new is recorded.

    What begins after the day is news then, though the database may know it already. A source whose
    coverage reaches the day goes on covering.
    """
    known = replace(
        record,
        rows=tuple(row for row in record.rows if row.start.lo <= on),
        coverage=tuple(replace(c, until=LATEST) if c.until >= on else c for c in record.coverage),
    )

    def judgements_on(day: date) -> Judgements:
        return judge(record if day == on else known, plan, protocol.setting(day))

    return judgements_on


def opens_on(judgements_on: Callable[[date], Judgements], day: date) -> date | None:
    """Return the first day from `day` on which nothing refuses, if time alone brings it.

    Each step asks again on the day after the last refusal has ended: by then another criterion
    may refuse (somebody turns 71 during a wash-out).
    """
    for _ in range(MOST_STEPS):
        judgements = judgements_on(day)
        if not any(j.permission is Truth.FALSE for j in judgements):
            return day
        opened = opening((j.tree, j.asked.adverse) for j in judgements)
        if opened is None:
            return None
        day = opened
    return None


def lapses_on(judgements: Judgements) -> date | None:
    """Return the last day on which an eligible patient stays so if nothing new is recorded."""
    return lapse(j.tree for j in judgements)


def opening(trees: Iterable[tuple[Answered, Truth]]) -> date | None:
    """Return the day after every tree that is adverse has ended; None: one does not end."""
    ends = [until(tree) or LATEST for tree, adverse in trees if tree.truth is adverse]
    last = max(ends, default=LATEST)
    return None if last == LATEST else last + timedelta(days=1)


def lapse(trees: Iterable[Answered]) -> date | None:
    """Return the last day before the first of the trees changes; None: none does."""
    first = min((until(tree) or LATEST for tree in trees), default=LATEST)
    return None if first == LATEST else first
