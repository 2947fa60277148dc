"""Two participants and five people, and what tests of safety and oversight ask again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from trialrun.conduct.acts import PROGRAM, Act, Actor, act
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.event_rules import EventEntry, EventTerm
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    Causality,
    Expectedness,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.candidates import Candidate, Consent, ConsentForm
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import Problem, TrialrunError

CONSENTED = datetime(2022, 1, 10, 2, tzinfo=UTC)
ENROLLED = datetime(2022, 1, 15, 2, tzinfo=UTC)
NOW = datetime(2022, 5, 20, 8, tzinfo=UTC)
TODAY = date(2022, 5, 20)
HOUR = timedelta(hours=1)
FEVER = EventTerm("Fever", "General disorders and administration site conditions")
TERMS = frozenset({FEVER, EventTerm("Eosinophilia", "Blood and lymphatic system disorders")})


@dataclass(frozen=True)
class World:
    """A database with two participants, 1 and 2, and one person per role."""

    database: Database
    investigator: Actor
    coordinator: Actor
    data_manager: Actor
    monitor: Actor
    pharmacist: Actor


def world(database: Database) -> World:
    people = [Role.INVESTIGATOR, Role.COORDINATOR, Role.DATA_MANAGER, Role.MONITOR]
    actors = [_person(database, role) for role in [*people, Role.PHARMACIST]]
    with act(database, Verb.ENROL, actors[0], at=ENROLLED) as doing:
        form = doing.add(
            ConsentForm(form_version="1", effective_on=date(2022, 1, 1), asks_again=False)
        )
        for number in ("001", "002"):
            _participant(doing, number, form.id)
    return World(database, *actors)


def _person(database: Database, role: Role) -> Actor:
    with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=CONSENTED) as doing:
        account = doing.add(
            Account(name=f"the {role}", full_name=f"Full {role}", role=role, password_hash=None)
        )
    return Actor(account.name, account.id, role)


def _participant(doing: Act, number: str, form_id: int) -> None:
    candidate = doing.add(Candidate(patient_id=f"H{number}", verdict="eligible"))
    consent = doing.add(
        Consent(
            candidate_id=candidate.id,
            form_id=form_id,
            signed_at=CONSENTED,
            obtained_by="Dr Lin",
            account_id=1,
        )
    )
    doing.add(
        Participant(
            number=number,
            candidate_id=candidate.id,
            consent_id=consent.id,
            consented_at=CONSENTED,
            enrolled_at=ENROLLED,
            enrolled_on=date(2022, 1, 15),
            arm="IL-2",
            first_dose_on=date(2022, 1, 15),
        )
    )


def entry(**other: Any) -> EventEntry:
    """Return a fever of grade 2 that is not serious, but for what is told otherwise."""
    told: dict[str, Any] = {
        "reported_term": "felt hot",
        "term": FEVER,
        "onset": "2022-05-18",
        "grade": 2,
        "criteria": frozenset(),
        "aware_at": NOW - 2 * HOUR,
        "causality": Causality.POSSIBLE,
        "expectedness": Expectedness.EXPECTED,
        "action_taken": ActionTaken.NOT_CHANGED,
        "outcome": Outcome.NOT_RECOVERED,
    }
    return EventEntry(**{**told, **other})


HOSPITAL = frozenset({SeriousnessCriterion.HOSPITALISATION})


def refused(call: Callable[[], object], kind: type[TrialrunError]) -> tuple[Problem, ...]:
    """Return the problems for which a call is refused."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value.problems


def fields(problems: tuple[Problem, ...]) -> list[str]:
    """Return the fields that problems are about."""
    return sorted({problem.where for problem in problems})


def last_act(database: Database) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """Return the verb of the last act and what its audit events say; the chain must be whole."""
    assert verify(database).problems == ()
    with database.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        audits = session.scalars(
            select(AuditEvent).where(AuditEvent.event_id == event.id).order_by(AuditEvent.id)
        ).all()
    return event.verb, [(audit.table, json.loads(audit.changes)) for audit in audits]


def raw_refusal(database: Database, row: Base, **other: Any) -> str:
    """Write a row past the gateway; return the text with which the database refuses it."""
    with pytest.raises(IntegrityError) as caught, database.engine.begin() as connection:
        connection.execute(insert(type(row)).values(**{**row.values(), **other}))
    return str(caught.value.orig)


def at_once(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Do two things at the same time; return what came of each: its value, or its error."""
    both_ready = Barrier(2)

    def run(call: Callable[[], object]) -> object:
        both_ready.wait(timeout=30)
        try:
            return call()
        except TrialrunError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, (first, second)))
