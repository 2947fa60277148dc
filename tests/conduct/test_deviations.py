"""Deviations: proposed once, reported, waived, judged, told to the ethics committee; refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.conduct.safety_world import (
    NOW,
    TODAY,
    World,
    at_once,
    fields,
    last_act,
    raw_refusal,
    refused,
)

from trialrun.conduct.actions.deviations import (
    DeviationEntry,
    DeviationProposal,
    Judgement,
    add_waived,
    judge_deviation,
    propose_deviations,
    report_deviation,
    report_to_ethics,
)
from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.deviations import Deviation, DeviationKind, DeviationStatus
from trialrun.conduct.tables.trail import Event
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

CONFIRMED, DISMISSED = DeviationStatus.CONFIRMED, DeviationStatus.DISMISSED
IMPORTANT = Judgement(CONFIRMED, True, "talked to the participant")


def told(**other: Any) -> DeviationEntry:
    known: dict[str, Any] = {
        "kind": DeviationKind.OBLIGATION,
        "concerns": "I5b",
        "description": "riluzole was stopped",
        "occurred": "2022-05-18",
    }
    return DeviationEntry(**{**known, **other})


def proposal(key: str = "I5b:2022-05-18", **other: Any) -> DeviationProposal:
    return DeviationProposal(key, told(**other), {"medication": [7]})


def propose(trial: World, *proposals: DeviationProposal) -> tuple[Deviation, ...]:
    return propose_deviations(trial.database, PROGRAM, NOW, 1, proposals, today=TODAY)


def judged(
    trial: World, judgement: Judgement = IMPORTANT, version: int = 1, reason: str = "it matters"
) -> Deviation:
    return judge_deviation(
        trial.database, trial.investigator, NOW, 1, judgement, version=version, reason=reason
    )


def told_ethics(trial: World, on: date, version: int = 2) -> Deviation:
    return report_to_ethics(
        trial.database, trial.coordinator, NOW, 1, on, version=version, today=TODAY
    )


def test_surveillance_proposes(trial: World) -> None:
    (one,) = propose(trial, proposal())
    assert (one.status, one.origin, one.occurred_lo) == (
        "proposed",
        "surveillance",
        date(2022, 5, 18),
    )
    assert one.evidence == {"medication": [7]}
    verb, ((table, changes),) = last_act(trial.database)
    assert (verb, table, changes["key"]) == ("propose deviation", "deviation", "I5b:2022-05-18")


def test_what_is_known_is_proposed_no_second_time(trial: World) -> None:
    propose(trial, proposal())
    with trial.database.reading() as session:
        events = session.scalar(select(func.count(Event.id)))
    assert propose(trial, proposal(), proposal()) == ()
    assert [one.key for one in propose(trial, proposal(), proposal("b"), proposal("b"))] == ["b"]
    with trial.database.reading() as session:
        assert session.scalar(select(func.count(Event.id))) == (events or 0) + 1
        assert len(session.scalars(select(Deviation)).all()) == 2


def test_several_are_proposed_in_one_act(trial: World) -> None:
    found = propose(trial, proposal("a"), proposal("b", occurred="2022-05"))
    assert [(one.key, one.occurred) for one in found] == [("a", "2022-05-18"), ("b", "2022-05")]
    assert len(last_act(trial.database)[1]) == 2


def test_what_was_dismissed_is_not_proposed_again(trial: World) -> None:
    propose(trial, proposal())
    judged(trial, Judgement(DISMISSED, None, ""))
    assert propose(trial, proposal()) == ()


def test_of_two_who_propose_the_same_at_once_it_stands_once(trial: World) -> None:
    found = at_once(lambda: propose(trial, proposal()), lambda: propose(trial, proposal()))
    assert sorted(len(one) for one in found if isinstance(one, tuple)) == [0, 1]


def test_a_person_reports(trial: World) -> None:
    one = report_deviation(trial.database, trial.pharmacist, NOW, 1, told(), today=TODAY)
    two = report_deviation(trial.database, trial.pharmacist, NOW, 1, told(), today=TODAY)
    assert (one.origin, one.key, two.id) == ("person", None, 2)
    assert last_act(trial.database)[0] == "report deviation"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"description": " "}, ["description"]),
        ({"occurred": "last week"}, ["occurred"]),
        ({"occurred": "2022-05-21"}, ["occurred"]),
        ({"occurred": "", "description": ""}, ["description", "occurred"]),
    ],
)
def test_what_is_told_is_refused(trial: World, other: dict[str, Any], expected: list[str]) -> None:
    for call in (
        lambda: report_deviation(
            trial.database, trial.coordinator, NOW, 1, told(**other), today=TODAY
        ),
        lambda: propose(trial, proposal(**other)),
    ):
        assert fields(refused(call, RefusedError)) == expected


def test_the_participant_must_exist(trial: World) -> None:
    refused(
        lambda: propose_deviations(trial.database, PROGRAM, NOW, 9, [proposal()], today=TODAY),
        NotFoundError,
    )
    refused(
        lambda: report_deviation(trial.database, trial.coordinator, NOW, 9, told(), today=TODAY),
        NotFoundError,
    )


def test_a_waiver_is_a_deviation(trial: World) -> None:
    with act(trial.database, Verb.ENROL, trial.investigator, at=NOW) as doing:
        one = add_waived(doing, 1, "E4", "platelets 79", date(2022, 1, 15))
    assert (one.origin, one.kind, one.key) == ("waiver", "eligibility", "waiver:E4")
    assert (one.occurred, one.status) == ("2022-01-15", "proposed")


def test_an_investigator_judges(trial: World) -> None:
    propose(trial, proposal())
    one = judged(trial)
    assert (one.status, one.important, one.judgement) == ("confirmed", True, "it matters")
    assert (one.judged_at, one.judged_by) == (NOW, trial.investigator.account_id)
    verb, ((_, changes),) = last_act(trial.database)
    assert (verb, changes["status"]) == ("judge deviation", ["proposed", "confirmed"])


def test_a_judgement_may_be_replaced(trial: World) -> None:
    propose(trial, proposal())
    judged(trial)
    one = judged(trial, Judgement(CONFIRMED, False, "none"), version=2)
    assert (one.important, one.version) == (False, 3)


@pytest.mark.parametrize(
    ("judgement", "reason", "expected"),
    [
        (Judgement(CONFIRMED, None, ""), "so", ["important"]),
        (Judgement(DISMISSED, False, ""), "so", ["important"]),
        (Judgement(DeviationStatus.PROPOSED, None, ""), "so", ["status"]),
        (IMPORTANT, "", ["reason"]),
    ],
)
def test_a_judgement_is_refused(
    trial: World, judgement: Judgement, reason: str, expected: list[str]
) -> None:
    propose(trial, proposal())
    problems = refused(lambda: judged(trial, judgement, reason=reason), RefusedError)
    assert fields(problems) == expected


def test_nobody_else_judges(trial: World) -> None:
    propose(trial, proposal())
    for actor in (trial.coordinator, trial.data_manager, trial.monitor, PROGRAM):
        refused(
            lambda actor=actor: judge_deviation(  # type: ignore[misc]
                trial.database, actor, NOW, 1, IMPORTANT, version=1, reason="so"
            ),
            ForbiddenError,
        )


def test_of_two_who_judge_at_once_one_is_told(trial: World) -> None:
    propose(trial, proposal())
    found = at_once(lambda: judged(trial), lambda: judged(trial, Judgement(DISMISSED, None, "")))
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "Deviation"]


def test_the_ethics_committee_is_told(trial: World) -> None:
    propose(trial, proposal())
    judged(trial)
    assert told_ethics(trial, TODAY).ethics_reported_on == TODAY
    assert last_act(trial.database)[0] == "report deviation to the ethics committee"
    problems = refused(
        lambda: judged(trial, Judgement(DISMISSED, None, ""), version=3), RefusedError
    )
    assert fields(problems) == ["status"]


def test_telling_the_ethics_committee_is_refused(trial: World) -> None:
    propose(trial, proposal())
    problems = refused(lambda: told_ethics(trial, date(2022, 5, 17), 1), RefusedError)
    assert fields(problems) == ["reported_on", "status"]
    judged(trial)
    problems = refused(lambda: told_ethics(trial, date(2022, 5, 21)), RefusedError)
    assert fields(problems) == ["reported_on"]
    refused(lambda: told_ethics(trial, TODAY, 1), ConflictError)


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"status": "violation"}, "ck_deviation"),
        ({"kind": "sin"}, "ck_deviation_kind"),
        ({"origin": "rumour"}, "ck_deviation_origin"),
        ({"description": ""}, "ck_deviation_description"),
        ({"key": None}, "ck_deviation_key"),
        ({"occurred_hi": date(2022, 5, 1)}, "ck_deviation_occurred"),
        ({"status": "dismissed"}, "ck_deviation_judged"),
        ({"judged_by": 1}, "ck_deviation_judged_by"),
        (
            {"status": "confirmed", "judged_at": NOW, "judged_by": 1},
            "ck_deviation_important",
        ),
        ({"important": True}, "ck_deviation_important"),
        ({"ethics_reported_on": TODAY}, "ck_deviation_ethics"),
    ],
)
def test_the_database_refuses_what_goes_round(
    trial: World, written: dict[str, Any], constraint: str
) -> None:
    (one,) = propose(trial, proposal())
    said = raw_refusal(trial.database, one, **{"key": "other", **written})
    assert constraint in said.lower()


def test_the_database_keeps_a_key_once(trial: World) -> None:
    (one,) = propose(trial, proposal())
    assert "unique" in raw_refusal(trial.database, one).lower()
