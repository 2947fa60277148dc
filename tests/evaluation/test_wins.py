"""The win ratio: pairs counted by hand, and arms that cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest
from tests.evaluation.made import il2_protocol, six
from tests.evaluation.made_arms import in_arm, made
from tests.evaluation.spoken import lines, said

from trialrun.evaluation.efficacy.wins import wins
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import WinRatio

PLAN = WinRatio(
    method="win ratio",
    id="win",
    estimand="primary",
    events=("death",),
    visit="Week-24",
)
P1, P2, P3, L1, L2, L3 = "001", "002", "003", "004", "005", "006"
CHANGES = {P1: 2, P2: 5, P3: 1, L1: 0, L2: 3, L3: 4}
"""Of ADAS-Cog, of which less is better; P is placebo, L the low dose."""


def trial(deaths: Mapping[str, int] = MappingProxyType({})) -> Study:
    """Return three subjects of placebo and three of the low dose, some of whom died on a day."""
    subjects = [
        in_arm(
            "Pbo" if name in (P1, P2, P3) else "Xan_Lo",
            name,
            death_day=deaths.get(name),
            last_day=deaths.get(name, 181),
        )
        for name in CHANGES
    ]
    values = {
        name: {"Baseline": 20.0, **({} if name in deaths else {"Week-24": 20.0 + change})}
        for name, change in CHANGES.items()
    }
    study = made(subjects, values)
    design = study.protocol.design
    two = replace(design, arms=design.arms[:2])
    return replace(study, protocol=replace(study.protocol, design=two))


def test_the_change_decides_where_nobody_died() -> None:
    """L1 (0) beats 2, 5, 1; L2 (3) beats 5, loses to 2 and 1; L3 (4) beats 5, loses to 2 and 1."""
    pairs, ratios = wins(trial(), PLAN).tables
    assert lines(pairs) == [
        ("Xanomeline Low Dose v Placebo", "", "", ""),
        ("Death", "0", "0", "–"),
        ("Change at Week 24", "5 (55.6%)", "4 (44.4%)", "–"),
        ("All together", "5 (55.6%)", "4 (44.4%)", "0"),
    ]
    assert ratios.rows[1].cells[0].value == pytest.approx(5 / 4)
    assert ratios.rows[3].cells[0].value == pytest.approx(1 / 9)


def test_a_death_weighs_more_than_any_change() -> None:
    """L1 died on day 100: it loses to all three, whatever its change would have been."""
    pairs, ratios = wins(trial({L1: 100}), PLAN).tables
    assert lines(pairs)[1:] == [
        ("Death", "0", "3 (33.3%)", "–"),
        ("Change at Week 24", "2 (22.2%)", "4 (44.4%)", "–"),
        ("All together", "2 (22.2%)", "7 (77.8%)", "0"),
    ]
    assert ratios.rows[1].cells[0].value == pytest.approx(2 / 7)
    (headline,) = wins(trial({L1: 100}), PLAN).headlines
    assert headline.value == pytest.approx(2 / 7)
    assert headline.null == 1.0


def test_two_deaths_are_compared_by_their_days() -> None:
    """P2 died on day 50, L1 on day 100: L1 beats P2 and loses to P1 and P3, L2 and L3 beat P2."""
    pairs, _ = wins(trial({L1: 100, P2: 50}), PLAN).tables
    assert lines(pairs)[1] == ("Death", "3 (33.3%)", "2 (22.2%)", "–")


def test_a_difference_within_the_margin_decides_nothing() -> None:
    pairs, _ = wins(trial(), replace(PLAN, margin=Decimal(2))).tables
    # L1 (0) beats 5 by 5; 2 by exactly 2 and 1 by 1 are within. L3 (4) loses to 1 by 3.
    assert lines(pairs)[3] == ("All together", "1 (11.1%)", "1 (11.1%)", "7 (77.8%)")


def test_events_alone_may_leave_no_ratio() -> None:
    outcome = wins(trial({L1: 100}), replace(PLAN, visit=None))
    assert outcome.headlines == ()
    assert "not estimable" in said(outcome.tables[1].rows[1].cells[0].shown)


def test_whoever_was_not_followed_neither_wins_nor_loses() -> None:
    study = trial({L1: 100})
    lost = tuple(
        replace(one, last_day=None) if one.id == P1 else one for one in study.data.subjects
    )
    of_lost = replace(study, data=replace(study.data, subjects=lost))
    pairs, _ = wins(of_lost, replace(PLAN, visit=None)).tables
    assert lines(pairs)[1] == ("Death", "0", "2 (22.2%)", "–")


def test_one_arm_has_nobody_to_win_against() -> None:
    assert il2_protocol().analysis is not None
    outcome = wins(six(), replace(PLAN, visit=None))
    assert [said(one) for one in outcome.said] == ["A win ratio needs two arms."]
