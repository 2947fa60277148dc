"""Load a hospital's export into a database, in whichever format it came.

Refuses tables without a mapping (a first one is proposed), and a folder of neither tables nor FHIR.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from trialrun.errors import Problem, ProtocolError, SourceError, UsageError
from trialrun.protocol.file import shipped_value_sets
from trialrun.sources.csv import CsvSource, propose, read_mapping
from trialrun.sources.fhir.source import FhirSource
from trialrun.sources.intake import (
    CoverageFile,
    LoadSummary,
    coverage_beside,
    coverage_outside,
    load,
    read_coverage,
)
from trialrun.sources.recognise import recognise
from trialrun.sources.staging import Progress, Source
from trialrun.workflows.files import owner_only, write_private

DEFAULT_TIME_ZONE = "Asia/Shanghai"
"""Where nothing says otherwise: the first users' hospitals keep this time. The summary says so."""


@dataclass(frozen=True)
class ExportToLoad:
    """What is to be loaded, into which database, and what the user says about it.

    None: as the export or the files beside it say. `name` is the source's, `form` fhir or csv.
    `whole`: the export holds everything that the source has. `loaded_on` lets days in the future be
    counted.
    """

    path: Path
    into: Path
    loaded_on: date
    name: str | None = None
    form: str | None = None
    mapping: Path | None = None
    coverage: Path | None = None
    time_zone: str | None = None
    whole: bool = False


def load_hospital(asked: ExportToLoad, progress: Progress) -> LoadSummary:
    """Load one export; what the files beside it declare (coverage, time zone) is used.

    Raises:
        SourceError: it cannot be read; or it is CSV without a mapping: a first one is written then.
        StoreError: the database cannot be used, or not be written.
    """
    declared = _declared(asked)
    source, own_zone = _source(asked)
    zone = asked.time_zone or declared.time_zone or own_zone
    summary = load(
        asked.path,
        asked.into,
        source_name=asked.name or declared.source,
        time_zone=zone or DEFAULT_TIME_ZONE,
        coverage=declared,
        value_sets=shipped_value_sets(),
        source=source,
        whole=asked.whole,
        loaded_on=asked.loaded_on,
        progress=progress,
    )
    unused = None if asked.coverage else coverage_outside(asked.path)
    return replace(summary, zone_declared=zone is not None, coverage_unused=unused)


def _declared(asked: ExportToLoad) -> CoverageFile:
    try:
        if asked.coverage:
            return read_coverage(asked.coverage)
        return coverage_beside(asked.path) or CoverageFile()
    except ProtocolError as error:
        # The reader of YAML is the protocols' own; what it read here the hospital wrote.
        raise SourceError(error.message, error.problems) from None


def _source(asked: ExportToLoad) -> tuple[Source, str | None]:
    """Return the source, and the time zone that it declares."""
    path, mapping = asked.path, asked.mapping
    form = asked.form or ("csv" if mapping else recognise(path))
    if form is None:
        raise _unknown(path)
    if form == "fhir":
        if mapping is not None:
            raise UsageError(f"{mapping}: FHIR needs no mapping; leave --mapping out")
        return FhirSource(path), None
    if mapping is None:
        raise _proposal(path)
    read = read_mapping(mapping)
    return CsvSource(path, read), read.time_zone


def _unknown(path: Path) -> SourceError:
    found = "no file of FHIR (.ndjson, .json) and no table (.csv, .xlsx, ...)"
    remedy = "name the file or the folder of the export, or say what it is with --format"
    if any(file.suffix.lower() == ".xml" for file in (path, *path.glob("*"))):
        found, remedy = "XML, which is not read", "ask for FHIR as NDJSON or JSON, or for tables"
    return SourceError(f"{path} is no export", [Problem(str(path), found, remedy)])


def _proposal(path: Path) -> SourceError:
    """Write a first mapping beside the export, and say where it is and what to do with it."""
    proposed = _mapping_of(path)
    if not proposed.exists():
        with owner_only():
            text = propose(path, tuple(shipped_value_sets().values()))
        write_private(proposed, text)
        found = f"a first mapping was written to {proposed}"
    else:
        found = f"{proposed} is there already, and was left as it is"
    remedy = f"read it, complete it, and load again with --mapping {shlex.quote(str(proposed))}"
    return SourceError(
        f"{path} is CSV or Excel, and needs a mapping: which column is what",
        [Problem(str(path), found, remedy)],
    )


def _mapping_of(path: Path) -> Path:
    """Return where the proposal goes: beside the export; where one may not write there, here."""
    export = path.resolve()
    folder = export.parent if os.access(export.parent, os.W_OK) else Path.cwd()
    return folder / f"{export.name}.mapping.yaml"
