"""Small trials with adverse events and laboratory results, made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from tests.evaluation.made import ENROLMENT, il2_protocol, subject

from trialrun.evaluation.results import Row, Table
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import SafetyPlan
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import (
    AdverseEventRecord,
    AnalysisData,
    Observation,
    TrialSubject,
)

GENERAL = "General disorders and administration site conditions"
LIMITS: Mapping[str, tuple[str, float | None, float | None]] = {
    "alt": ("U/L", 9, 50),
    "ast": ("U/L", 15, 40),
    "bilirubin": ("umol/L", 3, 20),
    "alp": ("U/L", 40, 120),
    "haemoglobin": ("g/L", 130, 175),
    "platelets": ("10*9/L", 125, 350),
    "eosinophils": ("10*9/L", 0.02, 0.52),
}


def event(number: str, term: str = "Fever", /, **known: object) -> AdverseEventRecord:
    """A treatment-emergent fever of grade 1 from day 2 to 3, judged in every respect."""
    standard = AdverseEventRecord(
        subject=number,
        term=term,
        soc=GENERAL,
        onset_day=2,
        end_day=3,
        grade=1,
        serious=False,
        related=False,
        causality="unlikely",
        emergent=True,
        action="dose not changed",
        outcome="recovered",
        rows=(f"adverse_event/{number}-{term}",),
    )
    return replace(standard, **known)  # type: ignore[arg-type]


def result(number: str, item: str, day: int, value: float | None, **known: object) -> Observation:
    """A laboratory result in the usual unit, with limits of normal."""
    unit, low, high = LIMITS[item]
    standard = Observation(
        subject=number,
        parameter=f"laboratory.{item}",
        day=day,
        value=value,
        unit=unit,
        normal_low=low,
        normal_high=high,
        rows=(f"{item}/{number}-{day}",),
    )
    return replace(standard, **known)  # type: ignore[arg-type]


def people(how_many: int, **known: object) -> list[TrialSubject]:
    """Enrolled and dosed subjects 001, 002, ..., each enrolled a day after the one before."""
    return [
        subject(f"{n:03}", reference_date=ENROLMENT + timedelta(days=n), **known)
        for n in range(1, how_many + 1)
    ]


def two_arms() -> TrialProtocol:
    """The protocol of IL-2 with a placebo as its first arm."""
    protocol = il2_protocol()
    (arm,) = protocol.design.arms
    placebo = replace(arm, id="placebo", title="Placebo", title_zh="安慰剂")
    return replace(protocol, design=replace(protocol.design, arms=(placebo, arm)))


def made(
    subjects: Sequence[TrialSubject],
    events: Sequence[AdverseEventRecord] = (),
    observations: Sequence[Observation] = (),
    *,
    protocol: TrialProtocol | None = None,
    plan: SafetyPlan | None = None,
    **more: object,
) -> Safety:
    """The safety of a trial with these data."""
    protocol = protocol or il2_protocol()
    assert protocol.analysis is not None
    data = AnalysisData(
        source="made by hand",
        subjects=tuple(subjects),
        events=tuple(events),
        observations=tuple(observations),
        **more,  # type: ignore[arg-type]
    )
    plan = plan or protocol.analysis.safety
    assert plan is not None
    return Safety(Study(protocol, replace(protocol.analysis, safety=plan), data), plan)


def il2_plan() -> SafetyPlan:
    """The plan of safety of the shipped protocol."""
    plan = il2_protocol().analysis
    assert plan is not None
    assert plan.safety is not None
    return plan.safety


def row(table: Table, label: object, after: object = None) -> Row:
    """The first row with a label (below another one)."""
    rows = list(table.rows)
    if after is not None:
        rows = rows[[one.label for one in rows].index(after) + 1 :]  # type: ignore[arg-type]
    return next(one for one in rows if one.label == label)


def shown(one: Row) -> list[object]:
    """What the cells of a row show."""
    return [cell.shown for cell in one.cells]
