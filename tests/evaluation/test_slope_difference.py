"""The difference of slopes of six participants, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import SCORES, six

from trialrun.evaluation.efficacy.slope_difference import slope_difference
from trialrun.evaluation.results import Phrase
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.protocol.analysis_methods import SlopeDifference

MONTHS = 168 / DAYS_PER_MONTH


def planned() -> SlopeDifference:
    analysis = six().plan.analyses[0]
    assert isinstance(analysis, SlopeDifference)
    return analysis


def test_the_slopes_are_differences_of_two_points_over_their_months() -> None:
    """(V7 - V1) and (V13 - V7), over 168 days each: of four; the fifth has one slope only."""
    outcome = slope_difference(six(), planned())
    summary, tests, listing = outcome.tables
    by_subject = {row.label: [cell.value for cell in row.cells] for row in listing.rows}
    for number in ("001", "002", "003", "004"):
        score = SCORES[number]
        before = (score["V7"] - score["V1"]) / MONTHS
        after = (score["V13"] - score["V7"]) / MONTHS
        assert by_subject[number][1:] == pytest.approx([before, after, before - after])
    assert by_subject["005"][1] == pytest.approx(-5 / MONTHS)
    assert by_subject["005"][2:] == [None, None]
    assert "006" not in by_subject
    n = [row.cells[0].shown for row in summary.rows if row.label == Phrase("summary_n")]
    assert n == ["5", "4", "4"]
    assert [row.cells[0].value for row in tests.rows] == [4, 4, 4]


def test_the_paired_t_test_is_that_of_the_four_differences() -> None:
    """Differences 2, 4, 0 and 3 points, in R 4.2.2: t.test(c(2,4,0,3)*365.25/12/168)."""
    _, tests, _ = slope_difference(six(), planned()).tables
    t = tests.rows[0].cells
    assert t[1].value == pytest.approx(2.25 / MONTHS)
    assert t[2].shown == "−0.085 to 0.900"
    assert t[3].value == pytest.approx(0.07799, abs=5e-6)


def test_every_number_knows_its_rows() -> None:
    _, tests, listing = slope_difference(six(), planned()).tables
    rows = tests.rows[0].cells[0].rows
    assert "alsfrs-r.total/001-V7" in rows
    assert len(rows) == 12
    assert listing.rows[0].cells[1].rows == tuple(
        f"alsfrs-r.total/001-{visit}" for visit in ("V1", "V7", "V13")
    )


def test_of_one_participant_nothing_is_estimated() -> None:
    study = six()
    only = tuple(row for row in study.data.observations if row.subject == "001")
    outcome = slope_difference(
        replace(study, data=replace(study.data, observations=only)), planned()
    )
    for row in outcome.tables[1].rows:
        shown = row.cells[1].shown
        assert row.label == Phrase("test_wilcoxon") or isinstance(shown, Phrase)
    assert outcome.headlines == ()
    assert outcome.tables[1].rows[0].cells[1].shown == Phrase(
        "not_estimable", (("reason", Phrase("reason_too_few")),)
    )


def test_of_nobody_nothing_is_said() -> None:
    study = six()
    nobody = replace(study, data=replace(study.data, observations=()))
    outcome = slope_difference(nobody, planned())
    assert [row.cells[0].value for row in outcome.tables[1].rows] == [0, 0, 0]
    assert all(isinstance(row.cells[1].shown, Phrase) for row in outcome.tables[1].rows)


def test_the_seed_fixes_the_bootstrap() -> None:
    def shown(seed: int) -> object:
        analysis = replace(planned(), seed=seed, resamples=99)
        return slope_difference(six(), analysis).tables[1].rows[2].cells[2].shown

    assert shown(1) == shown(1)
    assert len({shown(seed) for seed in range(1, 9)}) > 1
