"""Safety and oversight in a real browser: found, judged, and a monitor who may not write."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.web import test_browser
from tests.web.safety import Safety, safety
from tests.web.site import Site
from tests.workflows.trial_in_progress import visit

from trialrun.conduct.roles import Role

address = test_browser.address
chromium = test_browser.chromium
context = test_browser.context
page = test_browser.page
pytestmark = test_browser.pytestmark


@pytest.fixture
def at(site: Site) -> Safety:
    """Participant 001's visit V2 was two days late."""
    found = safety(site)
    visit(found.trial, "V2", 33, (25, 31))
    for role in (Role.INVESTIGATOR, Role.MONITOR):
        site.account(role)
    return found


def test_what_surveillance_found_is_judged_and_a_monitor_only_reads(at: Safety, page: Page) -> None:
    test_browser.enter(page, "investigator")
    page.goto("/deviations")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("status")).to_contain_text("1 new deviation is proposed")
    page.get_by_role("link", name="V2 Week 4: 2 days late").click()
    page.get_by_label("Is it a deviation?").select_option("confirmed")
    page.get_by_label("Reason").fill("the ward was closed")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#why-important")).to_contain_text("say whether it is important")
    expect(page.get_by_label("Reason")).to_have_value("the ward was closed")
    page.get_by_label("Is it important?").select_option("no")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_text("confirmed; not important")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    test_browser.enter(page, "monitor")
    page.goto("/deviations/1")
    expect(page.get_by_text("confirmed; not important")).to_be_visible()
    expect(page.get_by_role("button", name="Judge")).to_have_count(0)
    page.goto("/deviations")
    expect(page.get_by_role("button", name="Look now")).to_have_count(0)
    page.goto("/participants/1/adverse-events/new")
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()


def test_an_adverse_event_with_a_term_that_is_searched(at: Safety, page: Page) -> None:
    test_browser.enter(page, "investigator")
    page.goto("/participants/1/adverse-events/new")
    page.get_by_label("In the words in which it was reported").fill("pale")
    page.get_by_label("Search the terms of CTCAE").press_sequentially("anem")
    expect(page.locator("#term option")).to_have_count(2)
    page.get_by_label("Term of CTCAE", exact=True).select_option("Anemia")
    expect(page.locator("#grades")).to_contain_text("Hgb <8.0 g/dL")
    page.get_by_role("radio", name="3").check()
    page.get_by_label("Onset").fill("2022-05")
    page.get_by_label("requires inpatient hospitalisation").check()
    page.get_by_label("Causality").select_option("possible")
    page.get_by_label("Expectedness").select_option("unexpected")
    page.get_by_label("What was done with the study drug").select_option("drug interrupted")
    page.get_by_label("Outcome").select_option("recovering")
    page.get_by_role("button", name="Report the event").click()
    expect(page.get_by_role("heading", name="Anemia")).to_be_visible()
    expect(page.get_by_text("sponsor: 24 h left")).to_be_visible()
    expect(page.get_by_text("SUSAR")).to_be_visible()
