"""Which cells of an .xlsx sheet hold an error (#N/A), or a formula that was never computed.

The reader of workbooks shows both as empty; but an empty cell says that there is nothing, and these
say that there was something. In an .xls such cells cannot be told from empty ones.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ERROR = "#ERROR!"
"""What stands in the place of such a cell."""

_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\b(?P<about>[^>]*)(?<!/)>(?P<within>.*?)</(?:\w+:)?c>", re.DOTALL)
_AT = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_COMPUTED = re.compile(rb"<(?:\w+:)?v>[^<]|<(?:\w+:)?is>")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def error_cells(path: Path, sheet: str) -> dict[int, list[int]]:
    """Return the columns (from 0) of such cells by row (from 1)."""
    if path.suffix.lower() != ".xlsx":
        return {}
    found: dict[int, list[int]] = {}
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        for row, column in _scan(archive, part) if part else ():
            found.setdefault(row, []).append(column)
    return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part of a workbook that holds a sheet."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            target = targets.get(element.get(_RELATION), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None


def _scan(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            text = rest + chunk
            end = 0
            for cell in _CELL.finditer(text):
                end = cell.end()
                if _is_error(cell["about"], cell["within"]) and (at := _AT.search(cell["about"])):
                    yield int(at[2]), _column(at[1])
            rest = text[end:]


def _is_error(about: bytes, within: bytes) -> bool:
    if b't="e"' in about:
        return True
    # A formula whose text is empty (t="str") was computed: its result is nothing.
    is_formula = _FORMULA.search(within) is not None and b't="str"' not in about
    return is_formula and _COMPUTED.search(within) is None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
