"""Deviations and obligations on pages: found, listed, judged, told to the ethics committee."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session
from tests.web.clinic import written
from tests.web.safety import Safety, safety
from tests.web.site import PROTOCOL, Answer, Browser, Site
from tests.workflows.trial_in_progress import day, dose, given, noon, visit

from trialrun.conduct.actions.deviations import DeviationEntry, report_deviation
from trialrun.conduct.actions.oversight import lock
from trialrun.conduct.dosing import NotGiven
from trialrun.conduct.record import source_of
from trialrun.conduct.roles import Role
from trialrun.conduct.surveillance import Evidence, State, SurveillanceFinding
from trialrun.conduct.tables.deviations import Deviation, DeviationKind
from trialrun.conduct.tables.doses import DoseStatus
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth
from trialrun.errors import Problem, RefusedError
from trialrun.records.dates import parse_span
from trialrun.records.rows import Medication
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Concept
from trialrun.web.described import described
from trialrun.web.pages import obligations
from trialrun.workflows import looking_after, watching
from trialrun.workflows.looking_after import Found, look_after

PAGE = "/deviations/1"
DAY_2 = written(day(2))


@pytest.fixture
def at(site: Site) -> Safety:
    """Participant 001's visit V2 was two days late."""
    found = safety(site)
    visit(found.trial, "V2", 33, (25, 31))
    return found


def deviation(at: Safety, row: int = 1) -> Deviation:
    with at.site.database.reading() as session:
        return session.get_one(Deviation, row)


def look(browser: Browser) -> Answer:
    return browser.fill_in("/deviations/look", "/deviations")


def judge(browser: Browser, **other: str) -> Answer:
    fields = {
        "status": "confirmed",
        "important": "no",
        "reason": "the ward was closed",
        "action_taken": "the next visit was brought forward",
        "expected": "1",
    }
    return browser.fill_in(f"{PAGE}/judgement", PAGE, **{**fields, **other})


def test_look_now_says_what_is_new(at: Safety) -> None:
    browser = at.browser(Role.COORDINATOR)
    found = look(browser)
    assert found.status == 200
    assert "1 new deviation is proposed" in found.words
    assert "V2 Week 4: 2 days late" in found.words
    # Eight things bind participant 002, of whom nothing is known; 39 visits and doses are over.
    assert "002 0 0 8 39" in found.words
    assert "0 new deviations are proposed" in look(browser).words
    assert "V2 Week 4: 2 days late" in browser.ask("/deviations").words


def test_whoever_judges_reads_why_a_dose_was_not_given(at: Safety) -> None:
    dose(at.trial, 1, 0, given(0), 0)
    dose(at.trial, 2, 2, NotGiven(DoseStatus.HELD, "fever of 39 degrees"), 2)
    look(at.browser(Role.COORDINATOR))
    browser = at.browser(Role.MONITOR)
    pages = [browser.ask(f"/deviations/{number}").words for number in (1, 2)]
    (about_dose,) = [words for words in pages if "Course 1, dose 2" in words]
    recorded = f"What was recorded What became of it held Planned for {DAY_2}"
    assert f"{recorded} Reason fever of 39 degrees" in about_dose


def test_whoever_judges_reads_the_note_of_a_visit(at: Safety) -> None:
    note = {"took_place": "yes", "day": "2022-02-19", "contact": "visit", "note": "snowed in"}
    browser = at.browser(Role.COORDINATOR)
    fields = {**note, "reason": "left out", "expected": "1"}
    assert browser.fill_in("/visits/1/correct", "/visits/1/correct", **fields).status == 303
    look(browser)
    assert "Took place 19 Feb 2022 Note snowed in" in browser.ask(PAGE).words


@pytest.mark.parametrize(
    ("about", "english", "chinese"),
    [
        ("E9", "E9 Other study or investigational drug", "E9 参加其他研究或试验用药"),
        ("V4", "V4 Week 12", "V4 第12周"),
        ("1.6", "Course 1, dose 6", "第1疗程第6次给药"),
        ("the box", "the box", "the box"),
    ],
)
def test_the_list_names_what_each_is_about(
    at: Safety, about: str, english: str, chinese: str
) -> None:
    found = DeviationEntry(DeviationKind.OTHER, about, "agreed by telephone", "2022-05-01")
    report_deviation(
        at.trial.database, at.trial.coordinator, noon(120), 1, found, today=date(2022, 5, 15)
    )
    browser, other = at.browser(Role.COORDINATOR), at.browser(Role.MONITOR, language="zh")
    for page in ("/deviations", PAGE):
        assert english in browser.ask(page).words
        assert chinese in other.ask(page).words


