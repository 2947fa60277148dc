"""Look after all participants, and propose what departs from the protocol for sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.database import Database, open_database
from trialrun.conduct.days import day_of
from trialrun.conduct.surveillance import State, SurveillanceFinding
from trialrun.conduct.tables.deviations import Deviation
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import RefusedError
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.rows import PatientRecord
from trialrun.workflows.hospital_seen import HospitalSeen, hospital_seen
from trialrun.workflows.looking_after import Found, look_after
from trialrun.workflows.proposing import propose


@dataclass(frozen=True)
class Watched:
    """What was found of one participant; `new` are the deviations that were not known before.

    `held_back`: something was found and could not be written, because the data are locked. The
    other fields are those of `Found`.
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


def _participants(session: Session) -> Sequence[Participant]:
    return session.scalars(select(Participant).order_by(Participant.id)).all()


def _written(
    database: Database,
    actor: Actor,
    at: datetime,
    participant: Participant,
    found: Found,
    today: date,
) -> Watched:
    new, held_back = propose(database, actor, at, participant.id, found.proposals, today)
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
