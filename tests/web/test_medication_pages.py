"""Concomitant medication as pages: added, its dose changed, stopped, corrected, taken back."""

from __future__ import annotations

import pytest
from tests.conduct.clinic import day
from tests.web.clinic import Clinic, clinic, written
from tests.web.site import Browser, Site

from trialrun.conduct.roles import Role

RILUZOLE = {
    "name": "riluzole",
    "route": "oral",
    "indication": "ALS",
    "started": "2021-11",
    "ends": "ongoing",
    "amount": "50",
    "unit": "mg",
    "per_day": "2",
}


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site)


@pytest.fixture
def path(here: Clinic) -> str:
    return f"{here.path}/medication"


@pytest.fixture
def browser(here: Clinic, path: str) -> Browser:
    """A coordinator's; the participant takes riluzole."""
    opened = here.browser()
    assert opened.fill_in(f"{path}/new", f"{path}/new", **RILUZOLE).leads_to == path
    return opened


def test_the_list_marks_what_goes_on(browser: Browser, path: str) -> None:
    page = browser.ask(path).words
    assert "riluzole oral" in page
    assert "ALS Nov 2021 ongoing 50 mg × 2 a day 100 mg" in page


def test_a_vaccination_is_marked_in_the_list_and_can_be_corrected(
    browser: Browser, path: str
) -> None:
    once = {"name": "influenza vaccine", "is_vaccination": "yes", "started": "2022-01"}
    refused = browser.fill_in(f"{path}/new", f"{path}/new", **RILUZOLE | once)
    assert "a vaccination ends on the day on which it began" in refused.words
    ended = {"ends": "stopped", "stopped": "2022-01"}
    done = browser.fill_in(f"{path}/new", f"{path}/new", **RILUZOLE | once | ended)
    assert done.leads_to == path
    assert "influenza vaccine vaccination oral" in browser.ask(path).words
    assert 'value="yes" checked' in browser.ask("/medication/2/correct").html


# Fields that are wrong | the field beside which it stands
WRONG = [
    ({"name": " "}, "name"),
    ({}, "name"),
    ({"name": "b", "code": "N07"}, "code"),
    ({"name": "b", "started": "last year"}, "started"),
    ({"name": "b", "started": ""}, "started"),
    ({"name": "b", "started": "2022-03"}, "started"),
    ({"name": "b", "ends": "stopped", "stopped": ""}, "stopped"),
    ({"name": "b", "ends": "stopped", "stopped": "2021-10"}, "stopped"),
    ({"name": "b", "stopped": day(3).isoformat()}, "stopped"),
    ({"name": "b", "ends": "unknown", "stopped": day(3).isoformat()}, "stopped"),
    ({"name": "b", "amount": "fifty"}, "amount"),
    ({"name": "b", "amount": "0"}, "amount"),
    ({"name": "b", "unit": ""}, "unit"),
    ({"name": "b", "per_day": "twice"}, "per_day"),
]


@pytest.mark.parametrize(("fields", "where"), WRONG)
def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, path: str, fields: dict[str, str], where: str
) -> None:
    typed = RILUZOLE | fields
    answer = browser.fill_in(f"{path}/new", f"{path}/new", **typed)
    assert (answer.status, f'id="why-{where}"' in answer.html) == (422, True)
    for name in ("name", "started", "amount", "unit", "per_day"):
        assert f'value="{typed[name]}"' in answer.html
    assert f'<option value="{typed["ends"]}" selected>' in answer.html


def test_a_dose_is_changed_from_a_day(browser: Browser, path: str) -> None:
    change = "/medication-periods/1/change"
    fields = {"on": day(20).isoformat(), "amount": "50", "unit": "mg", "expected": "1"}
    assert 'value="50"' in browser.ask(change).html
    for wrong, where in (
        ({"per_day": "2", "reason": "nausea"}, "amount"),
        ({"per_day": "1", "reason": ""}, "reason"),
        ({"per_day": "1", "reason": "nausea", "on": "2020"}, "on"),
    ):
        refused = browser.fill_in(change, **fields | wrong)
        assert (refused.status, f'id="why-{where}"' in refused.html) == (422, True)
    assert browser.fill_in(change, **fields, per_day="1", reason="nausea").leads_to == path
    words = browser.ask(path).words
    assert f"Nov 2021 {written(day(19))} 50 mg × 2 a day" in words
    assert f"{written(day(20))} ongoing 50 mg × 1 a day" in words


