"""A trial that runs: its protocol, its own database, and a candidate judged by what both know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from trialrun.conduct.actions.candidates import Judge, ScreenedPatient
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.reading.candidacy import facts_of
from trialrun.conduct.record import Person, participant_record
from trialrun.conduct.tables import candidates as tables
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import OWN_NAMES
from trialrun.records.rows import Attestation, PatientRecord
from trialrun.screening.judging import judge_patient
from trialrun.screening.plan import consent_statements, plan
from trialrun.screening.result import JudgedPatient

WORDS = {Truth.TRUE: "permits", Truth.FALSE: "refuses", Truth.UNKNOWN: "unknown"}
"""What the trial's database calls a permission."""


@dataclass(frozen=True)
class RunningTrial:
    """What every question about a trial needs; `data` None: the server lacks hospital records."""

    database: Database
    protocol: TrialProtocol
    data: Path | None
    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        """Return the hospital's day of a moment."""
        return day_of(at, self.zone)


def judged(
    trial: RunningTrial,
    session: Session,
    candidate: tables.Candidate,
    held: PatientRecord | None,
    on: date,
) -> JudgedPatient:
    """Judge a candidate on a day, by the interpreter, with all that the trial knows by now."""
    record = participant_record(
        _without_consents(held, trial.protocol),
        Person(patient_id=candidate.patient_id),
        facts_of(session, candidate.id, trial.protocol, trial.zone),
        enrolled=on,
        asked_until={},
        own_study=_own_names(trial.protocol),
    )
    return judge_patient(record, plan(trial.protocol), trial.protocol, on, OWN_NAMES)


def _without_consents(held: PatientRecord | None, protocol: TrialProtocol) -> PatientRecord | None:
    """Leave out what the hospital says of the trial's consent: only its own signatures count."""
    if held is None:
        return None
    only_signed = consent_statements(protocol)
    kept = tuple(
        row
        for row in held.rows
        if not (isinstance(row, Attestation) and row.question in only_signed)
    )
    return replace(held, rows=kept)


def judge_on(trial: RunningTrial, held: PatientRecord | None, on: date) -> Judge:
    """Return how acts judge a candidate again; the hospital's record is read before them."""

    def judge(session: Session, candidate: tables.Candidate) -> ScreenedPatient:
        opened = judged(trial, session, candidate, held, on)
        return ScreenedPatient(
            candidate.patient_id,
            opened.verdict,
            {j.asked.criterion.id: WORDS[j.permission] for j in opened.judgements},
            opened.opens_on,
            opened.lapses_on,
        )

    return judge


def _own_names(protocol: TrialProtocol) -> frozenset[str]:
    """Return by which numbers a hospital may record this trial, which is no other study."""
    registry = protocol.registry
    return frozenset(name for name in (registry.id, registry.organisation_study_id) if name)
