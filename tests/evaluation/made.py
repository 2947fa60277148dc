"""Small trials made by hand, for the tests of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from trialrun.evaluation.study import Study
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import (
    AnalysisData,
    Dose,
    Observation,
    Standing,
    TrialSubject,
)

ENROLMENT = date(2020, 1, 6)
SCORES = {
    "001": {"V1": 40, "V4": 39, "V7": 38, "V10": 36, "V13": 34},
    "002": {"V1": 36, "V4": 35, "V7": 35, "V10": 33, "V13": 30},
    "003": {"V1": 42, "V4": 41, "V7": 39, "V10": 38, "V13": 36},
    "004": {"V1": 33, "V4": 31, "V7": 30, "V10": 26, "V13": 24},
    "005": {"V1": 38, "V4": 36, "V7": 33},
    "006": {"V1": 45},
}
"""ALSFRS-R totals: four complete, one who left after week 24, one with a baseline only."""


@cache
def il2_protocol() -> TrialProtocol:
    """Return the shipped protocol of low-dose IL-2."""
    return read_protocol("ld-il2-immune-als")


def subject(number: str, **known: object) -> TrialSubject:
    """Return an enrolled man of 55 who was dosed and completed, but for what is said."""
    standard = TrialSubject(
        id=number,
        standing=Standing.COMPLETED,
        arm="IL-2",
        treated_as="IL-2",
        reference_date=ENROLMENT,
        enrolled=True,
        first_dose_day=0,
        last_dose_day=152,
        last_day=336,
        age=55,
        sex="male",
        rows=(f"participant/{int(number)}",),
    )
    return replace(standard, **known)  # type: ignore[arg-type]


def observations(
    protocol: TrialProtocol, parameter: str, values: Mapping[str, Mapping[str, float]]
) -> list[Observation]:
    """Return values of a parameter by subject and visit, each on its planned day."""
    days = protocol.design.visit_days
    return [
        Observation(
            subject=number,
            parameter=parameter,
            day=days[visit],
            value=value,
            visit=visit,
            rows=(f"{parameter}/{number}-{visit}",),
        )
        for number, by_visit in values.items()
        for visit, value in by_visit.items()
    ]


def doses(protocol: TrialProtocol, number: str, until: int = 152) -> list[Dose]:
    """Return the planned doses of a subject; those after a day were not given."""
    regimen = protocol.design.arms[0].regimen
    amount = float(regimen.dose)
    return [
        Dose(
            subject=number,
            first_day=day,
            last_day=day,
            planned=amount,
            given=amount if day <= until else None,
            unit=regimen.unit,
            rows=(f"dose/{number}-{day}",),
        )
        for day in regimen.days
    ]


def six(subjects: Sequence[TrialSubject] = ()) -> Study:
    """Return the six participants of `SCORES`, with other subjects put for those of their id."""
    protocol = il2_protocol()
    assert protocol.analysis is not None
    standard = {number: subject(number) for number in SCORES}
    standard["005"] = subject(
        "005",
        standing=Standing.DISCONTINUED,
        last_day=200,
        discontinued_because="withdrawal by participant",
    )
    standard["006"] = subject("006", standing=Standing.ONGOING, last_dose_day=12, last_day=20)
    standard.update({one.id: one for one in subjects})
    data = AnalysisData(
        source="made by hand",
        subjects=tuple(standard.values()),
        observations=tuple(observations(protocol, "alsfrs-r.total", SCORES)),
        doses=tuple(dose for number in standard for dose in doses(protocol, number)),
    )
    return Study(protocol, protocol.analysis, data)


def day(after: int) -> date:
    """Return the date of a day after enrolment."""
    return ENROLMENT + timedelta(days=after)
