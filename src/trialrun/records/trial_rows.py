"""What a trial holds row by row: what was signed, answered, measured, given and judged.

Frozen, and without a database or a format. Words (a reason, a kind, a grade's standing) are those
of the trial. Rows that were taken back have no place here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from trialrun.records.dates import Span


@dataclass(frozen=True)
class Stamp:
    """Who wrote a row as it stands (the name of an account, or the program's), when (UTC), why."""

    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Written:
    """A day as it was written, `2022-05` or `2022-05-31`, and the days that it can mean."""

    text: str
    span: Span

    @property
    def day(self) -> date | None:
        """The day; None if it is known in part only."""
        return self.span.lo if self.span.is_exact else None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row that stands: `table` and `row_id` name it for good, `stamp` is its last writing."""

    table: str
    row_id: int
    stamp: Stamp

    @property
    def ref(self) -> str:
        """The row's own name, such as `dose/12`."""
        return f"{self.table}/{self.row_id}"


@dataclass(frozen=True, kw_only=True)
class Consent(Entry):
    """A signature under one version of the consent form; `signed_on` is the hospital's day."""

    form_version: str
    signed_at: datetime
    signed_on: date
    obtained_by: str


@dataclass(frozen=True, kw_only=True)
class Withdrawal(Entry):
    """A withdrawal of consent, and what it ends."""

    withdrawn_at: datetime
    withdrawn_on: date
    scope: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CriterionAnswer(Entry):
    """What a person said of a criterion; `answer` None: asked, and not known."""

    criterion: str
    statement: str
    answer: bool | None
    answered_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Waiver(Entry):
    """A criterion that did not permit, and with which somebody was enrolled all the same."""

    criterion: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ScreenFailure(Entry):
    """Why somebody who had consented was not enrolled; `criteria` may be empty."""

    failed_on: date
    criteria: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Grade(Entry):
    """A CTCAE grade that a person gave to one value, by a term."""

    term: str
    grade: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class FormValue(Entry):
    """What stands for one item of a form; `typed` None: not done, and `reason` says why.

    `number` is None where it is no number, or known only to lie beyond a limit. `grades` are those
    that people gave to the value as it stands.
    """

    item: str
    typed: str | None
    number: Decimal | None = None
    unit: str | None = None
    normal_low: Decimal | None = None
    normal_high: Decimal | None = None
    out_of_range: bool = False
    reason: str = ""
    grades: tuple[Grade, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FilledForm(Entry):
    """A form that was filled in; `items` are those that its version of the protocol asked for.

    `derived` are the items that are computed, None where a part is missing.
    """

    form: str
    protocol_version: str
    items: tuple[str, ...]
    values: tuple[FormValue, ...]
    derived: Mapping[str, Decimal | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VisitRecord(Entry):
    """A visit that took place (`day`, `contact`), or a planned one that was missed, and why.

    `planned` is its id in the design; None: it has none.
    """

    planned: str | None
    day: date | None
    contact: str | None
    window_from: date | None = None
    window_to: date | None = None
    missed_reason: str = ""
    note: str = ""
    forms: tuple[FilledForm, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DoseRecord(Entry):
    """One dose of the drug of the trial: planned, and given or not.

    What tells of the plan is None for a dose that no plan asked for; what tells of the giving, for
    one that was not given. Amounts are in `unit` (UCUM).
    """

    status: str
    unit: str
    planned_on: date | None = None
    course: int | None = None
    number: int | None = None
    planned_amount: Decimal | None = None
    given_at: datetime | None = None
    given_on: date | None = None
    amount: Decimal | None = None
    site: str | None = None
    lot: str | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MedicationPeriod(Entry):
    """One dose of a concomitant drug; `stopped` None: `ongoing`, or nobody knows."""

    started: Written
    stopped: Written | None
    ongoing: bool
    amount: Decimal | None = None
    unit: str | None = None
    per_day: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class MedicationRecord(Entry):
    """A concomitant drug and its doses over time; of a vaccine, the days it was given."""

    name: str
    code: str | None = None
    system: str | None = None
    indication: str = ""
    route: str = ""
    is_vaccination: bool = False
    periods: tuple[MedicationPeriod, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FollowUp(Entry):
    """How an adverse event was found on a later day."""

    observed: Written
    grade: int
    outcome: str
    aware_at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SafetyReport(Entry):
    """A report of a serious event that was sent; number 0 is the first to its recipient."""

    recipient: str
    number: int
    sent_at: datetime
    means: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class AdverseEvent(Entry):
    """An adverse event as it is known now; `criteria` make it serious.

    `emergent`: treatment-emergent; None where a day that is known in part leaves it open.
    """

    reported_term: str
    term: str
    soc: str
    onset: Written
    ended: Written | None
    first_grade: int
    grade: int
    criteria: frozenset[str]
    aware_at: datetime
    serious_aware_at: datetime | None
    causality: str
    expectedness: str
    action_taken: str
    outcome: str
    treatment: str = ""
    narrative: str = ""
    emergent: bool | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    reports: tuple[SafetyReport, ...] = ()

    @property
    def serious(self) -> bool:
        """Whether it is serious: whether any criterion is met."""
        return bool(self.criteria)


@dataclass(frozen=True, kw_only=True)
class DeviationRecord(Entry):
    """A departure from the protocol, proposed, confirmed or dismissed.

    `description_zh` is the Chinese of what the program proposed; "" of what a person wrote.
    """

    origin: str
    kind: str
    concerns: str
    description: str
    occurred: Written
    status: str
    important: bool | None = None
    judgement: str = ""
    action_taken: str = ""
    ethics_reported_on: date | None = None
    description_zh: str = ""


@dataclass(frozen=True, kw_only=True)
class LedgerRecord(Entry):
    """A movement of the drug that stands; `subject` is to or from whom, if anybody."""

    kind: str
    day: date
    lot: str
    amount: int
    unit: str
    expires_on: date | None = None
    subject: str | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Participation(Entry):
    """Enrolment, and how it ended: `ended_on` and `ended_why` are None while it lasts."""

    enrolled_at: datetime
    enrolled_on: date
    arm: str
    status: str
    first_dose_on: date | None = None
    ended_on: date | None = None
    ended_why: str | None = None
    ended_note: str = ""
