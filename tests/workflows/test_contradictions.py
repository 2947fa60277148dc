"""What the world does against what stands: withdrawn before enrolment, or reported late."""

from __future__ import annotations

import pytest
from tests.conduct.clinic import ZONE, refused_fields
from tests.conduct.safety_world import World
from tests.workflows.trial_in_progress import TRIAL, day, dose, given, noon, visit

from trialrun.conduct.actions.consent import withdraw_consent
from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.roles import Verb
from trialrun.conduct.surveillance import State
from trialrun.conduct.tables.candidates import Withdrawal, WithdrawalScope
from trialrun.conduct.tables.deviations import DeviationKind
from trialrun.errors import RefusedError
from trialrun.workflows.watching import Watch, look_at, watch_participants


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


def test_one_participant_whose_record_contradicts_itself_is_unknown_and_the_others_go_on(
    trial: World,
) -> None:
    with act(
        trial.database, Verb.WITHDRAW_CONSENT, trial.coordinator, at=noon(5), reason="as it was"
    ) as doing:
        doing.add(
            Withdrawal(
                candidate_id=1,
                withdrawn_at=noon(-1),
                scope=WithdrawalScope.FOLLOW_UP,
                reason="written before this was refused",
                account_id=1,
            )
        )
    first, second = look(trial, 28).participants
    binding = len(TRIAL.obligations) + len(TRIAL.watched_exclusions)
    assert "before enrolment" in first.not_answered
    assert [one.count(State.UNKNOWN) for one in (first, second)] == [binding, binding]
    assert second.not_answered == ""
    with pytest.raises(RefusedError, match="before enrolment"):
        look_at(trial.database, TRIAL, 1, day(28), zone=ZONE, data=None)
