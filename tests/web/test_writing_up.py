"""Visits that took place wait until their forms are filled in and the participant was asked."""

from __future__ import annotations

import pytest
from tests.conduct.clinic import ZONE, day, noon
from tests.web.clinic import Clinic, clinic, visit_fields
from tests.web.site import PASSWORD, PROTOCOL, Site
from tests.web.test_asking_pages import said

from trialrun.conduct.actions.visits import Held, VisitPlan, record_visit
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.visits import Contact

WEEK_4 = "1 visit to write up 001 V2 Week 4"
SCORES = {item.id: "3" for form in PROTOCOL.forms if form.id == "alsfrs-r" for item in form.items}


@pytest.fixture
def here(site: Site) -> Clinic:
    """Week 4 took place on day 28, as a phone call without forms: the participant is asked."""
    made = clinic(site)
    record_visit(
        site.database,
        made.candidates.investigator,
        noon(30),
        made.participant.id,
        Held(day(28), Contact.PHONE),
        zone=ZONE,
        plan=VisitPlan("V2", (day(25), day(31))),
    )
    return made


# Who may not ask a participant is not told to.
@pytest.mark.parametrize(
    ("role", "waits"),
    [(Role.COORDINATOR, True), (Role.DATA_MANAGER, False), (Role.MONITOR, False)],
)
def test_a_visit_waits_until_the_participant_was_asked(
    here: Clinic, role: Role, waits: bool
) -> None:
    browser = here.browser(role)
    assert (f"{WEEK_4} 14 Feb 2022: Asked at this visit" in browser.ask("/to-do").words) is waits
    if not waits:
        return
    some = said(answer_I7_1="yes", answer_E1_1="no")
    assert browser.fill_in("/visits/1/asked", "/visits/1/asked", **some).status == 303
    assert WEEK_4 in browser.ask("/to-do").words
    rest = said(answer_E8_1="no", answer_E9_1="no")
    assert browser.fill_in("/visits/1/asked", "/visits/1/asked", **rest).status == 303
    assert "to write up" not in browser.ask("/to-do").words


def test_the_oldest_visits_to_write_up_are_shown_and_all_of_them_when_asked_for(
    here: Clinic, site: Site
) -> None:
    for at in range(29, 40):
        record_visit(
            site.database,
            here.candidates.investigator,
            noon(40),
            here.participant.id,
            Held(day(at), Contact.PHONE),
            zone=ZONE,
        )
    browser = here.browser()
    first, every = browser.ask("/to-do"), browser.ask("/to-do?every=unfilled")
    assert ("12 visits to write up" in first.words, "all of them" in first.words) == (True, True)
    assert [page.words.count("Asked at this visit") for page in (first, every)] == [10, 12]
    assert "all of them" not in every.words


def test_the_forms_that_are_missing_are_named_and_one_that_is_complete_is_not(site: Site) -> None:
    here = clinic(site)
    browser = here.browser()
    assert browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0)).status == 303
    before = browser.ask("/to-do").words
    assert "1 visit to write up 001 V1 Week 0, baseline" in before
    assert "ALSFRS-R; ROADS; ALSAQ-40;" in before
    assert browser.fill_in("/visits/1/forms/alsfrs-r", **SCORES).status == 303
    after = browser.ask("/to-do").words
    assert "ALSFRS-R" not in after
    assert "ROADS; ALSAQ-40;" in after


def test_what_may_stay_empty_is_not_missed(site: Site) -> None:
    """Of the lung function only the percentage is asked for; the litres may stay empty."""
    here = clinic(site)
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    assert "Forced vital capacity" in browser.ask("/to-do").words
    filled = browser.fill_in("/visits/1/forms/fvc", **{"fvc-percent": "81"})
    assert filled.status == 303
    assert "Forced vital capacity" not in browser.ask("/to-do").words


def test_what_a_lock_holds_and_what_was_taken_back_do_not_wait(here: Clinic) -> None:
    manager, coordinator = here.browser(Role.DATA_MANAGER), here.browser()
    assert WEEK_4 in coordinator.ask("/to-do").words
    lock = f"{here.path}/lock"
    assert manager.fill_in(lock, f"{here.path}/oversight", visit="1", reason="clean").status == 303
    assert "to write up" not in coordinator.ask("/to-do").words
    unlock = manager.fill_in(
        "/locks/1/unlock", f"{here.path}/oversight", expected="1", unlock_reason="a page is missing"
    )
    assert unlock.status == 303
    assert WEEK_4 in coordinator.ask("/to-do").words
    back = {"expected": "1", "reason": "another participant's"}
    assert coordinator.fill_in("/visits/1/void", "/visits/1/void", **back).status == 303
    assert "to write up" not in coordinator.ask("/to-do").words


def test_whoever_locks_or_signs_reads_what_is_missing_even_under_a_lock(here: Clinic) -> None:
    manager, investigator = here.browser(Role.DATA_MANAGER), here.site.browser()
    name = here.site.account(Role.INVESTIGATOR, "fan").name
    investigator.fill_in("/sign-in", "/sign-in", name=name, password=PASSWORD)
    page, lock = f"{here.path}/oversight", f"{here.path}/lock"
    missing = "1 visit to write up V2 Week 4 14 Feb 2022: Asked at this visit"
    assert missing in manager.ask(page).words
    assert manager.fill_in(lock, page, visit="", reason="clean").status == 303
    assert missing in investigator.ask(f"{here.path}/sign").words
