"""Dates that tell a birthday, made coarser where patients go by pseudonyms.

An eligibility that ends on the day before a 71st birthday names that birthday. Such a date moves to
the nearest end of a month on the careful side: an eligibility ends earlier, a refusal later. Only
a birthday known to the day can be told; a date that falls there by chance moves, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth
from trialrun.engine.export import Dates
from trialrun.records.dates import DateUnit, Span, add
from trialrun.screening.result import JudgedPatient, Judgement

_DAY = timedelta(days=1)


def without_birthdays(patient: JudgedPatient, on: date) -> JudgedPatient:
    """Return a patient none of whose dates tells the birthday."""
    birth = patient.record.birth
    opens, lapses = patient.opens_on, patient.lapses_on
    return replace(
        patient,
        judgements=tuple(_judgement(one, birth, on) for one in patient.judgements),
        opens_on=opens and _opening(opens, birth),
        lapses_on=lapses and _lapse(lapses, birth, on),
    )


def dates_without_birthdays(dates: Dates, births: Mapping[int, Span], on: date) -> Dates:
    """Return the dates of many patients, by number, none of which tells a birthday."""
    return Dates(
        {n: _opening(day, births[n]) for n, day in dates.opens_on.items()},
        {n: _lapse(day, births[n], on) for n, day in dates.lapses_on.items()},
    )


def _judgement(judgement: Judgement, birth: Span, on: date) -> Judgement:
    refuses = judgement.permission is Truth.FALSE
    return replace(
        judgement,
        tree=_tree(judgement.tree, birth, on, refuses),
        hint=judgement.hint and _tree(judgement.hint, birth, on, refuses),
    )


def _tree(tree: Answered, birth: Span, on: date, refuses: bool) -> Answered:
    answer = tree.answer
    if answer is not None and answer.until is not None:
        end = answer.until
        later = _opening(end + _DAY, birth) - _DAY
        answer = replace(answer, until=later if refuses else _lapse(end, birth, on))
    parts = tuple(_tree(part, birth, on, refuses) for part in tree.parts)
    return replace(tree, answer=answer, parts=parts)


def _opening(day: date, birth: Span) -> date:
    """Return the first day of the next month for a birthday, else the day itself."""
    return add(day.replace(day=1), 1, DateUnit.MONTHS) if _is_birthday(day, birth) else day


def _lapse(last: date, birth: Span, on: date) -> date:
    """Return the end of the month before a birthday (not before `on`), else the day itself."""
    if not _is_birthday(last + _DAY, birth):
        return last
    return max(on, last.replace(day=1) - _DAY)


def _is_birthday(day: date, birth: Span) -> bool:
    born = birth.lo
    return birth.hi == born and add(born, day.year - born.year, DateUnit.YEARS) == day
