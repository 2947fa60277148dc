"""Numbers as people read them: thousands apart, no exponent, no negative zero."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction

_WHOLE = re.compile(r"[0-9]{1,18}")
_SIGNIFICANT = Context(prec=4)
_DIGITS = Context(prec=10)
"""More digits than any laboratory gives: enough to hide that a stored number was binary."""


def count(number: int) -> str:
    """Write a count."""
    return f"{number:,}"


def signed(number: int) -> str:
    """Write a gain or a loss with its sign; zero has none."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{abs(number):,}"


def rounded(number: Fraction) -> Fraction:
    """Return what was computed in four significant digits: more would be no better known."""
    return Fraction(_SIGNIFICANT.divide(Decimal(number.numerator), Decimal(number.denominator)))


def in_order(name: str) -> tuple[bool, int, str]:
    """Return the key by which patients are sorted: 129 before 1026, names that are no number last.

    The files are sorted in the same way.
    """
    is_number = _WHOLE.fullmatch(name) is not None
    return (not is_number, int(name) if is_number else 0, name)


def quantity(number: Fraction) -> str:
    """Write a measured number in plain digits."""
    rounded = _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
