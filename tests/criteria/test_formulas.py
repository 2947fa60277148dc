"""Formulas give the numbers that others have published."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trialrun.criteria.formulas import (
    Sex,
    body_mass_index,
    ckd_epi_2021,
    cockcroft_gault,
    prednisone_equivalent,
)

UMOL_PER_MG_DL = Fraction("88.4")
"""Creatinine: 1 mg/dL is 88.4 µmol/L, as the National Kidney Foundation's calculator has it."""


@pytest.mark.parametrize(
    ("age", "sex", "creatinine", "weight", "clearance"),
    [
        # Source: clinPK for R (InsightRX), tests/testthat/test_calc_egfr.R, method
        # cockcroft_gault; rounded to whole mL/min there.
        (40, "male", "1", 80, 111),
        (40, "male", "0.2", 80, 556),
        (40, "male", "3", 80, 37),
    ],
)
def test_cockcroft_gault(age: int, sex: Sex, creatinine: str, weight: int, clearance: int) -> None:
    assert round(cockcroft_gault(age, sex, Fraction(creatinine), Fraction(weight))) == clearance


def test_a_woman_has_85_percent_of_a_mans_clearance() -> None:
    of_a_man = cockcroft_gault(60, "male", Fraction(1), Fraction(72))
    assert of_a_man == 80
    assert cockcroft_gault(60, "female", Fraction(1), Fraction(72)) == 68


@pytest.mark.parametrize(
    ("age", "sex", "creatinine", "filtration"),
    [
        # Source: the calculator of the National Kidney Foundation
        # (kidney.org/professionals/kdoqi/gfr_calculator), 100 and 200 µmol/L at 70 years, as
        # recorded in ml4oncology, scripts/unit_test.py; whole mL/min/1.73m2 there.
        (70, "male", 200 / UMOL_PER_MG_DL, 30),
        (70, "female", 200 / UMOL_PER_MG_DL, 23),
        (70, "male", 100 / UMOL_PER_MG_DL, 70),
        (70, "female", 100 / UMOL_PER_MG_DL, 52),
        # Source: clinPK for R (InsightRX), tests/testthat/test_calc_egfr.R, ckd_epi_as_2021.
        (80, "female", Fraction("0.8"), 74),
    ],
)
def test_ckd_epi_2021(age: int, sex: Sex, creatinine: Fraction, filtration: int) -> None:
    assert round(ckd_epi_2021(age, sex, creatinine)) == filtration


@pytest.mark.parametrize(("sex", "kappa"), [("female", "0.7"), ("male", "0.9")])
def test_below_kappa_creatinine_counts_less(sex: Sex, kappa: str) -> None:
    at, half = Fraction(kappa), Fraction(kappa) / 2
    exponent = {"female": 0.241, "male": 0.302}[sex]
    assert ckd_epi_2021(40, sex, half) / ckd_epi_2021(40, sex, at) == pytest.approx(2**exponent)
    assert ckd_epi_2021(40, sex, at) / ckd_epi_2021(40, sex, at * 2) == pytest.approx(2**1.2)


@pytest.mark.parametrize(
    ("weight", "height", "index"),
    [
        # Source: clinPK for R (InsightRX), tests/testthat/test_calc_bmi.R.
        (80, "1.80", 24.7),
        (50, "1.30", 29.6),
    ],
)
def test_body_mass_index(weight: int, height: str, index: float) -> None:
    assert round(float(body_mass_index(Fraction(weight), Fraction(height))), 1) == index


@pytest.mark.parametrize(
    ("medicine", "dose", "equal_to_5", "prednisone"),
    [
        # The equivalents in common use: prednisone 5 mg = methylprednisolone 4 = dexamethasone
        # 0.75 = hydrocortisone 20 = betamethasone 0.6 = deflazacort 6.
        ("methylprednisolone", "1000", "4", "1250"),
        ("dexamethasone", "6", "0.75", "40"),
        ("hydrocortisone", "20", "20", "5"),
        ("betamethasone", "0.6", "0.6", "5"),
        ("deflazacort", "30", "6", "25"),
    ],
)
def test_prednisone_equivalents(medicine: str, dose: str, equal_to_5: str, prednisone: str) -> None:
    assert prednisone_equivalent(Fraction(dose), Fraction(equal_to_5)) == Fraction(prednisone)
