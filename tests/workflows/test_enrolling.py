"""One candidate from the worklist to enrolment: answers, consent, the visit, the check list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.clinic_records import ON
from tests.conduct.people import somebody
from tests.workflows.test_enlisting import AT, all_but_signed, candidates, screened

from trialrun.conduct.actions.candidates import Answer
from trialrun.conduct.actions.consent import Signature, record_consent_form
from trialrun.conduct.actions.enrolment import waive_criterion
from trialrun.conduct.actions.form_entries import EnteredValue, Form, fill_in_form
from trialrun.conduct.acts import Actor
from trialrun.conduct.reading.worklist import Wanted
from trialrun.conduct.tables.candidates import Candidate, WithdrawalScope
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.truth import Truth
from trialrun.errors import ConflictError, NotFoundError, RefusedError
from trialrun.screening.verdict import Verdict
from trialrun.workflows.candidates import answer, consent, open_one, statements, withdraw
from trialrun.workflows.enrolling import (
    check_list,
    enrol_candidate,
    record_screening,
    screening_visit,
)
from trialrun.workflows.running import RunningTrial

CONSENT = "has signed the informed consent of this trial"


@pytest.fixture
def investigator(running: RunningTrial) -> Actor:
    return somebody(running.database)


@pytest.fixture
def eligible(running: RunningTrial) -> int:
    """A candidate whom every criterion permits, but for the consent that nobody has signed."""
    screened(running)
    return all_but_signed(running)[0].id


def held(running: RunningTrial, candidate_id: int) -> Candidate:
    with running.database.reading() as session:
        return session.get_one(Candidate, candidate_id)


def sign(running: RunningTrial, actor: Actor, candidate_id: int) -> None:
    form = record_consent_form(
        running.database,
        actor,
        AT,
        form_version="1.0",
        effective_on=date(2021, 12, 1),
        asks_again=False,
    )
    signature = Signature(form.id, AT, ON, "Dr Fan")
    version = held(running, candidate_id).version
    consent(running, actor, AT, candidate_id, signature, version=version)


def enrol(running: RunningTrial, actor: Actor, candidate_id: int) -> Participant:
    at = AT + timedelta(hours=1)
    return enrol_candidate(
        running,
        actor,
        at,
        candidate_id,
        version=held(running, candidate_id).version,
        arm="IL-2",
        enrolled_at=at,
    )


def test_what_people_are_asked(running: RunningTrial) -> None:
    asked = statements(running)
    assert asked["I4"] == ("response to glucocorticoids or immunoglobulin was poor",)
    assert asked["E5"] == ("E5: a person has confirmed that this criterion permits enrolment",)
    assert asked["I1"] == ()
    assert asked["I8"] == ()  # the signature answers it


def test_an_answer_and_a_confirmation_change_the_verdict_at_once(
    running: RunningTrial, investigator: Actor, eligible: int
) -> None:
    confirmation = statements(running)["E5"][0]
    at, day = AT + timedelta(days=1), ON + timedelta(days=1)
    given = Answer("E5", confirmation, False, day, "found an infection")
    answer(running, investigator, at, eligible, given)
    assert (held(running, eligible).verdict, held(running, eligible).refused_by) == (
        "ineligible",
        ["E5"],
    )
    given = Answer("E5", confirmation, True, day + timedelta(days=1), "it is over")
    answer(running, investigator, at + timedelta(days=1), eligible, given)
    assert "E5" not in held(running, eligible).refused_by
    file = open_one(running, eligible, day, "en").file
    assert [(one.answer.answer, one.by) for one in file.answers_to("E5")] == [
        (False, "investigator"),
        (True, "investigator"),
    ]


def test_a_consent_answers_the_criterion_that_asks_for_it_and_a_withdrawal_takes_it_back(
    running: RunningTrial, investigator: Actor, eligible: int
) -> None:
    blind = RunningTrial(running.database, running.protocol, None, running.zone)
    before = {c.id: c.permission for c in open_one(blind, eligible, ON, "en").opened.criteria}
    assert set(before.values()) == {Truth.UNKNOWN}
    sign(blind, investigator, eligible)
    after = {c.id: c.permission for c in open_one(blind, eligible, ON, "en").opened.criteria}
    assert [c for c in after if after[c] is not before[c]] == ["I8"]
    assert "I8" not in held(running, eligible).open_criteria
    withdraw(
        blind,
        investigator,
        AT + timedelta(hours=1),
        eligible,
        withdrawn_at=AT + timedelta(minutes=30),
        scope=WithdrawalScope.DATA,
        reason="no longer wishes it",
    )
    assert held(running, eligible).refused_by == ["I8"]


def test_somebody_whom_everything_permits_is_enrolled(
    running: RunningTrial, investigator: Actor, eligible: int
) -> None:
    # The synthetic hospital says that the consent of the trial was signed: it does not count.
    assert [line.opened.id for line in check_list(running, eligible, ON, "en").holding_up] == ["I8"]
    with pytest.raises(RefusedError, match="no consent stands"):
        enrol(running, investigator, eligible)
    sign(running, investigator, eligible)
    assert check_list(running, eligible, ON, "en").holding_up == ()
    assert held(running, eligible).verdict == "eligible"
    assert enrol(running, investigator, eligible).number == "001"
    with pytest.raises(ConflictError, match="somebody else has enrolled"):
        enrol(running, investigator, eligible)


def test_who_is_enrolled_stays_judged_as_of_enrolment(
    running: RunningTrial, investigator: Actor, eligible: int
) -> None:
    half_a_year_later = date(2022, 7, 15)
    assert open_one(running, eligible, half_a_year_later, "en").judged.verdict != "eligible"
    sign(running, investigator, eligible)
    enrol(running, investigator, eligible)
    opened = open_one(running, eligible, half_a_year_later, "en")
    assert (opened.on, opened.judged.verdict) == (ON, "eligible")


def test_every_criterion_that_does_not_permit_is_named_until_it_is_waived(
    running: RunningTrial, investigator: Actor
) -> None:
    screened(running)
    undetermined = candidates(running.database, Wanted(verdict="undetermined"))
    chosen = next(one for one in undetermined if one.open_criteria != ["I8"])
    sign(running, investigator, chosen.id)
    with pytest.raises(RefusedError) as refused:
        enrol(running, investigator, chosen.id)
    named = [problem.where for problem in refused.value.problems]
    lines = check_list(running, chosen.id, ON, "en").holding_up
    assert named == [line.opened.id for line in lines] == held(running, chosen.id).open_criteria
    assert named
    for criterion in named:
        waive_criterion(
            running.database,
            investigator,
            AT,
            chosen.id,
            criterion=criterion,
            reason="agreed with the sponsor",
            known=frozenset(statements(running)),
        )
    assert check_list(running, chosen.id, ON, "en").holding_up == ()
    assert enrol(running, investigator, chosen.id).number == "001"


def test_an_arm_that_the_protocol_does_not_have(
    running: RunningTrial, investigator: Actor, eligible: int
) -> None:
    with pytest.raises(RefusedError) as refused:
        enrol_candidate(
            running, investigator, AT, eligible, version=1, arm="placebo", enrolled_at=AT
        )
    assert [problem.where for problem in refused.value.problems] == ["arm"]


def test_the_pregnancy_test_of_the_screening_visit_settles_what_asks_for_it(
    running: RunningTrial, investigator: Actor
) -> None:
    """A month later the hospital's tests are too old: I6 and E8 ask for one of at most 7 days."""
    screened(running)
    later, day = datetime(2022, 2, 20, 2, tzinfo=UTC), date(2022, 2, 20)
    asks = [
        candidate.id
        for candidate in candidates(running.database)
        if {"I6", "E8"} <= _asking_for_a_form(running, candidate.id, day)
    ]
    sign(running, investigator, asks[0])
    visit = record_screening(running, investigator, later, asks[0], day, "")
    form, result = Form("pregnancy-test", "1", ["result"]), EnteredValue("positive")
    fill_in_form(running.database, investigator, later, visit.id, form, {"result": result})
    checked = check_list(running, asks[0], day, "en")
    assert checked.visit is not None
    assert checked.visit.planned == "V0"
    permissions = {line.opened.id: line.opened.permission for line in checked.at_visit}
    assert (permissions["I6"], permissions["E8"]) == (Truth.FALSE, Truth.FALSE)
    assert checked.one.judged.verdict is Verdict.INELIGIBLE


def _asking_for_a_form(running: RunningTrial, candidate_id: int, on: date) -> set[str]:
    lines = check_list(running, candidate_id, on, "en").at_visit
    return {line.opened.id for line in lines if line.forms}


def test_the_screening_visit_is_the_one_that_may_come_before_enrolment(
    running: RunningTrial,
) -> None:
    found = screening_visit(running.protocol)
    assert found is not None
    assert found.id == "V0"


def test_a_candidate_who_does_not_exist(running: RunningTrial) -> None:
    with pytest.raises(NotFoundError):
        open_one(running, 999, ON, "en")
