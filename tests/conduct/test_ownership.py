"""No table of participants' data stays outside of the locks because a column was forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, cast

import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from trialrun.conduct.tables import Base
from trialrun.conduct.tables.oversight import DataLock
from trialrun.conduct.tables.ownership import participant_column, visit_column
from trialrun.conduct.triggers import table_triggers

TABLES: dict[str, type[Base]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}


def references() -> Iterator[tuple[str, str]]:
    """Yield every table under the locks, or that could be, with each table that it refers to."""
    for name, table in TABLES.items():
        if not table.outside_lock:
            for key in table.__table__.foreign_keys:
                yield name, key.column.table.name


@pytest.mark.parametrize(("name", "other"), sorted(set(references())))
def test_whoever_refers_to_a_row_of_a_participant_names_the_participant(
    name: str, other: str
) -> None:
    table, owner = TABLES[name], TABLES[other]
    if participant_column(owner) is not None:
        assert participant_column(table) is not None, f"{name} needs a participant_id"
    if visit_column(owner) is not None:
        assert visit_column(table) is not None, f"{name} needs a visit_id"


class Elsewhere(DeclarativeBase):
    """Tables of this test alone."""

    append_only: ClassVar[bool] = False
    outside_lock: ClassVar[bool] = False
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    participant_id: Mapped[int]


class Visit(Elsewhere):
    __tablename__ = "visit"


class Weight(Elsewhere):
    __tablename__ = "weight"
    visit_id: Mapped[int | None]


# what is written while visit 1 of participant 1 is locked | whether it is refused
AT_A_VISIT: list[tuple[type[Elsewhere], dict[str, Any], bool]] = [
    (Weight, {"participant_id": 1, "visit_id": 1}, True),
    (Weight, {"participant_id": 1, "visit_id": 2}, False),
    (Weight, {"participant_id": 1, "visit_id": None}, False),
    (Visit, {"participant_id": 1, "id": 3}, False),
]


@pytest.mark.parametrize(("table", "values", "refuses"), AT_A_VISIT)
def test_a_locked_visit_stands_still_and_others_do_not(
    table: type[Elsewhere], values: dict[str, Any], refuses: bool
) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Elsewhere.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE data_lock (participant_id, visit_id, unlocked_at)"))
        for one in (Visit, Weight):
            for statement in table_triggers(cast("type[Base]", one), "sqlite"):
                connection.exec_driver_sql(statement)
        connection.execute(insert(Visit).values(id=1, version=1, participant_id=1))
        connection.execute(text("INSERT INTO data_lock VALUES (1, 1, NULL)"))
        written = insert(table).values(**{"version": 1, **values})
        if refuses:
            with pytest.raises(IntegrityError, match="locked"):
                connection.execute(written)
        else:
            connection.execute(written)
        with pytest.raises(IntegrityError, match="locked"):
            connection.execute(
                text("UPDATE visit SET participant_id = 2, version = 2 WHERE id = 1")
            )
    engine.dispose()


def test_locks_lie_outside_of_the_locks() -> None:
    assert DataLock.outside_lock
