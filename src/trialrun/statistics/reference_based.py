"""Completing longitudinal data under a stated assumption on what follows after the last outcome.

Gaps before a participant's last outcome are always filled at random from the own arm; what comes
after follows the strategy. A participant without any outcome has all visits after it. Source:
Carpenter, Roger and Kenward, Journal of Biopharmaceutical Statistics 2013;23:1352-1371.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.imputation import (
    LongitudinalData,
    ParameterDraw,
    conditional_draw,
    missing_patterns,
)


class Strategy(StrEnum):
    """What the outcomes after the last observed one are like.

    `AT_RANDOM`: as in the own arm. `JUMP_TO_REFERENCE`: mean of the reference arm from then on.
    `COPY_REFERENCE`: as if in the reference arm from the start. `COPY_INCREMENTS`: the own
    mean at the last outcome, then the steps of the reference arm's mean. `LAST_MEAN`: the own
    mean at the last outcome, unchanged.
    """

    AT_RANDOM = "missing at random"
    JUMP_TO_REFERENCE = "jump to reference"
    COPY_REFERENCE = "copy reference"
    COPY_INCREMENTS = "copy increments in reference"
    LAST_MEAN = "last mean carried forward"


def completed_data(
    data: LongitudinalData,
    draws: Sequence[ParameterDraw],
    strategy: Strategy,
    *,
    reference: str,
    generator: np.random.Generator,
) -> FloatArray:
    """Completed outcomes (M, n, T), one data set per draw; the reference arm itself is at random.

    Without any outcome COPY_INCREMENTS is JUMP_TO_REFERENCE: nothing came before the steps.
    Raises InvalidInputError for an unknown arm, and for LAST_MEAN if a participant has no
    outcome: then the baseline must be the first visit.
    """
    if reference not in data.arm_names:
        raise InvalidInputError(f"no arm {reference!r}; there are {', '.join(data.arm_names)}")
    if strategy is Strategy.LAST_MEAN and np.isnan(data.outcomes).all(axis=1).any():
        raise InvalidInputError(
            "no last mean without an outcome; make the baseline the first visit"
        )
    code = data.arm_names.index(reference)
    return np.array([_completed(data, draw, strategy, code, generator) for draw in draws])


def last_observation_carried_forward(outcomes: npt.ArrayLike) -> FloatArray:
    """Outcomes (..., T) with gaps filled by the last value before; gaps at the start stay (NaN)."""
    values = np.asarray(outcomes, dtype=np.float64)
    positions = np.where(np.isnan(values), 0, np.arange(values.shape[-1]))
    return np.take_along_axis(values, np.maximum.accumulate(positions, axis=-1), axis=-1)


def _completed(
    data: LongitudinalData,
    draw: ParameterDraw,
    strategy: Strategy,
    reference: int,
    generator: np.random.Generator,
) -> FloatArray:
    result = data.outcomes.copy()
    own = draw.means(data, data.arms)
    other = draw.means(data, np.full(len(data.arms), reference))
    for rows, observed in missing_patterns(data.outcomes):
        last = int(np.flatnonzero(observed)[-1]) if observed.any() else -1
        for arm in np.unique(data.arms[rows]):
            members = rows[data.arms[rows] == arm]
            _fill_between(result, members, own, draw.covariances[arm], observed, last, generator)
            if last + 1 == data.outcomes.shape[1]:
                continue
            chosen = Strategy.AT_RANDOM if arm == reference else strategy
            means = _means_under(chosen, own[members], other[members], last)
            of_own = chosen in (Strategy.AT_RANDOM, Strategy.LAST_MEAN)
            known = np.arange(data.outcomes.shape[1]) <= last
            # Carpenter's joint covariance has the reference's regression on what came before.
            covariance = draw.covariances[arm if of_own else reference]
            result[np.ix_(members, ~known)] = conditional_draw(
                result[members], means, covariance, known, generator
            )
    return result


def _fill_between(
    result: FloatArray,
    members: npt.NDArray[np.int64],
    means: FloatArray,
    covariance: FloatArray,
    observed: npt.NDArray[np.bool_],
    last: int,
    generator: np.random.Generator,
) -> None:
    """Fill the gaps before the last outcome in place, at random."""
    until = slice(0, last + 1)
    seen = observed[until]
    if not seen.all():
        result[np.ix_(members, np.flatnonzero(~seen))] = conditional_draw(
            result[members, until],
            means[members, until],
            covariance[until, until],
            seen,
            generator,
        )


def _means_under(
    strategy: Strategy, own: FloatArray, reference: FloatArray, last: int
) -> FloatArray:
    """Joint means (k, T): up to the last outcome, and after it."""
    if strategy is Strategy.AT_RANDOM:
        return own
    if strategy is Strategy.COPY_REFERENCE:
        return reference
    after = reference
    if strategy is Strategy.COPY_INCREMENTS and last >= 0:
        after = reference + (own - reference)[:, [last]]
    if strategy is Strategy.LAST_MEAN:
        after = np.repeat(own[:, [last]], own.shape[1], axis=1)
    return np.where(np.arange(own.shape[1]) <= last, own, after)
