"""What a query over the rows of one file is made of: columns, joins, and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialrun.sources.csv.readings import ROWS, quoted


@dataclass(frozen=True)
class Select:
    """Column -> expression, the joins they need, and reason -> condition."""

    columns: Mapping[str, str]
    joins: tuple[str, ...] = ()
    repaired: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: Select) -> Select:
        return Select(
            {**self.columns, **other.columns},
            self.joins + other.joins,
            {**self.repaired, **other.repaired},
            {**self.refused, **other.refused},
        )

    def sql(self) -> str:
        """Return the query; `repaired` and `refused` list the reasons that hold for a row."""
        columns = ",\n".join(f"{sql} AS {name}" for name, sql in self.columns.items())
        return (
            f"SELECT r.line AS line, {columns},\n{_reasons(self.repaired)} AS repaired,\n"
            f"{_reasons(self.refused)} AS refused\nFROM {ROWS} r\n" + "\n".join(self.joins)
        )


def unknown(name: str) -> str:
    """Return whether a word of a fixed vocabulary is there and not known."""
    return f"r.{name} IS NOT NULL AND {name}.meaning IS NULL"


def unit_of(cell: str, column: str) -> str:
    """Return the unit that stands with the value, or in its own column; NULL if they differ."""
    return (
        f"CASE WHEN {cell} = {column} OR {column} IS NULL THEN {cell} "
        f"WHEN {cell} IS NULL THEN {column} END"
    )


def clash_of(cell: str, column: str) -> str:
    """Return whether the units of a cell and of the column beside it differ."""
    return f"({cell} <> {column})"


def _reasons(conditions: Mapping[str, str]) -> str:
    cases = ", ".join(f"CASE WHEN {sql} THEN {quoted(why)} END" for why, sql in conditions.items())
    return f"list_filter([{cases}]::VARCHAR[], lambda why: why IS NOT NULL)"
