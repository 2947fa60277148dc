"""Ways with tests that answer in words or flags: immune indicators, urine hCG.

No other part of this room writes any of these tests. Tests are never presumed, so that no row means
unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.scene import Scene, month_of, splits_month
from trialrun.synthetic.states import NO, UNKNOWN, YES
from trialrun.synthetic.ways import Table, Way, Writer, in_turn

HCG_DAYS, INDICATOR_MONTHS = 7, 6

# --- immune indicators ------------------------------------------------------------------------


def _indicator(code: codes.Codeable, value: str, when: Callable[[Scene], str]) -> Writer:
    return lambda scene: fhir.observation(scene.chart, code, when(scene), value)


def _recent(scene: Scene) -> str:
    return scene.moment(scene.draw.randrange(3, 170))


def _old(scene: Scene) -> str:
    return scene.day(scene.draw.randrange(200, 600))


def _first_day(scene: Scene) -> str:
    return scene.months_ago(INDICATOR_MONTHS)


def _day_before(scene: Scene) -> str:
    return scene.months_ago(INDICATOR_MONTHS, 1)


def _month(scene: Scene) -> str:
    return month_of(scene.edge(INDICATOR_MONTHS))


_IGG_RANGE = fhir.range_of("7.51", "15.6", "g/L")
_IGG_HIGH = fhir.quantity("19.8", "g/L") + _IGG_RANGE
_IGG_FINE = fhir.quantity("11.2", "g/L") + _IGG_RANGE
_CRP_HIGH = fhir.with_flag(fhir.quantity("18.4", "mg/L"), "H")
_C3_LOW = fhir.with_flag(fhir.quantity("0.61", "g/L") + fhir.range_of("0.79", "1.52", "g/L"), "L")

ABNORMAL = "indicator abnormal"

INDICATORS = Table(
    Way("no immune indicator within 6 months", 430, {ABNORMAL: UNKNOWN}),
    Way("immune indicators as usual", 180, {ABNORMAL: NO}, in_turn(
        _indicator(codes.IGG, _IGG_FINE, _recent),
        _indicator(codes.ANA, fhir.written("阴性"), _recent))),
    Way("ANA positive in words", 60, {ABNORMAL: YES},
        _indicator(codes.ANA, fhir.written("阳性(+)"), _recent)),
    Way("anti-GM1 positive", 50, {ABNORMAL: YES},
        _indicator(codes.GM1, fhir.coded(codes.POSITIVE), _recent)),
    Way("IgG above its range", 40, {ABNORMAL: YES}, _indicator(codes.IGG, _IGG_HIGH, _recent)),
    Way("CRP flagged high", 40, {ABNORMAL: YES}, _indicator(codes.CRP, _CRP_HIGH, _recent)),
    Way("C3 flagged low", 25, {ABNORMAL: YES}, _indicator(codes.C3, _C3_LOW, _recent)),
    Way("IgG above its range, 7 months ago or longer", 60, {ABNORMAL: UNKNOWN},
        _indicator(codes.IGG, _IGG_HIGH, _old)),
    Way("CRP flagged high on the first day of the six months", 15, {ABNORMAL: YES},
        _indicator(codes.CRP, _CRP_HIGH, _first_day)),
    Way("CRP flagged high on the day before the six months", 15, {ABNORMAL: UNKNOWN},
        _indicator(codes.CRP, _CRP_HIGH, _day_before)),
    Way("CRP flagged high in the month in which the six months begin", 20, {ABNORMAL: UNKNOWN},
        _indicator(codes.CRP, _CRP_HIGH, _month),
        lambda scene: splits_month(scene.edge(INDICATOR_MONTHS))),
    Way("a CRP without range or flag", 25, {ABNORMAL: UNKNOWN},
        _indicator(codes.CRP, fhir.quantity("7.2", "mg/L"), _recent)),
)  # fmt: skip
"""Whether an immune indicator of the last 6 months is abnormal."""

# --- pregnancy test ---------------------------------------------------------------------------

NEGATIVE, POSITIVE = "hCG negative", "hCG positive"
_NEG = {NEGATIVE: YES, POSITIVE: NO}
_POS = {NEGATIVE: NO, POSITIVE: YES}
_NEITHER = {NEGATIVE: UNKNOWN, POSITIVE: UNKNOWN}


def _test(value: str, days: int) -> Writer:
    return lambda scene: fhir.observation(scene.chart, codes.HCG_URINE, scene.moment(days), value)


_MINUS, _PLUS = fhir.written("阴性"), fhir.written("阳性(+)")

HCG = Table(
    Way("no urine hCG", 380, _NEITHER),
    Way("urine hCG negative in words", 300, _NEG, _test(_MINUS, 3)),
    Way("urine hCG negative by code", 100, _NEG, _test(fhir.coded(codes.NEGATIVE), 1)),
    Way("urine hCG negative on the seventh day", 25, _NEG, _test(_MINUS, HCG_DAYS)),
    Way("urine hCG of the eighth day only", 50, _NEITHER, _test(_MINUS, HCG_DAYS + 1)),
    Way("urine hCG positive", 30, _POS, _test(_PLUS, 2)),
    Way("urine hCG negative, then positive", 15, _POS, in_turn(_test(_MINUS, 6), _test(_PLUS, 1))),
    Way("urine hCG negative and positive on one day", 15, _POS,
        in_turn(_test(_MINUS, 2), _test(_PLUS, 2))),
    Way("urine hCG to be repeated", 30, _NEITHER, _test(fhir.written("标本不合格，待复查"), 2)),
    Way("urine hCG not done", 30, _NEITHER, _test(fhir.absent("patient-refused"), 2)),
)  # fmt: skip
"""The urine test of the last 7 days, for women."""
