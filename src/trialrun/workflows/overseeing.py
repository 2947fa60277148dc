"""Oversight of one participant's data: rows by visit, what was verified, asked, locked, signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.queries import verify_source
from trialrun.conduct.actions.signing_in import prove_identity
from trialrun.conduct.acts import Actor
from trialrun.conduct.canonical import canonical, digest
from trialrun.conduct.database import Database
from trialrun.conduct.reading.oversight import (
    Asked,
    Marked,
    SignatureCheck,
    check_signature,
    open_locks,
    queries_of,
    signatures_of,
    source_marks,
    visits_of_rows,
    with_messages,
)
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.rows import RowRef, find, rows_of
from trialrun.conduct.signing import rows_to_sign
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.oversight import DataLock, Signature
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.queries import Query, QueryStatus
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import ConflictError, NotFoundError, Problem, RefusedError
from trialrun.workflows.row_facts import facts_of


@dataclass(frozen=True)
class RowShown:
    """One row: what it holds, the last mark on it, the queries about it that are not closed."""

    place: RowRef
    row: Base
    marked: Marked | None
    queries: tuple[Query, ...]

    @property
    def facts(self) -> tuple[tuple[str, object], ...]:
        """The columns that say something, by name."""
        return facts_of(self.row)

    @property
    def verified(self) -> bool:
        """Whether the row, as it stands, agrees with its source by a monitor's word."""
        return self.marked is not None and self.marked.holds


@dataclass(frozen=True)
class Group:
    """The rows of one visit; `visit` None: those that belong to no visit."""

    visit: Visit | None
    rows: tuple[RowShown, ...]
    lock: DataLock | None

    @property
    def to_verify(self) -> int:
        """How many rows have no mark that holds."""
        return sum(not row.verified for row in self.rows)

    @property
    def queries(self) -> tuple[Query, ...]:
        """The queries about these rows that are not closed."""
        return tuple(query for row in self.rows for query in row.queries)

    @property
    def seen(self) -> str:
        """What names the rows in the versions in which they are shown."""
        versions = [[one.place.table, one.place.row_id, one.row.version] for one in self.rows]
        return digest(canonical(versions))

    @property
    def outdated(self) -> int:
        """How many rows were changed after they had been verified."""
        return sum(row.marked is not None and not row.marked.holds for row in self.rows)


@dataclass(frozen=True)
class SignatureShown:
    """A signature, and whether what was signed is still what is there."""

    signature: Signature
    check: SignatureCheck


@dataclass(frozen=True)
class Oversight:
    """All of one participant's data as a monitor and a data manager look at them."""

    participant: Participant
    groups: tuple[Group, ...]
    lock: DataLock | None
    asked: tuple[Asked, ...]
    signatures: tuple[SignatureShown, ...]

    @property
    def queries(self) -> tuple[Query, ...]:
        """The queries about the participant's data that are not closed."""
        return tuple(query for group in self.groups for query in group.queries)


def oversight(session: Session, participant_id: int) -> Oversight:
    """Return the oversight of a participant.

    Raises:
        NotFoundError: there is no such participant.
    """
    participant = find(session, Participant, participant_id)
    marks, asked = source_marks(session, participant_id), queries_of(session, participant_id)
    locks = {lock.visit_id: lock for lock in open_locks(session, participant_id)}
    shown = [
        RowShown(place, row, marks.get(place), _queries_on(place, asked))
        for place, row in rows_of(session, participant_id)
    ]
    return Oversight(
        participant=participant,
        groups=tuple(_groups(session, participant_id, shown, locks)),
        lock=locks.get(None),
        asked=asked,
        signatures=tuple(
            SignatureShown(one, check_signature(session, one))
            for one in signatures_of(session, participant_id)
        ),
    )


def _queries_on(place: RowRef, asked: Iterable[Asked]) -> tuple[Query, ...]:
    queries = (one.query for one in asked if one.query.status != QueryStatus.CLOSED)
    return tuple(q for q in queries if RowRef(q.table_name, q.row_id) == place)


