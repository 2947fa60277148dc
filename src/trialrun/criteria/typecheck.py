"""Whether a statement makes sense before any patient is looked at: names, units, bounds, windows.

Every problem of the whole statement is returned, each with the part that it is in. It says nothing
about criteria that contradict one another: that is for the protocol's own checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from trialrun.criteria.expressions import (
    Age,
    Anchor,
    And,
    AtLeast,
    Attested,
    AttestedThroughout,
    Between,
    Change,
    Derived,
    DoseUnchanged,
    Expression,
    Formula,
    IfThen,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Recorded,
    RecordedThroughout,
    Selector,
    SexIs,
    Window,
    Within,
    children,
)
from trialrun.criteria.rendering import counted
from trialrun.criteria.typecheck_numbers import (
    Finding,
    daily_dose,
    extreme_test,
    number_order,
    plausibility,
    unit_against,
    unit_of_value_set,
)
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.value_sets import ValueSet

OLDEST = 130
"""No one has lived longer than 122 years; an age beyond this is a slip of the pen."""
LONGEST_WINDOW = {
    DateUnit.DAYS: 366_000,
    DateUnit.WEEKS: 52_000,
    DateUnit.MONTHS: 12_000,
    DateUnit.YEARS: 1_000,
}
"""A thousand years: what lies beyond is on no calendar that an engine keeps."""
MOST_RECORDS = 1_000_000
"""Nobody has more records of one kind; an answer that can never be is a slip of the pen, too."""


@dataclass(frozen=True)
class TypeProblem:
    """What makes no sense, what to do about it, and the part of the statement that it is in."""

    message: str
    remedy: str
    expression: Expression


@dataclass(frozen=True)
class Names:
    """What a statement may refer to."""

    value_sets: Mapping[str, ValueSet]
    has_end_of_follow_up: bool


def check(
    expression: Expression, value_sets: Mapping[str, ValueSet], has_end_of_follow_up: bool
) -> tuple[TypeProblem, ...]:
    """Return every problem of a statement, in the order written."""
    names = Names(value_sets, has_end_of_follow_up)
    own = (TypeProblem(*found, expression) for found in _findings(expression, names))
    parts = (check(part, value_sets, has_end_of_follow_up) for part in children(expression))
    return tuple(chain(own, *parts))


def _findings(expression: Expression, names: Names) -> Iterable[Finding]:
    # One mistake may be met twice (both ends of a change): it is said once.
    return dict.fromkeys(MEANINGS[type(expression)](expression, names))


# --- connectives ------------------------------------------------------------------------------


def _several(e: And | Or, _: Names) -> Iterator[Finding]:
    if len(e.parts) < 2:
        yield "“and” and “or” join two statements or more", "write the statement alone"


def _sound(_: Not | IfThen, __: Names) -> Iterator[Finding]:
    return iter(())


def _at_least(e: AtLeast, _: Names) -> Iterator[Finding]:
    if not 1 <= e.count <= len(e.parts):
        yield (
            f"at least {e.count} of {len(e.parts)} is {'always' if e.count < 1 else 'never'} so",
            f"write a count from 1 to {len(e.parts)}",
        )


# --- leaves -----------------------------------------------------------------------------------


def _age(e: Age, _: Names) -> Iterator[Finding]:
    bounds = [bound for bound in (e.low, e.high) if bound is not None]
    if not bounds:
        yield "any age asks nothing", "write a bound, or leave it out"
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        yield f"no age is from {e.low} to {e.high} years", "write the smaller age first"
    for bound in bounds:
        if not 0 <= bound <= OLDEST:
            yield f"{bound} is no age in years", f"write an age from 0 to {OLDEST}"


def _sex(e: SexIs, _: Names) -> Iterator[Finding]:
    if e.sex not in ("female", "male"):
        yield f"“{e.sex}” is not recorded as a sex", "write female or male"


def _recorded(e: Recorded, names: Names) -> Iterator[Finding]:
    yield from _known(e.value_set, names)
    yield from _window(e.window, names)
    if e.count < 1:
        yield f"at least {e.count} records is always so", "write a count of 1 or more"
    if e.count > MOST_RECORDS:
        yield f"nobody has {e.count} records", f"write a count of at most {MOST_RECORDS}"
    if e.kind in (Kind.MEASUREMENT, Kind.ATTESTATION):
        yield f"“{e.kind.value} in […]” cannot be asked", "write latest […], or attested"
    if e.kind is not Kind.MEDICATION and (e.route or e.dose):
        yield "only a medication has a route or a daily dose", "leave route and dose out"
    if e.route is Route.OTHER:
        yield "“other” is no route that can be asked for", "name the route, or leave it out"
    if e.dose:
        yield from daily_dose(e.dose)


def _measured(e: Measured, names: Names) -> Iterator[Finding]:
    yield from extreme_test(e.selector, e.test)
    yield from number_order(e.test)
    yield from _window(e.window, names)
    if e.spread is None and len(e.value_sets) != 1:
        yield "several value sets need “any of” or “each of”", "write latest any of [a], [b]"
    for name in e.value_sets:
        yield from _known(name, names)
        if name in names.value_sets:
            yield from unit_of_value_set(e.test, names.value_sets[name])
            yield from plausibility(e.test, names.value_sets[name])


UNITS = {
    Formula.CREATININE_CLEARANCE: "mL/min",
    Formula.EGFR: "mL/min/1.73m2",
    Formula.BODY_MASS_INDEX: "kg/m2",
}
INPUTS = {
    Formula.CREATININE_CLEARANCE: ("creatinine", "body-weight"),
    Formula.EGFR: ("creatinine",),
    Formula.BODY_MASS_INDEX: ("body-weight", "body-height"),
}


def _derived(e: Derived, names: Names) -> Iterator[Finding]:
    yield from number_order(e.test)
    yield from unit_against(e.test, UNITS[e.formula], e.formula.value)
    yield from _window(e.window, names)
    yield from _needed(INPUTS[e.formula], e.formula.value, names)


def _prednisone_equivalent(e: PrednisoneEquivalent, names: Names) -> Iterator[Finding]:
    what = "the prednisone-equivalent dose"
    yield from number_order(e.test)
    yield from unit_against(e.test, "mg/kg/d", what)
    yield from _window(e.window, names)
    yield from _needed(("glucocorticoids", "body-weight"), what, names)
    glucocorticoids = names.value_sets.get("glucocorticoids")
    if glucocorticoids and not any(
        "prednisone_5mg" in entry.attributes for entry in glucocorticoids.entries
    ):
        yield (
            "no code of [glucocorticoids] says how much of it equals 5 mg of prednisone",
            "write prednisone_5mg beside the codes, such as 0.75 for dexamethasone",
        )


def _change(e: Change, names: Names) -> Iterator[Finding]:
    yield from number_order(e.test)
    yield from _window(e.from_window, names)
    yield from _window(e.to_window, names)
    yield from _known(e.value_set, names)
    for selector in (e.from_selector, e.to_selector):
        if selector not in (Selector.LATEST, Selector.FIRST):
            yield f"a change is not from or to “{selector.value}”", "write latest or first"
    if e.test.unit != "%" and e.value_set in names.value_sets:
        yield from unit_of_value_set(e.test, names.value_sets[e.value_set])


def _attested(e: Attested, names: Names) -> Iterator[Finding]:
    yield from _window(e.window, names)
    yield from _asks_something(e.question)


def _asks_something(question: str) -> Iterator[Finding]:
    if not question.strip():
        yield "nothing is asked of the person", 'write the statement: attested "…"'


def _dose_unchanged(e: DoseUnchanged, names: Names) -> Iterator[Finding]:
    yield from _known(e.value_set, names)
    yield from _window(e.window, names)


def _recorded_throughout(e: RecordedThroughout, names: Names) -> Iterator[Finding]:
    yield from _known(e.value_set, names)
    yield from _window(e.window, names)
    if not e.kind.is_period:
        lasting = ", ".join(kind.value.replace("_", " ") for kind in Kind if kind.is_period)
        yield f"a record of {e.kind.value} covers one day only", f"ask for what lasts: {lasting}"


def _attested_throughout(e: AttestedThroughout, names: Names) -> Iterator[Finding]:
    yield from _window(e.window, names)
    yield from _asks_something(e.question)


# --- what statements refer to -------------------------------------------------------------------


def _known(name: str, names: Names) -> Iterator[Finding]:
    if name not in names.value_sets:
        remedy = did_you_mean(name, names.value_sets)
        yield f"there is no value set [{name}]", remedy or "add its file to the protocol"


def _needed(needed: Iterable[str], what: str, names: Names) -> Iterator[Finding]:
    for name in needed:
        if name not in names.value_sets:
            yield f"{what} needs the value set [{name}]", "add its file to the protocol"


def _window(window: Window, names: Names) -> Iterator[Finding]:
    if isinstance(window, Within) and window.count < 0:
        yield (
            f"a window cannot be {counted(window.count, window.unit)} long",
            "write a positive number; for days to come, write after enrolment",
        )
    if isinstance(window, Within) and window.count > LONGEST_WINDOW[window.unit]:
        yield f"a window cannot be {counted(window.count, window.unit)} long", "write at any time"
    if isinstance(window, Between) and _ends_before_it_begins(window):
        yield "the window ends before it begins", "write the earlier day first"
    if _looks_ahead(window) and not names.has_end_of_follow_up:
        yield (
            "the protocol has no end of follow-up, so nothing after enrolment can be asked",
            "give the protocol its length of follow-up, or write another window",
        )


def _ends_before_it_begins(window: Between) -> bool:
    if isinstance(window.first, Anchor) or isinstance(window.last, Anchor):
        return (window.first, window.last) == (Anchor.END, Anchor.INDEX)
    return window.first > window.last


def _looks_ahead(window: Window) -> bool:
    match window:
        case Within(after=True):
            return True
        case Between(first, last):
            return Anchor.END in (first, last)
        case _:
            return False


MEANINGS: dict[type, Callable[[Any, Names], Iterator[Finding]]] = {
    And: _several,
    Or: _several,
    Not: _sound,
    IfThen: _sound,
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
