"""Whether the trail is whole: every seal in order, and every row just what its trail says.

The chain finds what was changed, taken out or put in among the audit events. Rows that were changed
past the gateway, and acts that were cut off at the end with the rows that they wrote, are found
because tables and trail no longer agree. Triggers that are gone are found, and sessions that no
sign-in has opened. What was cut off at the end and wrote no row (an export, say), and a chain that
was made anew as a whole, only a head shows that was kept elsewhere: on a report or in an export.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.acts import FIRST_HASH
from trialrun.conduct.canonical import plain_values, sealed
from trialrun.conduct.database import Database
from trialrun.conduct.legible import BATCH, illegible, legible, read
from trialrun.conduct.roles import Verb
from trialrun.conduct.sessions import forged_sessions
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.oversight import Signature
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.conduct.trigger_check import trigger_problems
from trialrun.errors import Problem

Rows = dict[tuple[str, int], dict[str, Any]]
_MADE_ANEW = "the trail was made anew, or cut, after that"


@dataclass(frozen=True)
class Verification:
    """What a check of the trail found: how many events, the head, and everything that is wrong."""

    events: int
    audit_events: int
    head: str
    problems: tuple[Problem, ...]


@dataclass
class _Told:
    """What the chain says, as far as one has walked along it.

    `rows` of every table, by name and id; the `heads` that it had; `kept` are heads that acts have
    kept, by their place.
    """

    rows: Rows = field(default_factory=dict)
    heads: set[str] = field(default_factory=set)
    kept: dict[str, object] = field(default_factory=dict)
    audit_events: int = 0
    last_audit: int = 0
    last_event: int = 0


def head(session: Session) -> str:
    """Return the hash of the last audit event: the state of the whole trail in one line."""
    last = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    return str(session.scalar(last) or FIRST_HASH)


def verify(database: Database, printed_head: str | None = None) -> Verification:
    """Check the whole trail; `printed_head` is one that a signed report or an export shows."""
    with database.reading() as session:
        told = _Told()
        problems = [
            *_chain_problems(session, told),
            *_row_problems(session, told.rows),
            *_head_problems(session, told, printed_head),
            *trigger_problems(session),
            *forged_sessions(session),
        ]
        known = session.scalars(select(Event.id)).all()
        return Verification(len(known), told.audit_events, head(session), tuple(problems))


# --- along the chain ----------------------------------------------------------------------------


def _chain_problems(session: Session, told: _Told) -> Iterator[Problem]:
    """Walk along the chain; fill `told` with what it says."""
    acts = _Acts(session)
    previous: str | None = FIRST_HASH
    for number, audit in legible(session, AuditEvent):
        place = f"audit event {number}"
        if number != told.last_audit + 1:
            yield Problem(place, f"the number after {told.last_audit} is missing")
        told.last_audit = number
        told.audit_events += 1
        if audit is None:
            yield from _illegible(session, AuditEvent, number)
            previous = None  # nobody can say whether the next one follows from it
            continue
        if previous is not None and audit.previous_hash != previous:
            yield Problem(place, "it does not follow from the one before it")
        if audit.version != 1:
            yield Problem(place, "its version is not the one in which it was written")
        yield from _act_problems(acts, audit, told)
        yield from _tell(audit, told.rows)
        told.heads.add(audit.hash)
        previous = audit.hash
    for event_id in session.scalars(select(Event.id).where(Event.id > told.last_event)):
        yield Problem(f"event {event_id}", "its audit events are gone")


@dataclass
class _Acts:
    """The acts of the trail, read many at once, in the order in which the chain asks for them."""

    session: Session
    held: dict[int, Event | None] = field(default_factory=dict)

    def look_for(self, event_id: int) -> bool:
        """Say whether there is such an act, and hold it then."""
        if event_id not in self.held:
            self.held = dict(islice(legible(self.session, Event, event_id), BATCH))
        return event_id in self.held


def _act_problems(acts: _Acts, audit: AuditEvent, told: _Told) -> Iterator[Problem]:
    """Check one audit event against its act, and its seal over both."""
    place, event_id = f"audit event {audit.id}", audit.event_id
    if not acts.look_for(event_id):
        yield Problem(place, "its act is gone")
        return
    is_new = event_id > told.last_event
    if event_id > told.last_event + 1:
        yield Problem(f"event {event_id}", "an act before it is missing")
    told.last_event = event_id
    happened = acts.held[event_id]
    if happened is None:
        if is_new:
            yield from _illegible(acts.session, Event, event_id)
        return
    if happened.verb == Verb.EXPORT and isinstance(happened.data, Mapping):
        told.kept[f"event {event_id}"] = happened.data.get("head")
    written = (audit.table, audit.row_id, audit.row_version, audit.changes)
    if read(lambda: sealed(audit.previous_hash, happened, *written)) != audit.hash:
        yield Problem(place, "it, or its act, is not what was sealed")


def _tell(audit: AuditEvent, told: Rows) -> Iterator[Problem]:
    """Take in what one audit event says of its row."""
    if audit.row_id is None:
        return
    changes = read(lambda: json.loads(audit.changes))
    row = told.setdefault((audit.table, audit.row_id), {})
    if not isinstance(changes, dict):
        yield Problem(f"audit event {audit.id}", "its changes are no JSON of a row")
    elif not row:
        row.update(changes)
    elif all(isinstance(both, list) and len(both) == 2 for both in changes.values()):
        row.update({name: both[1] for name, both in changes.items()})
    else:
        yield Problem(f"audit event {audit.id}", "its changes are no old and new values")


def _illegible(session: Session, table: type[Base], row_id: int) -> Iterator[Problem]:
    place = f"{table.__tablename__.replace('audit_event', 'audit event')} {row_id}"
    for column in illegible(session, table, row_id):
        yield Problem(place, f"{column} holds what cannot be read")


# --- beside the chain ---------------------------------------------------------------------------


def _row_problems(session: Session, told: Rows) -> Iterator[Problem]:
    """Compare every row of every table with what its trail says."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: str(mapper.local_table)):
        table: type[Base] = mapper.class_
        if table in (Event, AuditEvent):
            continue
        name = table.__tablename__
        for row_id, row in legible(session, table):
            expected = told.pop((name, row_id), None)
            if expected is None:
                yield Problem(f"{name} {row_id}", "no act wrote this row")
            else:
                yield from _compared(session, table, row_id, row, expected)
    for name, row_id in sorted(told, key=str):
        yield Problem(f"{name} {row_id}", "the row that the trail speaks of is gone")


def _compared(
    session: Session, table: type[Base], row_id: int, row: Base | None, expected: dict[str, Any]
) -> Iterator[Problem]:
    held = None if row is None else read(lambda: plain_values(row, row.values()))
    if held is None:
        yield from _illegible(session, table, row_id)
        return
    for column in sorted(held.keys() | expected.keys()):
        if held.get(column) != expected.get(column):
            place = f"{table.__tablename__} {row_id}"
            yield Problem(place, f"{column} is not what the trail says")


def _head_problems(session: Session, told: _Told, printed: str | None) -> Iterator[Problem]:
    """Look for every head that was kept: by exports, by signatures, and on paper."""
    signed = session.execute(select(Signature.id, Signature.chain_head))
    told.kept.update((f"signature {row_id}", kept) for row_id, kept in signed)
    for place, kept in told.kept.items():
        if kept != FIRST_HASH and kept not in told.heads:
            yield Problem(place, "the head that it keeps is not in the chain", _MADE_ANEW)
    if printed is not None and printed not in told.heads:
        remedy = "the trail was made anew, or cut, after that report"
        yield Problem("head", "the printed head is not in the chain", remedy)
