"""Value sets, ordinals and units are linked to the database as the value sets themselves say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import inf

import duckdb
import pytest
from tests.engine.database import Writer
from tests.engine.worlds import CONCEPTS, VALUE_SETS

from trialrun.criteria.expressions import Comparator
from trialrun.engine.catalog import NO_UNIT, Catalog, read_catalog
from trialrun.engine.compiler.bounds import bounds, compared
from trialrun.engine.macros import stripped_macro
from trialrun.records.coverage import Coverage
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Coding, Concept
from trialrun.terminology.units import Linear, conversion
from trialrun.terminology.value_sets import Entry, Ordinal, ValueSet

CODES = ("A", "A1", "A10", "A2", "B", "Ａ1", "a1", "A1.", "A9", "AA")
_CODED = (Concept((Coding("ICD", code),)) for code in CODES)
HELD = tuple(dict.fromkeys((*CONCEPTS, *_CODED, Concept(text="　III "))))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(stripped_macro())
        writer = Writer()
        for concept in HELD:
            writer.concept(concept)
        for unit in ("mg", "/mm3"):
            writer.unit(unit)
        writer.write(opened)
        yield opened


@pytest.mark.parametrize(
    "entries",
    [
        (Entry("ICD", "A*"),),
        (Entry("ICD", "A1"),),
        (Entry("ICD", "*"),),
        (Entry("ICD", "A1*"), Entry("ICD", "A*"), Entry("SCT", "7")),
        (Entry("SCT", "A*"),),
        (),
    ],
)
def test_the_concepts_of_a_value_set(
    connection: duckdb.DuckDBPyConnection, entries: tuple[Entry, ...]
) -> None:
    value_set = ValueSet("x", "", "", entries)
    linked = read_catalog(connection).entries(value_set)
    assert linked == {
        number: entry
        for number, concept in enumerate(HELD, 1)
        if (entry := value_set.entry_for(concept)) is not None
    }


def test_ordinals_by_code_and_by_text(connection: duckdb.DuckDBPyConnection) -> None:
    value_set = ValueSet(
        "x",
        "",
        "",
        (),
        ordinals=(
            Ordinal(Fraction(1), (Entry("ICD", "A1"),), ("I",)),
            Ordinal(Fraction(3), (Entry("ICD", "A*"),), ("III", "I")),
        ),
    )
    ordinals = read_catalog(connection, [value_set]).ordinals(value_set)
    numbers = {concept_id: number for concept_id, _, number in ordinals.by_concept}
    for concept_id, concept in enumerate(HELD, 1):
        assert numbers.get(concept_id) == value_set.number_of(concept, None)
    assert set(ordinals.by_text) == {("I", 0, 1.0), ("III", 1, 3.0)}


def test_units_and_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO coverage VALUES (7, 1, 'condition', NULL, '0001-01-01', '9999-12-31'),"
        " (8, 1, 'condition', 1, '0001-01-01', '9999-12-31')"
    )
    catalog = read_catalog(connection)
    assert catalog.units == {NO_UNIT: None, 1: "mg", 2: "/mm3"}
    assert catalog.coverage == (Coverage(7, Kind.CONDITION),)
    assert catalog.covering(lambda c: c.kind is Kind.CONDITION) == (7,)


def test_an_empty_database_has_no_names() -> None:
    with duckdb.connect() as opened:
        Writer().write(opened)
        assert read_catalog(opened) == Catalog({}, {NO_UNIT: None}, ())


def test_a_threshold_is_converted_exactly_and_rounded_once() -> None:
    linear = conversion("/mm3", "10*9/L")
    assert linear is not None
    below, above = bounds(compared(Comparator.LT, Decimal(2000)), linear)[2:]
    assert below < 2.0 < above
    assert above - below < 1e-11


@pytest.mark.parametrize("comparator", Comparator)
def test_bounds_that_are_not_there_are_infinite(comparator: Comparator) -> None:
    found = bounds(compared(comparator, Decimal(0)), Linear(Fraction(1)))
    low = comparator in (Comparator.GT, Comparator.GE, Comparator.EQ)
    high = comparator in (Comparator.LT, Comparator.LE, Comparator.EQ)
    assert found == (*((0, 0) if low else (-inf, -inf)), *((0, 0) if high else (inf, inf)))


def test_the_small_worlds_value_sets_are_linked(connection: duckdb.DuckDBPyConnection) -> None:
    catalog = read_catalog(connection)
    for value_set in VALUE_SETS.values():
        assert set(catalog.entries(value_set)) == {
            number for number, concept in enumerate(HELD, 1) if value_set.entry_for(concept)
        }
