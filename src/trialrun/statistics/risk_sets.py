"""The sums over risk sets that Cox's partial likelihood and its derivatives are made of.

Rows are sorted once, by stratum and falling time, so that every risk set is a run of rows from its
stratum's first, and every sum over it a running sum. Nothing here grows faster than rows x
covariates squared.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.event_times import EventTimes

Indices = npt.NDArray[np.intp]

# Beside the largest weight, 1. No hazard ratio that data can show is near it.
_VANISHING = 1e-100


class Ties(StrEnum):
    """How events at one time are ordered in the partial likelihood."""

    EFRON = "efron"
    BRESLOW = "breslow"


@dataclass(frozen=True)
class RiskSets:
    """Rows by stratum and falling time; per event, where its risk set ends.

    `covariates` is n x p; `starts` are the first rows of the strata; `events` are the rows with an
    event; `last` (one per event) is the last row of its risk set; `tie` numbers the events of one
    stratum and time alike; `fraction` is the share of the tied events that Efron takes out of the
    risk set (0 for Breslow).
    """

    covariates: FloatArray
    times: FloatArray
    starts: Indices
    events: Indices
    last: Indices
    tie: Indices
    fraction: FloatArray


@dataclass(frozen=True)
class Weighing:
    """Risk sets weighed at one coefficient vector: per row, and per event with its risk set."""

    weights: FloatArray
    denominators: FloatArray
    means: FloatArray
    log_likelihood: float


def risk_sets(
    covariates: FloatArray, observed: EventTimes, strata: Indices, ties: Ties
) -> RiskSets:
    """Sort the rows and find the risk set of every event; strata are numbered from 0."""
    order = np.lexsort((~observed.events, -observed.times, strata))
    times, stratum = observed.times[order], strata[order]
    new_stratum = np.diff(stratum, prepend=-1) != 0
    new_time = new_stratum | (np.diff(times, prepend=np.inf) != 0)
    moment = np.cumsum(new_time) - 1
    last_of_moment = np.append(np.flatnonzero(new_time)[1:], len(times))[moment] - 1
    events = np.flatnonzero(observed.events[order])
    _, tie, size = np.unique(moment[events], return_inverse=True, return_counts=True)
    # Within a moment the events come first, so that their numbers from 0 are plain.
    number = events - np.flatnonzero(new_time)[moment[events]]
    fraction = number / size[tie] if ties is Ties.EFRON else np.zeros(len(events))
    return RiskSets(
        covariates=covariates[order],
        times=times,
        starts=np.flatnonzero(new_stratum),
        events=events,
        last=last_of_moment[events],
        tie=tie,
        fraction=fraction,
    )


def weigh(sets: RiskSets, coefficients: FloatArray) -> Weighing:
    """The log partial likelihood at these coefficients (length p), with what its derivatives need.

    It is minus infinity at coefficients so large that the weights of a risk set vanish.
    Sources: Cox, Biometrika 1975;62:269; Breslow, Biometrics 1974;30:89; Efron, J Am Stat Assoc
    1977;72:557.
    """
    predictor = sets.covariates @ coefficients
    predictor = predictor - predictor.max()
    weights = np.exp(predictor)
    columns = np.column_stack([weights, weights[:, None] * sets.covariates])
    sums = _running(columns, sets.starts)[sets.last]
    tied = np.zeros((sets.tie.max() + 1, columns.shape[1]))
    np.add.at(tied, sets.tie, columns[sets.events])
    sums -= sets.fraction[:, None] * tied[sets.tie]
    denominators = sums[:, 0]
    log_likelihood = -np.inf
    if np.all(denominators > _VANISHING):
        log_likelihood = float(np.sum(predictor[sets.events] - np.log(denominators)))
    return Weighing(
        weights=weights,
        denominators=denominators,
        means=sums[:, 1:] / denominators[:, None],
        log_likelihood=log_likelihood,
    )


def residuals(sets: RiskSets, weighing: Weighing) -> FloatArray:
    """Schoenfeld's residuals (events x p): an event's covariates less the mean of its risk set."""
    return np.asarray(sets.covariates[sets.events] - weighing.means)


def information(sets: RiskSets, weighing: Weighing, factors: FloatArray) -> FloatArray:
    """The covariances of the covariates over the risk sets, summed over events times `factors`.

    With factors of 1 it is the information matrix (p x p).
    """
    shares = factors / weighing.denominators
    # A row stands in the risk sets of its stratum that end at it or later.
    ending = np.bincount(sets.last, shares, len(sets.covariates)).astype(float)
    backwards = len(ending) - np.append(sets.starts[1:], len(ending))[::-1]
    exposure = _running(ending[::-1], backwards)[::-1]
    taken_out = np.bincount(sets.tie, shares * sets.fraction)
    exposure[sets.events] -= taken_out[sets.tie]
    squares = sets.covariates.T @ (sets.covariates * (exposure * weighing.weights)[:, None])
    return np.asarray(squares - weighing.means.T @ (weighing.means * factors[:, None]))


def _running(values: FloatArray, starts: Indices) -> FloatArray:
    """Running sums that begin anew at each start.

    They are not differences of one running sum, whose rounding errors would reach other strata.
    """
    parts = np.split(values, starts[1:])
    return np.concatenate([np.cumsum(part, axis=0) for part in parts])
