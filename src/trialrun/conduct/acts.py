"""The one gateway of every change: an act writes state, event and audit events, or nothing at all.

    with act(database, Verb.INVITE, actor, at=now, candidate_id=7) as doing:
        doing.change(candidate, expected=candidate.version, status="invited")

Refuses an actor whose role may not do this, an act without the reason that it needs, a text that
nobody can see or that has no end, a day before 1900, and a change of a row that somebody else has
changed since it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trialrun.conduct.canonical import canonical, plain_values, sealed
from trialrun.conduct.constraints import refusal_of
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_problems
from trialrun.conduct.roles import MAY, NEEDS_REASON, PROGRAM_MAY, Role, Verb
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.conduct.texts import text_problems
from trialrun.errors import ConflictError, ForbiddenError, Problem, RefusedError

FIRST_HASH = "0" * 64
RowT = TypeVar("RowT", bound=Base)


@dataclass(frozen=True)
class Actor:
    """Who acts: an account in its role, or (both None) the program itself."""

    name: str
    account_id: int | None = None
    role: Role | None = None

    def may(self, verb: Verb) -> bool:
        """Say whether this actor's role may do it."""
        return verb in PROGRAM_MAY if self.role is None else self.role in MAY[verb]


PROGRAM = Actor("trialrun")


@dataclass
class Act:
    """An act in the making; `session` reads within its transaction, what it wrote included."""

    session: Session
    event: Event
    _last_id: int
    _last_hash: str

    def add(self, row: RowT) -> RowT:
        """Write a new row and its audit event; return it as it stands in the database."""
        values = row.values()
        _refuse(_problems(values))
        (row_id,) = self.session.execute(
            insert(type(row)).values(**values).returning(type(row).id)
        ).one()
        self._audit(row, row_id, row.version, plain_values(row, values))
        return self._fresh(type(row), row_id)

    def add_all(self, rows: Sequence[RowT]) -> list[int]:
        """Write many new rows of one table, each with its audit event; return their ids."""
        if not rows:
            return []
        cls = type(rows[0])
        values = [row.values() for row in rows]
        _refuse(problem for written in values for problem in _problems(written))
        statement = insert(cls).returning(cls.id, sort_by_parameter_order=True)
        ids = list(self.session.scalars(statement, values))
        audited = [
            self._sealed(cls.__tablename__, row_id, row.version, plain_values(row, written))
            for row_id, row, written in zip(ids, rows, values, strict=True)
        ]
        self.session.execute(insert(AuditEvent), audited)
        return ids

    def change(self, row: RowT, *, expected: int | None = None, **new: Any) -> RowT:
        """Write new values over the old ones of a row; what is not new is left alone.

        `expected` is the version that whoever asks for the change has seen; by default the one
        that `row` was read with.

        Raises:
            ConflictError: the row has been changed since.
        """
        cls = type(row)
        held = self._fresh(cls, row.id)
        if held.version != (row.version if expected is None else expected):
            raise ConflictError(
                "this was changed after you opened it",
                [Problem(cls.__tablename__, "a newer version exists", "read it, and try again")],
            )
        changed = {name: value for name, value in new.items() if getattr(held, name) != value}
        if not changed:
            return held
        _refuse(_problems(changed))
        changed["version"] = held.version + 1
        old = plain_values(held, {name: getattr(held, name) for name in changed})
        # The row is read again below; else every row that the act has read would be looked through.
        self.session.execute(
            update(cls).where(cls.id == held.id).values(**changed),
            execution_options={"synchronize_session": False},
        )
        written = plain_values(held, changed)
        both = {name: [old[name], written[name]] for name in changed}
        self._audit(held, held.id, held.version + 1, both)
        return self._fresh(cls, held.id)

    def close(self) -> None:
        """Leave a trail of an act that wrote no row, too."""
        if not self.session.scalar(
            select(func.count()).where(AuditEvent.event_id == self.event.id)
        ):
            self._write("", None, None, {})

    def _fresh(self, cls: type[RowT], row_id: int) -> RowT:
        # Only this row is read again: others that the act has returned stay readable after it.
        return self.session.get_one(cls, row_id, populate_existing=True)

    def _audit(self, row: Base, row_id: int, version: int, changes: Mapping[str, Any]) -> None:
        self._write(type(row).__tablename__, row_id, version, changes)

    def _write(
        self, table: str, row_id: int | None, version: int | None, changes: Mapping[str, Any]
    ) -> None:
        audited = self._sealed(table, row_id, version, changes)
        self.session.execute(insert(AuditEvent).values(**audited))

    def _sealed(
        self, table: str, row_id: int | None, version: int | None, changes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the next audit event of the chain."""
        text, previous = canonical(changes), self._last_hash
        self._last_id += 1
        self._last_hash = sealed(previous, self.event, table, row_id, version, text)
        return {
            "id": self._last_id,
            "version": 1,
            "event_id": self.event.id,
            "table": table,
            "row_id": row_id,
            "row_version": version,
            "changes": text,
            "previous_hash": previous,
            "hash": self._last_hash,
        }


@contextmanager
def act(
    database: Database,
    verb: Verb,
    actor: Actor,
    *,
    at: datetime,
    reason: str = "",
    candidate_id: int | None = None,
    participant_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> Iterator[Act]:
    """Do one thing to the trial: all that is written inside stands together, or not at all.

    Acts happen one after the other, because each seals the one before it.

    Raises:
        ForbiddenError: the actor's role may not do this.
        RefusedError: a reason is needed and missing, a text cannot be kept, or the database's own
            rules refuse.
    """
    _check(verb, actor, reason)
    event = Event(
        at=at,
        account_id=actor.account_id,
        actor=actor.name,
        role=actor.role or "program",
        verb=verb,
        candidate_id=candidate_id,
        participant_id=participant_id,
        reason=reason.strip(),
        data=dict(data or {}),
    )
    try:
        with database.writing() as session:
            doing = _begin(session, event)
            yield doing
            doing.close()
    except IntegrityError as error:
        raise refusal_of(error) from error


def note(session: Session, verb: Verb, *, at: datetime, data: Mapping[str, Any]) -> None:
    """Leave the trail of what the program has done to the database itself, in its transaction."""
    event = Event(
        at=at, account_id=None, actor=PROGRAM.name, role="program", verb=verb, data=dict(data)
    )
    _begin(session, event).close()


def _check(verb: Verb, actor: Actor, reason: str) -> None:
    if not actor.may(verb):
        role = actor.role or "program"
        raise ForbiddenError(f"the role {role} may not {verb}")
    if verb in NEEDS_REASON and not reason.strip():
        raise RefusedError(
            f"to {verb} needs a reason", [Problem("reason", "it is empty", "say why")]
        )
    _refuse(text_problems({"reason": reason}))


def _problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what of a row's values no row of the trial may hold."""
    yield from text_problems(values)
    yield from day_problems(values)


def _refuse(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise RefusedError("this cannot be written", found)


def _begin(session: Session, event: Event) -> Act:
    # Numbered here, not by the database: a sequence would leave a gap where an act was refused,
    # which could not be told from one that was taken out of the trail.
    event_id = (session.scalar(select(func.max(Event.id))) or 0) + 1
    session.execute(insert(Event).values(id=event_id, **event.values()))
    last = session.execute(
        select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    ).first()
    last_id, last_hash = last or (0, FIRST_HASH)
    return Act(session, session.get_one(Event, event_id), last_id, last_hash)
