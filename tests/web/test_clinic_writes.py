"""Every route of the clinic that writes: one act each, in a trail that stays whole."""

from __future__ import annotations

from tests.conduct.clinic import day
from tests.web.clinic import IL2, Clinic, clinic, dose_fields, visit_fields
from tests.web.site import Site
from tests.web.writes import acts, route_of

from trialrun.conduct.audit import verify
from trialrun.web.pages import (
    doses,
    drug,
    medication,
    medication_periods,
    participants,
    visit_forms,
    visits,
)

CLINIC = (
    participants.pages,
    visits.pages,
    visit_forms.pages,
    drug.pages,
    doses.pages,
    medication.pages,
    medication_periods.pages,
)
READS = "/visits/{visit_id}/forms/{form_id}/derived"
"""It is a POST because what is typed of a patient belongs into no address; it writes nothing."""
WHY = {"reason": "misread"}
MG = {"amount": "50", "unit": "mg"}
PERIOD = {"started": "2021-11", "ends": "ongoing", "per_day": "2"} | MG


def test_every_write_leaves_one_act(site: Site) -> None:
    here = clinic(site)
    browser = here.browser()
    posts = {route.path for one in CLINIC for route in one.routes if route.method == "POST"}
    walked = set()
    for path, fields in _writes(here):
        before = acts(site)
        answer = browser.fill_in(path, **fields)
        assert (answer.status, acts(site)) == (303, before + 1), (path, answer.words)
        walked.add(route_of(posts, path))
    assert walked == posts - {READS}
    before = acts(site)
    assert browser.fill_in("/visits/2/forms/fvc/derived", **{"fvc-percent": "80"}).status == 200
    assert acts(site) == before
    assert verify(site.database).problems == ()


def _writes(here: Clinic) -> list[tuple[str, dict[str, str]]]:
    """Return each write in an order in which it can be done; versions are those of a first try."""
    one = here.path
    first = {"expected": "1"}
    change = {"on": day(9).isoformat(), "per_day": "1"} | MG | WHY | first
    stop = {"on": day(20).isoformat()} | WHY | first
    receipt = {"lot": "A1", "expires_on": "2023-01-01", "amount": "9", "unit": "vials"}
    dispensed = {"kind": "dispensed", "lot": "A1", "amount": "2", "participant_id": "1"}
    at_once = {"day": day(3).isoformat()}
    end = {"ended_on": day(30).isoformat(), "why": "lost to follow-up"} | WHY
    return [
        (f"{one}/visits/V1", visit_fields(0)),
        ("/visits/1/correct", visit_fields(0, note="well") | WHY | first),
        ("/visits/1/void", WHY | {"expected": "2"}),
        (f"{one}/visits/unscheduled", visit_fields(9)),
        ("/visits/2/forms/pregnancy-test", {"result": "negative"}),
        ("/values/1/correct", {"result": "positive"} | WHY | first),
        (f"{one}/doses/1/1", dose_fields(0)),
        ("/doses/1/correct", dose_fields(0, lot="A2", why="misread") | first),
        ("/doses/1/void", WHY | {"expected": "2"}),
        (f"{one}/doses/unplanned", dose_fields(3, amount=IL2, reason="by mistake")),
        ("/doses/receive", receipt | at_once),
        ("/doses/move", dispensed | at_once),
        ("/doses/ledger/2/void", WHY),
        (f"{one}/medication/new", {"name": "riluzole"} | PERIOD),
        ("/medication/1/correct", {"name": "riluzole", "route": "oral"} | WHY | first),
        ("/medication-periods/1/correct", PERIOD | {"per_day": "3"} | WHY | first),
        ("/medication-periods/1/change", change | {"expected": "2"}),
        ("/medication-periods/2/stop", stop),
        ("/medication/1/period", PERIOD | {"started": day(25).isoformat()}),
        ("/medication-periods/3/void", WHY | first),
        ("/medication/1/void", WHY | {"expected": "2"}),
        (f"{one}/end", end | {"expected": _version(here)}),
    ]


def _version(here: Clinic) -> str:
    """The participant's after three acts on doses, each of which moved the first dose."""
    return str(here.participant.version + 3)
