"""Decisions on proposed grades: confirmed, changed, set aside; what they open; what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.conduct.safety_world import (
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

from trialrun.conduct.actions.adverse_events import report_adverse_event
from trialrun.conduct.actions.grades import Decision, ProposedGrade, decide_grade
from trialrun.conduct.acts import act
from trialrun.conduct.reading.safety import grade_decisions_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef
from trialrun.conduct.tables.adverse_events import AdverseEvent, GradeDecision
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

# Any row of a participant's data can hold the value; here it is the participant's own.
PROPOSED = ProposedGrade(RowRef("participant", 1), 1, "eosinophils", "Eosinophilia", 2)


def decided(trial: World, decision: Decision, proposed: ProposedGrade = PROPOSED) -> GradeDecision:
    return decide_grade(trial.database, trial.investigator, NOW, proposed, decision, terms=TERMS)


@pytest.mark.parametrize(
    ("decision", "standing", "grade"),
    [
        (Decision(2), "confirmed", 2),
        (Decision(1, "the sample was old"), "changed", 1),
        (Decision(0, "known before the trial"), "changed", 0),
        (Decision(None, "the sample was mixed up"), "set aside", None),
    ],
)
def test_a_decision(trial: World, decision: Decision, standing: str, grade: int | None) -> None:
    row = decided(trial, decision)
    assert (row.standing, row.grade, row.proposed_grade) == (standing, grade, 2)
    verb, ((table, changes),) = last_act(trial.database)
    assert (verb, table, changes["item"]) == ("confirm grade", "grade_decision", "eosinophils")
    with trial.database.reading() as session:
        assert [one.id for one in grade_decisions_of(session, 1)] == [row.id]


def test_a_confirmed_grade_opens_an_event_in_the_same_act(trial: World) -> None:
    row = decided(trial, Decision(2, opens=entry(grade=2)))
    with trial.database.reading() as session:
        event = session.get_one(AdverseEvent, row.adverse_event_id)
    assert (event.participant_id, event.grade) == (1, 2)
    _, audits = last_act(trial.database)
    assert [table for table, _ in audits] == ["adverse_event", "grade_decision"]


def test_what_is_wrong_with_the_event_leaves_nothing(trial: World) -> None:
    bad = Decision(2, opens=entry(grade=2, reported_term=""))
    assert fields(refused(lambda: decided(trial, bad), RefusedError)) == ["reported_term"]
    with trial.database.reading() as session:
        assert grade_decisions_of(session, 1) == []


def event_of(trial: World, participant_id: int) -> int:
    return report_adverse_event(
        trial.database, trial.coordinator, NOW, participant_id, entry(), terms=TERMS
    ).id


def test_a_grade_may_belong_to_an_event_that_stands(trial: World) -> None:
    event_id = event_of(trial, 1)
    assert decided(trial, Decision(2, belongs_to=event_id)).adverse_event_id == event_id


def test_a_grade_belongs_to_no_event_of_another(trial: World) -> None:
    other = Decision(2, belongs_to=event_of(trial, 2))
    assert fields(refused(lambda: decided(trial, other), RefusedError)) == ["belongs_to"]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (Decision(None), ["reason"]),
        (Decision(3, " "), ["reason"]),
        (Decision(6), ["grade", "reason"]),
        (Decision(None, "mixed up", opens=entry()), ["grade"]),
        (Decision(2, opens=entry(grade=3)), ["grade"]),
    ],
)
def test_a_decision_is_refused(trial: World, decision: Decision, expected: list[str]) -> None:
    assert fields(refused(lambda: decided(trial, decision), RefusedError)) == expected


def test_a_grade_opens_an_event_or_belongs_to_one(trial: World) -> None:
    both = Decision(2, opens=entry(grade=2), belongs_to=event_of(trial, 1))
    assert fields(refused(lambda: decided(trial, both), RefusedError)) == ["belongs_to"]


def test_only_an_investigator_decides(trial: World) -> None:
    refused(
        lambda: decide_grade(trial.database, trial.coordinator, NOW, PROPOSED, Decision(2)),
        ForbiddenError,
    )


@pytest.mark.parametrize("place", [RowRef("participant", 99), RowRef("account", 1)])
def test_the_value_must_be_a_participants(trial: World, place: RowRef) -> None:
    forged = replace(PROPOSED, place=place)
    refused(lambda: decided(trial, Decision(2), forged), NotFoundError)


def test_a_value_that_has_changed_is_graded_anew(trial: World) -> None:
    with act(
        trial.database, Verb.END_PARTICIPATION, trial.investigator, at=NOW, reason="typing"
    ) as doing:
        doing.change(doing.session.get_one(Participant, 1), ended_note="later")
    refused(lambda: decided(trial, Decision(2)), ConflictError)
    assert decided(trial, Decision(2), replace(PROPOSED, version=2)).row_version == 2


def test_of_two_who_decide_at_once_one_is_told(trial: World) -> None:
    found = at_once(
        lambda: decided(trial, Decision(2)), lambda: decided(trial, Decision(None, "mixed up"))
    )
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "GradeDecision"]


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"grade": 1}, "ck_grade_decision_grade_of_standing"),
        ({"grade": None}, "ck_grade_decision_grade_of_standing"),
        ({"standing": "changed", "reason": "x"}, "ck_grade_decision_grade_of_standing"),
        ({"standing": "changed", "grade": 1}, "ck_grade_decision_reason"),
        ({"standing": "liked"}, "ck_grade_decision"),
        ({"proposed_grade": 6}, "ck_grade_decision"),
        ({"adverse_event_id": 9}, "foreign key"),
        ({}, "unique"),
    ],
)
def test_the_database_refuses_what_goes_round(
    trial: World, written: dict[str, Any], constraint: str
) -> None:
    row = decided(trial, Decision(2))
    other = {"item": "another"} if written else {}
    assert constraint in raw_refusal(trial.database, row, **other, **written).lower()
