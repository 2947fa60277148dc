"""Every table, index, trigger and guard of the first version, as the two SQL files beside it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

SEPARATOR = "\n--\n"
"""Stands between two statements of a file: a semicolon would also end lines within a trigger."""


def upgrade() -> None:
    """Make the schema in an empty database."""
    connection = op.get_bind()
    written = Path(__file__).with_name(f"r0001_{connection.dialect.name}.sql")
    for statement in written.read_text(encoding="utf-8").split(SEPARATOR):
        # Without parameters a % in a statement means itself.
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
