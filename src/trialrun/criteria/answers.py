"""What an answer is: a truth, the rows behind it, or the gap with its reason.

The interpreter and every engine give the same answer to the same leaf, row ids and gap included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from trialrun.criteria.truth import Truth
from trialrun.records.rows import Bounds


class Gap(IntEnum):
    """Why an answer is UNKNOWN. Of several reasons the one with the smallest number is given."""

    DATE_IMPRECISE = 1
    END_NOT_RECORDED = 2
    NOT_SAID = 3
    ROUTE_NOT_RECORDED = 4
    DOSE_NOT_RECORDED = 5
    UNIT_NOT_COMPARABLE = 6
    VALUE_IMPRECISE = 7
    VALUE_IMPLAUSIBLE = 8
    NO_LIMIT_OF_NORMAL = 9
    NO_NUMBER = 10
    NO_VALUE = 11
    OUT_OF_WINDOW = 12
    NO_RECORD = 13
    CODE_NOT_UNDERSTOOD = 14
    LIST_OPEN = 15
    NOT_COVERED = 16
    BIRTH_DATE_IMPRECISE = 17
    SEX_NOT_RECORDED = 18
    NEEDS_A_PERSON = 19


@dataclass(frozen=True, slots=True)
class Computed:
    """What a formula gives for the rows of a leaf: between these bounds, in this unit."""

    between: Bounds
    unit: str


@dataclass(frozen=True, slots=True)
class LeafAnswer:
    """The answer to one leaf for one patient.

    `rows` are the ids behind it, ascending. `coverage` holds the ids of the coverage without which
    it would be UNKNOWN, because it says that nothing else was there: behind a FALSE there are then
    mostly no rows, behind the TRUE of unchanged doses those of the doses. `gap` is set exactly when
    the truth is UNKNOWN. `until` is the last day on which this truth still stands if nothing new
    is recorded and only time passes; None: it does not end. `computed` is what the interpreter
    compared where that stands in no row; engines keep none, and it is no part of what must agree.
    """

    truth: Truth
    rows: tuple[int, ...] = ()
    gap: Gap | None = None
    coverage: tuple[int, ...] = ()
    until: date | None = None
    computed: Computed | None = field(default=None, compare=False)

    @property
    def presumed(self) -> bool:
        """Whether the answer rests on coverage: on what is complete and holds nothing else."""
        return bool(self.coverage)
