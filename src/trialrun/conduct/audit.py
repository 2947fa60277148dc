"""Whether the trail is whole: every seal in order, and every row just what its trail says.

The chain finds what was changed, taken out or put in among the audit events. What was cut off at
the end, and rows that were changed past the gateway, are found because tables and trail no longer
agree; a head that was printed on a report finds a chain that was made anew as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.acts import FIRST_HASH
from trialrun.conduct.canonical import plain_values, sealed
from trialrun.conduct.database import Database
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import Problem

_BATCH = 1000
Rows = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True)
class Verification:
    """What a check of the trail found: how many events, the head, and everything that is wrong."""

    events: int
    audit_events: int
    head: str
    problems: tuple[Problem, ...]


def head(session: Session) -> str:
    """Return the hash of the last audit event: the state of the whole trail in one line."""
    last = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    return session.scalar(last) or FIRST_HASH


def verify(database: Database, printed_head: str | None = None) -> Verification:
    """Check the whole trail; `printed_head` is one that a signed report shows."""
    with database.reading() as session:
        told: Rows = {}
        heads: set[str] = set()
        problems = [*_chain_problems(session, told, heads), *_row_problems(session, told)]
        if printed_head is not None and printed_head not in heads:
            remedy = "the trail was made anew, or cut, after that report"
            problems.append(Problem("head", "the printed head is not in the chain", remedy))
        known = {row_id for (row_id,) in session.execute(select(Event.id))}
        return Verification(len(known), len(heads), head(session), tuple(problems))


def _chain_problems(session: Session, told: Rows, heads: set[str]) -> Iterator[Problem]:
    """Walk along the chain; fill `told` with what it says of every row, `heads` with its hashes."""
    previous, number, last_event = FIRST_HASH, 0, 0
    query = select(AuditEvent, Event).outerjoin(Event, Event.id == AuditEvent.event_id)
    for audit, happened in session.execute(
        query.order_by(AuditEvent.id).execution_options(yield_per=_BATCH)
    ):
        place = f"audit event {audit.id}"
        number += 1
        if audit.id != number:
            yield Problem(place, f"the number after {number - 1} is missing")
            number = audit.id
        if audit.previous_hash != previous:
            yield Problem(place, "it does not follow from the one before it")
        if happened is None:
            yield Problem(place, "its act is gone")
        else:
            if happened.id > last_event + 1:
                yield Problem(f"event {happened.id}", "an act before it is missing")
            last_event = happened.id
            seal = sealed(
                audit.previous_hash,
                happened,
                audit.table,
                audit.row_id,
                audit.row_version,
                audit.changes,
            )
            if seal != audit.hash:
                yield Problem(place, "it, or its act, is not what was sealed")
        yield from _tell(audit, told)
        heads.add(audit.hash)
        previous = audit.hash
        session.expunge(audit)
    yield from _unsealed(session, last_event)


def _unsealed(session: Session, last_event: int) -> Iterator[Problem]:
    for event_id in session.scalars(select(Event.id).where(Event.id > last_event)):
        yield Problem(f"event {event_id}", "its audit events are gone")


def _tell(audit: AuditEvent, told: Rows) -> Iterator[Problem]:
    """Take in what one audit event says of its row."""
    if audit.row_id is None:
        return
    try:
        changes = json.loads(audit.changes)
    except ValueError:
        yield Problem(f"audit event {audit.id}", "its changes are no JSON")
        return
    row = told.setdefault((audit.table, audit.row_id), {})
    row.update({name: new[1] for name, new in changes.items()} if row else changes)


def _row_problems(session: Session, told: Rows) -> Iterator[Problem]:
    """Compare every row of every table with what its trail says."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: str(mapper.local_table)):
        table: type[Base] = mapper.class_
        if table in (Event, AuditEvent):
            continue
        name = table.__tablename__
        for row in session.scalars(select(table).execution_options(yield_per=_BATCH)):
            expected = told.pop((name, row.id), None)
            place = f"{name} {row.id}"
            if expected is None:
                yield Problem(place, "no act wrote this row")
                continue
            held = plain_values(row, row.values())
            for column in sorted(held.keys() | expected.keys()):
                if held.get(column) != expected.get(column):
                    yield Problem(place, f"{column} is not what the trail says")
            session.expunge(row)
    for name, row_id in sorted(told):
        yield Problem(f"{name} {row_id}", "the row that the trail speaks of is gone")
