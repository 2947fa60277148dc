"""The methods by which a plan estimates, each with what it needs to be told.

The key `method` of an analysis says which it is; `estimand` is the id of what it estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias, get_args, get_type_hints


class Role(StrEnum):
    """What an analysis is for."""

    MAIN = "main"
    SUPPLEMENTARY = "supplementary"
    SENSITIVITY = "sensitivity"


class Missing(StrEnum):
    """What stands in for a value that is missing at a visit."""

    LEFT_OUT = "left out"
    CARRIED_FORWARD = "last observation carried forward"
    NON_RESPONSE = "counts as no response"


class Covariance(StrEnum):
    """How the values of one participant at several visits vary together.

    Heterogeneous: every visit has a variance of its own; an unstructured covariance always has.
    """

    UNSTRUCTURED = "unstructured"
    COMPOUND_SYMMETRY = "compound symmetry"
    HETEROGENEOUS_COMPOUND_SYMMETRY = "heterogeneous compound symmetry"
    AUTOREGRESSIVE = "first-order autoregressive"
    HETEROGENEOUS_AUTOREGRESSIVE = "heterogeneous first-order autoregressive"
    TOEPLITZ = "Toeplitz"
    HETEROGENEOUS_TOEPLITZ = "heterogeneous Toeplitz"
    EXPONENTIAL = "exponential in the distance"
    HETEROGENEOUS_EXPONENTIAL = "heterogeneous exponential in the distance"
    ANTEDEPENDENCE = "first-order ante-dependence"
    HETEROGENEOUS_ANTEDEPENDENCE = "heterogeneous first-order ante-dependence"


@dataclass(frozen=True, kw_only=True)
class _Analysis:
    id: str
    estimand: str
    role: Role = Role.MAIN
    title: str = ""
    title_zh: str = ""


@dataclass(frozen=True, kw_only=True)
class SlopeDifference(_Analysis):
    """Per participant, the slope before `turn` less the slope after it, from the values at visits.

    Tested by paired t, exact Wilcoxon and a bootstrap interval.
    """

    method: Literal["slope difference"]
    visits: tuple[str, ...]
    turn: str
    resamples: int = 10_000
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class SlopeChange(_Analysis):
    """A linear mixed model of all values with a change of slope at a visit's planned day."""

    method: Literal["slope change"]
    turn: str


@dataclass(frozen=True, kw_only=True)
class ChangeFromBaseline(_Analysis):
    """Change from baseline at each visit, with a paired t-test in each arm."""

    method: Literal["change from baseline"]
    visits: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ancova(_Analysis):
    """Change at a visit by arm, baseline and other covariates; least-squares means, contrasts."""

    method: Literal["ancova"]
    visit: str
    factors: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    missing: Missing = Missing.LEFT_OUT
    dose_response: bool = False


@dataclass(frozen=True, kw_only=True)
class RepeatedMeasures(_Analysis):
    """A mixed model for repeated measures by arm and visit.

    `response`: the change from baseline, or the value itself. `adjusted_for_baseline`: the model
    holds the baseline, too, with a slope of its own at each visit.
    """

    method: Literal["mmrm"]
    visits: tuple[str, ...]
    response: Literal["change", "value"] = "change"
    adjusted_for_baseline: bool = True
    factors: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    covariance: Covariance = Covariance.UNSTRUCTURED
    df: Literal["Satterthwaite", "Kenward-Roger"] = "Satterthwaite"


@dataclass(frozen=True, kw_only=True)
class Responders(_Analysis):
    """The share whose change from baseline at a visit is at least as good as `change`.

    `strata`: names of characteristics within which arms are compared, too.
    """

    method: Literal["responders"]
    visit: str
    change: Decimal
    missing: Missing = Missing.NON_RESPONSE
    strata: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TimeToEvent(_Analysis):
    """The time from day 0 to the first of some events; whoever had none is censored."""

    method: Literal["time to event"]
    events: tuple[str, ...]
    strata: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JointRank(_Analysis):
    """Function and survival ranked together (CAFS), between arms; with a turn, between periods.

    `visits` begin with the one from which changes are counted.
    """

    method: Literal["joint rank"]
    visits: tuple[str, ...]
    events: tuple[str, ...]
    turn: str | None = None


@dataclass(frozen=True, kw_only=True)
class Categories(_Analysis):
    """Ordered answers at a visit, such as a judgement of change, compared between arms.

    `strata`: names of characteristics within which arms are compared (Cochran-Mantel-Haenszel).
    """

    method: Literal["categories"]
    visit: str
    missing: Missing = Missing.LEFT_OUT
    strata: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WinRatio(_Analysis):
    """Every participant of an arm against every one of another, by what weighs most first.

    `events` are compared by their times, in order; what they leave open is decided by the change at
    `visit`, where it is named, if it differs by more than `margin`.
    """

    method: Literal["win ratio"]
    events: tuple[str, ...] = ()
    visit: str | None = None
    margin: Decimal = Decimal(0)


class Assumption(StrEnum):
    """What is assumed of the values after somebody's last (Carpenter, Roger and Kenward 2013)."""

    AT_RANDOM = "missing at random"
    JUMP_TO_REFERENCE = "jump to reference"
    COPY_REFERENCE = "copy reference"
    COPY_INCREMENTS = "copy increments in reference"
    LAST_MEAN = "last mean carried forward"


@dataclass(frozen=True, kw_only=True)
class MultipleImputation(_Analysis):
    """Another analysis on imputed values, which are then shifted by each of `deltas`.

    `reference` is the arm that is jumped to or copied; the design's first if it is not named.
    """

    method: Literal["multiple imputation"]
    analysis: str
    assumption: Assumption = Assumption.AT_RANDOM
    reference: str | None = None
    imputations: int = 200
    seed: int = 1
    deltas: tuple[Decimal, ...] = ()


Analysis: TypeAlias = (
    SlopeDifference
    | SlopeChange
    | ChangeFromBaseline
    | Ancova
    | RepeatedMeasures
    | Responders
    | TimeToEvent
    | JointRank
    | Categories
    | WinRatio
    | MultipleImputation
)

METHODS: Mapping[str, type[Any]] = {
    get_args(get_type_hints(one)["method"])[0]: one for one in get_args(Analysis)
}
"""The methods by the word that the file has for each."""


def characteristics_of(analysis: Analysis) -> tuple[str, ...]:
    """Return the names of what a model is adjusted for, or arms are compared within."""
    if isinstance(analysis, Ancova | RepeatedMeasures):
        return (*analysis.factors, *analysis.covariates)
    if isinstance(analysis, Responders | TimeToEvent | Categories):
        return analysis.strata
    return ()
