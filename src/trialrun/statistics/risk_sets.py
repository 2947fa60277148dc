"""The sums over risk sets that Cox's partial likelihood and its derivatives are made of.

Rows are sorted once, by stratum and falling time, so that every risk set is a run of rows and
every sum over it a difference of cumulative sums. Nothing here grows faster than rows x covariates
squared.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trialrun.statistics.counts import Floats
from trialrun.statistics.event_times import EventTimes

Indices = npt.NDArray[np.intp]

# A difference of cumulative sums this small beside them has no digit left.
_LOST_TO_ROUNDING = 1e-13


class Ties(StrEnum):
    """How events at one time are ordered in the partial likelihood."""

    EFRON = "efron"
    BRESLOW = "breslow"


@dataclass(frozen=True)
class RiskSets:
    """Rows by stratum and falling time; per event, where its risk set begins and ends.

    `covariates` is n x p; `events` are the rows with an event; `first` and `last` (one each per
    event) bound its risk set; `tie` numbers the events of one stratum and time alike; `fraction`
    is the share of the tied events that Efron takes out of the risk set (0 for Breslow).
    """

    covariates: Floats
    times: Floats
    events: Indices
    first: Indices
    last: Indices
    tie: Indices
    fraction: Floats


@dataclass(frozen=True)
class Weighing:
    """Risk sets weighed at one coefficient vector: per row, and per event with its risk set."""

    weights: Floats
    denominators: Floats
    means: Floats
    log_likelihood: float


def risk_sets(covariates: Floats, observed: EventTimes, strata: Indices, ties: Ties) -> RiskSets:
    """Sort the rows and find the risk set of every event; strata are numbered from 0."""
    order = np.lexsort((~observed.events, -observed.times, strata))
    times, stratum = observed.times[order], strata[order]
    new_stratum = np.diff(stratum, prepend=-1) != 0
    new_time = new_stratum | (np.diff(times, prepend=np.inf) != 0)
    moment = np.cumsum(new_time) - 1
    first_of_stratum = np.flatnonzero(new_stratum)[np.cumsum(new_stratum) - 1]
    last_of_moment = np.append(np.flatnonzero(new_time)[1:], len(times))[moment] - 1
    events = np.flatnonzero(observed.events[order])
    _, tie, size = np.unique(moment[events], return_inverse=True, return_counts=True)
    # Within a moment the events come first, so that their numbers from 0 are plain.
    number = events - np.flatnonzero(new_time)[moment[events]]
    fraction = number / size[tie] if ties is Ties.EFRON else np.zeros(len(events))
    return RiskSets(
        covariates=covariates[order],
        times=times,
        events=events,
        first=first_of_stratum[events],
        last=last_of_moment[events],
        tie=tie,
        fraction=fraction,
    )


def weigh(sets: RiskSets, coefficients: Floats) -> Weighing:
    """The log partial likelihood at these coefficients (length p), with what its derivatives need.

    It is minus infinity at coefficients so large that a risk set vanishes beside another stratum's.
    Sources: Cox, Biometrika 1975;62:269; Breslow, Biometrics 1974;30:89; Efron, J Am Stat Assoc
    1977;72:557.
    """
    predictor = sets.covariates @ coefficients
    predictor = predictor - predictor.max()
    weights = np.exp(predictor)
    columns = np.column_stack([weights, weights[:, None] * sets.covariates])
    sums = np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])
    up_to_last = sums[sets.last + 1]
    sums = up_to_last - sums[sets.first]
    tied = np.zeros((sets.tie.max() + 1, columns.shape[1]))
    np.add.at(tied, sets.tie, columns[sets.events])
    sums -= sets.fraction[:, None] * tied[sets.tie]
    denominators = sums[:, 0]
    log_likelihood = -np.inf
    if np.all(denominators > _LOST_TO_ROUNDING * up_to_last[:, 0]):
        log_likelihood = float(np.sum(predictor[sets.events] - np.log(denominators)))
    return Weighing(
        weights=weights,
        denominators=denominators,
        means=sums[:, 1:] / denominators[:, None],
        log_likelihood=log_likelihood,
    )


def residuals(sets: RiskSets, weighing: Weighing) -> Floats:
    """Schoenfeld's residuals (events x p): an event's covariates less the mean of its risk set."""
    return np.asarray(sets.covariates[sets.events] - weighing.means)


def information(sets: RiskSets, weighing: Weighing, factors: Floats) -> Floats:
    """The covariances of the covariates over the risk sets, summed over events times `factors`.

    With factors of 1 it is the information matrix (p x p).
    """
    shares = factors / weighing.denominators
    length = len(sets.covariates)
    # A row stands in the risk sets of the events whose run of rows it lies in.
    steps = np.bincount(sets.first, shares, length + 1) - np.bincount(
        sets.last + 1, shares, length + 1
    )
    exposure = np.cumsum(steps)[:-1]
    taken_out = np.bincount(sets.tie, shares * sets.fraction)
    exposure[sets.events] -= taken_out[sets.tie]
    squares = sets.covariates.T @ (sets.covariates * (exposure * weighing.weights)[:, None])
    return np.asarray(squares - weighing.means.T @ (weighing.means * factors[:, None]))
