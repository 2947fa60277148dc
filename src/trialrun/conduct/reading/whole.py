"""The whole trial as it stands, for whoever exports or evaluates it. Nothing here writes.

Every table is read once. Subjects are those who have consented. Rows that were taken back are
counted and left out; the trail still tells of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.audit import head
from trialrun.conduct.days import day_of
from trialrun.conduct.reading.whole_events import Events
from trialrun.conduct.reading.whole_rows import Rows
from trialrun.conduct.reading.whole_treatment import (
    deviation_records,
    dose_records,
    ledger_records,
    medication_records,
)
from trialrun.conduct.reading.whole_visits import visit_records
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.candidates import (
    Candidate,
    Consent,
    ConsentForm,
    CriterionAnswer,
    ScreenFailure,
    Waiver,
    Withdrawal,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.protocol.model import TrialProtocol
from trialrun.records import trial_rows as told
from trialrun.records.trial_data import Demographics, Person, Subject, TrialData

Describe = Callable[[str, date], Demographics]
"""What the hospital says of a patient, by its id, as of a day."""


def nothing_known(_patient_id: str, _on: date) -> Demographics:
    """Say that the hospital's record is not at hand."""
    return Demographics()


def not_enrolled(candidate_id: int) -> str:
    """Return the number of a subject who is not enrolled."""
    return f"S{candidate_id}"


def whole_trial(
    session: Session,
    protocol: TrialProtocol,
    zone: tzinfo,
    at: datetime,
    describe: Describe = nothing_known,
) -> TrialData:
    """Return everything that the trial holds of everybody who has consented.

    `zone` is the hospital's, `at` the moment of reading. `describe` tells sex and age.
    """
    rows = Rows.of(session)
    participants = {one.candidate_id: one for one in session.scalars(select(Participant))}
    reader = _Reader(rows, protocol, zone, describe)
    consents = rows.by(Consent, "candidate_id", Consent.signed_at)
    subjects = [
        reader.subject(session.get_one(Candidate, candidate_id), signed, participants)
        for candidate_id, signed in consents.items()
    ]
    numbers = {one.id: one.number for one in participants.values()}
    moved = ledger_records(session, rows, numbers)
    return TrialData(
        subjects=tuple(sorted(subjects, key=_in_order)),
        ledger=moved,
        people=tuple(
            Person(one.name, one.full_name, one.role)
            for one in session.scalars(select(Account).order_by(Account.id))
        ),
        taken_at=at,
        head=head(session),
        taken_back=_taken_back(rows, subjects, moved),
    )


def _taken_back(
    rows: Rows, subjects: Iterable[Subject], moved: Iterable[told.LedgerRecord]
) -> dict[str, int]:
    """Count, by table, the rows that were read and do not come out.

    Of candidates who have not consented nothing comes out: what only they can have is not counted,
    but for the answers that were taken back with a visit, which are participants'.
    """
    stands = Counter(entry.table for one in subjects for entry in one.entries())
    stands.update(entry.table for entry in moved)
    of_candidates = {one.__tablename__ for one in (CriterionAnswer, Waiver, ScreenFailure)}
    counted = {
        table: count - stands[table]
        for table, count in rows.read.items()
        if count > stands[table] and table not in of_candidates
    }
    with_visits = rows.session.scalar(
        select(func.count(CriterionAnswer.id))
        .join(Visit, Visit.id == CriterionAnswer.visit_id)
        .where(Visit.voided)
    )
    if with_visits:
        counted[CriterionAnswer.__tablename__] = with_visits
    return dict(sorted(counted.items()))


def _in_order(subject: Subject) -> tuple[bool, str]:
    return subject.participation is None, subject.number


