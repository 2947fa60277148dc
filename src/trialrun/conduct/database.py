"""The database of a trial: SQLite beside it by default, or a PostgreSQL server.

`reading` gives a session that refuses to write; `writing` is for acts, and for the list of who
is signed in (`sessions`). Refuses a database
that is not a trial's, or is of another version of the program.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from trialrun.conduct.migrations import head_of, knows, revision_of, revisions
from trialrun.errors import NotFoundError, Problem, StoreError, UsageError

_WAIT_MS = 10_000
"""How long a writer waits for the one before it."""
_CHAIN_LOCK = 0x7472_6961_6C72_756E  # "trialrun": one writer at a time seals the chain


@dataclass(frozen=True)
class Database:
    """An open database."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database, and cannot write."""
        with self._session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose statements stand together or not at all; one at a time."""
        with self._session(writes=True) as session:
            yield session
            session.commit()

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[Session]:
        try:
            with (
                self.engine.connect().execution_options(trialrun_writes=writes) as connection,
                Session(connection, autoflush=False, expire_on_commit=False) as session,
            ):
                event.listen(session, "before_flush", _refuse_flush)
                yield session
        except DatabaseError as error:
            if isinstance(error, OperationalError) or _is_not_ours(error):
                raise _store_error(self.engine, error) from error
            raise  # about what was asked or written, not about the database

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def connect(url: str) -> Database:
    """Open a database by its URL: `sqlite:///trial.db`, `postgresql://host/name`."""
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return Database(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", f"busy_timeout = {_WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}")
    # What an act has reported as done is on the disk, also after a power failure.
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("trialrun_writes", True)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_WAIT_MS}")
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _refuse_flush(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows are written by acts alone")


_NOT_OURS = ("not a database", "no such table", "does not exist")


def _is_not_ours(error: DatabaseError) -> bool:
    return any(words in str(error.orig).lower() for words in _NOT_OURS)


def _store_error(engine: Engine, error: DatabaseError) -> StoreError:
    said = str(error.orig).lower()
    name = engine.url.render_as_string(hide_password=True)
    if "disk is full" in said or "no space" in said:
        found, remedy = "the disk is full; nothing of this was written", "make room, and try again"
    elif "is locked" in said or "lock timeout" in said:
        found, remedy = "somebody else is writing for too long", "try again"
    elif "readonly" in said or "read-only" in said:
        found, remedy = "it may not be written", "give whoever runs this the right to write it"
    elif _is_not_ours(error):
        found, remedy = "it is no trial's database", "name one that `trialrun serve` has made"
    else:
        found, remedy = "the database does not answer", "see that it runs, and its address"
    return StoreError(f"{name} cannot be used", [Problem(name, found, remedy)])


_FILE = "sqlite:///"


def open_database(url: str, *, must_exist: bool) -> Database:
    """Open the database that somebody has named; a file is made private before it is used.

    Raises:
        UsageError: the URL is of no database that we know.
        NotFoundError: there is no such file, and `must_exist`.
        StoreError: it is not of the program's revision, and `must_exist`.
    """
    if url.startswith(_FILE) and (path := Path(url.removeprefix(_FILE))).name:
        if must_exist and not path.exists():
            raise NotFoundError(f"there is no database {path}")
        opened = connect(_made_private(path))
    elif url.startswith("postgresql://"):
        opened = connect(url)
    else:
        raise UsageError(
            f"{url} is no database: write sqlite:///trial.db or postgresql://host/name"
        )
    if must_exist:
        _check_revision(opened)
    return opened


def _check_revision(database: Database) -> None:
    try:
        with database.reading() as session:
            found = revision_of(session.connection())
        if found != head_of(revisions()):
            raise revision_error(database.engine, found)
    except StoreError:
        database.close()
        raise


def revision_error(engine: Engine, found: str | None) -> StoreError:
    """Return the refusal of a database that is not of the program's revision."""
    name = engine.url.render_as_string(hide_password=True)
    if found is None:
        what, remedy = "it is no trial's database", "name one that `trialrun serve` has made"
    elif knows(revisions(), found):
        what = f"an older version of the program has made it (revision {found})"
        remedy = "keep a copy, and start `trialrun serve` on it: that brings it up to date"
    else:
        what = f"a newer version of the program has made it (revision {found})"
        remedy = "use that version, or a newer one"
    return StoreError(f"{name} cannot be used", [Problem(name, what, remedy)])


def _made_private(path: Path) -> str:
    try:
        return private_sqlite_url(path)
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        problem = Problem(str(path), found, "name another place, or make this one writable")
        raise StoreError(f"{path} cannot be used", [problem]) from error


def private_sqlite_url(path: Path) -> str:
    """Make the file readable by its owner only, before anything is written into it."""
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    return f"sqlite:///{path}"
