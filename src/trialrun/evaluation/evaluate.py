"""Carry out the analysis plan of a protocol on the data of a trial."""

from __future__ import annotations

from trialrun.errors import Problem, UsageError
from trialrun.evaluation.baseline import baseline
from trialrun.evaluation.efficacy.key_results import key_results
from trialrun.evaluation.efficacy.methods import carry_out
from trialrun.evaluation.efficacy.sections import efficacy
from trialrun.evaluation.exposure import exposure
from trialrun.evaluation.flow import participant_flow
from trialrun.evaluation.results import Evaluation
from trialrun.evaluation.safety.sections import safety
from trialrun.evaluation.study import Study
from trialrun.evaluation.truth import KnownTruth, truth_section
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import AnalysisData


def evaluate(
    protocol: TrialProtocol, data: AnalysisData, truth: KnownTruth | None = None
) -> Evaluation:
    """Return every table of the plan, and what its figures are drawn of.

    `truth` is what was put into an invented trial; it is shown beside what was found.

    Raises:
        UsageError: the protocol has no analysis plan.
    """
    if protocol.analysis is None:
        raise UsageError(
            f"the protocol {protocol.name} has no analysis plan",
            [Problem(str(protocol.path), "no key 'analysis'", "write the plan into the protocol")],
        )
    study = Study(protocol, protocol.analysis, data)
    outcomes = [carry_out(study, analysis) for analysis in study.plan.analyses]
    known = [truth_section(truth, outcomes)] if truth else []
    before = (participant_flow(study), *baseline(study), exposure(study))
    sections = (*known, *before, *efficacy(study, outcomes), *safety(study))
    return Evaluation(sections, key_results(study, outcomes) if outcomes else None)
