"""Signing in at an outside identity provider: one that is honest, and one that is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.util import to_str, urlsafe_b64encode
from tests.web.provider import ANOTHER_KEY, Provider, running
from tests.web.site import Answer, Browser, Site

from trialrun.conduct.roles import Role


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as started:
        yield started


@pytest.fixture
def outside(site: Site, provider: Provider) -> Site:
    return replace(site, openid=provider.settings)


def go_and_return(browser: Browser, provider: Provider) -> Answer:
    """Leave for the provider, sign in there, and come back."""
    left = browser.ask("/sign-in/outside")
    assert left.status == 303
    assert left.leads_to.startswith(f"{provider.address}/authorize?")
    code = provider.authorize(left.leads_to)
    state = parse_qs(urlsplit(left.leads_to).query)["state"][0]
    return browser.ask(f"/sign-in/outside/back?code={code}&state={state}")


def is_in(browser: Browser) -> bool:
    return browser.ask("/my-account").status == 200


def test_who_has_an_account_comes_in(outside: Site, provider: Provider) -> None:
    outside.account(Role.COORDINATOR, subject="idp|1")
    browser = outside.browser()
    assert "Sign in with your organisation" in browser.ask("/sign-in").words
    back = go_and_return(browser, provider)
    assert (back.status, "The coordinator" in back.words) == (200, True)
    assert is_in(browser)


def test_who_has_none_does_not(outside: Site, provider: Provider) -> None:
    outside.account(Role.COORDINATOR, subject="idp|2")
    browser = outside.browser()
    back = go_and_return(browser, provider)
    assert (back.status, "there is no account for you here" in back.words) == (403, True)
    assert not is_in(browser)


def test_what_waits_for_the_way_back_is_out_of_reach(outside: Site) -> None:
    cookie = outside.browser().ask("/sign-in/outside").headers["set-cookie"]
    words = set(cookie.split("; "))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/sign-in/outside/back"} <= words


# What the ID token says that it should not
LIES: dict[str, dict[str, Any]] = {
    "of another sign-in": {"nonce": "another"},
    "of no sign-in": {"nonce": None},
    "for another client": {"aud": "somebody"},
    "for nobody": {"aud": None},
    "by another provider": {"iss": "https://evil.test"},
    "over": {"exp": 1},
    "without an end": {"exp": None},
    "of nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_lets_nobody_in(
    outside: Site, provider: Provider, lie: str, caplog: pytest.LogCaptureFixture
) -> None:
    outside.account(Role.COORDINATOR, subject="idp|1")
    provider.claims = LIES[lie]
    browser = outside.browser()
    back = go_and_return(browser, provider)
    assert (back.status, "did not sign you in" in back.words) == (403, True)
    claim = "azp" if "aud" in LIES[lie] and LIES[lie]["aud"] else next(iter(LIES[lie]))
    assert f"Error {claim}" in caplog.text
    assert not is_in(browser)


def unsigned(provider: Provider) -> str:
    parts = ({"alg": "none"}, {"sub": "idp|1", "iss": provider.address, "aud": "trialrun-client"})
    return ".".join(to_str(urlsafe_b64encode(json.dumps(part).encode())) for part in parts) + "."


def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    outside: Site, provider: Provider
) -> None:
    outside.account(Role.COORDINATOR, subject="idp|1")
    provider.key = ANOTHER_KEY
    browser = outside.browser()
    assert go_and_return(browser, provider).status == 403
    for token in (unsigned(provider), "no token", ""):
        provider.token = token or None
        assert go_and_return(browser, provider).status == 403
    assert not is_in(browser)


@pytest.mark.parametrize(
    "back",
    ["", "?error=access_denied", "?code=code-0", "?code=code-0&state=guessed", "?state=guessed"],
)
def test_a_way_back_that_nobody_left_by_leads_nowhere(
    outside: Site, provider: Provider, back: str
) -> None:
    outside.account(Role.COORDINATOR, subject="idp|1")
    browser = outside.browser()
    assert browser.ask(f"/sign-in/outside/back{back}").status == 403
    provider.authorize(browser.ask("/sign-in/outside").leads_to)
    assert browser.ask(f"/sign-in/outside/back{back}").status == 403
    assert not is_in(browser)


def test_a_provider_that_does_not_answer_is_said(outside: Site, provider: Provider) -> None:
    provider.is_down = True
    answer = outside.browser().ask("/sign-in/outside")
    assert (answer.status, "did not sign you in" in answer.words) == (403, True)


def test_a_code_is_good_once(outside: Site, provider: Provider) -> None:
    outside.account(Role.COORDINATOR, subject="idp|1")
    thief, browser = outside.browser(), outside.browser()
    left = browser.ask("/sign-in/outside")
    code = provider.authorize(left.leads_to)
    own = parse_qs(urlsplit(thief.ask("/sign-in/outside").leads_to).query)["state"][0]
    # A code that was overheard is of no use without the verifier of the browser that left.
    assert thief.ask(f"/sign-in/outside/back?code={code}&state={own}").status == 403
