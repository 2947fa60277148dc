"""What every table of the trial shares: its types, its version, and what may happen to its rows.

A table is *kept* (rows change, each change one version more) or *append-only* (what was written
stays). No row is ever deleted. Refuses types that one of the two databases would round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

_UTC_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def utc_text(moment: datetime) -> str:
    """Return a moment in UTC as a text of one length: `2022-01-15T01:02:03.000000Z`."""
    # Not strftime: on some systems its %Y writes the year 999 with three digits.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps it as text of one length, which sorts as time does."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database keeps."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what is written; a time without a zone is refused, because it has no meaning."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value.astimezone(UTC) if dialect.name == "postgresql" else utc_text(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Return the moment, in UTC."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time needs its zone")
        return moment.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal number as it was written: no database rounds it."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> str | None:
        """Return the digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Decimal | None:
        """Return the number."""
        return None if value is None else Decimal(value)


@dataclass(frozen=True)
class Guard:
    """A rule over several rows, which no CHECK can hold: a trigger refuses what breaks it.

    `broken` says in SQL that both databases understand when it is broken; NEW is the row as it
    has just been written.
    """

    name: str
    broken: str


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A row. It is made to be handed to an act, or comes from reading; changing it changes nothing.

    `append_only`: rows are never changed. `outside_lock`: rows are written also while their
    participant is locked, because they speak about the data (a query, a signature, the trail) or
    nothing may hinder them (a consent and its withdrawal); nor are they signed with the data.
    `guards`: what must hold between rows.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime(),
        date: Date(),
        Decimal: Exact(),
        str: Text(),
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
    }
    append_only: ClassVar[bool] = False
    guards: ClassVar[tuple[Guard, ...]] = ()
    outside_lock: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    version: Mapped[int] = mapped_column(init=False, default=1)

    def values(self) -> dict[str, Any]:
        """Return the columns and what they hold, without the id."""
        return {
            column.key: getattr(self, column.key)
            for column in self.__table__.columns
            if column.key != "id"
        }


NOT_VOIDED = text("NOT voided")
"""Where rows are unique among those that stand only: the condition of a partial index."""

SECRET: Mapping[str, bool] = {"secret": True}
"""Marks a column whose values the trail shows only as hashes."""
