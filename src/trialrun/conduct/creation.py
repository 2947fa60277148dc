"""How a trial's database begins, and how it is brought to the version of the program."""

from __future__ import annotations

from sqlalchemy import inspect

from trialrun.conduct.database import Database
from trialrun.conduct.tables import Base
from trialrun.conduct.triggers import triggers


def create(database: Database) -> None:
    """Make every table and trigger, if the database is empty; else leave it alone."""
    with database.writing() as session:
        connection = session.connection()
        if inspect(connection).get_table_names():
            return
        Base.metadata.create_all(connection)
        for statement in triggers(connection.dialect.name):
            # Without parameters a % in a statement means itself.
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
