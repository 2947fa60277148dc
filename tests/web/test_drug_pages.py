"""The drug as pages: doses to record, balances, and the entries of the ledger."""

from __future__ import annotations

import pytest
from tests.conduct.clinic import day
from tests.web.clinic import Clinic, clinic, dose_fields
from tests.web.site import Browser, Site

from trialrun.conduct.roles import Role

RECEIPT = {
    "day": day(0).isoformat(),
    "lot": "A1",
    "expires_on": "2023-01-01",
    "amount": "50",
    "unit": "vials",
}


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site, 6)


@pytest.fixture
def browser(here: Clinic) -> Browser:
    """A pharmacist's, with fifty vials of lot A1."""
    opened = here.browser(Role.PHARMACIST)
    assert opened.fill_in("/doses/receive", "/doses/receive", **RECEIPT).leads_to == "/doses"
    return opened


def moved(kind: str, amount: str, **more: str) -> dict[str, str]:
    return {"kind": kind, "day": day(1).isoformat(), "lot": "A1", "amount": amount} | more


def test_balances_of_lots_and_participants(browser: Browser) -> None:
    for fields in (
        moved("dispensed", "7", participant_id="1"),
        moved("returned", "2", participant_id="1"),
        moved("destroyed", "2"),
        moved("lost", "1", reason="fell down"),
    ):
        assert browser.fill_in("/doses/move", "/doses/move", **fields).leads_to == "/doses"
    # 50 - 7 + 2 - 2 - 1 at the site, 7 - 2 in hand
    assert "A1 1 Jan 2023 42 vials 001: 5" in browser.ask("/doses").words


WRONG_RECEIPTS = [
    ({"day": day(7).isoformat()}, "day"),
    ({"day": "x"}, "day"),
    ({"lot": " "}, "lot"),
    ({"amount": "0"}, "amount"),
    ({"amount": "1.5"}, "amount"),
    ({"unit": "boxes"}, "unit"),
    ({"expires_on": "2024-01-01"}, "expires_on"),
]


@pytest.mark.parametrize(("fields", "where"), WRONG_RECEIPTS)
def test_a_receipt_that_is_wrong(browser: Browser, fields: dict[str, str], where: str) -> None:
    answer = browser.fill_in("/doses/receive", "/doses/receive", **RECEIPT | fields)
    assert (answer.status, f'id="why-{where}"' in answer.html) == (422, True)
    for name, value in (RECEIPT | fields).items():
        assert f'name="{name}"' in answer.html
        assert f'value="{value}"' in answer.html


WRONG_MOVES = [
    (moved("", "1"), "kind"),
    (moved("dispensed", "51", participant_id="1"), "amount"),
    (moved("dispensed", "1"), "participant_id"),
    (moved("lost", "1"), "reason"),
    (moved("lost", "1", participant_id="abc", reason="fell down"), "participant_id"),
    (moved("destroyed", "1", lot="B9"), "lot"),
    (moved("destroyed", "x"), "amount"),
    (moved("destroyed", "1", day=day(9).isoformat()), "day"),
]


@pytest.mark.parametrize(("fields", "where"), WRONG_MOVES)
def test_a_movement_that_is_wrong(browser: Browser, fields: dict[str, str], where: str) -> None:
    answer = browser.fill_in("/doses/move", "/doses/move", **fields)
    assert (answer.status, f'id="why-{where}"' in answer.html) == (422, True)
    assert f'value="{fields["amount"]}"' in answer.html
    if fields["kind"]:
        assert f'<option value="{fields["kind"]}" selected>' in answer.html


def test_an_entry_is_taken_back_by_a_new_one(browser: Browser) -> None:
    assert browser.ask("/doses/ledger/1/void").status == 200
    refused = browser.fill_in("/doses/ledger/1/void", reason="")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    assert browser.fill_in("/doses/ledger/1/void", reason="other lot").leads_to == "/doses"
    page = browser.ask("/doses").words
    assert "takes back no. 1" in page
    assert "received taken back" in page
    again = browser.fill_in("/doses/ledger/1/void", reason="other lot")
    assert (again.status, "it is taken back already" in again.words) == (422, True)


def test_doses_to_record_lead_to_their_forms(browser: Browser, here: Clinic) -> None:
    page = browser.ask("/doses")
    assert f'href="{here.path}/doses/1/1"' in page.html
    for number in range(1, 5):
        browser.fill_in(f"{here.path}/doses/1/{number}", **dose_fields(2 * (number - 1)))
    assert "Every due dose is recorded." in browser.ask("/doses").words


def test_a_monitor_reads_the_ledger(browser: Browser, here: Clinic) -> None:
    monitor = here.browser(Role.MONITOR)
    page = monitor.ask("/doses")
    assert "50 vials" in page.words
    assert "/doses/ledger/1/void" not in page.html
    for path in ("/doses/receive", "/doses/move", "/doses/ledger/1/void"):
        assert monitor.ask(path).status == 403
        assert monitor.fill_in(path).status == 403
