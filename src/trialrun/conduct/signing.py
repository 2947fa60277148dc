"""What an electronic signature is over: the canonical JSON of rows, and its hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from trialrun.conduct.canonical import canonical, digest, plain_values
from trialrun.conduct.rows import RowRef, row_at, rows_of
from trialrun.conduct.tables.base import Base


def rows_to_sign(
    session: Session, participant_id: int, place: RowRef | None
) -> Sequence[tuple[RowRef, Base]]:
    """Return what a signature covers: one row, or (None) all of the participant's data."""
    if place is not None:
        return [(place, row_at(session, place))]
    return list(rows_of(session, participant_id))


def content_to_sign(session: Session, participant_id: int, place: RowRef | None = None) -> str:
    """Return the hash of what a signature would cover now, which names what its signer reads."""
    return content_hash(rows_to_sign(session, participant_id, place))


def content_hash(rows: Iterable[tuple[RowRef, Base]]) -> str:
    """Return the SHA-256, in hexadecimal, of rows with their tables and ids, in their order."""
    return digest(
        canonical(
            [
                {"table": place.table, "id": place.row_id, **_plain(row)}
                for place, row in sorted(rows, key=lambda pair: pair[0])
            ]
        )
    )


def _plain(row: Base) -> dict[str, object]:
    return {"values": plain_values(row, row.values())}
