"""Quantities derived by published formulas from the latest values, age and sex."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import product

from trialrun.criteria.answers import Computed, Gap, LeafAnswer
from trialrun.criteria.expressions import AtAnyTime, Derived, Formula, Window, Within
from trialrun.criteria.formulas import Sex, body_mass_index, ckd_epi_2021, cockcroft_gault
from trialrun.criteria.interpreter.numbers import (
    Missing,
    Numbers,
    Side,
    adverse_side,
    is_one_sided,
    latest_numbers,
    spanning,
    truth_of,
)
from trialrun.criteria.interpreter.person import age_on, day_before_birthday
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.tree import nth_last
from trialrun.criteria.truth import Truth
from trialrun.records.dates import LATEST, DateUnit, Span
from trialrun.records.rows import Bounds, PatientRecord

WEIGHT_WINDOW = Within(12, DateUnit.MONTHS)


@dataclass(frozen=True)
class Input:
    """A measurement that a formula needs; the quantity rises or falls with it."""

    value_set: str
    unit: str
    rising: bool
    window: Window | None = None


@dataclass(frozen=True)
class Person:
    """Age and sex, where a formula needs them."""

    age: int
    sex: Sex
    birth: Span

    @property
    def last_day(self) -> date:
        """The last day of this age, for sure."""
        return day_before_birthday(self.birth.lo, self.age + 1)


@dataclass(frozen=True)
class Recipe:
    """The unit of a quantity, what it needs, in the order in which gaps are looked for, and how."""

    unit: str
    inputs: tuple[Input, ...]
    of_person: bool
    calculate: Callable[[Person | None, tuple[Fraction, ...]], Fraction]


_CREATININE = Input("creatinine", "mg/dL", rising=False)
_WEIGHT = Input("body-weight", "kg", rising=True, window=WEIGHT_WINDOW)
_HEIGHT = Input("body-height", "m", rising=False, window=AtAnyTime())


def _clearance(person: Person | None, inputs: tuple[Fraction, ...]) -> Fraction:
    assert person is not None
    return cockcroft_gault(person.age, person.sex, *inputs)


def _filtration(person: Person | None, inputs: tuple[Fraction, ...]) -> Fraction:
    assert person is not None
    return Fraction(ckd_epi_2021(person.age, person.sex, *inputs))


RECIPES: Mapping[Formula, Recipe] = {
    Formula.CREATININE_CLEARANCE: Recipe("mL/min", (_CREATININE, _WEIGHT), True, _clearance),
    Formula.EGFR: Recipe("mL/min/1.73m2", (_CREATININE,), True, _filtration),
    Formula.BODY_MASS_INDEX: Recipe(
        "kg/m2", (_WEIGHT, _HEIGHT), False, lambda _, inputs: body_mass_index(*inputs)
    ),
}


def derived(leaf: Derived, question: Question) -> LeafAnswer:
    """Find the person, then the values, in order; the first that is missing is the gap."""
    recipe = RECIPES[leaf.formula]
    person = _person(question) if recipe.of_person else None
    if isinstance(person, Missing):
        return person.answer()
    inputs: list[Numbers] = []
    for needed in recipe.inputs:
        numbers = latest_numbers(
            needed.value_set, needed.window or leaf.window, needed.unit, question
        )
        if isinstance(numbers, Missing):
            return numbers.answer()
        inputs.append(numbers)
    return _compared(leaf, recipe, person, inputs, question.adverse)


def _compared(
    leaf: Derived, recipe: Recipe, person: Person | None, inputs: list[Numbers], adverse: Truth
) -> LeafAnswer:
    side = adverse_side(leaf.test, adverse)
    choices = [
        numbers.towards(_side_of(needed, side))
        for needed, numbers in zip(recipe.inputs, inputs, strict=True)
    ]

    def quantity_of(someone: Person | None) -> Bounds:
        return spanning(recipe.calculate(someone, values) for values in product(*choices))

    computed = Computed(quantity_of(person), recipe.unit)
    truth, gap = truth_of(leaf.test, recipe.unit, computed.between)
    rows = tuple(sorted({row for numbers in inputs for row in numbers.rows}))
    if truth is Truth.UNKNOWN:
        return LeafAnswer(truth, rows, gap, computed=computed)
    until = nth_last(len(inputs), (n.until for n in inputs))
    if person is not None and person.last_day < (until or LATEST):
        grown = replace(person, age=age_on(until or LATEST, person.birth.lo))
        # Both quantities fall with age: what passes now and in the end passes in between, but
        # what is above a range now and below it in the end does not fail in between.
        stays = truth_of(leaf.test, recipe.unit, quantity_of(grown))[0] is truth
        passing_by = truth is Truth.FALSE and not is_one_sided(leaf.test)
        if not stays or passing_by or not person.birth.is_exact:
            until = person.last_day
    return LeafAnswer(truth, rows, until=until, computed=computed)


def _side_of(needed: Input, side: Side) -> Side:
    return side if needed.rising else side.opposite()


def _person(question: Question) -> Person | Missing:
    patient: PatientRecord = question.patient
    youngest = age_on(question.setting.index, patient.birth.hi)
    if youngest != age_on(question.setting.index, patient.birth.lo):
        return Missing(Gap.BIRTH_DATE_IMPRECISE)
    if patient.sex is None:
        return Missing(Gap.SEX_NOT_RECORDED)
    return Person(youngest, patient.sex, patient.birth)
