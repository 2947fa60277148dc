"""The clinic in a real browser: a visit with ALSFRS-R and its total, and a dose."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.conduct.clinic import day
from tests.web import test_browser
from tests.web.clinic import Clinic, clinic
from tests.web.site import PROTOCOL, Site

from trialrun.conduct.roles import Role

address = test_browser.address
chromium = test_browser.chromium
context = test_browser.context
page = test_browser.page
pytestmark = test_browser.pytestmark
ALSFRS = next(form for form in PROTOCOL.forms if form.id == "alsfrs-r")


@pytest.fixture
def here(site: Site) -> Clinic:
    made = clinic(site, 2)
    site.account(Role.COORDINATOR)
    return made


def test_a_visit_with_its_total_and_a_dose(here: Clinic, page: Page) -> None:
    test_browser.enter(page, "coordinator")
    page.goto("/participants")
    page.get_by_role("link", name="001").click()
    page.get_by_role("link", name="V1 Week 0, baseline").click()
    page.get_by_label("Day on which it took place").fill(day(0).isoformat())
    page.get_by_role("button", name="Record").click()

    page.get_by_role("link", name="ALSFRS-R").click()
    for item in ALSFRS.items:
        page.get_by_label(item.title, exact=True).fill("3")
    # The server computes it while one types, before anything is saved.
    expect(page.locator("#derived")).to_contain_text("36")
    expect(page.get_by_role("button", name="Save the form")).to_be_in_viewport()
    page.get_by_label("Speech", exact=True).fill("7")
    page.get_by_role("button", name="Save the form").click()
    expect(page.get_by_role("alert")).to_be_focused()
    speech = page.get_by_label("Speech", exact=True)
    expect(speech).to_have_value("7")
    expect(speech).to_have_accessible_description(
        "it is outside of its range (0 to 4): correct it 0–4"
    )
    speech.fill("1")
    page.get_by_role("button", name="Save the form").click()
    # Eleven items of 3, and one of 1
    expect(page.locator("#derived")).to_contain_text("34")

    page.get_by_role("link", name="Doses").last.click()
    page.get_by_role("link", name="Record 1.1").click()
    page.get_by_label("Time").fill("10:30")
    page.get_by_label("Where on the body").select_option("right abdomen")
    page.get_by_label("Lot").fill("A1")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("link", name="Correct 1.1")).to_have_text("given")


def test_nothing_is_wider_than_the_screen(here: Clinic, page: Page) -> None:
    test_browser.enter(page, "coordinator")
    for path in ("/participants", *(here.path + one for one in ("", "/doses", "/medication/new"))):
        page.goto(path)
        for width in (768, 820, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0, (path, width)


def test_marks_stand_out(here: Clinic, page: Page) -> None:
    test_browser.enter(page, "coordinator")
    for mark in ("bad", "now", "good", "late"):
        page.evaluate(
            "(name) => { const it = document.createElement('span'); it.textContent = name;"
            " it.className = `mark ${name}`; document.querySelector('main').append(it); }",
            mark,
        )
    assert page.locator(".mark").count() >= 4
    assert test_browser.faint(page) == []
