"""Laboratory grades to confirm: what CTCAE suggests for the results since the first dose.

The baseline of a result is the last one of the same value set before the first dose; limits of
normal are those that were entered beside each result. A result that cannot be graded is shown with
the reason, and never as grade 0. Refuses to decide: a person confirms, changes or sets aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.grades import ProposedGrade
from trialrun.conduct.reading.safety import grade_decisions_of
from trialrun.conduct.rows import RowRef
from trialrun.conduct.tables.adverse_events import GradeDecision
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.conduct.typed import MisreadError, read_value
from trialrun.errors import NotFoundError
from trialrun.protocol.forms import Item
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.grading import propose
from trialrun.terminology.ctcae.results import Baseline, GradeProposal, LabResult, Outcome

_VALUES = FormValue.__tablename__


@dataclass(frozen=True)
class Result:
    """A laboratory value of a form as CTCAE reads it; `before`: it was before the first dose."""

    value: FormValue
    item: Item
    visit: Visit
    day: date
    read: LabResult
    before: bool


@dataclass(frozen=True)
class ToGrade:
    """What CTCAE says of one result by one term, and on which baseline it rests, if on any."""

    participant: Participant
    result: Result
    outcome: Outcome
    baseline: Result | None

    @property
    def term(self) -> str:
        """The term of CTCAE."""
        return self.outcome.term.term

    @property
    def slug(self) -> str:
        """The term as a part of an address."""
        return slug_of(self.term)

    @property
    def proposal(self) -> GradeProposal | None:
        """The proposed grade; None: not gradable."""
        return self.outcome if isinstance(self.outcome, GradeProposal) else None

    @property
    def proposed(self) -> ProposedGrade | None:
        """The proposal as a decision takes it."""
        if self.proposal is None:
            return None
        value = self.result.value
        place = RowRef(_VALUES, value.id)
        return ProposedGrade(place, value.version, value.item, self.term, self.proposal.grade)


def slug_of(term: str) -> str:
    """Return a term in small letters and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def grades_to_confirm(session: Session, trial: TrialProtocol) -> tuple[ToGrade, ...]:
    """Return every grade above 0 that nobody has decided on, and what cannot be graded.

    Proposals come first, the highest grade in front; then what is not gradable.
    """
    participants = session.scalars(select(Participant).order_by(Participant.id)).all()
    found = [one for each in participants for one in participant_grades(session, trial, each)]
    return tuple(sorted(found, key=_order))


def _order(one: ToGrade) -> tuple[int, str, int]:
    grade = -1 if one.proposal is None else one.proposal.grade
    return -grade, one.participant.number, one.result.value.id


def participant_grades(
    session: Session, trial: TrialProtocol, participant: Participant
) -> tuple[ToGrade, ...]:
    """Return what is to be decided of one participant's results."""
    decided = {_key(decision) for decision in grade_decisions_of(session, participant.id)}
    return tuple(
        one
        for one in _outcomes(session, trial, participant)
        if (one.proposal is None or one.proposal.grade > 0)
        and (one.result.value.id, one.result.value.version, one.term) not in decided
    )


def grade_of(session: Session, trial: TrialProtocol, value_id: int, slug: str) -> ToGrade:
    """Return what CTCAE says of one value by one term, decided or not.

    Raises:
        NotFoundError: there is no such value, or CTCAE says nothing of it.
    """
    for participant in session.scalars(_participant_of(value_id)):
        for one in _outcomes(session, trial, participant):
            if one.result.value.id == value_id and one.slug == slug:
                return one
    raise NotFoundError("there is no such grade to decide on")


def decision_on(session: Session, one: ToGrade) -> GradeDecision | None:
    """Return the decision that stands for this version of the value, if there is one."""
    decisions = grade_decisions_of(session, one.participant.id)
    key = (one.result.value.id, one.result.value.version, one.term)
    return next((decision for decision in decisions if _key(decision) == key), None)


def _key(decision: GradeDecision) -> tuple[int, int, str]:
    return decision.row_id, decision.row_version, decision.term


def _participant_of(value_id: int) -> Select[Participant]:
    return (
        select(Participant)
        .join(Visit, Visit.candidate_id == Participant.candidate_id)
        .join(FormEntry, FormEntry.visit_id == Visit.id)
        .join(FormValue, FormValue.entry_id == FormEntry.id)
        .where(FormValue.id == value_id)
    )


def _outcomes(
    session: Session, trial: TrialProtocol, participant: Participant
) -> Iterator[ToGrade]:
    if participant.first_dose_on is None:
        return
    results = _results(session, trial, participant)
    for result in results:
        if result.before:
            continue
        for value_set in result.item.measures:
            baseline = _baseline(results, value_set)
            read = None if baseline is None else _as_baseline(baseline.read)
            for outcome in propose(value_set, result.read, read):
                yield ToGrade(participant, result, outcome, baseline)


def _results(session: Session, trial: TrialProtocol, participant: Participant) -> Sequence[Result]:
    items = {
        (form.id, item.id): item
        for form in trial.forms
        for item in form.items
        if item.measures and item.type.is_numeric
    }
    found = session.execute(
        select(Visit, FormEntry, FormValue)
        .join(FormEntry, FormEntry.visit_id == Visit.id)
        .join(FormValue, FormValue.entry_id == FormEntry.id)
        .where(Visit.candidate_id == participant.candidate_id, ~Visit.voided)
        .where(FormValue.typed.is_not(None))
        .order_by(Visit.day, FormValue.id)
    )
    read = (
        _result(visit, value, items[(entry.form, value.item)], participant)
        for visit, entry, value in found
        if (entry.form, value.item) in items
    )
    return [one for one in read if one is not None]


def _result(visit: Visit, value: FormValue, item: Item, participant: Participant) -> Result | None:
    day, first = visit.day, participant.first_dose_on
    assert day is not None
    assert first is not None
    number = _number(item, value, day)
    if number is None:
        return None
    read = LabResult(
        value=number,
        unit=value.unit or None,
        day=day,
        lln=None if value.normal_low is None else Fraction(value.normal_low),
        uln=None if value.normal_high is None else Fraction(value.normal_high),
    )
    # A screening visit is before enrolment, and so before the first dose, on its day, too.
    before = day < first or (visit.participant_id is None and day == first)
    return Result(value, item, visit, day, read, before)


def _number(item: Item, value: FormValue, day: date) -> Fraction | Bounds | None:
    """Return the value, or the bounds of one that was typed as `<5` or `>5`."""
    if value.number is not None:
        return Fraction(value.number)
    try:
        read = read_value(item, value.typed or "", day)
    except MisreadError:
        return None
    limit = Fraction(str(read.content))
    if read.comparator == "<":
        return Bounds(None, limit, hi_open=True)
    return Bounds(limit, None, lo_open=True) if read.comparator == ">" else limit


def _baseline(results: Sequence[Result], value_set: str) -> Result | None:
    before = [one for one in results if one.before and value_set in one.item.measures]
    return max(before, key=lambda one: (one.day, one.value.id), default=None)


def _as_baseline(read: LabResult) -> Baseline:
    return Baseline(value=read.value, unit=read.unit, day=read.day, lln=read.lln, uln=read.uln)
