"""What binds a participant, and whether it is kept: obligations, and exclusions that come up later.

Pure: a protocol, a record and days in, findings out. Everything is answered by the reference
interpreter, as of a day: an obligation about the days from enrolment to that day, an exclusion
about the day itself. Refuses to read UNKNOWN as kept: a finding says up to which day it surely was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, takewhile

from trialrun.conduct.record import Source, source_of
from trialrun.conduct.turning import turns_of_index, turns_of_window_end
from trialrun.criteria.answers import Gap
from trialrun.criteria.interpreter import explain
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import Answered, deciding, gaps
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language
from trialrun.criteria.wording_gaps import GAP_WORDS
from trialrun.protocol.model import Category, Criterion, TrialProtocol
from trialrun.records.rows import PatientRecord, Row

_DAY = timedelta(days=1)


class State(StrEnum):
    """Whether it is kept so far: for sure, surely not, or nobody knows."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Participation:
    """When somebody takes part, and the day as of which is asked.

    `ended`: the last day of a participation that is over, by whatever reason; nothing binds after
    it, nor after the planned end.
    """

    enrolled: date
    planned_end: date
    as_of: date
    ended: date | None = None

    def __post_init__(self) -> None:
        if self.last_day < self.enrolled:
            raise ValueError("nobody can be asked about before enrolment")

    @property
    def last_day(self) -> date:
        """The last day that is asked about."""
        return min(self.planned_end, self.as_of, self.ended or self.planned_end)


@dataclass(frozen=True)
class Evidence:
    """One row behind a finding, and who wrote it down."""

    row: Row
    source: Source


@dataclass(frozen=True)
class SurveillanceFinding:
    """What is found about one obligation or one watched exclusion.

    `tree` is the answer that decides it: of the last day asked about, or of the first day on which
    an exclusion held. `rows` are behind it. `gap` is set where the state is UNKNOWN. `since`, where
    it is BROKEN, is the first day on which it was; `until` the last day before an exclusion surely
    held no longer (None: it may go on). `kept_until`: the last day up to which an obligation was
    surely kept (None: not for a day); an exclusion has none.
    """

    criterion: Criterion
    state: State
    tree: Answered
    rows: tuple[Evidence, ...]
    gap: Gap | None = None
    since: date | None = None
    until: date | None = None
    kept_until: date | None = None

    def settled_by(self, language: Language) -> str:
        """Return what would settle an UNKNOWN: what the protocol asks for, else by the gap."""
        if self.gap is None:
            return ""
        asks = self.criterion.asks
        return asks.in_language(language) if asks else GAP_WORDS[language][self.gap].settled_by


def surveil(
    protocol: TrialProtocol, record: PatientRecord, participation: Participation
) -> tuple[SurveillanceFinding, ...]:
    """Return what is found about every obligation, then about every watched exclusion.

    One finding each, but one for each departure from an obligation, and of an exclusion one for
    each time that it held.
    """
    obligations = (_obligations(protocol, c, record, participation) for c in protocol.obligations)
    exclusions = (
        _exclusion(protocol, c, record, participation) for c in protocol.watched_exclusions
    )
    return (*chain.from_iterable(obligations), *chain.from_iterable(exclusions))


@dataclass(frozen=True)
class _Stretch:
    """Days, both included, as of each of which the answer is the same."""

    first: date
    last: date
    tree: Answered


def _obligations(
    protocol: TrialProtocol, criterion: Criterion, record: PatientRecord, taken: Participation
) -> Iterator[SurveillanceFinding]:
    """Yield how an obligation stands; if it is broken, each later departure from it, too.

    Once broken it stays so to the end: what departs from it later shows only if it is asked anew
    from the departure before.
    """
    found = _obligation(protocol, criterion, record, taken)
    while True:
        yield found
        later = None
        if found.since is not None:
            later = _next_departure(protocol, criterion, record, taken, found.since)
        if later is None:
            return
        found = later


def _next_departure(
    protocol: TrialProtocol,
    criterion: Criterion,
    record: PatientRecord,
    taken: Participation,
    since: date,
) -> SurveillanceFinding | None:
    """Return the first departure after the one of a day; None: there is no other.

    What lasts, as a medicine that is taken for a week, is one departure until it is over, or until
    another row departs, too.
    """
    days = turns_of_window_end(criterion.expression, record, since, taken.last_day)
    lasting: frozenset[int] = frozenset()
    for day in days:
        alone = replace(taken, enrolled=day)
        tree = obligation_as_of(protocol, criterion, record, alone, day)
        if tree.truth is not Truth.FALSE:
            return _first_departure(protocol, criterion, record, alone)
        rows = _rows_behind(tree)
        if day > since and rows - lasting:
            return _departed(criterion, record, tree, day)
        lasting |= rows
    return None


