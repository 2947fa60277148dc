"""The hand-over from a source to the intake: relations with natural keys.

A source gives the intake one relation (table or view) `staged_<kind>` per kind that it has, and
`staged_patient`, on the connection that the intake opened. Instead of numbers they name things as
the source does: the patient's id, the codings and text of a concept, a unit's text. The intake
gives numbers, refuses rows of unknown patients, and merges. Rows that a source itself refuses go to
`staged_rejection`.

A NULL bound of time is unknown. The intake completes `abnormal` from the row's own reference range,
else from its polarity, and shortens a period that is written backwards to what it can mean.

Four things a source may add, each for speed or for a later export:

* `seq` (BIGINT, unique in the relation): the rows are numbered by it, else by `ref`.
* `concept_key` in place of `codings` and `text` (`value_concept_key` in place of `value_codings`
  and `value_concept_text`), with a relation `staged_concept` (`concept_key`, `codings`, `text`):
  a code that stands in a million rows is then read once.
* `staged_seen` (`ref`): every name that the export speaks of, also of rows that do not count. What
  an earlier export of this source said under that name (up to a `#`) is replaced. Without it the
  names of the staged rows are taken.
* `staged_replaced` (`said_by`, `patient_id`, `by_id`, `place`): the record of one patient was
  replaced by that of another, as the record of `said_by` says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

import duckdb

from trialrun.records.schema import RECORD_TABLES, Kind

Config: TypeAlias = dict[str, str | bool | int | float | list[str]]

OFFLINE: Config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
"""How every connection of a source is opened: nothing is ever fetched."""

CODINGS = "STRUCT(system VARCHAR, code VARCHAR, display VARCHAR)[]"

Progress = Callable[[str, float], None]
"""Told what is being done, and the share of the whole that is behind it (0 to 1)."""

STAGED_PATIENT: dict[str, str] = {
    "patient_id": "VARCHAR",
    "sex": "VARCHAR",
    "birth_lo": "DATE",
    "birth_hi": "DATE",
    "death_lo": "DATE",
    "death_hi": "DATE",
    "place": "VARCHAR",
}
STAGED_REJECTION: dict[str, str] = {
    "kind": "VARCHAR",
    "reason": "VARCHAR",
    "place": "VARCHAR",
    "counted": "BIGINT",
    "severity": "VARCHAR",
}

# A number of ours -> the natural keys that stand for it in a staged relation.
_NATURAL: dict[str, dict[str, str]] = {
    "row_id": {},
    "source_id": {},
    "patient_no": {"patient_id": "VARCHAR"},
    "concept_id": {"codings": CODINGS, "text": "VARCHAR"},
    "unit_id": {"unit": "VARCHAR"},
    "dose_unit_id": {"dose_unit": "VARCHAR"},
    "value_concept_id": {"value_codings": CODINGS, "value_concept_text": "VARCHAR"},
}


class Source(Protocol):
    """What the intake asks of a hospital's export."""

    @property
    def format(self) -> str:
        """`fhir` or `csv`."""

    def files(self) -> tuple[Path, ...]:
        """Return every file that will be read, in a fixed order."""

    def stage(
        self, connection: duckdb.DuckDBPyConnection, workspace: Path, progress: Progress
    ) -> None:
        """Make the staged relations on the connection, whose time zone is the hospital's.

        `workspace` is an empty folder, readable by its owner only, that is deleted afterwards.
        """


def staged_columns(kind: Kind) -> dict[str, str]:
    """Return the columns of `staged_<kind>` and their types, in order; `place` (file:line) last."""
    columns: dict[str, str] = {}
    for column in RECORD_TABLES[kind].columns:
        type_ = column.type.removesuffix(" NOT NULL")
        columns |= _NATURAL.get(column.name, {column.name: type_})
    return columns | {"place": "VARCHAR"}
