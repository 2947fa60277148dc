"""Function and survival ranked together (CAFS): arms compared, or the periods of participants.

With one arm and a turn, a participant has two outcomes: what happened from the first visit to the
turn, and from the turn on. They are ranked among the outcomes of everybody, and then compared
within each participant. Source of the joint rank: Berry et al., Amyotroph Lateral Scler
Frontotemporal Degener 2013;14:162-168; that periods are ranked is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.event_times import followed
from trialrun.evaluation.efficacy.outcome import Outcome, unused_values
from trialrun.evaluation.numbers import not_estimable, p_value
from trialrun.evaluation.results import NOTHING, Cell, Listed, Row, Table, head_row, phrase, wording
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.summaries import Numbers, summary_rows
from trialrun.evaluation.values import Series, measured
from trialrun.protocol.analysis import Better
from trialrun.protocol.analysis_methods import JointRank
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.joint_rank import joint_ranks
from trialrun.statistics.paired import Zeros, signed_rank_test
from trialrun.statistics.two_samples import rank_sum_test


@dataclass(frozen=True)
class _Course:
    """One subject, or one period of a subject: how long without an event, what changed."""

    subject: str
    days: int
    event: bool
    changes: tuple[float, ...]
    rows: tuple[str, ...]


def joint_rank(study: Study, analysis: JointRank) -> Outcome:
    """Carry out the analysis between periods, or between arms; with neither it says so."""
    case = case_of(study, analysis)
    names = [study.trial_events[name] for name in analysis.events]
    events = Listed(tuple(wording(one.title, one.title_zh) for one in names))
    if analysis.turn is not None:
        said = phrase("joint_rank_periods", events=events)
        tables = tuple(_periods(case, analysis, analysis.turn))
        return Outcome(analysis, (said,), tables, p_value=_only_p(tables))
    if len(case.groups) < 2:
        return Outcome(analysis, (phrase("joint_rank_needs_two"),), ())
    said = phrase("joint_rank_arms", events=events)
    tables = tuple(_arms(case, analysis))
    return Outcome(analysis, (said,), tables, p_value=_only_p(tables))


def _only_p(tables: Sequence[Table]) -> float | None:
    """Return the p-value where there is one comparison: it stands in the last row."""
    compared = [cell for table in tables for cell in table.rows[-1].cells if cell is not NOTHING]
    return compared[0].value if len(compared) == 1 else None


def _sign(case: Case) -> float:
    """Return what makes a higher change the better one."""
    return -1.0 if case.variable.better is Better.LOWER else 1.0


def _course(
    case: Case, analysis: JointRank, series: Series, visits: Sequence[str], start: int, end: int
) -> _Course | None:
    """Return what happened to a subject from the day `start` to `end`; None: not seen there."""
    subject = case.study.subjects[series.subject]
    whole = followed(case.study, analysis.events, subject)
    if whole is None or whole.days <= start:
        return None
    days = min(whole.days, end) - start
    first = series.at(visits[0])
    values = [series.at(visit) for visit in visits[1:]]
    changes = tuple(
        _sign(case) * (value.number - first.number) if value and first else float("nan")
        for value in values
    )
    used = tuple(row for value in (first, *values) if value for row in value.rows)
    ended = whole.event is not None and whole.days <= end
    return _Course(series.subject, days, ended, changes, (*used, *whole.rows))


def _ranked(courses: Sequence[_Course]) -> list[float]:
    ranks = joint_ranks(
        [float(one.days) for one in courses],
        [one.event for one in courses],
        np.array([one.changes for one in courses]),
    ).ranks
    return [float(rank) for rank in ranks]


def _all_values(case: Case, subject: str) -> Series:
    """Return every value of a subject: an event counts for itself and drops no value here."""
    return measured(case.study, case.variable.id, case.study.subjects[subject])


def _periods(case: Case, analysis: JointRank, turn: str) -> Iterator[Table]:
    """Yield for each arm the ranks of its subjects' periods, and what they differ by."""
    at, days = analysis.visits.index(turn), case.study.visit_days
    first, last = analysis.visits[0], analysis.visits[at:][-1]
    spans = (((first, turn), 0, days[turn]), ((turn, last), days[turn], days[last]))
    for group in case.groups:
        courses = [
            [_course(case, analysis, _all_values(case, subject), *span) for span in spans]
            for subject in group.ids
        ]
        those = [one for both in courses for one in both if one is not None]
        if those:
            ranks = iter(_ranked(those))
            ranked = [[None if one is None else next(ranks) for one in both] for both in courses]
            pairs = list(zip(courses, ranked, strict=True))
            yield _compared(case, analysis, group, pairs)


