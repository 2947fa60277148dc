"""Asking participants at visits: which statements, by whom, with which reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import pytest
from tests.conduct.clinic import (
    ZONE,
    day,
    noon,
    refused_by_the_database,
    refused_fields,
    trail_of,
)
from tests.conduct.people import Site, site, somebody

from trialrun.conduct.actions.asking import StatementAnswer, answer_statements
from trialrun.conduct.actions.oversight import lock
from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    correct_visit,
    record_screening_visit,
    record_visit,
    void_visit,
)
from trialrun.conduct.asked import AskedStatement, statements_of_participants
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.reading.candidates import answers_of
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.visits import Contact, Visit
from trialrun.criteria.expressions import Not
from trialrun.errors import ForbiddenError, NotFoundError, RefusedError
from trialrun.protocol.file import read_protocol

PROTOCOL = read_protocol("ld-il2-immune-als")
ASKED = statements_of_participants(PROTOCOL)
OF_NAME: Mapping[str, AskedStatement] = {one.name: one for one in ASKED}
V2 = VisitPlan("V2", (day(25), day(31)))


@pytest.fixture
def clinic(database: Database) -> Site:
    made = site(database)
    made.enrol()
    return made


def visit(clinic: Site, what: Held | Missed | None = None, plan: VisitPlan | None = V2) -> Visit:
    return record_visit(
        clinic.database,
        clinic.investigator,
        noon(30),
        1,
        what or Held(day(28), Contact.VISIT),
        zone=ZONE,
        plan=plan,
    )


def said(name: str, answer: bool | None, reason: str = "") -> dict[str, StatementAnswer]:
    return {name: StatementAnswer(OF_NAME[name].statement, answer, reason)}


def ask(
    clinic: Site, visit_id: int, answers: Mapping[str, StatementAnswer]
) -> tuple[CriterionAnswer, ...]:
    return answer_statements(
        clinic.database, clinic.investigator, noon(30), visit_id, answers, asked=ASKED
    )


def answers(clinic: Site) -> list[tuple[str, bool | None, str]]:
    with clinic.database.reading() as session:
        found = answers_of(session, clinic.candidate_id)
    return [(one.answer.criterion, one.answer.answer, one.answer.reason) for one in found]


@pytest.mark.parametrize(
    ("sex", "left_out"), [("male", {"E8-1"}), ("female", set()), (None, set())]
)
def test_what_the_sex_settles_is_not_asked(
    sex: Literal["female", "male"] | None, left_out: set[str]
) -> None:
    """E8: `sex is female and (...)` is FALSE of every man. I7 asks men and some women."""
    asked = {one.name for one in statements_of_participants(PROTOCOL, sex)}
    assert {one.name for one in ASKED} - asked == left_out


def test_the_statements_of_the_protocol_in_the_order_written() -> None:
    """Of what the protocol watches, these are attested: I7, and of the exclusions E1, E8, E9."""
    assert [(one.name, one.permits) for one in ASKED] == [
        ("I7-1", True),
        ("E1-1", False),
        ("E8-1", False),
        ("E9-1", False),
    ]
    assert OF_NAME["E8-1"].statement == "is pregnant or breast-feeding"


def test_a_statement_that_criteria_read_in_opposite_ways_is_asked_once_and_permits_by_neither() -> (
    None
):
    e9 = OF_NAME["E9-1"].criterion
    opposite = replace(e9, id="X1", expression=Not(e9.expression))
    sentence = next(one for one in PROTOCOL.sentences if e9 in one.criteria)
    both = replace(PROTOCOL, sentences=(replace(sentence, criteria=(e9, opposite)),))
    assert [(one.name, one.permits) for one in statements_of_participants(both)] == [("E9-1", None)]


def test_all_that_was_said_at_a_visit_is_one_act(clinic: Site) -> None:
    held = visit(clinic)
    given = {**said("I7-1", True), **said("E8-1", False), **said("E9-1", None, "does not know")}
    ask(clinic, held.id, given)
    assert answers(clinic) == [
        ("I7", True, "asked at visit V2"),
        ("E8", False, "asked at visit V2"),
        ("E9", None, "does not know"),
    ]
    assert [verb for verb, *_ in trail_of(clinic.database, "criterion_answer")] == [
        "ask participant"
    ] * 3
    assert verify(clinic.database).problems == ()
    with clinic.database.reading() as session:
        rows = [one.answer for one in answers_of(session, 1)]
    assert {(row.answered_on, row.visit_id) for row in rows} == {(day(28), held.id)}


def test_an_unscheduled_visit_is_named_so(clinic: Site) -> None:
    ask(clinic, visit(clinic, plan=None).id, said("E9-1", False))
    assert answers(clinic) == [("E9", False, "asked at visit unscheduled")]


# What is said | the fields that are refused
WRONG: list[tuple[dict[str, StatementAnswer], list[str]]] = [
    ({}, ["answers"]),
    (said("I7-1", False), ["reason-I7-1"]),
    (said("I7-1", None, "  "), ["reason-I7-1"]),
    ({**said("E8-1", True), **said("E9-1", None)}, ["reason-E8-1", "reason-E9-1"]),
    ({"I7-1": StatementAnswer("feels well", True)}, ["answer-I7-1"]),
    ({"I1-1": StatementAnswer(OF_NAME["I7-1"].statement, True)}, ["answer-I1-1"]),
]


@pytest.mark.parametrize(("given", "fields"), WRONG)
def test_what_is_wrong_is_said_all_at_once_and_nothing_is_written(
    clinic: Site, given: dict[str, StatementAnswer], fields: list[str]
) -> None:
    held = visit(clinic)
    assert refused_fields(lambda: ask(clinic, held.id, given)) == fields
    assert answers(clinic) == []


def test_a_second_answer_of_a_visit_says_why(clinic: Site) -> None:
    held = visit(clinic)
    ask(clinic, held.id, said("I7-1", True))
    assert refused_fields(lambda: ask(clinic, held.id, said("I7-1", True))) == ["reason-I7-1"]
    ask(clinic, held.id, said("I7-1", False, "remembers a week without"))
    assert [answer for _, answer, _ in answers(clinic)] == [True, False]


def test_nobody_is_asked_at_a_visit_that_did_not_take_place(clinic: Site) -> None:
    missed = visit(clinic, Missed("on holiday"))
    assert refused_fields(lambda: ask(clinic, missed.id, said("I7-1", True))) == ["visit"]
    voided = visit(clinic, plan=None)
    void_visit(
        clinic.database, clinic.investigator, noon(30), voided.id, version=1, reason="of another"
    )
    assert refused_fields(lambda: ask(clinic, voided.id, said("I7-1", True))) == ["visit"]
    with pytest.raises(NotFoundError):
        ask(clinic, 99, said("I7-1", True))


def test_before_enrolment_the_criteria_are_answered_instead(database: Database) -> None:
    clinic = site(database)
    clinic.consent()
    held = record_screening_visit(
        database,
        clinic.investigator,
        noon(1),
        clinic.candidate_id,
        Held(day(0), Contact.VISIT),
        zone=ZONE,
        plan=None,
    )
    assert refused_fields(lambda: ask(clinic, held.id, said("I7-1", True))) == ["visit"]


def test_who_cares_for_participants_asks_them(clinic: Site) -> None:
    held = visit(clinic)
    for role in set(Role) - {Role.INVESTIGATOR, Role.COORDINATOR}:
        other = somebody(clinic.database, role)
        with pytest.raises(ForbiddenError):
            answer_statements(
                clinic.database, other, noon(30), held.id, said("I7-1", True), asked=ASKED
            )
    assert answers(clinic) == []


def test_a_locked_participant_is_not_asked(clinic: Site) -> None:
    held = visit(clinic)
    manager = somebody(clinic.database, Role.DATA_MANAGER)
    lock(clinic.database, manager, noon(30), 1, reason="the data are final")
    with pytest.raises(RefusedError):
        ask(clinic, held.id, said("I7-1", True))


def test_a_visit_with_answers_is_not_turned_into_a_missed_one(clinic: Site) -> None:
    held = visit(clinic)
    ask(clinic, held.id, said("I7-1", True))

    def miss() -> Visit:
        return correct_visit(
            clinic.database,
            clinic.investigator,
            noon(30),
            held.id,
            Missed("on holiday"),
            version=1,
            zone=ZONE,
            plan=V2,
            reason="mistaken",
        )

    assert refused_fields(miss) == ["missed_reason"]


def test_the_database_refuses_answers_at_a_missed_visit_too(clinic: Site) -> None:
    missed = visit(clinic, Missed("on holiday"))
    row = CriterionAnswer(
        candidate_id=1,
        criterion="I7",
        statement=OF_NAME["I7-1"].statement,
        answer=True,
        answered_on=day(28),
        answered_at=noon(30),
        account_id=1,
        reason="asked",
        visit_id=missed.id,
    )
    refused_by_the_database(clinic.database, row, "criterion_answer_visit_took_place")
