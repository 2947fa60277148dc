"""The intake: one export into one database, wholly or not at all.

Refuses an unknown time zone and names of files that are no text. A row that cannot be used stops
nothing: it is rejected, and counted with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import duckdb

from trialrun.errors import Problem, SourceError, UsageError
from trialrun.records.schema import Kind
from trialrun.sources.fhir.source import FhirSource
from trialrun.sources.intake.building import building
from trialrun.sources.intake.coverage_file import CoverageFile
from trialrun.sources.intake.covered import declare
from trialrun.sources.intake.naming import number_concepts, number_units
from trialrun.sources.intake.patients import drop_forgotten_patients, merge_patients
from trialrun.sources.intake.records import forget_unseen, merge_records
from trialrun.sources.intake.summary import LoadSummary, summarise
from trialrun.sources.intake.which_source import number_source, refuse_a_second_name
from trialrun.sources.rejections import FURTHER, PLACES_SHOWN
from trialrun.sources.staging import STAGED_REJECTION, Progress, Source
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.value_sets import ValueSet

_BLOCK = 64 * 1024
_BLOCKS = 256
_REJECTION = ", ".join(f"{name} {type_}" for name, type_ in STAGED_REJECTION.items())


def load(
    path: Path,
    into: Path,
    *,
    source_name: str | None = None,
    time_zone: str,
    coverage: CoverageFile | None = None,
    value_sets: Mapping[str, ValueSet] | None = None,
    source: Source | None = None,
    whole: bool = False,
    loaded_on: date | None = None,
    progress: Progress | None = None,
) -> LoadSummary:
    """Load an export (FHIR unless a `source` says otherwise) into a database.

    A later export of the same source replaces what it speaks of. What it does not speak of stays,
    unless it is `whole`: then it is everything that the source has. Rows of other sources stay.
    Days are read in `time_zone`. `loaded_on` lets days in the future be counted.

    Raises:
        SourceError: the export cannot be read; the database is as it was before.
        StoreError: the database is in use, not ours, or the disk is full.
        UsageError: there is no such time zone; or the export gives its source no name, and speaks
            of patients of another one.
    """
    _check_time_zone(time_zone)
    source = source or FhirSource(path)
    tell = progress or _silent
    _check_names(path, source.files())
    fingerprint = _fingerprint(source.files())
    with building(into) as (connection, workspace):
        connection.execute(f"SET TimeZone = '{time_zone}'")
        source.stage(connection, workspace, tell)
        tell("merging", 0.92)
        name = source_name or path.resolve().name
        staged = _staged(connection)
        if source_name is None:
            refuse_a_second_name(connection, path, name, staged)
        source_id = number_source(connection, name, source.format, time_zone, fingerprint)
        _merge(connection, staged, source_id, whole=whole, loaded_on=loaded_on)
        withdrawn = declare(connection, source_id, coverage or CoverageFile())
        _write_rejections(connection, source_id)
        tell("summing up", 0.98)
        summary = summarise(connection, source_id, value_sets or {}, withdrawn)
    tell("done", 1.0)
    return summary


def _silent(_: str, __: float) -> None:
    """Tell nobody."""


def _check_time_zone(time_zone: str) -> None:
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        guess = did_you_mean(time_zone, sorted(available_timezones()))
        remedy = guess or "write one such as Asia/Shanghai"
        raise UsageError(f"no time zone {time_zone}: {remedy}") from None


def _check_names(path: Path, files: tuple[Path, ...]) -> None:
    """Refuse names that are no text: they could neither be opened by DuckDB nor be shown."""
    wrong = [name for name in (path, *files) if not _is_text(str(name))]
    if wrong:
        raise SourceError(
            f"{path} cannot be read",
            [Problem(str(name), "its name is not UTF-8", "rename it") for name in wrong],
        )


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fingerprint(files: tuple[Path, ...]) -> str:
    """Return the hash of what the files hold, in their order; their names do not matter.

    Of a large file, 256 blocks from its beginning to its end stand for the whole: enough to tell
    two exports apart, at no cost. Nothing is skipped because of it.
    """
    whole = hashlib.sha256()
    for path in files:
        size = path.stat().st_size
        step = max(_BLOCK, (size - _BLOCK) // (_BLOCKS - 1))
        with path.open("rb") as file:
            for start in range(0, max(size, 1), step):
                file.seek(start)
                whole.update(file.read(_BLOCK))
        whole.update(str(size).encode())
    return whole.hexdigest()


def _merge(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, set[str]],
    source_id: int,
    *,
    whole: bool,
    loaded_on: date | None,
) -> None:
    connection.execute(f"CREATE TEMP TABLE found_rejection ({_REJECTION})")
    number_concepts(connection, staged)
    number_units(connection, staged)
    has_links = "replaced" in staged
    merge_patients(connection, source_id, whole=whole, loaded_on=loaded_on, has_links=has_links)
    _name_seen(connection, staged)
    for kind in Kind:
        if kind.value in staged and _has_rows(connection, kind):
            merge_records(connection, kind, staged[kind.value], source_id, whole=whole)
        else:
            forget_unseen(connection, kind, source_id, whole=whole)
    drop_forgotten_patients(connection)
    if loaded_on is not None:
        _count_future(connection, source_id, loaded_on)


def _has_rows(connection: duckdb.DuckDBPyConnection, kind: Kind) -> bool:
    return connection.execute(f"SELECT 1 FROM staged_{kind} LIMIT 1").fetchone() is not None


def _staged(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return the staged relations by what they hold, each with its columns."""
    found: dict[str, set[str]] = {}
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE NOT internal AND starts_with(table_name, 'staged_') ORDER BY ALL"
    ).fetchall()
    for table, column in rows:
        found.setdefault(table.removeprefix("staged_"), set()).add(column)
    return found


def _name_seen(connection: duckdb.DuckDBPyConnection, staged: Mapping[str, set[str]]) -> None:
    relations = ["seen"] if "seen" in staged else [kind for kind in Kind if kind.value in staged]
    selects = " UNION ".join(
        f"SELECT split_part(ref, '#', 1) AS ref FROM staged_{name}" for name in relations
    )
    connection.execute(f"CREATE TEMP VIEW seen AS {selects or 'SELECT NULL AS ref WHERE false'}")


def _count_future(connection: duckdb.DuckDBPyConnection, source_id: int, loaded_on: date) -> None:
    for kind in Kind:
        connection.execute(
            f"INSERT INTO found_rejection SELECT '{kind}',"
            " 'in the future: kept, and does not count before its day', ref, 1, 'repaired'"
            f" FROM store.{kind} WHERE source_id = $1 AND start_lo > $2",
            [source_id, loaded_on],
        )


def _write_rejections(connection: duckdb.DuckDBPyConnection, source_id: int) -> None:
    """Keep the first places of each reason, and the number of the rest."""
    connection.execute("DELETE FROM store.rejection WHERE source_id = $1", [source_id])
    connection.execute(
        f"""
        INSERT INTO store.rejection
        SELECT $1, kind, reason, shown, sum(counted), severity
        FROM (
          SELECT *, CASE WHEN row_number() OVER (
              PARTITION BY kind, reason, severity ORDER BY place = '{FURTHER}', place
            ) <= {PLACES_SHOWN} THEN place ELSE '{FURTHER}' END AS shown
          FROM (SELECT * FROM found_rejection UNION ALL SELECT * FROM staged_rejection)
        )
        GROUP BY ALL ORDER BY ALL""",
        [source_id],
    )
