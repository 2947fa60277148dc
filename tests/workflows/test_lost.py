"""Rows that were rejected though their source says that it knows everything."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from trialrun.engine.lost import lost_rows
from trialrun.records.schema import COVERAGE, REJECTION

# source | kind | reason | rows | severity
REJECTED = [
    (1, "Condition", "it is not FHIR", 2, "rejected"),
    (1, "Condition", "it names no patient", 1, "rejected"),
    (1, "condition", "of a stranger", 50, "rejected"),
    (1, "file", "not JSON", 4, "rejected"),
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
    lost = lost_rows(connection, apart_from="of a stranger")
    assert list(lost.items()) == [("file", 4), ("Condition", 3)]


def test_nothing_is_lost_where_nothing_is_promised(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM coverage")
    assert lost_rows(connection, apart_from="of a stranger") == {}
