"""What a screening says of a candidate otherwise than the one before it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialrun.screening.verdict import Verdict


class Change(StrEnum):
    """How a candidate stands after a screening, seen from the one before that named them."""

    NEW = "new"
    NO_LONGER = "no longer a candidate"
    VERDICT = "verdict changed"
    CRITERIA = "criteria changed"
    NONE = "unchanged"


@dataclass(frozen=True)
class Said:
    """What a screening said: the verdict, and of each criterion permits, refuses or unknown."""

    verdict: str
    judgements: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """A criterion of which two screenings say different things; None: one did not ask it."""

    criterion: str
    before: str | None
    after: str | None


def change_between(before: Said | None, after: Said) -> Change:
    """Name the change; `before` None: no screening has named the candidate yet."""
    if before is None:
        return Change.NEW
    if before.verdict != after.verdict:
        refused = after.verdict == Verdict.INELIGIBLE
        return Change.NO_LONGER if refused else Change.VERDICT
    return Change.CRITERIA if differences(before, after) else Change.NONE


def differences(before: Said, after: Said) -> tuple[Difference, ...]:
    """Return the criteria of which two screenings differ, in the order of the later one."""
    ids = dict.fromkeys([*after.judgements, *before.judgements])
    pairs = [Difference(one, before.judgements.get(one), after.judgements.get(one)) for one in ids]
    return tuple(pair for pair in pairs if pair.before != pair.after)
