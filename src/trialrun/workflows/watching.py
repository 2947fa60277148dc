"""Look after the participants: what binds them, what was planned, and what departs from it.

Everything is asked as of a day, of one record that joins the trial's own rows and, where its
database is at hand, the hospital's. What departs for sure is proposed as a deviation; nothing is
proposed twice, and nothing is judged. What nobody has recorded is counted, never taken for missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import withdrawals_of
from trialrun.conduct.actions.deviations import (
    DeviationEntry,
    DeviationProposal,
    propose_deviations,
)
from trialrun.conduct.actions.oversight import open_lock
from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.database import Database, open_database
from trialrun.conduct.days import day_of
from trialrun.conduct.follow_up import last_day_of_follow_up
from trialrun.conduct.plans import PlannedDose, PlannedVisit, Status
from trialrun.conduct.proposals import (
    DeviationCategory,
    Planned,
    PlannedKind,
    ProposedDeviation,
    proposal_of,
    proposals_of_schedule,
    proposals_of_withdrawals,
)
from trialrun.conduct.reading.consents import after_withdrawals
from trialrun.conduct.reading.own_record import own_record
from trialrun.conduct.record import participant_record
from trialrun.conduct.schedule import schedule
from trialrun.conduct.surveillance import (
    Evidence,
    Participation,
    State,
    SurveillanceFinding,
    surveil,
)
from trialrun.conduct.tables.deviations import Deviation, DeviationKind
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem, RefusedError
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.design import Design
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol, Wording
from trialrun.records.rows import PatientRecord
from trialrun.workflows.dose_departures import departing_doses
from trialrun.workflows.hospital_seen import HospitalSeen, hospital_seen
from trialrun.workflows.participation import UNRECORDED, enrolled_one, word_of

_KINDS: Mapping[DeviationCategory, DeviationKind] = {
    DeviationCategory.OBLIGATION: DeviationKind.OBLIGATION,
    DeviationCategory.EXCLUSION: DeviationKind.EXCLUSION,
    DeviationCategory.VISIT_DAY: DeviationKind.VISIT_WINDOW,
    DeviationCategory.VISIT_MISSED: DeviationKind.MISSED_VISIT,
    DeviationCategory.DOSE_DAY: DeviationKind.DOSE,
    DeviationCategory.DOSE_MISSED: DeviationKind.MISSED_DOSE,
    DeviationCategory.DOSE_INTERVAL: DeviationKind.DOSE,
    DeviationCategory.DOSE_LOT: DeviationKind.DOSE,
    DeviationCategory.DOSE_EXPIRED: DeviationKind.DOSE,
    DeviationCategory.AFTER_WITHDRAWAL: DeviationKind.CONSENT,
}


@dataclass(frozen=True)
class Watched:
    """What was found of one participant; `new` are the deviations that were not known before.

    `held_back`: something was found and could not be written, because the data are locked.
    `unrecorded`: planned visits and doses that are over, and of which nobody said what became.
    `not_answered`: why nothing could be asked of this one, whose rows contradict each other; all
    of `bound`, the obligations and exclusions that are asked about, are then unknown.
    """

    participant_id: int
    number: str
    findings: tuple[SurveillanceFinding, ...]
    new: tuple[Deviation, ...]
    held_back: bool
    unrecorded: int
    bound: int
    not_answered: str = ""

    def count(self, state: State | str) -> int:
        """How many obligations and exclusions stand so."""
        if self.not_answered:
            return self.bound if state == State.UNKNOWN else 0
        return sum(finding.state == state for finding in self.findings)


@dataclass(frozen=True)
class Watch:
    """One look at everybody, as of a day.

    `without_record` are the numbers of participants whom the hospital's database does not know;
    empty, too, if none was given (`hospital` None).
    """

    on: date
    hospital: HospitalSeen | None
    participants: tuple[Watched, ...]
    without_record: tuple[str, ...]

    @property
    def has_hospital(self) -> bool:
        """Whether the hospital's database was given."""
        return self.hospital is not None

    @property
    def new(self) -> tuple[Deviation, ...]:
        """The deviations that were not known before."""
        return tuple(deviation for one in self.participants for deviation in one.new)


def watch_trial(
    protocol: str, url: str, data: Path | None, at: datetime, on: date, *, zone: ZoneInfo
) -> Watch:
    """Look after the participants of a trial's database, as the program itself.

    Raises:
        ProtocolError, NotFoundError: the protocol cannot be used.
        NotFoundError, UsageError, StoreError: one of the databases cannot be used.
    """
    trial = read_protocol(protocol)
    refuse_unsound(trial, on)
    database = open_database(url, must_exist=True)
    try:
        return watch_participants(database, trial, PROGRAM, at, on, zone=zone, data=data)
    finally:
        database.close()


