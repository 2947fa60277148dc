"""The demonstration's trial at its end: through 48 weeks, and evaluated beside the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trialrun.criteria.wording import Language
from trialrun.evaluation.numbers import as_stated
from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.truth import KnownTruth
from trialrun.sources.staging import Progress
from trialrun.synthetic.course import CourseModel
from trialrun.workflows.demo.making import DATABASE, PROTOCOL, TRIAL, Demo, run_demo
from trialrun.workflows.demo.trial import AT_THE_END, TIME_ZONE, DemoTrial
from trialrun.workflows.evaluating import Evaluated, EvaluationOrder, evaluate_to_folder

PATIENTS = 800
"""Enough for thirteen who are eligible."""
EVALUATION = "evaluation"
_ESTIMAND = "primary"


@dataclass(frozen=True)
class FinishedDemo:
    """What was made, and its evaluation."""

    demo: Demo
    evaluated: Evaluated


def run_finished_demo(
    out: Path, language: Language, progress: Progress, *, at: datetime
) -> FinishedDemo:
    """Run the trial to its end into `out`, and evaluate it there.

    Raises:
        UsageError: the folder holds something else.
    """
    today = at.astimezone(TIME_ZONE).date()
    made = run_demo(out, language, progress, as_of=today, patients=PATIENTS, days=AT_THE_END)
    order = EvaluationOrder(
        PROTOCOL,
        f"sqlite:///{out / TRIAL}",
        records=out / DATABASE,
        language=language,
        truth=known_truth(made.trial),
    )
    progress("evaluating the trial", 0.0)
    evaluated = evaluate_to_folder(order, out / EVALUATION, at=at, zone=TIME_ZONE)
    progress("evaluating the trial", 1.0)
    return FinishedDemo(made, evaluated)


def known_truth(trial: DemoTrial) -> KnownTruth:
    """Return the truth of the primary estimand, in points of ALSFRS-R a month."""
    model = CourseModel()
    drawn = {
        number: course.slope_administration - course.slope_follow_up
        for number, course in trial.participants.items()
    }
    return KnownTruth(_ESTIMAND, model.true_difference, drawn, _told(model))


def _told(model: CourseModel) -> Words:
    """Return in words how the participants' function was invented."""
    spreads = {
        name: f"{as_stated(getattr(model, name))} ± {as_stated(getattr(model, spread))}"
        for name, spread in (
            ("baseline", "baseline_spread"),
            ("slope_follow_up", "slope_spread"),
            ("slope_gain", "gain_spread"),
        )
    }
    return phrase("truth_of_course", noise=str(model.noise), **spreads)
