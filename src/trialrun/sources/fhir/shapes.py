"""Whether a piece of JSON has the shape that a resource type's columns ask for.

Compares structure, never content: the answer is the path at which the shape is another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

import duckdb
from duckdb.sqltypes import DuckDBPyType

Json = object


def misfit(value: Json, type_: DuckDBPyType, path: str) -> str | None:
    """Return the path of the first part that does not fit the type; None if all of it fits."""
    if value is None or str(type_) == "JSON":
        return None
    if type_.id == "struct":
        return _misfit_of_object(value, type_, path)
    if type_.id == "list":
        return _misfit_of_list(value, type_, path)
    return None if _fits_scalar(value, type_.id) else path


@cache
def type_of(written: str) -> DuckDBPyType:
    """Return the type that DuckDB's SQL writes so."""
    return duckdb.sqltype(written)


def _misfit_of_object(value: Json, type_: DuckDBPyType, path: str) -> str | None:
    if not isinstance(value, Mapping):
        return path
    for name, child in cast("list[tuple[str, DuckDBPyType]]", type_.children):
        found = misfit(value.get(name), child, f"{path}.{name}")
        if found:
            return found
    return None


def _misfit_of_list(value: Json, type_: DuckDBPyType, path: str) -> str | None:
    if not isinstance(value, list):
        return path
    child = cast("DuckDBPyType", type_.children[0][1])
    return next((found for item in value if (found := misfit(item, child, path))), None)


def _fits_scalar(value: Json, name: str) -> bool:
    if name == "boolean":
        return isinstance(value, bool)
    if name == "double":
        return _is_number(value)
    return isinstance(value, str | int | float)


def _is_number(value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    try:
        float(value)
    except (ValueError, OverflowError):
        return False
    return True
