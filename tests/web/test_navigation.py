"""The navigation: each page stands under one main place, which is marked."""

from __future__ import annotations

import re

import pytest
from tests.web.clinic import clinic
from tests.web.site import Site
from tests.web.test_rights import CLOSED, path_of

from trialrun.web.navigation import MY_ACCOUNT, NAVIGATION

PATHS = sorted({path_of(route) for route in CLOSED if route.method == "GET"})
OWN = {"/", MY_ACCOUNT.path, f"{MY_ACCOUNT.path}/password"}
"""Pages of whoever is signed in, which stand beside the main places."""


@pytest.mark.parametrize("path", PATHS)
def test_a_page_stands_under_one_main_place(path: str) -> None:
    around = [place.path for place in NAVIGATION if place.is_around(path)]
    assert len(around) == (0 if path in OWN else 1)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/logs/flow", "/candidates"),
        ("/consent-forms", "/candidates"),
        ("/participants/1/doses", "/participants"),
        ("/safety/grades", "/safety"),
    ],
)
def test_the_place_of_a_page_is_marked(site: Site, path: str, place: str) -> None:
    answer = clinic(site, 30).browser().ask(path)
    assert answer.status == 200
    places = answer.html.partition("<nav")[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]*)"[^>]*aria-current', places) == [place]
