"""Ways with measurements: blood counts, liver, kidney, weight.

Every table owns the analytes that it names, on the days that matter: nothing else in this room
writes them there. Measurements are never presumed, so that no row means unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from trialrun.synthetic import fhir
from trialrun.synthetic import laboratory as lab
from trialrun.synthetic.laboratory import Analyte, Unit
from trialrun.synthetic.scene import Scene, month_of, splits_month
from trialrun.synthetic.states import NO, UNKNOWN, YES, Planned
from trialrun.synthetic.ways import Table, Way, Writer, in_turn

BLOOD_DAYS, KIDNEY_DAYS = 30, 90

_NO_UNIT = Unit(None, 1, 2)
_ODD_UNIT = Unit("个/HP", 1, 0)


def _at(
    analyte: Analyte, value: float, days: int | None = None, *, unit: Unit | None = None
) -> Writer:
    """Write a value of a day (some day of the last month if none is named)."""

    def write(scene: Scene) -> None:
        ago = scene.draw.randrange(1, BLOOD_DAYS) if days is None else days
        chosen = unit or scene.draw.choice(analyte.units)
        lab.result(scene.chart, analyte, value, scene.moment(ago), unit=chosen)

    return write


def _usual(analyte: Analyte, days: int | None = None) -> Writer:
    def write(scene: Scene) -> None:
        _at(analyte, lab.usual_value(analyte, scene.draw), days)(scene)

    return write


def _erroneous(analyte: Analyte, value: float) -> Writer:
    return lambda scene: lab.result(
        scene.chart, analyte, value, scene.moment(2), status="entered-in-error"
    )


def _not_measured(analyte: Analyte, value: str) -> Writer:
    return lambda scene: fhir.observation(scene.chart, analyte.code, scene.moment(5), value)


def _in_month(analyte: Analyte, days: int) -> Writer:
    """Write a usual value whose day is known to the month only."""

    def write(scene: Scene) -> None:
        value = lab.usual_value(analyte, scene.draw)
        lab.result(scene.chart, analyte, value, month_of(scene.back(days)))

    return write


def _splits(days: int) -> Callable[[Scene], bool]:
    return lambda scene: splits_month(scene.back(days))


def _count(name: str, analyte: Analyte, limit: float, step: float, capped: float) -> Table:
    """Return the ways of a blood count: whether the latest of 30 days is below a limit."""
    low: dict[str, Planned] = {name: YES}
    fine: dict[str, Planned] = {name: NO}
    open_: dict[str, Planned] = {name: UNKNOWN}
    return Table(
        Way(f"{name} as usual", 850, fine, _usual(analyte)),
        Way(f"{name} exactly at the limit", 8, fine, _at(analyte, limit)),
        Way(f"{name} just below the limit", 8, low, _at(analyte, limit - step)),
        Way(f"{name} far below the limit", 12, low, _at(analyte, limit * 0.6)),
        Way(f"{name} below the limit, then as usual", 10, fine,
            in_turn(_at(analyte, limit * 0.7, 20), _usual(analyte, 4))),
        Way(f"{name} as usual, then below the limit", 8, low,
            in_turn(_usual(analyte, 20), _at(analyte, limit * 0.7, 4))),
        Way(f"{name} below and above the limit on one day", 8, low,
            in_turn(_usual(analyte, 6), _at(analyte, limit * 0.8, 6))),
        Way(f"{name} of the thirtieth day", 8, fine, _usual(analyte, BLOOD_DAYS)),
        Way(f"{name} of the thirty-first day only", 12, open_, _usual(analyte, BLOOD_DAYS + 1)),
        Way(f"no {name}", 12, open_),
        Way(f"{name} not measured, and said why", 10, open_,
            _not_measured(analyte, fhir.absent("not-performed"))),
        Way(f"{name} without a unit", 10, open_, _at(analyte, limit * 3, unit=_NO_UNIT)),
        Way(f"{name} in a unit that cannot be compared", 6, open_,
            _at(analyte, 12, unit=_ODD_UNIT)),
        Way(f"{name} written as less than the limit", 6, low,
            _not_measured(analyte, fhir.below(f"{limit:g}", "×10⁹/L"))),
        Way(f"{name} written as less than a number above the limit", 6, open_,
            _not_measured(analyte, fhir.written(f"<{capped:g} ×10⁹/L"))),
        Way(f"{name} that nobody can have", 6, open_, _at(analyte, 6400)),
        Way(f"{name} below the limit, entered in error", 8, fine,
            in_turn(_usual(analyte, 3), _erroneous(analyte, limit * 0.5))),
        Way(f"{name} of the month in which the thirty days begin", 8, open_,
            _in_month(analyte, BLOOD_DAYS), _splits(BLOOD_DAYS)),
    )  # fmt: skip


COUNTS: dict[str, Table] = {
    "white cells": _count("white cells", lab.WHITE_CELLS, 2.0, 0.01, 4),
    "lymphocytes": _count("lymphocytes", lab.LYMPHOCYTES, 0.6, 0.01, 1),
    "platelets": _count("platelets", lab.PLATELETS, 80, 1, 100),
}
"""Whether each count is below the limit (2.0, 0.6, 80 ×10⁹/L)."""


def _limitless(analyte: Analyte) -> Writer:
    return lambda scene: lab.result(
        scene.chart, analyte, analyte.usual, scene.moment(9), limits=False
    )


def _liver(name: str, analyte: Analyte) -> Table:
    upper = analyte.high or 0
    high: dict[str, Planned] = {name: YES}
    fine: dict[str, Planned] = {name: NO}
    open_: dict[str, Planned] = {name: UNKNOWN}
    return Table(
        Way(f"{name} as usual", 900, fine, _usual(analyte)),
        Way(f"{name} twice the limit of normal", 15, fine, _at(analyte, upper * 2)),
        Way(f"{name} exactly 3 times the limit of normal", 8, fine, _at(analyte, upper * 3)),
        Way(f"{name} just above 3 times the limit of normal", 8, high,
            _at(analyte, upper * 3 + 1)),
        Way(f"{name} 8 times the limit of normal", 8, high, _at(analyte, upper * 8)),
        Way(f"{name} without a range of normal", 12, open_, _limitless(analyte)),
        Way(f"no {name}", 12, open_),
        Way(f"{name} in a damaged sample", 8, open_,
            _not_measured(analyte, fhir.absent("error"))),
        Way(f"{name} of the thirty-first day only", 10, open_, _usual(analyte, BLOOD_DAYS + 1)),
    )  # fmt: skip


LIVER: dict[str, Table] = {
    "ALT": _liver("ALT", lab.ALT),
    "AST": _liver("AST", lab.AST),
    "bilirubin": _liver("bilirubin", lab.BILIRUBIN),
}
"""Whether each is above 3 times the upper limit of normal."""

# --- weight and kidney ------------------------------------------------------------------------


def _weighed(days: int, unit: Unit | None = None) -> Writer:
    return lambda scene: lab.result(
        scene.chart, lab.WEIGHT, scene.weight, scene.moment(days), unit=unit
    )


WEIGHED = "weight"

WEIGHT = Table(
    Way("weighed within a year", 880, {WEIGHED: YES}, _weighed(25)),
    Way("weighed on the first day of the year", 10, {WEIGHED: YES},
        lambda scene: lab.result(scene.chart, lab.WEIGHT, scene.weight, scene.months_ago(12))),
    Way("weighed in grams", 10, {WEIGHED: YES}, _weighed(12, Unit("g", 1000, 0, "g"))),
    Way("no weight", 30, {WEIGHED: NO}),
    Way("weighed 14 months ago only", 40, {WEIGHED: NO}, _weighed(430)),
    Way("a weight without a unit", 10, {WEIGHED: NO}, _weighed(25, Unit(None))),
)  # fmt: skip
"""Whether a weight of the last year can be calculated with."""

_MG_DL = Unit("mg/dL", 1, 2, "mg/dL")


def _creatinine(low: int, high: int, days: int | None = None) -> Writer:
    """Write a creatinine in μmol/L, drawn between two bounds."""

    def write(scene: Scene) -> None:
        ago = scene.draw.randrange(1, KIDNEY_DAYS) if days is None else days
        value = float(scene.draw.randrange(low, high))
        unit = scene.draw.choice(lab.CREATININE.units)
        lab.result(scene.chart, lab.CREATININE, value, scene.moment(ago), unit=unit)

    return write


def _clearance_of_thirty(less: float) -> Writer:
    """Write the creatinine and the weight of a man that give a clearance of 30 mL/min, or more.

    By Cockcroft and Gault, (140 − age) × 64.8 kg / (72 × c) is 30 where c is (140 − age) × 0.03.
    """

    def write(scene: Scene) -> None:
        exact = (140 - scene.birthday.youngest) * 0.03
        lab.result(scene.chart, lab.WEIGHT, 64.8, scene.day(1))
        lab.result(
            scene.chart, lab.CREATININE, exact - less, scene.day(1), unit=_MG_DL, limits=False
        )

    return write


def _unused_weight(scene: Scene) -> bool:
    """Whether the weight may be written anew: a man of known age whose doses do not need it."""
    return (
        scene.person.sex == "male"
        and scene.female.planned is NO
        and scene.birthday.is_age_known
        and scene.birthday.youngest >= 18
        and scene.is_weighed
        and not scene.is_weight_used
    )


FAILING = "kidney failing"

KIDNEY = Table(
    Way("creatinine as usual", 900, {FAILING: NO}, _creatinine(45, 60)),
    Way("creatinine of the ninetieth day", 8, {FAILING: NO}, _creatinine(45, 60, KIDNEY_DAYS)),
    Way("creatinine of the ninety-first day only", 12, {FAILING: UNKNOWN},
        _creatinine(45, 60, KIDNEY_DAYS + 1)),
    Way("no creatinine", 15, {FAILING: UNKNOWN}),
    Way("a creatinine without a unit", 10, {FAILING: UNKNOWN},
        _at(lab.CREATININE, 70, unit=_NO_UNIT)),
    Way("a creatinine written as less than 20", 6, {FAILING: UNKNOWN},
        _not_measured(lab.CREATININE, fhir.below("20", "μmol/L"))),
    Way("a high creatinine, the kidneys fail", 15, {FAILING: YES}, _creatinine(620, 900)),
    Way("a clearance of exactly 30 mL/min", 10, {FAILING: YES},
        _clearance_of_thirty(0), _unused_weight),
    Way("a clearance just above 30 mL/min", 10, {FAILING: NO},
        _clearance_of_thirty(0.01), _unused_weight),
)  # fmt: skip
"""Creatinine, where sex, age and weight are known: whether the clearance is at most 30 mL/min."""
