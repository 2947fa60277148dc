"""Every table that leads to a participant is under the locks, unless it says that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, cast

import pytest
from sqlalchemy import Connection, ForeignKey, create_engine, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from trialrun.conduct.tables import Base
from trialrun.conduct.tables.ownership import owned_tables, tables_under_lock
from trialrun.conduct.triggers import table_triggers

# Tables that lead to no participant, each with its reason
OF_NOBODY = {
    "account": "the people of the site",
    "candidate": "a patient whom screenings go on judging",
    "consent_form": "of the whole trial",
    "screening_run": "of the whole hospital",
}
# Tables that lead to a participant and are written while that one is locked
OUTSIDE = {
    *("event", "audit_event", "query", "query_message", "source_mark", "data_lock", "signature"),
    *("screened", "consent", "withdrawal"),
}


def test_every_other_table_is_under_the_locks() -> None:
    every = {mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    owned = {table.__tablename__ for table in owned_tables()}
    held = {table.__tablename__ for table in tables_under_lock()}
    assert every - owned == OF_NOBODY.keys()
    assert owned - held == OUTSIDE


class Elsewhere(DeclarativeBase):
    """Tables of this test alone."""

    append_only: ClassVar[bool] = False
    outside_lock: ClassVar[bool] = False
    guards: ClassVar[tuple[()]] = ()
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class Participant(Elsewhere):
    __tablename__ = "participant"
    candidate_id: Mapped[int]


class Visit(Elsewhere):
    __tablename__ = "visit"
    candidate_id: Mapped[int]
    participant_id: Mapped[int | None]


class Form(Elsewhere):
    __tablename__ = "form"
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))


class Value(Elsewhere):
    __tablename__ = "value"
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))


class Weight(Elsewhere):
    __tablename__ = "weight"
    participant_id: Mapped[int | None]
    visit_id: Mapped[int | None]


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Participants 1 and 2, of candidates 11 and 12; visits 1 to 3 of 1, of which 3 was before
    enrolment, and 4 of 2; a form at each."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Elsewhere.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE data_lock (participant_id, visit_id, unlocked_at)"))
        for one in (Participant, Visit, Form, Value, Weight):
            for statement in table_triggers(cast("type[Base]", one), "sqlite"):
                connection.exec_driver_sql(statement)
        rows = [(1, 11, 1), (2, 11, 1), (3, 11, None), (4, 12, 2)]
        for table, written in (
            (Participant, [{"id": 1, "candidate_id": 11}, {"id": 2, "candidate_id": 12}]),
            (Visit, [{"id": i, "candidate_id": c, "participant_id": p} for i, c, p in rows]),
            (Form, [{"id": i, "visit_id": i} for i in range(1, 5)]),
        ):
            for values in written:
                connection.execute(insert(table).values(version=1, **values))
        yield connection
    engine.dispose()


# what is locked: participant, visit | what is then written | whether it is refused
UNDER_LOCK: list[tuple[int, int | None, type[Elsewhere], dict[str, Any], bool]] = [
    (1, None, Value, {"form_id": 1}, True),
    (1, None, Value, {"form_id": 3}, True),  # of the screening visit, by the candidate
    (1, None, Value, {"form_id": 4}, False),
    (1, None, Form, {"visit_id": 2}, True),
    (1, None, Visit, {"candidate_id": 11, "participant_id": None}, True),
    (1, None, Visit, {"candidate_id": 13, "participant_id": None}, False),
    (1, None, Weight, {"participant_id": 1, "visit_id": None}, True),
    (1, None, Weight, {"participant_id": None, "visit_id": None}, False),
    (1, 1, Value, {"form_id": 1}, True),
    (1, 1, Value, {"form_id": 2}, False),
    (1, 1, Form, {"visit_id": 1}, True),
    (1, 1, Weight, {"participant_id": 1, "visit_id": 1}, True),
    (1, 1, Weight, {"participant_id": 1, "visit_id": 2}, False),
    (1, 1, Weight, {"participant_id": 1, "visit_id": None}, False),
    (1, 1, Visit, {"candidate_id": 11, "participant_id": 1}, False),
    (1, 3, Value, {"form_id": 3}, True),
]


@pytest.mark.parametrize(("participant", "visit", "table", "values", "refuses"), UNDER_LOCK)
def test_a_lock_holds_whatever_leads_to_it(
    connection: Connection,
    participant: int,
    visit: int | None,
    table: type[Elsewhere],
    values: dict[str, Any],
    refuses: bool,
) -> None:
    locked = {"participant": participant, "visit": visit}
    connection.execute(text("INSERT INTO data_lock VALUES (:participant, :visit, NULL)"), locked)
    written = insert(table).values(version=1, **values)
    if refuses:
        with pytest.raises(IntegrityError, match="locked"):
            connection.execute(written)
    else:
        connection.execute(written)


def test_a_locked_visit_is_not_moved_elsewhere(connection: Connection) -> None:
    connection.execute(text("INSERT INTO data_lock VALUES (1, 1, NULL)"))
    for change in ("candidate_id = 12, participant_id = 2", "participant_id = NULL"):
        with pytest.raises(IntegrityError, match="locked"):
            connection.execute(text(f"UPDATE visit SET {change}, version = 2 WHERE id = 1"))
