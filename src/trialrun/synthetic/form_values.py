"""What would be typed into the forms of the shipped trial on a day of an invented course.

Scales follow function (ALSFRS-R), immune cells and eosinophils follow the response to the doses;
the rest stays where a participant's own level is. How strongly they follow is ours. Refuses to
know forms: whoever asks names the form and its items, and gets a text for each field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trialrun.synthetic.course import Course

HIGHEST_FUNCTION = 48
Typed = dict[str, str]


@dataclass(frozen=True)
class Level:
    """A laboratory value: its mean and spread, limits of normal and decimals.

    `response` is what a full response to the doses adds to it.
    """

    mean: float
    spread: float
    low: str
    high: str
    decimals: int = 1
    response: float = 0.0


LEVELS: Mapping[str, Level] = {
    "wbc": Level(6.2, 0.9, "3.5", "9.5", 1, 0.6),
    "neutrophils": Level(3.6, 0.6, "1.8", "6.3"),
    "lymphocytes": Level(1.9, 0.3, "1.1", "3.2", 1, 0.3),
    # Eosinophils are what low-dose interleukin-2 raises most.
    "eosinophils": Level(0.15, 0.05, "0.02", "0.52", 2, 0.55),
    "platelets": Level(225, 30, "125", "350", 0),
    "haemoglobin": Level(140, 8, "115", "150", 0),
    "alt": Level(24, 7, "9", "50", 0),
    "ast": Level(23, 5, "15", "40", 0),
    "bilirubin": Level(11, 3, "1", "26"),
    "creatinine": Level(58, 9, "41", "111", 0),
    "alp": Level(72, 14, "35", "135", 0),
    "ggt": Level(25, 9, "7", "60", 0),
    "ck": Level(190, 70, "40", "310", 0),
    "cd4-count": Level(0.75, 0.12, "0.41", "1.59", 2, 0.12),
    "crp": Level(3.0, 1.2, "0", "8", 1, -1.0),
    "esr": Level(14, 5, "0", "20", 0, -3.0),
    "il-6": Level(4.0, 1.5, "0", "7", 1, -1.2),
    "tnf-alpha": Level(7.0, 1.8, "0", "8.1", 1, -1.0),
    "il-10": Level(3.5, 1.0, "0", "9.1", 1, 1.5),
    "ifn-gamma": Level(4.0, 1.5, "0", "17.3"),
    "il-17a": Level(5.0, 1.8, "0", "20.6", 1, -1.0),
    "serum": Level(75, 22, "0", "20", 1, -12.0),
}
TREG_PERCENT = Level(5.5, 0.8, "", "", 1, 7.0)
"""Regulatory T cells, % of CD4+ T cells: a full response more than doubles them (ours)."""


def form_values(form: str, items: Sequence[str], course: Course, day: int) -> Typed:
    """Return the fields of a form and what is typed into them on a day, counted from enrolment.

    Raises:
        KeyError: nothing is known of this form.
    """
    return _FORMS[form](items, course, day)


def level(name: str, course: Course, day: int, of: Level) -> str:
    """Return a laboratory value of a day, as written."""
    value = course.value(name, day, of.mean, of.spread) + of.response * course.dose_response(day)
    return f"{max(0.0, value):.{of.decimals}f}"


def _lost(course: Course, day: int) -> float:
    """Return which share of function is lost on a day, as it is measured."""
    return 1 - course.measured(day) / HIGHEST_FUNCTION


def _scale(highest: int, worst: float, *, is_loss: bool) -> Callable[..., Typed]:
    """Return how a scale of items from 0 to `highest` is filled in.

    Where all function is lost, it has moved by the share `worst` of its whole way; `is_loss`: more
    points are worse.
    """

    def fill_in(items: Sequence[str], course: Course, day: int) -> Typed:
        whole = len(items) * highest
        left = round(whole * (1 - worst * _lost(course, day)))
        points = course.items(left, len(items), highest, f"scale {whole}")
        return {
            item: str(highest - point if is_loss else point)
            for item, point in zip(items, points, strict=True)
        }

    return fill_in


def _roads(items: Sequence[str], course: Course, day: int) -> Typed:
    return _scale(2, 1.0, is_loss=False)(items[:28], course, day)


def _fvc(_: Sequence[str], course: Course, day: int) -> Typed:
    own = course.value("fvc", day, 96, 6) - 75 * _lost(course, day)
    percent = max(18.0, own)
    return {"fvc-percent": f"{percent:.1f}", "fvc-litres": f"{percent * 0.036:.2f}"}


def _laboratory(items: Sequence[str], course: Course, day: int) -> Typed:
    typed: Typed = {}
    for item in items:
        if item in LEVELS:
            typed |= {item: level(item, course, day, LEVELS[item])}
            typed |= {f"{item}:lower": LEVELS[item].low, f"{item}:upper": LEVELS[item].high}
    return typed


def _t_cells(items: Sequence[str], course: Course, day: int) -> Typed:
    typed = _laboratory(items, course, day)
    percent = level("treg", course, day, TREG_PERCENT)
    count = float(typed["cd4-count"]) * float(percent) / 100
    return {**typed, "treg-percent": percent, "treg-count": f"{count:.3f}"}


def _vital_signs(_: Sequence[str], course: Course, day: int) -> Typed:
    loss = 8 * _lost(course, day)
    return {
        "temperature": f"{course.value('temperature', day, 36.5, 0.2):.1f}",
        "systolic": f"{course.value('systolic', day, 124, 9):.0f}",
        "diastolic": f"{course.value('diastolic', day, 77, 6):.0f}",
        "pulse": f"{course.value('pulse', day, 76, 7):.0f}",
        "respiration": f"{course.value('respiration', day, 17, 1.5):.0f}",
        "weight": f"{max(42.0, course.value('weight', day, 66, 6) - loss):.1f}",
        "examination": "abnormal",
        "finding": "signs of the disease, unchanged in kind",
    }


def _ecg(_: Sequence[str], course: Course, day: int) -> Typed:
    rate = course.value("pulse", day, 76, 7)
    qtcf = course.value("qtcf", day, 408, 14)
    reading = "normal" if qtcf < 425 else "not-significant"
    return {"reading": reading, "heart-rate": f"{rate:.0f}", "qtcf": f"{qtcf:.0f}"}


def _fixed(**typed: str) -> Callable[..., Typed]:
    return lambda *_: dict(typed)


_FORMS: Mapping[str, Callable[[Sequence[str], Course, int], Typed]] = {
    "alsfrs-r": _scale(4, 1.0, is_loss=False),
    "mrc": _scale(5, 0.9, is_loss=False),
    "alsaq-40": _scale(4, 0.95, is_loss=True),
    "roads": _roads,
    "fvc": _fvc,
    "t-cells": _t_cells,
    "inflammatory-factors": _laboratory,
    "nfl": _laboratory,
    "laboratory": _laboratory,
    "vital-signs": _vital_signs,
    "ecg": _ecg,
    "pregnancy-test": _fixed(result="negative"),
    "survival": _fixed(event="none"),
}
