"""Whether medicines and their daily doses stay the same over a window.

Refuses to say so without coverage: a change that nobody would have recorded is not ruled out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import Anchor, DoseUnchanged
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import date_gap, ids
from trialrun.criteria.interpreter.silence import weigh
from trialrun.criteria.interpreter.windows import Days, days_of, end_of, membership
from trialrun.criteria.truth import Truth
from trialrun.records.dates import LATEST
from trialrun.records.rows import Medication
from trialrun.records.schema import Kind
from trialrun.terminology.units import conversion


def dose_unchanged(leaf: DoseUnchanged, question: Question) -> LeafAnswer:
    """Look for a sure change, then for what leaves one open, then weigh the silence."""
    days = days_of(leaf.window, question.setting)
    value_set = question.value_set(leaf.value_set)
    courses = [
        row
        for row in question.patient.of_type(Medication)
        if value_set.entry_for(row.concept) is not None and membership(row, days) is not Truth.FALSE
    ]
    # A window that moves on may lose the change, or meet one, on any later day.
    moves = isinstance(leaf.window.first, Anchor) or isinstance(leaf.window.last, Anchor)
    until = question.setting.index if moves else None
    if any(_surely_changes(row, courses, days) for row in courses):
        return LeafAnswer(Truth.FALSE, ids(courses), until=until)
    if not all(_surely_stays(row, courses, days) for row in courses):
        return LeafAnswer(Truth.UNKNOWN, ids(courses), _gap(courses, days))
    silence = weigh(question, Kind.MEDICATION, value_set, days)
    rows = ids([*courses, *silence.rows])
    if silence.gap is not None:
        return LeafAnswer(Truth.UNKNOWN, rows, silence.gap)
    return LeafAnswer(Truth.TRUE, rows, coverage=silence.coverage, until=until)


def _surely_changes(row: Medication, courses: list[Medication], days: Days) -> bool:
    """Say whether the row is taken for sure, and nothing that may be the same on some other day."""
    if membership(row, days) is not Truth.TRUE:
        return False
    same = [other for other in courses if _is_same(row, other) is not Truth.FALSE]
    return not _covered(days, ((other.start.lo, end_of(other).hi) for other in same))


def _surely_stays(row: Medication, courses: list[Medication], days: Days) -> bool:
    """Say whether the same medicine in the same dose is taken for sure on every day."""
    same = [other for other in courses if _is_same(row, other) is Truth.TRUE]
    return _covered(days, ((other.start.hi, end_of(other).lo) for other in same))


def _is_same(one: Medication, other: Medication) -> Truth:
    """Compare concept and daily dose; a dose that is not known equals nothing, not even itself."""
    if one.concept != other.concept:
        return Truth.FALSE
    if one.daily_dose is None or other.daily_dose is None:
        return Truth.UNKNOWN
    if one.dose_unit == other.dose_unit:
        # Two tablets are twice one tablet, although a tablet is no unit that could be converted.
        return Truth.of(one.daily_dose == other.daily_dose)
    to_other = conversion(one.dose_unit, other.dose_unit)
    if to_other is None:
        return Truth.UNKNOWN
    return Truth.of(to_other.apply(one.daily_dose) == other.daily_dose)


def _covered(days: Days, periods: Iterable[tuple[date, date]]) -> bool:
    """Say whether every day of the window lies in one of the periods."""
    needed = days.first
    for first, last in sorted(period for period in periods if period[0] <= period[1]):
        if first > needed:
            return False
        if last >= days.last or last == LATEST:
            return True
        needed = max(needed, last + timedelta(days=1))
    return needed > days.last


def _gap(courses: list[Medication], days: Days) -> Gap:
    reasons = []
    for row in courses:
        if membership(row, days) is Truth.UNKNOWN:
            reasons.append(date_gap(row, days))
        elif row.daily_dose is None:
            reasons.append(Gap.DOSE_NOT_RECORDED)
        elif any(_is_same(row, other) is Truth.UNKNOWN for other in courses):
            reasons.append(Gap.UNIT_NOT_COMPARABLE)
    return min(reasons, default=Gap.DATE_IMPRECISE)
