"""The trail as it is read: acts, newest first, each with every value that it changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.base import Base
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
    """One act and what it wrote."""

    event: Event
    rows: tuple[ChangedRow, ...]


@dataclass(frozen=True)
class TrailPage:
    """At most a hundred acts, newest first.

    `older` is what to ask `before` for the next ones; None: there are none.
    """

    entries: tuple[Entry, ...]
    older: int | None


def trail(session: Session, wanted: TrailFilter) -> TrailPage:
    """Return the newest acts that are asked for."""
    events = session.scalars(_query(wanted)).all()
    shown = events[:PAGE]
    rows = _rows(session, [event.id for event in shown])
    entries = tuple(Entry(event, tuple(rows.get(event.id, ()))) for event in shown)
    return TrailPage(entries, shown[-1].id if len(events) > PAGE else None)


def entries_of(session: Session, event_ids: Sequence[int]) -> tuple[Entry, ...]:
    """Return acts by their ids, in that order."""
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
        yield Event.participant_id == wanted.participant_id
    if wanted.before is not None:
        yield Event.id < wanted.before


def _rows(session: Session, event_ids: Sequence[int]) -> dict[int, list[ChangedRow]]:
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
