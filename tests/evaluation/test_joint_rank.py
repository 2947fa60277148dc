"""Function and survival ranked together: the periods of a participant, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import six, subject
from tests.evaluation.test_time_to_event import freireich

from trialrun.evaluation.efficacy.joint_rank import joint_rank
from trialrun.evaluation.results import Phrase, Table
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import JointRank
from trialrun.records.analysis_data import Standing


def planned(study: Study) -> JointRank:
    analysis = next(one for one in study.plan.analyses if one.id == "function-and-survival")
    assert isinstance(analysis, JointRank)
    return analysis


def means(table: Table) -> list[float | None]:
    return [row.cells[0].value for row in table.rows if row.label == Phrase("summary_mean")]


def test_the_periods_are_ranked_by_what_was_lost_in_each() -> None:
    """Lost before and after week 24: 2, 4; 1, 5; 3, 3; 3, 6; 5 and, after it, nothing seen.

    Nine outcomes by loss: 1, 2, 3, 3, 3, 4, 5, 5, 6 with ranks 9, 8, 6, 6, 6, 4, 2.5, 2.5, 1; the
    sixth value is of 005 after week 24, whose survival to day 200 is shorter than the others' and
    censored, so that nothing tells: it ties with all others, and lies in their middle; so does the
    one period of 006, who was seen at the baseline only.
    """
    outcome = joint_rank(six(), planned(six()))
    (table,) = outcome.tables
    before, after, difference = means(table)
    assert before is not None
    assert after is not None
    assert before > after
    assert difference is not None
    assert difference > 0
    counted = [row.cells[0].shown for row in table.rows if row.label == Phrase("summary_n")]
    assert counted == ["6", "5", "5"]
    assert table.rows[-1].label == Phrase("rank_test")


def test_a_death_is_worse_than_any_loss_of_function() -> None:
    """001 lost least after week 24; dying there puts that period last, and changes the answer."""
    alive = joint_rank(six(), planned(six())).tables[0]
    dead = subject("001", death_day=200, standing=Standing.DISCONTINUED, last_day=200)
    gone = joint_rank(six([dead]), planned(six())).tables[0]
    assert means(gone)[1] < means(alive)[1]  # type: ignore[operator]
    lowest = [row.cells[0].shown for row in gone.rows if row.label == Phrase("summary_range")]
    assert str(lowest[1]).startswith("1.0")


def test_who_died_before_the_turn_has_one_period_only() -> None:
    dead = subject("001", death_day=100, standing=Standing.DISCONTINUED, last_day=100)
    (table,) = joint_rank(six([dead]), planned(six())).tables
    counted = [row.cells[0].shown for row in table.rows if row.label == Phrase("summary_n")]
    assert counted == ["6", "4", "4"]


def test_one_arm_without_a_turn_has_nothing_to_compare() -> None:
    outcome = joint_rank(six(), replace(planned(six()), turn=None))
    assert outcome.tables == ()
    assert outcome.said == (Phrase("joint_rank_needs_two"),)


def test_arms_are_compared_by_their_ranks() -> None:
    """Freireich's remissions without function: the ranks are those of the times (Gehan scores)."""
    study = freireich()
    estimand = replace(study.plan.estimands[-1], id="skin")
    analysis = JointRank(
        method="joint rank", id="ranks", estimand=estimand.id, visits=("Baseline", "Week-26"),
        events=("dermatologic",),
    )  # fmt: skip
    (table,) = joint_rank(study, analysis).tables
    n, mean, *_, test = table.rows
    assert [cell.shown for cell in n.cells] == ["21", "21", "0"]
    assert mean.cells[1].value > mean.cells[0].value  # type: ignore[operator]
    assert test.cells[1].value == pytest.approx(0.0, abs=1e-3)
    assert isinstance(test.cells[2].shown, Phrase)
