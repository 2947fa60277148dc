"""One record of a participant: the hospital's, where there is one, and what the trial itself knows.

Pure: facts in, a `PatientRecord` out. The trial covers a kind of record from enrolment to the
last day on which it was asked about, and not a day longer. Refuses to let a row lose its source:
rows and coverage of the trial have negative ids, those of the hospital positive ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import singledispatch
from typing import Literal

from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, UNKNOWN_DATE, Span
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import Concept


class Source(StrEnum):
    """Who wrote a row down."""

    HOSPITAL = "hospital"
    TRIAL = "trial"


def source_of(row: Row) -> Source:
    """Return who wrote a row of a participant's record down."""
    return Source.TRIAL if row.row_id < 0 else Source.HOSPITAL


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who the participant is, as the trial knows it; what it does not know, the hospital may."""

    patient_id: str
    sex: Literal["female", "male"] | None = None
    birth: Span = UNKNOWN_DATE
    death: Span = ALIVE


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What the trial wrote down: `ref` names it for good, `day` is when it was so or began."""

    ref: str
    day: Span


@dataclass(frozen=True, kw_only=True)
class Statement(Fact):
    """A person's answer to a statement, word for word; None: asked, and not known."""

    question: str
    answer: bool | None
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Treatment(Fact):
    """A concomitant medicine at one daily dose, until that changed or it ended (ALIVE: goes on)."""

    concept: Concept
    end: Span
    daily_dose: Fraction | None = None
    dose_unit: str | None = None
    route: Route | None = None


@dataclass(frozen=True, kw_only=True)
class Vaccination(Fact):
    """A vaccination that the participant told of."""

    concept: Concept


@dataclass(frozen=True, kw_only=True)
class Result(Fact):
    """A measurement from a form; `value` in `unit` with its limits of normal, or a polarity."""

    concept: Concept
    value: Fraction | None = None
    unit: str | None = None
    ref_lo: Fraction | None = None
    ref_hi: Fraction | None = None
    polarity: Literal["positive", "negative"] | None = None


@dataclass(frozen=True, kw_only=True)
class StudyDose(Fact):
    """One dose of the study drug that was given."""

    concept: Concept
    amount: Fraction
    unit: str
    route: Route


def participant_record(
    hospital: PatientRecord | None,
    person: Person,
    facts: Iterable[Fact],
    *,
    enrolled: date,
    asked_until: Mapping[Kind, date],
    own_study: frozenset[str] = frozenset(),
) -> PatientRecord:
    """Join the hospital's record (None: there is none) and the trial's own facts.

    `asked_until`: the last day on which the trial asked about each kind that it asks about; since
    enrolment it then knows all of that kind. `own_study` holds the ids by which the hospital may
    name this trial, which is no other study.

    Raises:
        ValueError: two facts have one name, or a row of the hospital has an id of the trial's.
    """
    held = hospital or PatientRecord(patient_id=person.patient_id)
    if any(row.row_id < 1 for row in held.rows) or any(c.coverage_id < 1 for c in held.coverage):
        raise ValueError("the ids of the hospital's rows and coverage are 1 or more")
    return PatientRecord(
        patient_id=person.patient_id,
        sex=person.sex or held.sex,
        birth=held.birth if person.birth == UNKNOWN_DATE else person.birth,
        death=held.death if person.death == ALIVE else person.death,
        rows=(*(row for row in held.rows if not _is_of(row, own_study)), *_rows(facts)),
        coverage=(*held.coverage, *_coverage(enrolled, asked_until)),
    )


def _rows(facts: Iterable[Fact]) -> Iterable[Row]:
    ordered = sorted(facts, key=lambda fact: fact.ref)
    names = [fact.ref for fact in ordered]
    if len(set(names)) < len(names):
        raise ValueError("every fact of a trial has a name of its own")
    return (replace(row_of(fact), row_id=-number) for number, fact in enumerate(ordered, 1))


def _coverage(enrolled: date, asked_until: Mapping[Kind, date]) -> Iterable[Coverage]:
    asked = [(kind, asked_until[kind]) for kind in sorted(asked_until)]
    return (
        Coverage(-number, kind, since=enrolled, until=until)
        for number, (kind, until) in enumerate(asked, 1)
        if until >= enrolled
    )


def _is_of(row: Row, study: frozenset[str]) -> bool:
    """Say whether a row is a participation in one of these studies, by its code or its name."""
    if row.kind is not Kind.PARTICIPATION:
        return False
    codings = row.concept.codings
    written = [row.concept.text, *(c.code for c in codings), *(c.display for c in codings)]
    said = " ".join(text for text in written if text).casefold()
    return any(name.casefold() in said for name in study)


@singledispatch
def row_of(fact: Fact) -> Row:
    """Return the row that stands for a fact; its id is given later."""
    raise TypeError(f"no row stands for a {type(fact).__name__}")


@row_of.register
def _(fact: Statement) -> Row:
    return Attestation(
        row_id=0,
        kind=Kind.ATTESTATION,
        concept=Concept(),
        start=fact.day,
        ref=fact.ref,
        question=fact.question,
        answer=fact.answer,
        attested_by=fact.by,
        reason=fact.reason,
    )


@row_of.register
def _(fact: Treatment) -> Row:
    return Medication(
        row_id=0,
        kind=Kind.MEDICATION,
        concept=fact.concept,
        start=fact.day,
        end=fact.end,
        ref=fact.ref,
        route=fact.route,
        daily_dose=fact.daily_dose,
        dose_unit=fact.dose_unit,
    )


@row_of.register
def _(fact: Vaccination) -> Row:
    return Row(row_id=0, kind=Kind.IMMUNISATION, concept=fact.concept, start=fact.day, ref=fact.ref)


@row_of.register
def _(fact: Result) -> Row:
    return Measurement(
        row_id=0,
        kind=Kind.MEASUREMENT,
        concept=fact.concept,
        start=fact.day,
        ref=fact.ref,
        value=None if fact.value is None else Bounds(fact.value, fact.value),
        unit=fact.unit,
        ref_lo=fact.ref_lo,
        ref_hi=fact.ref_hi,
        polarity=fact.polarity,
    )


@row_of.register
def _(fact: StudyDose) -> Row:
    return Medication(
        row_id=0,
        kind=Kind.MEDICATION,
        concept=fact.concept,
        start=fact.day,
        end=fact.day,
        ref=fact.ref,
        route=fact.route,
        daily_dose=fact.amount,
        dose_unit=fact.unit,
        basis="given",
    )
