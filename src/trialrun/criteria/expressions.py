"""The expressions of criteria: one frozen dataclass per thing that can be said. No meaning here.

What each means is in `interpreter` (reference), in `engine.compiler` (SQL), in `wording` (words)
and in `typecheck`; docs/manual/language.md states it for people. Numbers are exact Decimals as
written. `parse(render(x)) == x` for every expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route

# --- when -----------------------------------------------------------------------------------


class Anchor(StrEnum):
    """A named day: screening's index date is the day asked about, or enrolment."""

    INDEX = "enrolment"
    END = "end of follow-up"


@dataclass(frozen=True)
class AtAnyTime:
    """The whole life up to and including the index date."""


@dataclass(frozen=True)
class Within:
    """From `count` calendar units before the index date up to it, both ends included.

    With `after`, from the index date to `count` units after it.
    """

    count: int
    unit: DateUnit
    after: bool = False


@dataclass(frozen=True)
class Active:
    """On the index date itself."""


@dataclass(frozen=True)
class Between:
    """From one day to another, both included."""

    first: Anchor | date
    last: Anchor | date


Window: TypeAlias = AtAnyTime | Within | Active | Between

# --- comparing --------------------------------------------------------------------------------


class Comparator(StrEnum):
    """How a number is compared."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    EQ = "="


class Limit(StrEnum):
    """A limit of the row's own reference range."""

    UPPER = "upper"
    LOWER = "lower"


class Quality(StrEnum):
    """What a result is, without a number."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    ABNORMAL = "abnormal"
    NORMAL = "normal"


@dataclass(frozen=True)
class Threshold:
    """Compared with a number in a unit (UCUM or as hospitals write it; "" for a bare number)."""

    comparator: Comparator
    number: Decimal
    unit: str = ""


@dataclass(frozen=True)
class Range:
    """From `low` to `high` in a unit, both included."""

    low: Decimal
    high: Decimal
    unit: str = ""


@dataclass(frozen=True)
class TimesLimit:
    """Compared with `times` the upper or lower limit of normal of the row itself."""

    comparator: Comparator
    times: Decimal
    limit: Limit


@dataclass(frozen=True)
class Is:
    """Positive, negative, abnormal or normal."""

    quality: Quality


Test: TypeAlias = Threshold | Range | TimesLimit | Is

# --- leaves: what is asked of the record ------------------------------------------------------


@dataclass(frozen=True)
class Age:
    """Completed years on the index date, from `low` to `high`, both included; None: no bound."""

    low: int | None
    high: int | None


@dataclass(frozen=True)
class SexIs:
    """The recorded sex."""

    sex: str


@dataclass(frozen=True)
class Recorded:
    """At least `count` records of a kind in a value set, in a window.

    `route` and `dose` (a daily dose) belong to medications only.
    """

    kind: Kind
    value_set: str
    window: Window = AtAnyTime()
    count: int = 1
    route: Route | None = None
    dose: Threshold | None = None


class Selector(StrEnum):
    """Which of the values in the window is meant."""

    LATEST = "latest"
    FIRST = "first"
    LOWEST = "lowest"
    HIGHEST = "highest"
    ANY = "any"
    EVERY = "every"


class Spread(StrEnum):
    """Whether one of several measurements suffices, or each must pass."""

    ANY = "any of"
    EACH = "each of"


@dataclass(frozen=True)
class Measured:
    """A test of the measurements of one value set, or of several as `spread` says."""

    selector: Selector
    value_sets: tuple[str, ...]
    test: Test
    window: Window = AtAnyTime()
    spread: Spread | None = None


class Formula(StrEnum):
    """A quantity derived by a published formula (`criteria.formulas`)."""

    CREATININE_CLEARANCE = "creatinine clearance"
    EGFR = "eGFR"
    BODY_MASS_INDEX = "body mass index"


@dataclass(frozen=True)
class Derived:
    """A derived quantity from the latest values in the window, compared with a number."""

    formula: Formula
    test: Threshold | Range
    window: Window = AtAnyTime()


@dataclass(frozen=True)
class PrednisoneEquivalent:
    """The highest prednisone-equivalent dose in the window, per kg of body weight and day.

    With `Active`, the dose on the index date.
    """

    test: Threshold | Range
    window: Window = Active()


@dataclass(frozen=True)
class Change:
    """The change of one measurement from an earlier value to a later one; unit `%`: relative."""

    value_set: str
    from_selector: Selector
    from_window: Window
    to_selector: Selector
    to_window: Window
    test: Threshold | Range


@dataclass(frozen=True)
class Attested:
    """What only a person can say: a statement, answered by name, with a date in the window."""

    question: str
    window: Window = AtAnyTime()


@dataclass(frozen=True)
class DoseUnchanged:
    """Which medicines of the value set are taken, and their doses, stay the same."""

    value_set: str
    window: Between


@dataclass(frozen=True)
class RecordedThroughout:
    """Every day of the window lies in a record of a kind that lasts; several may join."""

    kind: Kind
    value_set: str
    window: Between


@dataclass(frozen=True)
class AttestedThroughout:
    """What a person says, visit after visit, for every day of the window."""

    question: str
    window: Between


Leaf: TypeAlias = (
    Age
    | SexIs
    | Recorded
    | Measured
    | Derived
    | PrednisoneEquivalent
    | Change
    | Attested
    | DoseUnchanged
    | RecordedThroughout
    | AttestedThroughout
)

# --- connectives ------------------------------------------------------------------------------


@dataclass(frozen=True)
class And:
    """All hold (two or more)."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    """One or more hold (two or more are named)."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not:
    """It does not hold."""

    part: Expression


@dataclass(frozen=True)
class IfThen:
    """Wherever the first holds, the second holds: (not `premise`) or `consequence`."""

    premise: Expression
    consequence: Expression


@dataclass(frozen=True)
class AtLeast:
    """At least `count` of the parts hold."""

    count: int
    parts: tuple[Expression, ...]


Connective: TypeAlias = And | Or | Not | IfThen | AtLeast
Expression: TypeAlias = Leaf | Connective


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the parts of a connective, in the order written; none for a leaf."""
    match expression:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return parts
        case Not(part):
            return (part,)
        case IfThen(premise, consequence):
            return (premise, consequence)
        case _:
            return ()
