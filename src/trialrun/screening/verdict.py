"""Permissions and verdicts: what the truths of the criteria mean for one patient."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from trialrun.criteria.truth import Truth, conjunction, negate


class Verdict(StrEnum):
    """What screening says of a patient."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    INELIGIBLE = "ineligible"


_VERDICTS = {
    Truth.TRUE: Verdict.ELIGIBLE,
    Truth.UNKNOWN: Verdict.UNDETERMINED,
    Truth.FALSE: Verdict.INELIGIBLE,
}


def permission(truth: Truth, adverse: Truth) -> Truth:
    """Say whether a criterion lets the patient in: an exclusion that holds does not permit."""
    return negate(truth) if adverse is Truth.TRUE else truth


def verdict(permissions: Iterable[Truth]) -> Verdict:
    """ELIGIBLE if all permit, INELIGIBLE if one refuses, else UNDETERMINED."""
    return _VERDICTS[conjunction(permissions)]
