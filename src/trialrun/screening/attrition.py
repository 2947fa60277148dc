"""Who is lost at which criterion, counted over patients who were answered alike.

A *pattern* is one combination of permissions, in the order of the criteria, and how many patients
have it. Everything here is exact arithmetic on patterns, however many patients there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from trialrun.criteria.truth import Truth
from trialrun.screening.verdict import Verdict, verdict


@dataclass(frozen=True)
class Pattern:
    """`patients` patients for whom the criteria gave these permissions."""

    permissions: tuple[Truth, ...]
    patients: int

    @cached_property
    def refusals(self) -> tuple[int, ...]:
        """The positions of the criteria that refuse."""
        return tuple(i for i, p in enumerate(self.permissions) if p is Truth.FALSE)

    @cached_property
    def unknowns(self) -> tuple[int, ...]:
        """The positions of the criteria that are unknown."""
        return tuple(i for i, p in enumerate(self.permissions) if p is Truth.UNKNOWN)


@dataclass(frozen=True)
class Loss:
    """One step of the attrition, and what the criterion does by itself.

    `before` and `lost` follow the order written; `own` counts all whom it refuses, `sole` those
    whom no other criterion refuses, `unknown` those of `before` for whom it is unknown.
    """

    criterion: str
    before: int
    lost: int
    unknown: int
    own: int
    sole: int

    @property
    def after(self) -> int:
        """How many are left after this criterion."""
        return self.before - self.lost


def count_verdicts(patterns: Sequence[Pattern]) -> dict[Verdict, int]:
    """Count patients by verdict; every verdict has a number."""
    counts = dict.fromkeys(Verdict, 0)
    for pattern in patterns:
        counts[verdict(pattern.permissions)] += pattern.patients
    return counts


def attrition(criteria: Sequence[str], patterns: Sequence[Pattern]) -> tuple[Loss, ...]:
    """Return one loss per criterion, in the order written."""
    return tuple(_loss(criteria, position, patterns) for position in range(len(criteria)))


def _loss(criteria: Sequence[str], position: int, patterns: Sequence[Pattern]) -> Loss:
    reached = [p for p in patterns if not any(r < position for r in p.refusals)]
    refused = [p for p in patterns if position in p.refusals]
    return Loss(
        criterion=criteria[position],
        before=_patients(reached),
        lost=_patients([p for p in reached if position in p.refusals]),
        unknown=_patients([p for p in reached if position in p.unknowns]),
        own=_patients(refused),
        sole=_patients([p for p in refused if len(p.refusals) == 1]),
    )


def _patients(patterns: Sequence[Pattern]) -> int:
    return sum(pattern.patients for pattern in patterns)
