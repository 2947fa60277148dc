"""Laboratory grades on pages: listed, confirmed, changed, set aside, with an adverse event."""

from __future__ import annotations

import pytest
from tests.web.safety import Safety, event_fields, safety
from tests.web.site import Answer, Browser, Site
from tests.workflows.trial_in_progress import dose, given, laboratory, value, visit

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.adverse_events import AdverseEvent, GradeDecision
from trialrun.web.pages import grades

PAGE = "/safety/grades/1/anemia"


@pytest.fixture
def at(site: Site) -> Safety:
    """Participant 001 has a haemoglobin of 75 g/L at week 12, and an ALT without a baseline."""
    found = safety(site)
    dose(found.trial, 1, 0, given(0), 0)
    values = {
        "haemoglobin": value("75", "g/L", "115", "150"),
        "alt": value("100", "U/L", "9", "50"),
    }
    laboratory(found.trial, visit(found.trial, "V4", 84, (77, 91)), 84, values)
    return found


def decide(browser: Browser, **other: str) -> Answer:
    return browser.fill_in(PAGE, PAGE, **{"decided": "3", "version": "1", **other})


def decisions(at: Safety) -> list[tuple[str, int | None, str]]:
    with at.site.database.reading() as session:
        return [(one.standing, one.grade, one.reason) for one in session.query(GradeDecision)]


def test_proposals_and_what_is_not_gradable_are_listed(at: Safety) -> None:
    shown = at.browser(Role.INVESTIGATOR).ask("/safety/grades").words
    assert "Anemia grade 3" in shown
    assert "Not gradable" in shown
    assert "a baseline is needed, and there is none" in shown
    assert "grade 0" not in shown.replace("What is missing is not grade 0", "")
    assert "1 laboratory grade to confirm" in shown


def test_the_list_has_pages_and_proposals_come_first(
    at: Safety, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grades, "PAGE", 1)
    browser = at.browser(Role.INVESTIGATOR)
    first, second = (browser.ask(f"/safety/grades?number={n}") for n in (1, 2))
    assert [("Anemia" in one.words, "Not gradable" in one.words) for one in (first, second)] == [
        (True, False),
        (False, True),
    ]
    assert [
        ("Next page" in one.words, "Previous page" in one.words) for one in (first, second)
    ] == [
        (True, False),
        (False, True),
    ]
    assert "No grade waits" not in second.words


def test_one_is_shown_with_its_words_and_confirmed(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    shown = browser.ask(PAGE).words
    assert "By the number: grade 3" in shown
    assert "Hgb <8.0 g/dL" in shown
    assert "none before the first dose" in shown
    assert decide(browser).status == 303
    assert decisions(at) == [("confirmed", 3, "")]
    assert "Decided at" in browser.ask(PAGE).words
    assert decide(browser).status == 409


def test_a_chinese_page_says_how_the_text_is_read_and_keeps_the_text(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR, language="zh")
    shown = browser.ask(PAGE).words
    assert "结果按其自身单位的界值判断" in shown
    assert "a result counts by the boundary in its own unit" not in shown
    assert "Hgb <8.0 g/dL" in shown
    new = browser.ask("/participants/1/adverse-events/new").words
    assert "危及生命；需要紧急干预。 Life-threatening consequences; urgent intervention" in new


def test_a_change_and_setting_aside_need_a_reason(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    for decided in ("2", "none"):
        refused = decide(browser, decided=decided)
        assert (refused.status, "say why the proposal does not stand" in refused.words) == (
            422,
            True,
        )
    nothing = decide(browser, decided="")
    assert (nothing.status, "nothing is chosen" in nothing.words) == (422, True)
    assert decide(browser, decided="none", decision_reason="diluted").status == 303
    assert decisions(at) == [("set aside", None, "diluted")]


def test_a_value_that_has_changed_is_not_decided_on(at: Safety) -> None:
    assert decide(at.browser(Role.INVESTIGATOR), version="7").status == 409
    assert decisions(at) == []


def test_a_grade_opens_an_event_or_belongs_to_one(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    fields = event_fields(reported_term="pale", term="Anemia", onset="2022-04-09")
    del fields["grade"]
    refused = decide(browser, event="new", **{**fields, "causality": ""})
    assert (refused.status, "nothing is chosen" in refused.words) == (422, True)
    assert decide(browser, event="new", **fields).status == 303
    with at.site.database.reading() as session:
        event = session.get_one(AdverseEvent, 1)
        decision = session.get_one(GradeDecision, 1)
    assert (event.term, event.grade, decision.adverse_event_id) == ("Anemia", 3, 1)


def test_what_is_not_gradable_cannot_be_decided(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    path = "/safety/grades/2/alanine-aminotransferase-increased"
    assert "a baseline is needed" in browser.ask(path).words
    assert browser.fill_in(path, decided="0", version="1").status == 404
    assert browser.ask("/safety/grades/2/nonsense").status == 404


def test_others_read_only(at: Safety) -> None:
    browser = at.browser(Role.MONITOR)
    assert "Decision" not in browser.ask(PAGE).words
    assert browser.fill_in(PAGE, decided="3", version="1").status == 403
