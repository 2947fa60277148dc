"""The trail as it is read: acts, newest first; and each value that one of them changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from trialrun.conduct.rows import find
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import AuditEvent, Event

PAGE = 100


@dataclass(frozen=True)
class TrailFilter:
    """Which acts are asked for; what is empty or None asks for all.

    `before`: those older than the act with this id.
    """

    verb: str = ""
    actor: str = ""
    table: str = ""
    participant_id: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class Change:
    """One value that an act wrote; of a new row `old` is None."""

    column: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ChangedRow:
    """One row that an act wrote, with the seal of its audit event."""

    table: str
    row_id: int
    is_new: bool
    changes: tuple[Change, ...]
    hash: str


@dataclass(frozen=True)
class Entry:
    """One act and every row that it wrote."""

    event: Event
    rows: tuple[ChangedRow, ...]


@dataclass(frozen=True)
class ListedAct:
    """One act, and how many rows of each table it wrote: taking in a screening writes thousands."""

    event: Event
    written: Mapping[str, int]


@dataclass(frozen=True)
class ActPage:
    """At most a hundred rows of one act; `after` asks for the next ones, None: there are none."""

    event: Event
    rows: tuple[ChangedRow, ...]
    after: int | None


@dataclass(frozen=True)
class TrailPage:
    """At most a hundred acts, newest first.

    `older` is what to ask `before` for the next ones; None: there are none.
    """

    acts: tuple[ListedAct, ...]
    older: int | None


def trail(session: Session, wanted: TrailFilter) -> TrailPage:
    """Return the newest acts that are asked for."""
    events = session.scalars(_query(wanted)).all()
    shown = events[:PAGE]
    written = _written(session, [event.id for event in shown])
    acts = tuple(ListedAct(event, written.get(event.id, {})) for event in shown)
    return TrailPage(acts, shown[-1].id if len(events) > PAGE else None)


def act_page(session: Session, event_id: int, after: int) -> ActPage:
    """Return the rows of one act that come after an audit event.

    Raises:
        NotFoundError: there is no such act.
    """
    event = find(session, Event, event_id)
    query = select(AuditEvent).where(AuditEvent.event_id == event_id, AuditEvent.id > after)
    found = session.scalars(query.order_by(AuditEvent.id).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    rows = tuple(_row(audit, audit.row_id) for audit in shown if audit.row_id is not None)
    return ActPage(event, rows, shown[-1].id if len(found) > PAGE else None)


def entries_of(session: Session, event_ids: Sequence[int]) -> tuple[Entry, ...]:
    """Return acts by their ids, in that order, each with all its rows."""
    entries: list[Entry] = []
    for at in range(0, len(event_ids), PAGE):
        ids = event_ids[at : at + PAGE]
        events = {one.id: one for one in session.scalars(select(Event).where(Event.id.in_(ids)))}
        rows = _rows(session, ids)
        entries += (Entry(events[one], tuple(rows.get(one, ()))) for one in ids)
    return tuple(entries)


def tables() -> list[str]:
    """Return the names of every table that a trail can speak of, in order."""
    names = {mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    return sorted(names - {Event.__tablename__, AuditEvent.__tablename__})


def columns() -> frozenset[str]:
    """Return the names of every column that a trail can speak of."""
    mapped = {mapper.class_.__tablename__: mapper.columns for mapper in Base.registry.mappers}
    return frozenset(column.key for table in tables() for column in mapped[table])


def _query(wanted: TrailFilter) -> Select[Event]:
    return select(Event).where(*_conditions(wanted)).order_by(Event.id.desc()).limit(PAGE + 1)


def _conditions(wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.verb:
        yield Event.verb == wanted.verb
    if wanted.actor:
        yield Event.actor == wanted.actor
    if wanted.table:
        yield exists().where(AuditEvent.event_id == Event.id, AuditEvent.table == wanted.table)
    if wanted.participant_id is not None:
        # Of the act that enrolled them, the participant is what it wrote, not whom it is about.
        enrolled = exists().where(
            AuditEvent.event_id == Event.id,
            AuditEvent.table == Participant.__tablename__,
            AuditEvent.row_id == wanted.participant_id,
        )
        yield or_(Event.participant_id == wanted.participant_id, enrolled)
    if wanted.before is not None:
        yield Event.id < wanted.before


def _written(session: Session, event_ids: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """Count the rows that each act wrote, by table."""
    query = (
        select(AuditEvent.event_id, AuditEvent.table, func.count())
        .where(AuditEvent.event_id.in_(event_ids), AuditEvent.row_id.is_not(None))
        .group_by(AuditEvent.event_id, AuditEvent.table)
        .order_by(AuditEvent.event_id, func.min(AuditEvent.id))
    )
    found: dict[int, dict[str, int]] = {}
    for event_id, table, count in session.execute(query):
        found.setdefault(event_id, {})[table] = count
    return found


def _rows(session: Session, event_ids: Sequence[int]) -> Mapping[int, Sequence[ChangedRow]]:
    """Return the rows of each act."""
    found: dict[int, list[ChangedRow]] = {}
    query = select(AuditEvent).where(AuditEvent.event_id.in_(event_ids)).order_by(AuditEvent.id)
    for audit in session.scalars(query):
        if audit.row_id is not None:
            found.setdefault(audit.event_id, []).append(_row(audit, audit.row_id))
    return found


def _row(audit: AuditEvent, row_id: int) -> ChangedRow:
    is_new = audit.row_version == 1
    changes = tuple(
        Change(column, *((None, value) if is_new else value))
        for column, value in sorted(json.loads(audit.changes).items())
        if column != "version" and not (is_new and value is None)
    )
    return ChangedRow(audit.table, row_id, is_new, changes, audit.hash)
