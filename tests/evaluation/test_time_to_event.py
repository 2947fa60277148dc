"""Times to an event: the two arms of Freireich's trial, and our own six participants."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import six, subject
from tests.evaluation.spoken import everything_said, said

from trialrun.evaluation.efficacy.time_to_event import time_to_event
from trialrun.evaluation.figure_data import Survival
from trialrun.evaluation.results import Phrase
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import TimeToEvent
from trialrun.protocol.file import read_protocol
from trialrun.records.analysis_data import AnalysisData, Observation, Standing, TrialSubject

PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
"""Weeks of remission, + for censored: Freireich et al., Blood 1963;21:699-716."""


def freireich() -> Study:
    protocol = read_protocol("cdisc-pilot")
    assert protocol.analysis is not None
    subjects, times = [], []
    for arm, weeks in (("Pbo", PLACEBO), ("Xan_Lo", MERCAPTOPURINE)):
        for place, week in enumerate(weeks.split()):
            number = f"{arm}-{place}"
            subjects.append(
                TrialSubject(
                    id=number, standing=Standing.COMPLETED, arm=arm, treated_as=arm, enrolled=True,
                    first_dose_day=0, last_day=300, flags={"SAFFL": True}, rows=(f"dm/{number}",),
                )
            )  # fmt: skip
            day = 7 * int(week.rstrip("+")) - 1
            word = "censored" if week.endswith("+") else "event"
            times.append(
                Observation(
                    subject=number, parameter="TTDE", day=day, text=word, rows=(f"t/{number}",)
                )
            )
    data = AnalysisData(source="by hand", subjects=tuple(subjects), observations=tuple(times))
    return Study(protocol, protocol.analysis, data)


def planned(study: Study, name: str) -> TimeToEvent:
    analysis = next(one for one in study.plan.analyses if one.id == name)
    assert isinstance(analysis, TimeToEvent)
    return analysis


def test_the_hazard_ratio_of_freireich_is_that_of_r() -> None:
    """R 4.2.2, survival 3.5-3: coxph, Efron: HR 0.2076 (0.09251 to 0.4659), p 0.000138; survdiff:
    chi-square 16.79294 on 1 df, p 4.168809e-05; cox.zph: p 0.88. In weeks, as in months.
    """
    study = freireich()
    outcome = time_to_event(study, planned(study, "skin-free"))
    summary, hazards, listing = outcome.tables
    log_rank, low, high = (row.cells for row in hazards.rows)
    assert log_rank[2].value == pytest.approx(4.168809e-5, rel=1e-6)
    assert low[0].value == pytest.approx(0.2076, abs=5e-5)
    assert low[1].shown == "0.09 to 0.47"
    assert low[2].value == pytest.approx(0.000138, abs=5e-7)
    assert low[3].shown == "0.880"
    assert isinstance(high[0].shown, Phrase)
    assert len(listing.rows) == 42
    counted = {row.label: [cell.shown for cell in row.cells] for row in summary.rows}
    assert counted[Phrase("followed")] == ["21", "21", "0"]
    assert counted[Phrase("with_event")] == ["21", "9", "0"]
    (headline,) = outcome.headlines
    assert (headline.null, headline.value) == (1.0, low[0].value)


@pytest.mark.parametrize("arms", [("Pbo",), ("Xan_Lo",), ()])
def test_an_arm_alone_is_compared_with_nobody(arms: tuple[str, ...]) -> None:
    study = freireich()
    kept = tuple(one for one in study.data.subjects if one.arm in arms)
    study = replace(study, data=replace(study.data, subjects=kept))
    outcome = time_to_event(study, planned(study, "skin-free"))
    everything_said([outcome])
    assert outcome.headlines == ()
    for row in outcome.tables[1].rows:
        assert said(row.cells[0].shown).startswith("not estimable: ")


def test_strata_are_compared_within_themselves() -> None:
    """R 4.2.2, survival 3.5-3, strata k = place in the list modulo 2:

    coxph(Surv(t, e) ~ g + strata(k)): 0.2136870734; survdiff(... + strata(k)): 16.06773484 on 1 df.
    """
    study = freireich()
    subjects = tuple(
        replace(one, characteristics={"half": str(int(one.id.split("-")[1]) % 2)})
        for one in study.data.subjects
    )
    study = replace(study, data=replace(study.data, subjects=subjects))
    analysis = replace(planned(study, "skin-free"), strata=("half",))
    log_rank, low, _ = (row.cells for row in time_to_event(study, analysis).tables[1].rows)
    assert log_rank[2].value == pytest.approx(6.111652772e-05, rel=1e-6)
    assert low[0].value == pytest.approx(0.2136870734, rel=1e-6)


def test_whose_stratum_is_not_known_is_compared_with_nobody_and_counted() -> None:
    study = freireich()
    subjects = tuple(
        replace(one, characteristics={} if one.id.endswith("-0") else {"half": "all"})
        for one in study.data.subjects
    )
    unknown = replace(study, data=replace(study.data, subjects=subjects))
    analysis = replace(planned(study, "skin-free"), strata=("half",))
    hazards = time_to_event(unknown, analysis).tables[1]
    assert Phrase("stratum_missing", (("n", "2"),)) in hazards.notes
    kept = tuple(one for one in study.data.subjects if not one.id.endswith("-0"))
    without = replace(study, data=replace(study.data, subjects=kept))
    alone = time_to_event(without, planned(study, "skin-free")).tables[1]
    for ours, theirs in zip(hazards.rows[:2], alone.rows[:2], strict=True):
        assert ours.cells[2].value == pytest.approx(theirs.cells[2].value, rel=1e-9)


def test_a_median_that_is_not_reached_is_said_and_not_invented() -> None:
    study = six()
    outcome = time_to_event(study, planned(study, "ventilation-free"))
    summary = outcome.tables[0]
    cells = {row.label: row.cells[0].shown for row in summary.rows}
    assert cells[Phrase("with_event")] == "0"
    assert cells[Phrase("median_months")] == Phrase("reason_not_reached")
    (figure,) = outcome.figures
    assert isinstance(figure, Survival)
    assert figure.curves[0].at_risk[0] == (0.0, 6)
    assert outcome.headlines == ()


def test_the_first_of_death_and_ventilation_counts_both_ends_included() -> None:
    dead = subject("001", standing=Standing.DISCONTINUED, last_day=100, death_day=100)
    study = six([dead])
    on_form = Observation(subject="001", parameter="survival.event", day=84, visit="V4",
                          text="tracheostomy", rows=("form/1",))  # fmt: skip
    data = replace(study.data, observations=(*study.data.observations, on_form))
    listing = time_to_event(replace(study, data=data), planned(study, "ventilation-free")).tables[
        -1
    ]
    first = listing.rows[0]
    assert first.label == "001"
    assert first.cells[1].value == pytest.approx(85 / 30.4375)
    assert first.cells[1].rows == ("form/1",)


def test_whoever_nobody_knows_how_long_is_left_out_and_counted() -> None:
    study = six([subject("001", last_day=None)])
    outcome = time_to_event(study, planned(study, "overall"))
    assert outcome.said == (Phrase("time_unknown", (("n", "1"),)),)
    assert outcome.tables[0].rows[0].cells[0].shown == "5"


def test_of_nobody_nothing_is_drawn() -> None:
    study = six()
    nobody = replace(study, data=replace(study.data, subjects=()))
    outcome = time_to_event(nobody, planned(study, "overall"))
    assert outcome.figures == ()
    assert [row.cells[0].shown for row in outcome.tables[0].rows[:2]] == ["0", "0"]
