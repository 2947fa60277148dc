"""Reads a UCUM expression into an exact unit: dimensions, factor, offset.

Refuses, by returning None, what UCUM does not allow, symbols outside `unit_table`, temperatures
inside a larger expression, and a decimal point between digits (in UCUM `1.73` is 1 times 73).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from trialrun.terminology.unit_table import ATOMS, split_prefix

Dimensions = frozenset[tuple[str, int]]

BODY_SURFACE = "{1.73_m2}"
"""The annotation that eGFR carries. UCUM ignores annotations; this one is read as 1.73 m2, so that
a clearance which is normalised to body surface is never compared with one that is not."""

_EQUIVALENTS = ("{FEU}", "{DDU}")
"""D-dimer in fibrinogen equivalents is about twice its own mass: never compared with each other."""

_BARE: Dimensions = frozenset({("(no unit)", 1)})
_AMOUNT_FRACTION = "mol/mol"
_CATALYTIC_CONCENTRATION: Dimensions = frozenset({("kat", 1), ("m", -3)})
_ARBITRARY_CONCENTRATION: Dimensions = frozenset({("[IU]", 1), ("m", -3)})

_TOKEN = re.compile(
    r"""(?P<annotation>\{[!-z|~]*\})
      | (?P<power>10[*^](?:[+-]?[1-9][0-9]?)?)
      | (?P<number>[1-9][0-9]{0,5})
      | (?P<symbol>(?:[A-Za-z%]|\[[^\[\]{}]+\])+)(?P<exponent>[+-]?[1-9])?
      | (?P<sign>[/()]|\.(?!\d))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as so many coherent ones: value × factor + offset, in the product of `dimensions`."""

    dimensions: Dimensions
    factor: Fraction
    offset: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Product:
    """What has been read: exponents above and below the line, the factor, special symbols."""

    above: Counter[str]
    below: Counter[str]
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    is_bare: bool = True
    symbols: int = 0

    def times(self, other: _Product) -> _Product:
        return _Product(
            self.above + other.above,
            self.below + other.below,
            self.factor * other.factor,
            self.offset + other.offset,
            self.is_bare and other.is_bare,
            self.symbols + other.symbols,
        )

    def power(self, exponent: int) -> _Product:
        above, below = (self.above, self.below) if exponent > 0 else (self.below, self.above)
        times = abs(exponent)
        return replace(
            self,
            above=Counter({name: n * times for name, n in above.items()}),
            below=Counter({name: n * times for name, n in below.items()}),
            factor=self.factor**exponent,
            # A scale with an offset has no powers: counted as two symbols, it is refused.
            symbols=self.symbols + (exponent != 1),
        )


_ONE = _Product(Counter(), Counter())


class _NotUcumError(Exception):
    """The expression is not UCUM, or outside the table."""


@cache
def read_ucum(expression: str) -> Unit | None:
    """Return the unit that a UCUM expression means; None if it cannot be read."""
    if not expression:
        return Unit(_BARE, Fraction(1))
    try:
        product = _Reader(expression).unit()
    except (_NotUcumError, RecursionError):
        return None
    if product.offset and product.symbols > 1:
        return None
    return _unit(product)


def _unit(product: _Product) -> Unit:
    if product.is_bare:
        return Unit(_BARE, product.factor)
    net = Counter(product.above)
    net.subtract(product.below)
    if not net["mol"] and product.above["mol"]:
        # HbA1c in mmol/mol is not a tenth of HbA1c in %: amounts are compared with amounts only.
        net[_AMOUNT_FRACTION] = 1
    dimensions = frozenset((name, exponent) for name, exponent in net.items() if exponent)
    if dimensions == _ARBITRARY_CONCENTRATION:
        # Laboratories write U/L and IU/L of one enzyme without distinction. A dose in [IU] is no
        # catalytic activity: that is why only concentrations are equated.
        return Unit(_CATALYTIC_CONCENTRATION, product.factor * _symbol("U").factor)
    return Unit(dimensions, product.factor, product.offset)


@cache
def _symbol(written: str) -> _Product:
    split = split_prefix(written)
    if split is None:
        raise _NotUcumError
    prefix, symbol = split
    atom = ATOMS[symbol]
    if not atom.expression:
        return _Product(Counter({symbol: 1}), Counter(), prefix, is_bare=False, symbols=1)
    if atom.expression == "1":
        return replace(_ONE, factor=prefix * atom.factor, is_bare=False, symbols=1)
    inner = _Reader(atom.expression).unit()
    factor = prefix * atom.factor * inner.factor
    return replace(inner, factor=factor, offset=atom.offset * factor, symbols=1)


class _Reader:
    """Recursive descent over UCUM's grammar (its section 2.1); one method per rule."""

    def __init__(self, expression: str) -> None:
        self._tokens: list[tuple[str, re.Match[str]]] = []
        position = 0
        while position < len(expression):
            match = _TOKEN.match(expression, position)
            if match is None:
                raise _NotUcumError
            kind = "symbol" if match["symbol"] else str(match.lastgroup)
            self._tokens.append((kind, match))
            position = match.end()
        self._tokens.reverse()

    def unit(self) -> _Product:
        """Read the whole expression."""
        product = self._main_term()
        if self._tokens:
            raise _NotUcumError
        return product

    def _main_term(self) -> _Product:
        if self._next_sign() == "/":
            self._tokens.pop()
            return self._rest(self._component().power(-1))
        return self._rest(self._component())

    def _rest(self, product: _Product) -> _Product:
        while (sign := self._next_sign()) in (".", "/"):
            self._tokens.pop()
            part = self._component()
            product = product.times(part if sign == "." else part.power(-1))
        return product

    def _component(self) -> _Product:
        if not self._tokens:
            raise _NotUcumError
        kind, match = self._tokens.pop()
        if kind == "annotation":
            return _annotation(match[0])
        if match[0] == "(":
            product = self._main_term()
            if self._next_sign() != ")":
                raise _NotUcumError
            self._tokens.pop()
        else:
            product = _simple(kind, match)
        return self._annotated(product)

    def _annotated(self, product: _Product) -> _Product:
        if not self._tokens or self._tokens[-1][0] != "annotation":
            return product
        written = self._tokens.pop()[1][0]
        if written == BODY_SURFACE:
            # mL/min{1.73_m2} says neither that it is divided by the surface, nor that it is not.
            raise _NotUcumError
        return product.times(_annotation(written))

    def _next_sign(self) -> str:
        if not self._tokens or self._tokens[-1][0] != "sign":
            return ""
        return self._tokens[-1][1][0]


def _annotation(written: str) -> _Product:
    if written == BODY_SURFACE:
        return _Product(Counter({"m": 2}), Counter(), Fraction(173, 100), is_bare=False, symbols=1)
    if written in _EQUIVALENTS:
        return _Product(Counter({written: 1}), Counter(), is_bare=False)
    return _ONE


def _simple(kind: str, match: re.Match[str]) -> _Product:
    if kind == "symbol":
        return _symbol(match["symbol"]).power(int(match["exponent"] or 1))
    if kind == "power":
        factor = Fraction(10) ** int(match["power"][3:] or 1)
        return replace(_ONE, factor=factor, is_bare=False, symbols=1)
    if kind == "number":
        number = int(match["number"])
        return replace(_ONE, factor=Fraction(number), is_bare=number == 1, symbols=1)
    raise _NotUcumError
