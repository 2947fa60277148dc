"""The pages of adverse events: reported, followed up, corrected, made void, reported on."""

from __future__ import annotations

import re

import pytest
from tests.web.safety import SERIOUS, Safety, event_fields, safety
from tests.web.site import Answer, Browser, Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.adverse_events import AdverseEvent, SafetyReport

NEW = "/participants/1/adverse-events/new"


@pytest.fixture
def at(site: Site) -> Safety:
    return safety(site)


@pytest.fixture
def investigator(at: Safety) -> Browser:
    return at.browser(Role.INVESTIGATOR)


def event(at: Safety, event_id: int = 1) -> AdverseEvent:
    with at.site.database.reading() as session:
        return session.get_one(AdverseEvent, event_id)


def report(browser: Browser, **other: str) -> Answer:
    return browser.fill_in(NEW, NEW, **event_fields(**other))


def test_what_is_wrong_says_of_which_field_above_the_form(investigator: Browser) -> None:
    refused = report(investigator, causality="", outcome="")
    assert refused.status == 422
    for name in ("Causality", "Outcome"):
        assert f'">{name}</a>: nothing is chosen' in refused.html


def test_an_empty_form_is_refused_once_with_all_that_is_missing(investigator: Browser) -> None:
    refused = investigator.fill_in(NEW, NEW)
    for field in ("reported_term", "term", "onset", "grade", "causality", "outcome"):
        assert f'href="#{field}' in refused.html, field
    report(investigator)
    path = "/adverse-events/1/follow-up"
    later = investigator.fill_in(path, path, expected="1")
    for field in ("observed", "grade", "outcome", "aware_at"):
        assert f'href="#{field}' in later.html, field


def test_an_event_is_reported_and_listed(at: Safety, investigator: Browser) -> None:
    form = investigator.ask(NEW)
    assert 'value="2022-05-20"' in form.html, "now is proposed, by the hospital's clocks"
    assert 'value="16:00"' in form.html
    answer = report(investigator)
    assert (answer.status, answer.leads_to) == (303, "/adverse-events/1")
    shown = investigator.ask("/adverse-events/1").words
    for words in ("Fever", "felt hot", "18 May 2022", "treatment-emergent"):
        assert words in shown
    for path in ("/safety", "/participants/1/adverse-events"):
        assert "Fever" in investigator.ask(path).words
    assert "No adverse event" in investigator.ask("/participants/2/adverse-events").words


def test_a_term_in_other_words_needs_its_class(at: Safety, investigator: Browser) -> None:
    refused = report(investigator, term="", other_term="Hiccups")
    assert refused.status == 422
    assert "it is not in the list of terms" in refused.words
    both = report(investigator, other_term="Hiccups")
    assert (both.status, "a term of the list is chosen, too" in both.words) == (422, True)
    accepted = report(
        investigator,
        term="",
        other_term="Hiccups",
        soc="Respiratory, thoracic and mediastinal disorders",
    )
    assert accepted.status == 303
    assert event(at).term == "Hiccups"


REFUSED = [
    # what is typed | beside which field | what is said
    ({"reported_term": ""}, "why-reported_term", "it is empty"),
    ({"onset": "yesterday"}, "why-onset", "it is no day"),
    ({"onset": "2022-06-30"}, "why-onset", "the day had not come"),
    ({"grade": ""}, "", "it is not 1 to 5"),
    ({"grade": "5"}, "", "a death has all three"),
    ({"causality": ""}, "why-causality", "nothing is chosen"),
    ({"aware_at_time": "25:00"}, "", "it is no time"),
    ({"aware_at_day": "2022-05-21"}, "why-aware_at", "it is in the future"),
    ({"ended": "2022-05-19"}, "why-ended", "an event that goes on has no end"),
]


@pytest.mark.parametrize(("typed", "beside", "said"), REFUSED)
def test_what_is_wrong_stands_beside_its_field(
    at: Safety, investigator: Browser, typed: dict[str, str], beside: str, said: str
) -> None:
    answer = report(investigator, narrative="a <script> in it", **typed)
    assert answer.status == 422
    assert said in answer.words
    assert f'id="{beside}"' in answer.html if beside else 'class="why"' in answer.html
    assert "a &lt;script&gt; in it" in answer.html, "what was typed is kept"
    assert re.search(r'value="Fever" selected', answer.html)


