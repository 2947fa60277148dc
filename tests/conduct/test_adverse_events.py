"""Adverse events: reporting, following up, correcting, voiding; what is refused, and by whom."""

from __future__ import annotations

from datetime import date, timedelta
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
    correct_adverse_event,
    follow_up_adverse_event,
    report_adverse_event,
    void_adverse_event,
)
from trialrun.conduct.event_rules import EventEntry, EventTerm, FollowUpEntry
from trialrun.conduct.reading.safety import (
    adverse_events_of,
    courses_of,
    emergence,
    follow_ups_of,
    is_unexpected_suspected,
)
from trialrun.conduct.tables.adverse_events import (
    AdverseEvent,
    AdverseEventFollowUp,
    Causality,
    Expectedness,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.criteria.truth import Truth
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

DEATH = frozenset({SeriousnessCriterion.DEATH})
FATAL: dict[str, Any] = {
    "grade": 5,
    "criteria": DEATH,
    "outcome": Outcome.FATAL,
    "ended": "2022-05-19",
}


def reported(trial: World, told: EventEntry | None = None) -> AdverseEvent:
    return report_adverse_event(
        trial.database, trial.coordinator, NOW, 1, told or entry(), terms=TERMS
    )


def followed(grade: int = 3, **other: Any) -> FollowUpEntry:
    told: dict[str, Any] = {"observed": "2022-05-20", "outcome": Outcome.NOT_RECOVERED}
    return FollowUpEntry(**{**told, "grade": grade, "aware_at": NOW, **other})


def test_an_event_is_kept_as_written(trial: World) -> None:
    event = reported(trial, entry(onset="2022-05", ended=" 2022-05-19 ", outcome=Outcome.RECOVERED))
    assert (event.onset, event.onset_lo, event.onset_hi) == (
        "2022-05",
        date(2022, 5, 1),
        date(2022, 5, 31),
    )
    assert (event.ended, event.ended_lo) == ("2022-05-19", date(2022, 5, 19))
    assert (event.first_grade, event.grade, event.serious) == (2, 2, False)
    verb, ((table, changes),) = last_act(trial.database)
    assert (verb, table, changes["reported_term"]) == (
        "report adverse event",
        "adverse_event",
        "felt hot",
    )


def test_serious_follows_from_the_criteria_and_starts_the_clock(trial: World) -> None:
    event = reported(trial, entry(criteria=HOSPITAL, grade=1))
    assert (event.serious, event.hospitalisation, event.death) == (True, True, False)
    assert event.serious_aware_at == event.aware_at
    assert event.criteria == HOSPITAL


def test_severe_is_not_serious(trial: World) -> None:
    event = reported(trial, entry(grade=4))
    assert (event.grade, event.serious, event.serious_aware_at) == (4, False, None)


# What is told otherwise | the fields that are refused
REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"reported_term": "  "}, ["reported_term"]),
    ({"term": EventTerm("Bad luck", "Fate")}, ["term"]),
    ({"onset": ""}, ["onset"]),
    ({"onset": "18/05/2022"}, ["onset"]),
    ({"onset": "2022-13"}, ["onset"]),
    ({"onset": "2022-05-22"}, ["onset"]),
    ({"grade": 0}, ["grade"]),
    ({"grade": 6}, ["grade"]),
    ({"grade": 5}, ["criteria", "outcome"]),
    ({"criteria": DEATH}, ["grade", "outcome"]),
    ({"outcome": Outcome.FATAL}, ["criteria", "ended", "grade"]),
    ({"ended": "2022-05-19"}, ["ended"]),
    ({"ended": "2022-05-17", "outcome": Outcome.RECOVERED}, ["ended"]),
    ({"ended": "2022-04", "outcome": Outcome.RECOVERED}, ["ended"]),
    ({"ended": "soon", "outcome": Outcome.RECOVERED}, ["ended"]),
    ({"aware_at": NOW + HOUR}, ["aware_at"]),
    ({"serious_aware_at": NOW - HOUR}, ["serious_aware_at"]),
    ({"serious_aware_at": NOW - 3 * HOUR, "criteria": HOSPITAL}, ["serious_aware_at"]),
    (
        {"reported_term": "", "onset": "x", "grade": 9, "aware_at": NOW + HOUR},
        ["aware_at", "grade", "onset", "reported_term"],
    ),
]


