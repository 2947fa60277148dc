"""Units as hospitals write them, and exact conversion between them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.terminology.unit_table import prefixed_symbols
from trialrun.terminology.units import Linear, canonical, conversion, is_known

CREATININE = Fraction("113.12")


def converted(value: str, from_unit: str | None, to_unit: str | None) -> Fraction | None:
    linear = conversion(from_unit, to_unit)
    return None if linear is None else linear.apply(Fraction(value))


# written by a hospital -> UCUM
SPELLINGS = """
10*9/L              10*9/L
10^9/L              10*9/L
10^09/L             10*9/L
×10⁹/L              10*9/L
x10^9/L             10*9/L
X10^9/L             10*9/L
*10^9/L             10*9/L
x10E9/L             10*9/L
10e+09/L            10*9/L
1E9/L               10*9/L
10~9/L              10*9/L
10～9/L             10*9/L
10∧9/L              10*9/L
10'9/L              10*9/L
10**9/L             10*9/L
10(9)/L             10*9/L
10<sup>9</sup>/L    10*9/L
10^9个/L            10*9/L
１０＾９／Ｌ         10*9/L
G/L                 10*9/L
Gpt/l               10*9/L
10^9/l              10*9/L
T/L                 10*12/L
GI/L                10*9/L
TI/L                10*12/L
10^12/L             10*12/L
10*3/uL             10*3/uL
K/uL                10*3/uL
K/μL                10*3/uL
k/µl                10*3/uL
K_cells/uL          10*3/uL
thou/uL             10*3/uL
Thousand/uL         10*3/uL
k/cumm              10*3/mm3
M/uL                10*6/uL
万/mm3              10*4/mm3
/mm3                /mm3
/mm^3               /mm3
/mm³                /mm3
/cumm               /mm3
cells/uL            /uL
cells_per_mm3       /mm3
个/μL               /uL
{cells}/uL          {cells}/uL
copies/mL           /mL
umol/L              umol/L
μmol/L              umol/L
µmol/L              umol/L
umol/l              umol/L
UMOL/L              umol/L
Umol/L              umol/L
微摩尔/升           umol/L
mg/dL               mg/dL
mg/dl               mg/dL
MG/DL               mg/dL
mg_/_dL             mg/dL
ｍｇ／ｄＬ           mg/dL
mg%                 mg%
g/l                 g/L
G/DL                g/dL
G/ML                g/mL
ug/L                ug/L
mcg/L               ug/L
㎍/L                ug/L
U/L                 U/L
u/L                 U/L
U/ML                U/mL
IU/L                [IU]/L
[iU]/L              [iU]/L
mIU/mL              m[IU]/mL
miu/ml              m[IU]/mL
μIU/mL              u[IU]/mL
KIU/L               k[IU]/L
MIU                 M[IU]
万IU                10*4.[IU]
百万单位            10*6.U
AU/mL               [arb'U]/mL
mL/min              mL/min
ml/min              mL/min
mL/min/{1.73_m2}    mL/min/{1.73_m2}
mL/min/1.73m2       mL/min/{1.73_m2}
ml/min/1.73m^2      mL/min/{1.73_m2}
ml/min/1.73_m²      mL/min/{1.73_m2}
mL/min/(1.73m2)     mL/min/{1.73_m2}
mL/(min·1.73m²)     mL/(min.{1.73_m2})
mL/min*1.73m2       mL/(min.{1.73_m2})
mm[Hg]              mm[Hg]
mmHg                mm[Hg]
mm_Hg               mm[Hg]
毫米汞柱            mm[Hg]
KPa                 kPa
cmH2O               cm[H2O]
kg                  kg
KG                  kg
公斤                kg
斤                  (500.g)
cm                  cm
厘米                cm
kg/m^2              kg/m2
kg/㎡               kg/m2
岁                  a
months              mo
天                  d
Cel                 Cel
℃                   Cel
°C                  Cel
℉                   [degF]
%                   %
％                  %
%pred               %
mg/kg/d             mg/kg/d
mg/kg/day           mg/kg/d
mg/kg/天            mg/kg/d
mg/kg·d             mg/(kg.d)
mg/(kg.d)           mg/(kg.d)
mg/(kg·d)           mg/(kg.d)
g/24h               g/(24.h)
g/24小时            g/(24.h)
mm/1h               mm/h
mm/小时             mm/h
次/分               /min
bpm                 /min
mEq/L               meq/L
mOsm/kgH2O          mosm/kg
ng/mL_FEU           ng/mL{FEU}
/HP                 /[HPF]
个/HP               /[HPF]
/100WBC             /100{WBC}
{score}             {score}
分                  {score}
INR                 {INR}
mL.min-1            mL.min-1
""".strip().splitlines()


@pytest.mark.parametrize("row", SPELLINGS)
def test_what_hospitals_write_is_read_as_ucum(row: str) -> None:
    # In the table a blank inside a unit is written `_`, but for UCUM's own underscores.
    written, expected = row.split()
    if "{" not in written:
        written = written.replace("_", " ")
    assert canonical(written) == expected


@pytest.mark.parametrize("symbol", [s for s in prefixed_symbols() if not s.endswith("l")])
def test_every_ucum_symbol_stays_what_it_is(symbol: str) -> None:
    assert canonical(symbol) == symbol


NOT_READ = [
    "109/L",  # a superscript was lost, or 109 were counted
    "103/uL",
    "1012/L",
    "10 9/L",
    "10-9/L",
    "MIU/mL",  # milli in capitals, or mega
    "MU/L",
    "MS",  # milliseconds, or millisiemens
    "PA",  # pascal, or picoampere
    "mL/min{1.73_m2}",  # divided by the surface, or not?
    "1.73",
    "2.5",
    "片",
    "tablet",
    "mg/dose",
    "mg//dL",
    "mg/",
    "(mg/dL",
    "mg)",
    "Cel/min",  # a scale whose zero is not zero has no rates
    "Cel2",
    "foo",
    "?",
    "((((((((((",
    "{",
]


@pytest.mark.parametrize("written", NOT_READ)
def test_what_is_no_unit_or_could_mean_two_is_not_read(written: str) -> None:
    assert not is_known(written)
    assert canonical(written) is None
    assert conversion(written, written) is None


EXACT = [
    # value, from, to, value
    ("2.0", "×10⁹/L", "/mm3", "2000"),
    ("0.6", "10*9/L", "/mm3", "600"),
    ("80", "G/L", "/mm3", "80000"),
    ("2", "K/uL", "10*9/L", "2"),
    ("30", "mL/min", "mL/s", "0.5"),
    ("120", "g/L", "g/dL", "12"),
    ("1", "公斤", "斤", "2"),
    ("70", "斤", "kg", "35"),
    ("1", "mg%", "mg/dL", "1"),
    ("0.42", "L/L", "%", "42"),
    ("1", "g/24h", "mg/d", "1000"),
    ("1", "mg/kg·d", "ug/kg/h", "125/3"),
    ("1.73", "mL/min/1.73m2", "mL/min/m2", "1"),
    ("40", "U/L", "IU/L", "40"),
    ("40", "mIU/mL", "U/L", "40"),
    ("60", "U/L", "ukat/L", "1"),
    ("1", "MIU", "万IU", "100"),
    ("760", "mm[Hg]", "mmHg", "760"),
    ("0", "Cel", "[degF]", "32"),
    ("100", "[degF]", "℃", "340/9"),
    ("37", "Cel", "K", "310.15"),
    ("1", "wk", "d", "7"),
    ("1", "a", "mo", "12"),
    ("12", "", None, "12"),
    ("3", "{score}", "", "3"),
    ("3", "1", "{score}", "3"),
    ("20", "%", "[ppth]", "200"),
    ("5", "/[HPF]", "个/HP", "5"),
]


@pytest.mark.parametrize(("value", "from_unit", "to_unit", "expected"), EXACT)
def test_conversion_is_exact(
    value: str, from_unit: str | None, to_unit: str | None, expected: str
) -> None:
    assert converted(value, from_unit, to_unit) == Fraction(expected)


NEVER_COMPARED = [
    ("", "mg/dL"),
    (None, "kg"),
    ("%", ""),
    ("10*9/L", "g/L"),
    ("mL/min", "mL/min/1.73m2"),
    ("U", "[IU]"),  # a dose in international units is arbitrary
    ("U/kg", "[IU]/kg"),
    ("[IU]/mL", "/mL"),
    ("meq/L", "mmol/L"),  # 2 meq of calcium are 1 mmol
    ("mosm/kg", "mmol/kg"),
    ("mmol/mol", "%"),  # HbA1c: 48 mmol/mol is 6.5 %
    ("ng/mL{FEU}", "ng/mL"),
    ("[arb'U]/mL", "[IU]/mL"),
    ("umol/L", "mg/dL"),  # without the molar mass
    ("g/L", "G/L"),
    ("片", "mg"),
]


@pytest.mark.parametrize(("one", "other"), NEVER_COMPARED)
def test_what_cannot_be_compared_is_none(one: str | None, other: str | None) -> None:
    assert conversion(one, other) is None
    assert conversion(other, one) is None


def test_molar_mass_makes_mass_and_amount_comparable() -> None:
    to_molar = conversion("mg/dL", "umol/L", CREATININE)
    assert to_molar == Linear(Fraction(10**4) / CREATININE)
    # Laboratories use 88.4, the molar mass gives 88.4017...: the value set decides.
    assert float(to_molar.factor) == pytest.approx(88.40170, abs=1e-5)
    assert conversion("μmol/L", "mg/dl", CREATININE) == Linear(CREATININE / 10**4)
    # Albumin to creatinine ratio: the creatinine stands below the line.
    per_gram = conversion("mg/mmol", "mg/g", CREATININE)
    assert per_gram == Linear(1000 / CREATININE)


@pytest.mark.parametrize(
    "pair", [("mg/dL", "umol"), ("mol/L", "kat/L"), ("mol2", "g2"), ("mol/L", "g2/L")]
)
def test_molar_mass_makes_nothing_else_comparable(pair: tuple[str, str]) -> None:
    assert conversion(*pair, CREATININE) is None


CLINICAL = [
    *("10*9/L", "/mm3", "K/uL", "cells/uL", "万/mm3", "g/L", "mg/dL", "ug/mL", "mg%", "umol/L"),
    *("mmol/L", "mg/kg/d", "ug/kg/h", "U/L", "[IU]/mL", "mIU/mL", "ukat/L", "kg", "斤", "g"),
    *("[lb_av]", "cm", "[in_i]", "m", "Cel", "[degF]", "K", "%", "[ppth]", "L/L", "mm[Hg]", "kPa"),
    *("mL/min", "L/h", "mL/min/1.73m2", "mL/min/m2", "d", "wk", "mo", "a", "", "1", "{score}"),
]
clinical = st.sampled_from(CLINICAL)
values = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)
molar_masses = st.sampled_from([None, CREATININE])


@given(clinical, clinical, values, molar_masses)
def test_there_and_back_is_the_same(
    one: str, other: str, value: Fraction, molar_mass: Fraction | None
) -> None:
    there, back = conversion(one, other, molar_mass), conversion(other, one, molar_mass)
    assert (there is None) == (back is None)
    if there and back:
        assert back.apply(there.apply(value)) == value


@given(clinical, clinical, clinical, values, molar_masses)
def test_two_steps_are_as_good_as_one(
    a: str, b: str, c: str, value: Fraction, molar_mass: Fraction | None
) -> None:
    first, second = conversion(a, b, molar_mass), conversion(b, c, molar_mass)
    if first and second:
        direct = conversion(a, c, molar_mass)
        assert direct is not None
        assert direct.apply(value) == second.apply(first.apply(value))


@given(st.text(alphabet="10*^9.·/()[]{}mgLUIK µ×⁹万个%eE-+ ", max_size=15))
def test_no_text_breaks_the_reader(text: str) -> None:
    unit = canonical(text)
    if unit is not None:
        assert canonical(unit) == unit
        assert conversion(text, unit) == Linear(Fraction(1))
