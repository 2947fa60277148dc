"""Small trials, one line per criterion, over the manual's value sets.

I1 inclusion: age from 18 to 70 years
E3 exclusion, visit, confirm: immunisation in [vaccines] within 6 months
E4 exclusion, confirm-30: condition in [malignancy]
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.spec.world import VALUE_SETS

from trialrun.criteria.expressions import Within
from trialrun.criteria.parse import parse
from trialrun.protocol.design import Design
from trialrun.protocol.model import (
    Category,
    Criterion,
    Registry,
    Sentence,
    Stage,
    TrialProtocol,
)
from trialrun.records.dates import DateUnit

_LINE = re.compile(r"(?P<id>\S+) (?P<category>\w+)(?P<more>(?:, [\w-]+)*): (?P<logic>.+)")
_REGISTRY = Registry(
    id="NCT00000000",
    title="A small trial",
    status="Completed",
    sponsor="A hospital",
    summary="Small.",
    phase="Phase 2",
    sex="All",
    study_type="Interventional",
    healthy_volunteers=False,
)


def read_trial(text: str) -> TrialProtocol:
    """Read a trial whose criteria are written one per line."""
    criteria = [_criterion(line.strip()) for line in text.strip().splitlines() if line.strip()]
    return TrialProtocol(
        name="small",
        version="1",
        registry=_REGISTRY,
        design=Design(),
        sentences=tuple(Sentence(c.id, c.category, c.text, (c,)) for c in criteria),
        value_sets=VALUE_SETS,
        path=Path("small.yaml"),
    )


def _criterion(line: str) -> Criterion:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"the criterion cannot be read: {line}")
    more = {word.strip() for word in match["more"].split(",") if word.strip()}
    category = Category(match["category"])
    confirmed = [word for word in more if word.startswith("confirm")]
    days = [int(word.removeprefix("confirm-")) for word in confirmed if word != "confirm"]
    stages = [Stage(word) for word in more - set(confirmed)]
    return Criterion(
        id=match["id"],
        sentence=match["id"],
        category=category,
        text=match["logic"],
        logic=match["logic"],
        expression=parse(match["logic"]),
        stage=stages[0] if stages else Stage.RECORD,
        confirm=bool(confirmed),
        confirmed_within=Within(days[0], DateUnit.DAYS) if days else None,
    )
