"""Open a trial's database for the pages, and check its trail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trialrun.conduct.actions.accounts import FIRST_NAME, create_first_administrator
from trialrun.conduct.audit import Verification, verify
from trialrun.conduct.creation import bring_up_to_date, create
from trialrun.conduct.database import Database, open_database
from trialrun.errors import UsageError
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.files import owner_only
from trialrun.workflows.hospital import hospital

_HEAD = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class OpenTrial:
    """A trial that is ready to be served.

    `first_password` is the first administrator's one-time password, just after it was made; else
    None.
    """

    database: Database
    protocol: TrialProtocol
    administrator: str
    first_password: str | None


def open_trial(url: str, protocol: str, at: datetime) -> OpenTrial:
    """Make the database or bring it up to date; make the first administrator if nobody is there.

    Raises:
        ProtocolError, NotFoundError: the protocol cannot be read.
        UsageError, StoreError: the database cannot be used.
    """
    trial = read_protocol(protocol)
    with owner_only():  # the files that SQLite writes beside its own hold the same data
        database = open_database(url, must_exist=False)
        create(database)
        bring_up_to_date(database, at)
        password = create_first_administrator(database, at)
    return OpenTrial(database, trial, FIRST_NAME, password)


def check_hospital(data: Path | None) -> None:
    """See that the hospital's records can be read, if any are named.

    Raises:
        StoreError: they cannot.
    """
    if data is not None:
        with hospital(data):
            pass


def verify_trail(url: str, head: str | None) -> Verification:
    """Check the whole trail of a trial's database; `head` is one that a signed report shows.

    Raises:
        UsageError: what was given as a head is none; an empty one would have checked nothing.
        NotFoundError, StoreError: the database cannot be used.
    """
    printed = None if head is None else head.strip().lower()
    if printed is not None and not _HEAD.fullmatch(printed):
        raise UsageError("--head: this is no head; give all 64 digits and letters of it")
    database = open_database(url, must_exist=True)
    try:
        return verify(database, printed)
    finally:
        database.close()
