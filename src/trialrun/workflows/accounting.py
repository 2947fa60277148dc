"""The drug of the trial as the pharmacist sees it: each lot, who holds what, every entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.accountability import Place, balances
from trialrun.conduct.reading.ledger import ledger, movements, standing
from trialrun.conduct.tables.doses import Dose, LedgerEntry, LedgerKind
from trialrun.conduct.tables.participants import Participant


@dataclass(frozen=True)
class Lot:
    """What is left of a lot: at the site, and in hand of each participant who holds any.

    In hand: dispensed, less given (a unit each dose), returned and lost. Less than nothing: so many
    more were given than had been dispensed.
    """

    name: str
    unit: str
    expires_on: date
    at_site: int
    in_hand: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """An entry of the ledger; `taken_back`: a later one takes it back."""

    entry: LedgerEntry
    number: str
    taken_back: bool


@dataclass(frozen=True)
class DrugOnHand:
    """The drug at the end of a day; the newest line in front. Ids lead to participants' numbers."""

    lots: tuple[Lot, ...]
    lines: tuple[Line, ...]
    participants: Mapping[int, str]


def drug_on(session: Session, on: date) -> DrugOnHand:
    """Return balances at the end of a day, and every entry ever made."""
    entries = ledger(session)
    numbers = {
        row.id: row.number for row in session.scalars(select(Participant).order_by(Participant.id))
    }
    stand = standing(entries)
    kept = {entry.id for entry in stand}
    held = _less_given(balances(movements(entries), on), _given(session, on))
    return DrugOnHand(
        lots=tuple(_lots(stand, held, numbers)),
        lines=tuple(
            Line(
                entry,
                numbers.get(entry.participant_id or 0, ""),
                entry.kind != LedgerKind.VOID and entry.id not in kept,
            )
            for entry in reversed(entries)
        ),
        participants=numbers,
    )


def _given(session: Session, on: date) -> Mapping[Place, int]:
    """Count the doses given up to a day, by lot and participant."""
    given = select(Dose.lot, Dose.participant_id, func.count()).where(
        ~Dose.voided, Dose.lot.is_not(None), Dose.given_on <= on
    )
    counted = session.execute(given.group_by(Dose.lot, Dose.participant_id))
    return {(lot or "", who): number for lot, who, number in counted}


def _less_given(held: Mapping[Place, int], given: Mapping[Place, int]) -> Mapping[Place, int]:
    return {place: held.get(place, 0) - given.get(place, 0) for place in {**held, **given}}


def _lots(
    entries: Sequence[LedgerEntry], held: Mapping[Place, int], numbers: Mapping[int, str]
) -> list[Lot]:
    lots: dict[str, Lot] = {}
    for entry in entries:
        if entry.expires_on is not None:
            in_hand = {
                numbers[who]: amount
                for (lot, who), amount in held.items()
                if lot == entry.lot and who is not None and amount
            }
            at_site = held.get((entry.lot, None), 0)
            lots[entry.lot] = Lot(entry.lot, entry.unit, entry.expires_on, at_site, in_hand)
    return sorted(lots.values(), key=lambda lot: (lot.expires_on, lot.name))
