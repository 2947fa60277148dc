"""The pages of participants: the list, one of them, the end, and the calendar."""

from __future__ import annotations

import re

import pytest
from tests.conduct.clinic import day, noon, withdraw
from tests.web.clinic import Clinic, clinic, dose_fields, visit_fields, written
from tests.web.site import Site

from trialrun.conduct.actions.consent import record_consent_form
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.conduct.tables.participants import Participant
from trialrun.web.pages import calendar


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site)


def test_the_list_says_where_everybody_stands(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    browser.fill_in(f"{here.path}/doses/1/1", **dose_fields(0))
    words = browser.ask("/participants").words
    # Week 4 is due from day 25 to day 31; the doses of course 2 begin on day 28.
    assert "001 IL-2 30 taking part Administration period V2 due 11 Feb 2022 – 17 Feb 2022" in words
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
    early = browser.fill_in(f"{here.path}/end", **{**fields, "why": "completed"}, reason="x")
    assert (early.status, 'id="why-why"' in early.html) == (422, True)
    assert "the window of the last planned visit had not opened by then" in early.words
    stale = browser.fill_in(f"{here.path}/end", **{**fields, "expected": "7"}, reason="moved")
    assert stale.status == 409
    assert browser.fill_in(f"{here.path}/end", **fields, reason="moved").leads_to == here.path
    words = browser.ask(here.path).words
    assert "State withdrawn Enrolled" in words
    assert "Early termination" in words
    with here.site.database.reading() as session:
        row = session.get_one(Participant, here.participant.id)
    assert (row.ended_on, row.ended_note) == (day(20), "moved")


WHERE = ("", "/doses", "/doses/2/2", "/visits/V3", "/end")
"""Pages on which somebody works with a participant."""


def test_a_withdrawal_is_seen_wherever_people_work(here: Clinic) -> None:
    browser = here.browser()
    for where in WHERE:
        assert "Consent was withdrawn" not in browser.ask(here.path + where).words
    scope = WithdrawalScope.FOLLOW_UP
    withdraw(here.site.database, here.candidates.investigator, here.participant, noon(29), scope)
    for where in WHERE:
        words = browser.ask(here.path + where).words
        told = f"Consent was withdrawn on {written(day(29))}: treatment and follow-up."
        assert (told in words, "no visit takes place any more" in words) == (True, True), where
        assert "asked to an early termination visit" not in words
    listed = browser.ask("/participants").words
    assert "withdrawn from treatment and follow-up" in listed
    assert "V2 due" not in listed
    doses = browser.ask(f"{here.path}/doses").html
    assert f'href="{here.path}/doses/2/1"' in doses, "was due on the day before"
    assert f'href="{here.path}/doses/2/2"' not in doses
    chinese = here.browser(Role.MONITOR, language="zh").ask(here.path).words
    assert "已于2022年2月15日撤回知情同意：治疗和随访。" in chinese


def test_after_such_a_withdrawal_one_step_ends_the_participation(here: Clinic) -> None:
    browser = here.browser()
    scope = WithdrawalScope.FOLLOW_UP
    withdraw(here.site.database, here.candidates.investigator, here.participant, noon(29), scope)
    html = browser.ask(here.path).html
    (form,) = re.findall(rf'<form method="post" action="{here.path}/end">(.*?)</form>', html, re.S)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    del fields["csrf"]
    assert browser.fill_in(f"{here.path}/end", **fields).leads_to == here.path
    with here.site.database.reading() as session:
        row = session.get_one(Participant, here.participant.id)
    assert (row.ended_on, row.ended_why) == (day(29), "withdrawal by participant")
    assert row.ended_note == "no longer wishes it"
    after = browser.ask(here.path)
    assert "Early termination" not in after.words
    assert f'action="{here.path}/end"' not in after.html


def test_a_withdrawal_from_treatment_alone_leaves_the_visits(here: Clinic) -> None:
    browser = here.browser()
    scope = WithdrawalScope.TREATMENT
    withdraw(here.site.database, here.candidates.investigator, here.participant, noon(29), scope)
    listed = browser.ask("/participants").words
    assert ("withdrawn from treatment" in listed, "follow-up" in listed) == (True, False)
    assert "V2 due" in listed
    shown = browser.ask(here.path)
    assert "Visits and follow-up go on as planned." in shown.words
    assert f'action="{here.path}/end"' not in shown.html


def test_a_form_to_be_signed_again_is_seen_wherever_people_work(here: Clinic) -> None:
    browser, told = here.browser(), "Version 2.0 of the consent form must be signed: version 1.0"
    assert "version 1.0" in browser.ask(here.path).words
    record_consent_form(
        here.site.database,
        here.candidates.investigator,
        noon(3),
        form_version="2.0",
        effective_on=day(3),
        asks_again=True,
    )
    link = f'href="/candidates/{here.participant.candidate_id}/consent"'
    for where in WHERE:
        answer = browser.ask(here.path + where)
        assert (told in answer.words, link in answer.html) == (True, True), where
    assert "consent to be signed again" in browser.ask("/participants").words
    monitor = here.browser(Role.MONITOR).ask(here.path)
    assert (told in monitor.words, link in monitor.html) == (True, False)


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


def test_what_lies_beyond_the_days_of_the_calendar_is_counted(here: Clinic) -> None:
    browser = here.browser()
    words = browser.ask(f"/calendar?first={day(330)}&last={day(335)}&what=visits").words
    # V13 alone may still come: its window is from day 329 to day 343.
    assert "1 entry" in words
    assert "after these days" not in words
    html = browser.ask(f"/calendar?first={day(25)}&last={day(32)}&what=visits").html
    # V2 is due on these days; V3 to V13 come later.
    assert "11 entries after these days" in html
    assert f"last={day(343)}" in html


def test_a_long_calendar_comes_in_pages(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "PAGE", 20)
    browser = here.browser()
    asked = f"/calendar?first={day(0)}&last={day(336)}&what=doses"
    pages = [browser.ask(f"{asked}&number={number}") for number in (1, 2, 3)]
    assert all("42 entries" in one.words for one in pages)
    assert [one.html.count("<td>dose</td>") for one in pages] == [20, 20, 2]
    assert "Page 2 of 3" in pages[1].words
    assert "number=3" in pages[1].html
    assert browser.ask(f"{asked}&number=99").words == pages[2].words


# day | how somebody without an end takes part: V7, week 24, begins the follow-up period
STATES = [(0, "taking part"), (167, "taking part"), (168, "in follow-up"), (336, "in follow-up")]


@pytest.mark.parametrize(("number", "state"), STATES)
def test_how_somebody_takes_part(here: Clinic, number: int, state: str) -> None:
    here.go_to(number)
    assert f"IL-2 {number} {state}" in here.browser().ask("/participants").words


def test_the_counts_lead_to_what_they_count(here: Clinic) -> None:
    browser = here.browser()
    html = browser.ask(here.path).html
    for link in (
        "/queries?participant=1",
        "/deviations?participant=1&amp;status=proposed",
        "/participants/1/adverse-events",
    ):
        assert f'<a href="{link}">0</a>' in html
        assert browser.ask(link.replace("&amp;", "&")).status == 200


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