def test_seriousness_is_derived_and_starts_the_clock(at: Safety, investigator: Browser) -> None:
    report(investigator, **SERIOUS)
    assert event(at).serious
    shown = investigator.ask("/adverse-events/1").words
    assert "sponsor: 22 h left" in shown
    assert "Serious is not severe" in shown
    at.site.clock.go_on(hours=23)
    fresh = at.site.browser()
    fresh.fill_in("/sign-in", "/sign-in", name="investigator", password="nine herons over the lake")
    overdue = fresh.ask("/safety").words
    assert "ethics committee: overdue by 1 h" in overdue
    assert "Every serious event has its first reports" not in overdue


def sent(browser: Browser, **other: str) -> Answer:
    fields = {
        "report": "sponsor:0",
        "sent_at_day": "2022-05-20",
        "sent_at_time": "15:30",
        "means": "mail",
        "reference": "S-1",
    }
    page = "/adverse-events/1"
    return browser.fill_in("/adverse-events/1/reports", page, **{**fields, **other})


def test_a_report_is_recorded_and_taken_back(at: Safety, investigator: Browser) -> None:
    report(investigator, **SERIOUS)
    assert sent(investigator).status == 303
    assert "sponsor: sent in time" in investigator.ask("/adverse-events/1").words
    again = sent(investigator)
    assert again.status == 409
    assert "a report of this number stands" in again.words
    later = sent(investigator, report="sponsor:1", sent_at_time="17:30")
    assert (later.status, "it is in the future" in later.words) == (422, True)
    nobody = sent(investigator, report="", means="")
    assert "the protocol names no such recipient" in nobody.words
    assert "say by what it was sent" in nobody.words
    page = "/adverse-events/1"
    empty = investigator.fill_in("/safety-reports/1/void", page, expected="1", void_reason="")
    assert empty.status == 422
    answer = investigator.fill_in(
        "/safety-reports/1/void", page, expected="1", void_reason="it came back"
    )
    assert answer.status == 303
    with at.site.database.reading() as session:
        assert session.get_one(SafetyReport, 1).void_reason == "it came back"


def test_a_report_is_printed_in_both_languages(at: Safety, investigator: Browser) -> None:
    report(investigator, **SERIOUS, expectedness="unexpected", narrative="carried to the ward")
    english = investigator.ask("/adverse-events/1/report?language=en")
    assert '<html lang="en">' in english.html
    for words in (
        "Report of a serious adverse event",
        "requires inpatient hospitalisation",
        "NCT04952155",
        "carried to the ward",
        "SUSAR",
    ):
        assert words in english.words
    assert re.search(r"Head of the audit chain: [0-9a-f]{64}", english.words)
    for words in (
        "Medical history in the hospital's records not recorded",
        "Sex not known",
        "Age at onset, years not known",
        "Planned dose 1,000,000 IU",
        "First dose before the onset none",
        "Concomitant medication at the onset none is recorded",
    ):
        assert words in english.words
    chinese = investigator.ask("/adverse-events/1/report?language=zh")
    assert '<html lang="zh-CN">' in chinese.html
    assert "严重不良事件报告" in chinese.words
    assert "申办者 北京大学第三医院" in chinese.words
    assert '<html lang="en">' in investigator.ask("/adverse-events/1").html, "for this page only"


def follow_up(browser: Browser, **other: str) -> Answer:
    fields = {
        "observed": "2022-05-19",
        "grade": "3",
        "outcome": "recovered",
        "ended": "2022-05-19",
        "aware_at_day": "2022-05-20",
        "aware_at_time": "15:00",
        "expected": "1",
    }
    path = "/adverse-events/1/follow-up"
    return browser.fill_in(path, path, **{**fields, **other})


