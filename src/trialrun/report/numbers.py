"""Numbers as people read them: thousands apart, no exponent, no negative zero."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

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


def quantity(number: Fraction) -> str:
    """Write a measured number in plain digits."""
    rounded = _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
