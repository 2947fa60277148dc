"""What is asked of an adverse event before it is written: all that is wrong with it, by field.

Pure rules, without a database. A day that is known in part contradicts another only where every
day that it may be does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trialrun.conduct.days import span_of
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    Causality,
    Expectedness,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.errors import Problem

_DEATH = SeriousnessCriterion.DEATH
_GOES_ON = frozenset({Outcome.RECOVERING, Outcome.NOT_RECOVERED})
_FARTHEST_EAST = timedelta(hours=14)
"""The largest offset from UTC (IANA: Pacific/Kiritimati): no place on earth has a later day."""

SUSPECTED = frozenset(
    {Causality.CERTAIN, Causality.PROBABLE, Causality.POSSIBLE, Causality.NOT_ASSESSABLE}
)
"""Answers under which a causal relationship cannot be ruled out (ICH E2A, II.A.1).

What nobody can assess is not ruled out."""


@dataclass(frozen=True, order=True)
class EventTerm:
    """A term of CTCAE and its system organ class."""

    term: str
    soc: str


@dataclass(frozen=True)
class EventEntry:
    """What a person says of an adverse event.

    `onset` and `ended` are days as written (`2022`, `2022-05`, `2022-05-31`; `ended` may be
    empty). `grade` is the CTCAE grade at onset; a later change is a follow-up. `aware_at` is when
    the site came to know of the event; `serious_aware_at` that it is serious, if that was later.
    """

    reported_term: str
    term: EventTerm
    onset: str
    grade: int
    criteria: frozenset[SeriousnessCriterion]
    aware_at: datetime
    causality: Causality
    expectedness: Expectedness
    action_taken: ActionTaken
    outcome: Outcome
    ended: str = ""
    serious_aware_at: datetime | None = None
    treatment: str = ""
    narrative: str = ""


@dataclass(frozen=True)
class FollowUpEntry:
    """How an event was found on a later day; `criteria` are those that it meets beside the known.

    `observed` is the day as written, `ended` the day on which the event ended, if it has.
    """

    observed: str
    grade: int
    outcome: Outcome
    aware_at: datetime
    criteria: frozenset[SeriousnessCriterion] = frozenset()
    ended: str = ""
    note: str = ""


def entry_problems(
    entry: EventEntry, grade: int, terms: Collection[EventTerm], at: datetime
) -> list[Problem]:
    """Say what is wrong with an entry; `grade` is the highest grade, follow-ups included.

    `terms` are those that may be chosen; `at` is the moment of writing.
    """
    known = latest_day(entry.aware_at)
    return [
        *alone_problems(entry.reported_term, entry.term, entry.onset, entry.grade, terms, known),
        *_awareness_problems(entry, at),
        *end_problems(entry.onset, entry.ended, entry.outcome, latest_day(at)),
        *death_problems(grade, entry.outcome, entry.criteria),
    ]


def alone_problems(
    reported_term: str,
    term: EventTerm,
    onset: str,
    grade: int,
    terms: Collection[EventTerm],
    latest: date,
) -> list[Problem]:
    """Say what is wrong with fields of an entry each by itself; none of it is after `latest`."""
    return [
        *_empty("reported_term", reported_term),
        *_term_problems(term, terms),
        *day_problems("onset", onset, latest),
        *grade_problems(grade),
    ]


def causality_problems(
    onset: str, causality: Causality, first_dose_on: date | None
) -> list[Problem]:
    """Say that the drug is not the cause of what began before its first dose; None: none yet."""
    began = span_of(onset)
    before = began is not None and (first_dose_on is None or began.hi < first_dose_on)
    if not before or causality not in SUSPECTED:
        return []
    found = "it began before the first dose: the drug cannot have caused it"
    remedy = "check the onset and the doses, or choose not related"
    return [Problem("causality", found, remedy)]


def follow_up_problems(
    entry: FollowUpEntry,
    onset: str,
    grade: int,
    criteria: frozenset[SeriousnessCriterion],
    at: datetime,
) -> list[Problem]:
    """Say what is wrong with a follow-up of an event.

    `onset` is the event's, `grade` and `criteria` are the event's with those of the follow-up.
    """
    known = latest_day(entry.aware_at)
    problems = [
        *day_problems("observed", entry.observed, known),
        *grade_problems(entry.grade),
        *_not_after("aware_at", entry.aware_at, at),
        *end_problems(onset, entry.ended, entry.outcome, known),
        *death_problems(grade, entry.outcome, criteria),
    ]
    observed, began = span_of(entry.observed), span_of(onset)
    if observed and began and observed.hi < began.lo:
        problems.append(Problem("observed", "it is before the onset", "check both days"))
    return problems


def day_problems(field: str, written: str, latest: date) -> list[Problem]:
    """Say what is wrong with a day as written, which cannot lie after `latest`."""
    span = span_of(written)
    if span is None:
        remedy = "write it as 2022, 2022-05 or 2022-05-31"
        return [Problem(field, "it is no day", remedy)]
    if span.lo > latest:
        return [Problem(field, "the day had not come when it became known", "check the day")]
    return []


def grade_problems(grade: int) -> list[Problem]:
    """Say that a grade is none of CTCAE's."""
    return [] if 1 <= grade <= 5 else [Problem("grade", "it is not 1 to 5", "choose one of them")]


