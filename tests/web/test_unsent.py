"""A form that was sent after the session had ended: kept by the page, offered again, never sent."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from tests.web.site import PASSWORD, Browser, Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.accounts import Account
from trialrun.errors import Problem, StoreError
from trialrun.web.access import SIGNED_IN, Route
from trialrun.web.unsent import kept, unsent

WORDS = '<b>Zhang "San"</b>\nof the ward'
TYPED = {"name": "zhang", "full_name": WORDS, "role": "monitor", "language": "en", "subject": ""}


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields of the form that a page holds last."""
    last = html.rsplit("<form", 1)[1]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', last)
    return {name: unescape(value) for name, value in found}


def names(site: Site) -> set[str]:
    with site.database.reading() as session:
        return set(session.scalars(select(Account.name)))


@pytest.fixture
def late(site: Site) -> Browser:
    """An administrator's browser."""
    return site.signed_in(Role.ADMINISTRATOR)


def send_late(site: Site, browser: Browser, path: str, **typed: str) -> str:
    """Send a form half an hour after it was opened; return the page that is answered."""
    token = browser.form_token(path)
    site.clock.go_on(minutes=31)
    answer = browser.post(path, data={"csrf": token, "once": "a" * 32, **typed})
    assert answer.status_code == 401
    return answer.text


def test_what_was_typed_is_offered_again_and_written_when_it_is_sent(
    site: Site, late: Browser
) -> None:
    page = send_late(site, late, "/accounts/new", **TYPED)
    fields = hidden(page)
    wrong = late.post("/sign-in", data={**fields, "name": "administrator", "password": "no"})
    assert wrong.status_code == 422
    back = {**hidden(wrong.text), "name": "administrator", "password": PASSWORD}
    again = late.post("/sign-in", data=back)
    assert (again.status_code, "This form has grown old" in again.text) == (200, True)
    assert "zhang" not in names(site)
    assert 'action="/accounts/new"' in again.text
    sent = late.post("/accounts/new", data=hidden(again.text))
    assert sent.status_code == 200  # the page that shows the one-time password
    with site.database.reading() as session:
        made = session.scalars(select(Account).where(Account.name == "zhang")).one()
        assert made.full_name == WORDS


def test_a_form_from_before_the_last_sign_in_is_offered_again(site: Site, late: Browser) -> None:
    token = late.form_token("/accounts/new")
    late.fill_in("/sign-in", name="administrator", password=PASSWORD)
    answer = late.post("/accounts/new", data={"csrf": token, "expected": "3", **TYPED})
    assert (answer.status_code, "form has grown old" in answer.text) == (403, True)
    assert re.findall('<li class="typed">(.*)', answer.text)[0] == "zhang</li>"
    assert hidden(answer.text).items() >= {"expected": "3", "full_name": WORDS}.items()
    assert "zhang" not in names(site)
    assert late.post("/accounts/new", data=hidden(answer.text)).status_code == 200
    assert "zhang" in names(site)


def test_no_password_is_kept(site: Site, late: Browser) -> None:
    typed = {"old": PASSWORD, "new": "ten cranes beside the river", "again": "ten cranes"}
    page = send_late(site, late, "/my-account/password", **typed)
    assert "cranes" not in page
    assert PASSWORD not in unescape(page)


def test_signing_out_late_asks_for_nothing(site: Site, late: Browser) -> None:
    token = late.form_token()
    site.clock.go_on(minutes=31)
    answer = late.post("/sign-out", data={"csrf": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("text", ["", "{", "[]", '["/x"]', "[1, {}]", '{"a": 1}', "null"])
def test_what_is_no_form_leads_on_as_usual(site: Site, late: Browser, text: str) -> None:
    assert unsent(text) is None
    answer = late.fill_in("/sign-in", name="administrator", password=PASSWORD, unsent=text)
    assert (answer.status, answer.leads_to) == (303, "/")


def test_a_form_leads_to_this_server_only(site: Site, late: Browser) -> None:
    text = kept("https://elsewhere.test/steal", {"a": "b"})
    answer = late.fill_in("/sign-in", name="administrator", password=PASSWORD, unsent=text)
    assert 'action="/"' in answer.html
    assert "elsewhere" not in answer.html


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "null", "https://trial.test:81", "", "https://["]
)
@pytest.mark.parametrize("minutes", [0, 31])
def test_what_another_site_wrote_is_neither_written_nor_offered_again(
    site: Site, late: Browser, origin: str, minutes: int
) -> None:
    token = late.form_token("/accounts/new")
    site.clock.go_on(minutes=minutes)
    for sent in ({**TYPED, "csrf": token}, TYPED):
        answer = late.post("/accounts/new", data=sent, headers={"origin": origin})
        assert (answer.status_code, "zhang" in answer.text) == (403, False)
    assert "zhang" not in names(site)


@pytest.mark.parametrize("origin", ["https://trial.test", "http://trial.test:80"])
def test_a_page_of_our_own_may_write(site: Site, late: Browser, origin: str) -> None:
    sent = {**TYPED, "csrf": late.form_token("/accounts/new")}
    host = origin.partition("//")[2]
    late.post("/accounts/new", data=sent, headers={"origin": origin, "host": host})
    assert "zhang" in names(site)


@pytest.mark.parametrize("error", [StoreError("x", [Problem("x", "full")]), KeyError("4711")])
def test_what_could_not_be_written_is_offered_again(
    site: Site, late: Browser, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(request: Request) -> Response:
        raise error

    route = Route("POST", "/fail", fail, SIGNED_IN).served()
    late.app.router.routes.append(route)  # type: ignore[attr-defined]
    answer = late.fill_in("/fail", full_name=WORDS, once="a" * 32)
    assert answer.status in (500, 503)
    assert hidden(answer.html)["full_name"] == WORDS
    assert hidden(answer.html)["once"] != "a" * 32
    assert 'action="/fail"' in answer.html
    assert ("used: full" in caplog.text) == isinstance(error, StoreError)
    assert "Zhang" not in caplog.text
    secret = late.fill_in("/fail", full_name=WORDS, password=PASSWORD)
    assert "Zhang" not in secret.html
