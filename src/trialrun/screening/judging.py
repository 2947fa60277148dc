"""One patient judged by the reference interpreter, and how time alone changes the verdict.

Slow and exact: for whoever is eligible or looked at, and for those of whom the answers of all do
not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from trialrun.criteria.interpreter import explain, leaves_with_adverse
from trialrun.criteria.interpreter.coming import days_of_coming
from trialrun.criteria.interpreter.later import moves_with_time
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import Answered, until
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import LATEST
from trialrun.records.pseudonyms import Naming
from trialrun.records.rows import PatientRecord
from trialrun.screening.blurring import without_birthdays
from trialrun.screening.plan import Asked
from trialrun.screening.result import JudgedPatient, Judgement
from trialrun.screening.verdict import Verdict, death_by, permission, verdict

Judgements = tuple[Judgement, ...]

MOST_STEPS = 20
"""How often a refusal may be followed by another before no opening date is given."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """How a patient is judged on a day, and on later days if the database stays as it is.

    `record` is as of the day `on`, `later` as of every later day.
    """

    record: PatientRecord
    later: PatientRecord
    plan: Sequence[Asked]
    protocol: TrialProtocol
    on: date

    def __call__(self, day: date) -> Judgements:
        """Answer every criterion on a day."""
        return judge(self._record(day), self.plan, self.protocol.setting(day))

    def permits(self, asked: Asked, day: date) -> Truth:
        """Say whether one criterion lets the patient in on a day."""
        return _judgement(self._record(day), asked, self.protocol.setting(day)).permission

    def next_coming(self, day: date, asked: Iterable[Asked]) -> date:
        """Return the first later day on which a row comes to count that the criteria read."""
        question = Question(self.later, self.protocol.setting(day), Truth.FALSE)
        found = (
            coming
            for one in asked
            for leaf, _ in leaves_with_adverse(one.expression, one.adverse)
            for coming in days_of_coming(leaf, question)
        )
        return min(found, default=LATEST)

    def is_alive(self, day: date) -> bool:
        """Say whether the patient is alive on a day, for sure."""
        return self.record.death.lo > day

    def _record(self, day: date) -> PatientRecord:
        return self.record if day == self.on else self.later


def judge_patient(
    record: PatientRecord, plan: Sequence[Asked], protocol: TrialProtocol, on: date, naming: Naming
) -> JudgedPatient:
    """Judge one patient, with opening and lapse dates, none of which tells a hidden birthday.

    Whoever has died, or may have, by the day is no candidate, whatever the criteria say.
    """
    return as_shown(judge_exactly(record, plan, protocol, on, naming), on)


def as_shown(patient: JudgedPatient, on: date) -> JudgedPatient:
    """Return a patient as others may see them: under a pseudonym without a date that tells more."""
    return without_birthdays(patient, on) if patient.pseudonymised else patient


def judge_exactly(
    record: PatientRecord, plan: Sequence[Asked], protocol: TrialProtocol, on: date, naming: Naming
) -> JudgedPatient:
    """Judge one patient with the exact dates, to be compared and not to be shown."""
    course = as_time_passes(record, plan, protocol, on)
    judgements = course(on)
    death = death_by(on, record.death)
    found = Verdict.INELIGIBLE if death else verdict(j.permission for j in judgements)
    may_open = found is Verdict.INELIGIBLE and not death
    lapses = lapses_on(course, on) if found is Verdict.ELIGIBLE else None
    return JudgedPatient(
        name=naming(record.patient_id),
        verdict=found,
        record=record,
        judgements=judgements,
        opens_on=opens_on(course, on) if may_open else None,
        lapses_on=lapses,
        lapses_by=lapses_by(course, judgements, lapses) if lapses else (),
        death=death,
        pseudonymised=naming.hides,
    )


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
) -> Course:
    """Return how a patient is judged on a day, and on later days if nothing new is recorded.

    What the database dates later counts from its day. A source whose coverage reaches the day goes
    on covering.
    """
    coverage = tuple(replace(c, until=LATEST) if c.until >= on else c for c in record.coverage)
    return Course(record, replace(record, coverage=coverage), plan, protocol, on)


def opens_on(course: Course, day: date) -> date | None:
    """Return the first day from `day` on which nothing refuses, if time alone brings it.

    Each step asks again on the day after the last refusal has ended, or when a row comes to count
    that a refusing criterion reads: by then another criterion may refuse (somebody turns 71 during
    a wash-out).
    """
    for _ in range(MOST_STEPS):
        refusing = [j for j in course(day) if j.permission is Truth.FALSE]
        if not refusing:
            return day
        if not all(is_bound_to_time(j.asked) for j in refusing):
            return None
        opened = opening((j.tree, j.asked.adverse) for j in refusing) or LATEST
        day = min(opened, course.next_coming(day, (j.asked for j in refusing)))
        if day == LATEST or not course.is_alive(day):
            return None
    return None


def lapses_on(course: Course, day: date) -> date | None:
    """Return the last day on which a patient stays eligible who is so on `day`.

    Each step asks again on the day after the first answer has ended: something else may permit by
    then. Whoever has died by the next day is not eligible any more. None: time alone ends nothing.
    """
    last = day
    for _ in range(MOST_STEPS):
        judgements = course(day)
        if any(j.permission is not Truth.TRUE for j in judgements):
            return last
        ends = lapse(j.tree for j in judgements) or LATEST
        coming = course.next_coming(day, course.plan)
        last = min(ends, coming - _DAY, course.record.death.lo - _DAY)
        if ends == LATEST == coming == course.record.death.lo:
            return None
        day = last + _DAY
        ended = (j.asked for j in judgements if (until(j.tree) or LATEST) <= last)
        if not course.is_alive(day) or any(
            course.permits(asked, day) is not Truth.TRUE for asked in ended
        ):
            return last
    return last


def lapses_by(course: Course, judgements: Judgements, last: date) -> tuple[str, ...]:
    """Return the criteria that no longer permit on the day after an eligibility has lapsed."""
    ended = [j.asked for j in judgements if until(j.tree) == last]
    for asked in (ended, course.plan):
        found = [a for a in asked if course.permits(a, last + _DAY) is not Truth.TRUE]
        if found:
            return tuple(a.criterion.id for a in found)
    return ()


def opening(trees: Iterable[tuple[Answered, Truth]]) -> date | None:
    """Return the day after every tree that is adverse has ended; None: one does not end."""
    ends = [until(tree) or LATEST for tree, adverse in trees if tree.truth is adverse]
    last = max(ends, default=LATEST)
    return None if last == LATEST else last + _DAY


def lapse(trees: Iterable[Answered]) -> date | None:
    """Return the last day before the first of the trees changes; None: none does."""
    first = min((until(tree) or LATEST for tree in trees), default=LATEST)
    return None if first == LATEST else first


def is_bound_to_time(asked: Asked) -> bool:
    """Say whether time alone can end a refusal by a criterion."""
    leaves = leaves_with_adverse(asked.expression, asked.adverse)
    return any(moves_with_time(leaf) for leaf, _ in leaves)
