"""How much of an error a group sequential test has spent at a fraction of its information.

A spending function takes the total error and the fraction t; it is 0 at t = 0 and the whole error
from t = 1 on. For a two-sided test it is asked for each side with half of the error.
"""

import math
from typing import Protocol

from scipy import special

from trialrun.statistics.errors import InvalidInputError


class Spending(Protocol):
    """The error spent up to the fraction t of the information, of `total` in all."""

    def __call__(self, total: float, t: float, /) -> float:
        """The cumulative error spent at t."""


def obrien_fleming_spending(total: float, t: float) -> float:
    """2 (1 − Φ(z_{total/2} / √t)): Lan & DeMets (1983), Biometrika 70:659-663, their alpha*_1."""
    fraction = _fraction(total, t)
    if fraction == 0.0:
        return 0.0
    return float(2 * special.ndtr(special.ndtri(total / 2) / math.sqrt(fraction)))


def pocock_spending(total: float, t: float) -> float:
    """total · ln(1 + (e − 1) t): Lan & DeMets (1983), Biometrika 70:659-663, their alpha*_2."""
    return total * math.log1p((math.e - 1) * _fraction(total, t))


def hwang_shih_decani_spending(gamma: float) -> Spending:
    """total (1 − e^{−γt}) / (1 − e^{−γ}): Hwang, Shih & DeCani (1990), Stat Med 9:1439-1445.

    Gamma 0 spends in proportion to t; a large negative one spends late.
    """
    if not math.isfinite(gamma) or abs(gamma) > 40:
        raise InvalidInputError(f"gamma lies between -40 and 40; found {gamma}")

    def spent(total: float, t: float, /) -> float:
        fraction = _fraction(total, t)
        if gamma == 0:
            return total * fraction
        return total * math.expm1(-gamma * fraction) / math.expm1(-gamma)

    return spent


def kim_demets_spending(rho: float) -> Spending:
    """total · t^ρ: Kim & DeMets (1987), Biometrika 74:149-154."""
    if not (math.isfinite(rho) and rho > 0):
        raise InvalidInputError(f"rho is a positive number; found {rho}")

    def spent(total: float, t: float, /) -> float:
        return float(total * _fraction(total, t) ** rho)

    return spent


def _fraction(total: float, t: float) -> float:
    if not 0.0 < total < 1.0:
        raise InvalidInputError(f"the error to spend lies between 0 and 1; found {total}")
    if not t >= 0.0:
        raise InvalidInputError(f"a fraction of the information is at least 0; found {t}")
    return min(t, 1.0)
