"""What the stopping rule of an analysis plan cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from trialrun.protocol.analysis import AnalysisPlan, StoppingRule
from trialrun.protocol.findings import Finding, error
from trialrun.protocol.model import TrialProtocol

_WORST_GRADE = 5


def check_stopping(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield what is wrong with the stopping rule; nothing if there is none."""
    rule = plan.safety.stopping if plan.safety is not None else None
    if rule is not None:
        for key, found, remedy in _wrong(rule):
            yield error(protocol.places[f"analysis.safety.stopping.{key}"], found, remedy)


def _wrong(rule: StoppingRule) -> Iterator[tuple[str, str, str]]:
    """Yield the key, what is found there, and what to do."""
    for key, share in (("limit", rule.limit), ("certainty", rule.certainty)):
        if not 0 < share < 1:
            found = f"the {key} of a stopping rule cannot be {share}"
            yield key, found, "write a share between 0 and 1, like 0.30"
    if min(rule.prior) <= 0:
        found = "a beta prior has two parameters above 0"
        yield "prior", found, "write both, like [0.3, 0.7]"
    if rule.grade is not None and not 1 <= rule.grade <= _WORST_GRADE:
        yield "grade", f"CTCAE has no grade {rule.grade}", "write 1 to 5"
    if any(later <= before for before, later in pairwise((0, *rule.looks))):
        found = "the looks of a stopping rule do not grow"
        yield "looks", found, "write after how many participants, like [3, 6, 9]"
