"""Laboratory grades to confirm: what CTCAE suggests for the results since the first dose.

The baseline of a result is the last one of the same value set before the first dose; limits of
normal are those that were entered beside each result. A result that cannot be graded is shown with
the reason, and never as grade 0. Refuses to decide: a person confirms, changes or sets aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
_COLUMNS = (
    FormValue.id,
    FormValue.version,
    FormValue.item,
    FormValue.typed,
    FormValue.number,
    FormValue.unit,
    FormValue.normal_low,
    FormValue.normal_high,
)
"""In the order of `LaboratoryValue`."""


@dataclass(frozen=True, slots=True)
class LaboratoryValue:
    """What a form's row says of a laboratory value; see `FormValue` for its columns."""

    id: int
    version: int
    item: str
    typed: str
    number: Decimal | None
    unit: str | None
    normal_low: Decimal | None
    normal_high: Decimal | None


@dataclass(frozen=True, slots=True)
class Result:
    """A laboratory value of a form as CTCAE reads it; `before`: it was before the first dose."""

    value: LaboratoryValue
    item: Item
    day: date
    read: LabResult
    before: bool


@dataclass(frozen=True, slots=True)
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

    Proposals come first, the highest grade in front; then what is not gradable. All values of all
    participants are graded: `grades_kept` says the same sooner.
    """
    participants = session.scalars(select(Participant).order_by(Participant.id)).all()
    return in_order(
        one for each in participants for one in participant_grades(session, trial, each)
    )


def in_order(found: Iterable[ToGrade]) -> tuple[ToGrade, ...]:
    """Return proposals first, the highest grade in front; then what is not gradable."""
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
    baselines = _baselines(results)
    for result in results:
        if result.before:
            continue
        for value_set in result.item.measures:
            baseline = baselines.get(value_set)
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
        select(*_COLUMNS, FormEntry.form, Visit.day, Visit.participant_id)
        .join(FormEntry, FormEntry.id == FormValue.entry_id)
        .join(Visit, Visit.id == FormEntry.visit_id)
        .where(Visit.candidate_id == participant.candidate_id, ~Visit.voided)
        .where(FormValue.typed.is_not(None), FormEntry.form.in_({form for form, _ in items}))
        .order_by(Visit.day, FormValue.id)
    )
    results = []
    for *columns, form, day, visit_of in found:
        value = LaboratoryValue(*columns)
        item = items.get((form, value.item))
        read = None if item is None else _read(item, value, day)
        if item is not None and read is not None:
            before = _is_before(day, visit_of, participant)
            results.append(Result(value, item, day, read, before))
    return results


def _is_before(day: date, visit_of: int | None, participant: Participant) -> bool:
    """Say whether a visit was before the first dose; `visit_of` None: it was one of screening."""
    first = participant.first_dose_on
    assert first is not None
    # A screening visit is before enrolment, and so before the first dose, on its day, too.
    return day < first or (visit_of is None and day == first)


def _read(item: Item, value: LaboratoryValue, day: date) -> LabResult | None:
    number = _number(item, value, day)
    if number is None:
        return None
    return LabResult(
        value=number,
        unit=value.unit or None,
        day=day,
        lln=None if value.normal_low is None else Fraction(value.normal_low),
        uln=None if value.normal_high is None else Fraction(value.normal_high),
    )


def _number(item: Item, value: LaboratoryValue, day: date) -> Fraction | Bounds | None:
    """Return the value, or the bounds of one that was typed as `<5` or `>5`."""
    if value.number is not None:
        return Fraction(value.number)
    try:
        read = read_value(item, value.typed, day)
    except MisreadError:
        return None
    limit = Fraction(str(read.content))
    if read.comparator == "<":
        return Bounds(None, limit, hi_open=True)
    return Bounds(limit, None, lo_open=True) if read.comparator == ">" else limit


def _baselines(results: Sequence[Result]) -> Mapping[str, Result]:
    """Return the last result of each value set before the first dose."""
    found: dict[str, Result] = {}
    for result in sorted(results, key=lambda one: (one.day, one.value.id)):
        if result.before:
            found |= dict.fromkeys(result.item.measures, result)
    return found


def _as_baseline(read: LabResult) -> Baseline:
    return Baseline(value=read.value, unit=read.unit, day=read.day, lln=read.lln, uln=read.uln)
