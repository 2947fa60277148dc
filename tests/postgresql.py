"""A PostgreSQL server of the tests' own, from the machine's binaries, gone when they end.

It listens at a socket in a folder of its own, and at no address of the network. What it writes is
not forced to the disk: it is thrown away.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

MISSING = "no PostgreSQL server on this machine (Debian's package postgresql has one)"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}
_EMPTY: LiteralString = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
  LOOP PERFORM setval(name, 1, false); END LOOP;
END $$
"""


@dataclass(frozen=True)
class Server:
    """A server that runs; `sockets` is the folder where it listens."""

    sockets: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://trial@/{name}?host={self.sockets}"

    def new_database(self, folder: Path | None = None) -> str:
        """Make an empty database, in a folder of its own if one is named; return its name."""
        name = f"trial{next(self._numbers)}"
        making = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if folder is not None:
                place = sql.SQL("CREATE TABLESPACE {} LOCATION {}")
                connection.execute(place.format(sql.Identifier(name), sql.Literal(str(folder))))
                making += sql.SQL(" TABLESPACE {}").format(sql.Identifier(name))
            connection.execute(making)
        return name

    def empty(self, name: str) -> None:
        """Take every row of a trial out, as if it had just been made: sooner than making another.

        A replica's role is the one in which no trigger is asked.
        """
        self._say(name, _EMPTY)

    def _say(self, name: str, statement: LiteralString) -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(statement)


def binaries() -> Path | None:
    """Return the folder of the server's programs, the newest there are; None if there are none."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    return debian[-1].parent if debian else None


def _version(program: Path) -> int:
    return int(program.parts[-3])


@contextmanager
def server(settings: Mapping[str, str] = {}) -> Iterator[Server]:
    """Give a server, and end it afterwards; the test is skipped where the machine has none."""
    programs = binaries()
    if programs is None:
        pytest.skip(MISSING)
    # A path of pytest's own would be too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="trial-pg-"))
    user = server_user()
    if user is not None:
        os.chown(folder, user, -1)
    data = folder / "data"
    making: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "trial",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    subprocess.run(
        [*making, "--locale=C", "--no-sync"], check=True, capture_output=True, user=user, cwd="/"
    )
    options = [
        word for item in {**_SETTINGS, **settings}.items() for word in ("-c", "=".join(item))
    ]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *options],
            stdout=log,
            stderr=log,
            user=user,
            cwd="/",
        )
    try:
        _wait(running, folder)
        yield Server(folder)
    finally:
        running.send_signal(signal.SIGINT)  # at once, whoever is still connected
        running.wait(timeout=60)
        shutil.rmtree(folder)


def server_user() -> int | None:
    """Return whom the server runs as: it refuses to be root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _wait(running: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        try:
            psycopg.connect(Server(folder).url("postgres")).close()
        except psycopg.OperationalError:
            assert running.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server does not come up")
