"""The words that several statements use, as macros of one connection.

Those of `sql/macros.sql`, and those that say in SQL what Python says already: the reason of a gap
(`gap_no_record()`), when two numbers are equal, which blanks a text is stripped of. A macro is
unfolded when a statement is bound: a word costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
from sqlglot import exp

from trialrun.criteria.answers import Gap
from trialrun.engine.compiler.bounds import TOLERANCE
from trialrun.engine.compiler.relation import statement

_CREATE = "CREATE OR REPLACE TEMP MACRO"


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Let statements on the connection use the words."""
    connection.execute(statement("macros"))
    connection.execute(";".join([*_constants(), stripped_macro()]))


def stripped_macro() -> str:
    """Return the macro that strips a text as Python does."""
    blank = exp.Literal.string("".join(filter(str.isspace, map(chr, range(0x3001)))))
    return f"{_CREATE} stripped(text) AS trim(text, {blank.sql('duckdb')})"


def _constants() -> Iterator[str]:
    yield f"{_CREATE} tolerance() AS {TOLERANCE!r}"
    for gap in Gap:
        yield f"{_CREATE} gap_{gap.name.lower()}() AS {int(gap)}"
