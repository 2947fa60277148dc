"""Complete small worlds: every patient that can be built from a few boundary days, values, units.

One world per kind of question. Days lie on, just before and just after the ends of the windows
that `questions` draws, or are known to the month, the year or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count, permutations, product
from typing import Any

from tests.partial_dates import parse_span

from trialrun.criteria.expressions import (
    Age,
    Attested,
    Change,
    Derived,
    DoseUnchanged,
    Measured,
    PrednisoneEquivalent,
    Recorded,
    SexIs,
)
from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, UNKNOWN_DATE, Span
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import Coding, Concept
from trialrun.terminology.value_sets import Entry, Ordinal, Plausible, ValueSet

# --- concepts and value sets ------------------------------------------------------------------


def _concept(*codings: str, text: str | None = None) -> Concept:
    return Concept(tuple(Coding(*coding.split()) for coding in codings), text)


LISTED = _concept("ICD A1")
ALSO_LISTED = _concept("ICD A22")
ELSEWHERE = _concept("SCT 7")
OTHER = _concept("ICD B1")
LOCAL = _concept("ward X")
LOCAL_LISTED = _concept("ward X", "ICD A1")
WRITTEN = _concept(text="A1")
CONCEPTS = (LISTED, ALSO_LISTED, ELSEWHERE, OTHER, LOCAL, LOCAL_LISTED, WRITTEN)

_A, _SEVEN = Entry("ICD", "A*"), Entry("SCT", "7")
_ORDINALS = (
    Ordinal(Fraction(2), (Entry("SCT", "II"),), ("II",)),
    Ordinal(Fraction(3), (Entry("SCT", "III"),), ("III", "3.")),
)


def _value_set(name: str, *entries: Entry, **more: Any) -> ValueSet:
    return ValueSet(name, name, "the small world", entries, **more)


VALUE_SETS = {
    value_set.id: value_set
    for value_set in (
        _value_set("closed", _A, _SEVEN),
        _value_set("open", _A, is_open=True),
        _value_set("partial", Entry("ICD", "A1"), _SEVEN, partial=frozenset({"ICD"})),
        _value_set(
            "count",
            Entry("LOINC", "1"),
            plausible=Plausible(Fraction(1), Fraction(5000), "10*9/L"),
            ordinals=_ORDINALS,
        ),
        _value_set("other", Entry("LOINC", "2"), Entry("LOINC", "1*"), molar_mass=Fraction(100)),
        _value_set("capacity", Entry("LOINC", "3")),
        _value_set(
            "creatinine",
            Entry("LOINC", "cr"),
            molar_mass=Fraction("113.12"),
            plausible=Plausible(Fraction("0.1"), Fraction(40), "mg/dL"),
        ),
        _value_set("body-weight", Entry("LOINC", "kg")),
        _value_set("body-height", Entry("LOINC", "cm")),
        _value_set(
            "glucocorticoids",
            Entry("ATC", "P", attributes={"prednisone_5mg": "5"}),
            Entry("ATC", "M", attributes={"prednisone_5mg": "4"}),
            Entry("ATC", "D", attributes={"prednisone_5mg": "0.75"}),
            Entry("ATC", "Q*"),
        ),
    )
}

# --- days -------------------------------------------------------------------------------------

INDEXES = (date(2022, 4, 30), date(2022, 2, 28))
END_OF_FOLLOW_UP = date(2022, 5, 1)
DAYS = tuple(
    parse_span(text)
    for text in (
        "2022-02-27",
        "2022-02-28",
        "2022-03-01",
        "2022-04-29",
        "2022-04-30",
        "2022-05-01",
        "2022-02",
        "2022-04",
        "2022",
    )
)
ROUND_INDEX = Span(date(2022, 4, 30), date(2022, 5, 1))
FIRST_OF_MONTH = parse_span("2022-04-01")
SPANS = (*DAYS, UNKNOWN_DATE, ROUND_INDEX)
FEW = tuple(parse_span(text) for text in ("2022-02-28", "2022-04-29", "2022-04-30", "2022-04"))
STARTS = (DAYS[0], DAYS[1], DAYS[2], DAYS[4], DAYS[5], DAYS[6], DAYS[8], UNKNOWN_DATE)
ENDS = (ALIVE, DAYS[0], DAYS[1], DAYS[3], DAYS[4], DAYS[6], DAYS[7], UNKNOWN_DATE)


def periods(
    starts: Iterable[Span] = STARTS, ends: Iterable[Span] = ENDS
) -> list[tuple[Span, Span]]:
    """Every start with every end that is not before it; an end not recorded begins at the start."""
    return [
        (start, Span(max(start.lo, end.lo), end.hi))
        for start, end in product(starts, ends)
        if end.hi >= start.lo
    ]


# --- patients ---------------------------------------------------------------------------------

Rows = Sequence[Row]
OLD = parse_span("1950-01-01")


@dataclass(frozen=True)
class World:
    """Patients, and the coverage that all of them share."""

    patients: tuple[PatientRecord, ...]
    shared: tuple[Coverage, ...] = ()


class Builder:
    """Numbers rows, coverage and patients as they come."""

    def __init__(self, *shared: Coverage) -> None:
        self._shared = shared
        self._numbers = count(1)
        self._patients: list[PatientRecord] = []

    def add(
        self, *rows: Row, coverage: Iterable[Coverage] = (), birth: Span = OLD, **more: Any
    ) -> None:
        self._patients.append(
            PatientRecord(
                patient_id=f"P{len(self._patients) + 1}",
                birth=birth,
                rows=tuple(replace(row, row_id=next(self._numbers)) for row in rows),
                coverage=(
                    *self._shared,
                    *(replace(c, coverage_id=next(self._numbers)) for c in coverage),
                ),
                **more,
            )
        )

    def world(self) -> World:
        return World(tuple(self._patients), self._shared)


def event(kind: Kind, start: Span, end: Span | None = None, concept: Concept = LISTED) -> Row:
    return Row(row_id=0, kind=kind, concept=concept, start=start, end=end)


def finding(start: Span, present: bool | None) -> Finding:
    return Finding(row_id=0, kind=Kind.FINDING, concept=LISTED, start=start, present=present)


def medication(
    period: tuple[Span, Span],
    dose: str | None = "60",
    unit: str | None = "mg",
    route: Route | None = Route.ORAL,
    concept: Concept = LISTED,
) -> Medication:
    return Medication(
        row_id=0,
        kind=Kind.MEDICATION,
        concept=concept,
        start=period[0],
        end=period[1],
        route=route,
        daily_dose=None if dose is None else Fraction(dose),
        dose_unit=unit,
    )


def measurement(start: Span, code: str, value: Bounds | str | None, **more: Any) -> Measurement:
    bounds = Bounds(Fraction(value), Fraction(value)) if isinstance(value, str) else value
    return Measurement(
        row_id=0,
        kind=Kind.MEASUREMENT,
        concept=_concept(f"LOINC {code}"),
        start=start,
        value=bounds,
        **more,
    )


def _covering(kind: Kind) -> tuple[tuple[Coverage, ...], ...]:
    whole = Coverage(0, kind)
    lately = Coverage(0, kind, since=date(2022, 3, 1))
    formerly = Coverage(0, kind, until=date(2022, 4, 29))
    until_index = Coverage(0, kind, since=date(2022, 2, 28), until=date(2022, 4, 30))
    return ((), (whole,), (lately,), (formerly,), (whole, until_index))


# --- the worlds -------------------------------------------------------------------------------


def persons() -> World:
    """Births around the boundary ages of 0, 18 and 70, and what is known of them and of the sex."""
    build = Builder()
    days = (
        *(f"{year}-{day}" for year in (1952, 2004) for day in _BIRTHDAYS),
        *("1951-04-30", "1951-05-01", "2003", "2004", "2004-02", "2004-04", "1952", "2022-05"),
    )
    births = (*map(parse_span, days), UNKNOWN_DATE, *_FROM_A_BIRTHDAY)
    for birth, sex in product(births, ("female", "male", None)):
        build.add(birth=birth, sex=sex)
    return build.world()


_FROM_A_BIRTHDAY = (
    Span(date(2004, 2, 29), date(2004, 3, 1)),
    Span(date(2004, 4, 30), date(2004, 5, 1)),
)
_BIRTHDAYS = ("02-27", "02-28", "02-29", "03-01", "04-29", "04-30", "05-01")


def recorded() -> World:
    """Events, findings and medicines, alone and in pairs, with all sorts of coverage."""
    build = Builder(
        Coverage(90001, Kind.CONDITION, since=date(2022, 3, 1), until=date(2022, 4, 30)),
        Coverage(90002, Kind.FINDING),
        Coverage(90003, Kind.PROCEDURE, until=date(2022, 4, 29)),
        Coverage(90004, Kind.MEDICATION),
        Coverage(90005, Kind.IMMUNISATION, since=date(2022, 3, 1), until=date(2022, 4, 30)),
    )
    build.add()
    _add_conditions(build)
    _add_immunisations(build)
    for start, present in product(SPANS, (True, False, None)):
        build.add(finding(start, present))
    for kind in Kind:
        for concept, coverage in product((LISTED, LOCAL), _covering(kind)):
            if kind not in _WITH_MORE:
                end = ALIVE if kind.is_period else None
                build.add(event(kind, DAYS[1], end, concept), coverage=coverage)
    _add_medications(build)
    return build.world()


_WITH_MORE = {Kind.MEASUREMENT, Kind.ATTESTATION, Kind.MEDICATION, Kind.FINDING}


def _add_conditions(build: Builder) -> None:
    kind = Kind.CONDITION
    for (start, end), concept in product(periods(), (LISTED, LOCAL)):
        build.add(event(kind, start, end, concept))
    for concept, coverage in product(CONCEPTS, _covering(kind)):
        build.add(event(kind, DAYS[1], ALIVE, concept), coverage=coverage)
    some = periods((DAYS[1], DAYS[4], DAYS[8]), (ALIVE, DAYS[4], UNKNOWN_DATE))
    for (one, two), concept in product(product(some, some), (LISTED, OTHER, LOCAL)):
        build.add(event(kind, *one), event(kind, *two, concept))


def _add_immunisations(build: Builder) -> None:
    kind = Kind.IMMUNISATION
    for start, concept, coverage in product(SPANS, (LISTED, LOCAL), _covering(kind)):
        build.add(event(kind, start, concept=concept), coverage=coverage)
    days = ("2022-03-01", "2022-02", "2022", "2022-04")
    births = (OLD, *map(parse_span, days), UNKNOWN_DATE)
    for birth, coverage in product(births, _covering(kind)):
        build.add(birth=birth, coverage=coverage)
    for one, two, three in product(FEW, FEW, (LISTED, OTHER)):
        build.add(event(kind, one), event(kind, two), event(kind, DAYS[3], concept=three))


def _add_medications(build: Builder) -> None:
    routes = (None, Route.ORAL, Route.INTRAVENOUS)
    some = periods((DAYS[1], DAYS[6]), (ALIVE, UNKNOWN_DATE))
    for period, route, dose, unit in product(some, routes, _DOSES, _DOSE_UNITS):
        build.add(medication(period, dose, unit, route))
    for one, two in product(_DOSES, _DOSES):
        build.add(medication(some[0], one), medication(some[1], two))


_DOSES = (None, "60", "0.06", "59.9")
_DOSE_UNITS = (None, "mg", "g", "mg/d", "片")


def measured() -> World:
    """Single values of every sort on every day, pairs on boundary days, and a second analyte."""
    build = Builder()
    build.add()
    for start, value in product(SPANS, _values()):
        build.add(measurement(start, "1", **value))
    some = _values()[:7]
    for (day, one), (other_day, two) in product(product(FEW, some), product(FEW[1:], some)):
        build.add(measurement(day, "1", **one), measurement(other_day, "1", **two))
    for one, two, three in product(some[:5], some[:5], some[:5]):
        build.add(*(measurement(FEW[2], "1", **value) for value in (one, two, three)))
    # The first or last day of a month that is itself recorded as a day.
    for days, one, two in product(((DAYS[1], DAYS[6]), (FIRST_OF_MONTH, DAYS[7])), some, some):
        build.add(measurement(days[0], "1", **one), measurement(days[1], "1", **two))
    for one, two, day in product(some, _values()[:12], FEW):
        build.add(measurement(FEW[1], "1", **one), measurement(day, "2", **two))
    return build.world()


def _values() -> list[dict[str, Any]]:
    numbers: list[dict[str, Any]] = [
        {"value": "80", "unit": "10*9/L", "ref_hi": Fraction(40), "ref_lo": Fraction(160)},
        {"value": "79.9", "unit": "10*9/L", "ref_hi": Fraction(40)},
        {"value": "80000", "unit": "/mm3", "ref_hi": Fraction(27000)},
        {"value": Bounds(None, Fraction(80), hi_open=True), "unit": "10*9/L"},
        {"value": None},
        {"value": "80", "unit": None, "polarity": "negative", "abnormal": False},
        {"value": "81", "unit": "10*9/L", "abnormal": True, "polarity": "positive"},
        {"value": "0.3", "unit": "10*9/L", "ref_hi": Fraction("0.1")},
        {"value": "0.3", "unit": "mg/L", "ref_hi": Fraction("0.1")},
        {"value": "80", "unit": "片", "ref_hi": Fraction(80)},
        {"value": "80000000", "unit": "10*9/L", "ref_hi": Fraction(40), "abnormal": True},
        {"value": "3", "unit": None},
        {"value": "2.3", "unit": "mmol/L", "ref_lo": Fraction("2.3")},
        {"value": "230", "unit": "mg/L", "ref_lo": Fraction(230)},
    ]
    bounds = [
        Bounds(None, Fraction(80)),
        Bounds(Fraction(80), None, lo_open=True),
        Bounds(Fraction(80), None),
        Bounds(Fraction(79), Fraction(80)),
        Bounds(Fraction(79), Fraction(80), hi_open=True),
        Bounds(None, Fraction(1), hi_open=True),
        Bounds(None, Fraction(1)),
        Bounds(Fraction(5000), None, lo_open=True),
        Bounds(Fraction(5000), None),
        Bounds(Fraction(80), Fraction(81), lo_open=True),
        Bounds(None, Fraction(0), hi_open=True),
    ]
    coded: list[dict[str, Any]] = [
        {"value": None, "value_concept": _concept("SCT III", text="class three")},
        {"value": None, "value_concept": _concept("ward 9", text=" III ")},
        {"value": None, "value_concept": _concept("SCT III"), "value_text": "II"},
        {"value": None, "value_text": "II "},
        {"value": None, "value_text": "unclear"},
        {"value": "80", "unit": None, "value_text": "III"},
        {"value": None, "polarity": "positive"},
        {"value": None, "abnormal": True},
        {"value": None, "value_text": "III", "unit": "10*9/L"},
    ]
    return [*numbers, *({"value": b, "unit": "10*9/L"} for b in bounds), *coded]


def changed() -> World:
    """Pairs of an earlier and a later value, and three, of which two may be the one meant."""
    build = Builder()
    values: list[dict[str, Any]] = [
        {"value": "1", "unit": "L"},
        {"value": "0.9", "unit": "L"},
        {"value": "900", "unit": "mL"},
        {"value": "1000.1", "unit": "mL"},
        {"value": "100000.1", "unit": "mL"},
        {"value": "100000", "unit": "mL"},
        {"value": "0", "unit": "L"},
        {"value": "-1", "unit": "L"},
        {"value": "90", "unit": "%"},
        {"value": "1", "unit": None},
        {"value": None, "value_text": "good", "unit": "%"},
        {"value": None},
        {"value": Bounds(None, Fraction(1), hi_open=True), "unit": "L"},
        {"value": "10", "unit": "Cel"},
        {"value": "50", "unit": "[degF]"},
    ]
    early, late = (DAYS[0], DAYS[6], DAYS[1]), (DAYS[3], DAYS[7])
    build.add()
    for one, two, first, last in product(values, values, early[:2], late):
        build.add(measurement(first, "3", **one), measurement(last, "3", **two))
    for day, one in product(SPANS, values):
        build.add(measurement(day, "3", **one))
    some = [values[0], values[1], values[3], values[9]]
    for one, two, three, day, last in product(some, some, some, early[1:], late):
        build.add(
            measurement(early[2], "3", **one),
            measurement(day, "3", **two),
            measurement(last, "3", **three),
        )
        build.add(
            measurement(early[2], "3", **one),
            measurement(last, "3", **two),
            measurement(DAYS[3], "3", **three),
        )
    odd = (values[0], values[9], values[10], values[12])
    for one, two, last in product(odd, odd, values[:2]):
        for days in ((DAYS[1], DAYS[1]), (DAYS[6], DAYS[1]), (DAYS[1], DAYS[6])):
            build.add(
                measurement(days[0], "3", **one),
                measurement(days[1], "3", **two),
                measurement(DAYS[3], "3", **last),
            )
    _add_around_zero(build)
    _add_of_one_sign(build)
    return build.world()


def _add_around_zero(build: Builder) -> None:
    """Add values of which a percentage may be none, or of either sign."""
    around = [{"value": value, "unit": "L"} for value in ("1", "0", "-1", "0.1")]
    for one, two, three in product(around, around, around):
        for days in ((1, 1, 3), (1, 6, 3), (1, 3, 3), (1, 3, 7)):
            values = zip(days, (one, two, three), strict=True)
            build.add(*(measurement(DAYS[day], "3", **value) for day, value in values))
        values = zip((1, 6, 6, 3), (one, two, three, around[0]), strict=True)
        build.add(*(measurement(DAYS[day], "3", **value) for day, value in values))


def _add_of_one_sign(build: Builder) -> None:
    """Add two earlier and two later values of either sign, any of which may be the one meant."""
    below, above, around = ("-2", "-1"), ("1", "2"), ("-1", "1")
    for earlier, later in product((below, above), (below, above, around)):
        for values in product(permutations(earlier), permutations(later)):
            days = zip((1, 6, 3, 7), (*values[0], *values[1]), strict=True)
            build.add(*(measurement(DAYS[day], "3", one, unit="L") for day, one in days))


def derived() -> World:
    """Births and sexes × creatinines × weights × heights."""
    build = Builder()
    births = [parse_span(text) for text in ("1962-04-30", "1962-05-01", "1962", "1961-06")]
    for birth, sex in product((*births, UNKNOWN_DATE), ("female", "male", None)):
        build.add(*_kidneys("1"), *_weights("72"), birth=birth, sex=sex)
        build.add(*_kidneys("0.5"), birth=birth, sex=sex)
    for birth, creatinine, weight in product(births[:3:2], _CREATININES, _WEIGHTS):
        build.add(*creatinine, *weight, birth=birth, sex="female")
    for weight, height in product(_WEIGHTS, _HEIGHTS):
        build.add(*weight, *height)
    return build.world()


def _kidneys(*values: str, unit: str | None = "mg/dL", day: Span = DAYS[1]) -> Rows:
    return [measurement(day, "cr", value, unit=unit) for value in values]


def _weights(*values: str, unit: str | None = "kg", day: Span = DAYS[1]) -> Rows:
    return [measurement(day, "kg", value, unit=unit) for value in values]


def _heights(*values: str, unit: str | None = "m", day: Span = DAYS[1]) -> Rows:
    return [measurement(day, "cm", value, unit=unit) for value in values]


_CREATININE_BOUNDS = (
    Bounds(None, Fraction(1), hi_open=True),
    Bounds(Fraction(1), Fraction(2)),
    Bounds(Fraction(30), Fraction(50)),
    Bounds(Fraction(40), None, lo_open=True),
    Bounds(None, Fraction("0.1"), hi_open=True),
)
_CREATININES: tuple[Rows, ...] = (
    (),
    _kidneys("1"),
    _kidneys("88.4", unit="umol/L"),
    _kidneys("1", "2"),
    _kidneys("1", unit=None),
    _kidneys("1", unit="kg"),
    _kidneys("1", day=DAYS[6]),
    _kidneys("1", day=parse_span("2010-01-01")),
    [*_kidneys("1"), *_kidneys("2", day=DAYS[6])],
    [*_kidneys("1"), *_kidneys("2", day=DAYS[7])],
    *([measurement(DAYS[1], "cr", bounds, unit="mg/dL")] for bounds in _CREATININE_BOUNDS),
    *(_kidneys(value) for value in ("0", "0.1", "40", "50")),
    [*_kidneys("50"), *_kidneys("1", unit=None)],
    [measurement(DAYS[1], "cr", None)],
)
_WEIGHTS: tuple[Rows, ...] = (
    (),
    _weights("72"),
    _weights("72000", unit="g"),
    _weights("72", "81"),
    _weights("72", unit=None),
    _weights("72", day=parse_span("2021-04-30")),
    _weights("72", day=parse_span("2021-04")),
    [*_weights("72"), *_weights("81", day=DAYS[7])],
    [*_weights("72"), *_weights("81", day=DAYS[7]), *_weights("64", day=DAYS[7])],
    _weights("0"),
)
_HEIGHTS: tuple[Rows, ...] = (
    (),
    _heights("1.8"),
    _heights("180", unit="cm", day=parse_span("1999-01-01")),
    _heights("1.8", "1.7"),
    [*_heights("1.8"), *_heights("1.7", day=DAYS[7])],
    _heights("1.8", unit=None),
    _heights("0"),
)

PREDNISONE, METHYLPREDNISOLONE = _concept("ATC P"), _concept("ATC M")
DEXAMETHASONE, UNNUMBERED = _concept("ATC D"), _concept("ATC Q1")


def treated() -> World:
    """Glucocorticoids, alone and in pairs, with and without coverage, weight, understood codes."""
    build = Builder()
    kind, one_weight = Kind.MEDICATION, _WEIGHTS[1]
    for weight, coverage in product(_WEIGHTS, _covering(kind)):
        build.add(*weight, coverage=coverage)
        build.add(medication(_ON, concept=PREDNISONE), *weight, coverage=coverage)
        unsure = medication((DAYS[6], UNKNOWN_DATE), concept=PREDNISONE)
        build.add(unsure, *weight, coverage=coverage)
        build.add(medication(_ON, concept=LOCAL), *weight, coverage=coverage)
    whole = _covering(kind)[1]
    for taken in _taken():
        build.add(taken, *one_weight, coverage=whole)
        build.add(taken, coverage=whole)
    for one, two in product(((DAYS[6], UNKNOWN_DATE), (DAYS[7], DAYS[7])), (_ON, (DAYS[5], ALIVE))):
        for dose, other in ((None, "72"), ("72", None), (None, None)):
            both = (
                medication(one, dose, concept=PREDNISONE),
                medication(two, other, concept=PREDNISONE),
            )
            build.add(*both, *one_weight, coverage=whole)
    pairs = product(periods(STARTS[1:6:2], (ALIVE, *ENDS[2:5], UNKNOWN_DATE)), repeat=2)
    for (one, two), concept in product(pairs, (PREDNISONE, METHYLPREDNISOLONE, LOCAL)):
        build.add(
            medication(one, "72", concept=PREDNISONE),
            medication(two, "0.0576", "g", concept=concept),
            *one_weight,
            coverage=whole,
        )
    # What begins on the index date or the day after it, while the other ends.
    for end, other_end, dose in product(DAYS[3:5], (ALIVE, _LATER), ("72", "144")):
        build.add(
            medication((DAYS[1], end), "72", concept=PREDNISONE),
            medication((ROUND_INDEX, other_end), dose, concept=PREDNISONE),
            *one_weight,
            coverage=whole,
        )
    return build.world()


_LATER = parse_span("2022-06-30")
_ON = (DAYS[1], ALIVE)


def _taken() -> Iterator[Medication]:
    routes = (None, Route.ORAL, Route.TOPICAL, Route.INHALED, Route.OTHER)
    for concept in (PREDNISONE, METHYLPREDNISOLONE, DEXAMETHASONE, UNNUMBERED, LOCAL):
        for dose, unit, route in product((None, "72", "0", "64.8"), (None, "mg", "g"), routes):
            yield medication(_ON, dose, unit, route, concept)
    for period in periods():
        yield medication(period, "72", concept=PREDNISONE)


def steady() -> World:
    """Medicines in a row, beside each other, with and without gaps, at the same dose or not."""
    build = Builder()
    kind = Kind.MEDICATION
    whole = _covering(kind)[1]
    for concept, coverage in product((*CONCEPTS, None), _covering(kind)):
        rows = [] if concept is None else [medication(_ON, concept=concept)]
        build.add(*rows, coverage=coverage)
    for period, dose, unit in product(periods(), ("60", None), ("mg", "片", None)):
        build.add(medication(period, dose, unit), coverage=whole)
    before = periods((DAYS[0], DAYS[6]), (DAYS[1], DAYS[3], DAYS[7], UNKNOWN_DATE, ALIVE))
    after = periods((DAYS[2], DAYS[4], DAYS[7]), (ALIVE, DAYS[4], UNKNOWN_DATE))
    second = (("60", "mg", LISTED), ("0.06", "g", LISTED), ("30", "mg", LISTED))
    others = ((None, "mg", LISTED), ("60", "mg", ALSO_LISTED), ("60", "片", LISTED))
    for one, two, (dose, unit, concept) in product(before, after, (*second, *others)):
        build.add(medication(one), medication(two, dose, unit, concept=concept), coverage=whole)
    for dose, end in product(("60", "30", None), (DAYS[4], DAYS[7])):
        build.add(
            medication((DAYS[0], DAYS[7])),
            medication((DAYS[4], end), dose),
            medication((DAYS[5], ALIVE), "30"),
            coverage=whole,
        )
    return build.world()


def attested() -> World:
    """One answer, or two, on every pair of boundary days."""
    build = Builder()
    build.add()
    answers = (True, False, None)
    for start, said, question in product(SPANS, answers, ("was it poor?", 'was it "good"?')):
        build.add(_said(start, said, question))
    spans = (*SPANS, FIRST_OF_MONTH)
    for (day, one), (other_day, two) in product(product(spans, answers), repeat=2):
        build.add(_said(day, one), _said(other_day, two))
    return build.world()


def _said(start: Span, answer: bool | None, question: str = "was it poor?") -> Attestation:
    return Attestation(
        row_id=0,
        kind=Kind.ATTESTATION,
        concept=Concept(),
        start=start,
        question=question,
        answer=answer,
    )


WORLDS = {
    Age: persons,
    SexIs: persons,
    Recorded: recorded,
    Measured: measured,
    Change: changed,
    Derived: derived,
    PrednisoneEquivalent: treated,
    DoseUnchanged: steady,
    Attested: attested,
}
_OFTEN = ("80", "80", "80", "80", "80000")
NUMBERS = tuple(map(Decimal, (*_OFTEN, "79.9", "3", "0.3", "2.3", "81", "0", "5000", "1")))