class _Reader:
    """Puts together what the tables hold of one subject."""

    def __init__(
        self, rows: Rows, protocol: TrialProtocol, zone: tzinfo, describe: Describe
    ) -> None:
        self._rows = rows
        self._protocol = protocol
        self._zone = zone
        self._describe = describe
        self._forms = {one.id: one for one in rows.session.scalars(select(ConsentForm))}
        self._withdrawals = rows.by(Withdrawal, "candidate_id", Withdrawal.withdrawn_at)
        self._answers = rows.by(CriterionAnswer, "candidate_id", CriterionAnswer.answered_at)
        visits = rows.session.scalars(select(Visit).where(~Visit.voided))
        self._days_of_visits = {visit.id: visit.day for visit in visits}
        self._waivers = rows.by(Waiver, "candidate_id")
        self._failures = rows.by(ScreenFailure, "candidate_id")
        self._visits = visit_records(rows, {form.id: form for form in protocol.forms})
        self._doses = dose_records(rows)
        self._medication = medication_records(rows)
        self._events = Events(rows)
        self._deviations = deviation_records(rows)

    def subject(
        self, candidate: Candidate, signed: list[Consent], participants: dict[int, Participant]
    ) -> Subject:
        """Return a subject: before enrolment, and (of a participant) after it."""
        enrolled = participants.get(candidate.id)
        consents = tuple(self._consent(one) for one in signed)
        of_id = enrolled.id if enrolled else 0
        emergence = (None, None) if enrolled is None else self._emergence(enrolled)
        return Subject(
            number=enrolled.number if enrolled else not_enrolled(candidate.id),
            consents=consents,
            withdrawals=tuple(map(self._withdrawal, self._withdrawals.get(candidate.id, ()))),
            answers=tuple(map(self._answer, self._standing_answers(candidate.id))),
            waivers=tuple(map(self._waiver, self._waivers.get(candidate.id, ()))),
            failures=tuple(map(self._failure, self._failures.get(candidate.id, ()))),
            participation=self._participation(enrolled) if enrolled else None,
            visits=self._visits.get(candidate.id, ()),
            doses=self._doses.get(of_id, ()),
            medication=self._medication.get(of_id, ()),
            adverse_events=self._events.of(of_id, emergence),
            deviations=self._deviations.get(of_id, ()),
            demographics=self._describe(candidate.patient_id, consents[0].signed_on),
        )

    def _emergence(self, enrolled: Participant) -> tuple[date | None, date | None]:
        return enrolled.first_dose_on, self._protocol.end_of_follow_up(enrolled.enrolled_on)

    def _consent(self, row: Consent) -> told.Consent:
        return told.Consent(
            **self._rows.named(row),
            form_version=self._forms[row.form_id].form_version,
            signed_at=row.signed_at,
            signed_on=day_of(row.signed_at, self._zone),
            obtained_by=row.obtained_by,
        )

    def _withdrawal(self, row: Withdrawal) -> told.Withdrawal:
        return told.Withdrawal(
            **self._rows.named(row),
            withdrawn_at=row.withdrawn_at,
            withdrawn_on=day_of(row.withdrawn_at, self._zone),
            scope=row.scope,
            reason=row.reason,
        )

    def _standing_answers(self, candidate_id: int) -> Iterator[CriterionAnswer]:
        """Yield the answers but for those of visits that were taken back."""
        for row in self._answers.get(candidate_id, ()):
            if row.visit_id is None or row.visit_id in self._days_of_visits:
                yield row

    def _answer(self, row: CriterionAnswer) -> told.CriterionAnswer:
        day_of_visit = None if row.visit_id is None else self._days_of_visits[row.visit_id]
        return told.CriterionAnswer(
            **self._rows.named(row),
            criterion=row.criterion,
            statement=row.statement,
            answer=row.answer,
            answered_on=day_of_visit or row.answered_on,
            reason=row.reason,
        )

    def _waiver(self, row: Waiver) -> told.Waiver:
        return told.Waiver(**self._rows.named(row), criterion=row.criterion, reason=row.reason)

    def _failure(self, row: ScreenFailure) -> told.ScreenFailure:
        return told.ScreenFailure(
            **self._rows.named(row),
            failed_on=row.failed_on,
            criteria=tuple(row.criteria),
            reason=row.reason,
        )

    def _participation(self, row: Participant) -> told.Participation:
        return told.Participation(
            **self._rows.named(row),
            enrolled_at=row.enrolled_at,
            enrolled_on=row.enrolled_on,
            arm=row.arm,
            status=row.status,
            first_dose_on=row.first_dose_on,
            ended_on=row.ended_on,
            ended_why=row.ended_why,
            ended_note=row.ended_note,
        )
