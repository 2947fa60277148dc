"""Every number of an analysis with the rows behind it.

What a model or a test says comes from all values that went into it. A number that names no rows of
its own has those of the numbers beside it, such as their n; else those of its table; else those of
the analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from trialrun.evaluation.results import Cell, Row, Table


def traced(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return the tables with rows behind each of their numbers, where the analysis has any."""
    of_all = rows_of(tables)
    return tuple(_table(table, of_all) for table in tables)


def rows_of(tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the rows behind all numbers of some tables, each once."""
    return _rows(cell for table in tables for row in table.rows for cell in row.cells)


def _table(table: Table, of_all: tuple[str, ...]) -> Table:
    of_table = rows_of([table]) or of_all
    return replace(table, rows=tuple(_row(row, of_table) for row in table.rows))


def _row(row: Row, of_table: tuple[str, ...]) -> Row:
    beside = _rows(row.cells) or of_table
    return replace(row, cells=tuple(_cell(cell, beside) for cell in row.cells))


def _cell(cell: Cell, beside: tuple[str, ...]) -> Cell:
    # A 0 counts nobody, and no row is behind it.
    if cell.rows or not cell.value:
        return cell
    return replace(cell, rows=beside)


def _rows(cells: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row for cell in cells for row in cell.rows))
