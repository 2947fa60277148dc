"""What the distinct texts of a column mean, as small tables to join: each text is read once.

Holds the bridge between the readers of single cells (plain Python) and the rows (DuckDB).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb

from trialrun.sources.csv.date_formats import read_dates_sql
from trialrun.sources.csv.mapping import TableMapping
from trialrun.sources.doses import read_dose, read_frequency
from trialrun.sources.numbers import read_amount, read_limits, read_value
from trialrun.sources.words import reader_of

ROWS = "csv_rows"

Reader = Callable[[str], Sequence[object]]


def add_words(connection: duckdb.DuckDBPyConnection, field: str, mapping: TableMapping) -> None:
    """Add the table `read_<field>` (text, meaning) of a field with a fixed vocabulary."""
    read = reader_of(field, mapping.values.get(field, {}))
    _add(connection, f"read_{field}", [field], {"meaning": "VARCHAR"}, lambda text: (read(text),))


def add_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Add `read_value`, `read_ref_range` and `read_ref_limit`."""
    _add(connection, "read_value", ["value"], _VALUE, _value)
    _add(connection, "read_ref_range", ["ref_range"], _LIMITS, _limits)
    _add(connection, "read_ref_limit", ["ref_low", "ref_high"], {"number": "DOUBLE"}, _limit)


def add_doses(connection: duckdb.DuckDBPyConnection) -> None:
    """Add `read_dose` and `read_frequency`."""
    _add(connection, "read_dose", ["dose", "daily_dose"], _DOSE, _dose)
    _add(connection, "read_frequency", ["frequency"], _FREQUENCY, _frequency)


def add_dates(
    connection: duckdb.DuckDBPyConnection,
    fields: Iterable[str],
    formats: Sequence[str],
) -> None:
    """Add `read_date` (text, lo, hi) of every date field; NULL where it cannot be read."""
    found = connection.execute("SELECT current_setting('TimeZone')").fetchone()
    time_zone = str(found[0]) if found else "UTC"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE csv_texts AS {_distinct(fields)}; "
        "CREATE OR REPLACE TEMP TABLE read_date AS "
        + read_dates_sql("csv_texts", formats, time_zone)
    )


def add_units(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `csv_unit` (local, unit), as the mapping says it."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE csv_unit AS "
        "SELECT unnest($1::VARCHAR[]) AS local, unnest($2::VARCHAR[]) AS unit",
        [list(mapping.units), list(mapping.units.values())],
    )


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


_VALUE = {
    "lo": "DOUBLE",
    "hi": "DOUBLE",
    "lo_open": "BOOLEAN",
    "hi_open": "BOOLEAN",
    "unit": "VARCHAR",
    "polarity": "VARCHAR",
    "abnormal": "BOOLEAN",
    "words": "VARCHAR",
}
_LIMITS = {"lo": "DOUBLE", "hi": "DOUBLE", "unit": "VARCHAR", "understood": "BOOLEAN"}
_DOSE = {"amount": "DOUBLE", "unit": "VARCHAR", "per_day": "DOUBLE", "understood": "BOOLEAN"}
_FREQUENCY = {"per_day": "DOUBLE", "understood": "BOOLEAN"}


def _value(text: str) -> Sequence[object]:
    v = read_value(text)
    return v.lo, v.hi, v.lo_open, v.hi_open, v.unit, v.polarity, v.abnormal, v.text


def _limits(text: str) -> Sequence[object]:
    limits = read_limits(text)
    return limits.lo, limits.hi, limits.unit, limits.understood


def _limit(text: str) -> Sequence[object]:
    number, unit = read_amount(text)
    return (None if unit else number,)


def _dose(text: str) -> Sequence[object]:
    dose = read_dose(text)
    per_day = None if dose.per_day is None else float(dose.per_day)
    return dose.amount, dose.unit, per_day, dose.understood


def _frequency(text: str) -> Sequence[object]:
    frequency = read_frequency(text)
    per_day = None if frequency.per_day is None else float(frequency.per_day)
    return per_day, frequency.understood


def _add(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    fields: Iterable[str],
    columns: Mapping[str, str],
    reader: Reader,
) -> None:
    """Read each distinct text of some fields once, and keep what it means."""
    texts = [text for (text,) in connection.execute(_distinct(fields)).fetchall()]
    meanings = [reader(text) for text in texts]
    lists = [[meaning[i] for meaning in meanings] for i in range(len(columns))]
    unnested = ", ".join(
        f"unnest(${i}::{type_}[]) AS {column}"
        for i, (column, type_) in enumerate(columns.items(), start=2)
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS text, {unnested}",
        [texts, *lists],
    )


def _distinct(fields: Iterable[str]) -> str:
    every = " UNION ALL ".join(f'SELECT "{field}" AS text FROM {ROWS}' for field in fields)
    every = every or "SELECT NULL::VARCHAR AS text"
    return f"SELECT DISTINCT text FROM ({every}) WHERE text IS NOT NULL"
