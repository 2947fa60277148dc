"""Every route of safety and oversight that writes: its acts, in a trail that stays whole."""

from __future__ import annotations

import re

from tests.web.safety import SERIOUS, Safety, event_fields, safety
from tests.web.site import PASSWORD, Browser, Site
from tests.web.writes import acts, route_of
from tests.workflows.trial_in_progress import dose, given, laboratory, value, visit

from trialrun.conduct.audit import verify
from trialrun.conduct.roles import Role
from trialrun.web.pages import (
    adverse_event_forms,
    adverse_events,
    deviations,
    grades,
    obligations,
    queries,
    safety_reports,
)
from trialrun.web.pages import (
    oversight as oversight_pages,
)
from trialrun.workflows.overseeing import oversight

SAFETY = (
    adverse_events.pages,
    adverse_event_forms.pages,
    safety_reports.pages,
    grades.pages,
    deviations.pages,
    obligations.pages,
    queries.pages,
    oversight_pages.pages,
)
READ = {"/adverse-events/terms", "/adverse-events/grades"}
"""They are POSTs because what is typed of a patient belongs into no address; they write nothing."""
AT = {"aware_at_day": "2022-05-20", "aware_at_time": "15:00"}
FOLLOW_UP = {"observed": "2022-05-19", "grade": "3", "outcome": "recovering", **AT}
SENT = {"sent_at_day": "2022-05-20", "sent_at_time": "15:30", "means": "mail"}


def test_every_write_leaves_its_acts(site: Site) -> None:
    at = safety(site)
    dose(at.trial, 1, 0, given(0), 0)
    held = visit(at.trial, "V4", 93, (77, 91))
    laboratory(at.trial, held, 93, {"haemoglobin": value("75", "g/L", "115", "150")})
    people = {role: at.browser(role) for role in (*CARE, Role.MONITOR, Role.DATA_MANAGER)}
    posts = {route.path for one in SAFETY for route in one.routes if route.method == "POST"}
    walked = set()
    for role, path, fields, made in _writes(at):
        before = acts(site)
        if path.endswith("/sign"):
            seen = re.search(r'name="seen" value="(\w+)"', people[role].get(path).text)
            fields["seen"] = seen[1] if seen else ""
        answer = people[role].fill_in(path, **fields)
        assert (answer.status in (200, 303), acts(site)) == (True, before + made), (
            path,
            answer.words,
        )
        walked.add(route_of(posts, path))
    assert walked == posts - READ
    _reads_only(people[Role.INVESTIGATOR], site)
    assert verify(site.database).problems == ()


CARE = (Role.INVESTIGATOR, Role.COORDINATOR)


def _reads_only(browser: Browser, site: Site) -> None:
    before = acts(site)
    for path in READ:
        assert browser.fill_in(path, search="a", term="Anemia").status == 200
    assert acts(site) == before


def _writes(at: Safety) -> list[tuple[Role, str, dict[str, str], int]]:
    """Return who writes what, in an order in which it can be done, and how many acts it is."""
    investigator, data_manager, monitor = Role.INVESTIGATOR, Role.DATA_MANAGER, Role.MONITOR
    event, first = "/adverse-events/1", {"expected": "1"}
    judged = {"status": "confirmed", "important": "yes", "reason": "late"} | first
    ask, query = "/queries/new/form_value/1", "/queries/1"
    with at.site.database.reading() as session:
        group = next(one for one in oversight(session, 1).groups if one.visit)
    marks = {"visit": "1", "seen": group.seen}
    return [
        (Role.COORDINATOR, "/deviations/look", {}, 1),
        (investigator, "/deviations/1/judgement", judged, 1),
        (
            investigator,
            "/deviations/1/ethics",
            {"reported_on": "2022-05-20", "expected": "2"},
            1,
        ),
        (
            Role.COORDINATOR,
            "/participants/2/deviations/new",
            {"kind": "other", "description": "box left open", "occurred": "2022"},
            1,
        ),
        (investigator, "/participants/1/adverse-events/new", event_fields(**SERIOUS), 1),
        (investigator, f"{event}/follow-up", FOLLOW_UP | first, 1),
        (
            investigator,
            f"{event}/correction",
            event_fields(**SERIOUS) | {"expected": "2", "reason": "misheard"},
            1,
        ),
        (investigator, f"{event}/reports", {"report": "sponsor:0"} | SENT, 1),
        (investigator, "/safety-reports/1/void", {"void_reason": "came back"} | first, 1),
        (investigator, f"{event}/void", {"reason": "another's", "expected": "3"}, 1),
        (investigator, "/safety/grades/1/anemia", {"decided": "3", "version": "1"}, 1),
        (monitor, ask, {"item": "haemoglobin", "words": "So low?"}, 1),
        (investigator, query, {"step": "answer query", "words": "Yes"} | first, 1),
        (monitor, "/verification/form_value/1", first, 1),
        # One act for each of the other two rows of the visit.
        (monitor, "/participants/1/verification", marks, 2),
        (data_manager, "/participants/1/lock", {"reason": "final", "visit": ""}, 1),
        (data_manager, "/locks/1/unlock", {"unlock_reason": "a query"} | first, 1),
        (
            investigator,
            "/participants/1/sign",
            {"meaning": "reviewed", "password": PASSWORD},
            1,
        ),
    ]
