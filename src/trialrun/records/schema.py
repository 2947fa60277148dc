"""The canonical tables: what every source is turned into and every engine reads.

One table per kind of record. Times are pairs of days (`start_lo`, `start_hi`): the first and last
day on which the thing may have begun; an unknown day is 0001-01-01 to 9999-12-31, so that no
column of time is ever NULL. A *period* kind also says when it ended: something that still goes on
ends on 9999-12-31 (both bounds); an end that nobody recorded is `start_lo` to 9999-12-31.
Rows entered in error, refuted, or of unknown patients are never here: they stand in `rejection`.

A *concept* is one distinct way in which a hospital writes a thing: a list of codings and a text.
Value sets are resolved to concepts once, so that answering compares integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SCHEMA_VERSION = 1


class Kind(StrEnum):
    """A kind of record; the value is also the name of its table."""

    CONDITION = "condition"
    FINDING = "finding"
    PROCEDURE = "procedure"
    ALLERGY = "allergy"
    IMMUNISATION = "immunisation"
    MEDICATION = "medication"
    PARTICIPATION = "study_participation"
    CONSENT = "consent"
    ENCOUNTER = "encounter"
    MEASUREMENT = "measurement"
    ATTESTATION = "attestation"

    @property
    def is_period(self) -> bool:
        """Whether records of this kind last (have an end), rather than happen on a day."""
        return self not in _INSTANTS


_INSTANTS = frozenset({Kind.FINDING, Kind.IMMUNISATION, Kind.MEASUREMENT, Kind.ATTESTATION})


class Route(StrEnum):
    """How a medicine is given; anything else a hospital writes is `other`, nothing is NULL."""

    ORAL = "oral"
    INTRAVENOUS = "intravenous"
    SUBCUTANEOUS = "subcutaneous"
    INTRAMUSCULAR = "intramuscular"
    TOPICAL = "topical"
    INHALED = "inhaled"
    OTHER = "other"


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB type, and what it means (with its unit).

    `compression` is named where DuckDB's own choice costs more than it saves.
    """

    name: str
    type: str
    meaning: str
    compression: str | None = None

    def ddl(self) -> str:
        """Return the column's line of a CREATE TABLE statement."""
        compressed = f" USING COMPRESSION {self.compression}" if self.compression else ""
        return f"{self.name} {self.type}{compressed}"


@dataclass(frozen=True)
class Table:
    """One canonical table."""

    name: str
    columns: tuple[Column, ...]
    constraints: tuple[str, ...] = ()

    def ddl(self) -> str:
        """Return the CREATE TABLE statement."""
        lines = [column.ddl() for column in self.columns]
        return f"CREATE TABLE {self.name} (\n  " + ",\n  ".join([*lines, *self.constraints]) + "\n)"


