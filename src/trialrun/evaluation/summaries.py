"""Summaries of numbers as tables show them: n, mean (SD), median (quartiles), range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.numbers import number
from trialrun.evaluation.results import Cell, Row, phrase
from trialrun.statistics.descriptive import quartiles

_NONE = "–"


@dataclass(frozen=True)
class Numbers:
    """Some numbers, and the rows that they came from."""

    values: tuple[float, ...]
    rows: tuple[str, ...] = ()


def summary_rows(columns: Sequence[Numbers], decimals: int, depth: int = 1) -> tuple[Row, ...]:
    """Return n, mean (SD), median (quartiles) and range of each column's numbers.

    `decimals` are those of one value; a mean and a quartile have one more, a standard deviation
    two. Where there are no numbers, n is 0 and nothing else is said.
    """
    return tuple(
        Row(phrase(f"summary_{name}"), tuple(_cell(one, say, decimals) for one in columns), depth)
        for name, say in _SAID.items()
    )


def mean_sd(values: Sequence[float], decimals: int) -> str:
    """Write mean (SD); of one number there is no standard deviation, of none nothing."""
    if not values:
        return _NONE
    mean = number(float(np.mean(values)), decimals + 1)
    if len(values) == 1:
        return f"{mean} ({_NONE})"
    return f"{mean} ({number(float(np.std(values, ddof=1)), decimals + 2)})"


Said = Callable[[Sequence[float], int], tuple[str, float | None]]


def _count(values: Sequence[float], _decimals: int) -> tuple[str, float | None]:
    return str(len(values)), float(len(values))


def _mean(values: Sequence[float], decimals: int) -> tuple[str, float | None]:
    return mean_sd(values, decimals), float(np.mean(values)) if values else None


def _median(values: Sequence[float], decimals: int) -> tuple[str, float | None]:
    if not values:
        return _NONE, None
    low, middle, high = quartiles(values)
    said = [number(one, decimals + 1) for one in (middle, low, high)]
    return f"{said[0]} ({said[1]}, {said[2]})", middle


def _range(values: Sequence[float], decimals: int) -> tuple[str, float | None]:
    if not values:
        return _NONE, None
    return f"{number(min(values), decimals)}, {number(max(values), decimals)}", None


_SAID: dict[str, Said] = {"n": _count, "mean": _mean, "median": _median, "range": _range}


def _cell(column: Numbers, say: Said, decimals: int) -> Cell:
    shown, value = say(column.values, decimals)
    return Cell(shown, value, column.rows)
