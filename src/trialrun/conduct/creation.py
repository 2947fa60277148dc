"""How a trial's database begins, and how it is brought to the version of the program.

Refuses a database that holds something else, and one that a newer version of the program has made.
"""

from __future__ import annotations

from datetime import datetime

from alembic.config import Config
from sqlalchemy import inspect

from trialrun.conduct.acts import note
from trialrun.conduct.database import Database, revision_error
from trialrun.conduct.migrations import bring_to_head, head_of, knows, revision_of, revisions
from trialrun.conduct.roles import Verb


def create(database: Database) -> None:
    """Make every table, trigger and guard, if the database is empty; else leave it alone."""
    with database.writing() as session:
        connection = session.connection()
        if not inspect(connection).get_table_names():
            bring_to_head(connection, revisions())


def bring_up_to_date(database: Database, at: datetime, known: Config | None = None) -> None:
    """Lead a database from its revision to the newest, in one transaction, with its event.

    `known` are other revisions than those of the program.

    Raises:
        StoreError: it is no trial's database, or a newer version of the program has made it.
    """
    known = known or revisions()
    with database.writing() as session:
        connection = session.connection()
        found, head = revision_of(connection), head_of(known)
        if found == head:
            return
        if found is None or not knows(known, found):
            raise revision_error(database.engine, found)
        bring_to_head(connection, known)
        note(session, Verb.MIGRATE, at=at, data={"from": found, "to": head})
