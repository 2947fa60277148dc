"""Shifts of CTCAE grades from the baseline to the worst later result, by parameter and direction.

A grade that a person gave stands; else the number decides, by CTCAE v5.0. What the number leaves
open is "not gradable", never grade 0; so is the worst of several results of which one that cannot
be graded may be worse than the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.evaluation.results import Cell, Row, Table, Words, head_row, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_results import (
    Course,
    Result,
    title_of_parameter,
    value_sets_of,
)
from trialrun.evaluation.study import Group
from trialrun.terminology.ctcae.grading import propose
from trialrun.terminology.ctcae.results import NotGradable, Why
from trialrun.terminology.ctcae.rule_file import terms_reading

GRADES = (0, 1, 2, 3, 4, 5)
NOT_GRADABLE, NO_RESULT = "not_gradable", "no_result"
PLACES: tuple[int | str, ...] = (*GRADES, NOT_GRADABLE, NO_RESULT)


@dataclass(frozen=True)
class Shift:
    """One subject's grades by one term, at baseline and the worst later one, or why there is none.

    `reasons` are those for which single results have no grade.
    """

    baseline: int | str
    worst: int | str
    reasons: tuple[Why, ...]
    rows: tuple[str, ...]


def shift_of(course: Course, value_set: str, term: str) -> Shift:
    """Grade a subject's results by one term of CTCAE."""
    before = [] if course.baseline is None else [_grade(course.baseline, course, value_set, term)]
    later = [_grade(one, course, value_set, term) for one in course.later]
    whys = (why for one in (*before, *later) if isinstance(one, NotGradable) for why in one.reasons)
    rows = tuple(row for one in course.all for row in one.of.rows)
    return Shift(_worst(before), _worst(later), tuple(whys), rows)


def _grade(result: Result, course: Course, value_set: str, term: str) -> int | NotGradable:
    if term in result.of.grades:
        return result.of.grades[term]
    baseline = None if course.baseline is None else course.baseline.as_baseline()
    proposed = propose(value_set, result.as_result(), baseline)
    outcome = next(one for one in proposed if one.term.term == term)
    return outcome if isinstance(outcome, NotGradable) else outcome.grade


def _worst(grades: Sequence[int | NotGradable]) -> int | str:
    if not grades:
        return NO_RESULT
    known = max((one for one in grades if isinstance(one, int)), default=-1)
    possible = [max(one.possible) for one in grades if isinstance(one, NotGradable)]
    return NOT_GRADABLE if any(one > known for one in possible) else known


def graded_terms(safety: Safety) -> Iterator[tuple[str, str, str]]:
    """Yield each parameter of the plan with a value set and a term of CTCAE that grades it."""
    for parameter in safety.plan.laboratory:
        for value_set in value_sets_of(safety.study, parameter):
            for term in terms_reading(value_set):
                yield parameter, value_set, term.term


def grade_shifts(safety: Safety) -> Iterator[Table]:
    """Yield a table for each arm: baseline grades in rows, worst later grades in columns."""
    heads = tuple(place_title(place) for place in PLACES)
    for group in safety.groups:
        reasons: Counter[Why] = Counter()
        rows = list(_rows(safety, group, reasons))
        yield Table(
            f"laboratory-grades-{group.arm.id}",
            phrase("in_arm", arm=group.head, what=phrase("grade_shifts")),
            heads,
            tuple(rows),
            (phrase("grade_rule"), *_ungraded(safety), *_because(reasons)),
            phrase("baseline_against_worst"),
        )


def _because(reasons: Counter[Why]) -> Iterator[Words]:
    for why, n in reasons.most_common():
        yield phrase("not_gradable_because", reason=phrase(f"why_{why.name.lower()}"), n=str(n))


def _ungraded(safety: Safety) -> Iterator[Words]:
    graded = {parameter for parameter, _, _ in graded_terms(safety)}
    for parameter in safety.plan.laboratory:
        if parameter not in graded:
            yield phrase("no_term", what=title_of_parameter(safety.study, parameter))


def place_title(place: int | str) -> Words:
    """Return the head of a grade, or of why there is none."""
    if isinstance(place, int):
        return phrase("grade_n", n=str(place))
    return phrase(place)


def _rows(safety: Safety, group: Group, reasons: Counter[Why]) -> Iterator[Row]:
    for parameter, value_set, term in graded_terms(safety):
        of = safety.parameter(parameter)
        shifts = [shift_of(one, value_set, term) for one in of.in_arm(group)]
        for shift in shifts:
            reasons.update(shift.reasons)
        title = phrase("parameter_term", what=of.title, term=term)
        yield head_row(title, len(PLACES))
        yield from cross_rows(PLACES, [(s.baseline, s.worst, s.rows) for s in shifts])


def cross_rows(
    places: Sequence[int | str], shifts: Sequence[tuple[int | str, int | str, tuple[str, ...]]]
) -> Iterator[Row]:
    """Yield how many went from where to where; a place where nobody began has no row."""
    for start in places:
        those = [(end, rows) for begin, end, rows in shifts if begin == start]
        if those:
            cells = []
            for place in places:
                there = [rows for end, rows in those if end == place]
                found = tuple(row for rows in there for row in rows)
                cells.append(Cell(str(len(there)), len(there), found))
            yield Row(place_title(start), tuple(cells), depth=1)
