"""How long a participant may be followed and treated: what the end and a withdrawal leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, tzinfo

from trialrun.conduct.days import day_of
from trialrun.conduct.tables.candidates import Withdrawal, WithdrawalScope
from trialrun.conduct.tables.participants import EndOfParticipation, Participant


def days_withdrawn(
    participant: Participant, withdrawals: Iterable[Withdrawal], zone: tzinfo
) -> tuple[date | None, date | None]:
    """Return the days on which consent to treatment, and to follow-up, was withdrawn, if it was.

    A withdrawal before enrolment ended a consent that another one has followed.
    """
    since = _since_enrolment(participant, withdrawals)
    wider = [one for one in since if one.scope != WithdrawalScope.TREATMENT]
    return _first_day(since, zone), _first_day(wider, zone)


def _since_enrolment(
    participant: Participant, withdrawals: Iterable[Withdrawal]
) -> list[Withdrawal]:
    return [one for one in withdrawals if one.withdrawn_at >= participant.enrolled_at]


def _first_day(withdrawals: Iterable[Withdrawal], zone: tzinfo) -> date | None:
    return min((day_of(one.withdrawn_at, zone) for one in withdrawals), default=None)


def last_day_of_follow_up(
    participant: Participant, withdrawals: Sequence[Withdrawal], zone: tzinfo
) -> date | None:
    """Return the last day on which visits may take place; None: no end is known.

    `withdrawals` are this participant's. One from treatment alone lets follow-up go on, also
    after a participation that ended by it; any wider one ends follow-up on its day.
    """
    since = _since_enrolment(participant, withdrawals)
    wider = [one for one in since if one.scope != WithdrawalScope.TREATMENT]
    ends = [day_of(one.withdrawn_at, zone) for one in wider]
    ended = last_day_of_participation(participant, withdrawals)
    return min([*ends, *([ended] if ended else [])], default=None)


def last_day_of_participation(
    participant: Participant, withdrawals: Sequence[Withdrawal]
) -> date | None:
    """Return the day on which participation ended, treatment and follow-up; None: it has not."""
    by_withdrawal = participant.ended_why == EndOfParticipation.PARTICIPANT
    since = _since_enrolment(participant, withdrawals)
    from_treatment = any(one.scope == WithdrawalScope.TREATMENT for one in since)
    return None if by_withdrawal and from_treatment else participant.ended_on
