"""What a trial holds, as it stands at one moment: its subjects, the drug's ledger, its people.

The one shape in which the conduct of a trial is handed to whoever exports or evaluates it; neither
of them knows the other, or how the trial is kept. Refuses what identifies a patient: a subject goes
by a number of the trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from trialrun.records.trial_rows import (
    AdverseEvent,
    Consent,
    CriterionAnswer,
    DeviationRecord,
    DoseRecord,
    Entry,
    LedgerRecord,
    MedicationRecord,
    Participation,
    ScreenFailure,
    VisitRecord,
    Waiver,
    Withdrawal,
)


@dataclass(frozen=True)
class Demographics:
    """What the hospital says of a subject: sex, and completed years at consent; None: unknown."""

    sex: Literal["female", "male"] | None = None
    age: int | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Somebody who has consented: a participant, or (`participation` None) not enrolled.

    `number` is the participant's; of whoever is not enrolled it is made of our own id.
    """

    number: str
    consents: tuple[Consent, ...]
    withdrawals: tuple[Withdrawal, ...] = ()
    answers: tuple[CriterionAnswer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    failures: tuple[ScreenFailure, ...] = ()
    participation: Participation | None = None
    visits: tuple[VisitRecord, ...] = ()
    doses: tuple[DoseRecord, ...] = ()
    medication: tuple[MedicationRecord, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    deviations: tuple[DeviationRecord, ...] = ()
    demographics: Demographics = Demographics()

    def entries(self) -> Iterator[Entry]:
        """Yield every row of this subject that stands, those within others included."""
        if self.participation:
            yield self.participation
        yield from (*self.consents, *self.withdrawals, *self.answers, *self.waivers)
        yield from (*self.failures, *self.doses, *self.deviations)
        for visit in self.visits:
            yield visit
            for form in visit.forms:
                yield form
                for value in form.values:
                    yield value
                    yield from value.grades
        for drug in self.medication:
            yield from (drug, *drug.periods)
        for event in self.adverse_events:
            yield from (event, *event.follow_ups, *event.reports)


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `name` is what stamps say."""

    name: str
    full_name: str
    role: str


@dataclass(frozen=True)
class TrialData:
    """A whole trial at one moment, subjects in the order of their numbers.

    `taken_back` counts, by table, the rows that are left out: entered in error, lying within such a
    row, or no longer true (a grade of a value that was corrected). `head` is that of the trail.
    """

    subjects: tuple[Subject, ...]
    ledger: tuple[LedgerRecord, ...]
    people: tuple[Person, ...]
    taken_at: datetime
    head: str
    taken_back: Mapping[str, int] = field(default_factory=dict)

    def of(self, numbers: frozenset[str]) -> TrialData:
        """Return the same trial with these subjects only, and their movements of the drug."""
        return TrialData(
            tuple(subject for subject in self.subjects if subject.number in numbers),
            tuple(moved for moved in self.ledger if moved.subject in numbers),
            self.people,
            self.taken_at,
            self.head,
            self.taken_back,
        )
