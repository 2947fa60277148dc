"""From a database's revision to the program's: whole or not at all, and told in the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError
from tests.conduct.people import somebody
from tests.conduct.written_schema import statements
from tests.postgresql import Server

from trialrun.conduct.audit import verify
from trialrun.conduct.creation import bring_up_to_date, create
from trialrun.conduct.database import Database, connect, open_database, private_sqlite_url
from trialrun.conduct.migrations import head_of, revision_of, revisions
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.trail import Event
from trialrun.errors import StoreError

AT = datetime(2022, 3, 1, 8, tzinfo=UTC)
NEXT = """
from alembic import op
revision = "next"
down_revision = "{head}"
def upgrade():
    op.execute("CREATE TABLE next_table (id INTEGER)")
    op.execute("{then}")
"""


def empty_url(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """Return the address of an empty database of a kind."""
    if kind == "sqlite":
        return private_sqlite_url(folder / "new.db")
    running: Server = request.getfixturevalue("postgresql")
    return running.url(running.new_database())


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return empty_url(request.param, request, tmp_path)


@pytest.fixture
def twin(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of the same kind as `database`."""
    empty = connect(empty_url(database.engine.dialect.name, request, tmp_path))
    yield empty
    empty.close()


@pytest.fixture
def new(new_url: str) -> Iterator[Database]:
    database = connect(new_url)
    yield database
    database.close()


def with_next(tmp_path: Path, then: str = "SELECT 1") -> Config:
    """Return the program's revisions and one more."""
    folder = tmp_path / "more"
    folder.mkdir(exist_ok=True)
    (folder / "next.py").write_text(NEXT.format(head=head_of(revisions()), then=then))
    return revisions(str(folder))


def read(database: Database, ask: Callable[[Connection], object]) -> object:
    with database.reading() as session:
        return ask(session.connection())


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # compared below, as text
def test_the_migrations_make_the_tables_of_the_program(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert read(database, differences) == []


def checks(connection: Connection) -> object:
    found = inspect(connection)
    return {
        table: sorted(
            (str(one["name"]), one["sqltext"]) for one in found.get_check_constraints(table)
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


RULES = {
    "sqlite": (
        "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index')"
        " AND tbl_name <> 'alembic_version' ORDER BY 1"
    ),
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2"
    ),
}


def triggers_and_indexes(connection: Connection) -> object:
    return connection.execute(text(RULES[connection.dialect.name])).all()


@pytest.mark.parametrize("ask", [checks, triggers_and_indexes])
def test_the_migrations_make_the_rules_of_the_program(
    database: Database, twin: Database, ask: Callable[[Connection], object]
) -> None:
    """What `compare_metadata` does not look at."""
    with twin.engine.begin() as connection:
        for statement in statements(connection.dialect):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    made_by_the_tables = read(twin, ask)
    assert made_by_the_tables
    assert read(database, ask) == made_by_the_tables


def test_a_new_database_is_of_the_newest_revision(new: Database) -> None:
    create(new)
    create(new)
    bring_up_to_date(new, AT)
    assert read(new, revision_of) == head_of(revisions())
    assert verify(new).events == 0


def test_an_older_database_is_brought_up_to_date_with_an_event(
    new: Database, tmp_path: Path
) -> None:
    create(new)
    somebody(new)
    for _ in range(2):
        bring_up_to_date(new, AT, with_next(tmp_path))
    with new.reading() as session:
        told = session.execute(
            select(Event.verb, Event.at, Event.data).where(Event.verb == "migrate database")
        ).all()
        assert inspect(session.connection()).has_table("next_table")
    assert told == [("migrate database", AT, {"from": head_of(revisions()), "to": "next"})]
    assert verify(new).problems == ()


def test_a_step_that_fails_leaves_everything_as_it_was(new: Database, tmp_path: Path) -> None:
    create(new)
    with pytest.raises(DBAPIError):
        bring_up_to_date(new, AT, with_next(tmp_path, "INSERT INTO event (id) VALUES (1)"))
    assert read(new, revision_of) == head_of(revisions())
    assert not read(new, lambda connection: inspect(connection).has_table("next_table"))
    assert verify(new).events == 0


def test_a_newer_database_is_refused(new: Database, new_url: str, tmp_path: Path) -> None:
    create(new)
    bring_up_to_date(new, AT, with_next(tmp_path))
    with pytest.raises(StoreError, match="a newer version of the program"):
        bring_up_to_date(new, AT)
    with pytest.raises(StoreError, match="a newer version of the program"):
        open_database(new_url, must_exist=True)


def test_an_older_database_is_only_opened_where_it_may_be_changed(
    new: Database, new_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    create(new)
    more = with_next(tmp_path)
    monkeypatch.setattr("trialrun.conduct.database.revisions", lambda: more)
    with pytest.raises(StoreError, match="an older version of the program") as refused:
        open_database(new_url, must_exist=True)
    assert "trialrun serve" in refused.value.problems[0].remedy


def test_a_database_of_something_else_is_left_alone(new: Database, new_url: str) -> None:
    with new.engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (id INTEGER)"))
    create(new)
    with pytest.raises(StoreError, match="no trial's database"):
        bring_up_to_date(new, AT)
    with pytest.raises(StoreError, match="no trial's database"):
        open_database(new_url, must_exist=True)
    assert read(new, lambda connection: inspect(connection).get_table_names()) == ["recipes"]
