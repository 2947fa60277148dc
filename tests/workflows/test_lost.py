"""Rows that were rejected though their source says that it knows everything."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from trialrun.engine.lost import lost_rows
from trialrun.records.schema import COVERAGE, REJECTION, Kind
from trialrun.sources.fhir.resource_types import resource_types
from trialrun.sources.rejections import may_hold, shown_place

# source | kind | reason | rows | severity
REJECTED = [
    (1, "Condition", "it is not FHIR", 2, "rejected"),
    (1, "Condition", "it names no patient", 1, "rejected"),
    (1, "condition", "of a stranger", 50, "rejected"),
    (1, "file", "not JSON", 4, "rejected"),
    # of kinds that the source does not say that it knows
    (1, "measurement", "there is no date", 1, "rejected"),
    (1, "Observation", "it names no patient", 1, "rejected"),
    (1, "Patient", "it is not FHIR", 1, "rejected"),
    (1, "patient", "there is no patient id", 1, "rejected"),
    (1, "Condition", "refuted", 9, "ignored"),
    (1, "Condition", "an odd date", 9, "repaired"),
    (2, "Condition", "it is not FHIR", 8, "rejected"),
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for table in (COVERAGE, REJECTION):
            columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
            connection.execute(f"CREATE TABLE {table.name} ({columns})")
        connection.execute(
            "INSERT INTO coverage VALUES (1, 1, 'condition', NULL, '0001-01-01', '9999-12-31')"
        )
        connection.executemany(
            "INSERT INTO rejection VALUES ($1, $2, $3, 'somewhere', $4, $5)", REJECTED
        )
        yield connection


def test_what_a_source_with_coverage_has_lost(connection: duckdb.DuckDBPyConnection) -> None:
    lost = lost_rows(connection, apart_from="of a stranger", may_hold=may_hold)
    assert list(lost.items()) == [("file", 4), ("Condition", 3)]


def test_nothing_is_lost_where_nothing_is_promised(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM coverage")
    assert lost_rows(connection, apart_from="of a stranger", may_hold=may_hold) == {}


def test_each_source_by_its_own_word(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "INSERT INTO coverage VALUES (2, 2, 'finding', NULL, '0001-01-01', '9999-12-31');"
        "INSERT INTO rejection VALUES (2, 'Observation', 'odd', 'somewhere', 3, 'rejected')"
    )
    lost = lost_rows(connection, apart_from="of a stranger", may_hold=may_hold)
    assert lost == {"file": 4, "Condition": 3, "Observation": 3}


def test_what_a_rejected_row_may_hold() -> None:
    assert all(may_hold(kind) == {kind} for kind in Kind)
    # Every type that is read is known to hold less than anything.
    assert [name for name in resource_types() if may_hold(name) >= set(Kind)] == []
    assert may_hold("file") == may_hold("resource") == frozenset(Kind)


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        ("检验结果.csv#11", "检验结果.csv:11"),
        ("sub/x.CSV#7#2", "sub/x.CSV:7"),
        ("x.csv#7#part 2", "x.csv:7"),
        ("x.xlsx#Sheet1:7", "x.xlsx#Sheet1:7"),
        ("x.xlsx#7", "x.xlsx:7"),
        ("QuestionnaireResponse/9#2", "QuestionnaireResponse/9#2"),
        ("measurement/A#1", "measurement/A#1"),
    ],
)
def test_a_row_without_a_name_is_a_line_of_its_file(ref: str, place: str) -> None:
    assert shown_place(ref) == place
