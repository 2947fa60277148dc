"""A database that is built beside the old one and takes its place at the end, or never.

Everything happens in files named after the database (`<name>.tmp-…`), readable by their owner only:
a copy that is changed, a scratch database for what was read, a folder for the rest. A kill, a full
disk or an error leaves the old database as it was; what a killed load left behind is swept up by
the next one. Two loads into one database at a time are refused.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb

from trialrun.errors import Problem, StoreError, damaged_database, says_damaged
from trialrun.records.schema import SCHEMA_VERSION, TABLES
from trialrun.sources.staging import OFFLINE, Config

STORE = "store"
"""The name under which the database that is being built is attached."""

_CONFIG: Config = {**OFFLINE, "memory_limit": "1GB"}
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_LOCKED_WORDS = (
    "Could not set lock",  # another process
    "used by another process",  # the same, on Windows
    "different configuration",  # this process
)
_FULL_WORDS = ("no space left", "could not write", "file too large", "quota", "disk is full")


@contextmanager
def building(into: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Give a connection with the attached database `store`, and an empty folder to work in.

    On leaving without an error the database takes its place.

    Raises:
        StoreError: the database is not ours, is in use or damaged, or the disk is full.
    """
    _check_name(into)
    workspace = _beside(into, "work")
    with _owner_only(), _errors_named(into), _lock(into):
        _sweep(into)
        try:
            workspace.mkdir()
            _copy(into, _beside(into, "build"))
            with _connection(into) as connection:
                _attach(connection, into)
                yield connection, workspace
                connection.execute(f"CHECKPOINT {STORE}")
                connection.execute(f"DETACH {STORE}")
            _replace(into)
        finally:
            _sweep(into)


def _check_name(into: Path) -> None:
    try:
        str(into).encode()
    except UnicodeEncodeError:
        raise StoreError(
            f"{into} cannot be written",
            [Problem(str(into), "its name is not UTF-8", "name another file")],
        ) from None
    if into.exists() and not into.is_file():
        # A pipe would be waited for without end.
        raise StoreError(
            f"{into} cannot be written",
            [Problem(str(into), "not a file: a folder, a pipe or a device", "name another one")],
        )


def _beside(into: Path, part: str) -> Path:
    return into.with_name(f"{into.name}.tmp-{part}")


@contextmanager
def _owner_only() -> Iterator[None]:
    """Make every file readable by its owner only: patient data are written."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _lock(into: Path) -> Iterator[None]:
    """Hold a file that DuckDB locks; a lock left by a killed load is no lock any more."""
    path = _beside(into, "lock")
    if not into.parent.is_dir():
        raise StoreError(
            f"{into} cannot be written",
            [Problem(str(into.parent), "no such folder", "make it, or name another database")],
        )
    try:
        held = _hold(path, into)
    except KeyboardInterrupt:
        _drop_unheld(path)
        raise
    try:
        yield
    finally:
        held.close()
        _drop(path)


def _hold(path: Path, into: Path) -> duckdb.DuckDBPyConnection:
    for _ in range(2):
        try:
            return duckdb.connect(str(path), config=_CONFIG)
        except duckdb.Error as error:
            if _is_locked(error):
                raise StoreError(
                    f"{into} is being loaded by another program",
                    [Problem(str(into), "locked", "wait until that load is done")],
                ) from None
            # A load that was killed while it made the file has left a piece of it.
            failure = error
            _drop(path)
    raise failure


def _drop_unheld(path: Path) -> None:
    """Remove the lock of a load that was stopped while it took it, unless another load has it."""
    with suppress(duckdb.Error):
        duckdb.connect(str(path), config=_CONFIG).close()
        _drop(path)


def _drop(path: Path) -> None:
    for left in (path, path.with_name(path.name + ".wal")):
        left.unlink(missing_ok=True)


def _sweep(into: Path) -> None:
    """Remove what this load, or one that was killed, has left; only the lock stays."""
    for path in into.parent.glob(f"{_glob_escaped(into.name)}.tmp-*"):
        if path.name.startswith(_beside(into, "lock").name):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _glob_escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _copy(into: Path, build: Path) -> None:
    if not into.exists():
        return
    _check_is_ours(into)
    shutil.copyfile(into, build)
    wal = into.with_name(into.name + ".wal")
    if wal.exists():
        shutil.copyfile(wal, build.with_name(build.name + ".wal"))


def _check_is_ours(into: Path) -> None:
    remedy = "name another file, or load everything again into a new one"
    try:
        connection = duckdb.connect(str(into), read_only=True, config=_CONFIG)
    except duckdb.Error as error:
        if _is_locked(error):
            raise StoreError(
                f"{into} is in use",
                [Problem(str(into), "another program has it open", "close that program first")],
            ) from None
        if says_damaged(str(error)):
            raise
        raise StoreError(
            f"{into} cannot be used", [Problem(str(into), "not a DuckDB database", remedy)]
        ) from None
    with connection:
        try:
            found = connection.execute(
                "SELECT value FROM meta WHERE key = 'schema_version'"
            ).fetchone()
        except duckdb.CatalogException:
            found = None
    if found is None or found[0] != str(SCHEMA_VERSION):
        what = "of another version" if found else "not a database of this program"
        raise StoreError(f"{into} cannot be used", [Problem(str(into), what, remedy)])


@contextmanager
def _connection(into: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(_beside(into, "scratch")), config=_CONFIG)
    with ExitStack() as stack:
        stack.callback(connection.close)
        spill = str(_beside(into, "spill")).replace("'", "''")
        connection.execute(f"SET temp_directory = '{spill}'")
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, into: Path) -> None:
    build = _beside(into, "build")
    is_new = not build.exists()
    name = str(build).replace("'", "''")
    connection.execute(f"ATTACH '{name}' AS {STORE}")
    if not is_new:
        return
    for table in TABLES:
        connection.execute(table.ddl().replace("CREATE TABLE ", f"CREATE TABLE {STORE}.", 1))
    connection.execute(
        f"INSERT INTO {STORE}.meta VALUES ('schema_version', $1)", [str(SCHEMA_VERSION)]
    )


def _replace(into: Path) -> None:
    """Put the finished database in place: on the disk first, then under its name."""
    build = _beside(into, "build")
    with build.open("rb") as file:
        os.fsync(file.fileno())
    build.chmod(0o600)
    build.replace(into)
    # A log of the old file must not be replayed into the new one.
    into.with_name(into.name + ".wal").unlink(missing_ok=True)
    with suppress(OSError):
        folder = os.open(into.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _errors_named(into: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if _is_damaged(error, into):
            raise damaged_database(str(into)) from None
        if not _is_full(error):
            raise
        raise StoreError(
            f"{into} could not be written: the disk is full",
            [
                Problem(
                    str(into.parent),
                    "no space left",
                    "make room and load again; the database is as it was before",
                )
            ],
        ) from None


def _is_locked(error: Exception) -> bool:
    return any(words in str(error) for words in _LOCKED_WORDS)


def _is_damaged(error: Exception, into: Path) -> bool:
    """Tell a damaged database, or the copy of one, from a file of the export that is cut off."""
    said = str(error)
    is_a_file = "from file" in said
    return says_damaged(said) and (not is_a_file or str(into) in said)


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    return any(word in str(error).lower() for word in _FULL_WORDS)
