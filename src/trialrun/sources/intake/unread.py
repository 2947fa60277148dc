"""What a load brought that nobody understands yet: units, codes, names; the most frequent first.

What a hospital wrote freely may say who somebody is. A name, a code of the hospital's own or a unit
is shown only if it stands in the records of at least `SHOWN_FROM` patients; the others are counted,
with the places of some. Codes of a standard system, and units in the form of one, say nothing of
anybody, and are always shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from trialrun.records.schema import RECORD_TABLES, Kind
from trialrun.sources.rejections import shown_place
from trialrun.terminology.code_forms import form_problem
from trialrun.terminology.codes import SYSTEMS, Coding
from trialrun.terminology.units import is_known
from trialrun.terminology.value_sets import ValueSet

SHOWN_FROM = 5
"""In how many patients' records a text must stand to be shown."""

_PLACES = 3
_PLAIN_CODE = re.compile(r"[A-Za-z0-9.+*†-]{1,18}")
_PLAIN_UNIT = re.compile(r"(?=.*[/%^\[\](){}])[A-Za-z0-9µμ.*^/%\[\](){}×°℃+-]{1,15}")

# At least so many patients: their numbers, kept as the bits of one word, which costs nothing.
_AT_LEAST = "bit_count(bit_or(1::UBIGINT << (patient_no % 64)::UBIGINT))"


@dataclass(frozen=True)
class UnknownUnit:
    """A unit that cannot be converted, and in how many measurements and doses it stands."""

    text: str
    rows: int


@dataclass(frozen=True)
class UnknownConcept:
    """A thing that no value set lists, and how many rows of a kind speak of it."""

    kind: Kind
    system: str
    code: str
    name: str
    rows: int


@dataclass(frozen=True)
class UncodedRows:
    """How many rows of a kind have a code of no system that is known, or no code at all."""

    kind: Kind
    rows: int
    of: int


@dataclass(frozen=True)
class Withheld:
    """How many texts of a kind are not shown because few patients have them, and some places.

    `what` is `unit`, or `name` (which is also a code of the hospital's own).
    """

    what: str
    kind: Kind
    texts: int
    rows: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class Unread:
    """Everything that is not understood."""

    units: tuple[UnknownUnit, ...]
    uncoded: tuple[UncodedRows, ...]
    concepts: tuple[UnknownConcept, ...]
    withheld: tuple[Withheld, ...]


def unread(
    connection: duckdb.DuckDBPyConnection, source_id: int, value_sets: Mapping[str, ValueSet]
) -> Unread:
    """Read it from the database that is attached as `store`."""
    _count_units(connection, source_id)
    _count_concepts(connection, source_id)
    _set_aside_listed(connection, value_sets)
    return Unread(
        units=_units(connection),
        uncoded=_uncoded(connection),
        concepts=_concepts(connection),
        withheld=tuple(_withheld(connection, source_id)),
    )


# --- units ------------------------------------------------------------------------------------


def _count_units(connection: duckdb.DuckDBPyConnection, source_id: int) -> None:
    """Make `unit_used`: the units that are not known, by kind, and whether each may be shown."""
    rows = connection.execute("SELECT unit_id, text FROM store.unit ORDER BY ALL").fetchall()
    unknown = [(number, text) for number, text in rows if not is_known(text)]
    _make(
        connection,
        "unit_unknown (unit_id INTEGER, plain BOOLEAN)",
        [[number, _PLAIN_UNIT.fullmatch(text) is not None] for number, text in unknown],
    )
    parts = {Kind.MEASUREMENT: "unit_id", Kind.MEDICATION: "dose_unit_id"}
    selects = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, unknown.unit_id, any_value(plain) AS plain, count(*) AS n,"
        f" count(DISTINCT patient_no) AS patients FROM store.{kind} AS row"
        f" JOIN unit_unknown AS unknown ON unknown.unit_id = row.{column}"
        " WHERE source_id = $1 GROUP BY unknown.unit_id"
        for kind, column in parts.items()
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unit_used AS"
        f" SELECT *, plain OR patients >= {SHOWN_FROM} AS shown FROM ({selects})",
        [source_id],
    )


def _units(connection: duckdb.DuckDBPyConnection) -> tuple[UnknownUnit, ...]:
    rows = connection.execute(
        "SELECT text, sum(n)::BIGINT FROM unit_used JOIN store.unit USING (unit_id)"
        " WHERE shown GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(UnknownUnit(text, n) for text, n in rows)


# --- codes and names --------------------------------------------------------------------------


def _count_concepts(connection: duckdb.DuckDBPyConnection, source_id: int) -> None:
    """Make `concept_used`: how many rows and patients of each kind have each concept."""
    kinds = [kind for kind in RECORD_TABLES if kind is not Kind.ATTESTATION]
    # The concept of an attestation is its question: there is nothing to code.
    selects = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, concept_id, count(*) AS n, {_AT_LEAST} AS patients"
        f" FROM store.{kind} WHERE source_id = $1 GROUP BY ALL"
        for kind in kinds
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE concept_used AS {selects}", [source_id])
    exact = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, concept_id, count(DISTINCT patient_no) AS patients"
        f" FROM store.{kind} WHERE source_id = $1 AND concept_id IN (SELECT concept_id"
        f" FROM concept_used WHERE kind = '{kind}' AND patients < {SHOWN_FROM}"
        f" AND n >= {SHOWN_FROM}) GROUP BY ALL"
        for kind in kinds
    )
    connection.execute(
        f"UPDATE concept_used SET patients = e.patients FROM ({exact}) AS e"
        " WHERE e.kind = concept_used.kind AND e.concept_id = concept_used.concept_id",
        [source_id],
    )