@pytest.mark.parametrize(("told", "expected"), REFUSED)
def test_what_cannot_be_is_refused_all_at_once(
    trial: World, told: dict[str, Any], expected: list[str]
) -> None:
    problems = refused(lambda: reported(trial, entry(**told)), RefusedError)
    assert fields(problems) == expected
    with trial.database.reading() as session:
        assert adverse_events_of(session, 1) == []


# Partial days contradict each other only if every day does
@pytest.mark.parametrize(
    ("onset", "ended"), [("2022-05", "2022-05-01"), ("2022-05-18", "2022-05"), ("2022", "2022")]
)
def test_days_that_may_be_in_order_are_kept(trial: World, onset: str, ended: str) -> None:
    event = reported(trial, entry(onset=onset, ended=ended, outcome=Outcome.RECOVERED))
    assert (event.onset, event.ended) == (onset, ended)


def test_the_day_of_a_place_in_the_east_is_no_future(trial: World) -> None:
    late = entry(onset="2022-05-21", aware_at=NOW + 3 * HOUR)
    report_adverse_event(
        trial.database, trial.coordinator, NOW + 3 * HOUR, 1, late, terms=TERMS
    )  # 11:00 UTC is 01:00 of the next day at UTC+14


def test_a_participant_must_exist(trial: World) -> None:
    refused(
        lambda: report_adverse_event(
            trial.database, trial.coordinator, NOW, 99, entry(), terms=TERMS
        ),
        NotFoundError,
    )


def test_a_monitor_reports_nothing(trial: World) -> None:
    refused(
        lambda: report_adverse_event(trial.database, trial.monitor, NOW, 1, entry(), terms=TERMS),
        ForbiddenError,
    )


def test_a_follow_up_raises_the_grade_and_starts_the_clock(trial: World) -> None:
    event = reported(trial)
    now = follow_up_adverse_event(
        trial.database, trial.coordinator, NOW, event.id, followed(criteria=HOSPITAL), version=1
    )
    assert (now.version, now.first_grade, now.grade, now.serious) == (2, 2, 3, True)
    assert now.serious_aware_at == NOW
    verb, audits = last_act(trial.database)
    assert verb == "follow up adverse event"
    assert [table for table, _ in audits] == ["adverse_event_follow_up", "adverse_event"]
    assert audits[1][1]["grade"] == [2, 3]


def test_a_follow_up_of_a_day_known_in_part_may_lie_after_the_onset(trial: World) -> None:
    event = reported(trial)
    told = followed(observed="2022-05")
    follow_up_adverse_event(trial.database, trial.coordinator, NOW, event.id, told, version=1)
    with trial.database.reading() as session:
        (one,) = follow_ups_of(session, event.id)
    assert (one.observed, one.observed_lo) == ("2022-05", date(2022, 5, 1))


def test_a_later_follow_up_does_not_start_the_clock_again(trial: World) -> None:
    event = reported(trial, entry(criteria=HOSPITAL))
    better = followed(1, outcome=Outcome.RECOVERED, ended="2022-05-20")
    now = follow_up_adverse_event(
        trial.database, trial.coordinator, NOW, event.id, better, version=1
    )
    assert (now.grade, now.serious, now.ended) == (2, True, "2022-05-20")
    assert now.serious_aware_at == event.serious_aware_at


FOLLOW_UP_REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"observed": "2022-05-17"}, ["observed"]),
    ({"observed": "2022-05-22"}, ["observed"]),
    ({"observed": ""}, ["observed"]),
    ({"grade": 0}, ["grade"]),
    ({"grade": 5}, ["criteria", "outcome"]),
    ({"outcome": Outcome.FATAL, "criteria": DEATH}, ["ended", "grade"]),
    ({"ended": "2022-05-19"}, ["ended"]),
    ({"aware_at": NOW + HOUR}, ["aware_at"]),
]


@pytest.mark.parametrize(("told", "expected"), FOLLOW_UP_REFUSED)
def test_a_follow_up_is_refused(trial: World, told: dict[str, Any], expected: list[str]) -> None:
    event = reported(trial)
    problems = refused(
        lambda: follow_up_adverse_event(
            trial.database, trial.coordinator, NOW, event.id, followed(**told), version=1
        ),
        RefusedError,
    )
    assert fields(problems) == expected


