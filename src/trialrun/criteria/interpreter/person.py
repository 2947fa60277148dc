"""Age, sex, and what only a person can say."""

from __future__ import annotations

from datetime import date, timedelta

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import Age, Attested, SexIs
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import ids
from trialrun.criteria.interpreter.windows import days_of, last_index_holding, membership
from trialrun.criteria.truth import Truth, agreement, conjunction, disjunction
from trialrun.records.dates import DateUnit, add
from trialrun.records.rows import Attestation


def age_on(day: date, birth: date) -> int:
    """Return the completed years; who was born on 29 February has birthdays on the 28th."""
    years = day.year - birth.year
    return years if add(birth, years, DateUnit.YEARS) <= day else years - 1


def aged(leaf: Age, question: Question) -> LeafAnswer:
    """Answer only where every possible birthday gives the same answer."""
    day, birth = question.setting.index, question.patient.birth
    youngest, oldest = age_on(day, birth.hi), age_on(day, birth.lo)
    low = youngest if leaf.low is None else leaf.low
    high = oldest if leaf.high is None else leaf.high
    if low <= youngest and oldest <= high:
        until = None if leaf.high is None else day_before_birthday(birth.lo, leaf.high + 1)
        return LeafAnswer(Truth.TRUE, until=until)
    if oldest < low:
        return LeafAnswer(Truth.FALSE, until=day_before_birthday(birth.lo, low))
    if youngest > high:
        return LeafAnswer(Truth.FALSE)
    return LeafAnswer(Truth.UNKNOWN, gap=Gap.BIRTH_DATE_IMPRECISE)


def day_before_birthday(birth: date, years: int) -> date:
    """Return the last day before somebody is so many years old."""
    return add(birth, years, DateUnit.YEARS) - timedelta(days=1)


def of_sex(leaf: SexIs, question: Question) -> LeafAnswer:
    """Answer from the recorded sex."""
    if question.patient.sex is None:
        return LeafAnswer(Truth.UNKNOWN, gap=Gap.SEX_NOT_RECORDED)
    return LeafAnswer(Truth.of(question.patient.sex == leaf.sex))


def attested(leaf: Attested, question: Question) -> LeafAnswer:
    """Answer what a person last said in the window, and until when that stands.

    Who contradicts on one day is read as the adverse answer.
    """
    days = days_of(leaf.window, question.setting)
    said = [
        (row, membership(row, days))
        for row in question.patient.of_type(Attestation)
        if row.question == leaf.question
    ]
    sure = [row for row, within in said if within is Truth.TRUE]
    possible = [row for row, within in said if within is not Truth.FALSE]
    if not sure:
        too_old = not possible and any(row.start.lo <= question.setting.index for row, _ in said)
        gap = Gap.OUT_OF_WINDOW if too_old else Gap.NEEDS_A_PERSON
        return LeafAnswer(Truth.UNKNOWN, ids(possible), gap)
    day = max(row.start.lo for row in sure)
    last = [row for row in possible if row.start.hi >= day]
    tied = [Truth.of(row.answer) for row in last if row.start.lo == row.start.hi]
    truths = [Truth.of(row.answer) for row in last if row.start.lo != row.start.hi]
    if tied:
        join = disjunction if question.adverse is Truth.TRUE else conjunction
        truths.append(join(tied))
    truth = agreement(truths)
    if truth is Truth.UNKNOWN:
        return LeafAnswer(truth, ids(last), Gap.NEEDS_A_PERSON)
    return LeafAnswer(
        truth, ids(last), until=last_index_holding(day, leaf.window, question.setting)
    )
