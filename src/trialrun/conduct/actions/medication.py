"""Concomitant medication: recording a drug with its first dose, correcting it, taking it back.

Refuses one drug twice by one route. How its dose changes over time: `medication_periods`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import missing, refuse
from trialrun.conduct.actions.medication_periods import (
    late_problems,
    medication_held,
    period_columns,
    vaccination_problems,
    void_problems,
)
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.periods import Period, period_problems
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem


@dataclass(frozen=True)
class Drug:
    """A drug as it is taken: its name, its code where known, what for, and by which route."""

    name: str
    code: str | None = None
    system: str | None = None
    indication: str = ""
    route: str = ""
    is_vaccination: bool = False


def record_medication(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    drug: Drug,
    period: Period,
    *,
    today: date,
) -> Medication:
    """Record a drug and its first period; `today` is the hospital's day of `at`.

    Raises:
        RefusedError: it is recorded already by this route, or a date or an amount is wrong.
    """
    with act(
        database, Verb.RECORD_MEDICATION, actor, at=at, participant_id=participant_id
    ) as doing:
        find(doing.session, Participant, participant_id)
        problems = [
            *_drug_problems(doing.session, participant_id, drug),
            *period_problems(period, today),
            *vaccination_problems(drug.is_vaccination, period),
            *late_problems(doing.session, participant_id, period),
        ]
        refuse("record this medication", problems)
        medication = doing.add(Medication(participant_id=participant_id, **_drug_columns(drug)))
        doing.add(MedicationPeriod(medication_id=medication.id, **period_columns(period)))
        return medication


def correct_medication(
    database: Database,
    actor: Actor,
    at: datetime,
    medication_id: int,
    drug: Drug,
    *,
    version: int,
    reason: str,
) -> Medication:
    """Write the right name, code, indication or route over what was recorded."""
    medication = medication_held(database, medication_id)
    participant_id = medication.participant_id
    with act(
        database,
        Verb.CORRECT_MEDICATION,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        problems = [
            *void_problems(doing.session, medication_id),
            *_drug_problems(doing.session, participant_id, drug, medication_id),
        ]
        refuse("correct this medication", problems)
        return doing.change(medication, expected=version, **_drug_columns(drug))


def void_medication(
    database: Database, actor: Actor, at: datetime, medication_id: int, *, version: int, reason: str
) -> Medication:
    """Take back a drug that was entered in error, with its periods."""
    medication = medication_held(database, medication_id)
    with act(
        database,
        Verb.VOID_MEDICATION,
        actor,
        at=at,
        reason=reason,
        participant_id=medication.participant_id,
    ) as doing:
        refuse("take back this medication", void_problems(doing.session, medication_id))
        return doing.change(medication, expected=version, voided=True)


def _drug_columns(drug: Drug) -> dict[str, Any]:
    return {
        "name": drug.name.strip(),
        "code": drug.code,
        "system": drug.system,
        "indication": drug.indication.strip(),
        "route": drug.route.strip(),
        "is_vaccination": drug.is_vaccination,
    }


def _drug_problems(
    session: Session, participant_id: int, drug: Drug, but: int | None = None
) -> Iterator[Problem]:
    yield from missing("name", drug.name, "write the name of the drug")
    if (drug.code is None) != (drug.system is None):
        yield Problem("code", "a code and its system go together", "give both, or neither")
    known = session.scalars(
        select(Medication.id).where(
            Medication.participant_id == participant_id,
            Medication.name == drug.name.strip(),
            Medication.route == drug.route.strip(),
            ~Medication.voided,
        )
    )
    if set(known) - {but}:
        remedy = "add a period to it, or change its dose"
        yield Problem("name", "it is recorded already by this route", remedy)
