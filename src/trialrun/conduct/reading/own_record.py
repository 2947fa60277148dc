"""What the trial itself wrote down of a participant, as facts of a record.

Rows of visits, forms, doses, medication and answers become facts that the language of criteria can
ask about. Every fact is named by the table and id of its row, which never change. Refuses to make
more of a row than it says: a value that is no number and no polarity is a result without a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.periods import Regimen
from trialrun.conduct.reading.doses import doses_of
from trialrun.conduct.reading.medication import medications_of, regimen_of, spans_of
from trialrun.conduct.reading.visits import visits_of
from trialrun.conduct.record import (
    Fact,
    Person,
    Result,
    Statement,
    StudyDose,
    Treatment,
    Vaccination,
)
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.candidates import Candidate, CriterionAnswer
from trialrun.conduct.tables.doses import DoseStatus
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.protocol.forms import Item
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import ALIVE, Span
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import BARE_SYSTEM_URIS, SYSTEMS, Coding, Concept

_POLARITIES: Mapping[str, Literal["positive", "negative"]] = {
    "positive": "positive",
    "negative": "negative",
}


@dataclass(frozen=True)
class OwnRecord:
    """The trial's own knowledge of a participant; `asked_until` as `participant_record` takes it.

    `patient_id` is the hospital's.
    """

    person: Person
    facts: tuple[Fact, ...]
    asked_until: Mapping[Kind, date]


def own_record(session: Session, trial: TrialProtocol, participant: Participant) -> OwnRecord:
    """Return what the trial wrote down of a participant, as it stands."""
    candidate = session.get_one(Candidate, participant.candidate_id)
    visits = visits_of(session, candidate.id)
    return OwnRecord(
        person=_person(candidate, participant),
        facts=(
            *_results(session, trial, visits),
            *_statements(session, candidate.id),
            *_treatments(session, participant.id),
            *_study_doses(session, trial, participant),
        ),
        asked_until=_asked_until(trial, visits),
    )


def _person(candidate: Candidate, participant: Participant) -> Person:
    died = participant.ended_why == EndOfParticipation.DEATH and participant.ended_on
    return Person(
        patient_id=candidate.patient_id,
        death=Span.of(participant.ended_on) if died and participant.ended_on else ALIVE,
    )


def _asked_until(trial: TrialProtocol, visits: Sequence[Visit]) -> Mapping[Kind, date]:
    """Return the last day on which each kind of record was asked about, by the protocol."""
    asked: dict[Kind, date] = {}
    for visit in visits:
        if visit.day is None or visit.participant_id is None:
            continue
        for assessment in trial.design.assessments_at(visit.planned or ""):
            for kind in assessment.asks_about:
                asked[kind] = max(visit.day, asked.get(kind, visit.day))
    return asked


# --- forms --------------------------------------------------------------------------------------


def _results(session: Session, trial: TrialProtocol, visits: Sequence[Visit]) -> Iterator[Result]:
    measuring = {
        (form.id, item.id): item for form in trial.forms for item in form.items if item.measures
    }
    days = {visit.id: visit.day for visit in visits if visit.day is not None}
    found = session.execute(
        select(FormEntry, FormValue)
        .join(FormValue, FormValue.entry_id == FormEntry.id)
        .where(FormEntry.visit_id.in_(days), FormValue.typed.is_not(None))
        .order_by(FormValue.id)
    )
    for entry, value in found:
        item = measuring.get((entry.form, value.item))
        if item is not None:
            yield _result(trial, item, value, days[entry.visit_id])


def _result(trial: TrialProtocol, item: Item, value: FormValue, on: date) -> Result:
    number = value.number
    return Result(
        ref=f"{FormValue.__tablename__}/{value.id}",
        day=Span.of(on),
        concept=concept_of(trial, item.measures, item.title),
        value=None if number is None else Fraction(number),
        unit=(value.unit or None) if number is not None else None,
        polarity=None if number is not None else _POLARITIES.get(value.typed or ""),
    )


def concept_of(trial: TrialProtocol, value_sets: Sequence[str], text: str) -> Concept:
    """Return a concept that belongs to each of these value sets, by a code that each lists."""
    codings = (
        Coding(entry.system, entry.code)
        for name in value_sets
        for entry in trial.value_sets[name].entries[:1]
    )
    # A prefix (`J45*`) stands for its codes; the shortest of them is the prefix itself.
    return Concept(tuple(Coding(c.system, c.code.rstrip("*")) for c in codings), text)


# --- what people said, and what was taken -------------------------------------------------------


def _statements(session: Session, candidate_id: int) -> Iterator[Statement]:
    answers = session.execute(
        select(CriterionAnswer, Account.full_name, Visit.day)
        .join(Account, Account.id == CriterionAnswer.account_id)
        .outerjoin(Visit, Visit.id == CriterionAnswer.visit_id)
        .where(
            CriterionAnswer.candidate_id == candidate_id,
            CriterionAnswer.visit_id.is_(None) | ~Visit.voided,
        )
        .order_by(CriterionAnswer.id)
    )
    for answer, name, day_of_visit in answers:
        yield Statement(
            ref=f"{CriterionAnswer.__tablename__}/{answer.id}",
            day=Span.of(day_of_visit or answer.answered_on),
            question=answer.statement,
            answer=answer.answer,
            by=name,
            reason=answer.reason,
        )


def _treatments(session: Session, participant_id: int) -> Iterator[Treatment | Vaccination]:
    for history in medications_of(session, participant_id):
        for period in history.periods:
            if history.medication.is_vaccination:
                yield _vaccination(history.medication, period)
            else:
                yield _treatment(history.medication, period, regimen_of(period))


_VACCINES = Coding("ATC", "J07")
"""ATC group J07, vaccines (WHO Collaborating Centre for Drug Statistics Methodology)."""


def _vaccination(vaccine: Medication, period: MedicationPeriod) -> Vaccination:
    """Return a vaccination: whoever records one says that it is a vaccine, code or no code."""
    return Vaccination(
        ref=f"{MedicationPeriod.__tablename__}/{period.id}",
        day=spans_of(period).start,
        concept=Concept((*_codings(vaccine), _VACCINES), vaccine.name),
    )


def _treatment(medication: Medication, period: MedicationPeriod, taken: Regimen) -> Treatment:
    spans = spans_of(period)
    return Treatment(
        ref=f"{MedicationPeriod.__tablename__}/{period.id}",
        day=spans.start,
        end=ALIVE if period.ongoing else spans.stop,
        concept=Concept(_codings(medication), medication.name),
        daily_dose=None if taken.daily is None else Fraction(taken.daily),
        dose_unit=taken.unit,
        route=_route(medication.route),
    )


def _codings(medication: Medication) -> tuple[Coding, ...]:
    if not medication.code or not medication.system:
        return ()
    return (Coding(_system(medication.system), medication.code),)


def _system(written: str) -> str:
    """Return the short name of a code system that was written as its name, or as its URI."""
    bare = written.strip().removeprefix("https://").removeprefix("http://").rstrip("/").casefold()
    names = {name.casefold(): name for name in SYSTEMS} | BARE_SYSTEM_URIS
    return names.get(bare, written.strip())


def _route(written: str) -> Route | None:
    if not written.strip():
        return None
    known = {route.value: route for route in Route}
    return known.get(written.strip().casefold(), Route.OTHER)


def _study_doses(
    session: Session, trial: TrialProtocol, participant: Participant
) -> Iterator[StudyDose]:
    regimen = next((arm.regimen for arm in trial.design.arms if arm.id == participant.arm), None)
    if regimen is None:
        return
    listed = [regimen.drug] if regimen.drug in trial.value_sets else []
    drug = concept_of(trial, listed, regimen.drug)
    for dose in doses_of(session, participant.id):
        if dose.status == DoseStatus.GIVEN and dose.given_on and dose.amount:
            yield StudyDose(
                ref=f"dose/{dose.id}",
                day=Span.of(dose.given_on),
                concept=drug,
                amount=Fraction(dose.amount),
                unit=dose.unit,
                route=regimen.route,
            )
