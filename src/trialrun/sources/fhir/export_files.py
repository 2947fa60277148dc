"""Which files of a folder are a FHIR export, and how each has to be read.

A file of lines whose first line names a resource type is read as a whole by DuckDB; anything else
that may hold FHIR is unpacked line by line or entry by entry. Refuses a path that is not there, and
looks into no file further than its first line.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, cast

from trialrun.errors import Problem, SourceError

_LINES = (".ndjson", ".jsonl")
_DOCUMENT = ".json"
_FIRST_LINE = 16 * 1024 * 1024
_BEGINNING = 64 * 1024
BOM = b"\xef\xbb\xbf"


class Layout(Enum):
    """How a file holds its resources."""

    LINES = "one JSON object per line"
    DOCUMENT = "one JSON object or list"


@dataclass(frozen=True)
class ExportFile:
    """One file: its place in the export, its layout, and the type its first line names."""

    path: Path
    place: str
    layout: Layout
    first_type: str | None


def export_files(root: Path) -> tuple[ExportFile, ...]:
    """Return the files under a folder (or the one file) that may hold FHIR, sorted by place.

    Raises:
        SourceError: the path does not exist, or a file cannot be opened.
    """
    if not root.exists():
        raise SourceError(
            f"{root} cannot be loaded",
            [Problem(str(root), "there is no such file or folder", "check the path")],
        )
    paths = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
    found = []
    for path in paths:
        place = path.name if path == root else path.relative_to(root).as_posix()
        is_hidden = any(part.startswith(".") for part in place.split("/"))
        if not is_hidden and _stem_suffix(path) in (*_LINES, _DOCUMENT):
            found.append(_look_at(path, place))
    return tuple(found)


def open_file(path: Path) -> BinaryIO:
    """Open a plain or gzipped file for reading bytes."""
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _stem_suffix(path: Path) -> str:
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower()


def _look_at(path: Path, place: str) -> ExportFile:
    try:
        with open_file(path) as file:
            first, has_more = _first_line(file)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise unreadable(place, "the compressed file is damaged or cut off") from None
    except OSError as error:
        raise unreadable(place, (error.strerror or "cannot be read").lower()) from None
    # A document on one line is not read twice.
    may_be_lines = _stem_suffix(path) in _LINES or has_more
    named = _type_of(first) if may_be_lines else None
    is_lines = _stem_suffix(path) in _LINES or named is not None
    layout = Layout.LINES if is_lines else Layout.DOCUMENT
    return ExportFile(path, place, layout, named if not first.startswith(BOM) else None)


def looks_like_fhir(file: ExportFile) -> bool:
    """Say whether the beginning of a file names a resource type."""
    if file.first_type is not None:
        return True
    with open_file(file.path) as opened:
        return b'"resourceType"' in opened.read(_BEGINNING)


def unreadable(place: str, found: str) -> SourceError:
    """Return the refusal of a whole export because of one file."""
    remedy = "export or copy the file again; nothing was loaded"
    return SourceError(f"{place} cannot be read", [Problem(place, found, remedy)])


def _first_line(file: BinaryIO) -> tuple[bytes, bool]:
    for line in iter(lambda: file.readline(_FIRST_LINE), b""):
        if line.strip():
            return line, bool(file.readline(_FIRST_LINE).strip())
    return b"", False


def _type_of(line: bytes) -> str | None:
    try:
        resource = json.loads(line.removeprefix(BOM))
    except (ValueError, RecursionError):
        return None
    named = resource.get("resourceType") if isinstance(resource, dict) else None
    return named if isinstance(named, str) else None
