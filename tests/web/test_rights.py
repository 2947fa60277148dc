"""Rights: every route says who may use it, and nobody else may."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from tests.web.site import Site

from trialrun.conduct.roles import Role
from trialrun.web.access import Route
from trialrun.web.forms import take_in_form
from trialrun.web.pages import ALL_PAGES

ROUTES = [route for pages in ALL_PAGES for route in pages.routes]
CLOSED = [route for route in ROUTES if not route.access.anyone]


def path_of(route: Route) -> str:
    """Return a path that leads to a route, with ids that nothing has."""
    path = route.path.replace("{name}", "style.css").replace("{criterion}", "I4")
    return re.sub(r"\{\w+\}", "999999", path)


def application_routes(client: TestClient) -> Iterator[APIRoute]:
    """Yield the routes that the application really has."""
    for route in client.app.routes:  # type: ignore[attr-defined]
        assert isinstance(route, APIRoute), f"{route} is no route that was declared"
        yield route


def test_no_route_of_the_application_is_without_its_declaration(site: Site) -> None:
    declared = {(route.method, route.path): route for route in ROUTES}
    assert len(declared) == len(ROUTES) > 10
    found = set()
    for route in application_routes(site.browser()):
        method = "".join(route.methods or ())
        found.add((method, route.path))
        enforced = [dependency.dependency for dependency in route.dependencies]
        assert declared[(method, route.path)].access in enforced, route.path
        assert (take_in_form in enforced) is (method == "POST"), route.path
    assert found == set(declared)


def test_a_route_cannot_be_declared_without_access() -> None:
    for declare in (ALL_PAGES[0].get, ALL_PAGES[0].post):
        with pytest.raises(TypeError):
            declare("/open-to-all")  # type: ignore[call-arg]


def test_what_is_open_to_anyone_is_only_the_door() -> None:
    assert {(route.method, route.path) for route in ROUTES if route.access.anyone} == {
        ("GET", "/static/{name}"),
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("GET", "/sign-in/outside"),
        ("GET", "/sign-in/outside/back"),
        ("POST", "/language"),
    }


def test_only_choosing_a_password_and_leaving_go_before_a_password() -> None:
    assert {(route.method, route.path) for route in ROUTES if route.access.before_password} == {
        ("GET", "/my-account/password"),
        ("POST", "/my-account/password"),
        ("POST", "/sign-out"),
    }


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_403_where_it_may_not(site: Site, role: Role) -> None:
    browser = site.signed_in(role)
    token = browser.form_token("/my-account")
    forbidden = []
    for route in CLOSED:
        if route.path in ("/sign-out", "/my-account/password") and route.method == "POST":
            continue  # open to every role, and the first would end this session
        path = path_of(route)
        answer = (
            browser.get(path) if route.method == "GET" else browser.post(path, data={"csrf": token})
        )
        assert (answer.status_code == 403) is (role not in route.access.roles), (role, path)
        if answer.status_code == 403:
            assert "Your role may not do this" in answer.text or "your role may not" in answer.text
            forbidden.append(path)
    assert forbidden


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.path}")
def test_who_is_not_signed_in_gets_nowhere(site: Site, route: Route) -> None:
    browser = site.browser()
    token = browser.form_token()
    if route.method == "GET":
        answer = browser.get(path_of(route))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2F")
    else:
        answer = browser.post(path_of(route), data={"csrf": token})
        # Whoever leaves after the session has ended has left: there is nothing to send again.
        assert answer.status_code == (303 if route.path == "/sign-out" else 401)


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.method == "POST"],
    ids=lambda route: route.path,
)
def test_a_form_without_its_token_is_refused(site: Site, route: Route) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    path = path_of(route)
    of_another = site.browser().form_token()
    for sent in ({}, {"csrf": ""}, {"csrf": of_another}, {"csrf": "é"}):
        answer = browser.post(path, data=sent)
        assert (answer.status_code, "form has grown old" in answer.text) == (403, True), sent
    assert browser.get("/my-account").status_code == 200


def test_a_token_in_the_header_serves_as_well(site: Site) -> None:
    browser = site.signed_in()
    token = browser.form_token("/my-account")
    answer = browser.post("/language", data={"language": "zh"}, headers={"x-csrf-token": token})
    assert answer.status_code == 303
