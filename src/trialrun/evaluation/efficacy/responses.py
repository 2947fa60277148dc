"""Who responded: whose change at a visit is at least as good as the plan asks.

A composite intercurrent event before the visit is no response, whatever was measured (ICH E9(R1),
A.3.2). Whoever is still on the way to the visit is neither, and left out. Refuses a variable of
which neither direction is the better one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.changes import Change, changes_at
from trialrun.evaluation.happenings import befell
from trialrun.evaluation.study import Group
from trialrun.evaluation.values import measured
from trialrun.protocol.analysis import Better, Strategy
from trialrun.protocol.analysis_methods import Missing, Responders
from trialrun.records.analysis_data import Standing, TrialSubject


class Answer(StrEnum):
    """What became of one subject."""

    RESPONSE = "response"
    TOO_LITTLE = "too little"
    EVENT = "event"
    MISSING = "missing"
    NOT_YET = "not yet"


@dataclass(frozen=True)
class Response:
    """One subject's answer, and the rows behind it."""

    subject: TrialSubject
    answer: Answer
    rows: tuple[str, ...]

    @property
    def is_response(self) -> bool:
        """Whether they responded."""
        return self.answer is Answer.RESPONSE


@dataclass(frozen=True)
class Responses:
    """The answers of an arm, of whoever is counted and of whoever is left out."""

    group: Group
    counted: tuple[Response, ...]
    left_out: tuple[Response, ...]

    def those(self, answer: Answer) -> tuple[Response, ...]:
        """Return whoever is counted with an answer."""
        return tuple(one for one in self.counted if one.answer is answer)

    @property
    def events(self) -> int:
        """How many responded."""
        return len(self.those(Answer.RESPONSE))

    @property
    def total(self) -> int:
        """How many are counted."""
        return len(self.counted)


def responses_of(case: Case, analysis: Responders) -> tuple[Responses, ...]:
    """Return the answers of every arm."""
    return tuple(
        _of_arm(case, analysis, changes.group, {one.subject.id: one for one in changes.known})
        for changes in changes_at(case, analysis.visit, analysis.missing)
    )


def _of_arm(
    case: Case, analysis: Responders, group: Group, changes: dict[str, Change]
) -> Responses:
    answers = [_answer(case, analysis, one, changes.get(one.id)) for one in group.subjects]
    unknown = {Answer.NOT_YET}
    if analysis.missing is not Missing.NON_RESPONSE:
        unknown.add(Answer.MISSING)
    left_out = [one for one in answers if one.answer in unknown]
    counted = tuple(one for one in answers if one not in left_out)
    return Responses(group, counted, tuple(left_out))


def _answer(
    case: Case, analysis: Responders, subject: TrialSubject, change: Change | None
) -> Response:
    event = _event_before(case, analysis.visit, subject)
    if event is not None:
        return Response(subject, Answer.EVENT, event)
    if change is None:
        awaited = _is_awaited(case, analysis.visit, subject)
        return Response(subject, Answer.NOT_YET if awaited else Answer.MISSING, subject.rows)
    good = is_good_enough(change.number, float(analysis.change), case.variable.better)
    return Response(subject, Answer.RESPONSE if good else Answer.TOO_LITTLE, change.rows)


def _is_awaited(case: Case, visit: str, subject: TrialSubject) -> bool:
    """Say whether somebody still in the trial was last seen before a visit: it may yet come."""
    is_ongoing = subject.standing is Standing.ONGOING
    return is_ongoing and (subject.last_day or 0) < case.study.visit_days[visit]


def is_good_enough(change: float, wanted: float, better: Better) -> bool:
    """Say whether a change is at least as good as the one that is wanted."""
    # A difference of decimals, such as 0.3 - 0.2, may miss what it equals.
    less = round(change - wanted, 9)
    return {Better.HIGHER: less >= 0, Better.LOWER: less <= 0}[better]


def _event_before(case: Case, visit: str, subject: TrialSubject) -> tuple[str, ...] | None:
    """Return the rows of the first composite event before the value at a visit, or its day."""
    value = measured(case.study, case.variable.id, subject).at(visit)
    last = case.study.visit_days[visit] if value is None else value.day - 1
    found = _composite_events(case, subject)
    before = sorted((day, rows) for day, rows in found if day <= last)
    return before[0][1] if before else None


def _composite_events(case: Case, subject: TrialSubject) -> Sequence[tuple[int, tuple[str, ...]]]:
    events = case.study.trial_events
    return [
        (found.day, found.rows)
        for event, strategy in case.estimand.intercurrent.items()
        if strategy is Strategy.COMPOSITE
        and (found := befell(case.study, events[event], subject)) is not None
    ]
