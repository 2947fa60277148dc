"""The database of a trial: SQLite beside it by default, or a PostgreSQL server.

`reading` gives a session that refuses to write; `writing` is for acts, and for the list of who
is signed in (`sessions`). Refuses a database
that is not a trial's, or is of another version of the program.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
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
            if isinstance(error, OperationalError) or _is_not_ours(error) or _is_damaged(error):
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
    # Full: what an act has reported as done is on the disk, also after a power failure.
    for pragma in ("foreign_keys = ON", f"busy_timeout = {_WAIT_MS}", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


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


def _is_damaged(error: DatabaseError) -> bool:
    return "malformed" in str(error.orig).lower()


def _store_error(engine: Engine, error: DatabaseError) -> StoreError:
    said = str(error.orig).lower()
    name = engine.url.render_as_string(hide_password=True)
    if "disk is full" in said or "no space" in said or _lacks_room(engine, said):
        found, remedy = "the disk is full; nothing of this was written", "make room, and try again"
    elif "is locked" in said or "lock timeout" in said:
        found, remedy = "somebody else is writing for too long", "try again"
    elif "readonly" in said or "read-only" in said:
        found, remedy = "it may not be written", "give whoever runs this the right to write it"
    elif _is_not_ours(error):
        found, remedy = "it is no trial's database", "name one that `trialrun serve` has made"
    elif _is_damaged(error):
        found, remedy = "a part of it is missing or damaged", "take the last whole copy of it"
    else:
        found, remedy = "the database does not answer", "see that it runs, and its address"
    return StoreError(f"{name} cannot be used", [Problem(name, found, remedy)])


_FILE = "sqlite:///"
_ROOM = 64 * 1024
"""What SQLite must be able to write beside a database even to read it (WAL), and some more."""


def _lacks_room(engine: Engine, said: str) -> bool:
    """Say whether an error of input or output is that of a full disk: SQLite does not say so."""
    if engine.dialect.name != "sqlite" or "disk i/o error" not in said:
        return False
    folder = Path(engine.url.database or ".").parent
    return folder.is_dir() and disk_usage(folder).free < _ROOM


def open_database(url: str, *, must_exist: bool) -> Database:
    """Open the database that somebody has named.

    A file that is new, empty or a trial's is made private, unless it `must_exist`; whatever else
    was named is left as it was.

    Raises:
        UsageError: the URL is of no database that we know.
        NotFoundError: there is no such file, and `must_exist`.
        StoreError: it holds something else, or `must_exist` and it is not of the program's
            revision.
    """
    if url.startswith(_FILE) and (path := Path(url.removeprefix(_FILE))).name:
        return _open_file(path, must_exist=must_exist)
    if url.startswith("postgresql://"):
        return _checked(connect(url), must_exist=must_exist)
    raise UsageError(f"{url} is no database: write sqlite:///trial.db or postgresql://host/name")


def _open_file(path: Path, *, must_exist: bool) -> Database:
    if must_exist and not path.exists():
        raise NotFoundError(f"there is no database {path}")
    if path.exists() and not path.is_file():
        remedy = "name the file of a trial's database"
        raise StoreError(f"{path} cannot be used", [Problem(str(path), "it is no file", remedy)])
    if must_exist:
        return _checked(connect(f"{_FILE}{path}"), must_exist=True)
    if path.exists() and path.stat().st_size:
        _checked(connect(f"{_FILE}{path}"), must_exist=False).close()
    return connect(_made_private(path))


def _checked(database: Database, *, must_exist: bool) -> Database:
    """Return a database that is a trial's; unless it `must_exist`, it may be old or empty."""
    try:
        with database.reading() as session:
            connection = session.connection()
            found = revision_of(connection)
            is_ours = found is not None and knows(revisions(), found)
            is_empty = found is None and not inspect(connection).get_table_names()
        if found != head_of(revisions()) if must_exist else not (is_ours or is_empty):
            raise revision_error(database.engine, found)
    except StoreError:
        database.close()
        raise
    return database


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
    except (OSError, sqlite3.Error) as error:
        said = getattr(error, "strerror", None) or str(error)
        problem = Problem(str(path), said.lower(), "name another place, or make this one writable")
        raise StoreError(f"{path} cannot be used", [problem]) from error


def private_sqlite_url(path: Path) -> str:
    """Make the file of a trial readable by its owner only, before anything is written into it.

    It keeps a log beside it from then on (WAL), so that readers and the writer do not wait for
    each other.
    """
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    with closing(sqlite3.connect(path, timeout=_WAIT_MS / 1000)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    return f"{_FILE}{path}"
