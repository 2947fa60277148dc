"""Ordered answers at a visit: how many of each arm gave which, and the arms compared.

Source of the tests: Landis, Heyman and Koch, Int Stat Rev 1978;46:237.
The scores of the answers are their own numbers, as they are recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.evaluation.characteristics import label_of, title_of_characteristic
from trialrun.evaluation.efficacy.adjustment import difference_of, later_with_earlier
from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.changes import value_at
from trialrun.evaluation.efficacy.outcome import Outcome, unused_values
from trialrun.evaluation.efficacy.strata import counts_by_stratum, without_stratum
from trialrun.evaluation.numbers import count_and_percent, not_estimable, number, p_value
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Listed,
    Row,
    Table,
    Words,
    column_heads,
    phrase,
    wording,
)
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.values import Value
from trialrun.protocol.analysis_methods import Categories, Missing
from trialrun.records.analysis_data import TrialSubject
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.mantel_haenszel import Association, cochran_mantel_haenszel


@dataclass(frozen=True)
class _Answered:
    """The answers of an arm; who gave none, and whose were carried forward, is counted."""

    group: Group
    answers: tuple[tuple[TrialSubject, Value], ...]
    carried: int

    def those(self, answer: float) -> tuple[tuple[TrialSubject, Value], ...]:
        return tuple(one for one in self.answers if one[1].number == answer)


def categories(study: Study, analysis: Categories) -> Outcome:
    """Carry out the analysis."""
    case = case_of(study, analysis)
    arms = [_answered(case, analysis, group, place) for place, group in enumerate(case.groups)]
    counts = _counts(case, analysis, arms)
    if len(arms) < 2:
        return Outcome(analysis, (), (counts,))
    means = _test(case, analysis, arms, Association.ROW_MEANS)
    tests = _tests(case, analysis, arms, means)
    return Outcome(analysis, (), (counts, tests), p_value=means[-1].value)


def _answered(case: Case, analysis: Categories, group: Group, place: int) -> _Answered:
    answers, carried = [], 0
    for subject, series in zip(group.subjects, case.series[place], strict=True):
        found, last = value_at(case, series, analysis.visit)
        if found is None and analysis.missing is Missing.CARRIED_FORWARD:
            found = last
            carried += last is not None
        if found is not None:
            answers.append((subject, found))
    return _Answered(group, tuple(answers), carried)


def _titles(case: Case) -> dict[float, Words]:
    """Return what the plan calls the numbers of the scale."""
    return {float(one.value): wording(one.title, one.title_zh) for one in case.variable.answers}


def _scores(arms: Sequence[_Answered]) -> list[float]:
    """Return the answers that anybody gave, in their order."""
    return sorted({value.number for arm in arms for _, value in arm.answers})


def _counts(case: Case, analysis: Categories, arms: Sequence[_Answered]) -> Table:
    rows = [Row(phrase("analysed"), tuple(Cell(str(len(a.answers)), len(a.answers)) for a in arms))]
    titles = _titles(case)
    for score in sorted({*_scores(arms), *titles}):
        cells = tuple(_share(arm, score) for arm in arms)
        rows.append(Row(titles.get(score) or label_of(score), cells, depth=1))
    notes = tuple(_notes(case, arms))
    corner = case.study.visit_title(analysis.visit)
    return Table(f"{analysis.id}-answers", case.title, case.heads, tuple(rows), notes, corner)


def _share(arm: _Answered, score: float) -> Cell:
    those = arm.those(score)
    rows = [row for _, value in those for row in value.rows]
    return count_and_percent(len(those), len(arm.answers), rows)


def _notes(case: Case, arms: Sequence[_Answered]) -> Iterator[Words]:
    missing = sum(arm.group.size - len(arm.answers) for arm in arms)
    if missing:
        yield phrase("changes_no_value", n=str(missing))
    if carried := sum(arm.carried for arm in arms):
        yield phrase("changes_carried", n=str(carried))
    yield from unused_values(case.study, case.everybody)


def _tests(
    case: Case, analysis: Categories, arms: Sequence[_Answered], means: tuple[Cell, ...]
) -> Table:
    """Return the tests of all arms together, that of their means in front, then of every two."""
    rows = [
        Row(phrase("means_differ"), means),
        Row(phrase("any_association"), _test(case, analysis, arms, Association.GENERAL)),
    ]
    for later, earlier in later_with_earlier(arms) if len(arms) > 2 else ():
        label = difference_of(later.group, earlier.group)
        cells = _test(case, analysis, (earlier, later), Association.ROW_MEANS)
        rows.append(Row(label, cells, depth=1))
    names = tuple(title_of_characteristic(case.study, name) for name in analysis.strata)
    notes: list[Words] = [phrase("categories_tests")]
    if names:
        notes.append(phrase("within_strata", strata=Listed(names)))
    answering = (subject for arm in arms for subject, _ in arm.answers)
    if unknown := without_stratum(case.study, analysis.strata, answering):
        notes.append(phrase("stratum_missing", n=str(unknown)))
    columns = column_heads("statistic", "df", "p")
    title = phrase("contrasts_of", what=case.title)
    return Table(f"{analysis.id}-contrasts", title, columns, tuple(rows), tuple(notes))


def _test(
    case: Case, analysis: Categories, arms: Sequence[_Answered], looking_for: Association
) -> tuple[Cell, ...]:
    scores = _scores(arms)
    try:
        answers = [[(who, scores.index(one.number)) for who, one in arm.answers] for arm in arms]
        tables = counts_by_stratum(case.study, analysis.strata, answers, len(scores))
        found = cochran_mantel_haenszel(tables, looking_for, column_scores=scores)
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING)
    rows = tuple(row for arm in arms for _, value in arm.answers for row in value.rows)
    return (
        Cell(number(found.statistic, 2), found.statistic, rows),
        Cell(number(found.df, 0), found.df),
        Cell(p_value(found.p_value), found.p_value),
    )
