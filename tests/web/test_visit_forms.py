"""Forms of the protocol as pages: filled in, refused, completed, corrected, totals, over time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.conduct.people import patient, screened
from tests.web.clinic import Clinic, clinic, visit_fields
from tests.web.site import PASSWORD, PROTOCOL, Browser, Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.visits import FormValue
from trialrun.web.pages import asking, participants, visit_forms, visits

ALSFRS = next(form for form in PROTOCOL.forms if form.id == "alsfrs-r")
LABORATORY = next(form for form in PROTOCOL.forms if form.id == "laboratory")
THREES = {item.id: "3" for item in ALSFRS.items}
PATH = "/visits/1/forms/"


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site)


@pytest.fixture
def browser(here: Clinic) -> Browser:
    """A coordinator's, after the baseline visit."""
    opened = here.browser()
    assert opened.fill_in(f"{here.path}/visits/V1", **visit_fields(0)).leads_to == "/visits/1"
    return opened


@pytest.mark.parametrize("form", PROTOCOL.forms, ids=lambda form: form.id)
def test_every_item_has_a_field_with_its_label_and_unit(browser: Browser, form: object) -> None:
    of_protocol = next(one for one in PROTOCOL.forms if one is form)
    html = browser.ask(f"{PATH}{of_protocol.id}").html
    for item in of_protocol.items:
        assert f'<label for="{item.id}">' in html
        assert re.search(rf'<(input|select|textarea) id="{item.id}"', html)
        for choice in item.choices:
            assert f'<option value="{choice.code}">' in html
    assert ("10⁹/L" in html) is any(item.unit == "10*9/L" for item in of_protocol.items)


def test_a_form_is_filled_in_and_the_total_is_shown(browser: Browser) -> None:
    assert browser.fill_in(f"{PATH}alsfrs-r", **THREES).leads_to == f"{PATH}alsfrs-r?saved=true"
    assert "Saved." in browser.ask(f"{PATH}alsfrs-r?saved=true").words
    # Twelve items of 3
    assert "Total score 36" in browser.ask(f"{PATH}alsfrs-r").words
    assert "ALSFRS-R complete" in browser.ask("/visits/1").words


def test_one_reason_marks_what_was_not_done_and_leaves_the_rest(
    here: Clinic, browser: Browser
) -> None:
    typed = {
        "speech": "4",
        "walking:not-done": "yes",
        "walking:reason": "in bed",
        ":reason": "tired",
    }
    assert browser.fill_in(f"{PATH}alsfrs-r", **typed).status == 303
    with here.site.database.reading() as session:
        held = {one.item: (one.typed, one.reason) for one in session.scalars(select(FormValue))}
    own = {"speech": ("4", ""), "walking": (None, "in bed")}
    assert held == dict.fromkeys(THREES, (None, "tired")) | own
    assert "ALSFRS-R complete" in browser.ask("/visits/1").words


def test_a_form_that_was_not_done_at_all_keeps_what_may_stay_empty(
    here: Clinic, browser: Browser
) -> None:
    """Of the laboratory, limits of normal that were suggested stand beside no value."""
    required = {item.id for item in LABORATORY.items if item.required}
    browser.fill_in(f"{here.path}/visits/V4", **visit_fields(30, note="came early"))
    assert browser.fill_in("/visits/2/forms/laboratory", **{":reason": "no blood"}).status == 303
    with here.site.database.reading() as session:
        held = {one.item for one in session.scalars(select(FormValue))}
    assert held == required < {item.id for item in LABORATORY.items}


def test_what_is_refused_keeps_the_reason_for_the_rest(browser: Browser) -> None:
    answer = browser.fill_in(f"{PATH}alsfrs-r", **{"speech": "7", ":reason": "tired"})
    assert (answer.status, 'value="tired"' in answer.html) == (422, True)
    assert "it is empty" not in answer.words


