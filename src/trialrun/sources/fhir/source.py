"""A FHIR R4 export as a source: from files to staged relations.

The fast way first: DuckDB reads every file of lines with the types that a resource's SQL file asks
for, strictly. A file for which that fails is unpacked line by line, so that one bad line costs time
and is counted, and the good ones are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from trialrun.errors import Problem, SourceError
from trialrun.sources.fhir.after_reading import (
    set_older_versions_aside,
    stage_names,
    stage_rejections,
)
from trialrun.sources.fhir.export_files import ExportFile, Layout, export_files
from trialrun.sources.fhir.meanings import read_meanings
from trialrun.sources.fhir.reading import count_of, make_table, read_lines, read_whole
from trialrun.sources.fhir.resource_types import resource_types, shown_type, sql_text
from trialrun.sources.fhir.unpack import Unpacking
from trialrun.sources.rejections import FURTHER, NOT_USED, Severity, Tally
from trialrun.sources.staging import Progress

_BEFORE = ("macros", "values", "doses")
_AFTER = ("ages", "certainty", "observed", "medications")


@dataclass(frozen=True)
class FhirSource:
    """A folder of a bulk export, a folder of bundles, or one file of either."""

    path: Path
    format: str = field(default="fhir", init=False)

    def files(self) -> tuple[Path, ...]:
        """Return the files that may hold FHIR.

        Raises:
            SourceError: there are none, or one cannot be opened.
        """
        return tuple(file.path for file in self._export)

    def stage(
        self, connection: duckdb.DuckDBPyConnection, workspace: Path, progress: Progress
    ) -> None:
        """Make the staged relations.

        Raises:
            SourceError: there is no patient, or a file is damaged as a whole.
        """
        tally = Tally()
        _run(connection, _BEFORE)
        _read(connection, self._export, workspace, tally, progress)
        self._check_patients(connection, tally)
        progress("reading what values and codes mean", _READ)
        for type_ in resource_types().values():
            set_older_versions_aside(connection, type_)
            connection.execute(type_.then or "SELECT 1")
        read_meanings(connection, workspace)
        _run(connection, _AFTER)
        stage_names(connection, resource_types().values())
        stage_rejections(connection, resource_types().values(), tally)

    @cached_property
    def _export(self) -> tuple[ExportFile, ...]:
        found = export_files(self.path)
        if not found:
            remedy = "name the folder of the export"
            raise SourceError(
                f"{self.path} holds no FHIR",
                [Problem(str(self.path), "no .ndjson or .json file", remedy)],
            )
        return found

    def _check_patients(self, connection: duckdb.DuckDBPyConnection, tally: Tally) -> None:
        """Refuse an export without patients, and name what may have been meant for them."""
        if connection.execute("SELECT 1 FROM read_patient LIMIT 1").fetchone() is None:
            found = "records without patients cannot be used"
            lost = [
                Problem(row.place, f"{row.kind}, {row.reason}", "export it again")
                for row in sorted(tally.rows())
                if row.severity is Severity.REJECTED and row.place != FURTHER
            ]
            raise SourceError(
                f"{self.path} holds no Patient",
                [Problem(str(self.path), found, "add the Patient file of the export"), *lost],
            )


_READ = 0.9
"""The share of the work that is reading; the rest is what comes after."""


@dataclass
class _Done:
    """How much of the export is behind us, by size."""

    progress: Progress
    total: int
    bytes: int = 0

    def add(self, what: str, *files: ExportFile) -> None:
        self.bytes += sum(file.path.stat().st_size for file in files)
        self.progress(f"reading {what}", _READ * self.bytes / max(self.total, 1))


def _read(
    connection: duckdb.DuckDBPyConnection,
    export: tuple[ExportFile, ...],
    workspace: Path,
    tally: Tally,
    progress: Progress,
) -> None:
    """Read every file, as a whole or unpacked."""
    types = resource_types()
    done = _Done(progress, sum(file.path.stat().st_size for file in export))
    whole, to_unpack = _sorted_out(export)
    for name, type_ in types.items():
        make_table(connection, type_)
        files = whole.pop(name, [])
        failed = read_whole(connection, type_, files)
        if files:
            done.add(name, *(file for file in files if file not in failed))
        to_unpack += failed
    for file in (file for files in whole.values() for file in files):
        if not _is_counted(connection, file, tally):
            to_unpack.append(file)
        else:
            done.add("what is not used", file)
    with Unpacking(workspace, types, tally) as unpacking:
        for file in to_unpack:
            unpacking.unpack(file)
            done.add("files that hold several types", file)
    for name, path in unpacking.written().items():
        read_lines(connection, types[name], [path])


def _sorted_out(
    export: Iterable[ExportFile],
) -> tuple[dict[str, list[ExportFile]], list[ExportFile]]:
    """Divide the files into those to read as a whole, by their type, and those to unpack."""
    whole: dict[str, list[ExportFile]] = {}
    to_unpack: list[ExportFile] = []
    for file in export:
        named = file.first_type
        if file.layout is Layout.LINES and named is not None and named != "Bundle":
            whole.setdefault(named, []).append(file)
        else:
            to_unpack.append(file)
    return whole, to_unpack


def _is_counted(connection: duckdb.DuckDBPyConnection, file: ExportFile, tally: Tally) -> bool:
    """Count the resources of a type that is not used, unless the file holds others too."""
    counted = count_of(connection, file)
    if counted is not None and file.first_type is not None:
        kind = shown_type(file.first_type)
        tally.add(kind, NOT_USED, file.place, Severity.IGNORED, counted)
    return counted is not None


def _run(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    for name in names:
        connection.execute(sql_text(name))
