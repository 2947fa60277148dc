"""What the world does against what stands: refused with a reason, or taken as a deviation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session
from tests.conduct.clinic import ZONE, refused_fields
from tests.conduct.safety_world import TERMS, World, entry
from tests.workflows.trial_in_progress import TRIAL, day, dose, given, noon, visit

from trialrun.conduct.actions.adverse_events import report_adverse_event
from trialrun.conduct.actions.candidates import Answer, ScreenedPatient, answer_criterion
from trialrun.conduct.actions.consent import (
    Signature,
    obtain_consent,
    record_consent_form,
    withdraw_consent,
)
from trialrun.conduct.actions.enrolment import end_participation
from trialrun.conduct.actions.ledger import Moved, Receipt, move_drug, receive_drug
from trialrun.conduct.actions.medication import Drug, record_medication
from trialrun.conduct.actions.oversight import lock, sign
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.periods import Period, Regimen
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.surveillance import State
from trialrun.conduct.tables.adverse_events import Causality, Outcome, SeriousnessCriterion
from trialrun.conduct.tables.candidates import (
    Consent,
    CriterionAnswer,
    WithdrawalScope,
)
from trialrun.conduct.tables.deviations import DeviationKind
from trialrun.conduct.tables.doses import LedgerEntry, LedgerKind
from trialrun.conduct.tables.medication import Medication
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.errors import ConflictError, Problem, RefusedError
from trialrun.screening.verdict import Verdict
from trialrun.workflows import looking_after, watching
from trialrun.workflows.looking_after import Found, look_after, look_at
from trialrun.workflows.watching import Watch, watch_participants


def look(trial: World, on: int) -> Watch:
    return watch_participants(
        trial.database, TRIAL, PROGRAM, noon(on), day(on), zone=ZONE, data=None
    )


def withdrawn(
    trial: World, on: int, told_on: int, scope: WithdrawalScope = WithdrawalScope.FOLLOW_UP
) -> None:
    """Let participant 1 withdraw on a day that the trial is told of later."""
    withdraw_consent(
        trial.database,
        trial.coordinator,
        noon(told_on),
        1,
        withdrawn_at=noon(on),
        scope=scope,
        reason="a letter that came late",
    )


def test_nobody_withdraws_before_the_enrolment_that_rests_on_the_consent(trial: World) -> None:
    assert refused_fields(lambda: withdrawn(trial, -1, told_on=5)) == ["withdrawn_at"]


def test_a_withdrawal_that_was_told_late_proposes_a_deviation_once(trial: World) -> None:
    dose(trial, 1, 3, given(3), at=3)
    dose(trial, 2, 5, given(5), at=5)
    dose(trial, 3, 7, given(7), at=7)
    visit(trial, "V2", 28, (25, 31))
    withdrawn(trial, 4, told_on=30)
    (deviation,) = look(trial, 30).new
    assert (deviation.kind, deviation.occurred) == (DeviationKind.CONSENT, day(5).isoformat())
    assert "2 doses and 1 visit" in deviation.description
    assert "2次给药、1次访视" in deviation.evidence["zh"]
    assert look(trial, 31).new == ()


def test_visits_go_on_after_a_withdrawal_from_treatment_alone(trial: World) -> None:
    visit(trial, "V2", 28, (25, 31))
    withdrawn(trial, 4, told_on=30, scope=WithdrawalScope.TREATMENT)
    assert look(trial, 30).new == ()


def test_one_participant_of_whom_nothing_can_be_asked_is_unknown_and_the_others_go_on(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = look_after

    def unless_first(session: Session, trial: object, one: Participant, *rest: object) -> Found:
        if one.id == 1:
            why = "participation ended before enrolment"
            raise RefusedError(why, [Problem("ended_on", why)])
        return asked(session, trial, one, *rest)  # type: ignore[arg-type]

    for module in (looking_after, watching):
        monkeypatch.setattr(module, "look_after", unless_first)
    first, second = look(trial, 28).participants
    binding = len(TRIAL.obligations) + len(TRIAL.watched_exclusions)
    assert "before enrolment" in first.not_answered
    assert [one.count(State.UNKNOWN) for one in (first, second)] == [binding, binding]
    assert second.not_answered == ""
    with pytest.raises(RefusedError, match="before enrolment"):
        look_at(trial.database, TRIAL, 1, day(28), zone=ZONE, data=None)


def ended(trial: World, on: int, why: EndOfParticipation, told_on: int = 40) -> Participant:
    with trial.database.reading() as session:
        version = session.get_one(Participant, 1).version
    return end_participation(
        trial.database,
        trial.coordinator,
        noon(told_on),
        1,
        version=version,
        ended_on=day(on),
        why=why,
        note="as it was told",
        today=day(told_on),
    )


def died(trial: World, on: str, told_on: int = 40) -> None:
    """Report an event of which participant 1 died, on a day as written."""
    told = entry(
        grade=5,
        criteria=frozenset({SeriousnessCriterion.DEATH}),
        outcome=Outcome.FATAL,
        causality=Causality.NOT_RELATED,
        onset="2022-01-20",
        ended=on,
        aware_at=noon(told_on),
    )
    report_adverse_event(trial.database, trial.coordinator, noon(told_on), 1, told, terms=TERMS)


def test_participation_does_not_end_before_what_was_done_in_it(trial: World) -> None:
    dose(trial, 1, 3, given(3), at=3)
    visit(trial, "V2", 28, (25, 31))
    why = EndOfParticipation.LOST
    assert refused_fields(lambda: ended(trial, 27, why)) == ["ended_on"]
    assert ended(trial, 28, why).ended_on == day(28)


def test_visits_may_follow_the_end_of_treatment_that_a_participant_chose_but_no_dose(
    trial: World,
) -> None:
    dose(trial, 1, 3, given(3), at=3)
    visit(trial, "V2", 28, (25, 31))
    withdrawn(trial, 4, told_on=30, scope=WithdrawalScope.TREATMENT)
    why = EndOfParticipation.PARTICIPANT
    assert refused_fields(lambda: ended(trial, 2, why)) == ["ended_on"]
    assert ended(trial, 4, why).ended_on == day(4)


# The death as written | the day of the end, and why | the fields that are refused
ENDS_OF_THE_DEAD = [
    (day(20).isoformat(), 20, EndOfParticipation.COMPLETED, ["ended_why"]),
    ("2022-02", 36, EndOfParticipation.COMPLETED, ["ended_why"]),
    (day(20).isoformat(), 21, EndOfParticipation.DEATH, ["ended_on"]),
    (day(20).isoformat(), 20, EndOfParticipation.DEATH, []),
    ("2022-02", 36, EndOfParticipation.DEATH, []),
    (day(20).isoformat(), 10, EndOfParticipation.COMPLETED, []),
]


@pytest.mark.parametrize(("death", "on", "why", "fields"), ENDS_OF_THE_DEAD)
def test_an_end_agrees_with_a_death(
    trial: World, death: str, on: int, why: EndOfParticipation, fields: list[str]
) -> None:
    died(trial, death)
    if fields:
        assert refused_fields(lambda: ended(trial, on, why)) == fields
    else:
        assert ended(trial, on, why).ended_why == why


def test_nothing_is_done_after_a_death(trial: World) -> None:
    died(trial, day(20).isoformat())
    assert refused_fields(lambda: dose(trial, 1, 21, given(21), at=40)) == ["given_at"]
    assert refused_fields(lambda: visit(trial, "V2", 28, (25, 31))) == ["day"]
    dose(trial, 1, 20, given(20), at=40)


def test_nobody_dies_before_what_was_done(trial: World) -> None:
    dose(trial, 1, 21, given(21), at=21)
    assert refused_fields(lambda: died(trial, day(20).isoformat())) == ["ended"]
    died(trial, "2022-02")


def riluzole(trial: World, since: str, told_on: int) -> Medication:
    taken = Period(since, Regimen(Decimal(50), "mg", Decimal(2)))
    drug = Drug("riluzole", "N07XX02", "http://www.whocc.no/atc", "ALS", "oral")
    return record_medication(
        trial.database, trial.coordinator, noon(told_on), 1, drug, taken, today=day(told_on)
    )


def answered(trial: World, on: int) -> CriterionAnswer:
    statement = "takes reasonable and effective contraceptive measures, or needs none"
    told = Answer("I7", statement, True, day(on), "told on the phone")
    return answer_criterion(
        trial.database,
        trial.coordinator,
        noon(40),
        1,
        told,
        today=day(40),
        statements={"I7": [statement]},
        investigators=(),
        judge=lambda _, candidate: ScreenedPatient(candidate.patient_id, Verdict.ELIGIBLE, {}),
    )


def test_nothing_new_is_collected_after_its_consent_was_withdrawn(trial: World) -> None:
    withdrawn(trial, 10, told_on=10, scope=WithdrawalScope.DATA)
    assert refused_fields(lambda: riluzole(trial, day(12).isoformat(), 40)) == ["started"]
    assert refused_fields(lambda: answered(trial, 12)) == ["answered_on"]
    assert answered(trial, 9).answer is True
    assert riluzole(trial, "2022", 40).name == "riluzole"


def test_narrower_withdrawals_leave_what_is_collected_alone(trial: World) -> None:
    withdrawn(trial, 10, told_on=10)
    assert answered(trial, 12).answer is True
    assert riluzole(trial, day(12).isoformat(), 40).name == "riluzole"


def signed_again(trial: World, on: int, form_id: int) -> Consent:
    return obtain_consent(
        trial.database,
        trial.investigator,
        noon(40),
        1,
        Signature(form_id, noon(on), day(on), "Dr Lin"),
        version=1,
    )


def test_after_the_end_nothing_is_collected_and_nothing_signed(trial: World) -> None:
    ended(trial, 10, EndOfParticipation.LOST)
    form = amended(trial, 5)
    assert refused_fields(lambda: riluzole(trial, day(11).isoformat(), 40)) == ["started"]
    assert refused_fields(lambda: answered(trial, 11)) == ["answered_on"]
    assert refused_fields(lambda: signed_again(trial, 11, form)) == ["signed_at"]
    assert signed_again(trial, 10, form).form_id == form


def amended(trial: World, on: int) -> int:
    return record_consent_form(
        trial.database,
        trial.investigator,
        noon(on),
        form_version="2",
        effective_on=day(on),
        asks_again=True,
    ).id


def test_a_version_is_signed_once_and_later_than_the_one_before(trial: World) -> None:
    assert refused_fields(lambda: signed_again(trial, 1, 1)) == ["form_id"]
    form = amended(trial, -6)
    assert refused_fields(lambda: signed_again(trial, -6, form)) == ["signed_at"]
    signed_again(trial, 1, form)
    assert refused_fields(lambda: signed_again(trial, 1, form)) == ["form_id"]


@pytest.mark.parametrize("visit_id", [1, 0, 999_999])
def test_a_lock_is_on_a_visit_of_its_participant(trial: World, visit_id: int) -> None:
    visit(trial, "V2", 28, (25, 31))
    assert refused_fields(
        lambda: lock(
            trial.database, trial.data_manager, noon(40), 2, reason="final", visit_id=visit_id
        )
    ) == ["visit"]


def test_nobody_signs_what_was_changed_meanwhile(trial: World) -> None:
    with trial.database.reading() as session:
        seen = content_to_sign(session, 1)

    def signed() -> object:
        return sign(
            trial.database,
            trial.investigator,
            noon(40),
            1,
            meaning="reviewed",
            seen=seen,
            signs_in_again=lambda: True,
        )

    assert signed()
    visit(trial, "V2", 28, (25, 31))
    with pytest.raises(ConflictError, match="changed since you opened"):
        signed()


def dispensed(trial: World, on: int) -> LedgerEntry:
    moved = Moved(LedgerKind.DISPENSED, day(on), "L1", 1, 1)
    return move_drug(trial.database, trial.pharmacist, noon(40), moved, today=day(40))


def received(trial: World) -> None:
    receipt = Receipt(day(0), "L1", 50, "vial", day(300))
    receive_drug(trial.database, trial.pharmacist, noon(0), receipt, today=day(0))


def test_nothing_is_dispensed_to_whose_treatment_has_ended(trial: World) -> None:
    received(trial)
    withdrawn(trial, 10, told_on=10, scope=WithdrawalScope.TREATMENT)
    assert refused_fields(lambda: dispensed(trial, 12)) == ["day"]
    assert dispensed(trial, 9).amount == 1


def test_nothing_is_dispensed_after_the_end_or_a_death(trial: World) -> None:
    received(trial)
    died(trial, day(20).isoformat())
    assert refused_fields(lambda: dispensed(trial, 21)) == ["day"]
    ended(trial, 20, EndOfParticipation.DEATH)
    assert refused_fields(lambda: dispensed(trial, 21)) == ["day", "day"]
    assert dispensed(trial, 20).amount == 1
