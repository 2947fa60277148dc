"""Published formulas, as code: units in, unit out, and where each was published.

Exact in, exact out, but for powers: those are computed in double precision (about 15 digits), which
is far finer than any threshold that a protocol writes. Refuses nothing: whoever calls has positive
numbers in the units named.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

Sex = Literal["female", "male"]


def cockcroft_gault(age: int, sex: Sex, creatinine: Fraction, weight: Fraction) -> Fraction:
    """Return the creatinine clearance in mL/min, from years, mg/dL and kg.

    Source: D. W. Cockcroft, M. H. Gault. Prediction of creatinine clearance from serum creatinine.
    Nephron 1976;16:31-41. Women: 15 % less.
    """
    of_men = (140 - age) * weight / (72 * creatinine)
    return of_men * Fraction(85, 100) if sex == "female" else of_men


def ckd_epi_2021(age: int, sex: Sex, creatinine: Fraction) -> float:
    """Return the estimated filtration rate in mL/min per 1.73 m2, from years and mg/dL.

    Source: L. A. Inker et al. New creatinine- and cystatin C-based equations to estimate GFR
    without race. N Engl J Med 2021;385:1737-49, the equation from creatinine alone.
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = float(creatinine) / kappa
    filtration = 142 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.2 * 0.9938**age * factor
    return float(filtration)


def body_mass_index(weight: Fraction, height: Fraction) -> Fraction:
    """Return the body mass index in kg/m2, from kg and m.

    Source: A. Keys et al. Indices of relative weight and obesity. J Chronic Dis 1972;25:329-43.
    """
    return weight / height**2


def prednisone_equivalent(dose: Fraction, equal_to_5_mg_prednisone: Fraction) -> Fraction:
    """Return the dose of prednisone, in mg, that has the effect of a dose in mg.

    The second number is the dose of the same medicine that equals 5 mg of prednisone. Source of
    the equivalents: each protocol's value set of glucocorticoids names its own.
    """
    return dose * 5 / equal_to_5_mg_prednisone
