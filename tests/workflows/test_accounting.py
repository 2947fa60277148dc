"""The drug as the pharmacist sees it: lots, who holds what, entries taken back."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conduct.clinic import day, noon
from tests.workflows.clinic import clinic

from trialrun.conduct.actions.ledger import (
    Moved,
    Receipt,
    move_drug,
    receive_drug,
    void_ledger_entry,
)
from trialrun.conduct.database import Database
from trialrun.conduct.tables.doses import LedgerKind
from trialrun.workflows.accounting import drug_on


def test_balances_and_entries(database: Database) -> None:
    here = clinic(database)
    who = here.participant.id
    for lot, expires in (("B", date(2023, 1, 1)), ("A", date(2024, 1, 1))):
        receipt = Receipt(day(0), lot, 50, "vials", expires)
        receive_drug(database, here.actor, noon(9), receipt, today=day(9))
    for amount in (7, 2):
        moved = Moved(LedgerKind.DISPENSED, day(1), "B", amount, who)
        last = move_drug(database, here.actor, noon(9), moved, today=day(9))
    void_ledger_entry(database, here.actor, noon(9), last.id, today=day(9), reason="twice")
    with database.reading() as session:
        now, before = drug_on(session, day(9)), drug_on(session, day(0))
    # What expires first is in front.
    assert [(lot.name, lot.at_site, lot.in_hand) for lot in now.lots] == [
        ("B", 43, {"001": 7}),
        ("A", 50, {}),
    ]
    assert [(lot.name, lot.at_site) for lot in before.lots] == [("B", 50), ("A", 50)]
    assert [(line.entry.kind, line.number, line.taken_back) for line in now.lines] == [
        ("void", "001", False),
        ("dispensed", "001", True),
        ("dispensed", "001", False),
        ("received", "", False),
        ("received", "", False),
    ]


# Doses of lot A1 that were given | what participant 001 has in hand; 7 were dispensed, 1 of them
# came back and 1 was lost
IN_HAND = [(0, {"001": 5}), (3, {"001": 2}), (5, {}), (6, {"001": -1})]


@pytest.mark.parametrize(("given", "in_hand"), IN_HAND)
def test_what_was_given_is_no_longer_in_hand(
    database: Database, given: int, in_hand: dict[str, int]
) -> None:
    here = clinic(database)
    receive_drug(
        database, here.actor, noon(0), Receipt(day(0), "A1", 50, "vials", day(90)), today=day(0)
    )
    for kind, amount in (
        (LedgerKind.DISPENSED, 7),
        (LedgerKind.RETURNED, 1),
        (LedgerKind.LOST, 1),
    ):
        moved = Moved(kind, day(1), "A1", amount, here.participant.id)
        move_drug(database, here.actor, noon(9), moved, today=day(9), reason="broken")
    for number in range(1, given + 1):
        here.dose(1, number, 2 * number)
    with database.reading() as session:
        (lot,) = drug_on(session, day(13)).lots
    assert lot.in_hand == in_hand
