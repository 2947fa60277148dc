"""The gateway: state, event and audit events together; who may; what the trail then shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from trialrun.conduct.acts import PROGRAM, Act, Actor, act
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.base import utc_text
from trialrun.conduct.tables.candidates import Candidate, ScreeningRun
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import ConflictError, ForbiddenError, RefusedError
from trialrun.screening.verdict import Verdict

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


# A text that somebody writes | what is said of it
TEXTS = {
    "a\x00b": "cannot be seen",
    "\x00": "cannot be seen",
    "\u200b": "cannot be seen",
    "\u200d\u200c": "cannot be seen",  # joiners that join nothing
    "\u3164 \u2800": "cannot be seen",  # blanks that count as a letter and a sign
    "Lin\u202eWei": "cannot be seen",
    "Lin\ufffe": "cannot be seen",
    "x" * 256: "it is too long",
}
SEEN = ("林维", "Lin\tWei\r\nof ward 2", "\u0928\u094d\u200d\u092f", "❤\ufe0f", "", "x" * 255)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_a_text_that_cannot_be_kept_is_refused_by_the_name_of_its_column(
    database: Database, text: str
) -> None:
    lin = added(database)

    def refused(write: Callable[[Act], object]) -> tuple[str, bool]:
        with (
            pytest.raises(RefusedError) as refused,
            act(database, Verb.CHANGE_ACCOUNT, ADMINISTRATOR, at=NOW) as doing,
        ):
            write(doing)
        (problem,) = refused.value.problems
        return problem.where, TEXTS[text] in problem.found

    other = replaced("wang", text)
    assert refused(lambda doing: doing.add(other)) == ("full_name", True)
    assert refused(lambda doing: doing.add_all([account("li"), other])) == ("full_name", True)
    assert refused(lambda doing: doing.change(lin, full_name=text)) == ("full_name", True)
    with database.reading() as session:
        assert session.scalars(select(Account.full_name)).all() == ["Lin"]


def replaced(name: str, full_name: str) -> Account:
    return Account(name=name, full_name=full_name, role=Role.MONITOR, password_hash=None)


@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_a_text_that_can_be_seen_is_kept_as_it_is(database: Database, text: str) -> None:
    with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW) as doing:
        doing.add(replaced("wang", text))
    with database.reading() as session:
        assert session.scalars(select(Account.full_name)).all() == [text]


@pytest.mark.parametrize(
    "text", ["\x00", "\u200b", "late\u202e", "x" * 4001], ids=["NUL", "blank", "turned", "long"]
)
def test_a_reason_that_cannot_be_kept_is_refused(database: Database, text: str) -> None:
    investigator = Actor("who", None, Role.INVESTIGATOR)
    with (
        pytest.raises(RefusedError) as refused,
        act(database, Verb.DECLINE, investigator, at=NOW, reason=text),
    ):
        pass
    assert [problem.where for problem in refused.value.problems] == ["reason"]
    assert verify(database).events == 0


@pytest.mark.parametrize("year", [1, 999, 1899])
def test_a_day_before_there_is_one_is_refused_by_the_name_of_its_field(
    database: Database, year: int
) -> None:
    old = datetime(year, 12, 31, 23, tzinfo=UTC)
    run = ScreeningRun(
        index_date=old.date(),
        taken_in_at=old,
        protocol="x",
        protocol_version="1",
        counts={},
        digest="x",
    )
    with (
        pytest.raises(RefusedError) as refused,
        act(database, Verb.TAKE_IN_SCREENING, PROGRAM, at=NOW) as doing,
    ):
        doing.add(run)
    assert [(problem.where, problem.found) for problem in refused.value.problems] == [
        ("index_date", "it lies before 1900"),
        ("taken_in_at", "it lies before 1900"),
    ]


@pytest.mark.parametrize("year", [1, 999, 1000, 1900, 9999])
def test_a_moment_of_any_year_reads_back_the_same(database: Database, year: int) -> None:
    """What the gateway refuses today may stand in a database all the same."""
    moment = datetime(year, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
    with database.writing() as session:
        values = {"id": 1, "at": moment, "actor": "x", "role": "x", "verb": "x", "data": {}}
        session.execute(insert(Event).values(**values))
    with database.reading() as session:
        assert session.scalars(select(Event.at)).all() == [moment]
    assert utc_text(moment) == f"{year:04}-02-03T04:05:06.000007Z"


def test_ids_of_the_hospital_are_taken_as_they_are(database: Database) -> None:
    def taken_in(patient_id: str) -> None:
        row = Candidate(
            patient_id=patient_id, verdict=Verdict.ELIGIBLE, refused_by=[], open_criteria=[]
        )
        with act(database, Verb.TAKE_IN_SCREENING, PROGRAM, at=NOW) as doing:
            doing.add(row)

    taken_in("p\u200b1")
    with pytest.raises(RefusedError):
        taken_in("p\x001")


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
    "UPDATE audit_event SET version = 2 WHERE id = 2": "its version is not the one",
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