def _uncoded(connection: duckdb.DuckDBPyConnection) -> tuple[UncodedRows, ...]:
    rows = connection.execute(
        """
        SELECT kind, (sum(n) FILTER (WHERE NOT known))::BIGINT, sum(n)::BIGINT
        FROM concept_used JOIN (
          SELECT concept_id, coalesce(bool_or(list_contains($1, system)), false) AS known
          FROM store.concept LEFT JOIN store.coding USING (concept_id) GROUP BY ALL
        ) USING (concept_id)
        GROUP BY ALL HAVING bool_or(NOT known) ORDER BY kind""",
        [sorted(SYSTEMS)],
    ).fetchall()
    return tuple(UncodedRows(Kind(kind), n, of) for kind, n, of in rows)


def _set_aside_listed(
    connection: duckdb.DuckDBPyConnection, value_sets: Mapping[str, ValueSet]
) -> None:
    """Make `unlisted`: what no value set lists, and how much of it may be shown."""
    codings = connection.execute(
        "SELECT DISTINCT system, code FROM store.coding"
        " JOIN concept_used USING (concept_id) ORDER BY ALL"
    ).fetchall()
    entries = _Entries(value_sets)
    listed = [[system, code] for system, code in codings if entries.list(Coding(system, code))]
    standard = [[system, code] for system, code in codings if _is_standard(system, code)]
    _make(connection, "coding_listed (system VARCHAR, code VARCHAR)", listed)
    _make(connection, "coding_standard (system VARCHAR, code VARCHAR)", standard)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE unlisted AS
        SELECT
          kind, concept_id, n, coalesce(system, '') AS system, coalesce(code, '') AS code,
          coalesce(text, '') AS name,
          CASE
            WHEN patients >= {SHOWN_FROM} THEN 'all'
            WHEN (system, code) IN (SELECT (system, code) FROM coding_standard) THEN 'code'
            ELSE 'nothing'
          END AS shown
        FROM concept_used JOIN store.concept USING (concept_id)
        LEFT JOIN (SELECT concept_id, min(system) AS system, arg_min(code, system) AS code
                   FROM store.coding GROUP BY ALL) USING (concept_id)
        WHERE $1 AND concept_id NOT IN (
          SELECT concept_id FROM store.coding JOIN coding_listed USING (system, code))""",
        # Without value sets there is nothing that could list anything.
        [bool(value_sets)],
    )


def _is_standard(system: str, code: str) -> bool:
    if system not in SYSTEMS or _PLAIN_CODE.fullmatch(code) is None:
        return False
    return not form_problem(system, code)


def _concepts(connection: duckdb.DuckDBPyConnection) -> tuple[UnknownConcept, ...]:
    rows = connection.execute(
        "SELECT kind, system, code, if(shown = 'all', name, '') AS name, sum(n)::BIGINT"
        " FROM unlisted WHERE shown <> 'nothing' GROUP BY ALL ORDER BY 5 DESC, 1, 2, 3, 4"
    ).fetchall()
    return tuple(UnknownConcept(Kind(row[0]), *row[1:]) for row in rows)


def _withheld(connection: duckdb.DuckDBPyConnection, source_id: int) -> Iterator[Withheld]:
    for what, table, number in (
        ("name", "unlisted", "concept_id"),
        ("unit", "unit_used", "unit_id"),
    ):
        hidden = "shown = 'nothing'" if what == "name" else "NOT shown"
        rows = connection.execute(
            f"SELECT kind, count(DISTINCT {number}), sum(n)::BIGINT FROM {table}"
            f" WHERE {hidden} GROUP BY ALL ORDER BY 3 DESC, 1"
        ).fetchall()
        for kind, texts, n in rows:
            column = "dose_unit_id" if (what, kind) == ("unit", Kind.MEDICATION) else number
            places = connection.execute(
                f"SELECT ref FROM store.{kind} WHERE source_id = $1 AND {column} IN"
                f" (SELECT {number} FROM {table} WHERE kind = '{kind}' AND {hidden})"
                f" ORDER BY ref LIMIT {_PLACES}",
                [source_id],
            ).fetchall()
            yield Withheld(what, Kind(kind), texts, n, tuple(shown_place(ref) for (ref,) in places))


def _make(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[object]]) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table}")
    if rows:
        marks = ", ".join(f"${place + 1}" for place in range(len(rows[0])))
        name = table.split()[0]
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)


class _Entries:
    """The codes of all the value sets, so that each coding is looked up once."""

    def __init__(self, value_sets: Mapping[str, ValueSet]) -> None:
        self._exact: set[tuple[str, str]] = set()
        self._prefixes: dict[str, list[str]] = {}
        for entry in (entry for value_set in value_sets.values() for entry in value_set.entries):
            if entry.code.endswith("*"):
                self._prefixes.setdefault(entry.system, []).append(entry.code[:-1])
            else:
                self._exact.add((entry.system, entry.code))

    def list(self, coding: Coding) -> bool:
        """Say whether some value set lists the coding."""
        if (coding.system, coding.code) in self._exact:
            return True
        return coding.code.startswith(tuple(self._prefixes.get(coding.system, ())))
