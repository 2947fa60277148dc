"""Candidates: what a screening brings, what people answer, and how they come on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.conduct.people import NOW, TODAY, Site, patient, screened, site, somebody

from trialrun.conduct.actions.candidates import (
    Answer,
    ScreenedPatient,
    answer_criterion,
    decline,
    invite,
    record_screen_failure,
)
from trialrun.conduct.acts import Actor
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Candidate, CriterionAnswer, Screened
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from trialrun.screening.verdict import Verdict

STATEMENTS = {"I4": ["response to glucocorticoids or immunoglobulin was poor"]}


@pytest.fixture
def clinic(database: Database) -> Site:
    return site(database)


def candidates(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {c.patient_id: c.verdict for c in session.scalars(select(Candidate))}


def test_a_screening_makes_candidates_of_whom_it_does_not_refuse(database: Database) -> None:
    screened(
        database,
        patient("a"),
        patient("b", Verdict.UNDETERMINED),
        patient("c", Verdict.INELIGIBLE),
    )
    assert candidates(database) == {"a": "eligible", "b": "undetermined"}


def test_a_later_screening_says_what_it_says_now_also_of_whom_it_refuses(
    database: Database,
) -> None:
    screened(database, patient("a"), patient("b"))
    screened(database, patient("a", Verdict.INELIGIBLE), patient("c"), on=date(2022, 2, 1))
    assert candidates(database) == {"a": "ineligible", "b": "eligible", "c": "eligible"}
    with database.reading() as session:
        said = [(s.run_id, s.verdict) for s in session.scalars(select(Screened))]
    assert said == [(1, "eligible"), (1, "eligible"), (2, "ineligible"), (2, "eligible")]
    assert verify(database).problems == ()


def test_an_earlier_screening_is_refused(database: Database) -> None:
    screened(database, patient("a"))
    with pytest.raises(RefusedError, match="earlier day"):
        screened(database, patient("a"), on=date(2022, 1, 1))


def refuses(session: Session, candidate: Candidate) -> ScreenedPatient:
    answers = session.scalars(select(CriterionAnswer))
    assert [answer.answer for answer in answers] == [False]
    return patient(candidate.patient_id, Verdict.INELIGIBLE, {"I4": "refuses", "E4": "unknown"})


def answer(**fields: object) -> Answer:
    said = {
        "criterion": "I4",
        "statement": STATEMENTS["I4"][0],
        "answer": False,
        "answered_on": TODAY,
        "reason": "asked at the visit",
    }
    return Answer(**{**said, **fields})  # type: ignore[arg-type]


def test_an_answer_changes_the_verdict_at_once(clinic: Site) -> None:
    answer_criterion(
        clinic.database,
        clinic.investigator,
        NOW,
        clinic.candidate_id,
        answer(),
        today=TODAY,
        statements=STATEMENTS,
        investigators=(),
        judge=refuses,
    )
    judged = clinic.candidate
    assert (judged.verdict, judged.refused_by, judged.open_criteria, judged.open_count) == (
        "ineligible",
        ["I4"],
        ["E4"],
        1,
    )


# What is wrong with the answer | the field
WRONG_ANSWERS = [
    (answer(statement="is nice"), "statement"),
    (answer(criterion="I9"), "statement"),
    (answer(answered_on=date(2022, 1, 18)), "answered_on"),
    (answer(reason=" "), "reason"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG_ANSWERS)
def test_a_wrong_answer_is_refused_with_its_field(clinic: Site, wrong: Answer, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        answer_criterion(
            clinic.database,
            clinic.investigator,
            NOW,
            clinic.candidate_id,
            wrong,
            today=TODAY,
            statements=STATEMENTS,
            investigators=(),
            judge=refuses,
        )
    assert [problem.where for problem in refused.value.problems] == [field]
    assert clinic.candidate.verdict == "eligible"


def test_what_is_to_be_confirmed_an_investigator_answers(clinic: Site) -> None:
    def answered(actor: Actor) -> CriterionAnswer:
        return answer_criterion(
            clinic.database,
            actor,
            NOW,
            clinic.candidate_id,
            answer(),
            today=TODAY,
            statements=STATEMENTS,
            investigators=["I4"],
            judge=refuses,
        )

    with pytest.raises(ForbiddenError, match="only an investigator"):
        answered(somebody(clinic.database, Role.COORDINATOR))
    assert answered(clinic.investigator).criterion == "I4"


def test_nobody_fails_screening_on_a_day_to_come(clinic: Site) -> None:
    clinic.consent()
    with pytest.raises(RefusedError) as refused:
        record_screen_failure(
            clinic.database,
            clinic.investigator,
            NOW,
            clinic.candidate_id,
            version=clinic.candidate.version,
            failed_on=date(2031, 1, 1),
            criteria=["E4"],
            reason="platelets 70",
            today=TODAY,
        )
    assert [problem.where for problem in refused.value.problems] == ["failed_on"]
    assert clinic.candidate.status == "consented"


def test_two_people_decide_about_one_candidate_and_the_second_is_told(clinic: Site) -> None:
    seen = clinic.candidate.version
    invite(clinic.database, clinic.investigator, NOW, clinic.candidate_id, version=seen)
    with pytest.raises(ConflictError):
        decline(
            clinic.database,
            clinic.investigator,
            NOW,
            clinic.candidate_id,
            version=seen,
            reason="lives too far away",
        )
    assert clinic.candidate.status == "invited"


def test_nobody_fails_screening_before_consent(clinic: Site) -> None:
    with pytest.raises(RefusedError, match="becomes screen failure"):
        record_screen_failure(
            clinic.database,
            clinic.investigator,
            NOW,
            clinic.candidate_id,
            version=1,
            failed_on=TODAY,
            criteria=["E4"],
            reason="platelets",
            today=TODAY,
        )


def test_a_candidate_who_does_not_exist_is_not_found(clinic: Site) -> None:
    with pytest.raises(NotFoundError):
        invite(clinic.database, clinic.investigator, NOW, 99, version=1)
