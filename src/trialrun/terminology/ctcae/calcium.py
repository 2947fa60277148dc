"""Total calcium corrected for albumin, which is what CTCAE grades.

Corrected = total + 0.8 mg/dL for each g/dL, or 0.02 mmol/L for each g/L, by which albumin is below
4 g/dL (40 g/L): the customary form of R. B. Payne et al., BMJ 1973;4:643-646. An estimate: ionised
calcium, where it was measured, says more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.results import LabResult, Why
from trialrun.terminology.units import Linear, conversion


@dataclass(frozen=True, slots=True)
class _Correction:
    """`slope` in the unit of calcium, for each unit of albumin below `normal`."""

    calcium_unit: str
    albumin_unit: str
    slope: Fraction
    normal: Fraction
    words: str


_CORRECTIONS = (
    _Correction(
        "mmol/L", "g/L", Fraction("0.02"), Fraction(40),
        "calcium corrected for albumin: total + 0.02 mmol/L x (40 - albumin in g/L)",
    ),
    _Correction(
        "mg/dL", "g/dL", Fraction("0.8"), Fraction(4),
        "calcium corrected for albumin: total + 0.8 mg/dL x (4 - albumin in g/dL)",
    ),
)  # fmt: skip


def corrected_for_albumin(calcium: LabResult, albumin: LabResult) -> LabResult | Why:
    """Return total calcium as corrected calcium, to be graded as value set `calcium-corrected`.

    The limits of normal stay those of total calcium. Both results must be of one day.
    """
    for correction in _CORRECTIONS:
        to_unit = conversion(calcium.unit, correction.calcium_unit)
        to_albumin = conversion(albumin.unit, correction.albumin_unit)
        if to_unit is not None:
            if to_albumin is None or albumin.day != calcium.day:
                return Why.ALBUMIN
            return _corrected(calcium, albumin.bounds, correction, to_unit, to_albumin)
    return Why.UNIT


def _corrected(
    calcium: LabResult,
    albumin: Bounds,
    correction: _Correction,
    to_unit: Linear,
    to_albumin: Linear,
) -> LabResult:
    total = calcium.bounds.scaled(to_unit.factor, to_unit.offset)
    found = albumin.scaled(to_albumin.factor, to_albumin.offset)

    def plus(number: Fraction | None, of_albumin: Fraction | None) -> Fraction | None:
        if number is None or of_albumin is None:
            return None
        return number + correction.slope * (correction.normal - of_albumin)

    return replace(
        calcium,
        # The more albumin, the less is added: the ends change places.
        value=Bounds(
            plus(total.lo, found.hi),
            plus(total.hi, found.lo),
            total.lo_open or found.hi_open,
            total.hi_open or found.lo_open,
        ),
        unit=correction.calcium_unit,
        lln=None if calcium.lln is None else to_unit.apply(calcium.lln),
        uln=None if calcium.uln is None else to_unit.apply(calcium.uln),
        derivation=correction.words,
    )