def end_problems(onset: str, ended: str, outcome: Outcome, latest: date) -> list[Problem]:
    """Say what is wrong with the end of an event."""
    if not ended.strip() and outcome is Outcome.FATAL:
        remedy = "write what is known of it: 2022, 2022-05 or 2022-05-31"
        return [Problem("ended", "the day of death is missing", remedy)]
    if not ended.strip():
        return []
    problems = day_problems("ended", ended, latest)
    if outcome in _GOES_ON:
        found = "an event that goes on has no end"
        problems.append(Problem("ended", found, "leave the end empty, or change the outcome"))
    began, end = span_of(onset), span_of(ended)
    if began and end and end.hi < began.lo:
        problems.append(Problem("ended", "it is before the onset", "check both days"))
    return problems


def death_problems(
    grade: int, outcome: Outcome, criteria: frozenset[SeriousnessCriterion]
) -> list[Problem]:
    """Say that grade 5, the outcome fatal and the criterion death do not go together."""
    said = {
        "grade": grade == 5,
        "outcome": outcome is Outcome.FATAL,
        "criteria": _DEATH in criteria,
    }
    if len(set(said.values())) == 1:
        return []
    found = "grade 5, outcome fatal and the criterion death go together"
    return [
        Problem(field, found, "a death has all three") for field, says in said.items() if not says
    ]


def latest_day(moment: datetime) -> date:
    """Return the latest day that a moment can belong to, anywhere on earth."""
    return (moment + _FARTHEST_EAST).date()


def _empty(field: str, value: str) -> Iterator[Problem]:
    if not value.strip():
        yield Problem(field, "it is empty", "write it in the words in which it was reported")


def _term_problems(term: EventTerm, terms: Collection[EventTerm]) -> Iterator[Problem]:
    if term not in terms:
        yield Problem("term", "it is not in the list of terms", "choose one of the list")


def _not_after(field: str, moment: datetime, at: datetime) -> Iterator[Problem]:
    if moment > at:
        yield Problem(field, "it is in the future", "give the moment at which the site knew")


def _awareness_problems(entry: EventEntry, at: datetime) -> Iterator[Problem]:
    yield from _not_after("aware_at", entry.aware_at, at)
    if entry.serious_aware_at is None:
        return
    yield from _not_after("serious_aware_at", entry.serious_aware_at, at)
    if not entry.criteria:
        found = "an event without a criterion is not serious"
        yield Problem("serious_aware_at", found, "choose a criterion, or leave it empty")
    if entry.serious_aware_at < entry.aware_at:
        yield Problem("serious_aware_at", "it is before the event was known", "check both times")
