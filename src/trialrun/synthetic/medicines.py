"""Ways with glucocorticoids and immunoglobulins: doses, courses, tapers, pulses, and their ends.

A dose is chosen as a share of the body weight, so that the dose per kilogram is known without
dividing. Facts that need a weight are planned twice: with one on record, and without.
"""

from __future__ import annotations

from collections.abc import Callable

from trialrun.synthetic import codes, fhir
from trialrun.synthetic.codes import Codeable
from trialrun.synthetic.scene import Scene, month_of, splits_month
from trialrun.synthetic.states import NO, UNKNOWN, YES, Planned
from trialrun.synthetic.ways import Table, Way, Writer, in_turn

WINDOW = 2
"""Months before the index date in which an excessive dose or immunoglobulin counts."""

_ROUTES = (codes.ORAL, codes.ORAL, codes.text_only("口服"), codes.text_only("po"))


def medicine(name: str, scene: Scene) -> str:
    """Return a medicine by its code or by reference."""
    if scene.draw.random() < 0.3:
        return fhir.medicine_referred(name)
    return fhir.medicine_coded(codes.MEDICINES[name])


def _number(amount: float) -> str:
    return f"{amount:g}"


Dose = Callable[[Scene], float | None]


def fixed(amount: float) -> Dose:
    """Return the dose that everybody is given."""
    return lambda _: amount


def _per_kg(share: float, more: float = 0) -> Dose:
    """Milligrams of the drug: a share of the weight (a multiple of an eighth), and some more."""
    return lambda scene: scene.weight * share + more


def _unwritten(_: Scene) -> None:
    return None


def course(
    name: str,
    dose: Dose,
    *,
    since: int,
    until: int | str | None = None,
    status: str = "active",
    route: Codeable | None = codes.ORAL,
    unit: str = "mg",
) -> Writer:
    """Take a medicine from so many days ago until so many days ago, or until a text of a day."""

    def write(scene: Scene) -> None:
        amount = dose(scene)
        by = scene.draw.choice(_ROUTES) if route is codes.ORAL else route
        dosage = (
            fhir.dosage_without_dose(by)
            if amount is None
            else fhir.dosage_of(_number(amount), unit, by)
        )
        end = scene.day(until) if isinstance(until, int) else until
        done = status if end is None else "completed"
        fhir.taking(scene.chart, medicine(name, scene), scene.day(since), end, dosage, status=done)

    return write


def _until(
    name: str, dose: Dose, last: Callable[[Scene], str], *, route: Codeable = codes.ORAL, days: int
) -> Writer:
    """Take a medicine for so many days, the last of which is computed from the index date."""

    def write(scene: Scene) -> None:
        course(name, dose, since=_SINCE_WINDOW + days, until=last(scene), route=route)(scene)

    return write


# More days than two months have.
_SINCE_WINDOW = 95


def _first_of_window(scene: Scene) -> str:
    return scene.months_ago(WINDOW)


def _before_window(scene: Scene) -> str:
    return scene.months_ago(WINDOW, 1)


def _month_of_window(scene: Scene) -> str:
    return month_of(scene.edge(WINDOW))


def _window_splits_month(scene: Scene) -> bool:
    return splits_month(scene.edge(WINDOW))


def _pulse(amount: float, *, days_ago: int) -> Writer:
    """Three infusions on three days, each an administration."""

    def write(scene: Scene) -> None:
        for day in range(days_ago, days_ago - 3, -1):
            fhir.administration(
                scene.chart,
                medicine("methylprednisolone", scene),
                scene.day(day),
                _number(amount),
                "mg",
                codes.INTRAVENOUS,
            )

    return write


CAP, HIGH = "dose today within the cap", "excessive dose in two months"
CAP_UNWEIGHED, HIGH_UNWEIGHED = f"{CAP}, no weight", f"{HIGH}, no weight"


def _doses(
    weighed: tuple[Planned, Planned], unweighed: tuple[Planned, Planned] | None = None
) -> dict[str, Planned]:
    without = unweighed or weighed
    return {
        CAP: weighed[0],
        HIGH: weighed[1],
        CAP_UNWEIGHED: without[0],
        HIGH_UNWEIGHED: without[1],
    }


_LOW = _doses((YES, NO), (UNKNOWN, UNKNOWN))
_EXCESS = _doses((NO, YES), (UNKNOWN, UNKNOWN))
_NONE = _doses((YES, NO))
_UNSURE = _doses((UNKNOWN, UNKNOWN))

