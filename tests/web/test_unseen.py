"""What nobody can see, what has no end, and days before 1900: refused at the field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.postgresql import server
from tests.web.safety import Safety, event_fields, safety
from tests.web.site import PASSWORD, Site

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect
from trialrun.conduct.roles import Role

NUL, BLANK = "\x00", "\u200b"
EVENTS = "/participants/1/adverse-events/new"


@pytest.fixture
def on_postgresql(quick_hashes: None) -> Iterator[Site]:
    with server() as running:
        database = connect(running.url(running.new_database()))
        create(database)
        yield Site(database)
        database.close()


@pytest.fixture
def at(site: Site) -> Safety:
    return safety(site)


@pytest.mark.parametrize("typed", [NUL, BLANK, f"felt{NUL}hot", "felt\u202ehot"], ids=ascii)
@pytest.mark.parametrize("name", ["reported_term", "narrative"])
def test_in_a_form(at: Safety, name: str, typed: str) -> None:
    answer = at.browser(Role.INVESTIGATOR).fill_in(EVENTS, **event_fields(**{name: typed}))
    assert answer.status == 422
    assert f'<div id="why-{name}"><p class="why">it holds a character that cannot be' in (
        answer.html.replace("\n", "")
    )
    assert 'value="2022-05-18"' in answer.html  # what else was typed is still there


def test_a_term_without_an_end(at: Safety) -> None:
    answer = at.browser(Role.INVESTIGATOR).fill_in(EVENTS, **event_fields(reported_term="x" * 9999))
    assert (answer.status, "use at most 255 letters" in answer.words) == (422, True)
    assert 'id="why-reported_term"' in answer.html


def test_the_language_of_who_is_refused(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR, language="zh")
    assert "不可见字符" in browser.fill_in(EVENTS, **event_fields(reported_term=NUL)).words
    long = browser.fill_in(EVENTS, **event_fields(reported_term="x" * 9999)).words
    assert "请不要超过255字" in long


def test_at_the_door_of_either_database(site: Site, on_postgresql: Site) -> None:
    for one in (site, on_postgresql):
        one.account()
        sent = {"name": f"monitor{NUL}", "password": PASSWORD}
        answer = one.browser().fill_in("/sign-in", "/sign-in", **sent)
        assert (answer.status, "cannot be seen" in answer.words) == (422, True)
        sent = {"name": "monitor", "password": f"{PASSWORD}{NUL}"}
        answer = one.browser().fill_in("/sign-in", "/sign-in", **sent)
        assert (answer.status, "the password is wrong" in answer.words) == (422, True)


@pytest.mark.parametrize("path", ["/accounts/new", "/consent-forms"])
def test_where_the_database_is_asked_first(on_postgresql: Site, path: str) -> None:
    role = Role.ADMINISTRATOR if path.startswith("/accounts") else Role.DATA_MANAGER
    fields = {"name": f"li{NUL}", "full_name": "Li", "role": "monitor", "language": "en"}
    fields |= {"form_version": f"1{NUL}", "effective_on": "2022-01-01"}
    answer = on_postgresql.signed_in(role).fill_in(path, **fields)
    assert (answer.status, "cannot be seen" in answer.words) == (422, True), answer.words


@pytest.mark.parametrize(
    "path", ["/audit?actor=%00", "/audit?table=%00", "/queries/new/dose%00/1", "/audit?%00=1"]
)
def test_in_an_address(on_postgresql: Site, path: str) -> None:
    browser = on_postgresql.signed_in(Role.MONITOR)
    assert browser.ask("/audit?actor=monitor").status == 200
    assert browser.ask(path).status == 404


# Fields of an adverse event that lies before there is a day
BEFORE = {
    "aware": {"aware_at_day": "0001-01-02", "onset": "0001-01-01"},
    "aware in 1899": {"aware_at_day": "1899-12-31"},
    "onset": {"onset": "0001-01-01", "causality": "not related"},
    "onset in 1899": {"onset": "1899", "causality": "not related"},
}


@pytest.mark.parametrize("fields", BEFORE.values(), ids=BEFORE)
def test_a_day_before_1900(at: Safety, fields: dict[str, str]) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    answer = browser.fill_in(EVENTS, **event_fields(**fields))
    assert answer.status == 422, answer.words
    assert answer.words.count("it lies before 1900") == 2  # above the form, and at the field
    fields = event_fields(onset="1900", causality="not related")
    assert browser.fill_in(EVENTS, **fields).status == 303
