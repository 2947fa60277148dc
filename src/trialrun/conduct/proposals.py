"""Deviations that the program proposes, for a person to record or to dismiss.

Pure. A proposal has the same key in every run, as long as it is about the same thing: whoever has
dismissed it once is not asked again. Refuses to decide: whether something is a deviation is for the
investigator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from trialrun.conduct.surveillance import Evidence, Participation, SurveillanceFinding
from trialrun.criteria.interpreter.windows import end_of
from trialrun.criteria.wording import Language, in_words
from trialrun.protocol.model import Category, Criterion, TrialProtocol, Wording
from trialrun.protocol.words import words_of_names
from trialrun.records.dates import LATEST
from trialrun.records.rows import Row


class DeviationCategory(StrEnum):
    """What a proposed deviation departs from."""

    OBLIGATION = "obligation not kept"
    EXCLUSION = "exclusion after enrolment"
    VISIT_DAY = "visit out of its window"
    VISIT_MISSED = "visit missed"
    DOSE_DAY = "dose out of its window"
    DOSE_MISSED = "dose missed"
    DOSE_INTERVAL = "doses too close together"
    DOSE_AMOUNT = "dose of another amount than planned"
    DOSE_LOT = "dose of a lot that was never received"
    DOSE_EXPIRED = "dose of an expired lot"
    AFTER_WITHDRAWAL = "treatment or visit after a withdrawal"


@dataclass(frozen=True)
class ProposedDeviation:
    """A departure from the protocol as the program sees it.

    `first_day` to `last_day` is when (None: it goes on, or one cannot say until when). `about` is
    the criterion, planned visit or planned dose; `rows` are behind it.
    """

    key: str
    category: DeviationCategory
    about: str
    description: Wording
    first_day: date
    last_day: date | None = None
    rows: tuple[Evidence, ...] = ()


class PlannedKind(StrEnum):
    """What is planned."""

    VISIT = "visit"
    DOSE = "dose"


@dataclass(frozen=True)
class Planned:
    """A planned visit or dose: its window, both ends included, and the day on which it was done."""

    id: str
    kind: PlannedKind
    title: Wording
    first: date
    last: date
    done: date | None = None


@dataclass(frozen=True)
class AfterWithdrawal:
    """The days of the doses and visits that a withdrawal of consent, told late, came before."""

    withdrawal_id: int
    withdrawn_on: date
    doses: tuple[date, ...]
    visits: tuple[date, ...]


# --- from surveillance --------------------------------------------------------------------------


def proposal_of(protocol: TrialProtocol, finding: SurveillanceFinding) -> ProposedDeviation | None:
    """Return the deviation that a finding proposes; None where nothing is broken for sure."""
    if finding.since is None:
        return None
    criterion = finding.criterion
    is_obligation = criterion.category is Category.OBLIGATION
    return ProposedDeviation(
        key=f"{criterion.id}/{_turned_by(finding.rows, finding.since)}",
        category=DeviationCategory.OBLIGATION if is_obligation else DeviationCategory.EXCLUSION,
        about=criterion.id,
        description=Wording(
            _english(protocol, criterion, finding), _chinese(protocol, criterion, finding)
        ),
        first_day=finding.since,
        last_day=finding.until,
        rows=finding.rows,
    )


def _turned_by(rows: Iterable[Evidence], since: date) -> str:
    """Name the row that made it so by its reference, which stays when its day is corrected.

    A row that begins that day comes before one that ended the day before. None of them: the day.
    """
    found = [
        (row.start.hi != since, row.ref)
        for row in (evidence.row for evidence in rows)
        if row.ref and since in _turning_days(row)
    ]
    return min(found)[1] if found else since.isoformat()


def _turning_days(row: Row) -> Iterable[date]:
    ends = (end_of(row).lo, end_of(row).hi)
    after = [day + timedelta(days=1) for day in ends if day != LATEST]
    return [row.start.lo, row.start.hi, *after]


def _english(protocol: TrialProtocol, criterion: Criterion, finding: SurveillanceFinding) -> str:
    named, says = _named(criterion, "en"), _says(protocol, criterion, "en")
    if criterion.category is Category.OBLIGATION:
        return f"{named}: not kept, as of {finding.since}. What must hold: {says}"
    ended = f"from {finding.since} to {finding.until}" if finding.until else ""
    when = ended or f"since {finding.since}"
    return f"{named}: the exclusion holds {when}. What it excludes: {says}"


def _chinese(protocol: TrialProtocol, criterion: Criterion, finding: SurveillanceFinding) -> str:
    named, says = _named(criterion, "zh"), _says(protocol, criterion, "zh")
    if criterion.category is Category.OBLIGATION:
        return f"{named}：自{finding.since}起未遵守。要求：{says}"
    ended = f"至{finding.until}" if finding.until else ""
    return f"{named}：自{finding.since}起{ended}出现排除标准所列情况。标准：{says}"


def _named(criterion: Criterion, language: Language) -> str:
    title = criterion.title.in_language(language) if criterion.title else ""
    return f"{criterion.id} {title}".strip()


def _says(protocol: TrialProtocol, criterion: Criterion, language: Language) -> str:
    return in_words(criterion.expression, language, words_of_names(protocol, language))


# --- from the schedule --------------------------------------------------------------------------


def proposals_of_schedule(
    planned: Iterable[Planned], participation: Participation
) -> tuple[ProposedDeviation, ...]:
    """Return what was done out of its window, and what was not done although its window is over.

    What was not yet due when the participation ended was not missed.
    """
    return tuple(found for one in planned if (found := _of_planned(one, participation)) is not None)


def _of_planned(planned: Planned, participation: Participation) -> ProposedDeviation | None:
    if planned.done is None:
        return _missed(planned) if _was_due(planned, participation) else None
    if planned.first <= planned.done <= planned.last:
        return None
    return _out_of_window(planned, planned.done)


def _was_due(planned: Planned, participation: Participation) -> bool:
    ended = participation.ended
    return planned.last < participation.as_of and (ended is None or planned.last <= ended)


def _missed(planned: Planned) -> ProposedDeviation:
    window = _window(planned)
    is_visit = planned.kind is PlannedKind.VISIT
    return ProposedDeviation(
        key=f"{planned.kind}/{planned.id}/missed",
        category=DeviationCategory.VISIT_MISSED if is_visit else DeviationCategory.DOSE_MISSED,
        about=planned.id,
        description=Wording(
            f"{planned.id} {planned.title.en}: missed; planned {window}",
            f"{planned.id} {planned.title.in_language('zh')}：未完成；计划时间 {window}",
        ),
        first_day=planned.first,
        last_day=planned.last,
    )


def _window(planned: Planned) -> str:
    if planned.first == planned.last:
        return str(planned.first)
    return f"{planned.first} – {planned.last}"


def _out_of_window(planned: Planned, done: date) -> ProposedDeviation:
    late = (done - planned.last).days if done > planned.last else 0
    count = late or (planned.first - done).days
    how, how_zh = ("late", "推迟") if late else ("early", "提前")
    is_visit = planned.kind is PlannedKind.VISIT
    return ProposedDeviation(
        key=f"{planned.kind}/{planned.id}/day",
        category=DeviationCategory.VISIT_DAY if is_visit else DeviationCategory.DOSE_DAY,
        about=planned.id,
        description=Wording(
            f"{planned.id} {planned.title.en}: {count} day{'s' if count > 1 else ''} {how}"
            f"; planned {_window(planned)}, done on {done}",
            f"{planned.id} {planned.title.in_language('zh')}：{how_zh}{count}天"
            f"；计划时间 {_window(planned)}，实际日期 {done}",
        ),
        first_day=done,
        last_day=done,
    )


# --- from withdrawals ---------------------------------------------------------------------------


def proposals_of_withdrawals(found: Iterable[AfterWithdrawal]) -> tuple[ProposedDeviation, ...]:
    """Return of each withdrawal what was done after it."""
    return tuple(_after(one) for one in found if one.doses or one.visits)


def _after(found: AfterWithdrawal) -> ProposedDeviation:
    days, day = sorted((*found.doses, *found.visits)), found.withdrawn_on
    english = [_counted(found.doses, "dose"), _counted(found.visits, "visit")]
    chinese = [
        f"{len(done)}次{name}"
        for done, name in ((found.doses, "给药"), (found.visits, "访视"))
        if done
    ]
    return ProposedDeviation(
        key=f"withdrawal/{found.withdrawal_id}/after",
        category=DeviationCategory.AFTER_WITHDRAWAL,
        about="consent",
        description=Wording(
            f"{' and '.join(filter(None, english))} after consent was withdrawn on {day}",
            f"{day}撤回知情同意之后仍有{'、'.join(chinese)}",
        ),
        first_day=days[0],
        last_day=days[-1],
    )


def _counted(days: Sequence[date], name: str) -> str:
    return f"{len(days)} {name}{'s' if len(days) > 1 else ''}" if days else ""
