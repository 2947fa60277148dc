"""At the door: signing in and out, first passwords, sessions that are over, languages."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.web.site import PASSWORD, Site

from trialrun.conduct.actions.accounts import create_first_administrator
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.trail import Event

LIN = {"name": "monitor", "password": PASSWORD}


def verbs(site: Site) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(Event.verb).order_by(Event.id)))


def test_the_session_is_another_than_before_and_out_of_reach(site: Site) -> None:
    site.account()
    browser = site.browser()
    token = browser.form_token()
    before = browser.cookies["trialrun"]
    answer = browser.post("/sign-in", data={"csrf": token, **LIN, "next": "/audit"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    words = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(words)
    assert browser.cookies["trialrun"] != before
    assert "The monitor" in browser.get("/my-account").text


def test_over_plain_http_the_cookie_is_not_for_https_only(site: Site) -> None:
    plain = Site(site.database, site.clock, address="http://127.0.0.1:8000")
    answer = plain.browser().get("/sign-in")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "Secure" not in answer.headers["set-cookie"]
    assert "strict-transport-security" not in answer.headers


def test_a_wrong_password_keeps_the_name_and_says_why_beside_the_field(site: Site) -> None:
    site.account()
    answer = site.browser().fill_in(
        "/sign-in", "/sign-in", **{**LIN, "password": "no heron at all"}
    )
    assert answer.status == 422
    assert 'value="monitor"' in answer.html
    assert "no heron at all" not in answer.html
    assert 'aria-describedby="why-password" aria-invalid="true"' in answer.html
    assert "the name or the password is wrong" in answer.words


def test_five_wrong_passwords_lock_the_account(site: Site) -> None:
    site.account()
    browser = site.browser()
    for _ in range(5):
        browser.fill_in("/sign-in", "/sign-in", **{**LIN, "password": "wrong one"})
    locked = browser.fill_in("/sign-in", "/sign-in", **LIN)
    assert (locked.status, "locked for 15 minutes" in locked.words) == (422, True)
    site.clock.go_on(minutes=15)
    assert browser.fill_in("/sign-in", "/sign-in", **LIN).status == 303


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "evil", "/\t/evil.test", ""]
)
def test_nobody_is_led_to_another_site(site: Site, elsewhere: str) -> None:
    site.account()
    answer = site.browser().fill_in("/sign-in", "/sign-in", **LIN, next=elsewhere)
    assert (answer.status, answer.leads_to) == (303, "/")


def test_the_first_password_is_changed_before_anything_else(site: Site) -> None:
    once = create_first_administrator(site.database, site.clock.now)
    assert once
    browser = site.browser()
    browser.fill_in("/sign-in", "/sign-in", name="admin", password=once)
    for path in ("/", "/accounts", "/audit", "/my-account"):
        assert browser.ask(path).leads_to == "/my-account/password"
    page = "/my-account/password"
    weak = browser.fill_in(page, page, old=once, new="short", again="short")
    assert (weak.status, "少于12个字符" in weak.words) == (422, True)
    assert once not in weak.html
    assert browser.fill_in(page, page, old=once, new=PASSWORD, again=PASSWORD).status == 303
    assert browser.ask("/accounts").status == 200


def test_a_new_password_signs_other_browsers_out(site: Site) -> None:
    one = site.signed_in()
    other = site.browser()
    other.fill_in("/sign-in", "/sign-in", **LIN)
    page = "/my-account/password"
    new = "ten cranes beside the river"
    assert one.fill_in(page, page, old=PASSWORD, new=new, again=new).status == 303
    assert one.ask("/my-account").status == 200
    assert other.ask("/my-account").leads_to == "/sign-in?next=%2Fmy-account"


def test_a_session_that_is_over_leads_back_to_where_one_was(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    token = browser.form_token("/accounts/new")
    site.clock.go_on(minutes=30)
    assert browser.ask("/accounts").leads_to == "/sign-in?next=%2Faccounts"
    answer = browser.post("/accounts/new", data={"csrf": token, "name": "x1"})
    assert answer.status_code == 401
    assert "You are no longer signed in" in answer.text


def test_signing_out_ends_the_session_for_good(site: Site) -> None:
    browser = site.signed_in()
    kept = browser.cookies["trialrun"]
    assert browser.fill_in("/sign-out").leads_to == "/sign-in"
    thief = site.browser()
    thief.cookies.set("trialrun", kept, domain="trial.test")
    assert thief.ask("/my-account").status == 303
    assert verbs(site)[-1] == "sign out"


@pytest.mark.parametrize("token", ["x" * 43, "", "' OR 1=1 --", "é", "a" * 5000])
def test_a_forged_session_is_nobodys(site: Site, token: str) -> None:
    site.signed_in()
    browser = site.browser()
    answer = browser.get("/my-account", headers={b"cookie": f"trialrun={token}".encode()})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("en", "en"), ("zh-CN,zh;q=0.9,en", "zh-CN"), ("en-US,en;q=0.5", "en"), ("fr", "zh-CN")],
)
def test_the_browsers_language_is_the_first(site: Site, asked: str, shown: str) -> None:
    answer = site.browser(**{"accept-language": asked}).ask("/sign-in")
    assert f'<html lang="{shown}">' in answer.html


def test_a_language_is_kept_in_the_account(site: Site) -> None:
    browser = site.signed_in()
    assert browser.fill_in("/language", language="zh", next="/my-account").leads_to == "/my-account"
    mine = browser.ask("/my-account")
    assert "我的账户" in mine.words
    assert "监查员" in mine.words
    assert '<button class="link" name="language" value="en" lang="en">English</button>' in mine.html
    browser.fill_in("/sign-out")
    browser.fill_in("/sign-in", "/sign-in", **LIN)
    assert "我的账户" in browser.ask("/my-account").words
    assert "change language" in verbs(site)
    assert browser.fill_in("/language", language="xx").status == 422


def test_a_language_before_signing_in_is_kept_by_the_browser(site: Site) -> None:
    browser = site.browser()
    browser.fill_in("/language", "/sign-in", language="zh", next="/sign-in")
    assert "登录" in browser.ask("/sign-in").words
    browser.fill_in("/language", "/sign-in", language="<script>", next="/sign-in")
    assert "登录" in browser.ask("/sign-in").words


def test_without_a_provider_there_is_no_way_outside(site: Site) -> None:
    assert "organisation" not in site.browser().ask("/sign-in").words
    assert site.browser().ask("/sign-in/outside").status == 404
