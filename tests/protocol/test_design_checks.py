"""What a design says against itself around anchors, unplanned visits and the first dose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from trialrun.protocol.checks import check
from trialrun.protocol.design import Anchor, Counting
from trialrun.protocol.file import read_protocol
from trialrun.protocol.findings import Severity
from trialrun.protocol.model import TrialProtocol

Write = Callable[..., Path]
ON = date(2022, 1, 15)

ARM = (
    "[{id: A, title: A, type: t, description: d, regimen: {drug: d, dose: 1, unit: mg, "
    "route: oral, every_days: 2, injections: 2, course_days: 28, courses: 1, first_day: 1}}]"
)
FIRST_DOSE_IS = "\n  counting: {{first_dose: {}, doses_from: enrolment}}"
VISIT = "{{id: {id}, title: T, day: {day}, before: {before}, after: 0{more}}}"


def visit(id_: str, day: int, before: int = 0, anchor: str = "") -> str:
    more = f", anchor: {anchor}" if anchor else ""
    return VISIT.format(id=id_, day=day, before=before, more=more)


def errors(path: Path) -> list[tuple[str, str]]:
    return [
        (f.found, f.remedy)
        for f in check(read_protocol(path), ON)
        if f.severity is Severity.ERROR and f.where.startswith("small.yaml:")
    ]


def test_a_design_with_doses_must_say_how_days_are_counted(write: Write) -> None:
    ((found, remedy),) = errors(write(arms=f"  arms: {ARM}"))
    assert found == "the design gives doses, and does not say how days are counted around the first"
    assert "counting: {first_dose: 0, doses_from: first dose}" in remedy
    assert errors(write(arms=f"  arms: {ARM}{FIRST_DOSE_IS.format(0)}")) == []


# visits | the number of the first dose's day | what is said of them
ANCHORED = [
    ([visit("V1", 0), visit("V2", 28, 3, "previous visit")], 0, []),
    ([visit("V1", 0, 7), visit("V2", -3)], 0, []),
    (
        [visit("V1", 28, 0, "previous visit")],
        0,
        ["V1 is counted from the previous visit, and is the first"],
    ),
    (
        [visit("V1", 0), visit("V2", 3, 3, "previous visit")],
        0,
        ["the window of V2 begins before its anchor, the previous visit, is over"],
    ),
    ([visit("V1", 0, 0, "first dose")], 0, []),
    ([visit("V1", 1, 0, "first dose")], 1, []),
    (
        [visit("V1", 0, 0, "first dose")],
        1,
        ["V1 is before its anchor, the first dose (day 1)"],
    ),
]


@pytest.mark.parametrize(("visits", "first", "found"), ANCHORED)
def test_a_visit_before_its_anchor(
    write: Write, visits: list[str], first: int, found: list[str]
) -> None:
    path = write(
        arms=f"  arms: {ARM}{FIRST_DOSE_IS.format(first)}",
        visits=f"  visits: [{', '.join(visits)}]",
    )
    assert [said for said, _ in errors(path)] == found


def test_a_visit_from_a_first_dose_that_nobody_gives(write: Write) -> None:
    path = write(visits=f"  visits: [{visit('V1', 1, 0, 'first dose')}]")
    assert [said for said, _ in errors(path)] == [
        "V1 is counted from the first dose, which the design does not say"
    ]


@pytest.mark.parametrize(("end", "refused"), [(57, 0), (56, 1)])
def test_what_is_counted_from_the_visit_before_adds_up(
    write: Write, end: int, refused: int
) -> None:
    """The first dose, a day after enrolment, is its day 1; its day 29 is 28 days later: day 29."""
    visits = [visit("V1", 29, 0, "first dose"), visit("V2", 28, 0, "previous visit")]
    path = write(
        arms=f"  arms: {ARM}{FIRST_DOSE_IS.format(1)}",
        visits=f"  visits: [{', '.join(visits)}]\n  end_of_follow_up_day: {end}",
    )
    design = read_protocol(path).design
    assert design.nominal_days == (29, 57)
    assert design.counting == Counting(1, Anchor.ENROLMENT)
    assert len(errors(path)) == refused


UNPLANNED = [
    ("{id: UV, type: unscheduled, title: U}", []),
    ("{id: V1, type: unscheduled, title: U}", ["'V1' is the id of a planned visit"]),
    ("{id: UV, type: unscheduled, title: U, after: 3}", ["UV is unscheduled: it has no window"]),
    (
        "{id: ET, type: early termination, title: E, after: -1}",
        ["the window of ET has a negative length"],
    ),
    (
        "{id: ET, type: early termination, title: E}, {id: E2, type: early termination, title: E}",
        ["E2 is a second visit for early termination"],
    ),
    (
        "{id: ET, type: early termination, title: E, assessments: [ecg]}",
        ["there is no assessment 'ecg'"],
    ),
]


@pytest.mark.parametrize(("unplanned", "found"), UNPLANNED)
def test_unplanned_visits(write: Write, unplanned: str, found: list[str]) -> None:
    visits = f"  visits: [{visit('V1', 0)}]\n  unplanned_visits: [{unplanned}]"
    assert [said for said, _ in errors(write(visits=visits))] == found


def test_what_is_assessed_at_the_visits_of_the_shipped_trial(shipped: TrialProtocol) -> None:
    at = {
        visit: {a.id for a in shipped.design.assessments_at(visit)} for visit in ("V2", "UV", "ET")
    }
    assert at["V2"] == {"concomitant-treatment", "adverse-events", "injections"}
    assert "alsfrs-r" in at["ET"] - at["UV"]
    assert at["V2"] < at["UV"] < at["ET"]


def test_a_design_with_doses_says_by_when_serious_events_are_reported(write: Write) -> None:
    arms = f"  arms: {ARM}{FIRST_DOSE_IS.format(0)}"
    hours = "\n  safety_reporting: {sponsor_hours: 24, ethics_hours: 72}"
    missing = "the design does not say by when a serious adverse event is reported"
    without = check(read_protocol(write(arms=arms)), ON)
    assert [f.severity for f in without if f.found == missing] == [Severity.WARNING]
    protocol = read_protocol(write(arms=arms + hours))
    assert missing not in {f.found for f in check(protocol, ON)}
    assert protocol.design.safety_reporting is not None
    assert dict(protocol.design.safety_reporting.hours) == {"sponsor": 24, "ethics committee": 72}


def test_a_usual_event_is_of_a_system_organ_class_of_ctcae(write: Write) -> None:
    event = "\n  usual_events: [{{term: Fever, soc: {}, source: s}}]"
    ((found, remedy),) = errors(
        write(arms=f"  arms: {ARM}{FIRST_DOSE_IS.format(0)}{event.format('Cardiac disorder')}")
    )
    assert found == "CTCAE has no system organ class 'Cardiac disorder'"
    assert "Cardiac disorders" in remedy
