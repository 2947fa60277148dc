"""The ledger of the drug: what moved, what is left where, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.conduct.clinic import (
    at_once,
    day,
    noon,
    refused_by_the_database,
    refused_fields,
    trail_of,
)
from tests.conduct.people import Site, site, somebody

from trialrun.conduct.accountability import Movement, Shortage, balances, shortages
from trialrun.conduct.actions.ledger import (
    Moved,
    Receipt,
    move_drug,
    receive_drug,
    void_ledger_entry,
)
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.reading.ledger import ledger, movements
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.doses import LedgerEntry, LedgerKind
from trialrun.errors import ForbiddenError, NotFoundError, RefusedError

TODAY = day(40)
RECEIVED, DISPENSED, RETURNED = LedgerKind.RECEIVED, LedgerKind.DISPENSED, LedgerKind.RETURNED
DESTROYED, LOST = LedgerKind.DESTROYED, LedgerKind.LOST
RECEIPT = Receipt(day(1), "A1", 20, "vial", date(2022, 3, 31))


@pytest.fixture
def clinic(database: Database) -> Site:
    """A site with participant 1, who was enrolled on day 0."""
    clinic = site(database)
    clinic.enrol()
    return clinic


def receive(clinic: Site, receipt: Receipt = RECEIPT) -> LedgerEntry:
    return receive_drug(clinic.database, clinic.investigator, noon(40), receipt, today=TODAY)


def move(clinic: Site, moved: Moved, reason: str = "", today: date = TODAY) -> LedgerEntry:
    return move_drug(
        clinic.database, clinic.investigator, noon(40), moved, today=today, reason=reason
    )


def dispense(clinic: Site, amount: int, on: int = 2) -> LedgerEntry:
    return move(clinic, Moved(DISPENSED, day(on), "A1", amount, 1))


def void(clinic: Site, entry: LedgerEntry) -> LedgerEntry:
    return void_ledger_entry(
        clinic.database,
        clinic.investigator,
        noon(41),
        entry.id,
        today=day(41),
        reason="counted wrongly",
    )


def left(clinic: Site, on: int = 40) -> dict[tuple[str, int | None], int]:
    with clinic.database.reading() as session:
        return dict(balances(movements(ledger(session)), day(on)))


SITE, HAND = ("A1", None), ("A1", 1)


def test_what_moves_is_entered_and_the_balances_follow(clinic: Site) -> None:
    receive(clinic)
    dispense(clinic, 14)
    move(clinic, Moved(RETURNED, day(16), "A1", 3, 1))
    move(clinic, Moved(LOST, day(17), "A1", 1, 1), "left on a train")
    move(clinic, Moved(LOST, day(18), "A1", 2), "dropped")
    entry = move(clinic, Moved(DESTROYED, day(20), "A1", 3))
    assert (entry.unit, entry.expires_on, entry.participant_id) == ("vial", None, None)
    assert left(clinic) == {SITE: 20 - 14 + 3 - 2 - 3, HAND: 14 - 3 - 1}
    assert left(clinic, on=16) == {SITE: 9, HAND: 11}
    assert left(clinic, on=0) == {}
    assert [reason for _, reason, _ in trail_of(clinic.database, "ledger_entry")] == [
        "",
        "",
        "",
        "left on a train",
        "dropped",
        "",
    ]
    assert verify(clinic.database).problems == ()


# What arrives | the fields that are refused, all at once
REFUSED_RECEIPTS = [
    (replace(RECEIPT, amount=0, lot=" ", unit=""), ["amount", "lot", "unit"]),
    (replace(RECEIPT, day=day(41)), ["day"]),
    (replace(RECEIPT, expires_on=day(0)), ["expires_on", "expires_on"]),
    (replace(RECEIPT, unit="box"), ["unit"]),
    (replace(RECEIPT, expires_on=date(2023, 1, 1)), ["expires_on"]),
    (replace(RECEIPT, lot="B1", expires_on=date(2202, 12, 31)), ["expires_on"]),
]


@pytest.mark.parametrize(("receipt", "fields"), REFUSED_RECEIPTS)
def test_a_wrong_receipt_is_refused(clinic: Site, receipt: Receipt, fields: list[str]) -> None:
    receive(clinic)
    assert refused_fields(lambda: receive(clinic, receipt)) == fields


# What moves | the fields that are refused, all at once
REFUSED: list[tuple[Moved, list[str]]] = [
    (Moved(DISPENSED, day(2), "A1", 21, 1), ["amount"]),
    (Moved(DISPENSED, day(0), "A1", 1, 1), ["amount"]),  # it arrived on day 1
    (Moved(DISPENSED, day(-1), "A1", 1, 1), ["day", "amount"]),
    (Moved(DISPENSED, day(41), "A1", 1, 1), ["day"]),
    (Moved(DISPENSED, day(2), "A1", 0, 1), ["amount"]),
    (Moved(DISPENSED, day(2), "A1", 1), ["participant_id"]),
    (Moved(DISPENSED, day(2), "B7", 1, 1), ["lot"]),
    (Moved(RETURNED, day(2), "A1", 1, 1), ["amount"]),
    (Moved(DESTROYED, day(2), "A1", 21), ["amount"]),
    (Moved(DESTROYED, day(2), "A1", 1, 1), ["participant_id"]),
    (Moved(LOST, day(2), "A1", 1), ["reason"]),
    (Moved(LOST, day(2), "A1", 1, 1), ["reason", "amount"]),
    (Moved(RECEIVED, day(2), "A1", 1), ["kind"]),
    (Moved(LedgerKind.VOID, day(2), "A1", 1), ["kind"]),
    (Moved(DISPENSED, day(41), "B7", -1), ["amount", "day", "lot", "participant_id"]),
]


@pytest.mark.parametrize(("moved", "fields"), REFUSED)
def test_a_wrong_movement_is_refused(clinic: Site, moved: Moved, fields: list[str]) -> None:
    receive(clinic)
    assert refused_fields(lambda: move(clinic, moved)) == fields
    assert left(clinic) == {SITE: 20}


def test_a_lot_may_arrive_on_its_last_day(clinic: Site) -> None:
    assert receive(clinic, replace(RECEIPT, expires_on=RECEIPT.day)).amount == 20


def test_a_lot_is_dispensed_up_to_its_last_day(clinic: Site) -> None:
    receive(clinic, replace(RECEIPT, expires_on=day(10)))
    assert refused_fields(lambda: dispense(clinic, 1, on=11)) == ["lot"]
    assert dispense(clinic, 1, on=10).amount == 1


def test_what_is_entered_late_may_not_empty_a_later_day(clinic: Site) -> None:
    receive(clinic)
    dispense(clinic, 20, on=10)
    assert refused_fields(lambda: dispense(clinic, 1, on=5)) == ["amount"]


def test_an_entry_is_taken_back_by_another_one(clinic: Site) -> None:
    receive(clinic)
    wrong = dispense(clinic, 14)
    entry = void(clinic, wrong)
    assert (entry.kind, entry.voids_id, entry.amount) == ("void", wrong.id, 14)
    assert left(clinic)[SITE] == 20
    assert trail_of(clinic.database, "ledger_entry")[-1][:2] == (
        "void ledger entry",
        "counted wrongly",
    )
    with clinic.database.reading() as session:
        assert [entry.kind for entry in ledger(session)] == ["received", "dispensed", "void"]
    assert refused_fields(lambda: void(clinic, wrong)) == ["entry"]
    assert refused_fields(lambda: void(clinic, entry)) == ["entry"]
    assert verify(clinic.database).problems == ()


def test_what_others_rest_on_is_not_taken_back(clinic: Site) -> None:
    received = receive(clinic)
    dispensed = dispense(clinic, 14)
    move(clinic, Moved(RETURNED, day(16), "A1", 3, 1))
    assert refused_fields(lambda: void(clinic, received)) == ["amount"]
    assert refused_fields(lambda: void(clinic, dispensed)) == ["amount"]


def test_a_void_needs_a_reason_and_an_entry(clinic: Site) -> None:
    entry = receive(clinic)
    with pytest.raises(RefusedError, match="needs a reason"):
        void_ledger_entry(
            clinic.database, clinic.investigator, noon(41), entry.id, today=day(41), reason=""
        )
    with pytest.raises(NotFoundError):
        void_ledger_entry(
            clinic.database, clinic.investigator, noon(41), 99, today=day(41), reason="x"
        )
    with pytest.raises(NotFoundError):
        move(clinic, Moved(DISPENSED, day(2), "A1", 1, 99))


def test_of_two_who_dispense_the_last_the_second_is_told(clinic: Site) -> None:
    receive(clinic, replace(RECEIPT, amount=7))
    got = at_once(lambda _: dispense(clinic, 7))
    assert sorted(type(one).__name__ for one in got) == ["LedgerEntry", "RefusedError"]
    assert left(clinic) == {SITE: 0, HAND: 7}
    other = receive(clinic, replace(RECEIPT, lot="B2"))
    voided = at_once(lambda _: void(clinic, other))
    assert sorted(type(one).__name__ for one in voided) == ["LedgerEntry", "RefusedError"]


def test_a_data_manager_moves_no_drug(clinic: Site) -> None:
    with pytest.raises(ForbiddenError):
        receive_drug(
            clinic.database,
            somebody(clinic.database, Role.DATA_MANAGER),
            noon(40),
            RECEIPT,
            today=TODAY,
        )


def entry(**columns: object) -> LedgerEntry:
    """Return an entry that nobody checked: two dispensed to participant 1."""
    good = {
        "kind": "dispensed",
        "day": day(3),
        "lot": "A1",
        "amount": 2,
        "unit": "vial",
        "participant_id": 1,
    }
    return LedgerEntry(**{**good, **columns})  # type: ignore[arg-type]


# What is wrong with a row, of 20 received and 14 dispensed | the constraint that refuses it
WRONG_ROWS = [
    (entry(amount=7), "ledger_entry_stock"),
    (entry(kind="destroyed", participant_id=None, amount=7), "ledger_entry_stock"),
    (entry(kind="void", voids_id=1, reason="x", participant_id=None), "ledger_entry_stock"),
    (entry(kind="returned", amount=15), "ledger_entry_in_hand"),
    (entry(kind="lost", amount=15, reason="x"), "ledger_entry_in_hand"),
    (entry(amount=0), "ck_ledger_entry_amount"),
    (entry(kind="eaten"), "ck_ledger_entry_"),
    (entry(participant_id=None), "ck_ledger_entry_participant"),
    (entry(kind="destroyed"), "ck_ledger_entry_participant"),
    (entry(participant_id=9), "(?i)foreign key|in_hand"),
    (entry(kind="lost"), "ck_ledger_entry_reason"),
    (entry(kind="received", participant_id=None), "ck_ledger_entry_expiry"),
    (entry(voids_id=1), "ck_ledger_entry_void"),
    (entry(lot=""), "ck_ledger_entry_lot"),
]


@pytest.mark.parametrize(("row", "name"), WRONG_ROWS)
def test_the_database_refuses_it_too(clinic: Site, row: LedgerEntry, name: str) -> None:
    receive(clinic)
    dispense(clinic, 14)
    refused_by_the_database(clinic.database, row, name)


def test_the_database_takes_an_entry_back_once_and_changes_none(clinic: Site) -> None:
    receive(clinic)
    void(clinic, dispense(clinic, 14))
    again = entry(kind="void", voids_id=2, amount=14, reason="x")
    refused_by_the_database(clinic.database, again, "(?i)unique")
    with (
        pytest.raises(DBAPIError, match="never changed"),
        clinic.database.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE ledger_entry SET amount = 15, version = 2"))


def moves(*rows: tuple[int, LedgerKind, int, int | None]) -> list[Movement]:
    return [Movement(day(on), kind, "A1", amount, whose) for on, kind, amount, whose in rows]


# Movements in any order | the first day on which a place would hold less than nothing
SHORT = [
    (moves((2, DISPENSED, 5, 1), (1, RECEIVED, 5, None)), []),
    (moves((1, DISPENSED, 5, 1), (1, RECEIVED, 5, None)), []),  # within a day the order is free
    (moves((1, DISPENSED, 5, 1), (2, RECEIVED, 5, None)), [Shortage("A1", None, day(1))]),
    (
        moves((1, RECEIVED, 5, None), (2, DISPENSED, 5, 1), (3, RETURNED, 5, 2)),
        [Shortage("A1", 2, day(3))],
    ),
    (
        moves((1, RECEIVED, 5, None), (2, LOST, 6, None), (3, RECEIVED, 5, None)),
        [Shortage("A1", None, day(2))],
    ),
]


@pytest.mark.parametrize(("movements", "expected"), SHORT)
def test_shortages(movements: list[Movement], expected: list[Shortage]) -> None:
    assert shortages(movements) == expected


def test_lots_are_counted_apart() -> None:
    both = [*moves((1, RECEIVED, 5, None)), Movement(day(1), RECEIVED, "B2", 3)]
    assert balances(both, day(1)) == {("A1", None): 5, ("B2", None): 3}
    with pytest.raises(ValueError, match="moves nothing"):
        balances(moves((1, LedgerKind.VOID, 5, None)), day(1))
