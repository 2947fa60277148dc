"""The ledger of the drug: entering what moved, and taking an entry back. It is only added to.

Refuses whatever would leave less than nothing, at the site or in a participant's hands, on any day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from trialrun.conduct.accountability import Movement, shortages
from trialrun.conduct.actions.bounds import treatment_problems
from trialrun.conduct.actions.common import missing, refuse
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.reading.ledger import ledger, movements, standing
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.doses import LedgerEntry, LedgerKind
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem

_LONGEST_USE = timedelta(days=20 * 366)
"""No drug can be used longer than that: the year is mistyped, and would let an old one pass."""


@dataclass(frozen=True)
class Receipt:
    """What arrives: `amount` in `unit` (vials, as they are handed out), usable up to a day."""

    day: date
    lot: str
    amount: int
    unit: str
    expires_on: date


@dataclass(frozen=True)
class Moved:
    """What leaves the site or comes back: so many units of a lot that was received.

    `participant_id`: to whom it is dispensed, who returns it, or in whose hands it was lost.
    """

    kind: LedgerKind
    day: date
    lot: str
    amount: int
    participant_id: int | None = None


def receive_drug(
    database: Database, actor: Actor, at: datetime, receipt: Receipt, *, today: date
) -> LedgerEntry:
    """Enter what arrived at the site; `today` is the hospital's day of `at`.

    Raises:
        RefusedError: it is in the future, empty, or of another unit or expiry than its lot has.
    """
    with act(database, Verb.ENTER_LEDGER, actor, at=at) as doing:
        of_lot = _received(ledger(doing.session), receipt.lot.strip())
        refuse("enter this receipt", _receipt_problems(receipt, of_lot, today))
        return doing.add(
            LedgerEntry(
                kind=LedgerKind.RECEIVED,
                day=receipt.day,
                lot=receipt.lot.strip(),
                amount=receipt.amount,
                unit=receipt.unit.strip(),
                expires_on=receipt.expires_on,
            )
        )


def move_drug(
    database: Database,
    actor: Actor,
    at: datetime,
    moved: Moved,
    *,
    today: date,
    reason: str = "",
) -> LedgerEntry:
    """Enter what was dispensed, returned, destroyed or lost; a loss needs a `reason`.

    Raises:
        RefusedError: it is in the future, empty, of a lot that is unknown or expired, of nobody or
            somebody where it must not be, or more than there is.
    """
    participant_id = moved.participant_id
    with act(
        database,
        Verb.ENTER_LEDGER,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        session = doing.session
        entries = ledger(session)
        of_lot = _received(entries, moved.lot)
        problems = [
            *_amount_problems(moved.amount, moved.day, today),
            *_kind_problems(moved, reason),
            *_lot_problems(moved, of_lot),
            *_participant_problems(session, moved),
        ]
        if of_lot is not None and moved.amount > 0 and moved.kind not in _OTHERS:
            new = Movement(moved.day, moved.kind, moved.lot, moved.amount, participant_id)
            problems += _shortage_problems([*movements(entries), new], moved.lot)
        refuse("enter this into the ledger", problems)
        assert of_lot is not None
        return doing.add(
            LedgerEntry(
                kind=moved.kind,
                day=moved.day,
                lot=moved.lot,
                amount=moved.amount,
                unit=of_lot.unit,
                participant_id=participant_id,
                reason=reason.strip(),
            )
        )


def void_ledger_entry(
    database: Database, actor: Actor, at: datetime, entry_id: int, *, today: date, reason: str
) -> LedgerEntry:
    """Take back an entry that was wrong, by a new one that names it and says why.

    Raises:
        RefusedError: it was taken back already, is itself such an entry, or what was entered after
            it would leave less than nothing.
    """
    with database.reading() as session:
        entry = find(session, LedgerEntry, entry_id)
    with act(
        database,
        Verb.VOID_LEDGER_ENTRY,
        actor,
        at=at,
        reason=reason,
        participant_id=entry.participant_id,
    ) as doing:
        entries = ledger(doing.session)
        if entry_id not in {other.id for other in standing(entries)}:
            problems = [Problem("entry", "it is taken back already, or takes another one back")]
        else:
            rest = [other for other in entries if other.id != entry_id]
            problems = list(_shortage_problems(movements(rest), entry.lot))
        refuse("take back this entry", problems)
        return doing.add(
            LedgerEntry(
                kind=LedgerKind.VOID,
                day=today,
                lot=entry.lot,
                amount=entry.amount,
                unit=entry.unit,
                participant_id=entry.participant_id,
                voids_id=entry.id,
                reason=reason.strip(),
            )
        )


_OTHERS = (LedgerKind.RECEIVED, LedgerKind.VOID)
"""Kinds that have an action of their own."""


def _received(entries: Sequence[LedgerEntry], lot: str) -> LedgerEntry | None:
    """Return the first receipt of a lot that stands: its unit and expiry are the lot's."""
    of_lot = (
        entry
        for entry in standing(entries)
        if entry.lot == lot and entry.kind == LedgerKind.RECEIVED
    )
    return next(of_lot, None)


