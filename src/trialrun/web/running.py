"""The trial that runs, as the pages of candidates ask for it, and who may read about candidates."""

from __future__ import annotations

from typing import cast

from starlette.requests import HTTPConnection

from trialrun.conduct.roles import Role
from trialrun.criteria.wording import Language
from trialrun.web.access import only
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.running import RunningTrial

READERS = only(Role.INVESTIGATOR, Role.COORDINATOR, Role.DATA_MANAGER, Role.MONITOR)
"""A pharmacist and an administrator need no hospital records of people who are not enrolled."""


def running(request: HTTPConnection) -> RunningTrial:
    """Return the trial with its databases."""
    settings = settings_of(request)
    return RunningTrial(settings.database, settings.protocol, settings.data, settings.time_zone)


def language_of(request: HTTPConnection) -> Language:
    """Return the visitor's language."""
    return cast(Language, visitor_of(request).language)
