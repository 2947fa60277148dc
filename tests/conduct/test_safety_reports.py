"""Reports of serious events: recorded, refused, voided; the clocks and the report to print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.conduct.safety_world import (
    HOSPITAL,
    HOUR,
    NOW,
    TERMS,
    World,
    at_once,
    entry,
    fields,
    last_act,
    raw_refusal,
    refused,
)

from trialrun.conduct.actions.adverse_events import (
    follow_up_adverse_event,
    report_adverse_event,
    void_adverse_event,
)
from trialrun.conduct.actions.safety_reports import (
    ReportEntry,
    record_safety_report,
    void_safety_report,
)
from trialrun.conduct.audit import verify
from trialrun.conduct.event_rules import FollowUpEntry
from trialrun.conduct.reading.safety import reports_of, safety_report
from trialrun.conduct.safety_clock import ClockState
from trialrun.conduct.tables.adverse_events import (
    AdverseEvent,
    Outcome,
    SafetyReport,
    SeriousnessCriterion,
)
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

HOURS = {"sponsor": 24, "ethics committee": 24}


def serious(trial: World, **other: Any) -> AdverseEvent:
    told = entry(**{"criteria": HOSPITAL, **other})
    return report_adverse_event(trial.database, trial.coordinator, NOW, 1, told, terms=TERMS)


def sent(trial: World, event_id: int, **other: Any) -> SafetyReport:
    told: dict[str, Any] = {
        "recipient": "sponsor",
        "number": 0,
        "sent_at": NOW - HOUR,
        "means": "mail",
        "reference": "S-17",
    }
    return record_safety_report(
        trial.database,
        trial.coordinator,
        NOW,
        event_id,
        ReportEntry(**{**told, **other}),
        recipients=HOURS,
    )


def test_a_report_is_recorded(trial: World) -> None:
    report = sent(trial, serious(trial).id)
    assert (report.recipient, report.number, report.means) == ("sponsor", 0, "mail")
    verb, ((table, changes),) = last_act(trial.database)
    assert (verb, table, changes["reference"]) == ("record safety report", "safety_report", "S-17")


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"recipient": "the press"}, ["recipient"]),
    ({"means": " "}, ["means"]),
    ({"sent_at": NOW + HOUR}, ["sent_at"]),
    ({"sent_at": NOW - 3 * HOUR}, ["sent_at"]),
    ({"number": 1}, ["number"]),
    ({"number": -1}, ["number"]),
    ({"recipient": "x", "means": "", "sent_at": NOW + HOUR}, ["means", "recipient", "sent_at"]),
]


@pytest.mark.parametrize(("told", "expected"), REFUSED)
def test_a_report_is_refused(trial: World, told: dict[str, Any], expected: list[str]) -> None:
    event = serious(trial)
    assert fields(refused(lambda: sent(trial, event.id, **told), RefusedError)) == expected


def test_only_a_serious_event_that_stands_is_reported(trial: World) -> None:
    mild = serious(trial, criteria=frozenset())
    assert fields(refused(lambda: sent(trial, mild.id), RefusedError)) == ["event"]
    void = serious(trial)
    void_adverse_event(
        trial.database, trial.coordinator, NOW, void.id, version=1, reason="stood there twice"
    )
    assert fields(refused(lambda: sent(trial, void.id), RefusedError)) == ["event"]
    refused(lambda: sent(trial, 99), NotFoundError)


def test_a_monitor_records_no_report(trial: World) -> None:
    event = serious(trial)
    told = ReportEntry("sponsor", 0, NOW, "mail")
    refused(
        lambda: record_safety_report(
            trial.database, trial.monitor, NOW, event.id, told, recipients=HOURS
        ),
        ForbiddenError,
    )


def test_follow_up_reports_are_numbered_for_each_recipient(trial: World) -> None:
    event = serious(trial)
    for recipient, number in (("sponsor", 0), ("sponsor", 1), ("ethics committee", 0)):
        sent(trial, event.id, recipient=recipient, number=number)
    with trial.database.reading() as session:
        numbers = [(one.recipient, one.number) for one in reports_of(session, event.id)]
    assert numbers == [("sponsor", 0), ("sponsor", 1), ("ethics committee", 0)]


def test_of_two_who_record_the_same_report_one_is_told(trial: World) -> None:
    event = serious(trial)
    found = at_once(lambda: sent(trial, event.id), lambda: sent(trial, event.id))
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "SafetyReport"]


def test_a_void_report_counts_no_longer_and_frees_its_number(trial: World) -> None:
    event = serious(trial)
    report = sent(trial, event.id)
    void_safety_report(
        trial.database, trial.investigator, NOW, report.id, version=1, reason="it came back"
    )
    assert last_act(trial.database)[0] == "void safety report"
    with trial.database.reading() as session:
        one = safety_report(session, event.id, {"sponsor": 24}, NOW)
    assert (one.number, one.clocks[0].state) == ("001", ClockState.DUE)
    assert sent(trial, event.id).number == 0


def void(trial: World, version: int, reason: str) -> SafetyReport:
    return void_safety_report(
        trial.database, trial.investigator, NOW, 1, version=version, reason=reason
    )


def test_voiding_is_refused(trial: World) -> None:
    sent(trial, serious(trial).id)
    assert fields(refused(lambda: void(trial, 1, ""), RefusedError)) == ["reason"]
    void(trial, 1, "it came back")
    refused(lambda: void(trial, 1, "it came back"), ConflictError)
    assert fields(refused(lambda: void(trial, 2, "it came back"), RefusedError)) == ["report"]


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"number": -1}, "ck_safety_report_number"),
        ({"means": ""}, "ck_safety_report_recipient_and_means"),
        ({"participant_id": 2, "number": 1}, "foreign key"),
        ({}, "unique"),
    ],
)
def test_the_database_refuses_what_goes_round(
    trial: World, written: dict[str, Any], constraint: str
) -> None:
    report = sent(trial, serious(trial).id)
    assert constraint in raw_refusal(trial.database, report, **written).lower()


def test_each_recipient_has_a_clock(trial: World) -> None:
    event = serious(trial)
    sent(trial, event.id)
    with trial.database.reading() as session:
        one = safety_report(session, event.id, HOURS, NOW + 23 * HOUR)
    states = {clock.recipient: (clock.state, clock.left) for clock in one.clocks}
    assert states == {
        "sponsor": (ClockState.IN_TIME, timedelta(hours=23)),
        "ethics committee": (ClockState.OVERDUE, timedelta(hours=-1)),
    }


def test_what_a_report_prints(trial: World) -> None:
    event = serious(
        trial,
        criteria=frozenset(
            {SeriousnessCriterion.MEDICALLY_IMPORTANT, SeriousnessCriterion.HOSPITALISATION}
        ),
    )
    told = FollowUpEntry("2022-05-19", 3, Outcome.RECOVERING, NOW)
    follow_up_adverse_event(trial.database, trial.coordinator, NOW, event.id, told, version=1)
    sent(trial, event.id)
    with trial.database.reading() as session:
        content = safety_report(session, event.id, HOURS, NOW)
    assert (content.number, content.arm, content.made_at) == ("001", "IL-2", NOW)
    assert content.criteria == (
        SeriousnessCriterion.HOSPITALISATION,
        SeriousnessCriterion.MEDICALLY_IMPORTANT,
    )
    assert content.grades == (("2022-05-18", 2), ("2022-05-19", 3))
    assert [report.reference for report in content.reports] == ["S-17"]
    assert [clock.state for clock in content.clocks] == [ClockState.DUE, ClockState.IN_TIME]
    assert content.chain_head == verify(trial.database).head


def test_a_report_of_what_is_not_serious_has_no_clock(trial: World) -> None:
    event = serious(trial, criteria=frozenset())
    with trial.database.reading() as session:
        assert safety_report(session, event.id, HOURS, NOW).clocks == ()