Pair = tuple[Sequence[_Course | None], Sequence[float | None]]
"""What happened to a subject in either period, and its ranks."""


def _compared(case: Case, analysis: JointRank, group: Group, pairs: Sequence[Pair]) -> Table:
    assert analysis.turn is not None, "periods have a turn between them"
    turn = case.study.visit_title(analysis.turn)
    rows: list[Row] = []
    for place, name in enumerate(("before", "after")):
        known = [(ranks[place], both[place]) for both, ranks in pairs]
        rows.append(head_row(phrase(f"rank_{name}", turn=turn), 1))
        rows.extend(summary_rows([_numbers(known)], 1))
    both_known = [
        (ranks[0] - ranks[1], both[0])
        for both, ranks in pairs
        if ranks[0] is not None and ranks[1] is not None
    ]
    differences = _numbers(both_known)
    rows.append(head_row(phrase("rank_difference", turn=turn), 1))
    rows.extend(summary_rows([differences], 1))
    rows.append(Row(phrase("rank_test"), (_signed_rank(differences),)))
    head = group.head
    name = analysis.id if len(case.groups) == 1 else f"{analysis.id}-{group.arm.id}"
    notes = unused_values(case.study, [_all_values(case, subject) for subject in group.ids])
    return Table(name, case.in_arm(group, case.title), (head,), tuple(rows), notes)


def _numbers(known: Sequence[tuple[float | None, _Course | None]]) -> Numbers:
    seen = [(rank, one) for rank, one in known if rank is not None and one is not None]
    return Numbers(
        tuple(rank for rank, _ in seen), tuple(row for _, one in seen for row in one.rows)
    )


def _signed_rank(of: Numbers) -> Cell:
    try:
        found = signed_rank_test(np.array(of.values), Zeros.WILCOXON)
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(p_value(found.p_value), found.p_value, of.rows)


def _arms(case: Case, analysis: JointRank) -> Iterator[Table]:
    """Yield the ranks of all subjects by arm, and each arm's comparison with the first."""
    end = case.study.visit_days[analysis.visits[-1]]
    found = [
        [_course(case, analysis, one, analysis.visits, 0, end) for one in those]
        for those in case.series
    ]
    courses = [[one for one in those if one is not None] for those in found]
    everybody = [one for those in courses for one in those]
    if not everybody:
        return
    ranks = iter(_ranked(everybody))
    columns = [
        Numbers(tuple(next(ranks) for _ in those), tuple(row for one in those for row in one.rows))
        for those in courses
    ]
    test = Row(
        phrase("rank_sum_test"), (NOTHING, *(_rank_sum(columns[0], one) for one in columns[1:]))
    )
    rows = (*summary_rows(columns, 1, depth=0), test)
    notes = unused_values(case.study, case.everybody)
    yield Table(analysis.id, case.title, case.heads, rows, notes, phrase("joint_rank"))


def _rank_sum(first: Numbers, other: Numbers) -> Cell:
    try:
        found = rank_sum_test(other.values, first.values)
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(p_value(found.p_value), found.p_value, (*first.rows, *other.rows))
