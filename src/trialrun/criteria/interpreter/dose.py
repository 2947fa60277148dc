"""The prednisone-equivalent dose per kg and day: the highest of a window, or that of one day.

Refuses to leave anything out: a dose that is not known makes the sum unbounded above, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from trialrun.criteria.answers import Computed, Gap, LeafAnswer
from trialrun.criteria.expressions import (
    Comparator,
    PrednisoneEquivalent,
    Range,
    Threshold,
)
from trialrun.criteria.formulas import prednisone_equivalent
from trialrun.criteria.interpreter.derived import WEIGHT_WINDOW
from trialrun.criteria.interpreter.numbers import (
    Missing,
    Numbers,
    adverse_side,
    latest_numbers,
    truth_of,
)
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import date_gap, ids
from trialrun.criteria.interpreter.silence import Silence, weigh
from trialrun.criteria.interpreter.windows import (
    Days,
    days_of,
    end_of,
    last_index_holding,
    membership,
)
from trialrun.criteria.tree import nth_last
from trialrun.criteria.truth import Truth
from trialrun.records.rows import Bounds, Medication
from trialrun.records.schema import Kind, Route
from trialrun.terminology.units import conversion
from trialrun.terminology.value_sets import Entry, ValueSet

UNIT = "mg/kg/d"
_LOCAL = (Route.TOPICAL, Route.INHALED)


@dataclass(frozen=True)
class Course:
    """One medication, its dose in mg of prednisone a day (or why not), and whether it counts."""

    row: Medication
    dose: Fraction | Gap
    counts: Truth
    date_gap: Gap | None

    @property
    def gap(self) -> Gap | None:
        """The first reason why it is not known what it adds."""
        if self.date_gap is not None:
            return self.date_gap
        if self.counts is Truth.UNKNOWN:
            return Gap.ROUTE_NOT_RECORDED
        return self.dose if isinstance(self.dose, Gap) else None

    def surely_adds_on(self, day: date) -> Fraction:
        """Return what it adds to the day's dose for sure."""
        sure = self.counts is Truth.TRUE and self.row.start.hi <= day <= end_of(self.row).lo
        return self.dose if sure and isinstance(self.dose, Fraction) else Fraction(0)

    def may_add_on(self, day: date) -> Fraction | None:
        """Return the most that it may add to the day's dose; None: nobody knows."""
        if not self.row.start.lo <= day <= end_of(self.row).hi:
            return Fraction(0)
        return self.dose if isinstance(self.dose, Fraction) else None


def prednisone_dose(leaf: PrednisoneEquivalent, question: Question) -> LeafAnswer:
    """Bound the highest daily dose, divide by the weight, compare."""
    days = days_of(leaf.window, question.setting)
    value_set = question.value_set("glucocorticoids")
    courses = _courses(question, value_set, days)
    silence = weigh(question, Kind.MEDICATION, value_set, days)
    weight = latest_numbers("body-weight", WEIGHT_WINDOW, "kg", question)
    side = adverse_side(leaf.test, question.adverse)
    weights = () if isinstance(weight, Missing) else weight.towards(side.opposite())
    per_kg = _per_kg(_highest(courses, days, unbounded=silence.gap is not None), weights)
    computed = Computed(per_kg, UNIT)
    truth, gap = truth_of(leaf.test, UNIT, per_kg)
    rows = ids([*(course.row for course in courses), *silence.rows])
    if not isinstance(weight, Missing):
        rows = tuple(sorted({*rows, *weight.rows}))
    if truth is Truth.UNKNOWN:
        return LeafAnswer(truth, rows, _gap(courses, silence, weight) or gap, computed=computed)
    # Rows prove a dose; that there are none is proven by coverage alone.
    coverage = () if courses else silence.coverage
    if isinstance(weight, Missing) or per_kg.hi == 0:
        # No dose at all needs no weight.
        return LeafAnswer(truth, rows, coverage=coverage, computed=computed)
    needed = _dose_needed(leaf.test, truth)
    day = None if needed is None else _last_day_of(needed, courses, days, weights)
    leaves = None if day is None else last_index_holding(day, leaf.window, question.setting)
    until = nth_last(2, (weight.until, leaves))
    return LeafAnswer(truth, rows, coverage=coverage, until=until, computed=computed)


