"""The one-line language of grade boundaries in `rules.yaml`.

    > 3 x ULN if baseline normal          a multiple of a limit of normal
    >= 1.5 x baseline if baseline abnormal
    < 10 g/dL | 6.2 mmol/L | 100 g/L      the same boundary in several units
    > ULN + 2 g/dL                        an increase above the limit
    > ULN and > baseline                  both at once
    > 1.5 x baseline if "on anticoagulation"    counts only if a person says so

Knows nothing of results: `grading` applies what is read here.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal, cast

from trialrun.terminology.ctcae.terms import (
    BaselineState,
    Boundary,
    Clause,
    Comparison,
    Quantity,
    Reference,
)
from trialrun.terminology.units import is_known

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_CLAUSE = re.compile(
    r'(?P<test>[^"]+?)(?: if (?:(?P<baseline>baseline (?:ab)?normal)|"(?P<person>[^"]+)"))?'
)
_COMPARISON = re.compile(r"(?P<operator><=|>=|<|>) (?P<boundary>.+)")
_REFERENCE = re.compile(
    rf"(?:(?P<times>{_NUMBER}) x )?(?P<of>LLN|ULN|baseline)(?: \+ (?P<plus>.+))?"
)
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?: (?P<unit>\S+))?")


def read_clause(written: str) -> Clause:
    """Read one line.

    Raises:
        ValueError: it is not of this language; the message says what was not understood.
    """
    match = _CLAUSE.fullmatch(written)
    if match is None:
        raise ValueError(f"'{written}' is not understood")
    baseline = match["baseline"]
    return Clause(
        written=written,
        comparisons=tuple(_comparison(part) for part in match["test"].split(" and ")),
        if_baseline=BaselineState(baseline) if baseline else None,
        if_person=match["person"],
    )


def _comparison(written: str) -> Comparison:
    match = _COMPARISON.fullmatch(written)
    if match is None:
        raise ValueError(f"'{written}' does not begin with <, <=, > or >=")
    operator = cast("Literal['<', '<=', '>', '>=']", match["operator"])
    return Comparison(operator, _boundary(match["boundary"]))


def _boundary(written: str) -> Boundary:
    match = _REFERENCE.fullmatch(written)
    if match is None:
        return Boundary(quantities=_quantities(written))
    plus = _quantities(match["plus"]) if match["plus"] else ()
    return Boundary(Reference(match["of"]), Fraction(match["times"] or 1), plus)


def _quantities(written: str) -> tuple[Quantity, ...]:
    return tuple(_quantity(part) for part in written.split(" | "))


def _quantity(written: str) -> Quantity:
    match = _QUANTITY.fullmatch(written)
    if match is None or not is_known(match["unit"]):
        raise ValueError(f"'{written}' is no number in a known unit")
    return Quantity(Fraction(match["number"]), match["unit"] or "")
