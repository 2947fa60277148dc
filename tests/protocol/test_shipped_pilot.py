"""The protocol of the CDISC pilot is sound, and its plan names what the datasets have."""

from __future__ import annotations

from datetime import date

import pytest

from trialrun.protocol.analysis import AnalysisPlan, Better
from trialrun.protocol.analysis_methods import Ancova, Missing
from trialrun.protocol.checks import check
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol


@pytest.fixture(scope="module")
def pilot() -> TrialProtocol:
    return read_protocol("cdisc-pilot")


@pytest.fixture(scope="module")
def plan(pilot: TrialProtocol) -> AnalysisPlan:
    assert pilot.analysis is not None
    return pilot.analysis


def test_nothing_speaks_against_it(pilot: TrialProtocol) -> None:
    assert check(pilot, date(2026, 1, 1)) == []


def test_arms_and_their_doses(pilot: TrialProtocol) -> None:
    doses = {arm.title: (int(arm.regimen.dose), arm.regimen.unit) for arm in pilot.design.arms}
    assert doses == {
        "Placebo": (0, "mg"),
        "Xanomeline Low Dose": (54, "mg"),
        "Xanomeline High Dose": (81, "mg"),
    }
    assert {len(arm.regimen.days) for arm in pilot.design.arms} == {26 * 7}


def test_visits_are_a_study_day_later_in_the_data(pilot: TrialProtocol) -> None:
    # TV of the pilot: VISITDY of WEEK 8 is 56, of WEEK 24 168, of WEEK 26 182, without a day 0.
    days = dict(zip((v.title for v in pilot.design.visits), pilot.design.nominal_days, strict=True))
    assert (days["Week 8"], days["Week 24"], days["Week 26"]) == (55, 167, 181)
    assert (days["Baseline"], days["Screening 1"]) == (0, -7)


def test_the_primary_analysis_is_that_of_the_report(plan: AnalysisPlan) -> None:
    (main,) = [one for one in plan.analyses if one.id == "adas-cog-24"]
    assert isinstance(main, Ancova)
    assert (main.visit, main.factors) == ("Week-24", ("SITEGR1",))
    assert main.missing is Missing.CARRIED_FORWARD
    assert main.dose_response
    (variable,) = [one for one in plan.variables if one.id == "adas-cog"]
    assert (variable.parameter, variable.dataset) == ("ACTOT", "ADADAS")
    assert variable.better is Better.LOWER


def test_sets_are_those_that_adsl_flags(plan: AnalysisPlan) -> None:
    assert [one.flag for one in plan.sets] == ["ITTFL", "EFFFL", "SAFFL", "COMP24FL"]
