"""Queries, verification, locks and signatures on pages."""

from __future__ import annotations

import re

import pytest
from tests.web.safety import Safety, event_fields, safety
from tests.web.site import PASSWORD, Answer, Browser, Site
from tests.workflows.trial_in_progress import (
    TRIAL,
    dose,
    given,
    laboratory,
    noon,
    value,
    visit,
)

from trialrun.conduct.actions.form_entries import (
    EnteredValue,
    Form,
    correct_form_value,
    fill_in_form,
)
from trialrun.conduct.roles import Role

PAGE = "/participants/1/oversight"
ASK = "/queries/new/form_value/1"


@pytest.fixture
def at(site: Site) -> Safety:
    """Participant 001 had V4 with a haemoglobin of 75 g/L."""
    found = safety(site)
    dose(found.trial, 1, 0, given(0), 0)
    held = visit(found.trial, "V4", 84, (77, 91))
    laboratory(found.trial, held, 84, {"haemoglobin": value("75", "g/L", "115", "150")})
    return found


def correct(at: Safety) -> None:
    new = EnteredValue("76", value("76", "g/L").number, "g/L")
    correct_form_value(
        at.trial.database, at.trial.coordinator, noon(90), 1, new, version=1, reason="misread"
    )


def seen(browser: Browser) -> str:
    found = re.search(
        r'name="visit" value="1"><input type="hidden" name="seen" value="(\w+)"',
        browser.ask(PAGE).html,
    )
    assert found
    return found[1]


def test_a_query_goes_from_question_to_closed(at: Safety) -> None:
    monitor, coordinator = at.browser(Role.MONITOR), at.browser(Role.COORDINATOR)
    assert ASK in monitor.ask(PAGE).html
    assert ASK in monitor.ask("/visits/1/forms/laboratory").html
    assert ASK not in coordinator.ask("/visits/1/forms/laboratory").html
    refused = monitor.fill_in(ASK, ASK, item="haemoglobin", words="")
    assert (refused.status, 'id="why-words"' in refused.html) == (422, True)
    opened = monitor.fill_in(ASK, ASK, item="haemoglobin", words="Is it so low?")
    assert (opened.status, opened.leads_to) == (303, "/queries/1")
    assert "waits for you" in coordinator.ask("/queries").words
    assert "waits for you" not in monitor.ask("/queries").words
    answer = step(coordinator, "answer query", "It is; a new sample is taken.", "1")
    assert answer.status == 303
    assert "waits for you" in monitor.ask("/queries").words
    assert step(monitor, "reopen query", "And?", "2").status == 303
    assert step(monitor, "close query", "Settled.", "3").status == 303
    assert "Every query is closed" in monitor.ask("/queries").words
    shown = monitor.ask("/queries/1").words
    for words in ("Is it so low?", "It is; a new sample is taken.", "And?", "Settled."):
        assert words in shown


def step(browser: Browser, name: str, words: str, expected: str) -> Answer:
    return browser.fill_in("/queries/1", "/queries/1", step=name, words=words, expected=expected)


def test_the_queries_of_one_participant(at: Safety) -> None:
    monitor = at.browser(Role.MONITOR)
    monitor.fill_in(ASK, ASK, item="haemoglobin", words="Is it so low?")
    of_first, of_second = (monitor.ask(f"/queries?participant={n}").words for n in (1, 2))
    assert "Only those of participant 001." in of_first
    assert ("Is it so low?" in of_first, "Is it so low?" in of_second) == (True, False)
    for nobody in ("", "?participant=x"):
        assert "Is it so low?" in monitor.ask(f"/queries{nobody}").words


def test_items_of_forms_go_by_what_the_protocol_calls_them(at: Safety) -> None:
    monitor = at.browser(Role.MONITOR, language="zh")
    for path in (PAGE, ASK):
        assert "血红蛋白" in monitor.ask(path).words
        assert "haemoglobin</li>" not in monitor.ask(path).html
    assert "V4 第12周" in monitor.ask(PAGE).words
    monitor.fill_in(ASK, ASK, item="haemoglobin", words="Is it so low?")
    for path in ("/queries", "/queries/1"):
        assert "血红蛋白" in monitor.ask(path).words


def test_an_answer_that_was_chosen_goes_by_its_title(at: Safety) -> None:
    asked = Form("pregnancy-test", TRIAL.version, ["result"])
    said = {"result": EnteredValue("negative")}
    fill_in_form(at.trial.database, at.trial.coordinator, noon(84), 1, asked, said)
    monitor = at.browser(Role.MONITOR)
    assert "Urine hCG Negative" in monitor.ask(PAGE).words


