"""What Alembic runs for each migration: on the connection that it is handed, and no other.

SQLite, too, takes a step as a whole or not at all, because transactions begin where
`conduct.database` says, not where Python's driver guesses.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    # SQLite changes little of a table that stands: it is copied into a new one.
    render_as_batch=True,
)
context.run_migrations()
