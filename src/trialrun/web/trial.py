"""The trial that is served, as pages ask for it: its protocol, its clock, its day."""

from __future__ import annotations

from datetime import date, datetime

from starlette.requests import HTTPConnection

from trialrun.conduct.days import day_of
from trialrun.conduct.roles import MAY, Verb
from trialrun.conduct.tables.oversight import DataLock
from trialrun.protocol.model import TrialProtocol
from trialrun.web.visitors import settings_of, visitor_of


def trial_of(request: HTTPConnection) -> TrialProtocol:
    """Return the protocol."""
    return settings_of(request).protocol


def now(request: HTTPConnection) -> datetime:
    """Return the moment of the request."""
    return settings_of(request).clock()


def today(request: HTTPConnection) -> date:
    """Return the hospital's day."""
    return day_of(now(request), settings_of(request).time_zone)


def can(request: HTTPConnection, *verbs: Verb, lock: DataLock | None = None) -> dict[str, bool]:
    """Say of each verb, by its name in lower case, whether the visitor may do it.

    The role decides, and an open `lock` on the data that the verbs change, which lets nobody.
    """
    account = visitor_of(request).account
    role = None if account is None else account.role
    return {verb.name.lower(): lock is None and role in MAY[verb] for verb in verbs}