def test_steps_of_a_query_have_their_roles(at: Safety) -> None:
    monitor, coordinator = at.browser(Role.MONITOR), at.browser(Role.COORDINATOR)
    monitor.fill_in(ASK, ASK, item="haemoglobin", words="Is it so low?")
    assert step(monitor, "answer query", "Yes", "1").status == 403
    assert step(coordinator, "close query", "Yes", "1").status == 403
    assert step(coordinator, "forget query", "Yes", "1").status == 404
    assert step(coordinator, "answer query", "", "1").status == 422
    assert step(coordinator, "answer query", "Yes", "9").status == 409
    assert coordinator.ask(ASK).status == 403
    assert monitor.ask("/queries/new/account/1").status == 404


def test_a_mark_stands_until_the_row_changes(at: Safety) -> None:
    monitor = at.browser(Role.MONITOR)
    path = "/participants/1/verification"
    assert "3 rows to verify" in monitor.ask(PAGE).words
    shown = seen(monitor)
    assert monitor.fill_in(path, PAGE, visit="1", seen=shown).status == 303
    assert "3 rows to verify" not in monitor.ask(PAGE).words
    correct(at)
    after = monitor.ask(PAGE).words
    assert "1 row to verify" in after
    assert "1 changed after verification" in after
    stale = monitor.fill_in(path, PAGE, visit="1", seen=shown)
    assert (stale.status, "compare them with their source again" in stale.words) == (409, True)
    assert at.browser(Role.INVESTIGATOR).fill_in(path, PAGE, visit="1", seen=shown).status == 403


def test_one_value_is_marked_by_itself(at: Safety) -> None:
    monitor, path = at.browser(Role.MONITOR), "/verification/form_value/1"
    assert monitor.fill_in(path, PAGE, expected="9").status == 409
    marked = monitor.fill_in(path, PAGE, expected="1")
    assert (marked.status, marked.leads_to) == (303, f"{PAGE}?visit=1")
    after = monitor.ask(f"{PAGE}?visit=1")
    assert "2 rows to verify" in after.words
    assert '<details class="data" id="visit-1" open>' in after.html
    assert path not in after.html
    correct(at)
    assert path in monitor.ask(PAGE).html
    assert monitor.fill_in("/verification/account/1", PAGE, expected="1").status == 404
    assert at.browser(Role.INVESTIGATOR).fill_in(path, PAGE, expected="2").status == 403
    assert path not in at.browser(Role.DATA_MANAGER).ask(PAGE).html


def test_values_stand_by_form_as_their_form_shows_them(at: Safety) -> None:
    html = at.browser(Role.MONITOR).ask(PAGE).html
    shown = html[html.index("<h3>Laboratory tests</h3>") :]
    assert re.search(r"Haemoglobin</td>\s*<td><strong>75</strong> g/L .*\(115–150\)", shown)
    # What the monitor says of the values stands below them.
    assert shown.index("Haemoglobin") < shown.index("that are not marked agree")


def test_an_answer_that_says_no_is_shown_in_the_words_of_the_reader(at: Safety) -> None:
    coordinator, path = at.browser(Role.COORDINATOR), "/visits/1/asked"
    asked = "is allergic or intolerant to interleukin-2"
    said = {"answer-E1-1": "no", "statement-E1-1": asked}
    assert coordinator.fill_in(path, path, **said).status == 303
    assert f"{asked} Answer no" in coordinator.ask(PAGE).words
    assert (
        "对白介素-2过敏或不耐受 回答 否" in at.browser(Role.MONITOR, language="zh").ask(PAGE).words
    )


def test_an_open_query_is_shown_before_data_are_locked_or_signed(at: Safety) -> None:
    manager = at.browser(Role.DATA_MANAGER)
    warning = "1 query is not closed: No. 1 (open)"
    assert warning not in manager.ask(PAGE).words
    manager.fill_in(ASK, ASK, item="haemoglobin", words="Is it so low?")
    assert manager.ask(PAGE).words.count(warning) == 2, "for the participant, and for the visit"
    assert warning in manager.ask("/participants/1/sign").words


@pytest.mark.parametrize("visit", ["", "1"])
def test_a_reason_that_is_refused_is_kept_where_it_was_typed(at: Safety, visit: str) -> None:
    browser = at.browser(Role.DATA_MANAGER)
    unseen = "all\u200bclean"
    kept = f'name="visit" value="{visit}">\n<input name="reason" value="{unseen}"'
    answer = browser.fill_in("/participants/1/lock", PAGE, reason=unseen, visit=visit)
    assert (answer.status, kept in answer.html, answer.html.count(unseen)) == (422, True, 1)
    assert ('id="visit-1" open' in answer.html) is bool(visit)
    browser.fill_in("/participants/1/lock", PAGE, reason="all clean", visit=visit)
    typed = {"lock": "1", "expected": "1", "unlock_reason": unseen}
    answer = browser.fill_in("/locks/1/unlock", PAGE, **typed)
    kept = f'<input name="unlock_reason" value="{unseen}"'
    assert (answer.status, answer.html.count(kept)) == (422, 1)


