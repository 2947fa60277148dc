"""The flow of participants (CONSORT 2010): no box says more than the data know."""

from __future__ import annotations

from dataclasses import replace

from tests.evaluation.made import six
from tests.evaluation.made_arms import in_arm, made

from trialrun.evaluation.figure_data import ParticipantFlow
from trialrun.evaluation.flow import participant_flow
from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import Standing
from trialrun.report.evaluation.voice import EvaluationVoice


def flow(study: Study) -> ParticipantFlow:
    (figure,) = participant_flow(study).figures
    assert isinstance(figure, ParticipantFlow)
    return figure


def trunk(study: Study) -> list[tuple[str, int]]:
    return [(box.id, box.count) for box in flow(study).trunk]


def test_data_that_hold_the_enrolled_alone_say_nothing_of_screen_failures() -> None:
    """ADSL of the CDISC pilot has its 254 randomised; 52 others had failed screening."""
    enrolled = [in_arm("Pbo", "001"), in_arm("Xan_Lo", "002")]
    assert trunk(made(enrolled, {})) == [("enrolled", 2)]
    failed = replace(in_arm("", "003"), standing=Standing.SCREEN_FAILURE, enrolled=False)
    assert trunk(made([*enrolled, failed], {})) == [
        ("consented", 3),
        ("screen-failures", 1),
        ("enrolled", 2),
    ]


def test_a_trial_that_knows_whom_it_screened_says_so_of_failures_too() -> None:
    study = six()
    known = replace(study, data=replace(study.data, screened=40))
    assert trunk(known) == [("screened", 40), ("consented", 6), ("screen-failures", 0),
                            ("enrolled", 6)]  # fmt: skip


def test_each_arm_ends_with_whom_the_primary_estimand_is_about() -> None:
    """Five of six have a value after the baseline; all six were enrolled."""
    (branch,) = flow(six()).branches
    assert (branch[0].count, branch[-1].count) == (6, 5)
    assert (
        EvaluationVoice("en").words(branch[-1].label)
        == "Set of the primary analysis: Full analysis set"
    )
