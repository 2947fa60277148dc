"""The analysis plan: whom an analysis includes, what it looks at, and how it estimates.

Frozen, as the file says it; what it says against itself is for `analysis_checks`. Days and visits
are those of the design. Refuses to know participants and numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from trialrun.protocol.analysis_methods import Analysis
from trialrun.protocol.analysis_simulation import Simulation

DAYS_PER_MONTH = 365.25 / 12
"""Slopes are per month of this many days."""


class Requirement(StrEnum):
    """What somebody must have done to belong to an analysis set."""

    CONSENTED = "consented"
    ENROLLED = "enrolled"
    DOSED = "dosed"
    COMPLETED = "completed"
    NO_IMPORTANT_DEVIATION = "no important deviation"


@dataclass(frozen=True)
class AnalysisSet:
    """Who belongs: whoever meets every requirement, has the source's `flag`, has values.

    `measured`: the variables of which a baseline and at least one later value are needed;
    `compliance`: the least percentage of planned doses that were given. `by_treatment`: grouped by
    what was received instead of what was allocated.
    """

    id: str
    title: str
    title_zh: str = ""
    requires: tuple[Requirement, ...] = ()
    measured: tuple[str, ...] = ()
    compliance: Decimal | None = None
    flag: str | None = None
    by_treatment: bool = False


class Better(StrEnum):
    """Which values of a variable are the better ones."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class AnswerTitle:
    """What a number of an ordered scale stands for."""

    value: Decimal
    title: str
    title_zh: str = ""


@dataclass(frozen=True)
class Variable:
    """A number that is measured at visits.

    `parameter` is its code in the data: `form.item` of the trial's own forms, PARAMCD of ADaM,
    --TESTCD of SDTM; `dataset` is the CDISC dataset in which the code stands, where several use it.
    Values below `lowest` and above `highest` do not exist. `decimals`: those of a value; means
    have one more, standard deviations two more. `answers` name the numbers of an ordered scale.
    """

    id: str
    title: str
    parameter: str
    title_zh: str = ""
    dataset: str = ""
    unit: str = ""
    better: Better = Better.NEITHER
    decimals: int = 0
    lowest: Decimal | None = None
    highest: Decimal | None = None
    answers: tuple[AnswerTitle, ...] = ()

    def admits(self, number: float) -> bool:
        """Say whether there can be such a value."""
        return (self.lowest is None or number >= self.lowest) and (
            self.highest is None or number <= self.highest
        )


@dataclass(frozen=True)
class Marked:
    """An event that an item of a form tells of: one of the words `values`, on the day of `day`."""

    parameter: str
    values: tuple[str, ...]
    day: str | None = None


class Happening(StrEnum):
    """An event that the trial itself knows of."""

    DEATH = "death"
    LAST_DOSE_EARLY = "treatment stopped early"
    END_OF_PARTICIPATION = "left the trial"


@dataclass(frozen=True)
class TrialEvent:
    """What may happen to a participant, once: known to the trial, or marked on a form."""

    id: str
    title: str
    title_zh: str = ""
    known: Happening | None = None
    marked: Marked | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that tell of it."""
        named = (self.marked.parameter, self.marked.day) if self.marked else ()
        return tuple(one for one in named if one is not None)


class Strategy(StrEnum):
    """What becomes of values after an intercurrent event (ICH E9(R1), A.3.2)."""

    TREATMENT_POLICY = "treatment policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"
    WHILE_ON_TREATMENT = "while on treatment"
    WHILE_ALIVE = "while alive"

    @property
    def keeps_later_values(self) -> bool:
        """Whether a value after the event is used as it is."""
        return self is Strategy.TREATMENT_POLICY


@dataclass(frozen=True)
class Estimand:
    """What is to be estimated (ICH E9(R1), A.3): of whom, of what, and despite what.

    `intercurrent` leads from the id of an event to the strategy for it; `treatment` and `summary`
    are the attributes that are only told.
    """

    id: str
    title: str
    set: str
    variable: str
    title_zh: str = ""
    endpoint: str | None = None
    treatment: str = ""
    treatment_zh: str = ""
    summary: str = ""
    summary_zh: str = ""
    intercurrent: Mapping[str, Strategy] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupTitle:
    """What a word of a characteristic stands for."""

    value: str
    title: str
    title_zh: str = ""


@dataclass(frozen=True)
class Characteristic:
    """A characteristic of the source by the name that it has there, such as `AGEGR1` of ADSL.

    `groups` name its words; those that are not named stand as they are.
    """

    id: str
    title: str
    title_zh: str = ""
    unit: str = ""
    groups: tuple[GroupTitle, ...] = ()


@dataclass(frozen=True)
class BaselineTable:
    """What the baseline table shows: numbers by mean and quartiles, words by counts.

    A name is `age`, `sex`, `site`, a variable's id, or a characteristic of the source.
    `compared`: also by a test between the arms, where there are several.
    """

    set: str
    rows: tuple[str, ...]
    compared: bool = False


@dataclass(frozen=True)
class StoppingRule:
    """When toxicity stops the trial: P(rate > limit | data) above `certainty`, beta prior.

    The event is `event`: an adverse event of at least `grade` that is related, or (grade None) any
    serious related one. `looks`: after how many participants of an arm it is looked at; none:
    after each.
    """

    title: str
    limit: Decimal
    certainty: Decimal
    prior: tuple[Decimal, Decimal]
    grade: int | None = None
    looks: tuple[int, ...] = ()
    title_zh: str = ""


@dataclass(frozen=True)
class Liver:
    """The parameters of the figure of drug-induced liver injury (Hy's law; FDA guidance, 2009)."""

    alt: str
    ast: str
    bilirubin: str
    alkaline_phosphatase: str = ""


@dataclass(frozen=True)
class SafetyPlan:
    """The analysis of safety: of which set, which laboratory parameters, when to stop.

    `over_time`: the parameters of which everybody's course is drawn; `of_interest`: terms of
    adverse events, in which capitals do not matter.
    """

    set: str
    laboratory: tuple[str, ...] = ()
    over_time: tuple[str, ...] = ()
    liver: Liver | None = None
    of_interest: tuple[str, ...] = ()
    stopping: StoppingRule | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that it names."""
        of = self.liver
        liver = (of.alt, of.ast, of.bilirubin, of.alkaline_phosphatase) if of else ()
        return (*self.laboratory, *self.over_time, *filter(None, liver))


@dataclass(frozen=True)
class AnalysisPlan:
    """The whole plan; `level` is that of intervals, in percent.

    `limits_of_evidence` is what the design cannot show, to be said in the report.
    """

    sets: tuple[AnalysisSet, ...]
    variables: tuple[Variable, ...]
    level: Decimal = Decimal(95)
    events: tuple[TrialEvent, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    baseline: BaselineTable | None = None
    estimands: tuple[Estimand, ...] = ()
    analyses: tuple[Annotated[Analysis, Field(discriminator="method")], ...] = ()
    safety: SafetyPlan | None = None
    simulation: Simulation | None = None
    limits_of_evidence: tuple[str, ...] = ()
    limits_of_evidence_zh: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    assumptions_zh: tuple[str, ...] = ()
