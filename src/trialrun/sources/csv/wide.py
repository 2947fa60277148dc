"""Sheets in which each test has a column of its own: which columns those are, and of what test.

A column is proposed as one only if its header names a test of a value set, or a unit in brackets,
and most of its cells hold numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialrun.sources.csv.contents import Contents
from trialrun.sources.csv.headers import name_and_unit, wide_columns
from trialrun.sources.csv.hints import hints_of, plain_name
from trialrun.sources.numbers import read_value
from trialrun.terminology.units import is_known

_HALF = 0.5


@dataclass(frozen=True)
class WideTest:
    """A test that has a column of its own: its name, its unit if the header says it, a hint."""

    columns: Mapping[str, str]
    name: str
    unit: str
    hint: str


def tests_of(header: Sequence[str], contents: Contents) -> list[WideTest]:
    """Return the tests that have a column each, by the names or units in the header."""
    shared = wide_columns(header)
    hints = hints_of(contents.value_sets)
    found = []
    for column in header if shared else ():
        name, unit = name_and_unit(column)
        hint = hints.get(plain_name(name), "")
        is_test = bool(hint) or (unit != "" and is_known(unit))
        if column and column not in shared.values() and is_test and _is_numeric(column, contents):
            found.append(WideTest({**shared, "value": column}, name, unit, hint))
    return found


def _is_numeric(column: str, contents: Contents) -> bool:
    counts = contents.counts(column)
    rows = sum(count for _, count in counts)
    numbers = sum(count for text, count in counts if read_value(text).lo is not None)
    return rows > 0 and numbers >= _HALF * rows
