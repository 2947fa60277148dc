"""The trial that runs, as the pages of candidates ask for it, and who may read about candidates."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Candidate
from trialrun.criteria.formulas import Sex
from trialrun.criteria.wording import Language
from trialrun.web.access import only
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.hospital import sex_of
from trialrun.workflows.running import RunningTrial

READERS = only(Role.INVESTIGATOR, Role.COORDINATOR, Role.DATA_MANAGER, Role.MONITOR)
"""A pharmacist and an administrator need no hospital records of people who are not enrolled."""


def running(request: HTTPConnection) -> RunningTrial:
    """Return the trial with its databases."""
    settings = settings_of(request)
    return RunningTrial(settings.database, settings.protocol, settings.data, settings.time_zone)


def sex_of_candidate(request: HTTPConnection, session: Session, candidate_id: int) -> Sex | None:
    """Return the sex that the hospital has recorded of a candidate; None: it is not known."""
    return sex_of(settings_of(request).data, session.get_one(Candidate, candidate_id).patient_id)


def language_of(request: HTTPConnection) -> Language:
    """Return the visitor's language."""
    return cast(Language, visitor_of(request).language)
