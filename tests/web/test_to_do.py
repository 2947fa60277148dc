"""What waits for whom: shown at sign-in, by role, and gone once it is done."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conduct.clinic import day
from tests.web.clinic import clinic, visit_fields, written
from tests.web.safety import SERIOUS, Safety, event_fields, safety
from tests.web.site import PASSWORD, Site
from tests.workflows.trial_in_progress import dose, given, laboratory, noon, value, visit

from trialrun.conduct.actions.accounts import create_first_administrator
from trialrun.conduct.actions.consent import record_consent_form
from trialrun.conduct.actions.deviations import DeviationEntry, report_deviation
from trialrun.conduct.actions.queries import open_query
from trialrun.conduct.roles import Role
from trialrun.conduct.rows import RowRef
from trialrun.conduct.tables.deviations import DeviationKind


@pytest.fixture
def at(site: Site) -> Safety:
    """Participant 001 had V4 with a haemoglobin of 75 g/L (CTCAE grade 3: below 80)."""
    found = safety(site)
    dose(found.trial, 1, 0, given(0), 0)
    held = visit(found.trial, "V4", 84, (77, 91))
    laboratory(found.trial, held, 84, {"haemoglobin": value("75", "g/L", "115", "150")})
    return found


def test_everybody_arrives_at_what_waits_for_them(site: Site) -> None:
    for role in Role:
        browser = site.signed_in(role)
        assert browser.ask("/").leads_to == "/to-do"
        assert "Nothing waits for you." in browser.ask("/to-do").words


def test_the_first_password_leads_to_the_work(site: Site) -> None:
    once = create_first_administrator(site.database, site.clock.now)
    assert once
    browser, page = site.browser(), "/my-account/password"
    browser.fill_in("/sign-in", "/sign-in", name="admin", password=once)
    assert browser.fill_in(page, page, old=once, new=PASSWORD, again=PASSWORD).leads_to == "/"
    assert browser.ask("/").leads_to == "/to-do"
    new = "ten cranes beside the river"
    changed = browser.fill_in(page, page, old=PASSWORD, new=new, again=new)
    assert changed.leads_to == "/my-account?changed=true"


@pytest.mark.parametrize(
    ("role", "waits"),
    [(Role.COORDINATOR, True), (Role.DATA_MANAGER, True), (Role.MONITOR, False)],
)
def test_an_open_query_waits_for_who_can_answer(at: Safety, role: Role, waits: bool) -> None:
    open_query(
        at.trial.database,
        at.trial.monitor,
        noon(90),
        RowRef("form_value", 1),
        "haemoglobin",
        "Is it so low?",
    )
    found = at.browser(role).ask("/to-do").words
    assert ("1 query waits for you" in found, "Is it so low?" in found) == (
        waits,
        waits,
    )


@pytest.mark.parametrize(
    ("role", "waits"), [(Role.INVESTIGATOR, True), (Role.COORDINATOR, False), (Role.MONITOR, False)]
)
def test_a_grade_and_a_deviation_wait_for_the_investigator(
    at: Safety, role: Role, waits: bool
) -> None:
    found = DeviationEntry(DeviationKind.OTHER, "V4", "A sample stood too long.", "2022-05-01")
    report_deviation(
        at.trial.database, at.trial.coordinator, noon(120), 1, found, today=date(2022, 5, 15)
    )
    words = at.browser(role).ask("/to-do").words
    parts = ("1 laboratory grade to confirm", "1 deviation to judge", "A sample stood too long.")
    assert [part in words for part in parts] == [waits] * 3


@pytest.mark.parametrize(
    ("role", "waits"), [(Role.COORDINATOR, True), (Role.PHARMACIST, False), (Role.MONITOR, False)]
)
def test_a_running_clock_waits_for_those_who_report(at: Safety, role: Role, waits: bool) -> None:
    investigator, path = at.browser(Role.INVESTIGATOR), "/participants/1/adverse-events/new"
    assert investigator.fill_in(path, path, **event_fields(**SERIOUS)).status == 303
    assert ("1 serious event to report" in at.browser(role).ask("/to-do").words) is waits


@pytest.mark.parametrize(
    ("role", "waits"), [(Role.COORDINATOR, True), (Role.PHARMACIST, False), (Role.MONITOR, False)]
)
def test_a_newer_consent_form_waits_to_be_signed(site: Site, role: Role, waits: bool) -> None:
    here = clinic(site, 30)
    record_consent_form(
        site.database,
        here.candidates.investigator,
        site.clock(),
        form_version="2.0",
        effective_on=day(29),
        asks_again=True,
        amendment="",
    )
    words = here.browser(role).ask("/to-do").words
    parts = ("1 consent to be signed again", "Version 2.0 of the form")
    assert [part in words for part in parts] == [waits] * 2


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (
            Role.COORDINATOR,
            ["2 visits due 001 V0 Screening", "1 dose to record 001 Course 1, dose 1"],
        ),
        (Role.PHARMACIST, ["1 dose to record 001 Course 1, dose 1"]),
        (Role.MONITOR, ["Nothing waits for you."]),
    ],
)
def test_the_visits_and_doses_of_today(site: Site, role: Role, parts: list[str]) -> None:
    words = clinic(site, 0).browser(role).ask("/to-do").words
    assert [part for part in parts if part not in words] == []
    assert ("V1 Week 0" in words) is (role is Role.COORDINATOR)


def test_the_calendar_begins_with_what_is_over_and_what_is_due(site: Site) -> None:
    """Week 4 is due from day 25 to day 31; the doses of course 2 begin on day 28."""
    here = clinic(site, 26)
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    words = browser.ask(f"/calendar?first={day(0)}&last={day(32)}").words
    # What comes stands by its first day: a window that opens before a dose stands before it.
    later = browser.ask(f"/calendar?first={day(32)}&last={day(60)}").words
    assert later.index("V3 Week 8") < later.index(f"{written(day(56))} 001")
    over, now_due = words.index(f"{written(day(8))} 001"), words.index("V2 Week 4")
    to_come = words.index(f"{written(day(28))} 001")
    assert over < now_due < to_come