def _columns(
    *rows: tuple[str, str, str], compression: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    return tuple(Column(*row, compression=(compression or {}).get(row[0])) for row in rows)


_RECORD = _columns(
    ("row_id", "BIGINT NOT NULL", "the row, unique in the database over all kinds"),
    ("patient_no", "INTEGER NOT NULL", "the patient"),
    ("concept_id", "INTEGER NOT NULL", "what it is, as the hospital wrote it"),
    ("start_lo", "DATE NOT NULL", "first day on which it may have happened or begun"),
    ("start_hi", "DATE NOT NULL", "last day on which it may have happened or begun"),
    ("source_id", "INTEGER NOT NULL", "the source that sent it"),
    ("ref", "VARCHAR NOT NULL", "its name in the source, e.g. Observation/17, unique per source"),
    # Names differ from row to row: the dictionary that DuckDB would try first finds nothing.
    compression={"ref": "zstd"},
)
_PERIOD = _columns(
    ("end_lo", "DATE NOT NULL", "first day that may have been its last"),
    ("end_hi", "DATE NOT NULL", "last day that may have been its last; 9999-12-31 if it goes on"),
)
_OWN: dict[Kind, tuple[Column, ...]] = {
    Kind.FINDING: _columns(
        ("present", "BOOLEAN", "whether it was found; NULL if the record does not say"),
    ),
    Kind.MEDICATION: _columns(
        ("route", "VARCHAR", "a Route; NULL if not recorded"),
        ("daily_dose", "DOUBLE", "amount per day, in dose_unit; NULL if not computable"),
        ("dose_unit_id", "INTEGER", "unit of the amount (mg, not mg/d)"),
        ("basis", "VARCHAR NOT NULL", "requested, stated or given"),
    ),
    Kind.MEASUREMENT: _columns(
        (
            "value_lo",
            "DOUBLE",
            "least value it may have had; -Infinity for '<5'; NULL: no number",
        ),
        ("value_hi", "DOUBLE", "greatest value it may have had; equal to value_lo if exact"),
        ("lo_open", "BOOLEAN NOT NULL", "whether value_lo itself is excluded ('>5')"),
        ("hi_open", "BOOLEAN NOT NULL", "whether value_hi itself is excluded ('<5')"),
        ("unit_id", "INTEGER", "unit of the value and of its reference range; NULL: none written"),
        ("ref_lo", "DOUBLE", "lower limit of normal of this very row"),
        ("ref_hi", "DOUBLE", "upper limit of normal of this very row"),
        ("polarity", "VARCHAR", "positive or negative; NULL if neither"),
        ("abnormal", "BOOLEAN", "by interpretation, else reference range, else polarity; or NULL"),
        ("value_concept_id", "INTEGER", "the coded value, e.g. NYHA class III"),
        ("value_text", "VARCHAR", "the value as written, where it is neither number nor code"),
    ),
    Kind.ATTESTATION: _columns(
        ("question", "VARCHAR NOT NULL", "the statement a person was asked about, word for word"),
        ("answer", "BOOLEAN", "what the person said; NULL: asked, and not known"),
        ("attested_by", "VARCHAR", "who said so"),
        ("reason", "VARCHAR", "why"),
    ),
}


def _record_table(kind: Kind) -> Table:
    period = _PERIOD if kind.is_period else ()
    return Table(kind.value, _RECORD[:5] + period + _RECORD[5:] + _OWN.get(kind, ()))


RECORD_TABLES: dict[Kind, Table] = {kind: _record_table(kind) for kind in Kind}

PATIENT = Table(
    "patient",
    _columns(
        ("patient_no", "INTEGER NOT NULL PRIMARY KEY", "small number, for joins"),
        ("patient_id", "VARCHAR NOT NULL UNIQUE", "the hospital's id"),
        ("sex", "VARCHAR", "female or male; NULL: not recorded, other, or contradictory"),
        ("birth_lo", "DATE NOT NULL", "first possible birthday; 0001-01-01 if unknown"),
        ("birth_hi", "DATE NOT NULL", "last possible birthday; 9999-12-31 if unknown"),
        ("death_lo", "DATE NOT NULL", "first possible day of death; 9999-12-31 if alive"),
        ("death_hi", "DATE NOT NULL", "last possible day of death; 9999-12-31 if alive"),
        ("source_id", "INTEGER NOT NULL", "the source that named the patient first"),
    ),
)
CONCEPT = Table(
    "concept",
    _columns(
        ("concept_id", "INTEGER NOT NULL PRIMARY KEY", "the concept"),
        ("key", "VARCHAR NOT NULL UNIQUE", "its codings and text in one string, for look-up"),
        ("text", "VARCHAR", "its name as the hospital wrote it"),
    ),
)
CODING = Table(
    "coding",
    _columns(
        ("concept_id", "INTEGER NOT NULL", "the concept"),
        ("system", "VARCHAR NOT NULL", "a short name of terminology.codes, else the URI as sent"),
        ("code", "VARCHAR NOT NULL", "the code"),
        ("display", "VARCHAR", "its name as the hospital wrote it"),
    ),
)
UNIT = Table(
    "unit",
    _columns(
        ("unit_id", "INTEGER NOT NULL PRIMARY KEY", "the unit"),
        ("text", "VARCHAR NOT NULL UNIQUE", "as the hospital wrote it (UCUM code if it sent one)"),
    ),
)
SOURCE = Table(
    "source",
    _columns(
        ("source_id", "INTEGER NOT NULL PRIMARY KEY", "the source"),
        ("name", "VARCHAR NOT NULL UNIQUE", "what the user called it, or the path's last part"),
        ("format", "VARCHAR NOT NULL", "fhir or csv"),
        ("time_zone", "VARCHAR NOT NULL", "the hospital's time zone, which decides its days"),
        ("fingerprint", "VARCHAR NOT NULL", "hash of the files that were loaded last"),
    ),
)
REPLACED = Table(
    "replaced_patient",
    _columns(
        ("source_id", "INTEGER NOT NULL", "the source that says so"),
        ("said_by", "VARCHAR NOT NULL", "the patient whose entry says so"),
        ("patient_id", "VARCHAR NOT NULL", "whose record was replaced"),
        ("by_id", "VARCHAR NOT NULL", "whose record stands for it"),
    ),
)
COVERAGE = Table(
    "coverage",
    _columns(
        ("coverage_id", "INTEGER NOT NULL PRIMARY KEY", "the statement of coverage"),
        ("source_id", "INTEGER NOT NULL", "the source that makes it"),
        ("kind", "VARCHAR NOT NULL", "the kind of record that is complete"),
        ("patient_no", "INTEGER", "the patient; NULL: all patients"),
        ("since", "DATE NOT NULL", "complete since this day; 0001-01-01: the whole life"),
        ("until", "DATE NOT NULL", "complete until this day; 9999-12-31: kept current"),
    ),
)
REJECTION = Table(
    "rejection",
    _columns(
        ("source_id", "INTEGER NOT NULL", "the source that sent it"),
        ("kind", "VARCHAR NOT NULL", "resource type or table it was meant for"),
        ("reason", "VARCHAR NOT NULL", "why it does not count, in words without patient values"),
        ("place", "VARCHAR NOT NULL", "file:line, or the reference of the row"),
        ("counted", "BIGINT NOT NULL", "how many rows this line stands for"),
        ("severity", "VARCHAR NOT NULL", "rejected (row lost), ignored (by rule) or repaired"),
    ),
)
META = Table(
    "meta",
    _columns(("key", "VARCHAR NOT NULL PRIMARY KEY", "name"), ("value", "VARCHAR", "value")),
)

TABLES: tuple[Table, ...] = (
    META,
    SOURCE,
    PATIENT,
    REPLACED,
    CONCEPT,
    CODING,
    UNIT,
    COVERAGE,
    REJECTION,
    *RECORD_TABLES.values(),
)
