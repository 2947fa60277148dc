"""Times to an event or to the end of observation, checked once for all that is done with them.

Refused: times that are negative or not finite, and event marks other than 0 and 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.near_ties import joined

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class EventTimes:
    """One row per participant: `times` of length n, and whether the event ended them."""

    times: FloatArray
    events: Marks


def event_times(times: Numbers, events: Numbers) -> EventTimes:
    """The times (length n, any unit) with their marks: 1 or true for an event, else censored.

    Times that agree in twelve digits are one time: a tie that rounding must not break.

    Raises InvalidInputError for times or marks that are none, or not of one length;
    NotEstimableError if there is nobody.
    """
    values, marks = np.asarray(times, dtype=float), np.asarray(events)
    if values.ndim != 1 or values.shape != marks.shape:
        raise InvalidInputError("times and event marks are of one length, one per participant")
    if len(values) == 0:
        raise NotEstimableError(Reason.NO_DATA, "there is nobody to follow")
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise InvalidInputError("times are finite and not negative")
    if not np.all(np.isin(marks, (0, 1))):
        raise InvalidInputError("an event mark is 0 (censored) or 1 (event)")
    return EventTimes(joined(values), marks.astype(bool))


def codes(labels: Numbers, length: int) -> tuple[list[object], npt.NDArray[np.intp]]:
    """The distinct labels in sorted order, and which of them each participant has.

    Raises InvalidInputError unless there are `length` labels, none of them missing.
    """
    array = np.asarray(labels)
    if array.shape != (length,):
        raise InvalidInputError("every participant has one label of group or stratum")
    if any(label is None or label != label for label in array.tolist()):
        # As a label of its own a gap would be a group of participants whom nobody assigned to it.
        raise InvalidInputError("a label of group or stratum is missing; leave out who has none")
    distinct, positions = np.unique(array, return_inverse=True)
    return list(distinct.tolist()), positions
