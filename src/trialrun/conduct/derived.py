"""What is computed from the items of a form: sums, percentages, means.

Always from complete items. An item that is missing, or known only to lie below or above a limit,
leaves everything that is computed from it missing: a total is never smaller, and a mean never
another one, because something was left out. Exact until the result is rounded, half up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from trialrun.conduct.typed import Value
from trialrun.protocol.forms import Derived, Form, Rule

_ENOUGH = 60
"""So many digits hold any sum of the 24-digit numbers that a form takes, before it is rounded."""


def derived_values(form: Form, values: Mapping[str, Value]) -> dict[str, Decimal | None]:
    """Return every derived item of a form, None where one of its parts is missing."""
    exact: dict[str, Fraction | None] = {
        name: None if value.number is None else Fraction(value.number)
        for name, value in values.items()
    }
    for derived in form.derived:
        parts = [exact.get(name) for name in derived.of]
        known = [part for part in parts if part is not None]
        exact[derived.id] = (
            _RULES[derived.rule](known, derived, form) if len(known) == len(parts) else None
        )
    return {derived.id: _rounded(exact[derived.id], derived.decimals) for derived in form.derived}


def _sum(parts: Sequence[Fraction], _derived: Derived, _form: Form) -> Fraction:
    return sum(parts, Fraction(0))


def _mean(parts: Sequence[Fraction], _derived: Derived, _form: Form) -> Fraction:
    return sum(parts, Fraction(0)) / len(parts)


def _percent(parts: Sequence[Fraction], derived: Derived, form: Form) -> Fraction:
    """Return 100 × (sum − lowest possible) ÷ (highest possible − lowest possible)."""
    lowest = highest = Fraction(0)
    for name in derived.of:
        low, high = _ends(name, form)
        lowest, highest = lowest + low, highest + high
    return 100 * (sum(parts, Fraction(0)) - lowest) / (highest - lowest)


def _ends(name: str, form: Form) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest possible value of an item."""
    bounds = form.by_id[name].range
    if bounds is None or bounds.low is None or bounds.high is None:
        raise ValueError("an unchecked protocol: a percentage of an item without a range")
    return Fraction(bounds.low), Fraction(bounds.high)


_RULES: Mapping[Rule, Callable[[Sequence[Fraction], Derived, Form], Fraction]] = {
    Rule.SUM: _sum,
    Rule.PERCENT: _percent,
    Rule.MEAN: _mean,
}


def _rounded(exact: Fraction | None, decimals: int | None) -> Decimal | None:
    if exact is None:
        return None
    with localcontext(prec=_ENOUGH):
        value = Decimal(exact.numerator) / Decimal(exact.denominator)
        if decimals is None:
            return value
        return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
