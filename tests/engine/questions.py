"""Hypothesis strategies of questions that hit the boundaries of the small worlds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from tests.engine.worlds import NUMBERS

from trialrun.criteria.expressions import (
    Active,
    Age,
    Anchor,
    AtAnyTime,
    Attested,
    AttestedThroughout,
    Between,
    Change,
    Comparator,
    Derived,
    DoseUnchanged,
    Formula,
    Is,
    Leaf,
    Limit,
    Measured,
    PrednisoneEquivalent,
    Quality,
    Range,
    Recorded,
    RecordedThroughout,
    Selector,
    SexIs,
    Spread,
    Threshold,
    TimesLimit,
    Window,
    Within,
)
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route

_ENDS = (
    date(2022, 2, 27),
    date(2022, 2, 28),
    date(2022, 3, 1),
    date(2022, 4, 29),
    date(2022, 4, 30),
    Anchor.INDEX,
)


def _betweens() -> st.SearchStrategy[Between]:
    first, last = st.sampled_from(_ENDS), st.sampled_from((*_ENDS, Anchor.END))
    return st.builds(Between, first, last)


def _withins() -> st.SearchStrategy[Within]:
    days = st.builds(Within, st.sampled_from((0, 1, 59, 60, 61, 62)), st.just(DateUnit.DAYS))
    weeks = st.builds(Within, st.integers(0, 9), st.just(DateUnit.WEEKS))
    months = st.builds(Within, st.sampled_from((0, 1, 2, 12)), st.just(DateUnit.MONTHS))
    years = st.builds(Within, st.integers(0, 1), st.just(DateUnit.YEARS))
    after = st.builds(
        Within, st.sampled_from((0, 1, 2, 61)), st.sampled_from(DateUnit), st.just(True)
    )
    return st.one_of(days, weeks, months, years, after)


def windows() -> st.SearchStrategy[Window]:
    return st.one_of(_withins(), st.just(AtAnyTime()), st.just(Active()), _betweens())


def _ages() -> st.SearchStrategy[Leaf]:
    low = st.sampled_from((None, 0, 17, 18, 69, 70))
    high = st.sampled_from((None, 17, 18, 69, 70, 71))
    return st.builds(Age, low, high).filter(lambda a: (a.low or 0) <= (a.high or 99))


def _sexes() -> st.SearchStrategy[Leaf]:
    return st.builds(SexIs, st.sampled_from(("female", "male")))


def _thresholds(
    numbers: Iterable[str | Decimal], units: Iterable[str], comparators: Iterable[Comparator]
) -> st.SearchStrategy[Threshold]:
    number = st.sampled_from([Decimal(n) for n in numbers])
    return st.builds(
        Threshold, st.sampled_from(list(comparators)), number, st.sampled_from(list(units))
    )


def _ranges(numbers: Iterable[str | Decimal], units: Iterable[str]) -> st.SearchStrategy[Range]:
    number = st.sampled_from([Decimal(n) for n in numbers])
    return st.builds(Range, number, number, st.sampled_from(list(units))).filter(
        lambda r: r.low <= r.high
    )


def _recorded() -> st.SearchStrategy[Leaf]:
    names, counts = st.sampled_from(("closed", "open", "partial")), st.sampled_from((1, 1, 2, 3))
    kinds = [k for k in Kind if k not in (Kind.MEASUREMENT, Kind.ATTESTATION)]
    usual = st.sampled_from((Kind.CONDITION, Kind.IMMUNISATION, Kind.IMMUNISATION, Kind.FINDING))
    dose = _thresholds(("60", "0.06", "59.9"), ("mg/d", "g/d", "mg", "kg/d", ""), Comparator)
    return st.one_of(
        st.builds(Recorded, usual, names, windows(), counts),
        st.builds(Recorded, st.sampled_from(kinds), names, windows(), counts),
        st.builds(
            Recorded,
            st.just(Kind.MEDICATION),
            names,
            windows(),
            counts,
            st.none() | st.sampled_from((Route.ORAL, Route.INTRAVENOUS)),
            st.none() | dose,
        ),
    )


_UNITS = ("10*9/L", "10*9/L", "10*9/L", "/mm3", "", "mg/L", "mmol/L")


def _measured() -> st.SearchStrategy[Leaf]:
    number = _thresholds(NUMBERS, _UNITS, Comparator)
    within = _ranges(NUMBERS, _UNITS)
    limit = st.builds(
        TimesLimit,
        st.sampled_from(Comparator),
        st.sampled_from([Decimal(n) for n in ("1", "2", "3", "0.5")]),
        st.sampled_from(Limit),
    )
    quality = st.builds(Is, st.sampled_from(Quality))
    alone, several = st.just(("count",)), st.just(("count", "other"))
    any_test = st.one_of(number, within, limit, quality)
    first, latest = Selector.FIRST, Selector.LATEST
    plain = st.sampled_from((latest, first, first, Selector.ANY, Selector.EVERY))
    extreme = st.sampled_from((Selector.LOWEST, Selector.HIGHEST))
    ordered = st.one_of(number, within, limit).filter(
        lambda t: getattr(t, "comparator", None) is not Comparator.EQ
    )
    spread = st.sampled_from(Spread)
    return st.one_of(
        st.builds(Measured, plain, alone, any_test, windows()),
        st.builds(Measured, extreme, alone, ordered, windows()),
        st.builds(Measured, plain, several, any_test, windows(), spread),
        st.builds(Measured, extreme, several, ordered, windows(), spread),
    )


def _changes() -> st.SearchStrategy[Leaf]:
    selector = st.sampled_from((Selector.FIRST, Selector.LATEST))
    test = st.one_of(
        _thresholds(("-10", "0", "10", "-200"), ("%",), Comparator),
        _thresholds(("-0.1", "0.1", "0", "0.1001", "-100"), ("L", "mL", "", "%"), Comparator),
        _ranges(("-10", "0", "10", "-0.1"), ("%", "L")),
        _thresholds(("-200", "-50", "0", "100", "300"), ("%",), Comparator),
        # As doubles 100000.1 less 100000 is a little more than 0.1.
        _thresholds(("-0.1", "0.1"), ("mL",), Comparator),
        _thresholds(("0", "10", "-10"), ("%", "Cel"), Comparator),
    )
    ever, window = st.just(AtAnyTime()), st.one_of(_withins(), st.just(AtAnyTime()), _betweens())
    capacity, first, latest = st.just("capacity"), st.just(Selector.FIRST), st.just(Selector.LATEST)
    return st.one_of(
        st.builds(Change, capacity, selector, window, selector, window, test),
        st.builds(Change, capacity, first, ever, latest, ever, test),
    )


_FILTRATIONS = ("64.4", "64.6", "86.1", "86.3", "107.2", "107.4", "116.9")
"""On either side of what women and men of 60 have at 1 and 0.5 mg/dL."""


def _derived() -> st.SearchStrategy[Leaf]:
    clearance = ("80", "68", "34", "40", "76.5")
    return st.one_of(
        _formula(Formula.CREATININE_CLEARANCE, clearance, ("mL/min", "L/h")),
        _formula(Formula.EGFR, _FILTRATIONS, ("mL/min/1.73m2",)),
        _formula(Formula.BODY_MASS_INDEX, ("25", "22", "24"), ("kg/m2",)),
    )


def _formula(
    formula: Formula, numbers: Iterable[str], units: Iterable[str]
) -> st.SearchStrategy[Leaf]:
    test = _thresholds(numbers, units, Comparator) | _ranges(numbers, units)
    return st.builds(Derived, st.just(formula), test, windows())


def _prednisone() -> st.SearchStrategy[Leaf]:
    # As doubles 64.8 mg / 72 kg is a little less than 0.9.
    numbers, units = ("1", "2", "0", "0", "0.8", "0.9"), ("mg/kg/d",)
    test = _thresholds(numbers, units, Comparator) | _ranges(numbers, units)
    return st.builds(PrednisoneEquivalent, test, windows())


def _unchanged() -> st.SearchStrategy[Leaf]:
    ends = st.builds(
        Between,
        st.sampled_from((date(2022, 2, 27), date(2022, 3, 1), Anchor.INDEX)),
        st.sampled_from((Anchor.END, date(2022, 4, 30))),
    )
    return st.builds(DoseUnchanged, st.sampled_from(("closed", "open", "partial")), ends)


def _attested() -> st.SearchStrategy[Leaf]:
    usual = st.just("was it poor?")
    question = st.one_of(usual, usual, st.sampled_from(('was it "good"?', "'; --")))
    return st.builds(Attested, question, windows())


def _recorded_throughout() -> st.SearchStrategy[Leaf]:
    kinds = st.sampled_from((Kind.MEDICATION, Kind.MEDICATION, Kind.CONDITION, Kind.ALLERGY))
    names = st.sampled_from(("closed", "closed", "open", "partial"))
    return st.builds(RecordedThroughout, kinds, names, _betweens())


def _attested_throughout() -> st.SearchStrategy[Leaf]:
    question = st.sampled_from(("was it poor?", "was it poor?", 'was it "good"?'))
    return st.builds(AttestedThroughout, question, _betweens())


QUESTIONS: dict[type, st.SearchStrategy[Leaf]] = {
    Age: _ages(),
    SexIs: _sexes(),
    Recorded: _recorded(),
    Measured: _measured(),
    Change: _changes(),
    Derived: _derived(),
    PrednisoneEquivalent: _prednisone(),
    DoseUnchanged: _unchanged(),
    Attested: _attested(),
    RecordedThroughout: _recorded_throughout(),
    AttestedThroughout: _attested_throughout(),
}
