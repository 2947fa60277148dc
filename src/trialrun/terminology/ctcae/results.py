"""What goes into grading, and what comes out: a proposal, or why there is none.

A proposal is never a grade of record: a person confirms or changes it. Nothing here holds what a
person decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from trialrun.terminology.bounds import Bounds, exactly
from trialrun.terminology.ctcae.terms import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class LabResult:
    """A numeric result of one day: exact, or known to lie between bounds (`<5`).

    `lln` and `uln`, the laboratory's limits of normal for this result, are in its `unit`, which is
    as written. `derivation`: how the number came about if it was not measured as it stands.
    """

    value: Fraction | Bounds
    unit: str | None
    day: date
    lln: Fraction | None = None
    uln: Fraction | None = None
    derivation: str = ""

    @property
    def bounds(self) -> Bounds:
        """The value as bounds."""
        return self.value if isinstance(self.value, Bounds) else exactly(self.value)

    @property
    def limits_contradict(self) -> bool:
        """Whether the lower limit is above the upper one."""
        return self.lln is not None and self.uln is not None and self.lln > self.uln


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(LabResult):
    """The last result of the same analyte before the first dose; the caller says which it is."""


class Why(Enum):
    """Why a boundary cannot be decided; the value is what to say, in words."""

    LIMITS = "the limits of normal contradict each other"
    UNCORRECTED = "the result must be corrected for albumin first"
    UNIT = "the unit cannot be compared with those of the text"
    LIMIT = "the result has no limit of normal that can be used"
    BASELINE = "a baseline is needed, and there is none"
    BASELINE_DAY = "the baseline is later than the result"
    BASELINE_UNIT = "the unit of the baseline cannot be compared with that of the result"
    BASELINE_LIMIT = "whether the baseline was normal is not known: it has no limit of normal"
    BASELINE_ZERO = "the baseline is zero, and zero has no multiples"
    ALBUMIN = "no albumin of the same day, in a unit that can be compared"
    IMPRECISE = "the value is not exact enough: it may lie on either side of a boundary"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A grade that holds instead if a person says so; None: which, the numbers do not tell."""

    grade: int | None
    words: str


@dataclass(frozen=True, slots=True)
class GradeProposal:
    """The grade that the number suggests, 0 for none.

    `text` is NCI's for the grade, `rule` the executable lines that it rests on (both empty for 0);
    `alternatives` is what a person must decide before the grade is one, `readings` how the text was
    read where it leaves a choice.
    """

    term: Term
    grade: int
    text: str = ""
    rule: str = ""
    alternatives: tuple[Alternative, ...] = ()
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotGradable:
    """That no grade is proposed, why, and which grades it could be by the number."""

    term: Term
    reasons: tuple[Why, ...]
    possible: tuple[int, ...]


Outcome = GradeProposal | NotGradable


def in_words(outcome: Outcome) -> str:
    """Say an outcome in one English sentence, without the patient's value."""
    term = outcome.term.term
    if isinstance(outcome, NotGradable):
        reasons = "; ".join(why.value for why in outcome.reasons)
        return f"{term}: not gradable, because {reasons}."
    rises = any(a.grade is None or a.grade > outcome.grade for a in outcome.alternatives)
    at_least = "at least " if rises else ""
    rule = f" ({outcome.rule})" if outcome.rule else ""
    sentence = f"{term}: {at_least}grade {outcome.grade} by the number{rule}"
    if not outcome.alternatives:
        return sentence + "."
    return f"{sentence}; a person decides: {', '.join(map(_alternative, outcome.alternatives))}."


def _alternative(alternative: Alternative) -> str:
    grade = "grade not known" if alternative.grade is None else f"grade {alternative.grade}"
    return f"{alternative.words} ({grade})"