def test_a_medication_is_stopped(browser: Browser, path: str) -> None:
    stop = "/medication-periods/1/stop"
    assert browser.ask(stop).status == 200
    fields = {"on": day(10).isoformat(), "expected": "1"}
    refused = browser.fill_in(stop, **fields, reason="")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    refused = browser.fill_in(stop, **fields | {"on": "soon"}, reason="liver")
    assert (refused.status, 'value="soon"' in refused.html) == (422, True)
    assert browser.fill_in(stop, **fields, reason="liver").leads_to == path
    words = browser.ask(path).words
    assert f"Nov 2021 {written(day(10))}" in words
    assert "ongoing" not in words


def test_a_period_is_corrected_added_and_taken_back(browser: Browser, path: str) -> None:
    correct = "/medication-periods/1/correct"
    assert 'value="2021-11"' in browser.ask(correct).html
    period = {name: RILUZOLE[name] for name in ("started", "ends", "amount", "unit", "per_day")}
    refused = browser.fill_in(correct, **period | {"started": "2021-12"}, expected="1")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    stale = browser.fill_in(correct, **period, expected="9", reason="misread")
    assert stale.status == 409
    fixed = period | {"started": "2021-12", "reason": "misread", "expected": "1"}
    assert browser.fill_in(correct, **fixed).leads_to == path
    earlier = period | {"started": "2020", "ends": "stopped", "stopped": "2020"}
    add = "/medication/1/period"
    assert browser.ask(add).status == 200
    overlap = browser.fill_in(add, **period | {"started": "2021-12-31"})
    assert (overlap.status, 'id="why-started"' in overlap.html) == (422, True)
    assert browser.fill_in(add, **earlier).leads_to == path
    assert browser.ask("/medication-periods/2/void").status == 200
    void = browser.fill_in("/medication-periods/2/void", expected="1", reason="of another one")
    assert void.leads_to == path
    assert "2020" not in browser.ask(path).words.replace("2021", "")


def test_a_drug_is_corrected_and_taken_back(browser: Browser, path: str) -> None:
    correct = "/medication/1/correct"
    assert 'value="riluzole"' in browser.ask(correct).html
    fields = {"name": "edaravone", "route": "intravenous", "expected": "1"}
    refused = browser.fill_in(correct, **fields)
    assert (refused.status, 'value="edaravone"' in refused.html) == (422, True)
    assert browser.fill_in(correct, **fields, reason="misread").leads_to == path
    assert "edaravone intravenous" in browser.ask(path).words
    assert browser.ask("/medication/1/void").status == 200
    refused = browser.fill_in("/medication/1/void", expected="2", reason="")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    assert browser.fill_in("/medication/1/void", expected="2", reason="twice").leads_to == path
    assert "Nothing is recorded." in browser.ask(path).words


def test_whoever_may_not_write_reads(browser: Browser, here: Clinic, path: str) -> None:
    for role in (Role.MONITOR, Role.PHARMACIST):
        reader = here.browser(role)
        page = reader.ask(path)
        assert "riluzole" in page.words
        assert "/medication-periods/1" not in page.html
        assert "/medication/1" not in page.html
        for write in (f"{path}/new", "/medication/1/void", "/medication-periods/1/change"):
            assert reader.fill_in(write).status == 403


def test_in_chinese(browser: Browser, here: Clinic, path: str) -> None:
    zhang = here.browser(Role.DATA_MANAGER, language="zh")
    assert "持续用药" in zhang.ask(path).words
    answer = zhang.fill_in(f"{path}/new", **RILUZOLE | {"started": "去年"})
    assert "请填写YYYY、YYYY-MM、YYYY-MM-DD或未知" in answer.words
    for name, unknown in (("维生素", "不详"), ("钙片", "未知")):
        fields = {"name": name, "started": unknown, "ends": "ongoing"}
        assert zhang.fill_in(f"{path}/new", **fields).status == 303
    assert "维生素" in zhang.ask(path).words
