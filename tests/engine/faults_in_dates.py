"""Faults in how time alone changes a verdict: when refusals end and eligibilities lapse."""

from __future__ import annotations

from tests.engine.planting import Fault

_JUDGING = "tests/screening/test_judging.py"
_TIME = (_JUDGING, "tests/screening/test_dates.py", "tests/screening/test_screen.py")


def _faults(asks: tuple[str, ...], file: str, *rows: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(what, asks, file, before, after) for what, before, after in rows)


DATES: tuple[Fault, ...] = (
    *_faults(
        (_JUDGING,),
        "screening/judging.py",
        ("coverage ends today", "replace(c, until=LATEST) if c.until >= on else c", "c"),
        ("what ended before goes on covering", "if c.until >= on else c for", "for"),
        (
            "what the database dates later never counts",
            "return min(found, default=LATEST)",
            "return LATEST",
        ),
        (
            "UNKNOWN refuses",
            "if j.permission is Truth.FALSE]",
            "if j.permission is not Truth.TRUE]",
        ),
        (
            "an opening is the last day of the refusal",
            "None if last == LATEST else last + _DAY",
            "None if last == LATEST else last",
        ),
        ("the dead open", "if day == LATEST or not course.is_alive(day):", "if day == LATEST:"),
        (
            "who may have died goes on",
            "self.record.death.lo > day",
            "self.record.death.hi > day",
        ),
        (
            "what is no longer known still permits",
            "if any(j.permission is not Truth.TRUE for",
            "if any(j.permission is Truth.FALSE for",
        ),
        ("what comes to count ends no eligibility", "min(ends, coming - _DAY,", "min(ends,"),
        (
            "death ends no eligibility",
            "coming - _DAY, course.record.death.lo - _DAY",
            "coming - _DAY",
        ),
        (
            "the last to lapse ends the eligibility",
            "first = min((until(tree) or LATEST",
            "first = max((until(tree) or LATEST",
        ),
        (
            "a refusal without an end is over",
            "ends = [until(tree) or LATEST for",
            "ends = [until(tree) or date.min for",
        ),
    ),
    Fault(
        "what has ended permits if it does not refuse",
        _TIME[:2],
        "screening/judging.py",
        "course.permits(asked, day) is not Truth.TRUE for asked in ended",
        "course.permits(asked, day) is Truth.FALSE for asked in ended",
        equivalent="the next round asks every criterion on that day, and ends with the same date",
    ),
    Fault(
        "the first refusal to end opens",
        _TIME[:2],
        "screening/judging.py",
        "last = max(ends, default=LATEST)",
        "last = min(ends, default=LATEST)",
        equivalent="the day on which one refusal ends is asked again, until nothing refuses",
    ),
    *_faults(
        _TIME,
        "screening/dates.py",
        (
            "what may refuse by then does not",
            "truth is a.adverse for a in asked)",
            "truth is a.adverse for a in ())",
        ),
        (
            "what may permit by then does not",
            "truth is negate(a.adverse) for a in asked)",
            "truth is a.adverse for a in asked)",
        ),
        ("rows to come are passed over", "if number not in question.more_to_come]", "]"),
    ),
    *_faults(
        _TIME,
        "engine/coming.py",
        ("what may have begun has begun", " OR start_hi > $on AND start_hi < $never", ""),
        ("nobody dies later", "WHERE death_lo > $on AND death_lo < $never", "WHERE FALSE"),
    ),
    Fault(
        "what may have begun has begun",
        _TIME,
        "criteria/interpreter/coming.py",
        "for start in (row.start.lo, row.start.hi):",
        "for start in (row.start.lo,):",
        equivalent="an answer that is known while a row may have begun allows for both; it is not"
        " another when the row surely has",
    ),
    *_faults(
        ("tests/screening",),
        "criteria/interpreter/later.py",
        ("a dose can only rise", "Truth.of(below)})", "Truth.of(not below)})"),
    ),
    *_faults(
        _TIME,
        "criteria/interpreter/later.py",
        ("an answer ends a day early", "index <= said.until)", "index < said.until)"),
        (
            "what was found is never presumed absent",
            "return frozenset({Truth.UNKNOWN, Truth.FALSE})",
            "return _UNKNOWN",
        ),
        (
            "the other rows do not speak when one has left",
            "return frozenset({Truth.UNKNOWN, negate(decisive)})",
            "return _UNKNOWN",
        ),
        (
            "nobody's clearance falls with age",
            "return _ANYTHING if age_matters and not later.same_age else _UNKNOWN",
            "return _UNKNOWN",
        ),
        (
            "a change is never another",
            "return _UNKNOWN if both_latest else _ANYTHING",
            "return _UNKNOWN",
        ),
    ),
)
