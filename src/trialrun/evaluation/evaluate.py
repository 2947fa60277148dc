"""Carry out the analysis plan of a protocol on the data of a trial."""

from __future__ import annotations

from trialrun.errors import Problem, UsageError
from trialrun.evaluation.efficacy.sections import efficacy
from trialrun.evaluation.flow import participant_flow
from trialrun.evaluation.results import Evaluation
from trialrun.evaluation.safety.sections import safety
from trialrun.evaluation.study import Study
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import AnalysisData


def evaluate(protocol: TrialProtocol, data: AnalysisData) -> Evaluation:
    """Return every table of the plan, and what its figures are drawn of.

    Raises:
        UsageError: the protocol has no analysis plan.
    """
    if protocol.analysis is None:
        raise UsageError(
            f"the protocol {protocol.name} has no analysis plan",
            [Problem(str(protocol.path), "no key 'analysis'", "write the plan into the protocol")],
        )
    study = Study(protocol, protocol.analysis, data)
    return Evaluation((participant_flow(study), *efficacy(study), *safety(study)))
