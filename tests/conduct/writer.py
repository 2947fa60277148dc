"""Somebody who writes without a pause, in a process of their own, until it is killed."""

from __future__ import annotations

from multiprocessing.synchronize import Event

from tests.conduct.people import NOW

from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.database import connect
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.accounts import Account

ROWS = 3
"""An act writes so many rows."""


def write(url: str, name: str, has_begun: Event) -> None:
    """Do one act after the other."""
    database = connect(url)
    number = 0
    while True:
        number += 1
        with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW) as doing:
            for row in range(ROWS):
                who = f"{name}-{number}-{row}"
                doing.add(Account(name=who, full_name=who, role=Role.MONITOR, password_hash=None))
        has_begun.set()
