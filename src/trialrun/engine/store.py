"""Opens a hospital's database to be read: nothing is written to it, and nothing leaves the machine.

Extensions are neither installed nor loaded, no file outside is read, and none is written but in the
folder named. What does not fit into memory spills into a folder beside the database that only its
owner can read, and that is removed at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from os import W_OK, access
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from tempfile import gettempdir

import duckdb
from sqlglot import exp

from trialrun.errors import Problem, StoreError, damaged_database, says_damaged
from trialrun.records.schema import PATIENT, RECORD_TABLES, SCHEMA_VERSION

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "1GB",
    "preserve_insertion_order": "false",
}
_FULL_WORDS = ("no space left", "disk is full", "file too large", "quota", "max_temp_directory")
_ATTACHED = "hospital"
_VERSION = "SELECT value FROM meta WHERE key = 'schema_version'"


@contextmanager
def open_store(path: Path, *, writes_to: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database read-only; files may be written into `writes_to` only (None: nowhere).

    Raises:
        StoreError: it is missing, in use, not a database, not one of ours, or damaged (which may
            be found later, while it is read); or there is no room for what does not fit in memory.
    """
    _check_path(path)
    with _spill_folder(path) as spill, _connect(path, spill) as connection:
        _lock_down(connection, writes_to)
        with _reading(path):
            _check_version(connection, path)
            yield connection


@contextmanager
def attached_store(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database read-only for one small question: 3 ms of processor instead of 40.

    Beginning DuckDB anew is what takes long. So a process keeps one empty database in memory, to
    which the file is attached for the question: one question at a time, as the caller sees to.
    Nothing spills: a question that needs much memory is for `open_store`.

    Raises:
        StoreError: as `open_store`.
    """
    _check_path(path)
    connection = _empty_database(path.resolve()).cursor()
    try:
        _attach(connection, path)
        with _reading(path):
            _check_version(connection, path)
            yield connection
    finally:
        connection.execute(f"USE memory; DETACH DATABASE IF EXISTS {_ATTACHED}")
        connection.close()


@lru_cache(maxsize=1)
def _empty_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that may read this file, and nothing else outside."""
    connection = duckdb.connect(config={**_CONFIG, "temp_directory": ""})
    files = exp.array(exp.Literal.string(str(path)), exp.Literal.string(f"{path}.wal"))
    connection.execute(f"SET allowed_paths = {files.sql('duckdb')}")
    _lock_down(connection, None)
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    name = exp.Literal.string(str(path.resolve())).sql("duckdb")
    try:
        connection.execute(f"ATTACH {name} AS {_ATTACHED} (READ_ONLY); USE {_ATTACHED}")
    except duckdb.Error as error:
        raise _refusal(path, str(error).lower()) from None


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in our words what is found wrong with the file only while it is being read."""
    try:
        yield
    except duckdb.Error as error:
        said = str(error).lower()
        if says_damaged(said):
            raise damaged_database(str(path)) from None
        if any(words in said for words in _FULL_WORDS):
            raise _error(
                path, "no space is left for what does not fit into memory", "make room beside it"
            ) from None
        raise


def _check_path(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise _error(path, "its name is not UTF-8", "rename it") from None
    if not path.is_file():
        raise _error(path, "there is no such file", "load records into it first: trialrun load")
    # DuckDB would ask for an extension to read it, which reads like a missing right.
    if _begins_with(path, b"SQLite format 3"):
        found = "it is a SQLite database, as a trial's own is; not the hospital's records"
        raise _error(path, found, "name the file that was loaded")


def _begins_with(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:
        return False  # opening it says why


@contextmanager
def only(connection: duckdb.DuckDBPyConnection, patient_nos: str) -> Iterator[None]:
    """Let the database hold only those patients, and their records, whom a SELECT names.

    Temporary views stand before the tables of the same names: nothing is written.
    """
    tables = [PATIENT, *RECORD_TABLES.values()]
    database = connection.execute("SELECT current_database()").fetchall()[0][0]
    quoted = exp.to_identifier(database, quoted=True).sql("duckdb")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE only_patient AS {patient_nos}")
    for table in tables:
        connection.execute(
            f"CREATE TEMP VIEW {table.name} AS"
            f" FROM {quoted}.main.{table.name} SEMI JOIN only_patient USING (patient_no)"
        )
    try:
        yield
    finally:
        for table in tables:
            connection.execute(f"DROP VIEW temp.{table.name}")
        connection.execute("DROP TABLE temp.only_patient")


@contextmanager
def _spill_folder(path: Path) -> Iterator[str]:
    """Make a folder that only its owner can enter, and remove it, whatever happens in between.

    It is made within the `try`, so that no signal comes between the making and the removing.
    """
    beside = path.parent if access(path.parent, W_OK) else Path(gettempdir())
    folder = beside / f".{path.name}.spill-{token_hex(6)}"
    try:
        folder.mkdir(mode=0o700)
        yield str(folder)
    finally:
        rmtree(folder, ignore_errors=True)


def _connect(path: Path, spill: str) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(
            str(path), read_only=True, config={**_CONFIG, "temp_directory": spill}
        )
    except duckdb.Error as error:
        raise _refusal(path, str(error).lower()) from None


def _refusal(path: Path, said: str) -> StoreError:
    """Return our words for DuckDB's; they depend on nothing but a word or two of its message."""
    if says_damaged(said):
        return damaged_database(str(path))
    # "lock" alone would also be found in the "block" of a damaged file.
    if any(word in said for word in ("set lock", "another process", "different configuration")):
        return _error(path, "another program has it open to write", "wait until that is done")
    if "permission" in said or "access" in said:
        return _error(path, "it may not be read", "ask its owner for access")
    if "not a valid duckdb database" in said:
        return _error(path, "it is not a DuckDB database", "name the file that was loaded")
    return _error(
        path, "it cannot be opened as a database", "load the records again into a new file"
    )


def _lock_down(connection: duckdb.DuckDBPyConnection, writes_to: Path | None) -> None:
    if writes_to is not None:
        folder = exp.Literal.string(str(writes_to.resolve())).sql("duckdb")
        connection.execute(f"SET allowed_directories = [{folder}]")
    connection.execute("SET enable_external_access = false")


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        found = connection.execute(_VERSION).fetchone()
    except duckdb.CatalogException:
        found = None
    if found is None:
        raise _error(
            path, "it was not made by this program", "load records into a new file: trialrun load"
        )
    if found[0] != str(SCHEMA_VERSION):
        raise _error(
            path,
            f"it was made for version {found[0]} of the tables, this program has {SCHEMA_VERSION}",
            "load the records again into a new file",
        )


def _error(path: Path, found: str, remedy: str) -> StoreError:
    return StoreError("the database cannot be used", [Problem(str(path), found, remedy)])
