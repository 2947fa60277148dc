"""Taking in a screening: who becomes a candidate, and what it says otherwise of those known.

By batches, so that nobody who writes meanwhile waits for all of it; a last act says that it has
been taken in whole. Refuses to go on where a later screening has begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.candidates import ScreenedPatient, judged_columns
from trialrun.conduct.actions.common import refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.canonical import canonical, digest, plain
from trialrun.conduct.changes import Said, change_between
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    Screened,
    ScreeningRun,
)
from trialrun.conduct.tables.trail import Event
from trialrun.errors import ConflictError, Problem
from trialrun.screening.verdict import Verdict

BATCH = 150
"""Patients of one act: even where all are judged otherwise, well under a second of writing."""


@dataclass(frozen=True)
class TakenIn:
    """A screening to take in: of which day, by which protocol, over how many, and what it said.

    `knows_until` is the id of the last act that it knew of.
    """

    index_date: date
    protocol: str
    protocol_version: str
    counts: Mapping[str, int]
    patients: Sequence[ScreenedPatient]
    knows_until: int


def last_act(session: Session) -> int:
    """Return the id of the last act of the trial; 0: there is none."""
    return session.scalar(select(func.max(Event.id))) or 0


def take_in_screening(
    database: Database,
    actor: Actor,
    at: datetime,
    screening: TakenIn,
    *,
    between: Callable[[], None],
) -> ScreeningRun:
    """Make candidates of whom a screening did not refuse; say of the others what it says now.

    A patient who was no candidate and is refused is not taken in: the screening's files name them.
    Of participants a screening says nothing: surveillance looks after them. Who was answered for,
    or consented, since the screening knew of it stays judged as that act has left them.

    `between` is called after each batch, while nothing is locked. The same screening taken in
    again after an interruption goes on where it stopped.

    Raises:
        RefusedError: it is of an earlier day than the last one.
        ConflictError: somebody else has begun to take in another one meanwhile.
    """
    told = _told(database, screening)
    run = _begun(database, actor, at, screening, told)
    for first in range(0, len(told), BATCH):
        batch = told[first : first + BATCH]
        with act(database, Verb.TAKE_IN_SCREENING, actor, at=at) as doing:
            _check_last(doing.session, run)
            _take_in_batch(doing, run, batch, screening.knows_until)
        between()
    with act(database, Verb.FINISH_SCREENING, actor, at=at) as doing:
        _check_last(doing.session, run)
        run = find(doing.session, ScreeningRun, run.id)
        return run if run.finished_at else doing.change(run, finished_at=at)


def _told(database: Database, screening: TakenIn) -> list[ScreenedPatient]:
    """Return of whom the screening is taken in: the candidates, and whom it does not refuse."""
    with database.reading() as session:
        known = set(session.scalars(select(Candidate.patient_id)))
    return [
        patient
        for patient in screening.patients
        if patient.verdict is not Verdict.INELIGIBLE or patient.patient_id in known
    ]


def _begun(
    database: Database,
    actor: Actor,
    at: datetime,
    screening: TakenIn,
    told: Sequence[ScreenedPatient],
) -> ScreeningRun:
    """Begin to take in a screening, or go on with this very one where it was interrupted."""
    content = _digest(screening, told)
    with act(database, Verb.TAKE_IN_SCREENING, actor, at=at) as doing:
        last = _last(doing.session)
        refuse("take in a screening", _order_problems(screening, last))
        if last is not None and last.finished_at is None and last.digest == content:
            return last
        return doing.add(
            ScreeningRun(
                index_date=screening.index_date,
                taken_in_at=at,
                protocol=screening.protocol,
                protocol_version=screening.protocol_version,
                counts=dict(screening.counts),
                digest=content,
            )
        )


def _digest(screening: TakenIn, told: Sequence[ScreenedPatient]) -> str:
    head = (screening.index_date, screening.protocol, screening.protocol_version, screening.counts)
    said = [(p.patient_id, p.verdict, p.judgements, p.opens_on, p.lapses_on) for p in told]
    return digest(canonical(plain((head, said))))


def _last(session: Session) -> ScreeningRun | None:
    return session.scalar(select(ScreeningRun).order_by(ScreeningRun.id.desc()).limit(1))


def _order_problems(screening: TakenIn, last: ScreeningRun | None) -> list[Problem]:
    if last is None or last.index_date <= screening.index_date:
        return []
    found = "it is of an earlier day than the screening that was taken in last"
    return [Problem("on", found, "screen as of that day, or later")]


def _check_last(session: Session, run: ScreeningRun) -> None:
    last = _last(session)
    if last is None or last.id != run.id:
        raise ConflictError(
            "somebody else has screened the hospital's records meanwhile",
            [Problem("screening", "a newer one is taken in", "look at the worklist")],
        )


def _take_in_batch(
    doing: Act, run: ScreeningRun, batch: Sequence[ScreenedPatient], knows_until: int
) -> None:
    named = [patient.patient_id for patient in batch]
    found = doing.session.scalars(select(Candidate).where(Candidate.patient_id.in_(named)))
    known = {candidate.patient_id: candidate for candidate in found}
    of_known = [candidate.id for candidate in known.values()]
    done = _done(doing.session, run, of_known)
    told = [patient for patient in batch if _is_told(known.get(patient.patient_id), done)]
    ids = _take_in(doing, told, known, _acted_on_since(doing.session, knows_until))
    before = _said_before(doing.session, of_known)
    doing.add_all([_screened(run, ids[one.patient_id], one, before) for one in told])


def _done(session: Session, run: ScreeningRun, candidates: Sequence[int]) -> set[int]:
    """Return of which candidates this screening was taken in already."""
    said = select(Screened.candidate_id).where(
        Screened.run_id == run.id, Screened.candidate_id.in_(candidates)
    )
    return set(session.scalars(said))


def _is_told(candidate: Candidate | None, done: set[int]) -> bool:
    if candidate is None:
        return True
    return candidate.status != CandidateStatus.ENROLLED and candidate.id not in done


def _acted_on_since(session: Session, event_id: int) -> set[int]:
    """Return the candidates of whom the trial has learnt something since an act."""
    of_one = Event.candidate_id.is_not(None)
    found = session.scalars(select(Event.candidate_id).where(Event.id > event_id, of_one))
    return {one for one in found if one is not None}


def _take_in(
    doing: Act,
    told: Sequence[ScreenedPatient],
    known: Mapping[str, Candidate],
    newer: set[int],
) -> dict[str, int]:
    """Write new candidates, change those of whom something else is said; return the id of each."""
    new = [
        Candidate(patient_id=patient.patient_id, **judged_columns(patient))
        for patient in told
        if patient.patient_id not in known
    ]
    ids = dict(zip((c.patient_id for c in new), doing.add_all(new), strict=True))
    for patient, candidate in _pairs(told, known):
        ids[patient.patient_id] = candidate.id
        judged = judged_columns(patient)
        # Of ten thousand candidates few are judged otherwise: only those are written.
        differs = any(getattr(candidate, name) != value for name, value in judged.items())
        if differs and candidate.id not in newer:
            doing.change(candidate, **judged)
    return ids


def _pairs(
    told: Sequence[ScreenedPatient], known: Mapping[str, Candidate]
) -> Iterator[tuple[ScreenedPatient, Candidate]]:
    for patient in told:
        candidate = known.get(patient.patient_id)
        if candidate is not None:
            yield patient, candidate


def _said_before(session: Session, candidates: Sequence[int]) -> dict[int, Said]:
    """Return what a screening that was taken in whole said last of each of these candidates."""
    last = (
        select(func.max(Screened.id))
        .join(ScreeningRun, ScreeningRun.id == Screened.run_id)
        .where(Screened.candidate_id.in_(candidates), ScreeningRun.finished_at.is_not(None))
        .group_by(Screened.candidate_id)
    )
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
