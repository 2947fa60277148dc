"""What a trial has observed, as an evaluation reads it: subjects, values, doses, events.

The one shape into which both the trial's own database and CDISC datasets are brought; whoever
evaluates knows neither. Days are whole days after day 0, the subject's reference day: that of
enrolment, or, where a source counts study days without a zero (CDISC), its day 1. `rows` name the
rows of the source behind a value, such as `dose/12` or `ADAE:01-701-1015:3`. Refuses what
identifies a patient: a subject goes by a number of the trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal


class Standing(StrEnum):
    """How far a subject came."""

    SCREEN_FAILURE = "screen failure"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True, kw_only=True)
class StatedExposure:
    """What a source says of everything that a subject was given; None: it does not say.

    `duration` is in days of treatment; `total` and `daily`, the mean of a day, in the trial's unit.
    """

    duration: float | None
    total: float | None
    daily: float | None


@dataclass(frozen=True, kw_only=True)
class TrialSubject:
    """Somebody who consented; `arm` is the one allocated, `treated_as` the one received (ids).

    Days are None for what has not happened. `last_day` is the last day in the trial so far; for
    whoever goes on, the day of the data. `characteristics` are what was known at baseline beside
    age and sex (a number or a word), `flags` the analysis sets that the source itself names.
    `discontinued_because` is the source's own word. `exposure` is read where no dose stands in the
    data.
    """

    id: str
    standing: Standing
    arm: str | None = None
    treated_as: str | None = None
    reference_date: date | None = None
    enrolled: bool = False
    first_dose_day: int | None = None
    last_dose_day: int | None = None
    last_day: int | None = None
    death_day: int | None = None
    discontinued_because: str = ""
    age: float | None = None
    sex: Literal["female", "male"] | None = None
    site: str | None = None
    characteristics: Mapping[str, float | str] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)
    exposure: StatedExposure | None = None
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Observation:
    """A value of a parameter on a day; `value` is None for a word (`text`) or for "not done".

    `parameter` is `form.item` of the trial's own forms, or the code of a CDISC dataset. `visit` is
    the design's id of the planned visit, None for another. `baseline` is the source's own mark;
    `imputed` the source's own word for a value that nobody measured (DTYPE of ADaM). `grade` is a
    CTCAE grade that a person gave, with the term.
    """

    subject: str
    parameter: str
    day: int | None
    value: float | None = None
    text: str = ""
    visit: str | None = None
    unit: str = ""
    normal_low: float | None = None
    normal_high: float | None = None
    baseline: bool = False
    imputed: str = ""
    grades: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dose:
    """A dose planned or given on the days from `first_day` to `last_day`, so much on each.

    `planned` and `given` are amounts of one day in `unit`; 0 is an amount (of a placebo), None of
    `given` a dose that was not given, None of `planned` one that no plan asked for.
    """

    subject: str
    first_day: int
    last_day: int
    planned: float | None
    given: float | None
    unit: str
    reason: str = ""
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AdverseEventRecord:
    """An adverse event. `grade` is the worst, 1 to 5; `severity` the source's own word instead.

    `serious` and `related` are as the investigator judged; None: not judged. `emergent`:
    treatment-emergent; None where it cannot be told.
    """

    subject: str
    term: str
    soc: str
    onset_day: int | None = None
    end_day: int | None = None
    grade: int | None = None
    severity: str = ""
    serious: bool | None = None
    criteria: frozenset[str] = frozenset()
    related: bool | None = None
    causality: str = ""
    emergent: bool | None = None
    action: str = ""
    outcome: str = ""
    narrative: str = ""
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A confirmed protocol deviation; `important` None: not judged."""

    subject: str
    kind: str
    description: str
    day: int | None = None
    important: bool | None = None
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """Rows of the source that are not used, how many, and why: nothing is lost silently."""

    what: str
    count: int
    reason: str


@dataclass(frozen=True)
class AnalysisData:
    """A whole trial, ready to be evaluated; `source` says where it came from, in a line.

    `screened` is how many were looked at before consent; None where the source does not say.
    """

    source: str
    subjects: tuple[TrialSubject, ...]
    observations: tuple[Observation, ...] = ()
    doses: tuple[Dose, ...] = ()
    events: tuple[AdverseEventRecord, ...] = ()
    departures: tuple[Departure, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    screened: int | None = None
