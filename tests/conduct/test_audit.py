"""The check of the trail meets what no program wrote, and finds what no seal covers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session
from tests.conduct.people import NOW, somebody
from tests.conduct.safety_world import World
from tests.conduct.test_acts import without_triggers

from trialrun.conduct.actions.exports import HandedOut, record_export
from trialrun.conduct.actions.oversight import sign
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.trigger_check import trigger_problems

# What somebody writes into SQLite, which keeps any bytes anywhere | the places that are named
GARBAGE = {
    "UPDATE event SET at = 'x' WHERE id = 3": ["event 3: at"],
    "UPDATE event SET data = 'x' WHERE id = 3": ["event 3: data"],
    "UPDATE event SET actor = x'ff' WHERE id = 3": ["audit event 3"],
    "UPDATE event SET actor = CAST(x'ff' AS TEXT) WHERE id = 3": ["event 3: actor"],
    "UPDATE audit_event SET changes = 'null' WHERE id = 3": ["audit event 3"],
    "UPDATE audit_event SET changes = '{\"a\":1}' WHERE id = 3": ["audit event 3", "account 3"],
    "UPDATE audit_event SET changes = 'x' WHERE id = 3": ["audit event 3", "account 3"],
    "UPDATE audit_event SET changes = x'ff' WHERE id = 3": ["audit event 3"],
    "UPDATE audit_event SET hash = x'ff' WHERE id = 3": ["audit event 3", "audit event 4"],
    "UPDATE audit_event SET row_id = 'x' WHERE id = 3": ["audit event 3", "account x"],
    "UPDATE audit_event SET event_id = 'x' WHERE id = 3": ["audit event 3"],
    "UPDATE candidate SET refused_by = 'x' WHERE id = 1": ["candidate 1: refused_by"],
    "UPDATE candidate SET opens_on = 'x' WHERE id = 1": ["candidate 1: opens_on"],
    "UPDATE candidate SET status = x'ff' WHERE id = 1": ["candidate 1: status"],
    "UPDATE participant SET enrolled_at = 'x' WHERE id = 2": ["participant 2: enrolled_at"],
    "UPDATE participant SET enrolled_on = 5 WHERE id = 2": ["participant 2: enrolled_on"],
    "UPDATE account SET disabled = 'x' WHERE id = 2": ["account 2: disabled"],
}


def tampered(database: Database, statement: str) -> list[str]:
    """Do it without triggers; return what the check says of everything but those."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        without_triggers(connection)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        connection.exec_driver_sql("BEGIN")
    found = map(str, verify(database).problems)
    return [problem for problem in found if not problem.startswith("trigger ")]


@pytest.mark.parametrize("statement", GARBAGE)
def test_garbage_is_named_by_its_place(trial: World, statement: str) -> None:
    if trial.database.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL refuses what is no value of a column")
    found = tampered(trial.database, statement)
    for place in GARBAGE[statement]:
        assert any(problem.startswith(place) for problem in found), found


def test_one_that_cannot_be_read_hides_no_other(trial: World) -> None:
    if trial.database.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL refuses what is no value of a column")
    garbage = "UPDATE event SET at = 'x' WHERE id = 3"
    assert tampered(trial.database, garbage) == ["event 3: at holds what cannot be read"]
    found = tampered(trial.database, "UPDATE event SET reason = 'x' WHERE id = 4")
    assert found == [
        "event 3: at holds what cannot be read",
        "audit event 4: it, or its act, is not what was sealed",
    ]


def switch_off(connection: Connection) -> str:
    """Take a trigger away for good, or switch it off; return its name."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE dose DISABLE TRIGGER dose_stands"))
        return "dose_stands"
    connection.execute(text("DROP TRIGGER dose_is_versioned"))
    return "dose_is_versioned"


def replace_it(connection: Connection) -> str:
    """Put a trigger that refuses nothing in the place of one; return its name."""
    if connection.dialect.name == "postgresql":
        body = "BEGIN RETURN NEW; END"
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_unversioned_change() RETURNS trigger"
            f" LANGUAGE plpgsql AS $${body}$$"
        )
        return "refuse_unversioned_change()"
    connection.execute(text("DROP TRIGGER event_stands"))
    connection.exec_driver_sql(
        "CREATE TRIGGER event_stands BEFORE UPDATE ON event WHEN 0 BEGIN SELECT 1; END"
    )
    return "event_stands"


def test_a_trigger_that_is_gone_is_found(database: Database) -> None:
    assert verify(database).problems == ()
    with database.engine.begin() as connection:
        name = switch_off(connection)
    (problem,) = verify(database).problems
    assert (problem.where, problem.found) == (f"trigger {name}", "it is gone, or switched off")
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # the server is emptied for the next test
            connection.execute(text("ALTER TABLE dose ENABLE TRIGGER dose_stands"))


def test_a_trigger_that_refuses_nothing_is_found(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin() as begun:
        name = replace_it(connection)
        if connection.dialect.name == "postgresql":
            problems = list(trigger_problems(Session(connection)))
            begun.rollback()
        else:
            begun.commit()
            problems = list(verify(database).problems)
    assert [(one.where, one.found) for one in problems] == [
        (f"trigger {name}", "it is not as the program has made it")
    ]


def test_a_chain_that_was_cut_lacks_the_heads_that_acts_have_kept(database: Database) -> None:
    """The export is forged here after the cut: it keeps the head that the trail had before."""
    for name in ("a", "b"):
        somebody(database, name=name)
    before = verify(database).head
    with database.engine.begin() as connection:
        without_triggers(connection)
        for table in ("audit_event", "event", "account"):
            connection.execute(text(f"DELETE FROM {table} WHERE id = 2"))
    record_export(database, PROGRAM, NOW, HandedOut(["csv"], [], {}, before))
    found = [
        (one.where, one.found)
        for one in verify(database, before).problems
        if not one.where.startswith("trigger ")
    ]
    assert found == [
        ("event 2", "the head that it keeps is not in the chain"),
        ("head", "the printed head is not in the chain"),
    ]


def test_heads_that_acts_keep_are_in_a_whole_chain(trial: World) -> None:
    record_export(trial.database, PROGRAM, NOW, HandedOut(["csv"], [], {}, "0" * 64))
    head = verify(trial.database).head
    record_export(trial.database, PROGRAM, NOW, HandedOut(["csv"], [], {}, head))
    at = NOW + timedelta(minutes=1)
    with trial.database.reading() as session:
        seen = content_to_sign(session, 1)
    sign(
        trial.database,
        trial.investigator,
        at,
        1,
        meaning="reviewed",
        signs_in_again=lambda: True,
        seen=seen,
    )
    assert verify(trial.database).problems == ()
