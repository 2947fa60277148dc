"""Deviations, queries, locks, marks and signatures, and which of them still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal_column, select, text
from sqlalchemy.orm import Session

from trialrun.conduct.acts import FIRST_HASH
from trialrun.conduct.rows import RowRef, find, row_at
from trialrun.conduct.signing import content_hash, rows_to_sign
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.deviations import Deviation, DeviationStatus
from trialrun.conduct.tables.oversight import DataLock, Signature
from trialrun.conduct.tables.ownership import participant_sql, tables_under_lock, visit_sql
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.queries import Query, QueryMessage, QueryStep, SourceMark
from trialrun.conduct.tables.trail import AuditEvent

DEVIATIONS_ON_A_PAGE = 100


@dataclass(frozen=True)
class DeviationFilter:
    """Which deviations are asked for; what is empty or None asks for all."""

    status: str = ""
    kind: str = ""
    participant_id: int | None = None


@dataclass(frozen=True)
class DeviationListed:
    """A deviation, and the number of its participant."""

    deviation: Deviation
    number: str


def deviations_page(
    session: Session, wanted: DeviationFilter, page: int
) -> tuple[tuple[DeviationListed, ...], int]:
    """Return one page (from 1) of the deviations that are asked for, and how many there are.

    Those that nobody has judged stand in front, then the newest.
    """
    conditions = []
    if wanted.status:
        conditions.append(Deviation.status == wanted.status)
    if wanted.kind:
        conditions.append(Deviation.kind == wanted.kind)
    if wanted.participant_id is not None:
        conditions.append(Deviation.participant_id == wanted.participant_id)
    everything = session.scalar(select(func.count(Deviation.id)).where(*conditions)) or 0
    query = (
        select(Deviation, Participant.number)
        .join(Participant, Participant.id == Deviation.participant_id)
        .where(*conditions)
        .order_by(
            Deviation.status != DeviationStatus.PROPOSED,
            Deviation.occurred_lo.desc(),
            Deviation.id.desc(),
        )
        .offset((page - 1) * DEVIATIONS_ON_A_PAGE)
        .limit(DEVIATIONS_ON_A_PAGE)
    )
    found = session.execute(query)
    return tuple(DeviationListed(deviation, number) for deviation, number in found), everything


def judge_of(session: Session, deviation: Deviation) -> str:
    """Return the full name of whoever judged a deviation; empty: nobody has."""
    if deviation.judged_by is None:
        return ""
    return session.get_one(Account, deviation.judged_by).full_name


def lock_owner(session: Session, lock_id: int) -> int:
    """Return the participant whose data a lock holds.

    Raises:
        NotFoundError: there is no such lock.
    """
    return find(session, DataLock, lock_id).participant_id


def described(deviation: Deviation, language: str) -> str:
    """Return what happened, in a language, or as it was written where there is no other."""
    chinese = str(deviation.evidence.get("zh", ""))
    return chinese if language == "zh" and chinese else deviation.description


def participant_names(session: Session) -> tuple[tuple[int, str], ...]:
    """Return the ids and the numbers of all participants."""
    query = select(Participant.id, Participant.number).order_by(Participant.id)
    return tuple((row_id, number) for row_id, number in session.execute(query))


def open_locks(session: Session, participant_id: int) -> Sequence[DataLock]:
    """Return the open locks on a participant and on the participant's visits."""
    query = select(DataLock).where(
        DataLock.participant_id == participant_id, DataLock.unlocked_at.is_(None)
    )
    return session.scalars(query.order_by(DataLock.id)).all()


def lock_over(session: Session, participant_id: int, visit_id: int) -> DataLock | None:
    """Return an open lock that holds a visit's data: on the visit, or on the whole participant."""
    locks = open_locks(session, participant_id)
    return next((lock for lock in locks if lock.visit_id in (None, visit_id)), None)


def lock_on(session: Session, participant_id: int) -> DataLock | None:
    """Return the open lock that holds all data of a participant; None: there is none."""
    locks = open_locks(session, participant_id)
    return next((lock for lock in locks if lock.visit_id is None), None)


@dataclass(frozen=True)
class Asked:
    """A query with its messages, the first one in front."""

    query: Query
    messages: tuple[QueryMessage, ...]

    @property
    def answered_by(self) -> int | None:
        """The account whose answer the query has now; None: it has none."""
        last = self.messages[-1] if self.messages else None
        return last.account_id if last and last.step == QueryStep.ANSWERED else None


