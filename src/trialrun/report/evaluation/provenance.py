"""How a report was made: from which data, by which plan, with which programs and seeds."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from trialrun.evaluation.results import Evaluation, Listed, Words, phrase
from trialrun.protocol.model import TrialProtocol

LIBRARIES = ("numpy", "scipy")
"""Those whose numerics an estimate depends on."""


def provenance(
    protocol: TrialProtocol, evaluation: Evaluation, source: Words
) -> Sequence[tuple[Words, Words]]:
    """Return what must be known to make the report again, each with its name."""
    assert protocol.analysis is not None
    digest = hashlib.sha256(protocol.path.read_bytes()).hexdigest()
    plan = phrase("plan_version", name=protocol.name, version=str(protocol.version), digest=digest)
    return (
        (phrase("made_from"), source),
        (phrase("plan_of"), plan),
        (phrase("level_of_intervals"), f"{protocol.analysis.level}%"),
        (phrase("random_seeds"), _seeds(protocol, evaluation)),
        (phrase("programs"), Listed(tuple(_programs()))),
        (phrase("how_numbers"), phrase("how_rounded")),
    )


def _seeds(protocol: TrialProtocol, evaluation: Evaluation) -> Words:
    """Return the seed of each analysis of the plan that was carried out."""
    assert protocol.analysis is not None
    if evaluation.key is None:
        return phrase("no_random_numbers")
    seeds = tuple(
        phrase("seed_of", what=one.id, seed=str(seed))
        for one in protocol.analysis.analyses
        if (seed := getattr(one, "seed", None)) is not None
    )
    return Listed(seeds) if seeds else phrase("no_random_numbers")


def _programs() -> Iterator[Words]:
    yield phrase("program_version", name="trialrun", version=version("trialrun"))
    yield phrase("program_version", name="Python", version=platform.python_version())
    for name in LIBRARIES:
        yield phrase("program_version", name=name, version=version(name))
