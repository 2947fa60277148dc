"""The pages of participants: the list, one of them, the end, and the calendar."""

from __future__ import annotations

import re

import pytest
from tests.conduct.clinic import day
from tests.web.clinic import Clinic, clinic, dose_fields, visit_fields, written
from tests.web.site import Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.participants import Participant


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site)


def test_the_list_says_where_everybody_stands(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    browser.fill_in(f"{here.path}/doses/1/1", **dose_fields(0))
    words = browser.ask("/participants").words
    # Week 4 is due from day 25 to day 31; the doses of course 2 begin on day 28.
    assert "001 IL-2 30 Administration period V2 due 11 Feb 2022 – 17 Feb 2022" in words
    assert f"{written(day(30))} due 1 / 42" in words


def test_overdue_is_said_by_a_word_and_a_colour(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    here.go_to(33)
    html = here.browser(Role.MONITOR).ask("/participants").html
    assert '<span class="mark bad">overdue</span>' in html
    assert re.search(r'class="mark bad">\d+ overdue<', html)


def test_an_empty_list_and_a_page_beyond_the_end(site: Site) -> None:
    browser = site.signed_in()
    assert "Nobody is enrolled yet." in browser.ask("/participants").words
    for number in ("2", "0", "x", "99999999999"):
        assert browser.ask(f"/participants?number={number}").status == 200


def test_one_participant_on_one_page(here: Clinic) -> None:
    browser = here.browser()
    visit = browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0)).leads_to
    browser.fill_in(f"{here.path}/visits/unscheduled", **visit_fields(9))
    browser.fill_in(f"{here.path}/medication/new", name="riluzole", started="2021", ends="ongoing")
    answer = browser.ask(here.path)
    for words in ("done in its window", "riluzole", "Unscheduled visit", "0 of 9 due doses given"):
        assert words in answer.words
    assert f'<a href="{visit}/forms/alsfrs-r">ALSFRS-R</a>' in answer.html
    assert 'role="img" aria-label="Visits, doses and adverse events' in answer.html
    assert "data-print" in answer.html


def test_an_end_and_what_follows_from_it(here: Clinic) -> None:
    browser = here.browser()
    fields = {"ended_on": day(20).isoformat(), "why": "lost to follow-up", "expected": "1"}
    refused = browser.fill_in(f"{here.path}/end", **fields, reason=" ")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    assert 'value="lost to follow-up" selected' in refused.html
    late = {**fields, "ended_on": day(31).isoformat(), "reason": "moved"}
    refused = browser.fill_in(f"{here.path}/end", **late)
    assert (refused.status, "the day is in the future" in refused.words) == (422, True)
    refused = browser.fill_in(f"{here.path}/end", ended_on="soon", why="", reason="moved")
    for field in ("ended_on", "why"):
        assert f'id="why-{field}"' in refused.html
    assert ">moved</textarea>" in refused.html
    stale = browser.fill_in(f"{here.path}/end", **{**fields, "expected": "7"}, reason="moved")
    assert stale.status == 409
    assert browser.fill_in(f"{here.path}/end", **fields, reason="moved").leads_to == here.path
    words = browser.ask(here.path).words
    assert "ended early" in words
    assert "Early termination" in words
    with here.site.database.reading() as session:
        row = session.get_one(Participant, here.participant.id)
    assert (row.ended_on, row.ended_note) == (day(20), "moved")


def test_the_calendar_from_a_day_to_a_day(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    words = browser.ask(f"/calendar?first={day(25)}&last={day(32)}").words
    assert "V2 Week 4 phone due" in words
    assert "Course 2, dose 3 dose due soon" in words
    only = browser.ask(f"/calendar?first={day(25)}&last={day(32)}&what=visits").words
    assert "Course 2" not in only
    assert "V2 Week 4" in only
    doses = browser.ask(f"/calendar?first={day(25)}&last={day(32)}&what=doses").words
    assert ("Course 2" in doses, "V2 Week 4" in doses) == (True, False)
    # The first course: seven doses
    assert "7 older entries are not recorded" in doses
    assert 'href="/calendar?first=2022-01-17&amp;' in browser.ask("/calendar?what=doses").html
    assert "Nothing is due" in browser.ask("/calendar?first=2030-01-01&last=2030-01-02").words


def test_a_calendar_of_no_days(here: Clinic) -> None:
    answer = here.browser().ask("/calendar?first=yesterday&last=2022-02-30")
    assert answer.status == 422
    for field in ("first", "last"):
        assert f'id="why-{field}"' in answer.html
    assert 'value="yesterday"' in answer.html


def test_a_monitor_reads_and_is_offered_nothing_to_write(here: Clinic) -> None:
    browser = here.browser(Role.MONITOR)
    for path in ("/participants", here.path, f"{here.path}/doses", "/calendar", "/doses"):
        answer = browser.ask(path)
        assert answer.status == 200
        assert 'class="button"' not in answer.html
        assert "End participation" not in answer.words
    assert browser.ask(f"{here.path}/end").status == 403


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INVESTIGATOR])
def test_nobody_is_led_to_a_page_that_refuses_the_role(here: Clinic, role: Role) -> None:
    browser = here.browser(role)
    linked = {
        path
        for page in ("/participants", here.path, f"{here.path}/doses", "/calendar", "/doses")
        for path in re.findall(r'href="(/[^"#?]+)', browser.get(page).text)
    }
    refused = {path for path in linked if browser.get(path).status_code == 403}
    assert refused == set()


@pytest.mark.parametrize("path", ["/participants/999", "/participants/x", "/visits/999"])
def test_what_there_is_not(here: Clinic, path: str) -> None:
    assert here.browser().ask(path).status == 404
