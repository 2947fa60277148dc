"""The worklist: candidates by what is asked for, a hundred at a time, and what has changed.

Sorted and counted by the database, so that ten thousand candidates are as fast as a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from trialrun.conduct.changes import Change
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.candidates import ON_THE_WAY, Candidate, Screened, ScreeningRun
from trialrun.conduct.tables.trail import Event
from trialrun.screening.verdict import Verdict

PAGE = 100
Columns = TypeVarTuple("Columns")


class Order(StrEnum):
    """How the worklist is sorted."""

    FEWEST_OPEN = "fewest open criteria"
    LAPSE = "lapse date"
    OPENING = "opening date"


@dataclass(frozen=True)
class Wanted:
    """Which candidates are asked for; what is empty asks for all. `page` counts from 1.

    `criterion`: one that is open; `change`: what the last screening changed.
    """

    verdict: str = ""
    status: str = ""
    criterion: str = ""
    change: str = ""
    order: Order = Order.FEWEST_OPEN
    page: int = 1


@dataclass(frozen=True)
class Line:
    """A candidate, and what the last screening changed (None: it did not name them).

    The verdict is as of `screened_on`, the day of the last screening that named them; where an
    answer, a consent or its withdrawal came later, as of the moment of that act, `answered_at`.
    `has_ended`: time alone has ended it since, so that it says nothing about today.
    """

    candidate: Candidate
    has_ended: bool
    change: str | None
    screened_on: date | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Worklist:
    """A page of candidates; `found` counts those of every page, `ended` those whose verdict has."""

    lines: Sequence[Line]
    found: int
    ended: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.found // PAGE))


@dataclass(frozen=True)
class LastScreening:
    """The last screening: of which day, taken in when, over how many, and what it changed.

    `is_whole`: all that it says has been taken in; else it is being taken in, or was interrupted.

    `unnamed` are the candidates of whom it says nothing any more: the hospital's records no longer
    hold them, or they are enrolled.
    """

    index_date: date
    taken_in_at: datetime
    protocol_version: str
    is_whole: bool
    counts: Mapping[str, Any]
    changes: Mapping[str, int]
    unnamed: int


def last_run(session: Session) -> ScreeningRun | None:
    """Return the screening that was taken in last."""
    return session.scalar(select(ScreeningRun).order_by(ScreeningRun.id.desc()).limit(1))


def last_screening(session: Session) -> LastScreening | None:
    """Return what the last screening was, and what it changed; None: there was none yet."""
    run = last_run(session)
    if run is None:
        return None
    counted = session.execute(
        select(Screened.change, func.count()).where(Screened.run_id == run.id).group_by("change")
    )
    changes = {change: int(number) for change, number in counted}
    everybody = session.scalar(select(func.count()).select_from(Candidate)) or 0
    return LastScreening(
        index_date=run.index_date,
        taken_in_at=run.taken_in_at,
        protocol_version=run.protocol_version,
        is_whole=run.finished_at is not None,
        counts=run.counts,
        changes={change: changes.get(change, 0) for change in Change},
        unnamed=everybody - sum(changes.values()),
    )


def worklist(session: Session, wanted: Wanted, today: date) -> Worklist:
    """Return a page of the candidates that are asked for, as they stand on a day."""
    found, ended = session.execute(_asked(session, _counted(today), wanted)).one()
    page = min(max(1, wanted.page), max(1, -(-found // PAGE)))
    query = _asked(session, select(Candidate, _has_ended(today)), wanted)
    query = query.order_by(*_order(wanted.order, today))
    lines = _lines(session, query.limit(PAGE).offset((page - 1) * PAGE))
    return Worklist(lines, found, ended, page)


def by_patient_id(session: Session, written: str, today: date) -> Worklist:
    """Return the candidates whose id at the hospital holds what is written, the exact one first."""
    like = written.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    holds = Candidate.patient_id.like(f"%{like}%", escape="\\")
    found, ended = session.execute(_counted(today).where(holds)).one()
    query = select(Candidate, _has_ended(today)).where(holds)
    exact_first = (Candidate.patient_id != written, Candidate.patient_id)
    lines = _lines(session, query.order_by(*exact_first).limit(PAGE))
    return Worklist(lines, found, ended, 1)


def _asked(session: Session, query: Select[*Columns], wanted: Wanted) -> Select[*Columns]:
    if wanted.change:
        run = last_run(session)
        query = query.join(Screened, Screened.candidate_id == Candidate.id).where(
            Screened.run_id == (0 if run is None else run.id), Screened.change == wanted.change
        )
    return query.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.verdict:
        yield Candidate.verdict == wanted.verdict
    if wanted.status:
        yield Candidate.status == wanted.status
    if wanted.criterion:
        # Ids of criteria hold no quotes: the JSON text of the list holds this one between two.
        yield cast(Candidate.open_criteria, Text).contains(f'"{wanted.criterion}"', autoescape=True)


def _order(order: Order, today: date) -> tuple[ColumnElement[Any], ...]:
    settled, by_id = Candidate.status.not_in(ON_THE_WAY), Candidate.id.asc()
    if order is Order.LAPSE:
        return settled, Candidate.lapses_on.is_(None), Candidate.lapses_on.asc(), by_id
    if order is Order.OPENING:
        return settled, Candidate.opens_on.is_(None), Candidate.opens_on.asc(), by_id
    refused = Candidate.verdict == Verdict.INELIGIBLE
    return settled, refused, Candidate.open_count.asc(), _has_ended(today), by_id


def _counted(today: date) -> Select[int, int]:
    """Count candidates, and those of them whose verdict has ended."""
    number = func.count(Candidate.id)
    return select(number, number.filter(_has_ended(today)))


def _has_ended(today: date) -> ColumnElement[bool]:
    lapsed = and_(Candidate.lapses_on.is_not(None), Candidate.lapses_on < today)
    opened = and_(Candidate.opens_on.is_not(None), Candidate.opens_on <= today)
    return and_(Candidate.status.in_(ON_THE_WAY), or_(lapsed, opened))


_JUDGING = (Verb.ANSWER_CRITERION, Verb.OBTAIN_CONSENT, Verb.WITHDRAW_CONSENT)
"""After these acts a candidate is judged again."""


def _lines(session: Session, query: Select[Candidate, bool]) -> list[Line]:
    candidates = list(session.execute(query))
    run = last_run(session)
    ids = [candidate.id for candidate, _ in candidates]
    said = session.execute(
        select(Screened.candidate_id, Screened.change, ScreeningRun)
        .join(ScreeningRun, ScreeningRun.id == Screened.run_id)
        .where(Screened.candidate_id.in_(ids))
        .order_by(Screened.run_id)
    )
    named = {candidate_id: (change, by) for candidate_id, change, by in said}
    acts = session.execute(
        select(Event.candidate_id, func.max(Event.at))
        .where(Event.candidate_id.in_(ids), Event.verb.in_(_JUDGING))
        .group_by(Event.candidate_id)
    )
    answered = {candidate_id: at for candidate_id, at in acts if candidate_id is not None}
    return [
        _line(one, ended, run, named.get(one.id), answered.get(one.id)) for one, ended in candidates
    ]


def _line(
    candidate: Candidate,
    has_ended: bool,
    last: ScreeningRun | None,
    said: tuple[str, ScreeningRun] | None,
    answered: datetime | None,
) -> Line:
    if said is None:
        return Line(candidate, has_ended, None, None, answered)
    change, by = said
    is_last = last is not None and by.id == last.id
    newer = answered if answered is not None and answered > by.taken_in_at else None
    return Line(candidate, has_ended, change if is_last else None, by.index_date, newer)
