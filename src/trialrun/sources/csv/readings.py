"""What the distinct texts of a column mean, as small tables to join: each text is read once.

Holds the bridge between the readers of single cells (plain Python) and the rows (DuckDB).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb

from trialrun.sources.csv.date_formats import read_dates_sql
from trialrun.sources.csv.mapping import TableMapping
from trialrun.sources.decimals import reader_of_numbers
from trialrun.sources.doses import read_dose, read_frequency
from trialrun.sources.numbers import Limits, Value, read_amount, read_limits, read_value
from trialrun.sources.strengths import piece_of, read_strength
from trialrun.sources.words import reader_of

ROWS = "csv_rows"

Reader = Callable[[str], Sequence[object]]


def add_words(connection: duckdb.DuckDBPyConnection, field: str, mapping: TableMapping) -> None:
    """Add the table `read_<field>` (text, meaning) of a field with a fixed vocabulary."""
    read = reader_of(field, mapping.values.get(field, {}))
    _add(connection, f"read_{field}", [field], {"meaning": "VARCHAR"}, lambda text: (read(text),))


def add_values(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `read_value`, `read_ref_range` and `read_ref_limit`."""
    texts = _texts(connection, ("value", "ref_range", "ref_low", "ref_high"))
    plain = reader_of_numbers(texts, mapping.decimal)
    limit = {"number": "DOUBLE"}
    _add(connection, "read_value", ["value"], _VALUE, lambda text: _value(text, plain(text)))
    _add(connection, "read_ref_range", ["ref_range"], _LIMITS, lambda text: _limits(plain(text)))
    _add(connection, "read_ref_limit", ["ref_low", "ref_high"], limit, lambda t: _limit(plain(t)))


def add_doses(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `read_dose`, `read_frequency`, `read_strength` and `read_piece`."""
    texts = _texts(connection, ("dose", "daily_dose", "strength"))
    plain = reader_of_numbers(texts, mapping.decimal)
    _add(connection, "read_dose", ["dose", "daily_dose"], _DOSE, lambda text: _dose(plain(text)))
    _add(connection, "read_strength", ["strength"], _STRENGTH, lambda t: _strength(plain(t)))
    _add(connection, "read_frequency", ["frequency"], _FREQUENCY, _frequency)
    units = _texts(connection, ["dose_unit"])
    units += [unit for (unit,) in connection.execute(_UNITS_OF_DOSES).fetchall()]
    piece = {"piece": "VARCHAR"}
    _add_texts(connection, "read_piece", sorted({*units}), piece, lambda text: (piece_of(text),))


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
    "known_comma": "BOOLEAN",
}
_LIMITS = {"lo": "DOUBLE", "hi": "DOUBLE", "unit": "VARCHAR", "understood": "BOOLEAN"}
_DOSE = {"amount": "DOUBLE", "unit": "VARCHAR", "per_day": "DOUBLE", "understood": "BOOLEAN"}
_STRENGTH = {
    "amount": "DOUBLE",
    "unit": "VARCHAR",
    "pieces": "VARCHAR[]",
    "ml": "DOUBLE",
}
_UNITS_OF_DOSES = "SELECT DISTINCT unit FROM read_dose WHERE unit IS NOT NULL"
_FREQUENCY = {"per_day": "DOUBLE", "understood": "BOOLEAN"}


def _value(written: str, plain: str | None) -> Sequence[object]:
    v = Value(text=written) if plain is None else read_value(plain)
    words = None if v.text is None else written
    known_comma = plain is not None
    return v.lo, v.hi, v.lo_open, v.hi_open, v.unit, v.polarity, v.abnormal, words, known_comma


def _limits(text: str | None) -> Sequence[object]:
    limits = Limits(understood=False) if text is None else read_limits(text)
    return limits.lo, limits.hi, limits.unit, limits.understood


def _limit(text: str | None) -> Sequence[object]:
    number, unit = read_amount(text or "")
    return (None if unit else number,)


def _dose(text: str | None) -> Sequence[object]:
    dose = read_dose(text or "")
    per_day = None if dose.per_day is None else float(dose.per_day)
    return dose.amount, dose.unit, per_day, dose.understood


def _strength(text: str | None) -> Sequence[object]:
    strength = read_strength(text or "")
    return strength.amount, strength.unit, list(strength.pieces), strength.ml


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
    _add_texts(connection, name, _texts(connection, fields), columns, reader)


def _texts(connection: duckdb.DuckDBPyConnection, fields: Iterable[str]) -> list[str]:
    return [text for (text,) in connection.execute(_distinct(fields)).fetchall()]


def _add_texts(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    texts: Sequence[str],
    columns: Mapping[str, str],
    reader: Reader,
) -> None:
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
