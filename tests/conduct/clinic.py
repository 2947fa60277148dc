"""What tests of the clinic share: its time zone, who works there, and ways round the actions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from tests.conduct.people import TODAY

from trialrun.conduct.actions.consent import withdraw_consent
from trialrun.conduct.actions.enrolment import end_participation
from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import RefusedError

ZONE = ZoneInfo("Asia/Shanghai")
"""The hospital's: eight hours before UTC, so that its days begin at 16:00 UTC."""


def day(number: int) -> date:
    """The day of the trial; 0 is that of enrolment."""
    return TODAY + timedelta(days=number)


def noon(number: int) -> datetime:
    """Noon at the hospital on a day of the trial."""
    return datetime.combine(day(number), datetime.min.time(), ZONE) + timedelta(hours=12)


def refused_fields(ask: Callable[[], object]) -> list[str]:
    """Ask for what is refused; return the field of each problem."""
    with pytest.raises(RefusedError) as refused:
        ask()
    return [problem.where for problem in refused.value.problems]


def refused_by_the_database(database: Database, row: Base, name: str) -> None:
    """Write a row round every action; the constraint of this name must refuse it."""
    with (
        pytest.raises(IntegrityError, match=name),
        database.engine.begin() as connection,
    ):
        connection.execute(insert(type(row)).values(**row.values()))


def at_once(ask: Callable[[int], object], people: int = 2) -> list[object]:
    """Let people do something at the same time; return what each got, or the refusal."""

    def one(number: int) -> object:
        try:
            return ask(number)
        except RefusedError as refused:
            return refused

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def one_wins(got: list[object]) -> bool:
    """Say whether one got what was asked for, and all others were refused."""
    return sum(not isinstance(one, RefusedError) for one in got) == 1


def trail_of(database: Database, table: str) -> list[tuple[str, str, str]]:
    """Return the verb, the reason and the changes of every audit event of a table."""
    with database.reading() as session:
        found = session.execute(
            select(Event.verb, Event.reason, AuditEvent.changes)
            .join(AuditEvent, AuditEvent.event_id == Event.id)
            .where(AuditEvent.table == table)
            .order_by(AuditEvent.id)
        )
        return [(verb, reason, changes) for verb, reason, changes in found]


def end(
    database: Database,
    actor: Actor,
    participant: Participant,
    on: int,
    why: EndOfParticipation = EndOfParticipation.LOST,
) -> None:
    """Let participation end on a day of the trial."""
    with database.reading() as session:
        version = session.get_one(Participant, participant.id).version
    end_participation(
        database,
        actor,
        noon(on),
        participant.id,
        version=version,
        ended_on=day(on),
        why=why,
        note="moved away",
        today=day(on),
    )


def withdraw(
    database: Database, actor: Actor, participant: Participant, at: datetime, scope: WithdrawalScope
) -> None:
    """Let a participant withdraw."""
    withdraw_consent(
        database,
        actor,
        at,
        participant.candidate_id,
        withdrawn_at=at,
        scope=scope,
        reason="no longer wishes it",
    )
