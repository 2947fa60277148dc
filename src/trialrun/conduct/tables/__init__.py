"""The tables of the trial, one file per theme.

Every theme is imported here, so that the schema is whole whoever asks for it.
"""

from trialrun.conduct.tables import accounts, candidates, open_sessions, participants, trail
from trialrun.conduct.tables.base import Base

__all__ = ["Base", "accounts", "candidates", "open_sessions", "participants", "trail"]
