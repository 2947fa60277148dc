"""What kind of export a path holds, by its files: FHIR, or tables."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from trialrun.sources.fhir.export_files import export_files, looks_like_fhir

_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


def recognise(path: Path) -> Literal["fhir", "csv"] | None:
    """Return the format of an export, or None if nothing in it is known.

    FHIR goes before tables: exports hold logs and lists as tables, not the other way round.

    Raises:
        SourceError: the path does not exist, or a file cannot be opened.
    """
    if any(looks_like_fhir(file) for file in export_files(path)):
        return "fhir"
    if any(_is_table(file) for file in ([path] if path.is_file() else path.rglob("*"))):
        return "csv"
    return None


def _is_table(path: Path) -> bool:
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return path.is_file() and plain.suffix.lower() in _TABLES
