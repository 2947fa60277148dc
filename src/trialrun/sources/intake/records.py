"""Rows of the staged relations -> the canonical tables, one kind at a time.

Refuses rows of unknown patients, and results of nothing, and counts them. Any other row that names
nothing is kept as something that no value set can read: its loss would be taken for a no. A first
load of a source inserts; a later one replaces what the export speaks of and leaves the rest, row by
row, so that loading the same export again changes nothing.
"""

from __future__ import annotations

import duckdb

from trialrun.records.schema import RECORD_TABLES, Kind
from trialrun.sources.intake.naming import key_of
from trialrun.sources.rejections import UNNAMED_PATIENT

# A period that ends before it starts was surely written wrong: all that is left of it is that it
# happened between the two. Otherwise the end narrows down the start, and the start the end.
_PERIOD = {
    "start_lo": "CASE WHEN backwards THEN end_lo ELSE start_lo END",
    "start_hi": "CASE WHEN backwards THEN start_hi ELSE least(start_hi, end_hi) END",
    "end_lo": "CASE WHEN backwards THEN end_lo ELSE greatest(end_lo, start_lo) END",
    "end_hi": "CASE WHEN backwards THEN start_hi ELSE end_hi END",
}
# The source's own flag says most; then the row's own limits; then whether it is positive.
_ABNORMAL = """coalesce(
      abnormal,
      CASE
        WHEN value_lo > ref_hi OR value_hi < ref_lo THEN true
        WHEN value_lo >= coalesce(ref_lo, '-Infinity') AND value_hi <= coalesce(ref_hi, 'Infinity')
          AND (ref_lo IS NOT NULL OR ref_hi IS NOT NULL) THEN false
      END,
      polarity = 'positive'
    )"""
_EXPRESSIONS = {
    "patient_no": "patient.patient_no",
    "concept_id": "concept.concept_id",
    "value_concept_id": "value_concept.concept_id",
    "unit_id": "unit.unit_id",
    "dose_unit_id": "unit.unit_id",
    "lo_open": "coalesce(lo_open, false)",
    "hi_open": "coalesce(hi_open, false)",
    "abnormal": _ABNORMAL,
}
_NEEDS_A_NAME = (Kind.MEASUREMENT, Kind.ATTESTATION)
_NAMELESS = "it has neither a code nor a name"
_DOUBT = f"{_NAMELESS}: it counts as a doubt only"
# Under the key that naming would give it; made only where a row needs it.
_NO_NAME = """
INSERT INTO store.concept
SELECT max(concept_id) + 1, chr(10) || '(no name)', '(no name)'
FROM (SELECT concept_id FROM store.concept UNION ALL SELECT 0)
HAVING (SELECT count(*) FROM found_rejection WHERE reason = $1) > 0
  AND (SELECT count(*) FROM store.concept WHERE key = chr(10) || '(no name)') = 0
"""
_NO_NAME_ID = "(SELECT concept_id FROM store.concept WHERE key = chr(10) || '(no name)')"
_UNIT_COLUMN = {Kind.MEASUREMENT: "unit", Kind.MEDICATION: "dose_unit"}


def merge_records(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    columns: set[str],
    source_id: int,
    *,
    whole: bool,
) -> None:
    """Bring one table up to date with `staged_<kind>`, whose columns are given."""
    _refuse(connection, kind, columns)
    has_rows = connection.execute(
        f"SELECT 1 FROM store.{kind} WHERE source_id = $1 LIMIT 1", [source_id]
    ).fetchone()
    if has_rows is None:
        _insert(connection, kind, columns, source_id)
    else:
        _replace(connection, kind, columns, source_id, whole=whole)


def forget_unseen(
    connection: duckdb.DuckDBPyConnection, kind: Kind, source_id: int, *, whole: bool
) -> None:
    """Delete the rows of the source that a new export, without rows of this kind, withdraws."""
    connection.execute(
        f"DELETE FROM store.{kind} WHERE source_id = $1"
        " AND ($2 OR split_part(ref, '#', 1) IN (SELECT ref FROM seen))",
        [source_id, whole],
    )


def _named(kind: Kind, columns: set[str]) -> str:
    """Return the staged rows with every bound of time a day, and with the key of the concept."""
    table = f"staged_{kind}"
    times = {
        "start_lo": "coalesce(start_lo, DATE '0001-01-01')",
        "start_hi": "coalesce(start_hi, DATE '9999-12-31')",
    }
    if kind.is_period:
        times |= {
            "end_lo": "coalesce(end_lo, start_lo, DATE '0001-01-01')",
            "end_hi": "coalesce(end_hi, DATE '9999-12-31')",
        }
    dated = ", ".join(f"{sql} AS {name}" for name, sql in times.items())
    keys = f"{key_of(columns)} AS own_key"
    if kind is Kind.MEASUREMENT:
        keys += f", {key_of(columns, 'value_')} AS value_key"
    backwards = ", end_hi < start_lo AS backwards" if kind.is_period else ""
    return (
        f"(SELECT *{backwards} FROM (SELECT * EXCLUDE ({', '.join(times)}), {dated}, {keys}"
        f" FROM {table}))"
    )


