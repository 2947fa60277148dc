"""Who went how far: the screening log, the enrolment log, and the flow that CONSORT draws.

Everything is counted from what stands in the database; nothing is typed (CONSORT 2010, item 13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    Consent,
    ConsentForm,
    ScreenFailure,
    ScreeningRun,
)
from trialrun.conduct.tables.participants import Participant, ParticipantStatus


@dataclass(frozen=True)
class Flow:
    """How many went how far; reasons with their counts, the most frequent first.

    `assessed` are the patients of the last screening's records, of whom it `refused` some;
    `candidates` those whom any screening did not refuse. `consented` counts people, not signatures.
    """

    assessed: int
    refused: int
    candidates: int
    declined: Mapping[str, int]
    waiting: int
    consented: int
    screen_failures: Mapping[str, int]
    in_screening: int
    enrolled: Mapping[str, int]
    on_trial: int
    completed: int
    ended_early: Mapping[str, int]

    @property
    def all_enrolled(self) -> int:
        """How many were enrolled, in every arm together."""
        return sum(self.enrolled.values())


def flow(session: Session) -> Flow:
    """Count the flow of participants as it stands."""
    last = session.scalar(select(ScreeningRun).order_by(ScreeningRun.id.desc()).limit(1))
    candidates = session.scalars(select(Candidate)).all()
    participants = session.scalars(select(Participant)).all()
    failures = {f.candidate_id: f for f in session.scalars(select(ScreenFailure))}
    consented = set(session.scalars(select(Consent.candidate_id)))
    by_status = Counter(candidate.status for candidate in candidates)
    failed = [c.id for c in candidates if c.status == CandidateStatus.SCREEN_FAILURE]
    ended = [p for p in participants if p.status == ParticipantStatus.ENDED_EARLY]
    return Flow(
        assessed=0 if last is None else int(last.counts.get("patients", 0)),
        refused=0 if last is None else int(last.counts.get("ineligible", 0)),
        candidates=len(candidates),
        declined=_ranked(
            c.status_reason for c in candidates if c.status == CandidateStatus.DECLINED
        ),
        waiting=by_status[CandidateStatus.SUGGESTED] + by_status[CandidateStatus.INVITED],
        consented=len(consented),
        screen_failures=_ranked(_why_failed(failures[candidate]) for candidate in failed),
        in_screening=by_status[CandidateStatus.CONSENTED],
        enrolled=_ranked(p.arm for p in participants),
        on_trial=sum(p.ended_on is None for p in participants),
        completed=sum(p.status == ParticipantStatus.COMPLETED for p in participants),
        ended_early=_ranked(p.ended_why or "" for p in ended),
    )


def _why_failed(failure: ScreenFailure) -> str:
    return ", ".join(failure.criteria) or failure.reason


def _ranked(reasons: object) -> dict[str, int]:
    return dict(Counter(reasons).most_common())  # type: ignore[call-overload]


@dataclass(frozen=True)
class Screenee:
    """A line of the screening log: somebody who was invited, declined, consented, or came on."""

    candidate_id: int
    patient_id: str
    status: str
    reason: str
    consented_at: datetime | None
    form_version: str | None
    number: str | None
    enrolled_on: date | None


def screening_log(session: Session) -> list[Screenee]:
    """Return whoever was approached, in the order in which they became candidates."""
    consents = {
        consent.candidate_id: (consent, form.form_version)
        for consent, form in session.execute(
            select(Consent, ConsentForm)
            .join(ConsentForm, Consent.form_id == ConsentForm.id)
            .order_by(Consent.signed_at, Consent.id)
        )
    }
    enrolled = {p.candidate_id: p for p in session.scalars(select(Participant))}
    approached = select(Candidate).where(Candidate.status != CandidateStatus.SUGGESTED)
    lines = []
    for candidate in session.scalars(approached.order_by(Candidate.id)):
        consent, form_version = consents.get(candidate.id, (None, None))
        participant = enrolled.get(candidate.id)
        lines.append(
            Screenee(
                candidate_id=candidate.id,
                patient_id=candidate.patient_id,
                status=candidate.status,
                reason=candidate.status_reason,
                consented_at=None if consent is None else consent.signed_at,
                form_version=form_version,
                number=None if participant is None else participant.number,
                enrolled_on=None if participant is None else participant.enrolled_on,
            )
        )
    return lines


def enrolment_log(session: Session) -> list[Screenee]:
    """Return the participants, in the order of their numbers."""
    lines = [line for line in screening_log(session) if line.number is not None]
    return sorted(lines, key=lambda line: line.number or "")
