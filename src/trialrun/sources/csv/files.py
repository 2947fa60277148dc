"""Which files of a folder a mapping speaks of, and whether their headers are as it says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from trialrun.errors import Problem, SourceError
from trialrun.sources.csv.mapping import CsvMapping, FileMapping, TableMapping
from trialrun.sources.csv.raw import header_of, repeated_names
from trialrun.sources.csv.sheets import WORKBOOKS, Sheet, rows_of, sheet_names
from trialrun.terminology.did_you_mean import did_you_mean

SUFFIXES = (".csv", ".txt", ".tsv", *WORKBOOKS)


@dataclass(frozen=True, slots=True)
class MappedSheet:
    """One sheet that is there, and what the mapping says of it."""

    sheet: Sheet
    mapping: FileMapping


def data_files(path: Path) -> dict[str, Path]:
    """Return every file of a folder (or the file itself) that may hold rows, by its name."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    return {
        unicodedata.normalize("NFC", file.relative_to(root).as_posix()): file
        for file in files
        if file.is_file() and file.suffix.lower() in SUFFIXES and not file.name.startswith("~$")
    }


def mapped_sheets(path: Path, mapping: CsvMapping) -> list[MappedSheet]:
    """Return the sheets that the mapping speaks of, in its order.

    Raises:
        SourceError: a file is not there, or a header is not as the mapping says; all at once.
    """
    files = data_files(path)
    problems: list[Problem] = []
    found = [sheet for file in mapping.files for sheet in _matching(file, files, problems)]
    for one in found:
        problems += _header_problems(one)
    if problems:
        raise SourceError(f"{path} does not fit the mapping {mapping.name}", problems)
    return found


def unmapped_files(path: Path, mapping: CsvMapping) -> list[str]:
    """Return the names of the files that the mapping does not speak of."""
    names = [unicodedata.normalize("NFC", file.name) for file in mapping.files]
    return [
        name for name in data_files(path) if not any(fnmatchcase(name, known) for known in names)
    ]


def unmapped_sheets(path: Path, mapping: CsvMapping) -> list[str]:
    """Return the sheets, in workbooks of which the mapping names others, that it leaves out."""
    left = []
    for name, file in data_files(path).items():
        wanted = [one.sheet for one in mapping.files if _is_meant(one, name)]
        if wanted and file.suffix.lower() in WORKBOOKS:
            sheets = list(sheet_names(file))
            known = {sheet or sheets[0] for sheet in wanted}
            left += [f"{name}#{sheet}" for sheet in sheets if sheet not in known]
    return left


def _is_meant(file: FileMapping, name: str) -> bool:
    return fnmatchcase(name, unicodedata.normalize("NFC", file.name))


def _matching(
    file: FileMapping, files: dict[str, Path], problems: list[Problem]
) -> Iterator[MappedSheet]:
    pattern = unicodedata.normalize("NFC", file.name)
    names = [name for name in files if name == pattern or fnmatchcase(name, pattern)]
    if not names:
        remedy = did_you_mean(pattern, files) or "put it beside the others, or remove it here"
        problems.append(Problem(file.place, f"there is no file '{file.name}'", remedy))
    for name in names:
        place = f"{name}#{file.sheet}" if file.sheet else name
        yield MappedSheet(
            Sheet(files[name], place, file.sheet, file.encoding, file.delimiter), file
        )


def _header_problems(one: MappedSheet) -> list[Problem]:
    try:
        header = header_of(one.sheet, rows_of(one.sheet), one.mapping.header)
    except SourceError as error:
        return list(error.problems)
    return [
        problem
        for table in one.mapping.tables
        for problem in _column_problems(one.sheet, table, header)
    ]


def _column_problems(
    sheet: Sheet, table: TableMapping, header: tuple[str, ...]
) -> Iterator[Problem]:
    repeated = repeated_names(header)
    wanted = {**table.columns, **{f"only {name}": name for name in table.only}}
    for name, column in wanted.items():
        place = table.column_places[name]
        if column not in header:
            remedy = did_you_mean(column, header) or "name a column of its header"
            yield Problem(place, f"{sheet.name} has no column '{column}'", remedy)
        elif column in repeated:
            found = f"{sheet.name} has more than one column '{column}'"
            yield Problem(place, found, "give the columns different names in the file")
