"""The gateway: state, event and audit events together; who may; what the trail then shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from trialrun.conduct.acts import PROGRAM, Actor, act
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import ConflictError, ForbiddenError, RefusedError

NOW = datetime(2022, 1, 15, 1, 2, 3, tzinfo=UTC)
ADMINISTRATOR = Actor("root", None, Role.ADMINISTRATOR)


def account(name: str = "lin") -> Account:
    return Account(name=name, full_name="Lin", role=Role.MONITOR, password_hash="$argon2id$secret")


def added(database: Database, name: str = "lin") -> Account:
    with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW) as doing:
        return doing.add(account(name))


def test_a_new_row_its_event_and_its_audit_event_stand_together(database: Database) -> None:
    lin = added(database)
    assert (lin.id, lin.version, lin.name) == (1, 1, "lin")
    with database.reading() as session:
        (event,) = session.scalars(select(Event)).all()
        (audit,) = session.scalars(select(AuditEvent)).all()
    assert (event.verb, event.actor, event.at) == ("create account", "trialrun", NOW)
    assert (audit.table, audit.row_id, audit.event_id) == ("account", 1, event.id)
    assert '"full_name":"Lin"' in audit.changes
    assert "argon2" not in audit.changes


def test_what_an_act_returns_can_be_read_after_it_whatever_it_wrote_then(
    database: Database,
) -> None:
    with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW) as doing:
        first = doing.add(account("a"))
        doing.add(account("b"))
    assert (first.id, first.name) == (1, "a")


def test_a_change_shows_old_and_new(database: Database) -> None:
    lin = added(database)
    with act(database, Verb.CHANGE_ACCOUNT, ADMINISTRATOR, at=NOW) as doing:
        changed = doing.change(lin, full_name="Lin Wei", role=Role.MONITOR)
    assert (changed.version, changed.full_name) == (2, "Lin Wei")
    with database.reading() as session:
        audit = session.get_one(AuditEvent, 2)
    assert audit.changes == '{"full_name":["Lin","Lin Wei"],"version":[1,2]}'


def fail_half_way(database: Database) -> None:
    with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW) as doing:
        doing.add(account("half-way"))
        raise ZeroDivisionError


def test_an_act_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(database)
    with database.reading() as session:
        counts = [session.scalar(select(func.count(t.id))) for t in (Account, Event, AuditEvent)]
    assert counts == [0, 0, 0]


def test_an_act_that_fails_leaves_no_gap_in_the_trail(database: Database) -> None:
    added(database)
    with pytest.raises(ZeroDivisionError):
        fail_half_way(database)
    added(database, "b")
    assert verify(database).problems == ()


def test_an_act_without_a_row_leaves_a_trail(database: Database) -> None:
    with act(database, Verb.FAIL_TO_SIGN_IN, PROGRAM, at=NOW, data={"name": "x"}):
        pass
    checked = verify(database)
    assert (checked.events, checked.audit_events, checked.problems) == (1, 1, ())


def test_of_two_who_change_the_same_the_second_is_told(database: Database) -> None:
    lin = added(database)
    with act(database, Verb.CHANGE_ACCOUNT, ADMINISTRATOR, at=NOW) as doing:
        doing.change(lin, language="en")
    with (
        pytest.raises(ConflictError),
        act(database, Verb.CHANGE_ACCOUNT, ADMINISTRATOR, at=NOW) as doing,
    ):
        doing.change(lin, language="de")


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_the_table_may(database: Database, verb: Verb, role: Role) -> None:
    actor = Actor("who", None, role)
    if role in MAY[verb]:
        with act(database, verb, actor, at=NOW, reason="because"):
            pass
    else:
        with pytest.raises(ForbiddenError), act(database, verb, actor, at=NOW, reason="because"):
            pass


def test_a_monitor_writes_nothing_of_the_trial() -> None:
    of_a_monitor = {verb for verb, roles in MAY.items() if Role.MONITOR in roles}
    assert of_a_monitor == {
        *(Verb.SIGN_IN, Verb.FAIL_TO_SIGN_IN, Verb.SIGN_OUT),
        *(Verb.CHANGE_PASSWORD, Verb.CHANGE_LANGUAGE),
        *(Verb.OPEN_QUERY, Verb.CLOSE_QUERY, Verb.REOPEN_QUERY),
        *(Verb.VERIFY_SOURCE, Verb.EXPORT),
    }


def test_a_reason_that_is_needed_is_asked_for(database: Database) -> None:
    investigator = Actor("who", None, Role.INVESTIGATOR)
    with (
        pytest.raises(RefusedError, match="needs a reason"),
        act(database, Verb.DECLINE, investigator, at=NOW, reason="  "),
    ):
        pass


def test_reading_cannot_write(database: Database) -> None:
    lin = added(database)
    with database.reading() as session:
        mine = session.get_one(Account, lin.id)
        mine.full_name = "somebody else"
        with pytest.raises(RuntimeError, match="acts alone"):
            session.flush()


# What somebody with the database's own tools may try | what refuses it
ROUND_THE_GATEWAY = {
    "DELETE FROM account": "never deleted",
    "DELETE FROM audit_event": "never deleted",
    "UPDATE audit_event SET changes = '{}'": "never changed",
    "UPDATE event SET actor = 'x'": "never changed",
    "UPDATE account SET full_name = 'x'": "one version at a time",
}


@pytest.mark.parametrize("statement", ROUND_THE_GATEWAY)
def test_triggers_refuse_what_goes_round_the_gateway(database: Database, statement: str) -> None:
    added(database)
    with (
        pytest.raises(DBAPIError, match=ROUND_THE_GATEWAY[statement]),
        database.engine.begin() as connection,
    ):
        connection.execute(text(statement))


# What somebody does who has first dropped the triggers | what the check says
TAMPERED = {
    "UPDATE audit_event SET changes = replace(changes, 'Lin', 'Liu') WHERE id = 1": "sealed",
    "UPDATE event SET reason = 'x' WHERE id = 1": "sealed",
    "UPDATE event SET at = '2022-01-15T01:02:04.000000Z' WHERE id = 2": "sealed",
    "DELETE FROM audit_event WHERE id = 2": "missing",
    "DELETE FROM audit_event WHERE id = 3": "its audit events are gone",
    "UPDATE account SET full_name = 'x'": "full_name is not what the trail says",
    "UPDATE account SET full_name = 'x', version = version + 1": "full_name is not what",
    "UPDATE account SET password_hash = 'x' WHERE id = 1": "password_hash is not what",
    "DELETE FROM account WHERE id = 3": "the row that the trail speaks of is gone",
    "UPDATE audit_event SET previous_hash = 'x' WHERE id = 2": "does not follow",
}


def without_triggers(connection: Connection) -> None:
    """Do what somebody must first do who wants to write what the triggers refuse."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))


@pytest.mark.parametrize("statement", TAMPERED)
def test_tampering_is_found(database: Database, statement: str) -> None:
    for name in ("a", "b", "c"):
        added(database, name)
    assert verify(database).problems == ()
    with database.engine.begin() as connection:
        without_triggers(connection)
        connection.execute(text(statement))
    found = [problem.found for problem in verify(database).problems]
    assert any(TAMPERED[statement] in text for text in found), found


def test_a_printed_head_must_be_in_the_chain(database: Database) -> None:
    added(database)
    printed = verify(database).head
    added(database, "b")
    assert verify(database, printed).problems == ()
    assert verify(database, "0" * 63 + "1").problems != ()
