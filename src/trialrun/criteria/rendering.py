"""The canonical line of an expression: what a clinician reads aloud and signs.

`parse(render(x)) == x`. One function per node type, in `MEANINGS`; it refuses what cannot be said:
records of kinds, and routes, that the language has no word for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from trialrun.criteria.expressions import (
    Active,
    Age,
    Anchor,
    And,
    AtAnyTime,
    AtLeast,
    Attested,
    AttestedThroughout,
    Between,
    Change,
    Derived,
    DoseUnchanged,
    Expression,
    IfThen,
    Is,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Range,
    Recorded,
    RecordedThroughout,
    SexIs,
    Test,
    Threshold,
    TimesLimit,
    Window,
    Within,
)
from trialrun.criteria.parse import is_plain_unit
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind


def render(expression: Expression) -> str:
    """Write an expression as one line of the language."""
    words: str = MEANINGS[type(expression)](expression)
    return words


def number(value: Decimal) -> str:
    """Write a number in plain digits, as many as it was given with."""
    return format(value, "f")


def counted(count: int, unit: DateUnit) -> str:
    """Write `1 day`, `2 days`."""
    return f"{count} {unit.value.removesuffix('s') if count == 1 else unit.value}"


# --- connectives ------------------------------------------------------------------------------


def _within(part: Expression, looser: tuple[type, ...]) -> str:
    return f"({render(part)})" if isinstance(part, looser) else render(part)


def _and(e: And) -> str:
    return " and ".join(_within(part, (And, Or, IfThen)) for part in e.parts)


def _or(e: Or) -> str:
    return " or ".join(_within(part, (Or, IfThen)) for part in e.parts)


def _not(e: Not) -> str:
    if isinstance(e.part, Recorded) and e.part.count == 1:
        return f"no {render(e.part)}"
    return f"not {_within(e.part, (And, Or, IfThen))}"


def _if_then(e: IfThen) -> str:
    return f"if {_within(e.premise, (IfThen,))} then {render(e.consequence)}"


def _at_least(e: AtLeast) -> str:
    return f"at least {e.count} of ({', '.join(map(render, e.parts))})"


# --- leaves -----------------------------------------------------------------------------------


def _age(e: Age) -> str:
    if e.low is None:
        return "any age" if e.high is None else f"age at most {e.high} years"
    return (
        f"age at least {e.low} years" if e.high is None else f"age from {e.low} to {e.high} years"
    )


def _sex(e: SexIs) -> str:
    return f"sex is {e.sex}"


KIND_IN = {
    Kind.CONDITION: "condition in",
    Kind.FINDING: "finding in",
    Kind.PROCEDURE: "procedure in",
    Kind.ALLERGY: "allergy to",
    Kind.IMMUNISATION: "immunisation in",
    Kind.MEDICATION: "medication in",
    Kind.PARTICIPATION: "study participation in",
    Kind.CONSENT: "consent in",
    Kind.ENCOUNTER: "encounter in",
}


def _recorded(e: Recorded) -> str:
    return _words(
        f"at least {e.count} records of" if e.count != 1 else "",
        e.route.value if e.route else "",
        f"{KIND_IN[e.kind]} [{e.value_set}]",
        f"with daily dose {_test(e.dose)}" if e.dose else "",
        _window(e.window),
    )


def _measured(e: Measured) -> str:
    listed = ", ".join(f"[{value_set}]" for value_set in e.value_sets)
    return _words(e.selector.value, e.spread or "", listed, _window(e.window), _test(e.test))


def _derived(e: Derived) -> str:
    return _words("latest", e.formula.value, _window(e.window), _test(e.test))


def _prednisone_equivalent(e: PrednisoneEquivalent) -> str:
    if isinstance(e.window, Active):
        return f"prednisone-equivalent dose {_test(e.test)}"
    return _words("highest prednisone-equivalent dose", _window(e.window), _test(e.test))


def _change(e: Change) -> str:
    return _words(
        f"change in [{e.value_set}] from {e.from_selector.value}",
        _window(e.from_window),
        f"to {e.to_selector.value}",
        _window(e.to_window),
        _test(e.test),
    )


def _attested(e: Attested) -> str:
    return _words(f"attested {_quoted(e.question)}", _window(e.window))


def _dose_unchanged(e: DoseUnchanged) -> str:
    return f"dose of [{e.value_set}] unchanged {_window(e.window)}"


def _recorded_throughout(e: RecordedThroughout) -> str:
    return f"{KIND_IN[e.kind]} [{e.value_set}] covered {_window(e.window)}"


def _attested_throughout(e: AttestedThroughout) -> str:
    return f"attested {_quoted(e.question)} covered {_window(e.window)}"


# --- tests and windows --------------------------------------------------------------------------


def _test(test: Test) -> str:
    words: str = TESTS[type(test)](test)
    return words


def _threshold(t: Threshold) -> str:
    return _words(t.comparator.value, number(t.number), _unit(t.unit))


def _range(t: Range) -> str:
    return _words(f"from {number(t.low)} to {number(t.high)}", _unit(t.unit))


def _times_limit(t: TimesLimit) -> str:
    return f"{t.comparator.value} {number(t.times)} x {t.limit.value} limit of normal"


def _is(t: Is) -> str:
    return f"is {t.quality.value}"


def _window(window: Window) -> str:
    words: str = WINDOWS[type(window)](window)
    return words


def _at_any_time(_: AtAnyTime) -> str:
    return ""


def _within_window(w: Within) -> str:
    return f"within {counted(w.count, w.unit)}" + (" after enrolment" if w.after else "")


def _active(_: Active) -> str:
    return "active"


def _between(w: Between) -> str:
    return f"from {_anchor(w.first)} to {_anchor(w.last)}"


def _anchor(anchor: Anchor | date) -> str:
    return anchor.value if isinstance(anchor, Anchor) else anchor.isoformat()


def _unit(unit: str) -> str:
    return unit if not unit or is_plain_unit(unit) else _quoted(unit)


def _quoted(text: str) -> str:
    doubled = re.sub('"', '""', text)
    return f'"{doubled}"'


def _words(*parts: str) -> str:
    return " ".join(part for part in parts if part)


MEANINGS: dict[type, Callable[[Any], str]] = {
    And: _and,
    Or: _or,
    Not: _not,
    IfThen: _if_then,
    AtLeast: _at_least,
    Age: _age,
    SexIs: _sex,
    Recorded: _recorded,
    Measured: _measured,
    Derived: _derived,
    PrednisoneEquivalent: _prednisone_equivalent,
    Change: _change,
    Attested: _attested,
    DoseUnchanged: _dose_unchanged,
    RecordedThroughout: _recorded_throughout,
    AttestedThroughout: _attested_throughout,
}
TESTS: dict[type, Callable[[Any], str]] = {
    Threshold: _threshold,
    Range: _range,
    TimesLimit: _times_limit,
    Is: _is,
}
WINDOWS: dict[type, Callable[[Any], str]] = {
    AtAnyTime: _at_any_time,
    Within: _within_window,
    Active: _active,
    Between: _between,
}
