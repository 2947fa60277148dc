"""How a candidate comes on: which status may follow which. Refuses every other step."""

from __future__ import annotations

from collections.abc import Mapping

from trialrun.conduct.tables.candidates import CandidateStatus
from trialrun.errors import Problem

_S = CandidateStatus
_NEXT: Mapping[CandidateStatus, frozenset[CandidateStatus]] = {
    _S.SUGGESTED: frozenset({_S.INVITED, _S.DECLINED, _S.CONSENTED}),
    _S.INVITED: frozenset({_S.DECLINED, _S.CONSENTED}),
    # Whoever said no, or failed, may come back when things have changed: with a new consent.
    _S.DECLINED: frozenset({_S.INVITED, _S.CONSENTED}),
    _S.SCREEN_FAILURE: frozenset({_S.INVITED, _S.CONSENTED}),
    _S.CONSENTED: frozenset({_S.DECLINED, _S.SCREEN_FAILURE, _S.ENROLLED}),
    _S.ENROLLED: frozenset(),
}


def may_follow(now: CandidateStatus) -> frozenset[CandidateStatus]:
    """Return the statuses that may come next."""
    return _NEXT[now]


def step_problems(now: str, to: CandidateStatus) -> list[Problem]:
    """Say what is wrong with a step from one status to another; nothing if it may be taken."""
    if to in _NEXT[CandidateStatus(now)]:
        return []
    found = "the candidate's status does not allow this step"
    return [Problem("status", found, "look at what has happened to the candidate")]