def test_what_is_wrong_stands_beside_its_item_and_everything_typed_is_kept(
    browser: Browser,
) -> None:
    typed = {**THREES, "speech": "7", "walking": "two", "stairs": ""}
    answer = browser.fill_in(f"{PATH}alsfrs-r", **typed)
    assert answer.status == 422
    for item in ("speech", "walking", "stairs"):
        assert f'id="why-{item}"' in answer.html
    assert 'name="speech" value="7"' in answer.html
    assert 'name="walking" value="two"' in answer.html
    assert 'name="dressing" value="3"' in answer.html
    assert "Speech : it is outside of its range (0 to 4): correct it" in answer.words
    assert 'href="#speech"' in answer.html
    assert "empty" in browser.ask("/visits/1").words


def test_out_of_the_plausible_range_it_asks_why(browser: Browser) -> None:
    answer = browser.fill_in(f"{PATH}fvc", **{"fvc-percent": "10"})
    assert answer.status == 422
    assert 'id="why-fvc-percent:reason"' in answer.html
    assert "<details open>" in answer.html
    fields = {"fvc-percent": "10", "fvc-percent:reason": "very weak"}
    assert browser.fill_in(f"{PATH}fvc", **fields).status == 303
    assert "10 % unusual very weak" in browser.ask(f"{PATH}fvc").words


def test_not_done_asks_why(browser: Browser) -> None:
    answer = browser.fill_in(f"{PATH}fvc", **{"fvc-percent:not-done": "yes"})
    assert 'id="why-fvc-percent:reason"' in answer.html
    assert 'name="fvc-percent:not-done" value="yes" checked' in answer.html
    fields = {"fvc-percent:not-done": "yes", "fvc-percent:reason": "mask did not fit"}
    browser.fill_in(f"{PATH}fvc", **fields)
    assert "not done mask did not fit" in browser.ask(f"{PATH}fvc").words


def test_what_was_left_out_is_added_later(browser: Browser) -> None:
    browser.fill_in(f"{PATH}fvc", **{"fvc-percent": "80"})
    # What may stay empty makes no form incomplete.
    assert "Forced vital capacity complete" in browser.ask("/visits/1").words
    page = browser.ask(f"{PATH}fvc").html
    assert "1 item was left empty, as it may be: add it" in page
    assert 'id="fvc-litres"' in page
    assert 'id="fvc-percent"' not in page
    assert browser.fill_in(f"{PATH}fvc", **{"fvc-litres": "3.1"}).status == 303
    assert "Forced vital capacity complete" in browser.ask("/visits/1").words


def sign_in_again(browser: Browser) -> None:
    """The session of another day is over."""
    answer = browser.fill_in("/sign-in", "/sign-in", name="coordinator", password=PASSWORD)
    assert answer.status == 303


LIMITS = {"crp:lower": "0", "crp:upper": "8"}


def test_limits_of_normal_that_were_entered_last_are_suggested(
    browser: Browser, here: Clinic
) -> None:
    path, later = f"{PATH}inflammatory-factors", "/visits/2/forms/inflammatory-factors"
    assert "Suggested" not in browser.ask(path).words
    browser.fill_in(path, crp="3", **LIMITS)
    here.go_to(168)
    sign_in_again(browser)
    browser.fill_in(f"{here.path}/visits/V7", **visit_fields(168))
    page = browser.ask(later)
    assert "Suggested, as entered for this participant on 17 Jan 2022" in page.words
    assert 'name="crp:upper" value="8"' in page.html
    assert 'name="esr:upper" value=""' in page.html
    # Nothing is kept that nobody saves: a value whose limits were taken out has none.
    changed = {"crp": "3", "crp:lower": "", "crp:upper": "", "esr": "", "esr:reason": ""}
    assert browser.fill_in(later, **changed).status == 303
    assert "(0–8)" not in (shown := browser.ask(later).words)
    assert "C-reactive protein 3 mg/L" in shown