def _groups(
    session: Session,
    participant_id: int,
    shown: Sequence[RowShown],
    locks: Mapping[int | None, DataLock],
) -> Iterable[Group]:
    visit_ids = visits_of_rows(session, participant_id)
    grouped: dict[int | None, list[RowShown]] = {}
    for one in shown:
        grouped.setdefault(visit_ids.get(one.place), []).append(one)
    visits = session.scalars(select(Visit).where(Visit.id.in_([i for i in grouped if i]))).all()
    for visit in sorted(visits, key=lambda v: (v.day or v.window_from or v.enrolled_on, v.id)):
        yield Group(visit, tuple(grouped[visit.id]), locks.get(visit.id))
    if None in grouped:
        yield Group(None, tuple(grouped[None]), None)


def verify_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    visit_id: int | None,
    *,
    seen: str,
) -> int:
    """Mark all rows of a visit (None: those of no visit) that have no mark that holds.

    Return how many were marked. `seen` is that of the rows that the monitor has read.

    Raises:
        ConflictError: they have changed since, so nobody has compared them with their source.
        NotFoundError: the participant has no rows of such a visit.
    """
    with database.reading() as session:
        groups = oversight(session, participant_id).groups
    group = next((g for g in groups if (g.visit.id if g.visit else None) == visit_id), None)
    if group is None:
        raise NotFoundError("there are no rows of such a visit")
    if group.seen != seen:
        raise ConflictError(
            "these rows have changed since you read them",
            [Problem("rows", "newer versions exist", "compare them with their source again")],
        )
    wanted = [row for row in group.rows if not row.verified]
    for row in wanted:
        verify_source(database, actor, at, row.place, version=row.row.version)
    return len(wanted)


def signs_again(database: Database, account_id: int, password: str, at: datetime) -> bool:
    """Say whether the password is the account's; a wrong one counts as at the door."""
    try:
        prove_identity(database, account_id, password, at, field="password")
    except RefusedError:
        return False
    return True


@dataclass(frozen=True)
class SignatureOpened:
    """A signature, whether it holds, and the rows that it covers as they stand now."""

    signature: Signature
    participant: Participant
    check: SignatureCheck
    rows: tuple[tuple[RowRef, Base], ...]


def open_signature(session: Session, signature_id: int) -> SignatureOpened:
    """Return a signature with what it is about.

    Raises:
        NotFoundError: there is no such signature.
    """
    signature = find(session, Signature, signature_id)
    place = None
    if signature.table_name is not None and signature.row_id is not None:
        place = RowRef(signature.table_name, signature.row_id)
    return SignatureOpened(
        signature=signature,
        participant=session.get_one(Participant, signature.participant_id),
        check=check_signature(session, signature),
        rows=tuple(rows_to_sign(session, signature.participant_id, place)),
    )


@dataclass(frozen=True)
class QueryListed:
    """A query that is not closed, the participant's number, and what was said last.

    `mine`: somebody of the role that is asked about can take the next step.
    """

    query: Query
    number: str
    asked: Asked
    mine: bool


def open_queries(
    session: Session, role: Role, participant_id: int | None = None
) -> tuple[QueryListed, ...]:
    """Return the queries that are not closed, of one or all; what waits for this role in front."""
    query = (
        select(Query, Participant.number)
        .join(Participant, Participant.id == Query.participant_id)
        .where(Query.status != QueryStatus.CLOSED)
        .order_by(Query.id)
    )
    if participant_id is not None:
        query = query.where(Query.participant_id == participant_id)
    found = session.execute(query).all()
    every = with_messages(session, [query for query, _ in found])
    listed = [
        QueryListed(query, number, asked, _waits_for(query, role))
        for (query, number), asked in zip(found, every, strict=True)
    ]
    return tuple(sorted(listed, key=lambda one: (not one.mine, one.query.id)))


def _waits_for(query: Query, role: Role) -> bool:
    verb = Verb.ANSWER_QUERY if query.status == QueryStatus.OPEN else Verb.CLOSE_QUERY
    return role in MAY[verb]