def _first_departure(
    protocol: TrialProtocol, criterion: Criterion, record: PatientRecord, taken: Participation
) -> SurveillanceFinding | None:
    days = turns_of_window_end(criterion.expression, record, taken.enrolled, taken.last_day)
    for day in days:
        tree = obligation_as_of(protocol, criterion, record, taken, day)
        if tree.truth is Truth.FALSE:
            return _departed(criterion, record, tree, day)
    return None


def _departed(
    criterion: Criterion, record: PatientRecord, tree: Answered, day: date
) -> SurveillanceFinding:
    return SurveillanceFinding(criterion, State.BROKEN, tree, _evidence(tree, record), since=day)


def _obligation(
    protocol: TrialProtocol, criterion: Criterion, record: PatientRecord, taken: Participation
) -> SurveillanceFinding:
    stretches = _back_to_kept(protocol, criterion, record, taken)
    now, earliest = stretches[0].tree, stretches[-1]
    broken = takewhile(lambda stretch: stretch.tree.truth is Truth.FALSE, stretches)
    return SurveillanceFinding(
        criterion,
        _STATES[now.truth],
        now,
        _evidence(now, record),
        gap=_gap(now),
        since=min((stretch.first for stretch in broken), default=None),
        kept_until=earliest.last if earliest.tree.truth is Truth.TRUE else None,
    )


def _back_to_kept(
    protocol: TrialProtocol, criterion: Criterion, record: PatientRecord, taken: Participation
) -> list[_Stretch]:
    """Return the stretches from the last day back to one on which it was surely kept, if any."""
    days = turns_of_window_end(criterion.expression, record, taken.enrolled, taken.last_day)
    lasts = [*(day - _DAY for day in days[1:]), taken.last_day]
    found = []
    for first, last in zip(reversed(days), reversed(lasts), strict=True):
        tree = obligation_as_of(protocol, criterion, record, taken, last)
        found.append(_Stretch(first, last, tree))
        if tree.truth is Truth.TRUE:
            break
    return found


def obligation_as_of(
    protocol: TrialProtocol,
    criterion: Criterion,
    record: PatientRecord,
    participation: Participation,
    day: date,
) -> Answered:
    """Answer an obligation as if follow-up ended on a day."""
    setting = Setting(participation.enrolled, protocol.value_sets, day)
    return explain(criterion.expression, record, setting, Category.OBLIGATION.adverse)


_STATES = {Truth.TRUE: State.KEPT, Truth.FALSE: State.BROKEN, Truth.UNKNOWN: State.UNKNOWN}


def _exclusion(
    protocol: TrialProtocol, criterion: Criterion, record: PatientRecord, taken: Participation
) -> Iterator[SurveillanceFinding]:
    """Yield a finding for each time that the exclusion held; if it never did, how it stands."""
    start = Setting(taken.enrolled, protocol.value_sets, taken.planned_end)
    days = turns_of_index(criterion.expression, record, start, taken.last_day)
    asked = [(day, exclusion_as_of(protocol, criterion, record, taken, day)) for day in days]
    times = list(_times_held(asked))
    for since, tree, until in times:
        rows = _evidence(tree, record)
        yield SurveillanceFinding(criterion, State.BROKEN, tree, rows, since=since, until=until)
    if not times:
        _, tree = asked[-1]
        state = State.KEPT if tree.truth is Truth.FALSE else State.UNKNOWN
        yield SurveillanceFinding(criterion, state, tree, _evidence(tree, record), gap=_gap(tree))


def _times_held(
    asked: Iterable[tuple[date, Answered]],
) -> Iterator[tuple[date, Answered, date | None]]:
    """Yield since when it held, by which answer, and until when; None: it may go on.

    Only a sure end is one: a pregnancy is not over because no test is recent any more.
    """
    begun: tuple[date, Answered] | None = None
    for day, tree in asked:
        if begun is None and tree.truth is Truth.TRUE:
            begun = (day, tree)
        elif begun is not None and tree.truth is Truth.FALSE:
            yield *begun, day - _DAY
            begun = None
    if begun is not None:
        yield *begun, None


def exclusion_as_of(
    protocol: TrialProtocol,
    criterion: Criterion,
    record: PatientRecord,
    participation: Participation,
    day: date,
) -> Answered:
    """Answer an exclusion as of a day, as at enrolment."""
    setting = Setting(day, protocol.value_sets, participation.planned_end)
    return explain(criterion.expression, record, setting, Category.EXCLUSION.adverse)


# --- evidence -----------------------------------------------------------------------------------


def _evidence(tree: Answered, record: PatientRecord) -> tuple[Evidence, ...]:
    ids = _rows_behind(tree)
    return tuple(Evidence(row, source_of(row)) for row in record.rows if row.row_id in ids)


def _rows_behind(tree: Answered) -> frozenset[int]:
    leaves = (leaf.answer for leaf in deciding(tree) if leaf.answer)
    return frozenset(row for answer in leaves for row in answer.rows)


def _gap(tree: Answered) -> Gap | None:
    found = (leaf.answer.gap for leaf in gaps(tree) if leaf.answer)
    return min((gap for gap in found if gap is not None), default=None)
