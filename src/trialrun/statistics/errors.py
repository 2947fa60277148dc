"""What cannot be estimated, and why.

A function of this room returns a number only when the data hold one. Otherwise it raises one of
these errors; whoever evaluates a trial shows its reason in the place of the number.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why there is no estimate; reports put the reason into the reader's language."""

    NO_DATA = "no data"
    TOO_FEW = "too few observations"
    NO_VARIATION = "no variation"
    NO_EVENTS = "no events"
    SINGULAR = "singular matrix"
    NOT_CONVERGED = "not converged"
    NOT_REACHED = "not reached"


class StatisticsError(Exception):
    """The root of this room's errors."""


class InvalidInputError(StatisticsError, ValueError):
    """The input contradicts what the function is defined for: the caller's mistake."""


class NotEstimableError(StatisticsError):
    """The data are well formed, and yet do not hold this estimate."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
