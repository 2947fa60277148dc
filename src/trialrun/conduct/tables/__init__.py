"""The tables of the trial, one file per theme.

Every theme is imported here, so that the schema is whole whoever asks for it.
"""

from trialrun.conduct.tables import (
    accounts,
    adverse_events,
    candidates,
    deviations,
    doses,
    medication,
    open_sessions,
    oversight,
    participants,
    queries,
    trail,
    visits,
)
from trialrun.conduct.tables.base import Base

__all__ = [
    "Base",
    "accounts",
    "adverse_events",
    "candidates",
    "deviations",
    "doses",
    "medication",
    "open_sessions",
    "oversight",
    "participants",
    "queries",
    "trail",
    "visits",
]
