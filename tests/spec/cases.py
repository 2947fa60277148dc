"""The chapters of the manual, in order, and every row of theirs as a question with its answer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from tests.spec.tables import Case, Chapter, Table, cases_of


def _read(path: Path) -> Chapter:
    written = YAML(typ="safe").load(path)
    tables = tuple(Table(**table) for table in written.pop("tables"))
    return Chapter(**written, tables=tables)


CHAPTERS: Final = tuple(
    _read(path) for path in sorted((Path(__file__).parent / "chapters").glob("*.yaml"))
)


def cases() -> list[Case]:
    """Return every row of the manual, for the interpreter and any engine to answer."""
    return [case for chapter in CHAPTERS for case in cases_of(chapter)]
