"""The units that clinical records are written in: UCUM's symbols with exact factors.

Source: the Unified Code for Units of Measure, version 2.2 (ucum.org), where nothing else is said.
On purpose narrower than UCUM, so that nothing is converted which a clinician would not:

* Equivalents, osmoles, sieverts, becquerels, decibels and all arbitrary units (`[IU]`, `[CFU]`,
  `[pH]`, ...) are each their own dimension: 2 meq of calcium are 1 mmol, of sodium 2 mmol.
* Prefixes are those in use: there is no megalitre and no petagram, so that a laboratory which
  writes in capitals (`MG/DL`, `PG/ML`) cannot be misread.
* A column of mercury is the conventional 13595.1 kg/m3 × 9.80665 m/s2, as in ISO 80000-4.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PREFIXES: dict[str, Fraction] = {
    "T": Fraction(10**12),
    "G": Fraction(10**9),
    "M": Fraction(10**6),
    "k": Fraction(10**3),
    "h": Fraction(10**2),
    "d": Fraction(1, 10),
    "c": Fraction(1, 10**2),
    "m": Fraction(1, 10**3),
    "u": Fraction(1, 10**6),
    "n": Fraction(1, 10**9),
    "p": Fraction(1, 10**12),
    "f": Fraction(1, 10**15),
    "a": Fraction(1, 10**18),
}


@dataclass(frozen=True, slots=True)
class Atom:
    """One unit symbol: so many times an expression of other symbols ("": a dimension of its own).

    `offset` in the expression's unit, for scales whose zero is not zero.
    """

    factor: Fraction = Fraction(1)
    expression: str = ""
    prefixes: str = ""
    offset: Fraction = Fraction(0)


def _atom(factor: str, expression: str, prefixes: str = "", offset: str = "0") -> Atom:
    return Atom(Fraction(factor), expression, prefixes, Fraction(offset))


_SUBMULTIPLES = "kmunpf"

_MEASURED: dict[str, Atom] = {
    # length, area, volume
    "m": _atom("1", "", "kdcmunp"),
    "L": _atom("1", "dm3", "hdcmunpf"),
    "l": _atom("1", "dm3", "hdcmunpf"),
    "[in_i]": _atom("2.54", "cm"),
    "[ft_i]": _atom("12", "[in_i]"),
    "[foz_us]": _atom("29.5735295625", "mL"),
    "[drp]": _atom("1/20", "mL"),
    # mass
    "g": _atom("1", "", "kdcmunpfa"),
    "[lb_av]": _atom("453.59237", "g"),
    "[oz_av]": _atom("1/16", "[lb_av]"),
    "[stone_av]": _atom("14", "[lb_av]"),
    "[gr]": _atom("64.79891", "mg"),
    # time
    "s": _atom("1", "", "mun"),
    "min": _atom("60", "s"),
    "h": _atom("60", "min"),
    "d": _atom("24", "h"),
    "wk": _atom("7", "d"),
    "mo": _atom("1/12", "a"),
    "a": _atom("365.25", "d"),
    "Hz": _atom("1", "/s", "kM"),
    # temperature
    "K": _atom("1", ""),
    "Cel": _atom("1", "K", offset="273.15"),
    "[degF]": _atom("5/9", "K", offset="459.67"),
    # amount and activity
    "mol": _atom("1", "", _SUBMULTIPLES + "a"),
    "eq": _atom("1", "", _SUBMULTIPLES),
    "osm": _atom("1", "", "mu"),
    "kat": _atom("1", "", "mun"),
    "U": _atom("1/60", "ukat", "M" + _SUBMULTIPLES),
    # force, pressure, energy, power
    "N": _atom("1", "kg.m/s2", "kmu"),
    "Pa": _atom("1", "N/m2", "hkM"),
    "bar": _atom("100", "kPa", "mc"),
    "atm": _atom("101.325", "kPa"),
    "m[Hg]": _atom("133.322387415", "kPa", "cm"),
    "m[H2O]": _atom("9.80665", "kPa", "cm"),
    "[psi]": _atom("4.4482216152605", "N/[in_i]2"),
    "dyn": _atom("1/100000", "N"),
    "P": _atom("1/10", "Pa.s", "cm"),
    "J": _atom("1", "N.m", "kMmu"),
    "cal": _atom("4.184", "J", "k"),
    "[Cal]": _atom("1", "kcal"),
    "W": _atom("1", "J/s", "kmu"),
    # electricity, light, sound, radiation
    "A": _atom("1", "", "munp"),
    "V": _atom("1", "W/A", "kmun"),
    "Ohm": _atom("1", "V/A", "kM"),
    "S": _atom("1", "A/V", "munp"),
    "cd": _atom("1", ""),
    "lx": _atom("1", "", "k"),
    "B": _atom("1", "", "d"),
    "deg": _atom("1", ""),
    "[diop]": _atom("1", ""),
    "Gy": _atom("1", "", "cmu"),
    "Sv": _atom("1", "", "mu"),
    "Bq": _atom("1", "", "kMG"),
    "Ci": _atom("37000000000", "Bq", "mun"),
    # ratios
    "%": _atom("1/100", "1"),
    "[ppth]": _atom("1/1000", "1"),
    "[ppm]": _atom("1/1000000", "1"),
    "[ppb]": _atom("1/1000000000", "1"),
    "g%": _atom("1", "g/dL", "m"),
    "[iU]": _atom("1", "[IU]", "M" + _SUBMULTIPLES),
    "[IU]": _atom("1", "", "M" + _SUBMULTIPLES),
    "[arb'U]": _atom("1", "", "kmu"),
}

_ARBITRARY = (
    "[USP'U]", "[GPL'U]", "[MPL'U]", "[APL'U]", "[beth'U]", "[anti'Xa'U]", "[todd'U]", "[dye'U]",
    "[smgy'U]", "[bdsk'U]", "[ka'U]", "[knk'U]", "[mclg'U]", "[tb'U]", "[CCID_50]", "[TCID_50]",
    "[EID_50]", "[PFU]", "[FFU]", "[CFU]", "[IR]", "[BAU]", "[AU]", "[Amb'a'1'U]", "[PNU]", "[Lf]",
    "[D'ag'U]", "[FEU]", "[ELU]", "[EU]", "[HPF]", "[LPF]", "[pH]", "[S]", "[MET]", "[PRU]",
    "[wood'U]", "[hnsf'U]", "[NTU]", "[FNU]", "[Ch]", "[mesh_i]", "[p'diop]",
)  # fmt: skip

ATOMS: dict[str, Atom] = _MEASURED | {symbol: Atom() for symbol in _ARBITRARY}
"""Symbol -> definition. A prefixed symbol is one that starts with one of the atom's prefixes."""


def split_prefix(symbol: str) -> tuple[Fraction, str] | None:
    """Split `mmol` into a thousandth and `mol`; None if UCUM (or this table) has no such symbol."""
    if symbol in ATOMS:
        return Fraction(1), symbol
    prefix, rest = symbol[:1], symbol[1:]
    if rest in ATOMS and prefix in ATOMS[rest].prefixes:
        return PREFIXES[prefix], rest
    return None


def prefixed_symbols() -> list[str]:
    """Return every symbol of the table, with and without its prefixes."""
    return [prefix + symbol for symbol, atom in ATOMS.items() for prefix in ("", *atom.prefixes)]
