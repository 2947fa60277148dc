"""Accountability of the drug: what each lot and each participant holds, derived from the ledger.

Stores nothing. `stock`: received and returned, less dispensed, destroyed and lost at the site.
Of a participant: dispensed to them, less returned and lost by them; the ledger alone does not
know what was given of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from trialrun.conduct.tables.doses import LedgerKind


@dataclass(frozen=True)
class Movement:
    """An entry of the ledger that stands: so many units of a lot, on a day."""

    day: date
    kind: LedgerKind
    lot: str
    amount: int
    participant_id: int | None = None


@dataclass(frozen=True)
class Shortage:
    """The first day on which more was gone than there had been: at the site, or in hand of whom."""

    lot: str
    participant_id: int | None
    day: date


Place = tuple[str, int | None]
"""A lot, and where it is: at the site (None), or in the hands of a participant."""


def balances(movements: Iterable[Movement], on: date) -> Mapping[Place, int]:
    """Return how many units are in each place at the end of a day."""
    held: dict[Place, int] = defaultdict(int)
    for movement in movements:
        if movement.day <= on:
            for place, change in _changes(movement):
                held[place] += change
    return dict(held)


def shortages(movements: Iterable[Movement]) -> list[Shortage]:
    """Return for each place the first day that ends with less than nothing there."""
    held: dict[Place, int] = defaultdict(int)
    found: dict[Place, date] = {}
    in_order = sorted(movements, key=lambda movement: movement.day)
    for day, of_day in groupby(in_order, key=lambda movement: movement.day):
        for movement in of_day:
            for place, change in _changes(movement):
                held[place] += change
        for place, left in held.items():
            if left < 0:
                found.setdefault(place, day)
    return [Shortage(lot, participant_id, day) for (lot, participant_id), day in found.items()]


def _changes(movement: Movement) -> list[tuple[Place, int]]:
    """Return what a movement puts into each place, or takes out of it."""
    site, hand = (movement.lot, None), (movement.lot, movement.participant_id)
    amount = movement.amount
    match movement.kind:
        case LedgerKind.RECEIVED:
            return [(site, amount)]
        case LedgerKind.DISPENSED:
            return [(site, -amount), (hand, amount)]
        case LedgerKind.RETURNED:
            return [(site, amount), (hand, -amount)]
        case LedgerKind.DESTROYED:
            return [(site, -amount)]
        case LedgerKind.LOST:
            return [(hand, -amount)]
        case LedgerKind.VOID:
            raise ValueError("an entry that takes another one back moves nothing")