def test_a_correction_voids_the_follow_ups_that_were_wrong(trial: World) -> None:
    event = reported(trial)
    told = followed(5, outcome=Outcome.FATAL, criteria=DEATH, ended="2022-05-19")
    follow_up_adverse_event(trial.database, trial.coordinator, NOW, event.id, told, version=1)
    with trial.database.reading() as session:
        (wrong,) = follow_ups_of(session, event.id)
    corrected = correct_adverse_event(
        trial.database,
        trial.data_manager,
        NOW,
        event.id,
        entry(grade=1),
        version=2,
        reason="it was another participant",
        terms=TERMS,
        void_follow_ups=[wrong.id],
    )
    assert (corrected.grade, corrected.death, corrected.serious_aware_at) == (1, False, None)
    verb, audits = last_act(trial.database)
    assert verb == "correct adverse event"
    assert [table for table, _ in audits] == ["adverse_event_follow_up", "adverse_event"]
    with trial.database.reading() as session:
        assert follow_ups_of(session, event.id) == []


def correction(trial: World, told: EventEntry, reason: str, void: list[int]) -> AdverseEvent:
    return correct_adverse_event(
        trial.database,
        trial.data_manager,
        NOW,
        1,
        told,
        version=1,
        reason=reason,
        terms=TERMS,
        void_follow_ups=void,
    )


def test_a_correction_needs_a_reason_and_what_a_report_needs(trial: World) -> None:
    reported(trial)
    assert fields(refused(lambda: correction(trial, entry(), " ", []), RefusedError)) == ["reason"]
    problems = refused(lambda: correction(trial, entry(grade=7), "typing", [4]), RefusedError)
    assert fields(problems) == ["grade", "void_follow_ups"]


def test_a_correction_keeps_the_grades_of_follow_ups(trial: World) -> None:
    event = reported(trial)
    follow_up_adverse_event(
        trial.database, trial.coordinator, NOW, event.id, followed(4), version=1
    )
    corrected = correct_adverse_event(
        trial.database,
        trial.data_manager,
        NOW,
        event.id,
        entry(grade=1),
        version=2,
        reason="typing",
        terms=TERMS,
    )
    assert (corrected.first_grade, corrected.grade) == (1, 4)


def test_a_void_event_is_kept_but_listed_no_more(trial: World) -> None:
    event = reported(trial)
    voided = void_adverse_event(
        trial.database, trial.investigator, NOW, event.id, version=1, reason="stood there twice"
    )
    assert voided.void_reason == "stood there twice"
    assert last_act(trial.database)[0] == "void adverse event"
    with trial.database.reading() as session:
        assert adverse_events_of(session, 1) == []
    for call in (
        lambda: follow_up_adverse_event(
            trial.database, trial.coordinator, NOW, event.id, followed(), version=2
        ),
        lambda: void_adverse_event(
            trial.database, trial.investigator, NOW, event.id, version=2, reason="again"
        ),
    ):
        assert fields(refused(call, RefusedError)) == ["event"]


