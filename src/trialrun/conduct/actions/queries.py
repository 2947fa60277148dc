"""Queries on values, with their messages; and the monitor's marks that rows agree with a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.reading.oversight import with_messages
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef, current, owner_of, participant_of, row_at
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.queries import Query, QueryMessage, QueryStatus, QueryStep, SourceMark
from trialrun.conduct.tables.visits import FormEntry
from trialrun.errors import ConflictError, Problem


@dataclass(frozen=True)
class _Step:
    """A step of a query: the verb, from which statuses it may be taken, and what comes of it."""

    verb: Verb
    from_statuses: frozenset[QueryStatus]
    to: QueryStatus


_STEPS: Mapping[QueryStep, _Step] = {
    QueryStep.ANSWERED: _Step(
        Verb.ANSWER_QUERY, frozenset({QueryStatus.OPEN}), QueryStatus.ANSWERED
    ),
    QueryStep.CLOSED: _Step(
        Verb.CLOSE_QUERY, frozenset({QueryStatus.OPEN, QueryStatus.ANSWERED}), QueryStatus.CLOSED
    ),
    QueryStep.REOPENED: _Step(
        Verb.REOPEN_QUERY, frozenset({QueryStatus.ANSWERED, QueryStatus.CLOSED}), QueryStatus.OPEN
    ),
}


def open_query(
    database: Database, actor: Actor, at: datetime, place: RowRef, item: str, words: str
) -> Query:
    """Ask about one value: the column, or the item of a form, of a row of a participant's data."""
    with database.reading() as session:
        participant_id = participant_of(session, place)
    with act(database, Verb.OPEN_QUERY, actor, at=at, participant_id=participant_id) as doing:
        problems = missing("item", item, "say which value is meant")
        if item.strip() and item.strip() not in _items(row_at(doing.session, place)):
            found = "this row has no such value"
            problems.append(Problem("item", found, "choose one of the list"))
        refuse("open a query", problems + missing("words", words, "write the question"))
        query = doing.add(
            Query(
                participant_id=participant_id,
                table_name=place.table,
                row_id=place.row_id,
                item=item.strip(),
            )
        )
        _write(doing, actor, query, QueryStep.OPENED, words)
        return query


def _items(row: Base) -> frozenset[str]:
    """Return what a query on a row may be about: its columns, or the items of its form."""
    held = row.values()
    asked = held.get("items") if isinstance(row, FormEntry) else [held.get("item")]
    return frozenset(held) | frozenset(asked or ())


def answer_query(
    database: Database, actor: Actor, at: datetime, query_id: int, words: str, *, version: int
) -> Query:
    """Answer an open query."""
    return _take(database, actor, at, query_id, QueryStep.ANSWERED, words, version)


def close_query(
    database: Database, actor: Actor, at: datetime, query_id: int, words: str, *, version: int
) -> Query:
    """Close a query that is answered, by somebody else, or needs no answer any more."""
    return _take(database, actor, at, query_id, QueryStep.CLOSED, words, version)


def reopen_query(
    database: Database, actor: Actor, at: datetime, query_id: int, words: str, *, version: int
) -> Query:
    """Ask again, because the answer does not settle the question."""
    return _take(database, actor, at, query_id, QueryStep.REOPENED, words, version)


def verify_source(
    database: Database, actor: Actor, at: datetime, place: RowRef, *, version: int
) -> SourceMark:
    """Mark that a version of a row agrees with its source.

    Raises:
        ConflictError: the row has changed since, or this version is marked already.
    """
    with database.reading() as session:
        participant_id = participant_of(session, place)
    with act(database, Verb.VERIFY_SOURCE, actor, at=at, participant_id=participant_id) as doing:
        if row_at(doing.session, place).version != version:
            raise ConflictError(
                "the row has changed since you read it",
                [Problem("version", "a newer version exists", "compare it with its source again")],
            )
        marked = select(SourceMark.id).where(
            SourceMark.table_name == place.table,
            SourceMark.row_id == place.row_id,
            SourceMark.row_version == version,
        )
        if doing.session.scalar(marked) is not None:
            raise ConflictError("this version is marked already")
        return doing.add(
            SourceMark(
                participant_id=participant_id,
                table_name=place.table,
                row_id=place.row_id,
                row_version=version,
                account_id=account_of(actor),
                marked_at=at,
            )
        )


def _take(
    database: Database,
    actor: Actor,
    at: datetime,
    query_id: int,
    name: QueryStep,
    words: str,
    version: int,
) -> Query:
    step = _STEPS[name]
    participant_id = owner_of(database, Query, query_id)
    with act(database, step.verb, actor, at=at, participant_id=participant_id) as doing:
        query = current(doing.session, Query, query_id, version)
        problems = missing("words", words, "write what is to be said")
        if query.status not in step.from_statuses:
            problems.append(Problem("status", f"a query that is {query.status} cannot be {name}"))
        if name is QueryStep.CLOSED and _answered(doing, query, actor):
            found = "you answered this query yourself"
            problems.append(
                Problem("step", found, "let somebody else read the answer and close it")
            )
        refuse(step.verb, problems)
        changed = doing.change(query, status=step.to)
        _write(doing, actor, query, name, words)
        return changed


def _answered(doing: Act, query: Query, actor: Actor) -> bool:
    (asked,) = with_messages(doing.session, [query])
    return asked.answered_by == account_of(actor)


def _write(doing: Act, actor: Actor, query: Query, step: QueryStep, words: str) -> None:
    doing.add(
        QueryMessage(
            query_id=query.id,
            step=step,
            words=words.strip(),
            account_id=account_of(actor),
            written_at=doing.event.at,
        )
    )