def test_a_suggestion_beside_an_empty_value_is_not_kept(browser: Browser, here: Clinic) -> None:
    path, later = f"{PATH}inflammatory-factors", "/visits/2/forms/inflammatory-factors"
    esr = {"esr:lower": "0", "esr:upper": "20"}
    browser.fill_in(path, crp="3", esr="7", **LIMITS, **esr)
    here.go_to(168)
    sign_in_again(browser)
    browser.fill_in(f"{here.path}/visits/V7", **visit_fields(168))
    other = browser.fill_in(later, crp="3", esr="", **LIMITS, **{"esr:upper": "21"})
    assert (other.status, "something is written beside it" in other.words) == (422, True)
    assert browser.fill_in(later, crp="3", esr="", **LIMITS, **esr).status == 303
    assert "(0–8)" in browser.ask(later).words


@pytest.mark.parametrize(
    ("crp", "said"),
    [("8.1", "(0.5–8) ↑ above normal"), ("8", "(0.5–8)"), ("0.4", "↓ below normal")],
)
def test_a_value_beyond_its_limits_of_normal_is_marked(
    browser: Browser, crp: str, said: str
) -> None:
    path = f"{PATH}inflammatory-factors"
    browser.fill_in(path, crp=crp, **{"crp:lower": "0.5", "crp:upper": "8"})
    shown = browser.ask(path).words
    assert f"{crp} mg/L (0.5–8)" in shown
    assert said in shown
    assert ("normal" in shown.partition("(0.5–8)")[2][:18]) is (crp != "8")


def another(here: Clinic) -> int:
    """Enrol a second participant, and return the id."""
    screened(here.site.database, patient("P1"), patient("P2"))
    return replace(here.candidates, candidate_id=2).enrol().id


@pytest.mark.parametrize(
    ("recorded", "suggests"),
    [({1: "male", 2: "male"}, True), ({1: "male", 2: "female"}, False), ({}, False)],
)
def test_limits_of_another_participant_only_of_the_same_sex(
    browser: Browser,
    here: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    recorded: dict[int, str],
    suggests: bool,
) -> None:
    monkeypatch.setattr(
        visit_forms, "sex_of_candidate", lambda _request, _session, one: recorded.get(one)
    )
    browser.fill_in(f"{PATH}inflammatory-factors", crp="3", **LIMITS)
    second = another(here)
    visit = browser.fill_in(f"/participants/{second}/visits/V1", **visit_fields(0)).leads_to
    page = browser.ask(f"{visit}/forms/inflammatory-factors")
    assert ("as last entered for another participant" in page.words) is suggests
    assert ('name="crp:upper" value="8"' in page.html) is suggests


@pytest.mark.parametrize(("sex", "asks"), [("male", False), ("female", True), (None, True)])
def test_a_man_owes_no_pregnancy_test(
    browser: Browser,
    here: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    sex: str | None,
    asks: bool,
) -> None:
    for page in (visits, participants, asking):
        monkeypatch.setattr(page, "sex_of_candidate", lambda *_: sex)
    assert browser.fill_in(f"{here.path}/visits/unscheduled", **visit_fields(9)).status == 303
    for path in ("/visits/2", here.path):
        assert ("Urine pregnancy test" in browser.ask(path).words) is asks
    assert ("is pregnant or breast-feeding" in browser.ask("/visits/1/asked").words) is asks
    assert "contraceptive measures" in browser.ask("/visits/1/asked").words


def test_two_people_at_one_form(browser: Browser, here: Clinic) -> None:
    browser.fill_in(f"{PATH}alsfrs-r", **THREES)
    other = THREES | {"speech": "1"}
    answer = here.browser(Role.DATA_MANAGER).fill_in(f"{PATH}alsfrs-r", **other)
    assert answer.status == 422
    assert "you typed, and it is not written: 1" in answer.words
    assert "it has a value already: correct that one, with a reason" in answer.words


