"""The revisions of a trial's database, in their order, and how a database is brought along them.

Each revision stands in `versions/` as it was written, and is never derived from the tables of
today: those move on, and a database of an older day must still be led through every step. Refuses
to open a connection of its own: who migrates, when, and what the trail says of it is `creation`'s.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def revisions(*more_folders: str) -> Config:
    """Return the revisions that the program knows; folders of others are joined to them."""
    config = Config()
    config.set_main_option("script_location", "trialrun.conduct:migrations")
    config.set_main_option("path_separator", "newline")
    ours = "trialrun.conduct.migrations:versions"
    config.set_main_option("version_locations", "\n".join([ours, *more_folders]))
    return config


def head_of(config: Config) -> str:
    """Return the newest revision."""
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None
    return head


def knows(config: Config, revision: str) -> bool:
    """Say whether a revision is one of these."""
    script = ScriptDirectory.from_config(config)
    return any(known.revision == revision for known in script.walk_revisions())


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database; None if it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def bring_to_head(connection: Connection, config: Config) -> None:
    """Take every step from the database's revision to the newest, in the open transaction."""
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
