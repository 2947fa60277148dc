"""What binds one participant as of a day, what was planned, and what departs from it; no writing.

Everything is asked of one record that joins the trial's own rows and, where its database is at
hand, the hospital's. What nobody has recorded is counted, never taken for missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from sqlalchemy.orm import Session

from trialrun.conduct.database import Database
from trialrun.conduct.follow_up import last_day_of_follow_up
from trialrun.conduct.plans import PlannedDose, PlannedVisit, Status
from trialrun.conduct.proposals import (
    Planned,
    PlannedKind,
    ProposedDeviation,
    proposal_of,
    proposals_of_schedule,
    proposals_of_withdrawals,
)
from trialrun.conduct.reading.consents import after_withdrawals, withdrawals_of
from trialrun.conduct.reading.own_record import own_record
from trialrun.conduct.record import participant_record
from trialrun.conduct.schedule import schedule
from trialrun.conduct.surveillance import Participation, SurveillanceFinding, surveil
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem, RefusedError
from trialrun.protocol.model import TrialProtocol, Wording
from trialrun.records.rows import PatientRecord
from trialrun.workflows.dose_departures import departing_doses
from trialrun.workflows.due import UNRECORDED, word_of
from trialrun.workflows.enrolled import enrolled_one
from trialrun.workflows.hospital_seen import hospital_seen

_TELLING = (Status.DONE_OUT_OF_WINDOW, Status.MISSED)


@dataclass(frozen=True)
class Found:
    """What is found of one participant before anything is written.

    `unrecorded`: planned visits and doses that are over, and of which nobody said what became.
    `not_answered`: why nothing could be asked of this one, whose rows contradict each other; all
    of `bound`, the obligations and exclusions that are asked about, are then unknown.
    """

    findings: tuple[SurveillanceFinding, ...] = ()
    proposals: tuple[ProposedDeviation, ...] = ()
    unrecorded: int = 0
    bound: int = 0
    not_answered: str = ""


def look_at(
    database: Database,
    trial: TrialProtocol,
    participant_id: int,
    on: date,
    *,
    zone: tzinfo,
    data: Path | None,
) -> tuple[SurveillanceFinding, ...]:
    """Return how everything that binds one participant stands on a day; nothing is written.

    Nothing binds before enrolment: then there is nothing to tell.

    Raises:
        RefusedError: this participant's rows contradict each other, so that nothing can be asked.
    """
    with database.reading() as session:
        participant = session.get_one(Participant, participant_id)
        if participant.enrolled_on > on:
            return ()
        hospital = hospital_seen(session, [participant], data, on)
        record = hospital.records.get(participant_id) if hospital else None
        return look_after(session, trial, participant, record, on, zone).findings


def look_after(
    session: Session,
    trial: TrialProtocol,
    participant: Participant,
    hospital: PatientRecord | None,
    on: date,
    zone: tzinfo,
) -> Found:
    """Ask everything that is asked of one participant, as of a day.

    Raises:
        RefusedError: participation ended before it began, so that nothing can be asked.
    """
    taken = _taken(session, trial, participant, on, zone)
    own = own_record(session, trial, participant)
    record = participant_record(
        hospital,
        own.person,
        own.facts,
        enrolled=participant.enrolled_on,
        asked_until=own.asked_until,
        own_study=_own_study(trial),
    )
    findings = surveil(trial, record, taken)
    by_findings = (proposal_of(trial, finding) for finding in findings)
    known = enrolled_one(session, trial.design, participant.id, zone=zone).known
    plan = schedule(trial.design, known, on)
    planned = [
        *_planned_visits(plan.visits, known.missed_visits),
        *planned_doses(plan.doses),
    ]
    return Found(
        findings=findings,
        bound=len(trial.obligations) + len(trial.watched_exclusions),
        proposals=(
            *(one for one in by_findings if one is not None),
            *proposals_of_schedule(planned, taken),
            *departing_doses(session, trial.design, participant, on),
            *proposals_of_withdrawals(after_withdrawals(session, participant, zone)),
        ),
        unrecorded=sum(word_of(visit, known) == UNRECORDED for visit in plan.visits)
        + sum(word_of(dose, known) == UNRECORDED for dose in plan.doses),
    )


def _own_study(trial: TrialProtocol) -> frozenset[str]:
    own = (trial.registry.id, trial.registry.organisation_study_id)
    return frozenset(name for name in own if name)


def _taken(
    session: Session, trial: TrialProtocol, participant: Participant, on: date, zone: tzinfo
) -> Participation:
    withdrawals = withdrawals_of(session, participant.candidate_id)
    ended = last_day_of_follow_up(participant, withdrawals, zone)
    enrolled = participant.enrolled_on
    if ended is not None and ended < enrolled:
        found = "consent was withdrawn, or participation ended, before enrolment"
        remedy = "report a deviation, and judge by hand what binds this participant"
        raise RefusedError(
            "this participant cannot be looked after", [Problem("participant", found, remedy)]
        )
    return Participation(
        enrolled=enrolled,
        planned_end=trial.end_of_follow_up(enrolled) or max(on, enrolled),
        as_of=on,
        ended=ended,
    )


def _planned_visits(
    visits: Sequence[PlannedVisit], said_missed: frozenset[str]
) -> Iterator[Planned]:
    for plan in visits:
        said = plan.done_on is not None or plan.visit.id in said_missed
        if plan.status in _TELLING and said and plan.first and plan.last:
            title = Wording(plan.visit.title, plan.visit.title_zh)
            yield Planned(
                plan.visit.id, PlannedKind.VISIT, title, plan.first, plan.last, plan.done_on
            )


def planned_doses(doses: Sequence[PlannedDose]) -> Iterator[Planned]:
    """Yield planned doses of which somebody recorded that they departed from the plan."""
    for plan in doses:
        if plan.status in _TELLING and plan.recorded is not None:
            title = Wording(
                f"dose {plan.number} of course {plan.course}",
                f"第{plan.course}疗程第{plan.number}次给药",
            )
            done = plan.recorded.on if plan.recorded.given else None
            name = f"{plan.course}.{plan.number}"
            yield Planned(name, PlannedKind.DOSE, title, plan.on, plan.on, done)