def test_a_follow_up(at: Safety, investigator: Browser) -> None:
    report(investigator)
    refused = follow_up(investigator, observed="2022-05-01", outcome="")
    assert refused.status == 422
    assert "nothing is chosen" in refused.words
    before = follow_up(investigator, observed="2022-05-01")
    assert "it is before the onset" in before.words
    assert follow_up(investigator, **SERIOUS).status == 303
    held = event(at)
    assert (held.grade, held.first_grade, held.outcome, held.serious) == (3, 2, "recovered", True)
    assert "at onset: 2" in investigator.ask("/adverse-events/1").words
    stale = follow_up(investigator)
    assert (stale.status, "somebody else" in stale.words or "newer" in stale.words) == (409, True)


def test_a_correction_needs_a_reason_and_may_void_a_follow_up(
    at: Safety, investigator: Browser
) -> None:
    report(investigator)
    follow_up(investigator)
    path = "/adverse-events/1/correction"
    shown = investigator.ask(path)
    assert 'value="felt hot"' in shown.html
    fields = event_fields(reported_term="felt warm", grade="1", expected="2")
    refused = investigator.fill_in(path, path, **fields)
    assert (refused.status, "say why" in refused.words) == (422, True)
    answer = investigator.fill_in(path, path, **fields, reason="misheard", void_follow_up_1="yes")
    assert answer.status == 303
    held = event(at)
    assert (held.reported_term, held.grade) == ("felt warm", 1)


def test_an_event_is_made_void(at: Safety, investigator: Browser) -> None:
    report(investigator)
    path, page = "/adverse-events/1/void", "/adverse-events/1"
    assert investigator.fill_in(path, page, expected="1", reason="").status == 422
    assert investigator.fill_in(path, page, expected="1", reason="another's").status == 303
    assert "This event is void: another's" in investigator.ask(page).words
    assert "No adverse event" in investigator.ask("/safety").words


def test_terms_are_searched_in_both_languages(at: Safety) -> None:
    browser = at.browser(Role.COORDINATOR, language="zh")
    token = browser.form_token("/my-account")
    found = browser.post("/adverse-events/terms", data={"csrf": token, "search": "贫血"}).text
    assert 'value="Anemia"' in found
    assert "Eosinophilia" not in found
    english = browser.post("/adverse-events/terms", data={"csrf": token, "search": "eosin"}).text
    assert 'value="Eosinophilia"' in english
    for typed in ("pneumonia", "肺炎", "肺部感染"):
        other = browser.post("/adverse-events/terms", data={"csrf": token, "search": typed}).text
        assert 'value="Lung infection"' in other
    grades = browser.post("/adverse-events/grades", data={"csrf": token, "term": "Anemia"}).text
    assert "Hgb &lt;8.0 g/dL" in grades
    assert grades.lstrip().startswith("<fieldset")


@pytest.mark.parametrize("role", [Role.MONITOR, Role.DATA_MANAGER, Role.PHARMACIST])
def test_who_reads_only_sees_no_form(at: Safety, role: Role) -> None:
    report(at.browser(Role.INVESTIGATOR))
    browser = at.browser(role)
    assert "Fever" in browser.ask("/adverse-events/1").words
    assert "/adverse-events/new" not in browser.ask("/participants/1/adverse-events").html
    assert browser.fill_in(NEW, **event_fields()).status == 403


def test_what_began_before_the_first_dose_was_not_caused_by_the_drug(at: Safety) -> None:
    browser, path = at.browser(Role.INVESTIGATOR), "/participants/1/adverse-events/new"
    early = {"onset": "2022-01-14", "expectedness": "unexpected"}
    refused = browser.fill_in(path, path, **event_fields(**early, causality="probable"))
    assert (refused.status, 'id="why-causality"' in refused.html) == (422, True)
    assert "it began before the first dose" in refused.words
    accepted = browser.fill_in(path, path, **event_fields(**early, causality="not related"))
    assert accepted.status == 303, accepted.words
    # The first dose was on 15 January: an onset that day, or known to the month, may be after it.
    for onset in ("2022-01-15", "2022-01"):
        fields = event_fields(onset=onset, causality="probable")
        assert browser.fill_in(path, path, **fields).status == 303, onset
