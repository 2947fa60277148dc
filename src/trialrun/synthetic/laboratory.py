"""What the laboratory and the ward measure: analytes, their usual values, units and limits.

Writes single results and the series of a patient's past. Which value a patient has on a day that
matters to somebody is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from trialrun.synthetic import fhir
from trialrun.synthetic.codes import LOCAL, Codeable, codeable
from trialrun.synthetic.fhir import Chart

_LOINC = "LOINC"


# Compared by identity: each is written once, and looked up for every result.
@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A way to write a unit: the number written is the usual one times `factor`."""

    text: str | None
    factor: float = 1
    decimals: int = 1
    ucum: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Analyte:
    """Something measured: usual value and spread, limits of normal, and its units.

    The first unit is the one in which values are stated in this room.
    """

    code: Codeable
    usual: float
    spread: float
    low: float | None
    high: float | None
    units: tuple[Unit, ...]
    category: str = "laboratory"


def _count(decimals: int) -> tuple[Unit, ...]:
    return (
        Unit("×10⁹/L", 1, decimals),
        Unit("10^9/L", 1, decimals),
        Unit("10*9/L", 1, decimals, "10*9/L"),
        Unit("K/uL", 1, decimals),
        Unit("/mm3", 1000, 0),
    )


def _analyte(
    text: str, loinc: str, usual: float, spread: float, low: float, high: float, *units: Unit
) -> Analyte:
    return Analyte(codeable(text, (_LOINC, loinc)), usual, spread, low, high, units)


WHITE_CELLS = _analyte("白细胞计数", "6690-2", 6.4, 1.3, 3.5, 9.5, *_count(2))
LYMPHOCYTES = _analyte("淋巴细胞绝对值", "731-0", 1.9, 0.4, 1.1, 3.2, *_count(2))
PLATELETS = _analyte("血小板计数", "777-3", 220, 40, 125, 350, *_count(0))
ALT = _analyte("丙氨酸氨基转移酶", "1742-6", 22, 6, 9, 50, Unit("U/L", 1, 0), Unit("IU/L", 1, 0))
AST = _analyte("天门冬氨酸氨基转移酶", "1920-8", 22, 5, 15, 40, Unit("U/L", 1, 0, "U/L"))
BILIRUBIN = _analyte(
    "总胆红素", "14631-6", 12, 3, 5, 21, Unit("μmol/L", 1, 1), Unit("umol/L", 1, 1)
)
CREATININE = _analyte(
    "肌酐", "14682-9", 65, 9, 41, 97, Unit("μmol/L", 1, 0), Unit("umol/L", 1, 0, "umol/L")
)
WEIGHT = Analyte(
    codeable("体重", (_LOINC, "29463-7")),
    64,
    9,
    None,
    None,
    (Unit("kg", 1, 1, "kg"),),
    "vital-signs",
)
HEIGHT = Analyte(
    codeable("身高", (_LOINC, "8302-2")),
    167,
    7,
    None,
    None,
    (Unit("cm", 1, 0, "cm"),),
    "vital-signs",
)

ORDINARY: tuple[Analyte, ...] = (
    _analyte("血红蛋白", "718-7", 138, 12, 115, 175, Unit("g/L", 1, 0)),
    _analyte("钠", "2951-2", 140, 2, 137, 147, Unit("mmol/L", 1, 1)),
    _analyte("钾", "2823-3", 4.2, 0.3, 3.5, 5.3, Unit("mmol/L", 1, 2)),
    _analyte(
        "葡萄糖", "14749-6", 5.3, 0.6, 3.9, 6.1, Unit("mmol/L", 1, 2), Unit("mg/dL", 18.016, 0)
    ),
    _analyte("肌酸激酶", "2157-6", 160, 60, 50, 310, Unit("U/L", 1, 0), Unit("IU/L", 1, 0)),
)
"""Tests that come with every blood sample."""

FVC = Analyte(
    codeable("用力肺活量占预计值", (_LOINC, "19872-1")), 82, 12, 80, None, (Unit("%", 1, 0, "%"),)
)
ALSFRS = Analyte(
    codeable("ALSFRS-R总分", (LOCAL, "ALSFRS-R")), 40, 4, None, None, (Unit("分", 1, 0),), "survey"
)


def number(value: float, unit: Unit) -> str:
    """Return a value, stated in the first unit, as it is written in another one."""
    return f"{value * unit.factor:.{unit.decimals}f}"


@cache
def _limits(analyte: Analyte, unit: Unit) -> str:
    if analyte.low is None and analyte.high is None:
        return ""
    low, high = (
        None if limit is None else number(limit, unit) for limit in (analyte.low, analyte.high)
    )
    return fhir.range_of(low, high, unit.text)


def usual_value(analyte: Analyte, draw: Random) -> float:
    """Draw a value within two and a half spreads of the usual one."""
    deviation = max(-2.5, min(2.5, draw.gauss(0, 1)))
    return analyte.usual + deviation * analyte.spread


def result(
    chart: Chart,
    analyte: Analyte,
    value: float,
    when: str,
    *,
    unit: Unit | None = None,
    limits: bool = True,
    status: str = "final",
) -> None:
    """Write one result with its unit and, where the laboratory gives them, its limits."""
    chosen = unit or analyte.units[0]
    written = fhir.quantity(number(value, chosen), chosen.text, ucum=chosen.ucum)
    if limits:
        written += _limits(analyte, chosen)
    fhir.observation(chart, analyte.code, when, written, category=analyte.category, status=status)


def usual_result(chart: Chart, analyte: Analyte, when: str, draw: Random) -> None:
    """Write a usual result in one of the analyte's units."""
    result(chart, analyte, usual_value(analyte, draw), when, unit=draw.choice(analyte.units))
