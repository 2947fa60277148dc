"""What a laboratory term of CTCAE is: its grades, each with the text of NCI and executable clauses.

Holds no numbers of its own: `rules.yaml` does, `rule_file` reads it, `grading` applies it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Literal


class Direction(Enum):
    """The direction in which a result gets worse."""

    LOW = "low"
    HIGH = "high"


class Reference(Enum):
    """What a boundary can be a multiple of."""

    LLN = "LLN"
    ULN = "ULN"
    BASELINE = "baseline"


class BaselineState(Enum):
    """Whether the baseline was beyond its own limit of normal, in the direction of the term."""

    NORMAL = "baseline normal"
    ABNORMAL = "baseline abnormal"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a unit (UCUM, or as hospitals write it; "" for none)."""

    number: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """A point on the scale: `times` × `of` + one of the quantities.

    Without `of`, one of the quantities alone. The quantities are the same boundary as the text
    gives it in several units; whichever can be compared with the result is meant.
    """

    of: Reference | None = None
    times: Fraction = Fraction(1)
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """That a result is beyond a boundary, or on it where the operator says so."""

    operator: Literal["<", "<=", ">", ">="]
    boundary: Boundary


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to reach a grade: every comparison holds, and so does what follows the `if`.

    `if_person`: in words, what a person decides; such a clause counts only if they say so.
    """

    written: str
    comparisons: tuple[Comparison, ...]
    if_baseline: BaselineState | None = None
    if_person: str | None = None


@dataclass(frozen=True, slots=True)
class Clinical:
    """A part of a grade's text that no number decides; `when`: only beyond this boundary."""

    words: str
    when: Clause | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a term: the text of NCI word for word, and what of it can be executed.

    Each clause says from where on the grade is reached: the highest grade reached counts.
    """

    number: int
    text: str
    clauses: tuple[Clause, ...] = ()
    clinical: tuple[Clinical, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One laboratory term. `reads` are ids of value sets that every protocol may speak of.

    `uncorrected`: value sets of the same analyte that must be corrected before they can be graded.
    `molar_mass` in g/mol; `readings`: how we read the text where it leaves a choice, and why.
    """

    term: str
    soc: str
    direction: Direction
    reads: tuple[str, ...]
    grades: tuple[Grade, ...]
    uncorrected: tuple[str, ...] = ()
    molar_mass: Fraction | None = None
    readings: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # All of it would be hashed anew with each result that is looked up by its term.
        return hash(self.term)

    def grade(self, number: int) -> Grade | None:
        """Return the grade of this number, if the term has one."""
        return next((grade for grade in self.grades if grade.number == number), None)
