"""Changes from baseline of six participants, by hand and by R."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import SCORES, six
from tests.evaluation.made_arms import in_arm, made
from tests.evaluation.spoken import everything_said, lines, notes, said

from trialrun.evaluation.efficacy.change_from_baseline import change_from_baseline
from trialrun.evaluation.results import Table
from trialrun.protocol.analysis_methods import ChangeFromBaseline

PLANNED = ChangeFromBaseline(
    id="by-visit", estimand="primary", method="change from baseline", visits=("V7", "V13")
)


def table_of(only: tuple[str, ...] = tuple(SCORES)) -> Table:
    study = six()
    kept = tuple(row for row in study.data.observations if row.subject in only)
    study = replace(study, data=replace(study.data, observations=kept))
    outcome = change_from_baseline(study, PLANNED)
    everything_said([outcome])
    return outcome.tables[0]


def test_changes_and_their_tests() -> None:
    """Changes at V7: -2, -1, -3, -3, -5; at V13: -6, -6, -6, -9. R 4.2.2: t.test of each."""
    table = table_of()
    at_7, at_13 = (row for row in table.rows if row.depth)
    assert [cell.value for cell in at_7.cells[:4]] == pytest.approx([5, 37.8, 35, -2.8])
    assert said(at_7.cells[3].shown) == "−2.8 (1.48)"
    assert said(at_7.cells[4].shown) == "−4.6 to −1.0"
    assert at_7.cells[5].value == pytest.approx(0.01346507542)
    assert said(at_13.cells[4].shown) == "−9.1 to −4.4"
    assert at_13.cells[5].value == pytest.approx(0.002895812162)
    assert at_13.cells[3].rows[:2] == ("alsfrs-r.total/001-V1", "alsfrs-r.total/001-V13")


def test_who_has_no_change_is_counted() -> None:
    # 005 left no value after week 24; 006, without any after baseline, is not in the full set.
    assert notes(table_of())[1:] == ["Week 48: Left out: no value that may be used (n = 1)."]


def test_headlines_are_those_of_every_visit() -> None:
    outcome = change_from_baseline(six(), PLANNED)
    assert [one.value for one in outcome.headlines] == pytest.approx([-2.8, -6.75])
    assert [said(one.label).split(":")[0] for one in outcome.headlines] == [
        "Week 24",
        "Week 48",
    ]


def test_of_one_participant_there_is_no_test() -> None:
    (_, one, *_) = lines(table_of(("001",)))
    assert one[1:] == (
        "1",
        "40.0 (–)",
        "38.0 (–)",
        "−2.0 (–)",
        "not estimable: too few observations",
        "–",
    )


def test_of_nobody_there_is_nothing() -> None:
    (_, row, *_) = lines(table_of(()))
    assert row[1:] == ("0", "–", "–", "–", "not estimable: no data", "–")


def test_every_arm_has_a_row() -> None:
    values = {str(n): {"Baseline": 20.0, "Week-8": 20.0 + n % 3} for n in range(1, 7)}
    study = made([in_arm("Pbo" if int(n) < 4 else "Xan_Lo", n) for n in values], values)
    outcome = change_from_baseline(study, replace(PLANNED, visits=("Week-8",)))
    everything_said([outcome])
    assert [row[:2] for row in lines(outcome.tables[0])[1:]] == [
        ("Placebo", "3"),
        ("Xanomeline Low Dose", "3"),
        ("Xanomeline High Dose", "0"),
    ]
    assert len(outcome.headlines) == 2