def watch_participants(
    database: Database,
    trial: TrialProtocol,
    actor: Actor,
    at: datetime,
    on: date,
    *,
    zone: tzinfo,
    data: Path | None,
) -> Watch:
    """Look after everybody who was enrolled by a day, and propose what departs from the protocol.

    `zone` is the hospital's: it says which day `at` is. Each participant's proposals are one act.
    """
    with database.reading() as session:
        everybody = [one for one in _participants(session) if one.enrolled_on <= on]
        hospital = hospital_seen(session, everybody, data, on)
        records = hospital.records if hospital else {}
        seen = [
            (one, _found(session, trial, one, records.get(one.id), on, zone)) for one in everybody
        ]
    return Watch(
        on=on,
        hospital=hospital,
        participants=tuple(
            _written(database, actor, at, one, found, day_of(at, zone)) for one, found in seen
        ),
        without_record=tuple(one.number for one in everybody if hospital and one.id not in records),
    )


@dataclass(frozen=True)
class Found:
    """What is found of one participant before anything is written; the fields are `Watched`'s."""

    findings: tuple[SurveillanceFinding, ...] = ()
    proposals: tuple[ProposedDeviation, ...] = ()
    unrecorded: int = 0
    bound: int = 0
    not_answered: str = ""


def _found(
    session: Session,
    trial: TrialProtocol,
    participant: Participant,
    hospital: PatientRecord | None,
    on: date,
    zone: tzinfo,
) -> Found:
    """Look after one participant; what cannot be asked of this one keeps nobody else waiting."""
    try:
        return look_after(session, trial, participant, hospital, on, zone)
    except RefusedError as error:
        bound = len(trial.obligations) + len(trial.watched_exclusions)
        return Found(bound=bound, not_answered="; ".join(one.found for one in error.problems))


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
        *_planned_doses(plan.doses),
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


def propose_departing_dose(
    database: Database,
    design: Design,
    participant_id: int,
    name: str,
    at: datetime,
    *,
    zone: tzinfo,
) -> tuple[Deviation, ...]:
    """Propose at once how a dose that was given departs, as the program itself."""
    on = day_of(at, zone)
    with database.reading() as session:
        one = enrolled_one(session, design, participant_id, zone=zone)
        planned = _planned_doses(schedule(design, one.known, on).doses)
        found = (
            *proposals_of_schedule(planned, Participation(one.row.enrolled_on, on, on)),
            *departing_doses(session, design, one.row, on),
        )
    of_dose = [proposal for proposal in found if proposal.about == name]
    return _proposed(database, PROGRAM, at, participant_id, of_dose, on)[0]


def _participants(session: Session) -> Sequence[Participant]:
    return session.scalars(select(Participant).order_by(Participant.id)).all()


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


# --- the schedule -------------------------------------------------------------------------------

_TELLING = (Status.DONE_OUT_OF_WINDOW, Status.MISSED)


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


def _planned_doses(doses: Sequence[PlannedDose]) -> Iterator[Planned]:
    for plan in doses:
        if plan.status in _TELLING and plan.recorded is not None:
            title = Wording(
                f"dose {plan.number} of course {plan.course}",
                f"第{plan.course}疗程第{plan.number}次给药",
            )
            done = plan.recorded.on if plan.recorded.given else None
            name = f"{plan.course}.{plan.number}"
            yield Planned(name, PlannedKind.DOSE, title, plan.on, plan.on, done)


# --- writing ------------------------------------------------------------------------------------


def _written(
    database: Database,
    actor: Actor,
    at: datetime,
    participant: Participant,
    found: Found,
    today: date,
) -> Watched:
    new, held_back = _proposed(database, actor, at, participant.id, found.proposals, today)
    return Watched(
        participant_id=participant.id,
        number=participant.number,
        findings=found.findings,
        new=new,
        held_back=held_back,
        unrecorded=found.unrecorded,
        bound=found.bound,
        not_answered=found.not_answered,
    )


def _proposed(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    found: Sequence[ProposedDeviation],
    today: date,
) -> tuple[tuple[Deviation, ...], bool]:
    """Write what is new; say of a participant whose data are locked that it was held back."""
    proposals = [_proposal(one) for one in found]
    try:
        return (
            propose_deviations(database, actor, at, participant_id, proposals, today=today),
            False,
        )
    except RefusedError:
        with database.reading() as session:
            if open_lock(session, participant_id, None) is None:
                raise
        return (), True


def _proposal(found: ProposedDeviation) -> DeviationProposal:
    entry = DeviationEntry(
        _KINDS[found.category], found.about, found.description.en, found.first_day.isoformat()
    )
    evidence: dict[str, Any] = {
        "zh": found.description.in_language("zh"),
        "until": found.last_day.isoformat() if found.last_day else None,
        "rows": [_row(one) for one in found.rows],
    }
    return DeviationProposal(found.key, entry, evidence)


def _row(evidence: Evidence) -> dict[str, Any]:
    row = evidence.row
    codings = row.concept.codings
    return {
        "source": str(evidence.source),
        "kind": str(row.kind),
        "ref": row.ref,
        "what": getattr(row, "question", None) or row.concept.text or _first_name(codings),
        "from": row.start.lo.isoformat(),
        "to": row.start.hi.isoformat(),
    }


def _first_name(codings: Sequence[Any]) -> str:
    return next((coding.display or coding.code for coding in codings), "")
