"""What every step of the demonstration's trial needs, and what is known of its participants so far.

A step is a moment and what is done then. Steps are done in the order of their moments, so that
the trail reads as that of a trial does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Candidate
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.wording import Language
from trialrun.protocol.design import Arm
from trialrun.protocol.model import TrialProtocol
from trialrun.synthetic.course import Course
from trialrun.workflows.demo.team import Team
from trialrun.workflows.demo.written import written


@dataclass(frozen=True)
class Step:
    """What is done at a moment."""

    at: datetime
    do: Callable[[], object]


@dataclass(frozen=True)
class Stage:
    """Where the trial takes place: its database, protocol, people, clocks and language."""

    database: Database
    protocol: TrialProtocol
    team: Team
    zone: tzinfo
    language: Language

    @property
    def arm(self) -> Arm:
        """The arm of everybody."""
        return self.protocol.design.arms[0]

    def actor(self, role: Role) -> Actor:
        """Return who has a role."""
        return self.team[role]

    def words(self, key: str) -> str:
        """Return what somebody writes there."""
        return written(key, self.language)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a time of the hospital's clocks."""
        return datetime.combine(day, time(hour, minute), self.zone)


@dataclass
class Story:
    """One participant: what was invented, and the ids that the trial has given since.

    `index` counts from 0 in the order of enrolment, so that minutes of a day differ.
    """

    index: int
    patient_id: str
    sex: Literal["female", "male"] | None
    enrolled: date
    course: Course
    candidate_id: int
    participant_id: int = 0

    def day(self, number: int) -> date:
        """Return a day of the trial; 0 is that of enrolment."""
        return self.enrolled + timedelta(days=number)

    def candidate(self, stage: Stage) -> Candidate:
        """Return the candidate as it stands."""
        with stage.database.reading() as session:
            return session.get_one(Candidate, self.candidate_id)

    def participant(self, stage: Stage) -> Participant:
        """Return the participant as it stands."""
        with stage.database.reading() as session:
            return session.get_one(Participant, self.participant_id)
