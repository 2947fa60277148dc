"""Deviations: proposing, reporting, judging, and telling the ethics committee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.days import span_of
from trialrun.conduct.event_rules import day_problems
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import current, find, owner_of
from trialrun.conduct.tables.deviations import (
    Deviation,
    DeviationKind,
    DeviationOrigin,
    DeviationStatus,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem


@dataclass(frozen=True)
class DeviationEntry:
    """A departure from the protocol: what, of which criterion, visit or dose, and on which day.

    `occurred` is the day as written (`2022`, `2022-05`, `2022-05-31`).
    """

    kind: DeviationKind
    concerns: str
    description: str
    occurred: str


@dataclass(frozen=True)
class DeviationProposal:
    """A deviation that surveillance found; `key` is the same whenever it finds the same again.

    `evidence` names the rows behind it.
    """

    key: str
    entry: DeviationEntry
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """What an investigator makes of a deviation: `important` is None if it is dismissed."""

    status: DeviationStatus
    important: bool | None
    action_taken: str


def propose_deviations(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    proposals: Sequence[DeviationProposal],
    *,
    today: date,
) -> tuple[Deviation, ...]:
    """Record what surveillance found of a participant; return only what was not known.

    `today` is the hospital's day. Nothing is written, and no act done, if all is known already.
    """
    with database.reading() as session:
        if not _unknown(session, participant_id, proposals):
            return ()
    with act(
        database, Verb.PROPOSE_DEVIATION, actor, at=at, participant_id=participant_id
    ) as doing:
        find(doing.session, Participant, participant_id)
        new = _unknown(doing.session, participant_id, proposals)
        refuse(
            "propose deviations",
            (problem for one in new for problem in _problems(one.entry, today)),
        )
        return tuple(
            doing.add(
                _row(participant_id, one.entry, DeviationOrigin.SURVEILLANCE, one.key, one.evidence)
            )
            for one in new
        )


def report_deviation(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    entry: DeviationEntry,
    *,
    today: date,
) -> Deviation:
    """Record a deviation that a person noticed; `today` is the hospital's day."""
    with act(database, Verb.REPORT_DEVIATION, actor, at=at, participant_id=participant_id) as doing:
        find(doing.session, Participant, participant_id)
        refuse("report a deviation", _problems(entry, today))
        return doing.add(_row(participant_id, entry, DeviationOrigin.PERSON, None, {}))


def add_waived(
    doing: Act, participant_id: int, criterion: str, reason: str, enrolled_on: date
) -> Deviation:
    """Write the deviation that a waived criterion is, within the act of enrolment."""
    entry = DeviationEntry(DeviationKind.ELIGIBILITY, criterion, reason, enrolled_on.isoformat())
    return doing.add(_row(participant_id, entry, DeviationOrigin.WAIVER, f"waiver:{criterion}", {}))


def judge_deviation(
    database: Database,
    actor: Actor,
    at: datetime,
    deviation_id: int,
    judgement: Judgement,
    *,
    version: int,
    reason: str,
) -> Deviation:
    """Confirm or dismiss a deviation, with the reason; a later judgement replaces it."""
    participant_id = owner_of(database, Deviation, deviation_id)
    with act(
        database,
        Verb.JUDGE_DEVIATION,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        deviation = current(doing.session, Deviation, deviation_id, version)
        refuse("judge a deviation", _judgement_problems(judgement, deviation))
        return doing.change(
            deviation,
            status=judgement.status,
            important=judgement.important,
            judgement=reason.strip(),
            action_taken=judgement.action_taken.strip(),
            judged_at=at,
            judged_by=account_of(actor),
        )


def report_to_ethics(
    database: Database,
    actor: Actor,
    at: datetime,
    deviation_id: int,
    reported_on: date,
    *,
    version: int,
    today: date,
) -> Deviation:
    """Record on which day the ethics committee was told of a confirmed deviation."""
    participant_id = owner_of(database, Deviation, deviation_id)
    with act(database, Verb.REPORT_TO_ETHICS, actor, at=at, participant_id=participant_id) as doing:
        deviation = current(doing.session, Deviation, deviation_id, version)
        problems = []
        if deviation.status != DeviationStatus.CONFIRMED:
            problems.append(Problem("status", "nobody has confirmed it", "judge it first"))
        if reported_on > today:
            problems.append(Problem("reported_on", "the day is in the future"))
        if reported_on < deviation.occurred_lo:
            problems.append(Problem("reported_on", "it is before the deviation"))
        refuse("report a deviation to the ethics committee", problems)
        return doing.change(deviation, ethics_reported_on=reported_on)


def _unknown(
    session: Session, participant_id: int, proposals: Sequence[DeviationProposal]
) -> list[DeviationProposal]:
    keys = select(Deviation.key).where(Deviation.participant_id == participant_id)
    known = set(session.scalars(keys))
    return list({one.key: one for one in proposals if one.key not in known}.values())


def _problems(entry: DeviationEntry, today: date) -> list[Problem]:
    return [
        *missing("description", entry.description, "say what happened"),
        *day_problems("occurred", entry.occurred, today),
    ]


def _judgement_problems(judgement: Judgement, deviation: Deviation) -> list[Problem]:
    if judgement.status is DeviationStatus.PROPOSED:
        return [Problem("status", "it is no judgement", "confirm or dismiss it")]
    confirmed = judgement.status is DeviationStatus.CONFIRMED
    problems = []
    if confirmed and judgement.important is None:
        problems.append(Problem("important", "it is not said", "say whether it is important"))
    if not confirmed and judgement.important is not None:
        problems.append(Problem("important", "what is dismissed is neither", "leave it open"))
    if not confirmed and deviation.ethics_reported_on is not None:
        found = "the ethics committee has been told of it"
        problems.append(Problem("status", found, "leave it confirmed"))
    return problems


def _row(
    participant_id: int,
    entry: DeviationEntry,
    origin: DeviationOrigin,
    key: str | None,
    evidence: Mapping[str, Any],
) -> Deviation:
    span = span_of(entry.occurred)
    assert span is not None
    return Deviation(
        participant_id=participant_id,
        origin=origin,
        kind=entry.kind,
        concerns=entry.concerns.strip(),
        description=entry.description.strip(),
        occurred=entry.occurred.strip(),
        occurred_lo=span.lo,
        occurred_hi=span.hi,
        key=key,
        evidence=dict(evidence),
    )
