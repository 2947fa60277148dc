"""What goes wrong around the program: a kill, a full disk, a file that stands still, a long wait.

An act is whole or never was, and whoever asked is told in words.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Event as Signal

import pytest
from sqlalchemy import event, func, select, text
from tests.conduct.people import NOW, somebody
from tests.conduct.writer import ROWS, write
from tests.postgresql import server, server_user

from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.audit import verify
from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, open_database, private_sqlite_url
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import StoreError

KILLS = 50


def test_no_kill_leaves_half_an_act(database: Database, database_url: str) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.conduct.writer"])
    draw = Random(5)
    for number in range(KILLS):
        has_begun = processes.Event()
        writer = processes.Process(target=write, args=(database_url, str(number), has_begun))
        writer.start()
        assert has_begun.wait(timeout=60)
        time.sleep(draw.uniform(0, 0.03))
        writer.kill()
        writer.join()
        assert halves(database) == []
        assert verify(database).problems == ()
    with database.reading() as session:
        acts = session.scalar(select(func.count(Event.id))) or 0
        accounts = session.scalar(select(func.count(Account.id)))
    assert acts >= KILLS
    assert accounts == acts * ROWS


def halves(database: Database) -> list[int]:
    """Return the acts of which not everything is there."""
    with database.reading() as session:
        query = (
            select(Event.id)
            .outerjoin(AuditEvent, AuditEvent.event_id == Event.id)
            .group_by(Event.id)
            .having(func.count(AuditEvent.id) != ROWS)
        )
        return list(session.scalars(query))


def write_much(database: Database) -> None:
    """Write acts of what cannot be compressed, until somebody refuses."""
    draw = Random(5)
    for number in range(1000):
        much = {"much": draw.randbytes(40_000).hex()}
        with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW, data=much) as doing:
            for row in range(ROWS):
                doing.add(
                    Account(
                        name=f"{number}-{row}",
                        full_name="Lin",
                        role=Role.MONITOR,
                        password_hash=None,
                    )
                )


def refusal(call: Callable[[], object]) -> str:
    """Return what is said to whoever asked."""
    with pytest.raises(StoreError) as refused:
        call()
    return refused.value.problems[0].found


def test_a_file_that_may_grow_no_more(tmp_path: Path) -> None:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    with database.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    event.listen(
        database.engine,
        "checkout",
        lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {pages + 300}"),
    )
    assert "the disk is full" in refusal(lambda: write_much(database))
    assert (halves(database), verify(database).problems) == ([], ())
    assert verify(database).events > 0
    database.close()


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Mount a disk in memory; the test is skipped where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="trial-small-"))
    options = f"size={megabytes}m,uid={server_user() or os.geteuid()}"
    mount: list[str | Path] = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    try:
        if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("this machine mounts no disk for a test")
        yield folder
    finally:
        subprocess.run(["umount", folder], capture_output=True)
        folder.rmdir()


def test_a_full_disk_under_sqlite() -> None:
    with small_disk(2) as disk:
        database = connect(private_sqlite_url(disk / "trial.db"))
        create(database)
        assert "the disk is full" in refusal(lambda: write_much(database))
        assert (halves(database), verify(database).problems) == ([], ())
        assert verify(database).events > 0
        database.close()


def test_a_disk_without_room_even_to_read_under_sqlite() -> None:
    with small_disk(2) as disk:
        url = private_sqlite_url(disk / "trial.db")
        database = connect(url)
        create(database)
        database.close()
        with suppress(OSError), (disk / "more").open("wb", 0) as more:
            while True:
                more.write(b"x" * 4096)
        assert shutil.disk_usage(disk).free == 0
        assert "the disk is full" in refusal(lambda: verify(database))
        assert "the disk is full" in refusal(lambda: open_database(url, must_exist=True))
        assert "the disk is full" in refusal(lambda: somebody(database))
        database.close()


def test_a_full_disk_under_postgresql() -> None:
    # A server of its own: it must be gone before its disk goes.
    with small_disk(16) as disk, server() as running:
        database = connect(running.url(running.new_database(disk)))
        create(database)
        assert "the disk is full" in refusal(lambda: write_much(database))
        assert (halves(database), verify(database).problems) == ([], ())
        assert verify(database).events > 0
        database.close()


def test_a_file_that_may_only_be_read(tmp_path: Path) -> None:
    writable = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(writable)
    somebody(writable)
    database = connect(f"sqlite:///file:{tmp_path / 'trial.db'}?mode=ro&uri=true")
    assert refusal(lambda: somebody(database, name="b")) == "it may not be written"
    assert (verify(database).events, verify(database).problems) == (1, ())
    database.close()
    writable.close()


@contextmanager
def somebody_writes(database: Database) -> Iterator[Signal]:
    """Let somebody be in the middle of a transaction until the signal is given."""
    in_the_middle, done = Signal(), Signal()

    def hold() -> None:
        with database.writing() as session:
            session.execute(text("SELECT 1"))
            in_the_middle.set()
            assert done.wait(timeout=60)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert in_the_middle.wait(timeout=60)
        try:
            yield done
        finally:
            done.set()
        holding.result()


def test_a_writer_waits_for_the_one_before(database: Database) -> None:
    with somebody_writes(database) as done, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(somebody, database)
        time.sleep(0.3)
        assert not waiting.done()
        done.set()
        assert waiting.result(timeout=60).account_id == 1


def test_a_writer_who_waits_too_long_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialrun.conduct.database._WAIT_MS", 200)
    database = connect(database_url)
    with somebody_writes(database):
        found = refusal(lambda: somebody(database))
    assert found == "somebody else is writing for too long"
    assert somebody(database).account_id == 1
    assert verify(database).problems == ()
    database.close()
