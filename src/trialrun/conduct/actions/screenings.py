"""Taking in a screening: who becomes a candidate, and what it says otherwise of those known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.candidates import ScreenedPatient, judged_columns
from trialrun.conduct.actions.common import refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.changes import Said, change_between
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    Screened,
    ScreeningRun,
)
from trialrun.errors import Problem
from trialrun.screening.verdict import Verdict


@dataclass(frozen=True)
class TakenIn:
    """A screening to take in: of which day, by which protocol, over how many, and what it said."""

    index_date: date
    protocol: str
    protocol_version: str
    counts: Mapping[str, int]
    patients: Sequence[ScreenedPatient]


def take_in_screening(
    database: Database, actor: Actor, at: datetime, screening: TakenIn
) -> ScreeningRun:
    """Make candidates of whom a screening did not refuse; say of the others what it says now.

    A patient who was no candidate and is refused is not taken in: the screening's files name them.
    Of participants a screening says nothing: surveillance looks after them.

    Raises:
        RefusedError: it is of an earlier day than the last one.
    """
    with act(database, Verb.TAKE_IN_SCREENING, actor, at=at) as doing:
        last = doing.session.scalar(select(ScreeningRun).order_by(ScreeningRun.id.desc()).limit(1))
        refuse("take in a screening", _order_problems(screening, last))
        run = doing.add(
            ScreeningRun(
                index_date=screening.index_date,
                taken_in_at=at,
                protocol=screening.protocol,
                protocol_version=screening.protocol_version,
                counts=dict(screening.counts),
            )
        )
        known = {c.patient_id: c for c in doing.session.scalars(select(Candidate))}
        told = [patient for patient in screening.patients if _is_told(patient, known)]
        ids = _take_in(doing, told, known)
        before = _said_before(doing.session)
        doing.add_all([_screened(run, ids[one.patient_id], one, before) for one in told])
        return run


def _order_problems(screening: TakenIn, last: ScreeningRun | None) -> list[Problem]:
    if last is None or last.index_date <= screening.index_date:
        return []
    found = "it is of an earlier day than the screening that was taken in last"
    return [Problem("on", found, "screen as of that day, or later")]


def _is_told(patient: ScreenedPatient, known: Mapping[str, Candidate]) -> bool:
    candidate = known.get(patient.patient_id)
    if candidate is None:
        return patient.verdict is not Verdict.INELIGIBLE
    return candidate.status != CandidateStatus.ENROLLED


def _take_in(
    doing: Act, told: Sequence[ScreenedPatient], known: Mapping[str, Candidate]
) -> dict[str, int]:
    """Write new candidates, change those of whom something else is said; return the id of each."""
    new = [
        Candidate(patient_id=patient.patient_id, **judged_columns(patient))
        for patient in told
        if patient.patient_id not in known
    ]
    ids = dict(zip((c.patient_id for c in new), doing.add_all(new), strict=True))
    for patient in told:
        candidate = known.get(patient.patient_id)
        if candidate is not None:
            ids[patient.patient_id] = candidate.id
            judged = judged_columns(patient)
            # Of ten thousand candidates few are judged otherwise: only those are written.
            if any(getattr(candidate, name) != value for name, value in judged.items()):
                doing.change(candidate, **judged)
    return ids


def _said_before(session: Session) -> dict[int, Said]:
    """Return what a screening said last of each candidate."""
    last = select(func.max(Screened.id)).group_by(Screened.candidate_id)
    said = session.execute(
        select(Screened.candidate_id, Screened.verdict, Screened.judgements).where(
            Screened.id.in_(last)
        )
    )
    return {candidate_id: Said(verdict, judgements) for candidate_id, verdict, judgements in said}


def _screened(
    run: ScreeningRun, candidate_id: int, patient: ScreenedPatient, before: Mapping[int, Said]
) -> Screened:
    judgements = dict(patient.judgements)
    change = change_between(before.get(candidate_id), Said(patient.verdict, judgements))
    return Screened(
        run_id=run.id,
        candidate_id=candidate_id,
        verdict=patient.verdict,
        judgements=judgements,
        change=change,
    )