GLUCOCORTICOIDS = Table(
    Way("no glucocorticoid on record", 620, _NONE),
    Way("half a mg of prednisone per kg a day", 90, _LOW,
        course("prednisone", _per_kg(0.5), since=150)),
    Way("methylprednisolone 24 mg a day (30 mg of prednisone)", 40, _LOW,
        course("methylprednisolone", fixed(24), since=100)),
    Way("exactly 1 mg of prednisone per kg a day", 15, _LOW,
        course("prednisone", _per_kg(1), since=90)),
    Way("half a mg more than 1 mg of prednisone per kg a day", 10, _EXCESS,
        course("prednisone", _per_kg(1, 0.5), since=20)),
    Way("one and a half mg of prednisone per kg a day", 15, _EXCESS,
        course("prednisone", _per_kg(1.5), since=40)),
    Way("methylprednisolone below 1 mg per kg a day, and above it as prednisone", 12, _EXCESS,
        course("methylprednisolone", _per_kg(0.875), since=30)),
    Way("two medicines, each below the cap, together above it", 10, _EXCESS, in_turn(
        course("prednisone", _per_kg(0.75), since=60),
        course("methylprednisolone", _per_kg(0.5), since=15))),
    Way("two medicines, together below the cap", 15, _LOW, in_turn(
        course("prednisone", _per_kg(0.25), since=60),
        course("dexamethasone", fixed(0.75), since=15))),
    Way("a taper: above the cap until 20 days ago, then below it", 20,
        _doses((YES, YES), (UNKNOWN, UNKNOWN)), in_turn(
        course("prednisone", _per_kg(1.25), since=70, until=20),
        course("prednisone", _per_kg(0.5), since=19))),
    Way("a taper that ended 100 days ago", 30, _NONE, in_turn(
        course("prednisone", _per_kg(1), since=400, until=200),
        course("prednisone", _per_kg(0.5), since=199, until=100))),
    Way("a methylprednisolone pulse of 500 mg 30 days ago", 20, _doses((YES, YES)),
        _pulse(500, days_ago=30)),
    Way("methylprednisolone 240 mg, not quite a pulse, 30 days ago", 10,
        _doses((YES, YES), (YES, UNKNOWN)), _pulse(240, days_ago=30)),
    Way("methylprednisolone 250 mg, just a pulse, 30 days ago", 10, _doses((YES, YES)),
        _pulse(250, days_ago=30)),
    Way("a methylprednisolone pulse 100 days ago", 20, _NONE, _pulse(1000, days_ago=100)),
    Way("above the cap until the first day of the two months", 10,
        _doses((YES, YES), (YES, UNKNOWN)),
        _until("prednisone", _per_kg(1.5), _first_of_window, days=60)),
    Way("above the cap until the day before the two months", 10, _NONE,
        _until("prednisone", _per_kg(1.5), _before_window, days=60)),
    Way("above the cap until the month in which the two months begin", 12,
        _doses((YES, UNKNOWN)),
        _until("prednisone", _per_kg(1.5), _month_of_window, days=60), _window_splits_month),
    Way("prednisone without a dose", 15, _UNSURE, course("prednisone", _unwritten, since=80)),
    Way("prednisone counted in tablets", 12, _UNSURE,
        course("prednisone", fixed(6), since=80, unit="片")),
    Way("above the cap since 5 months ago, its end not recorded", 12, _UNSURE,
        course("prednisone", _per_kg(1.5), since=150, status="unknown")),
    Way("above the cap since 40 days ago, its end not recorded", 8,
        _doses((UNKNOWN, YES), (UNKNOWN, UNKNOWN)),
        course("prednisone", _per_kg(1.5), since=40, status="unknown")),
    Way("below the cap, its end not recorded", 10, _LOW,
        course("prednisone", _per_kg(0.5), since=120, status="unknown")),
    Way("above the cap 20 days ago, its route not written", 6, _doses((YES, UNKNOWN)),
        course("dexamethasone", _per_kg(0.5), since=25, until=20, route=None)),
    Way("dexamethasone for the skin", 15, _NONE,
        course("dexamethasone", fixed(15), since=30, route=codes.TOPICAL)),
)  # fmt: skip


def _immunoglobulin(
    days_ago: int, *, name: str = "immunoglobulin", route: Codeable | None = codes.INTRAVENOUS
) -> Writer:
    return course(name, fixed(25), since=days_ago, until=days_ago - 4, unit="g", route=route)


def _five_infusions(scene: Scene) -> None:
    for day in range(34, 29, -1):
        fhir.administration(
            scene.chart, medicine("immunoglobulin", scene), scene.day(day), "25", "g",
            codes.INTRAVENOUS,
        )  # fmt: skip


IVIG = "immunoglobulin"

IMMUNOGLOBULIN = Table(
    Way("no immunoglobulin on record", 800, {IVIG: NO}),
    Way("immunoglobulin half a year ago", 60, {IVIG: NO}, _immunoglobulin(180)),
    Way("five infusions of immunoglobulin 30 days ago", 40, {IVIG: YES}, _five_infusions),
    Way("immunoglobulin until last week", 25, {IVIG: YES}, _immunoglobulin(12)),
    Way("immunoglobulin until the first day of the two months", 12, {IVIG: YES},
        _until(IVIG, fixed(25), _first_of_window, route=codes.INTRAVENOUS, days=0)),
    Way("immunoglobulin until the day before the two months", 12, {IVIG: NO},
        _until(IVIG, fixed(25), _before_window, route=codes.INTRAVENOUS, days=0)),
    Way("immunoglobulin until the month in which the two months begin", 15, {IVIG: UNKNOWN},
        _until(IVIG, fixed(25), _month_of_window, route=codes.INTRAVENOUS, days=0),
        _window_splits_month),
    Way("immunoglobulin under the skin", 15, {IVIG: NO},
        _immunoglobulin(20, name="immunoglobulin-sc", route=codes.SUBCUTANEOUS)),
    Way("immunoglobulin, its route not written", 15, {IVIG: UNKNOWN},
        _immunoglobulin(20, route=None)),
    Way("immunoglobulin whose end is not recorded", 15, {IVIG: UNKNOWN},
        course(IVIG, fixed(25), since=120, unit="g", status="stopped",
                route=codes.INTRAVENOUS)),
    Way("immunoglobulin that was not taken", 8, {IVIG: NO},
        course(IVIG, fixed(25), since=20, unit="g", status="not-taken",
                route=codes.INTRAVENOUS)),
)  # fmt: skip


def needs_weight(course: Way) -> bool:
    """Say whether a way of `GLUCOCORTICOIDS` says something else without a weight."""
    return any(course.says[name] is not course.says[f"{name}, no weight"] for name in (CAP, HIGH))