@pytest.mark.parametrize("visit", ["", "1"])
def test_what_is_locked_offers_no_correction(at: Safety, visit: str) -> None:
    browser = at.browser(Role.DATA_MANAGER)
    pages = ("/visits/1", "/visits/1/forms/laboratory", "/visits/1/forms/alsfrs-r")
    offers = ('href="/visits/1/correct"', 'href="/values/1/correct"', "Save the form")
    for page, offer in zip(pages, offers, strict=True):
        assert offer in browser.ask(page).html
    browser.fill_in("/participants/1/lock", PAGE, reason="all clean", visit=visit)
    for page, offer in zip(pages, offers, strict=True):
        shown = browser.ask(page)
        assert (offer in shown.html, "all clean" in shown.words) == (False, True)


# A page of the participant, and a link that changes what stands on it
CHANGES = [
    ("/participants/1/doses", 'href="/doses/1/correct"'),
    ("/participants/1/doses", 'href="/participants/1/doses/unplanned"'),
    ("/participants/1/medication", 'href="/participants/1/medication/new"'),
    ("/participants/1/adverse-events", 'href="/participants/1/adverse-events/new"'),
    ("/adverse-events/1", 'href="/adverse-events/1/correction"'),
]


@pytest.mark.parametrize(("page", "offer"), CHANGES)
def test_under_a_lock_no_page_of_the_participant_offers_a_change(
    at: Safety, page: str, offer: str
) -> None:
    coordinator = at.browser(Role.COORDINATOR)
    new = "/participants/1/adverse-events/new"
    assert coordinator.fill_in(new, new, **event_fields()).status == 303
    assert offer in coordinator.ask(page).html
    manager = at.browser(Role.DATA_MANAGER)
    manager.fill_in("/participants/1/lock", PAGE, reason="all clean", visit="")
    shown = coordinator.ask(page)
    assert (offer in shown.html, "all clean" in shown.words) == (False, True)


def test_data_are_locked_and_unlocked_with_a_reason(at: Safety) -> None:
    browser = at.browser(Role.DATA_MANAGER)
    path = "/participants/1/lock"
    refused = browser.fill_in(path, PAGE, reason="", visit="")
    assert (refused.status, "say why" in refused.words) == (422, True)
    for garbage in ("abc", "-1", "2.0", "0", "999999"):
        unread = browser.fill_in(path, PAGE, reason="all clean", visit=garbage)
        assert (unread.status, "Locked at" in unread.words) == (422, False)
    assert browser.fill_in(path, PAGE, reason="all clean", visit="").status == 303
    assert browser.fill_in(path, PAGE, reason="again", visit="").status == 409
    assert "Locked at" in browser.ask(PAGE).words
    no_reason = browser.fill_in("/locks/1/unlock", PAGE, expected="1", unlock_reason="")
    assert no_reason.status == 422
    assert browser.fill_in("/locks/1/unlock", PAGE, expected="1", unlock_reason="x").status == 303
    assert "Locked at" not in browser.ask(PAGE).words
    assert browser.fill_in(path, PAGE, reason="V4 is clean", visit="1").status == 303
    assert at.browser(Role.MONITOR).fill_in(path, PAGE, reason="x", visit="").status == 403


def read(browser: Browser, path: str) -> str:
    """Return what names the data that a page for signing was opened on."""
    found = re.search(r'name="seen" value="(\w+)"', browser.ask(path).html)
    return found[1] if found else ""


def sign(browser: Browser, meaning: str = "I have reviewed these data", **other: str) -> Answer:
    path = "/participants/1/sign"
    told = {"meaning": meaning, "password": PASSWORD, "seen": read(browser, path)}
    return browser.fill_in(path, path, **{**told, **other})


def test_a_signature_asks_for_the_password_again(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    wrong = sign(browser, password="no heron at all")
    assert (wrong.status, "it does not sign you in" in wrong.words) == (422, True)
    assert "no heron at all" not in wrong.html
    assert "I have reviewed these data" in wrong.html
    assert sign(browser, seen="what stood there before").status == 409
    empty = sign(browser, meaning="")
    assert (empty.status, "say what the signature means" in empty.words) == (422, True)
    signed = sign(browser)
    assert (signed.status, signed.leads_to) == (303, "/signatures/1")
    shown = browser.ask("/signatures/1").words
    for words in ("The investigator", "I have reviewed these data", "nothing has changed since"):
        assert words in shown
    assert len(re.findall(r"\b[0-9a-f]{64}\b", shown)) == 2
    correct(at)
    assert "1 row has changed since it was signed" in browser.ask("/signatures/1").words
    assert "changed since" in browser.ask(PAGE).words


def test_a_coordinator_signs_nothing(at: Safety) -> None:
    browser = at.browser(Role.COORDINATOR)
    fields = {"meaning": "mine", "password": PASSWORD}
    assert browser.fill_in("/participants/1/sign", PAGE, **fields).status == 403
    assert "/sign" not in browser.ask(PAGE).html.replace("/sign-out", "")