def _courses(question: Question, value_set: ValueSet, days: Days) -> list[Course]:
    courses = []
    for row in question.patient.of_type(Medication):
        entry = value_set.entry_for(row.concept)
        within = membership(row, days)
        if entry is None or within is Truth.FALSE or row.route in _LOCAL:
            continue
        counts = Truth.UNKNOWN if row.route is None else Truth.TRUE
        gap = date_gap(row, days) if within is Truth.UNKNOWN else None
        courses.append(Course(row, _dose(row, entry), counts, gap))
    return courses


def _dose(row: Medication, entry: Entry) -> Fraction | Gap:
    if row.daily_dose is None:
        return Gap.DOSE_NOT_RECORDED
    to_mg = conversion(row.dose_unit, "mg")
    equivalent = entry.attributes.get("prednisone_5mg")
    if to_mg is None or equivalent is None:
        return Gap.UNIT_NOT_COMPARABLE
    return prednisone_equivalent(to_mg.apply(row.daily_dose), Fraction(equivalent))


def _highest(courses: list[Course], days: Days, unbounded: bool) -> Bounds:
    looked_at = _days_to_look_at(courses, days)
    least = max(_sure_dose(courses, day) for day in looked_at)
    most = [_possible_dose(courses, day) for day in looked_at]
    known = [dose for dose in most if dose is not None]
    return Bounds(least, None if unbounded or len(known) < len(most) else max(known))


def _days_to_look_at(courses: list[Course], days: Days) -> list[date]:
    """Return the days on which the highest dose is reached if it is reached at all."""
    begun = {day for c in courses for day in (c.row.start.lo, c.row.start.hi)}
    return [days.first, *sorted(day for day in begun if days.first < day <= days.last)]


def _sure_dose(courses: list[Course], day: date) -> Fraction:
    return sum((course.surely_adds_on(day) for course in courses), Fraction(0))


def _possible_dose(courses: list[Course], day: date) -> Fraction | None:
    adding = [course.may_add_on(day) for course in courses]
    known = [dose for dose in adding if dose is not None]
    return sum(known, Fraction(0)) if len(known) == len(adding) else None


def _per_kg(dose: Bounds, weights: tuple[Fraction, ...]) -> Bounds:
    if dose.hi == 0:
        return dose
    if not weights:
        return Bounds(None, None)
    assert dose.lo is not None
    return Bounds(dose.lo / max(weights), None if dose.hi is None else dose.hi / min(weights))


def _gap(courses: list[Course], silence: Silence, weight: Numbers | Missing) -> Gap | None:
    """Return the smallest reason of the medication, else that of the weight."""
    reasons = [course.gap for course in courses] + [silence.gap]
    missing = weight.gap if isinstance(weight, Missing) else None
    return min((gap for gap in reasons if gap is not None), default=missing)


def _last_day_of(
    needed: Threshold, courses: list[Course], days: Days, weights: tuple[Fraction, ...]
) -> date | None:
    """Return the last day on which what has begun makes a dose for sure that is needed.

    It is the end of some course: where nothing begins any more, the dose falls with each end.
    """
    begun = [course for course in courses if course.row.start.hi <= days.last]
    found = []
    for day in {end_of(course.row).lo for course in begun}:
        dose = Bounds(_sure_dose(begun, day), None)
        if day >= days.first and truth_of(needed, UNIT, _per_kg(dose, weights))[0] is Truth.TRUE:
            found.append(day)
    return max(found, default=None)


def _dose_needed(test: Threshold | Range, truth: Truth) -> Threshold | None:
    """Return the least dose on which the truth may rest: none if every lower dose gives it too."""
    needed = _least(test, truth)
    nothing = Bounds(Fraction(0), Fraction(0))
    if needed is None or truth_of(needed, UNIT, nothing)[0] is Truth.TRUE:
        return None
    return needed


def _least(test: Threshold | Range, truth: Truth) -> Threshold | None:
    match test, truth:
        case Range(low, _, unit), Truth.TRUE:
            return Threshold(Comparator.GE, low, unit)
        case Range(_, high, unit), _:
            return Threshold(Comparator.GT, high, unit)
        case Threshold(Comparator.GT | Comparator.GE), Truth.TRUE:
            return test
        case Threshold(Comparator.EQ, number, unit), Truth.TRUE:
            return Threshold(Comparator.GE, number, unit)
        case Threshold(Comparator.LE | Comparator.EQ, number, unit), Truth.FALSE:
            return Threshold(Comparator.GT, number, unit)
        case Threshold(Comparator.LT, number, unit), Truth.FALSE:
            return Threshold(Comparator.GE, number, unit)
        case _:
            return None
