"""What the figures of an evaluation are drawn of: points, curves and boxes, already computed.

Each kind is one class; whoever draws computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evaluation.results import Figure, Words, phrase


@dataclass(frozen=True)
class Path:
    """One subject's values over the months from day 0."""

    subject: str
    group: Words
    points: tuple[tuple[float, float], ...]


MEANS = phrase("figure_means")
"""Bold is the mean of whoever has a value at a visit: fewer and fewer, where people leave."""

MODEL = phrase("figure_model")
"""Bold is what a model says."""


@dataclass(frozen=True)
class Trajectories(Figure):
    """Values over time: each subject, and the line that a model (or the mean) says.

    `turn` is the month at which the slope may change, None for none; `key` says what is drawn thin
    and what in bold.
    """

    axis: Words
    paths: tuple[Path, ...]
    fitted: tuple[Path, ...]
    turn: float | None
    key: Words = MEANS


@dataclass(frozen=True)
class ForestRow:
    """One estimate with its interval, as drawn and as written beside."""

    label: Words
    value: float
    lower: float
    upper: float
    shown: str


@dataclass(frozen=True)
class Forest(Figure):
    """Estimates below one another; `null` is the value of no difference."""

    axis: Words
    rows: tuple[ForestRow, ...]
    null: float


@dataclass(frozen=True)
class Curve:
    """A survival curve as steps: from each month on, the share and its interval.

    `censored` are the (month, share) at which somebody was censored.
    """

    group: Words
    steps: tuple[tuple[float, float, float, float], ...]
    censored: tuple[tuple[float, float], ...]
    at_risk: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class Survival(Figure):
    """Survival curves with the numbers at risk below."""

    curves: tuple[Curve, ...]
    level: float


@dataclass(frozen=True)
class DotRow:
    """One adverse event: per group the share (percent) of subjects; between two, the difference.

    `difference` is (estimate, lower, upper) in percentage points.
    """

    term: Words
    shares: tuple[tuple[Words, float], ...]
    difference: tuple[float, float, float] | None


@dataclass(frozen=True)
class AdverseEventDots(Figure):
    """Adverse events by share of subjects, the most frequent first."""

    rows: tuple[DotRow, ...]


@dataclass(frozen=True)
class ShiftPoint:
    """One subject's value of a laboratory parameter: at baseline and the worst later one.

    In multiples of the upper limit of normal (or the unit, where there is no limit).
    """

    subject: str
    group: Words
    baseline: float
    worst: float


@dataclass(frozen=True)
class LaboratoryShift(Figure):
    """Baseline against the worst later value, a panel per parameter."""

    panels: tuple[tuple[Words, tuple[ShiftPoint, ...]], ...]


@dataclass(frozen=True)
class LiverPoint:
    """A subject's peaks, in multiples of the upper limit of normal, and whether Hy's law holds."""

    subject: str
    group: Words
    aminotransferase: float
    bilirubin: float
    is_candidate: bool


@dataclass(frozen=True)
class HysLaw(Figure):
    """Peak bilirubin against peak aminotransferase, with a line at the law's limit of either."""

    points: tuple[LiverPoint, ...]
    aminotransferase: float
    bilirubin: float


@dataclass(frozen=True)
class Lane:
    """One subject's time in the trial, in months: the bars (kind, from, to) and the marks."""

    subject: str
    group: Words
    bars: tuple[tuple[str, float, float], ...]
    marks: tuple[tuple[str, float], ...]
    ongoing: bool


@dataclass(frozen=True)
class Swimmer(Figure):
    """A lane per subject: doses, adverse events, end."""

    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class Boundary(Figure):
    """A stopping boundary: of n participants, how many events stop; and what was seen."""

    steps: tuple[tuple[int, int], ...]
    seen: tuple[tuple[int, int], ...]
    axis: Words


@dataclass(frozen=True)
class FlowBox:
    """A box of the flow of participants: what it counts, how many, and the reasons below."""

    id: str
    label: Words
    count: int
    reasons: tuple[tuple[Words, int], ...] = ()


@dataclass(frozen=True)
class ParticipantFlow(Figure):
    """The flow of participants (CONSORT 2010): the trunk from the top, then a branch per arm."""

    trunk: tuple[FlowBox, ...]
    branches: tuple[tuple[FlowBox, ...], ...]


@dataclass(frozen=True)
class PowerCurves(Figure):
    """Power against the true effect, a line for each dropout: (effect, share that rejects)."""

    curves: tuple[tuple[Words, tuple[tuple[float, float], ...]], ...]
    axis: Words
    significance: float