def queries_of(session: Session, participant_id: int) -> tuple[Asked, ...]:
    """Return the queries on a participant's data."""
    queries = session.scalars(
        select(Query).where(Query.participant_id == participant_id).order_by(Query.id)
    ).all()
    return with_messages(session, queries)


def with_messages(session: Session, queries: Sequence[Query]) -> tuple[Asked, ...]:
    """Return queries with what was written to each, read at once."""
    written: dict[int, list[QueryMessage]] = {query.id: [] for query in queries}
    query = select(QueryMessage).where(QueryMessage.query_id.in_(written))
    for message in session.scalars(query.order_by(QueryMessage.id)):
        written[message.query_id].append(message)
    return tuple(Asked(query, tuple(written[query.id])) for query in queries)


@dataclass(frozen=True)
class QueryOpened:
    """A query with its messages, the names of those who wrote them, and its participant."""

    asked: Asked
    writers: Mapping[int, str]
    participant: Participant


def query_opened(session: Session, query_id: int) -> QueryOpened:
    """Return one query.

    Raises:
        NotFoundError: there is no such query.
    """
    query = find(session, Query, query_id)
    (asked,) = with_messages(session, [query])
    ids = {message.account_id for message in asked.messages}
    accounts = session.scalars(select(Account).where(Account.id.in_(ids)))
    return QueryOpened(
        asked=asked,
        writers={account.id: account.full_name for account in accounts},
        participant=session.get_one(Participant, query.participant_id),
    )


@dataclass(frozen=True)
class Marked:
    """A monitor's last mark on a row; it `holds` while the row has the version that was marked."""

    mark: SourceMark
    holds: bool


def source_marks(session: Session, participant_id: int) -> dict[RowRef, Marked]:
    """Return the last mark on each row of a participant's data that has one."""
    query = select(SourceMark).where(SourceMark.participant_id == participant_id)
    marks = {
        RowRef(mark.table_name, mark.row_id): mark
        for mark in session.scalars(query.order_by(SourceMark.row_version))
    }
    return {
        place: Marked(mark, row_at(session, place).version == mark.row_version)
        for place, mark in marks.items()
    }


def visits_of_rows(session: Session, participant_id: int) -> dict[RowRef, int]:
    """Return the visit of each row of a participant's data that belongs to one."""
    found: dict[RowRef, int] = {}
    for table in tables_under_lock():
        name = table.__tablename__
        owner, visit = participant_sql(table.__table__, name), visit_sql(table.__table__, name)
        if visit is None:
            continue
        of_visit: ColumnElement[int] = literal_column(visit)
        query = select(table.id, of_visit).where(text(f"{owner} = :participant"))
        for row_id, visit_id in session.execute(query, {"participant": participant_id}):
            if visit_id is not None:
                found[RowRef(name, row_id)] = visit_id
    return found


@dataclass(frozen=True)
class SignatureCheck:
    """Whether a signature still stands for what is there.

    `same`: the rows have the hash that was signed. `changed`: rows of which the trail tells a
    change since. `in_chain`: the head that was signed with is in the trail. Rows that differ
    without a change in the trail were tampered with.
    """

    same: bool
    changed: tuple[RowRef, ...]
    in_chain: bool

    @property
    def holds(self) -> bool:
        """Whether what is there is what was signed, in an unbroken trail."""
        return self.same and self.in_chain and not self.changed


def check_signature(session: Session, signature: Signature) -> SignatureCheck:
    """Compare what was signed with what is there."""
    place = None
    if signature.table_name is not None and signature.row_id is not None:
        place = RowRef(signature.table_name, signature.row_id)
    rows = rows_to_sign(session, signature.participant_id, place)
    last = session.scalar(select(AuditEvent.id).where(AuditEvent.hash == signature.chain_head))
    since = session.execute(
        select(AuditEvent.table, AuditEvent.row_id).where(AuditEvent.id > (last or 0))
    )
    touched = {RowRef(table, row_id) for table, row_id in since if row_id is not None}
    return SignatureCheck(
        same=content_hash(rows) == signature.content_hash,
        changed=tuple(covered for covered, _ in rows if covered in touched),
        in_chain=last is not None or signature.chain_head == FIRST_HASH,
    )


def signatures_of(session: Session, participant_id: int) -> Sequence[Signature]:
    """Return the signatures on a participant's data, in the order in which they were given."""
    query = select(Signature).where(Signature.participant_id == participant_id)
    return session.scalars(query.order_by(Signature.id)).all()