def test_a_locked_participant_is_told_of(at: Safety) -> None:
    lock(at.trial.database, at.trial.data_manager, noon(40), 1, reason="final")
    found = look(at.browser(Role.DATA_MANAGER))
    assert "0 new deviations" in found.words
    assert "The data are locked" in found.words


def test_an_investigator_judges(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    look(browser)
    for typed, said in (
        ({"status": ""}, "nothing is chosen"),
        ({"important": ""}, "say whether it is important"),
        ({"reason": ""}, "say why"),
        ({"status": "dismissed"}, "what is dismissed is neither"),
    ):
        refused = judge(browser, **typed)
        assert (refused.status, said in refused.words) == (422, True), said
        assert "the next visit was brought forward" in refused.html
    assert judge(browser).status == 303
    held = deviation(at)
    assert (held.status, held.important, held.judgement) == (
        "confirmed",
        False,
        "the ward was closed",
    )
    shown = browser.ask(PAGE).words
    assert "The investigator" in shown
    assert "not important" in shown
    assert judge(browser).status == 409


def test_the_ethics_committee_is_told_of_what_is_confirmed(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    look(browser)
    path = f"{PAGE}/ethics"
    early = browser.fill_in(path, PAGE, reported_on="2022-05-20", expected="1")
    assert (early.status, "nobody has confirmed it" in early.words) == (422, True)
    judge(browser, important="yes")
    for told, said in (("2022-05-21", "in the future"), ("", "no day"), ("2022-01-01", "before")):
        refused = browser.fill_in(path, PAGE, reported_on=told, expected="2")
        assert (refused.status, said in refused.words) == (422, True), told
    assert browser.fill_in(path, PAGE, reported_on="2022-05-20", expected="2").status == 303
    assert "told on 20 May 2022" in browser.ask(PAGE).words


def test_what_somebody_noticed_is_reported(at: Safety) -> None:
    browser = at.browser(Role.PHARMACIST)
    path = "/participants/2/deviations/new"
    assert path in browser.ask("/deviations?participant=2").html
    assert path not in browser.ask("/deviations").html
    refused = browser.fill_in(path, path, kind="", description="", occurred="")
    assert refused.status == 422
    assert "nothing is chosen" in refused.words
    empty = browser.fill_in(path, path, kind="other", description="", occurred="soon")
    assert 'id="why-description"' in empty.html
    assert 'id="why-occurred"' in empty.html
    answer = browser.fill_in(
        path, path, kind="other", concerns="V4", description="box left open", occurred="2022-05"
    )
    assert (answer.status, answer.leads_to) == (303, "/deviations/1")
    assert "box left open" in browser.ask(answer.leads_to).words


def test_the_list_is_filtered(at: Safety) -> None:
    browser = at.browser(Role.INVESTIGATOR)
    look(browser)
    shown = "V2 Week 4"
    for query, is_there in (
        ("", True),
        ("?status=proposed", True),
        ("?status=confirmed", False),
        ("?kind=missed+visit", False),
        ("?participant=1", True),
        ("?participant=2", False),
        ("?number=2", False),
        ("?status=nonsense&number=x&participant=x", False),
    ):
        answer = browser.ask(f"/deviations{query}")
        assert (answer.status, shown in answer.words) == (200, is_there), query


def test_obligations_say_sentence_logic_state_and_gap(at: Safety) -> None:
    browser = at.browser(Role.MONITOR)
    shown = browser.ask("/participants/1/obligations").words
    assert "Reasonable and effective contraceptive measures should be taken by subjects" in shown
    assert "Surely complied with until 17 Feb 2022" in shown
    assert "Not known: " in shown
    assert "What would settle it: " in shown
    chinese = at.browser(Role.COORDINATOR, language="zh").ask("/participants/1/obligations").words
    assert "未知" in chinese
    assert "Reasonable and effective" in chinese, "the protocol's sentence stays as it is"


# State | of an obligation, of an exclusion in English | the same in Chinese
STANDS = [
    (State.KEPT, ("complied with", "does not hold"), ("已遵守", "未出现")),
    (State.BROKEN, ("not complied with", "came to hold"), ("未遵守", "已出现")),
    (State.UNKNOWN, ("unknown", "unknown"), ("未知", "未知")),
]


@pytest.mark.parametrize(("state", "english", "chinese"), STANDS)
def test_each_kind_has_words_of_its_own_for_how_it_stands(
    at: Safety,
    monkeypatch: pytest.MonkeyPatch,
    state: State,
    english: tuple[str, str],
    chinese: tuple[str, str],
) -> None:
    both = (PROTOCOL.obligations[0], PROTOCOL.watched_exclusions[0])
    found = [
        SurveillanceFinding(criterion, state, Answered(criterion.expression, Truth.UNKNOWN), ())
        for criterion in both
    ]
    monkeypatch.setattr(obligations, "look_at", lambda *_, **__: found)
    for role, language, words in (
        (Role.MONITOR, "en", english),
        (Role.COORDINATOR, "zh", chinese),
    ):
        html = at.browser(role, language=language).ask("/participants/1/obligations").html
        marks = re.findall(r'<span class="mark (?:good|bad|now)">([^<]+)</span></h2>', html)
        assert tuple(marks) == words


def test_the_rows_behind_an_obligation_show_doses_and_days(
    at: Safety, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(row: int, start: str, dose: int) -> Evidence:
        drug = Concept(text="riluzole")
        medication = Medication(
            row_id=row,
            kind=Kind.MEDICATION,
            concept=drug,
            start=parse_span(start),
            daily_dose=Fraction(dose),
            dose_unit="mg",
        )
        return Evidence(medication, source_of(medication))

    answered = Answered(PROTOCOL.obligations[0].expression, Truth.FALSE)
    rows = (taken(4, "2021-03", 100), taken(-5, "2022-02-01", 50))
    found = SurveillanceFinding(PROTOCOL.obligations[0], State.BROKEN, answered, rows)
    monkeypatch.setattr(obligations, "look_at", lambda *_, **__: [found])
    shown = at.browser(Role.MONITOR).ask("/participants/1/obligations").words
    assert "hospital: riluzole, 2021-03: 100 mg a day" in shown
    assert "trial: riluzole, 2022-02-01: 50 mg a day" in shown


def test_a_monitor_reads_and_judges_nothing(at: Safety) -> None:
    look(at.browser(Role.INVESTIGATOR))
    browser = at.browser(Role.MONITOR)
    assert "/deviations/look" not in browser.ask("/deviations").html
    assert "/judgement" not in browser.ask(PAGE).html
    assert judge(browser).status == 403


def test_somebody_of_whom_nothing_can_be_asked_is_unknown_with_the_reason(
    at: Safety, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "consent was withdrawn, or participation ended, before enrolment"
    asked = look_after

    def unless_first(session: Session, trial: object, one: Participant, *rest: object) -> Found:
        if one.id == 1:
            raise RefusedError("nothing can be asked", [Problem("ended_on", why)])
        return asked(session, trial, one, *rest)  # type: ignore[arg-type]

    for module in (looking_after, watching):
        monkeypatch.setattr(module, "look_after", unless_first)
    browser = at.browser(Role.COORDINATOR)
    found = look(browser).words
    assert why in found
    assert "002 0 0 8 39" in found
    page = browser.ask("/participants/1/obligations")
    assert (page.status, why in page.words) == (200, True)


def test_days_of_what_was_found_are_written_as_all_days(at: Safety) -> None:
    """The day that a person wrote stays as it was written."""
    browser = at.browser(Role.INVESTIGATOR)
    look(browser)
    found = deviation(at)
    assert re.search(r"\d{4}-\d\d-\d\d", found.description)
    for language, days in (("en", f"done on {written(day(33))}"), ("zh", "实际日期 2022年2月17日")):
        assert days in described(found, language)
    found.origin = "person"
    assert described(found, "en") == found.description
