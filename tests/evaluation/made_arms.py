"""A trial of several arms made by hand, by the protocol of the CDISC pilot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.evaluation.made import observations, subject
from tests.oracles.pilot import PROTOCOL

from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import AnalysisData, TrialSubject

Values = Mapping[str, Mapping[str, float]]
"""Values by subject and visit."""


def in_arm(arm: str, number: str, **known: object) -> TrialSubject:
    """Return a subject of an arm who is in the set of efficacy, but for what is said."""
    standard: dict[str, object] = {
        "arm": arm,
        "treated_as": arm,
        "flags": {"EFFFL": True, "ITTFL": True, "SAFFL": True, "COMP24FL": True},
        "last_dose_day": 181,
        "last_day": 181,
        "characteristics": {"SITEGR1": "701"},
    }
    return subject(number, **(standard | known))


def made(subjects: Sequence[TrialSubject], values: Values) -> Study:
    """Return a study of some subjects with their values of ADAS-Cog, of which lower is better."""
    assert PROTOCOL.analysis is not None
    data = AnalysisData(
        source="made by hand",
        subjects=tuple(subjects),
        observations=tuple(observations(PROTOCOL, "ACTOT", values)),
    )
    return Study(PROTOCOL, PROTOCOL.analysis, data)


def without_values(study: Study, visit: str) -> Study:
    """Return the study without any value at a visit."""
    kept = tuple(row for row in study.data.observations if row.visit != visit)
    return replace(study, data=replace(study.data, observations=kept))