def test_the_total_while_typing(browser: Browser) -> None:
    part = browser.fill_in(f"{PATH}alsfrs-r/derived", **{**THREES, "speech": ""})
    assert "missing: not every item has a value" in part.words
    whole = browser.fill_in(f"{PATH}alsfrs-r/derived", **{**THREES, "speech": "1"})
    assert "Total score 34" in whole.words
    assert "<html" not in whole.html
    assert "empty" in browser.ask("/visits/1").words


def test_one_value_is_corrected_with_a_reason(browser: Browser) -> None:
    browser.fill_in(f"{PATH}alsfrs-r", **THREES)
    path = "/values/1/correct"
    assert 'name="speech" value="3"' in browser.ask(path).html
    for fields, where in (
        ({"speech": "2", "reason": ""}, "reason"),
        ({"speech": "9", "reason": "misread"}, "speech"),
        ({"speech": "", "reason": "misread"}, "speech"),
    ):
        refused = browser.fill_in(path, **fields, expected="1")
        assert (refused.status, f'id="why-{where}"' in refused.html) == (422, True)
    assert browser.fill_in(path, speech="2", reason="misread", expected="7").status == 409
    done = browser.fill_in(path, speech="2", reason="misread", expected="1")
    assert done.leads_to == f"{PATH}alsfrs-r?saved=true"
    assert "Total score 35" in browser.ask(f"{PATH}alsfrs-r").words


def test_an_item_and_a_total_over_time(browser: Browser, here: Clinic) -> None:
    browser.fill_in(f"{PATH}alsfrs-r", **THREES)
    for item, number in (("speech", "3"), ("total", "36")):
        answer = browser.ask(f"{here.path}/values/alsfrs-r/{item}")
        assert f"17 Jan 2022 V1 {number}" in answer.words
        assert "<svg" in answer.html
    nothing = browser.ask(f"{here.path}/values/mrc/sum")
    assert ("<svg" in nothing.html, "Nothing is recorded." in nothing.words) == (False, True)
    for path in ("alsfrs-r/singing", "handwriting/total"):
        assert browser.ask(f"{here.path}/values/{path}").status == 404


def test_a_visit_that_was_taken_back_or_missed_takes_no_form(
    browser: Browser, here: Clinic
) -> None:
    browser.fill_in("/visits/1/void", expected="1", reason="of another one")
    assert "Save the form" not in browser.ask(f"{PATH}alsfrs-r").words
    answer = browser.fill_in(f"{PATH}alsfrs-r", **THREES)
    assert (answer.status, "it was taken back" in answer.words) == (422, True)
    fields = {"took_place": "no", "missed_reason": "not reached"}
    browser.fill_in(f"{here.path}/visits/V2", **fields)
    assert browser.ask("/visits/2/forms/alsfrs-r").status == 200
    assert browser.fill_in("/visits/2/forms/alsfrs-r", **THREES).status == 422


def test_a_monitor_reads_and_cannot_write(browser: Browser, here: Clinic) -> None:
    browser.fill_in(f"{PATH}alsfrs-r", **THREES)
    monitor = here.browser(Role.MONITOR)
    page = monitor.ask(f"{PATH}alsfrs-r")
    assert "Total score 36" in page.words
    assert "/values/1/correct" not in page.html
    assert "Save the form" not in monitor.ask(f"{PATH}mrc").words
    assert monitor.fill_in(f"{PATH}mrc").status == 403
    assert monitor.ask("/values/1/correct").status == 403


def test_in_chinese(here: Clinic) -> None:
    browser = here.browser(language="zh")
    browser.fill_in(f"{here.path}/visits/V1", **visit_fields(0))
    answer = browser.fill_in(f"{PATH}alsfrs-r", **{**THREES, "speech": "7"})
    assert "言语 ：超出允许范围（0至4）：请更正" in answer.words
    answer = browser.fill_in(f"{PATH}fvc", **{"fvc-percent": "300"})
    assert "请更正；单位为%" in answer.words