def test_of_two_who_follow_up_at_once_one_is_told(trial: World) -> None:
    event = reported(trial)
    found = at_once(
        *(
            lambda grade=grade: follow_up_adverse_event(
                trial.database, trial.coordinator, NOW, event.id, followed(grade), version=1
            )
            for grade in (3, 4)
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["AdverseEvent", "ConflictError"]
    with trial.database.reading() as session:
        assert len(follow_ups_of(session, event.id)) == 1


@pytest.mark.parametrize(
    "call", [void_adverse_event, correct_adverse_event], ids=["void", "correct"]
)
def test_who_saw_an_older_version_is_told(trial: World, call: Any) -> None:
    event = reported(trial)
    follow_up_adverse_event(trial.database, trial.coordinator, NOW, event.id, followed(), version=1)
    more = {} if call is void_adverse_event else {"entry": entry(), "terms": TERMS}
    refused(
        lambda: call(
            trial.database,
            trial.coordinator,
            NOW,
            event_id=event.id,
            version=1,
            reason="typing",
            **more,
        ),
        ConflictError,
    )


# What somebody writes past the gateway | the constraint that refuses it
RAW: list[tuple[dict[str, Any], str]] = [
    ({"grade": 6}, "ck_adverse_event_grade"),
    ({"grade": 0, "first_grade": 0}, "_grade"),
    ({"first_grade": 3}, "ck_adverse_event_first_grade"),
    ({"serious": True}, "ck_adverse_event_serious"),
    ({"hospitalisation": True}, "ck_adverse_event_serious"),
    ({"serious": True, "hospitalisation": True}, "ck_adverse_event_serious_aware"),
    ({"grade": 5}, "ck_adverse_event_grade_5_is_death"),
    ({"outcome": "fatal"}, "ck_adverse_event_grade_5_is_death"),
    (
        {"serious": True, "death": True, "serious_aware_at": NOW},
        "ck_adverse_event_grade_5_is_death",
    ),
    ({"ended": "2022-05-19"}, "ck_adverse_event_ended"),
    (
        {
            "ended": "2022-05-17",
            "ended_lo": date(2022, 5, 17),
            "ended_hi": date(2022, 5, 17),
            "outcome": "recovered",
        },
        "ck_adverse_event_end_after_onset",
    ),
    (
        {"ended": "2022-05-19", "ended_lo": date(2022, 5, 19), "ended_hi": date(2022, 5, 19)},
        "ck_adverse_event_goes_on",
    ),
    ({"onset_hi": date(2022, 5, 1)}, "ck_adverse_event_onset"),
    ({"outcome": "fine"}, "ck_adverse_event_outcome"),
    ({"causality": "perhaps"}, "ck_adverse_event_causality"),
    ({"expectedness": "surprising"}, "ck_adverse_event_expectedness"),
    ({"action_taken": "prayer"}, "ck_adverse_event_action_taken"),
    ({"reported_term": ""}, "ck_adverse_event_reported_term"),
    ({"void_reason": ""}, "ck_adverse_event_void_reason"),
    ({"participant_id": 99}, "FOREIGN KEY"),
]


@pytest.mark.parametrize(("written", "constraint"), RAW)
def test_the_database_refuses_what_goes_round(
    trial: World, written: dict[str, Any], constraint: str
) -> None:
    said = raw_refusal(trial.database, reported(trial), **written)
    assert constraint.lower() in said.lower()


def test_a_clock_cannot_start_before_the_event_was_known(trial: World) -> None:
    event = reported(trial, entry(criteria=HOSPITAL))
    before = event.aware_at - timedelta(seconds=1)
    said = raw_refusal(trial.database, event, serious_aware_at=before)
    assert "ck_adverse_event_serious_aware_after_aware" in said


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"participant_id": 2}, "foreign key"),
        ({"grade": 0}, "ck_adverse_event_follow_up_grade"),
        ({"observed_hi": date(2022, 1, 1)}, "ck_adverse_event_follow_up_observed"),
        ({"outcome": "fine"}, "ck_adverse_event_follow_up_outcome"),
    ],
)
def test_the_database_refuses_follow_ups_that_go_round(
    trial: World, written: dict[str, Any], constraint: str
) -> None:
    event = reported(trial)
    follow_up_adverse_event(trial.database, trial.coordinator, NOW, event.id, followed(), version=1)
    with trial.database.reading() as session:
        row = session.get_one(AdverseEventFollowUp, 1)
    assert constraint in raw_refusal(trial.database, row, **written).lower()


def test_emergence_reads_onset_and_follow_ups(trial: World) -> None:
    event = reported(trial)
    first_dose = date(2022, 5, 19)
    with trial.database.reading() as session:
        assert emergence(courses_of(session, [event])[0], first_dose, None) is Truth.FALSE
    follow_up_adverse_event(trial.database, trial.coordinator, NOW, event.id, followed(), version=1)
    with trial.database.reading() as session:
        assert emergence(courses_of(session, [event])[0], first_dose, None) is Truth.TRUE


# ICH E2A: serious, unexpected, and a causal relationship that cannot be ruled out
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, True),
        ({"criteria": frozenset()}, False),
        ({"expectedness": Expectedness.EXPECTED}, False),
        ({"causality": Causality.UNLIKELY}, False),
        ({"causality": Causality.NOT_RELATED}, False),
        ({"causality": Causality.NOT_ASSESSABLE}, True),
        ({"causality": Causality.CERTAIN}, True),
    ],
)
def test_suspected_unexpected(trial: World, told: dict[str, Any], expected: bool) -> None:
    base = {"criteria": HOSPITAL, "expectedness": Expectedness.UNEXPECTED}
    assert is_unexpected_suspected(reported(trial, entry(**{**base, **told}))) is expected


def test_a_death_has_all_three(trial: World) -> None:
    event = reported(trial, entry(**FATAL))
    assert (event.grade, event.death, event.serious) == (5, True, True)
