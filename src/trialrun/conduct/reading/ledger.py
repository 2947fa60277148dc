"""The ledger of the drug and its balances, for pages and reports. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.accountability import Movement
from trialrun.conduct.tables.doses import LedgerEntry, LedgerKind


def ledger(session: Session) -> Sequence[LedgerEntry]:
    """Return every entry in the order in which it was made, those taken back included."""
    return session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()


def standing(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """Return the entries that move the drug: not taken back, and taking none back."""
    voided = {entry.voids_id for entry in entries}
    return [entry for entry in entries if entry.kind != LedgerKind.VOID and entry.id not in voided]


def movements(entries: Sequence[LedgerEntry]) -> list[Movement]:
    """Return what the entries that stand moved."""
    return [
        Movement(entry.day, LedgerKind(entry.kind), entry.lot, entry.amount, entry.participant_id)
        for entry in standing(entries)
    ]