def _amount_problems(amount: int, day: date, today: date) -> Iterator[Problem]:
    if amount <= 0:
        yield Problem("amount", "it is not above zero", "count the units that moved")
    if day > today:
        yield Problem("day", "it is in the future", "give the day on which it moved")


def _receipt_problems(
    receipt: Receipt, of_lot: LedgerEntry | None, today: date
) -> Iterator[Problem]:
    yield from _amount_problems(receipt.amount, receipt.day, today)
    yield from missing("lot", receipt.lot, "write the lot as the container has it")
    yield from missing("unit", receipt.unit, "say what is counted: vials, for example")
    if receipt.expires_on - receipt.day > _LONGEST_USE:
        yield Problem("expires_on", "it lies too far ahead to be meant", "correct the year")
    if receipt.expires_on < receipt.day:
        yield Problem("expires_on", "it is before the day of arrival", "look at the container")
    if of_lot is None:
        return
    if of_lot.unit != receipt.unit.strip():
        yield Problem("unit", "the lot is counted in another unit", f"count {of_lot.unit}")
    if of_lot.expires_on != receipt.expires_on:
        found = "another expiry stands for this lot"
        yield Problem("expires_on", found, "look at the container, or correct the older entry")


def _kind_problems(moved: Moved, reason: str) -> Iterator[Problem]:
    if moved.kind in _OTHERS:
        yield Problem("kind", "this kind of entry is made in another way", "choose another kind")
    elif moved.kind is LedgerKind.LOST:
        yield from missing("reason", reason, "say how it was lost")


def _lot_problems(moved: Moved, of_lot: LedgerEntry | None) -> Iterator[Problem]:
    if of_lot is None:
        yield Problem("lot", "nothing of this lot was received", "enter its receipt first")
        return
    assert of_lot.expires_on is not None
    if moved.kind is LedgerKind.DISPENSED and moved.day > of_lot.expires_on:
        yield Problem("lot", "it had expired by that day", "dispense from another lot")


def _participant_problems(session: Session, moved: Moved) -> Iterator[Problem]:
    with_participant = moved.kind in (LedgerKind.DISPENSED, LedgerKind.RETURNED)
    if moved.participant_id is None:
        if with_participant:
            yield Problem("participant_id", "it is empty", "say whose it is")
        return
    if moved.kind is LedgerKind.DESTROYED:
        remedy = "enter its return first"
        yield Problem("participant_id", "what is in a participant's hands is not here", remedy)
    participant = find(session, Participant, moved.participant_id)
    if moved.day < participant.enrolled_on:
        yield Problem("day", "it is before enrolment", "give the day on which it moved")
    if moved.kind is LedgerKind.DISPENSED:
        yield from treatment_problems(session, participant, "day", moved.day)


def _shortage_problems(moves: Sequence[Movement], lot: str) -> Iterator[Problem]:
    for short in shortages(move for move in moves if move.lot == lot):
        where = "at the site" if short.participant_id is None else "in the participant's hands"
        found = f"less than nothing of this lot would be left {where}"
        yield Problem("amount", found, "count again, or correct an older entry")
