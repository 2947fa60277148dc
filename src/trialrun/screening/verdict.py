"""Permissions and verdicts: what the truths of the criteria mean for one patient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from trialrun.criteria.truth import Truth, conjunction, negate
from trialrun.records.dates import Span


class Verdict(StrEnum):
    """What screening says of a patient."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    INELIGIBLE = "ineligible"


class Death(StrEnum):
    """Why somebody is no candidate, whatever the criteria say."""

    DIED = "died"
    MAY_HAVE_DIED = "may_have_died"


_VERDICTS = {
    Truth.TRUE: Verdict.ELIGIBLE,
    Truth.UNKNOWN: Verdict.UNDETERMINED,
    Truth.FALSE: Verdict.INELIGIBLE,
}


def permission(truth: Truth, adverse: Truth) -> Truth:
    """Say whether a criterion lets the patient in: an exclusion that holds does not permit."""
    return negate(truth) if adverse is Truth.TRUE else truth


def death_by(day: date, death: Span) -> Death | None:
    """Say whether somebody has died by a day, or may have."""
    if death.hi <= day:
        return Death.DIED
    return Death.MAY_HAVE_DIED if death.lo <= day else None


def verdict(permissions: Iterable[Truth]) -> Verdict:
    """ELIGIBLE if all permit, INELIGIBLE if one refuses, else UNDETERMINED."""
    return _VERDICTS[conjunction(permissions)]
