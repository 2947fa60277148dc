"""How far the records of a database reach, asked on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from trialrun.engine.newest import newest_record
from trialrun.records.schema import Kind


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for kind in Kind:
            connection.execute(f"CREATE TABLE {kind} (start_lo DATE)")
        connection.execute("INSERT INTO measurement VALUES ('2021-06-01'), ('2099-01-01'), (NULL)")
        connection.execute(
            "INSERT INTO encounter VALUES ('2021-07-01'), ('2020-01-01'), ('0001-01-01')"
        )
        yield connection


@pytest.mark.parametrize(
    ("on", "newest"),
    [
        ("2022-01-15", "2021-07-01"),
        ("2021-07-01", "2021-07-01"),
        ("2021-06-30", "2021-06-01"),
        ("2199-01-01", "2099-01-01"),
        ("2019-01-01", None),
    ],
)
def test_the_newest_record_of_any_kind_by_a_day(
    connection: duckdb.DuckDBPyConnection, on: str, newest: str | None
) -> None:
    expected = None if newest is None else date.fromisoformat(newest)
    assert newest_record(connection, date.fromisoformat(on)) == expected
