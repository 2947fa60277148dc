"""Visits as pages: recorded, missed, unscheduled, out of the window, corrected, taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.conduct.clinic import day, trail_of
from tests.web.clinic import Clinic, clinic, visit_fields
from tests.web.site import Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.visits import Visit

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site)


def rows(here: Clinic) -> list[Visit]:
    with here.site.database.reading() as session:
        return list(session.scalars(select(Visit).order_by(Visit.id)))


def test_a_planned_visit_shows_its_window_and_is_recorded(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/visits/V2"
    asked = browser.ask(path)
    assert "Its window is from 11 Feb 2022 to 17 Feb 2022." in asked.words
    assert '<option value="phone" selected>' in asked.html
    answer = browser.fill_in(path, path, **visit_fields(27, contact="phone", note="well"))
    assert answer.leads_to == "/visits/1"
    row = rows(here)[0]
    assert (row.planned, row.day, row.window_to) == ("V2", day(27), day(31))
    assert "27 days" not in browser.ask("/visits/1").words
    assert browser.ask(path).leads_to == "/visits/1"


def test_out_of_the_window_asks_for_a_note(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/visits/V2"
    answer = browser.fill_in(path, path, **visit_fields(20))
    assert (answer.status, 'id="why-note"' in answer.html) == (422, True)
    assert "the day is out of the window: say in a note why" in answer.words
    assert f'value="{day(20)}"' in answer.html
    assert browser.fill_in(path, path, **visit_fields(20, note=SCRIPT)).status == 303
    page = browser.ask("/visits/1")
    assert "done out of its window" in page.words
    assert SCRIPT not in page.html


# Fields that are wrong | the field beside which it stands
WRONG = [
    ({"day": "2022-02-30"}, "day"),
    ({"day": ""}, "day"),
    ({"day": day(31).isoformat()}, "day"),
    ({"day": day(-1).isoformat(), "note": "x"}, "day"),
    ({"contact": "pigeon"}, "contact"),
    ({"took_place": "maybe"}, "took_place"),
    ({"took_place": "no", "missed_reason": " ", "day": ""}, "missed_reason"),
    ({"took_place": "no", "missed_reason": "ill"}, "day"),
    ({"missed_reason": "ill"}, "missed_reason"),
]


@pytest.mark.parametrize(("fields", "where"), WRONG)
def test_what_is_wrong_stands_beside_its_field(
    here: Clinic, fields: dict[str, str], where: str
) -> None:
    browser = here.browser()
    path = f"{here.path}/visits/V2"
    answer = browser.fill_in(path, path, **visit_fields(27, note="keep me") | fields)
    assert answer.status == 422
    assert f'id="why-{where}"' in answer.html
    assert ("keep me" in answer.html) is ("note" not in fields)
    assert rows(here) == []


@pytest.mark.parametrize("visit", ["V2", "unscheduled"])
def test_an_empty_form_is_refused_with_the_reason(here: Clinic, visit: str) -> None:
    answer = here.browser().fill_in(f"{here.path}/visits/{visit}", f"{here.path}/visits/{visit}")
    assert (answer.status, 'id="why-day"' in answer.html) == (422, True)


def test_a_visit_is_missed_with_a_reason(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/visits/V2"
    fields = {"took_place": "no", "missed_reason": "not reached by phone"}
    assert browser.fill_in(path, path, **fields).leads_to == "/visits/1"
    assert "missed Why it was missed not reached by phone" in browser.ask("/visits/1").words
    assert "not reached by phone" in browser.ask(here.path).words


def test_an_unscheduled_visit(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/visits/unscheduled"
    assert "If it was missed" not in browser.ask(path).words
    assert browser.fill_in(path, path, **visit_fields(9)).leads_to == "/visits/1"
    assert "Laboratory tests" in browser.ask("/visits/1").words
    assert rows(here)[0].planned is None


def test_an_early_termination_visit(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/visits/ET"
    assert browser.ask(path).status == 404
    fields = {"ended_on": day(25).isoformat(), "why": "adverse event", "reason": "rash"}
    browser.fill_in(f"{here.path}/end", **fields, expected="1")
    assert "Its window is from 11 Feb 2022 to 25 Feb 2022." in browser.ask(path).words
    assert browser.fill_in(path, path, **visit_fields(25)).leads_to == "/visits/1"


def test_a_visit_is_corrected_with_a_reason(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V2", **visit_fields(27))
    shown = browser.ask("/visits/1/correct").html
    assert f'value="{day(27)}"' in shown
    path = "/visits/1/correct"
    refused = browser.fill_in(path, **visit_fields(26, expected="1"))
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    stale = browser.fill_in(path, **visit_fields(26, expected="9", reason="misread"))
    assert stale.status == 409
    assert f'value="{day(26)}"' in stale.html
    done = browser.fill_in(path, **visit_fields(26, expected="1", reason="misread"))
    assert done.leads_to == "/visits/1"
    assert rows(here)[0].day == day(26)
    assert trail_of(here.site.database, "visit")[-1][:2] == ("correct visit", "misread")


def test_a_visit_is_taken_back_with_a_reason(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/visits/V2", **visit_fields(27))
    assert browser.ask("/visits/1/void").status == 200
    refused = browser.fill_in("/visits/1/void", expected="1", reason="")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    done = browser.fill_in("/visits/1/void", expected="1", reason="of another one")
    assert done.leads_to == here.path
    shown = browser.ask("/visits/1")
    assert "This visit was taken back" in shown.words
    assert "/visits/1/correct" not in shown.html
    assert browser.fill_in(f"{here.path}/visits/V2", **visit_fields(28)).leads_to == "/visits/2"


def test_a_data_manager_corrects_and_records_none(here: Clinic) -> None:
    here.browser().fill_in(f"{here.path}/visits/V2", **visit_fields(27))
    browser = here.browser(Role.DATA_MANAGER)
    assert browser.ask(f"{here.path}/visits/V3").status == 403
    assert browser.ask("/visits/1/correct").status == 200


def test_in_chinese(here: Clinic) -> None:
    browser = here.browser(language="zh")
    answer = browser.fill_in(f"{here.path}/visits/V2", **visit_fields(20))
    assert "日期超出时间窗：请在备注中说明原因" in answer.words
    assert "时间窗为2022年2月11日至2022年2月17日。" in answer.words
