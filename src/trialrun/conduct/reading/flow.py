"""Who went how far: the screening log, the enrolment log, and the flow that CONSORT draws.

Everything is counted from what stands in the database; nothing is typed (CONSORT 2010, item 13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.candidates import (
    ON_THE_WAY,
    Candidate,
    CandidateStatus,
    Consent,
    ConsentForm,
    Screened,
    ScreenFailure,
    ScreeningRun,
)
from trialrun.conduct.tables.participants import Participant, ParticipantStatus
from trialrun.screening.verdict import Verdict


@dataclass(frozen=True)
class Flow:
    """How many people went how far, each in one place; the most frequent reasons come first.

    `last_screening` are the living patients of the last screening, `earlier` the candidates of
    earlier ones alone. Of both together some were `refused`, some were `not_taken_in`, the others
    are `candidates`. `declined` did so before a consent, `declined_later` after it; `no_longer` are
    those whom no one had approached before the records came to refuse them. `in_screening` are
    those who have signed and are not enrolled yet, or were invited again.
    """

    last_screening: int
    earlier: int
    refused: int
    not_taken_in: int
    candidates: int
    declined: Mapping[str, int]
    no_longer: int
    waiting: int
    consented: int
    declined_later: Mapping[str, int]
    screen_failures: Mapping[str, int]
    in_screening: int
    enrolled: Mapping[str, int]
    on_trial: int
    completed: int
    ended_early: Mapping[str, int]

    @property
    def assessed(self) -> int:
        """How many people any of the screenings named here looked at."""
        return self.last_screening + self.earlier

    @property
    def all_enrolled(self) -> int:
        """How many were enrolled, in every arm together."""
        return sum(self.enrolled.values())


def flow(session: Session) -> Flow:
    """Count the flow of participants as it stands."""
    candidates = session.scalars(select(Candidate)).all()
    participants = session.scalars(select(Participant)).all()
    failures = {f.candidate_id: f for f in session.scalars(select(ScreenFailure))}
    consented = set(session.scalars(select(Consent.candidate_id)))
    signed = [c for c in candidates if c.id in consented]
    unsigned = [c for c in candidates if c.id not in consented]
    early = Counter(_place(candidate) for candidate in unsigned)
    ended = [p for p in participants if p.status == ParticipantStatus.ENDED_EARLY]
    return Flow(
        **_screened(session, candidates, participants),
        candidates=len(candidates),
        declined=_ranked(_why_declined(unsigned)),
        no_longer=early["no longer"],
        waiting=early["waiting"],
        consented=len(signed),
        declined_later=_ranked(_why_declined(signed)),
        screen_failures=_ranked(
            _why_failed(failures[c.id])
            for c in signed
            if c.status == CandidateStatus.SCREEN_FAILURE
        ),
        in_screening=sum(c.status in ON_THE_WAY for c in signed),
        enrolled=_ranked(p.arm for p in participants),
        on_trial=sum(p.ended_on is None for p in participants),
        completed=sum(p.status == ParticipantStatus.COMPLETED for p in participants),
        ended_early=_ranked(p.ended_why or "" for p in ended),
    )


def _screened(
    session: Session, candidates: Sequence[Candidate], participants: Sequence[Participant]
) -> dict[str, int]:
    """Count the people of the last screening, and who became no candidate.

    A screening says nothing of participants: those of its day are taken to be among its patients.
    """
    last = session.scalar(select(ScreeningRun).order_by(ScreeningRun.id.desc()).limit(1))
    if last is None:
        return {"last_screening": 0, "earlier": len(candidates), "refused": 0, "not_taken_in": 0}
    told = set(session.scalars(select(Screened.candidate_id).where(Screened.run_id == last.id)))
    told |= {p.candidate_id for p in participants if p.enrolled_at <= last.taken_in_at}
    patients = max(int(last.counts.get("patients", 0)), len(told))
    others = patients - len(told)
    refused = min(others, int(last.counts.get("ineligible", 0)))
    return {
        "last_screening": patients,
        "earlier": len(candidates) - len(told),
        "refused": refused,
        "not_taken_in": others - refused,
    }


def _place(candidate: Candidate) -> str:
    """Say where somebody who has signed nothing stands; nothing of who declined."""
    if candidate.status == CandidateStatus.DECLINED:
        return ""
    unasked = candidate.status == CandidateStatus.SUGGESTED
    return "no longer" if unasked and candidate.verdict == Verdict.INELIGIBLE else "waiting"


def _why_declined(candidates: Sequence[Candidate]) -> list[str]:
    return [c.status_reason for c in candidates if c.status == CandidateStatus.DECLINED]


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
