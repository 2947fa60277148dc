"""Answers of people that answer nothing, because no question is worded as theirs."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb


def unasked_answers(connection: duckdb.DuckDBPyConnection, asked: Iterable[str]) -> int:
    """Return how many answers are to none of the questions asked, word for word."""
    found = connection.execute(
        "SELECT count(*) FROM attestation WHERE NOT list_contains($asked::VARCHAR[], question)",
        {"asked": sorted(asked)},
    ).fetchall()
    return int(found[0][0])