def _refuse(connection: duckdb.DuckDBPyConnection, kind: Kind, columns: set[str]) -> None:
    backwards = "WHEN backwards THEN 'repaired|it ends before it starts: only the span is kept'"
    nameless = f"rejected|{_NAMELESS}" if kind in _NEEDS_A_NAME else f"repaired|{_DOUBT}"
    connection.execute(
        f"""
        INSERT INTO found_rejection
        SELECT '{kind}', split_part(reason, '|', 2), place, 1, split_part(reason, '|', 1)
        FROM (
          SELECT
            place,
            CASE
              WHEN patient_id IS NULL THEN 'rejected|it names no patient'
              WHEN patient_no IS NULL THEN 'rejected|{UNNAMED_PATIENT}'
              WHEN concept_id IS NULL THEN '{nameless}'
              {backwards if kind.is_period else ""}
            END AS reason
          FROM {_named(kind, columns)}
          LEFT JOIN known_patient USING (patient_id)
          LEFT JOIN concept_number AS concept ON concept.concept_key = own_key
        )
        WHERE reason IS NOT NULL"""
    )
    connection.execute(_NO_NAME, [_DOUBT])


def _selected(kind: Kind, columns: set[str], source_id: int) -> str:
    """Return the select of the rows that count, in the columns of the table but `row_id`."""
    expressions = dict(_EXPRESSIONS, source_id=str(source_id))
    if kind.is_period:
        expressions |= _PERIOD
    own = "" if kind in _NEEDS_A_NAME else "LEFT"
    if own:
        expressions["concept_id"] = f"coalesce(concept.concept_id, {_NO_NAME_ID})"
    listed = ", ".join(
        f"{expressions.get(c.name, c.name)} AS {c.name}" for c in RECORD_TABLES[kind].columns[1:]
    )
    joins = (
        " JOIN known_patient AS patient USING (patient_id)"
        f" {own} JOIN concept_number AS concept ON concept.concept_key = own_key"
    )
    if kind in _UNIT_COLUMN:
        joins += f" LEFT JOIN store.unit AS unit ON unit.text = trim({_UNIT_COLUMN[kind]})"
    if kind is Kind.MEASUREMENT:
        joins += (
            " LEFT JOIN concept_number AS value_concept ON value_concept.concept_key = value_key"
        )
    seq = ", seq" if "seq" in columns else ""
    return f"SELECT {listed}{seq} FROM {_named(kind, columns)} AS staged{joins}"


def _insert(
    connection: duckdb.DuckDBPyConnection, kind: Kind, columns: set[str], source_id: int
) -> None:
    selected = _selected(kind, columns, source_id)
    first = _first_free(connection)
    if "seq" in columns:
        connection.execute(
            f"INSERT INTO store.{kind} SELECT {first} + seq, * EXCLUDE (seq) FROM ({selected})"
        )
    else:
        connection.execute(
            f"INSERT INTO store.{kind}"
            f" SELECT {first} + row_number() OVER (ORDER BY ref), * FROM ({selected}) ORDER BY ref"
        )


def _replace(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    columns: set[str],
    source_id: int,
    *,
    whole: bool,
) -> None:
    exclude = " EXCLUDE (seq)" if "seq" in columns else ""
    names = [c.name for c in RECORD_TABLES[kind].columns[1:]]
    same = " AND ".join(f"old.{name} IS NOT DISTINCT FROM new.{name}" for name in names)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE incoming AS
        SELECT *{exclude} FROM ({_selected(kind, columns, source_id)});
        CREATE OR REPLACE TEMP TABLE unchanged AS
        SELECT old.row_id, old.ref
        FROM store.{kind} AS old JOIN incoming AS new ON old.ref = new.ref AND {same};
        """
    )
    connection.execute(
        f"DELETE FROM store.{kind} WHERE source_id = $1"
        " AND ($2 OR split_part(ref, '#', 1) IN (SELECT ref FROM seen))"
        " AND row_id NOT IN (SELECT row_id FROM unchanged)",
        [source_id, whole],
    )
    connection.execute(
        f"""
        INSERT INTO store.{kind}
        SELECT {_first_free(connection)} + row_number() OVER (ORDER BY ref), *
        FROM incoming WHERE ref NOT IN (SELECT ref FROM unchanged)
        ORDER BY ref"""
    )


def _first_free(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the highest row number of all the tables: what is numbered next comes after it."""
    highest = " UNION ALL ".join(f"SELECT max(row_id) AS n FROM store.{kind}" for kind in Kind)
    found = connection.execute(f"SELECT coalesce(max(n), 0) FROM ({highest})").fetchone()
    assert found is not None
    return int(found[0])
