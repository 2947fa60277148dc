"""Safety as parts of the report."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.evaluation.results import Section
from trialrun.evaluation.safety.adverse_events import adverse_events
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory import laboratory
from trialrun.evaluation.safety.listings import listings
from trialrun.evaluation.safety.narratives import narratives
from trialrun.evaluation.safety.stopping import stopping_rule
from trialrun.evaluation.safety.swimmer import swimmer
from trialrun.evaluation.study import Study


def safety(study: Study) -> Iterator[Section]:
    """Yield the parts of the plan of safety; nothing where there is no such plan."""
    if study.plan.safety is None:
        return
    of = Safety(study, study.plan.safety)
    yield adverse_events(of)
    yield narratives(of)
    yield from stopping_rule(of)
    yield laboratory(of)
    yield swimmer(of)
    yield listings(of)
