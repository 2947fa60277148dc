"""Who is signed in at this moment: a technical table, outside the trail.

It changes with every page that is opened and forgets what is over, so no trigger keeps its rows and
no seal covers them: it is a table without a class. What counts for the trial is in the trail all
the same: every sign-in, failed sign-in and sign-out is an act, and the check of the trail asks of
each session for the act that opened it. Refuses to hold a token: whoever reads the database, or a
copy of it, cannot go on in somebody's name.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from trialrun.conduct.tables.base import Base, UtcTime

OPEN_SESSION = Table(
    "open_session",
    Base.metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)
"""`token_hash` is the SHA-256 of the token that the browser holds."""
