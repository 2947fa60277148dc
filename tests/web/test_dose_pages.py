"""Doses as pages: the grid, recording, leaving out, correcting, taking back, compliance."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.conduct.clinic import day, trail_of
from tests.web.clinic import Clinic, clinic, dose_fields
from tests.web.site import Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.doses import Dose


@pytest.fixture
def here(site: Site) -> Clinic:
    return clinic(site, 6)


def rows(here: Clinic) -> list[Dose]:
    with here.site.database.reading() as session:
        return list(session.scalars(select(Dose).order_by(Dose.id)))


def test_a_dose_is_recorded_from_the_grid(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/doses/1/2"
    assert f'href="{path}"' in browser.ask(f"{here.path}/doses").html
    asked = browser.ask(path)
    assert f'value="{day(2)}"' in asked.html
    assert "in IU; planned: 1,000,000" in asked.words
    assert browser.fill_in(path, path, **dose_fields(2)).leads_to == f"{here.path}/doses"
    row = rows(here)[0]
    assert (row.course, row.number, row.planned_on, row.given_on) == (1, 2, day(2), day(2))
    # Nine at the hospital is one o'clock in UTC.
    assert row.given_at is not None
    assert row.given_at.hour == 1


def test_the_rotation_of_sites_is_hinted_at(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/doses/1/1", **dose_fields(0))
    words = browser.ask(f"{here.path}/doses/1/2").words
    assert "Last: left abdomen on 17 Jan 2022." in words
    assert "Spared the longest: right abdomen." in words


def test_exposure_and_the_bounds_of_compliance(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/doses/1/1", **dose_fields(0))
    browser.fill_in(f"{here.path}/doses/1/2", status="held", reason="fever")
    words = browser.ask(f"{here.path}/doses").words
    # Due on days 0, 2, 4 and 6: one given, one held, two of which nobody has said anything.
    assert "Given, of those due until 23 Jan 2022 1 / 4" in words
    assert "Given besides, not due or not planned 0" in words
    assert "Compliance 25.0 % – 75.0 %" in words
    assert "Amount given 1,000,000 IU" in words
    assert "held fever" in words
    for number in (3, 4):
        browser.fill_in(f"{here.path}/doses/1/{number}", **dose_fields(2 * (number - 1)))
    assert "Compliance 75.0 %" in browser.ask(f"{here.path}/doses").words


def test_a_dose_given_before_its_day_is_none_of_those_due(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/doses/1/1", **dose_fields(0))
    browser.fill_in(f"{here.path}/doses/1/6", **dose_fields(6, reason="by mistake"))
    words = browser.ask(f"{here.path}/doses").words
    assert "Given, of those due until 23 Jan 2022 1 / 4" in words
    assert "Given besides, not due or not planned 1" in words
    assert "Given, of those due until 23 Jan 2022 1 / 4" in browser.ask(here.path).words


# Fields that are wrong | the field beside which it stands
WRONG = [
    ({"status": ""}, "status"),
    ({"status": "missed"}, "reason"),
    ({"given_on": "2022-02-30"}, "given_on"),
    ({"given_at": "25:00"}, "given_at"),
    ({"given_at": "23:59", "given_on": day(6).isoformat()}, "given_at"),
    ({"given_on": day(-1).isoformat()}, "given_at"),
    ({"amount": "1,000,000"}, "amount"),
    ({"amount": "-1"}, "amount"),
    ({"amount": "NaN"}, "amount"),
    ({"amount": "1e6"}, "amount"),
    ({"amount": "10000001"}, "amount"),
    ({"amount": "500000"}, "reason"),
    ({"site": "nose"}, "site"),
    ({"lot": " "}, "lot"),
]


@pytest.mark.parametrize(("fields", "where"), WRONG)
def test_what_is_wrong_stands_beside_its_field(
    here: Clinic, fields: dict[str, str], where: str
) -> None:
    browser = here.browser()
    answer = browser.fill_in(f"{here.path}/doses/1/2", **dose_fields(2) | fields)
    assert answer.status == 422
    assert f'id="why-{where}"' in answer.html
    for name in ("given_on", "given_at", "amount"):
        kept = (dose_fields(2) | fields)[name]
        assert f'name="{name}"' in answer.html
        assert f'value="{kept}"' in answer.html
    assert rows(here) == []


def test_a_dose_that_was_not_planned(here: Clinic) -> None:
    browser = here.browser()
    path = f"{here.path}/doses/unplanned"
    assert "No plan asked for this dose." in browser.ask(path).words
    refused = browser.fill_in(path, path, **dose_fields(3))
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    assert browser.fill_in(path, path, **dose_fields(3, reason="twice by mistake")).status == 303
    assert "Doses that were not planned" in browser.ask(f"{here.path}/doses").words


def test_a_dose_is_corrected_with_a_reason(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/doses/1/2", **dose_fields(2))
    assert browser.ask(f"{here.path}/doses/1/2").leads_to == "/doses/1/correct"
    path = "/doses/1/correct"
    shown = browser.ask(path).html
    for value in ("09:00", "1000000", "A1", day(2).isoformat()):
        assert f'value="{value}"' in shown
    refused = browser.fill_in(path, **dose_fields(2, lot="A2", expected="1", why=""))
    assert (refused.status, "say why" in refused.words) == (422, True)
    stale = browser.fill_in(path, **dose_fields(2, lot="A2", expected="5", why="misread"))
    assert stale.status == 409
    done = browser.fill_in(path, **dose_fields(2, lot="A2", expected="1", why="misread"))
    assert done.leads_to == f"{here.path}/doses"
    assert rows(here)[0].lot == "A2"
    assert trail_of(here.site.database, "dose")[-1][:2] == ("correct dose", "misread")


def test_a_dose_is_taken_back_with_a_reason(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(f"{here.path}/doses/1/2", **dose_fields(2))
    assert browser.ask("/doses/1/void").status == 200
    refused = browser.fill_in("/doses/1/void", expected="1", reason="")
    assert (refused.status, 'id="why-reason"' in refused.html) == (422, True)
    browser.fill_in("/doses/1/void", expected="1", reason="of another one")
    assert rows(here)[0].voided
    assert browser.ask(f"{here.path}/doses/1/2").status == 200


@pytest.mark.parametrize("slot", ["7/1", "1/8", "0/1", "x/1"])
def test_the_plan_has_no_such_dose(here: Clinic, slot: str) -> None:
    assert here.browser().ask(f"{here.path}/doses/{slot}").status == 404


def test_who_may(here: Clinic) -> None:
    pharmacist, monitor = here.browser(Role.PHARMACIST), here.browser(Role.MONITOR)
    assert pharmacist.fill_in(f"{here.path}/doses/1/2", **dose_fields(2)).status == 303
    assert monitor.fill_in(f"{here.path}/doses/1/3", **dose_fields(4)).status == 403
    page = monitor.ask(f"{here.path}/doses").html
    assert "/doses/1/correct" not in page
    assert f"{here.path}/doses/1/3" not in page
