"""What a model for repeated measures is fitted to: changes from baseline, or the values themselves.

Where the plan asks neither for changes nor for an adjustment, nobody needs a baseline, and a value
at the visit of the baseline is a response like the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.efficacy.adjustment import adjusters, factor_of
from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.changes import changes_at, notes_on
from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.study import Group
from trialrun.evaluation.values import Series
from trialrun.protocol.analysis_methods import RepeatedMeasures
from trialrun.records.analysis_data import TrialSubject
from trialrun.statistics.design_matrix import Variable


@dataclass(frozen=True)
class Response:
    """The response of one subject at one visit; `baseline` is None where nobody asks for it."""

    subject: TrialSubject
    number: float
    baseline: float | None
    rows: tuple[str, ...]


@dataclass(frozen=True)
class AtVisit:
    """The responses of every arm at a visit, and who has none, and why."""

    by_arm: tuple[tuple[Group, tuple[Response, ...]], ...]
    notes: tuple[Words, ...]


ByVisit = Mapping[str, AtVisit]
Observed = tuple[str, Group, Response]
"""A response with its visit and its arm."""


def responses(case: Case, analysis: RepeatedMeasures) -> ByVisit:
    """Return what the model is fitted to."""
    needs_baseline = analysis.response == "change" or analysis.adjusted_for_baseline
    found = _with_baseline if needs_baseline else _whatever_the_baseline
    return {visit: found(case, analysis, visit) for visit in analysis.visits}


def observed_in(by_visit: ByVisit) -> list[Observed]:
    """Return every response with its visit and arm."""
    return [
        (visit, group, one)
        for visit, at_visit in by_visit.items()
        for group, those in at_visit.by_arm
        for one in those
    ]


def variables_of(
    case: Case, analysis: RepeatedMeasures, observed: Sequence[Observed]
) -> dict[str, Variable]:
    """Return arm, factors and covariates of the plan, the baseline if it is one, and visit."""
    arms = tuple(group.arm.id for group in case.groups)
    variables: dict[str, Variable] = {
        "arm": factor_of([group.arm.id for _, group, _ in observed], arms),
        **adjusters(case, analysis, [one.subject for _, _, one in observed]),
    }
    if analysis.adjusted_for_baseline:
        variables["baseline"] = np.array([one.baseline for _, _, one in observed], dtype=np.float64)
    variables["visit"] = factor_of([visit for visit, _, _ in observed], analysis.visits)
    return variables


def _with_baseline(case: Case, analysis: RepeatedMeasures, visit: str) -> AtVisit:
    changes = changes_at(case, visit)
    is_change = analysis.response == "change"
    return AtVisit(
        tuple(
            (
                arm.group,
                tuple(
                    Response(
                        one.subject,
                        one.number if is_change else one.value.number,
                        one.baseline.number,
                        one.rows,
                    )
                    for one in arm.known
                ),
            )
            for arm in changes
        ),
        notes_on(changes),
    )


def _whatever_the_baseline(case: Case, _: RepeatedMeasures, visit: str) -> AtVisit:
    by_arm = tuple((group, tuple(_values(group, those, visit))) for group, those in case.by_group())
    missing = sum(group.size - len(those) for group, those in by_arm)
    notes = (phrase("changes_no_value", n=str(missing)),) if missing else ()
    return AtVisit(by_arm, notes)


def _values(group: Group, series: Sequence[Series], visit: str) -> Iterator[Response]:
    for subject, one in zip(group.subjects, series, strict=True):
        value = one.at(visit)
        if value is not None:
            yield Response(subject, value.number, None, value.rows)
