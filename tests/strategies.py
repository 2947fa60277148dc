"""Hypothesis strategies for arbitrary expressions of the language of criteria.

`leaves()` draws what is asked of the record, `expressions()` also joins leaves by connectives.
By default every expression that the language can say may come, sensible or not (`age from 9 to 3
years`). Pass `value_sets`, `units`, … to draw only questions about a small world.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

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
    Comparator,
    Derived,
    DoseUnchanged,
    Expression,
    Formula,
    IfThen,
    Is,
    Leaf,
    Limit,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Quality,
    Range,
    Recorded,
    RecordedThroughout,
    Selector,
    SexIs,
    Spread,
    Test,
    Threshold,
    TimesLimit,
    Window,
    Within,
)
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route

KINDS = tuple(kind for kind in Kind if kind not in (Kind.MEASUREMENT, Kind.ATTESTATION))
ROUTES = tuple(route for route in Route if route is not Route.OTHER)
UNITS = (
    "",
    "%",
    "/mm3",
    "10*9/L",
    "×10⁹/L",
    "mL/min/1.73m2",
    "mg/kg/d",
    "{score}",
    "[degF]",
    "m[IU]/mL",
    "K/uL",
    "µmol/L",
)


def value_set_ids() -> st.SearchStrategy[str]:
    """Draw a name such as a value set may have."""
    return st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)


def numbers() -> st.SearchStrategy[Decimal]:
    """Draw a plain decimal, signed, with at most 3 places."""
    return st.decimals(-1_000_000, 1_000_000, allow_nan=False, allow_infinity=False, places=3)


def units() -> st.SearchStrategy[str]:
    """Draw a unit as people write it, or any text at all."""
    return st.sampled_from(UNITS) | st.text(max_size=8)


def days() -> st.SearchStrategy[date]:
    """Draw a day of the calendar."""
    return st.dates()


def windows(
    counts: st.SearchStrategy[int] | None = None, dates: st.SearchStrategy[date] | None = None
) -> st.SearchStrategy[Window]:
    """Draw any window."""
    counted = st.integers(0, 400) if counts is None else counts
    return st.one_of(
        st.just(AtAnyTime()),
        st.just(Active()),
        st.builds(Within, counted, st.sampled_from(DateUnit), st.booleans()),
        betweens(dates),
    )


def betweens(dates: st.SearchStrategy[date] | None = None) -> st.SearchStrategy[Between]:
    """Draw a window from one anchor or day to another."""
    ends = st.sampled_from(Anchor) | (days() if dates is None else dates)
    return st.builds(Between, ends, ends)


def number_tests(
    values: st.SearchStrategy[Decimal] | None = None,
    written_units: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Threshold | Range]:
    """Draw a comparison with a number, or a range."""
    number = numbers() if values is None else values
    unit = units() if written_units is None else written_units
    return st.one_of(
        st.builds(Threshold, st.sampled_from(Comparator), number, unit),
        st.builds(Range, number, number, unit),
    )


def measurement_tests(
    number_test: st.SearchStrategy[Threshold | Range] | None = None,
) -> st.SearchStrategy[Test]:
    """Draw any test of a measurement."""
    times = st.decimals(0, 100, allow_nan=False, allow_infinity=False, places=1)
    return st.one_of(
        number_tests() if number_test is None else number_test,
        st.builds(TimesLimit, st.sampled_from(Comparator), times, st.sampled_from(Limit)),
        st.builds(Is, st.sampled_from(Quality)),
    )


def recorded(
    ids: st.SearchStrategy[str], window: st.SearchStrategy[Window], kinds: Sequence[Kind] = KINDS
) -> st.SearchStrategy[Recorded]:
    """Draw a statement about records of one of the kinds; medications may have route and dose."""
    doses = st.builds(Threshold, st.sampled_from(Comparator), numbers(), units())
    counts = st.integers(0, 5)
    events = [kind for kind in kinds if kind is not Kind.MEDICATION]
    of_events = st.builds(Recorded, st.sampled_from(events), ids, window, counts)
    of_medications = st.builds(
        Recorded,
        st.just(Kind.MEDICATION),
        ids,
        window,
        counts,
        st.none() | st.sampled_from(ROUTES),
        st.none() | doses,
    )
    return of_events | of_medications if Kind.MEDICATION in kinds else of_events


def measured(
    ids: st.SearchStrategy[str], window: st.SearchStrategy[Window], test: st.SearchStrategy[Test]
) -> st.SearchStrategy[Measured]:
    """Draw a statement about the measurements of one value set, or of several."""
    selector = st.sampled_from(Selector)
    single = st.tuples(ids)
    several = st.lists(ids, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Measured, selector, single, test, window),
        st.builds(Measured, selector, several, test, window, st.sampled_from(Spread)),
    )


def leaves(
    ids: st.SearchStrategy[str] | None = None,
    window: st.SearchStrategy[Window] | None = None,
    number_test: st.SearchStrategy[Threshold | Range] | None = None,
) -> st.SearchStrategy[Leaf]:
    """Draw any leaf; value-set names, windows and comparisons may be given."""
    named = value_set_ids() if ids is None else ids
    when = windows() if window is None else window
    compared = number_tests() if number_test is None else number_test
    years = st.none() | st.integers(-5, 200)
    selector = st.sampled_from(Selector)
    return st.one_of(
        st.builds(Age, years, years),
        st.builds(SexIs, st.sampled_from(("female", "male"))),
        recorded(named, when),
        measured(named, when, measurement_tests(compared)),
        st.builds(Derived, st.sampled_from(Formula), compared, when),
        st.builds(PrednisoneEquivalent, compared, when),
        st.builds(Change, named, selector, when, selector, when, compared),
        st.builds(Attested, st.text(max_size=40), when),
        st.builds(DoseUnchanged, named, betweens()),
        st.builds(RecordedThroughout, st.sampled_from(KINDS), named, betweens()),
        st.builds(AttestedThroughout, st.text(max_size=40), betweens()),
    )


def expressions(
    leaf: st.SearchStrategy[Leaf] | None = None, max_leaves: int = 8
) -> st.SearchStrategy[Expression]:
    """Draw any expression over the leaves given (default: any leaf)."""
    return st.recursive(leaves() if leaf is None else leaf, _joined, max_leaves=max_leaves)


def _joined(part: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    two_or_more = st.lists(part, min_size=2, max_size=4).map(tuple)
    one_or_more = st.lists(part, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(And, two_or_more),
        st.builds(Or, two_or_more),
        st.builds(Not, part),
        st.builds(IfThen, part, part),
        st.builds(AtLeast, st.integers(0, 5), one_or_more),
    )
