"""A form counts once: double clicks, pages that are sent again, and forms that were refused."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from sqlalchemy import func, select
from tests.conduct.clinic import day
from tests.web.clinic import Clinic, clinic, visit_fields
from tests.web.site import Answer, Browser, Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.doses import LedgerEntry
from trialrun.conduct.tables.visits import Visit

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


def key_of(browser: Browser, page: str) -> str:
    found = re.search(r'name="once" value="(\w+)"', browser.get(page).text)
    assert found, page
    return found[1]


def rows(here: Clinic, table: type[Base]) -> int:
    with here.site.database.reading() as session:
        return session.scalar(select(func.count(table.id))) or 0


def at_once(browser: Browser, path: str, page: str, fields: dict[str, str]) -> list[int]:
    """Send a form three times at the same time; return the statuses, sorted."""
    sent = {"csrf": browser.form_token(page), "once": key_of(browser, page), **fields}
    with ThreadPoolExecutor(3) as pool:
        return sorted(pool.map(lambda _: browser.post(path, data=sent).status_code, range(3)))


# Where three clicks made three rows | who | the fields | the table
WRITES = [
    ("/doses/receive", Role.PHARMACIST, RECEIPT, LedgerEntry),
    ("/participants/1/visits/unscheduled", Role.COORDINATOR, visit_fields(5), Visit),
]


@pytest.mark.parametrize(("path", "role", "fields", "table"), WRITES)
def test_three_clicks_make_one_row(
    here: Clinic, path: str, role: Role, fields: dict[str, str], table: type[Base]
) -> None:
    browser = here.browser(role)
    before = rows(here, table)
    assert at_once(browser, path, path, fields) == [
        HTTPStatus.SEE_OTHER,
        HTTPStatus.CONFLICT,
        HTTPStatus.CONFLICT,
    ]
    assert rows(here, table) == before + 1


def receive(browser: Browser, key: str, **other: str) -> Answer:
    path = "/doses/receive"
    return browser.fill_in(path, path, once=key, **{**RECEIPT, **other})


def test_what_was_refused_may_be_sent_again_and_what_was_accepted_not(here: Clinic) -> None:
    browser = here.browser(Role.PHARMACIST)
    key = key_of(browser, "/doses/receive")
    assert receive(browser, key, amount="0").status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert receive(browser, key).status == HTTPStatus.SEE_OTHER
    again = receive(browser, key)
    assert again.status == HTTPStatus.CONFLICT
    assert "it was sent twice; it counts once" in again.words
    assert receive(browser, key_of(browser, "/doses/receive")).status == HTTPStatus.SEE_OTHER
    assert rows(here, LedgerEntry) == 2


def test_every_form_has_a_key_of_its_own(here: Clinic) -> None:
    browser = here.browser(Role.PHARMACIST)
    assert key_of(browser, "/doses/receive") != key_of(browser, "/doses/receive")
