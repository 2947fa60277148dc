"""The trial that is served, as pages ask for it: its protocol and databases, its clock, its people.

Refuses to judge what may be done: the role decides, as the routes do (`access`).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.roles import MAY, Verb
from trialrun.conduct.tables.candidates import Candidate
from trialrun.conduct.tables.oversight import DataLock
from trialrun.criteria.formulas import Sex
from trialrun.protocol.model import TrialProtocol
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.enrolled import Enrolled, enrolled_one
from trialrun.workflows.hospital import sex_of
from trialrun.workflows.running import RunningTrial


def trial_of(request: HTTPConnection) -> TrialProtocol:
    """Return the protocol."""
    return settings_of(request).protocol


def running(request: HTTPConnection) -> RunningTrial:
    """Return the trial with its databases."""
    settings = settings_of(request)
    return RunningTrial(settings.database, settings.protocol, settings.data, settings.time_zone)


def now(request: HTTPConnection) -> datetime:
    """Return the moment of the request."""
    return settings_of(request).clock()


def today(request: HTTPConnection) -> date:
    """Return the hospital's day."""
    return day_of(now(request), settings_of(request).time_zone)


def acting(request: HTTPConnection) -> tuple[Database, Actor, datetime]:
    """Return what every act begins with: the database, who acts, and when."""
    return settings_of(request).database, visitor_of(request).actor, now(request)


def can(request: HTTPConnection, *verbs: Verb, lock: DataLock | None = None) -> dict[str, bool]:
    """Say of each verb, by its name in lower case, whether the visitor may do it.

    The role decides, and an open `lock` on the data that the verbs change, which lets nobody.
    """
    account = visitor_of(request).account
    role = None if account is None else account.role
    return {verb.name.lower(): lock is None and role in MAY[verb] for verb in verbs}


def enrolled_participant(
    request: HTTPConnection, session: Session, participant_id: int
) -> Enrolled:
    """Return one participant with what is known of the plan.

    Raises:
        NotFoundError: there is no such participant.
    """
    settings = settings_of(request)
    return enrolled_one(session, settings.protocol.design, participant_id, zone=settings.time_zone)


def sex_of_candidate(request: HTTPConnection, session: Session, candidate_id: int) -> Sex | None:
    """Return the sex that the hospital has recorded of a candidate; None: it is not known."""
    return sex_of(settings_of(request).data, session.get_one(Candidate, candidate_id).patient_id)
