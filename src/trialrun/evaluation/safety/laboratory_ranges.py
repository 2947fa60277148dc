"""Shifts against the range of normal, from the baseline to the extremes of later results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.evaluation.results import Row, Table, head_row, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_grades import NO_RESULT, cross_rows, place_title
from trialrun.evaluation.safety.laboratory_results import Course, Result
from trialrun.evaluation.study import Group
from trialrun.terminology.bounds import exactly, is_above

_LOW, _NORMAL, _HIGH = "range_low", "range_normal", "range_high"
_BOTH, _UNKNOWN = "range_both", "range_unknown"
_PLACES = (_LOW, _NORMAL, _HIGH, _BOTH, _UNKNOWN, NO_RESULT)


def range_shifts(safety: Safety) -> Iterator[Table]:
    """Yield a table for each arm: where the baseline lay in rows, where later ones in columns."""
    heads = tuple(place_title(place) for place in _PLACES)
    for group in safety.groups:
        yield Table(
            f"laboratory-ranges-{group.arm.id}",
            phrase("in_arm", arm=group.head, what=phrase("range_shifts")),
            heads,
            tuple(_rows(safety, group)),
            (phrase("range_rule"),),
            phrase("baseline_against_later"),
        )


def _rows(safety: Safety, group: Group) -> Iterator[Row]:
    for parameter in safety.plan.laboratory:
        of = safety.parameter(parameter)
        yield head_row(of.title, len(_PLACES))
        yield from cross_rows(_PLACES, [_shift(course) for course in of.in_arm(group)])


def _shift(course: Course) -> tuple[str, str, tuple[str, ...]]:
    before = () if course.baseline is None else (course.baseline,)
    rows = tuple(row for one in course.all for row in one.of.rows)
    return range_of(before), range_of(course.later), rows


def range_of(results: Sequence[Result]) -> str:
    """Return where results lie: beyond a limit if one of them does, within if all do.

    Not known: none is known to be beyond, and of one it cannot be told; or one is known to be
    beyond one limit, which says nothing about the other: then that limit counts.
    """
    if not results:
        return NO_RESULT
    below, above = _any(map(_is_below, results)), _any(map(_is_above, results))
    if below and above:
        return _BOTH
    if below or above:
        return _LOW if below else _HIGH
    return _UNKNOWN if None in (below, above) else _NORMAL


def _is_below(result: Result) -> bool | None:
    return None if result.low is None else is_above(exactly(result.low), result.value)


def _is_above(result: Result) -> bool | None:
    return None if result.high is None else is_above(result.value, exactly(result.high))


def _any(answers: Iterator[bool | None]) -> bool | None:
    found = set(answers)
    if True in found:
        return True
    return None if None in found else False
