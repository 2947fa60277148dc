"""What a cell of results says: a number, a bound, a range, a flag, a unit, or only a text.

Reads the text of one cell, knows no row and no file. A text that is not wholly understood is no
number: it stays a text, and is never guessed at.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from trialrun.terminology.polarity import polarity_of
from trialrun.terminology.units import is_known

Polarity = Literal["positive", "negative"]


@dataclass(frozen=True, slots=True)
class Value:
    """What a result says. `lo` to `hi` is its number; `text` is set where it has none."""

    lo: float | None = None
    hi: float | None = None
    lo_open: bool = False
    hi_open: bool = False
    unit: str | None = None
    polarity: Polarity | None = None
    abnormal: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """A reference range. `understood` False: it says something that is not known here."""

    lo: float | None = None
    hi: float | None = None
    unit: str | None = None
    understood: bool = True


_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_SCALE = r"\s*[×xX*]\s*10\^[+-]?\d{1,2}"
_POWER = rf"(?:[eE][+-]?\d{{1,2}}|{_SCALE})?"
# A number with more digits than any result has is an id, or a slip.
_NUMBER = rf"(?:(?:\d{{1,3}}(?:,\d{{3}}){{1,4}}|\d{{1,15}})(?:\.\d{{1,15}})?|\.\d{{1,15}}){_POWER}"
_UNIT = r"(?P<unit>\s+10(?:\^|\*)\d+/\S+|\s*[^\d\s.,<>=()↑↓+-][^\s<>=↑↓()]*)?"
_BOUND = re.compile(rf"(?P<sign><=|>=|<|>|=)\s*(?P<number>-?{_NUMBER}){_UNIT}")
_EXACT = re.compile(rf"(?P<number>-?{_NUMBER}){_UNIT}")
_RANGE = re.compile(rf"(?P<lo>-?{_NUMBER})\s*(?:-{{1,3}}|to|至|到)\s*(?P<hi>{_NUMBER}){_UNIT}")
_SCALED_RANGE = re.compile(rf"\((?P<range>[^()]+)\)(?P<scale>{_SCALE}.*)")
_TITRE = re.compile(r"(?:<=|>=|<|>)?\s*1\s*:\s*\d{1,6}")
_SAYS = r"(?:弱|强)?[阴阳]性|\([+-]+\)|(?i:negative|positive)"
_SAID_TWICE = re.compile(
    rf"(?P<word>{_SAYS})\s*(?:\s|\((?=[^()]+\)$))(?P<amount>[^()]+)\)?"
    rf"|(?P<before>[^()]+?)\s*(?:\s|\(|(?=\())(?P<after>{_SAYS})\)?"
)
_ARROWS = re.compile(r"\(\s*[↑↓]+\s*\)|[↑↓]+")
# An L that touches the number, or stands alone after it, may be litres: that is for the unit.
_LETTER_FLAG = re.compile(r"(?<=\d)\s*\(\s*(?:HH?|LL?)\s*\)$|(?<=\d)\s*HH?$|(?<=\d)\s+LL$")
_UNIT_OF_ONE_LETTER = frozenset("gLl%‰")
"""`3b` and `2a` are grades: other single letters after a number are no unit."""

_SIGNS = str.maketrans(
    {"≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=", "≧": ">="}
    | dict.fromkeys("–—−‐‑‒―~∼〜", "-")
    | dict.fromkeys("⬆⇧▲⇑", "↑")
    | dict.fromkeys("⬇⇩▼⇓", "↓")
)
_SIGN_WORDS = (
    (re.compile(r"^(?:小于等于|小于或等于|不超过|不大于|=<)\s*"), "<="),
    (re.compile(r"^(?:大于等于|大于或等于|不低于|不小于|=>)\s*"), ">="),
    (re.compile(r"^(?:小于|低于|少于)\s*"), "<"),
    (re.compile(r"^(?:大于|高于|超过)\s*"), ">"),
)
_RAISED = re.compile(r"[⁻⁺]?[⁰¹²³⁴-⁹]+")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


@cache
def _plainly(text: str) -> str:
    """Return the text with narrow digits and signs, and raised digits as ^n."""
    raised = _RAISED.sub(lambda found: "^" + found[0].translate(_RAISED_DIGITS), text)
    plain = unicodedata.normalize("NFKC", raised).translate(_SIGNS).strip()
    for word, sign in _SIGN_WORDS:
        plain = word.sub(sign, plain)
    return plain


def read_value(text: str) -> Value:
    """Read one result; whatever has no number keeps its text as written."""
    if _PLAIN.fullmatch(text):
        number = float(text)
        return Value(number, number)
    plain = _plainly(text)
    bare = _LETTER_FLAG.sub("", _ARROWS.sub("", plain).strip()).strip()
    abnormal = True if bare != plain else None
    found = _bounds(bare)
    if found is None and (twice := _said_twice(bare, abnormal, text)):
        return twice
    if found is None:
        return Value(polarity=polarity_of(text), abnormal=abnormal, text=text)
    lo, hi, lo_open, hi_open, unit = found
    return Value(lo, hi, lo_open, hi_open, unit, abnormal=abnormal)


def _said_twice(bare: str, abnormal: bool | None, text: str) -> Value | None:
    """Read `阴性(0.02)`, `0.02 (-)`, `阳性(1:100)`: a result in words and in numbers."""
    said = _SAID_TWICE.fullmatch(bare)
    if said is None or (polarity := polarity_of(said["word"] or said["after"])) is None:
        return None
    amount = said["amount"] or said["before"]
    found = _bounds(amount)
    if found is None and _TITRE.fullmatch(amount) is None:
        return None
    if found is None or found[0] != found[1]:
        # The bound in 阳性(<1.0) may be the result, or what is normal.
        return Value(polarity=polarity, abnormal=abnormal, text=text)
    return Value(*found, polarity=polarity, abnormal=abnormal)


def read_limits(text: str) -> Limits:
    """Read one reference range. A word such as "negative" is understood, and sets no limit."""
    plain = _plainly(text)
    found = _bounds(plain.removeprefix("(").removesuffix(")")) or _bounds(plain)
    if found is None:
        is_titre = _TITRE.fullmatch(plain) is not None
        return Limits(understood=is_titre or polarity_of(text) is not None)
    lo, hi, _, _, unit = found
    if lo == hi:
        return Limits(understood=False)
    return Limits(None if lo == -math.inf else lo, None if hi == math.inf else hi, unit)


def read_amount(text: str) -> tuple[float | None, str | None]:
    """Read one exact number and the unit that follows it, if any."""
    found = _EXACT.fullmatch(_plainly(text))
    if found is None:
        return None, None
    return _number(found["number"]), (found["unit"] or "").strip() or None


Bounds = tuple[float, float, bool, bool, str | None]


def _bounds(plain: str) -> Bounds | None:
    if scaled := _SCALED_RANGE.fullmatch(plain):
        plain = scaled["range"] + scaled["scale"]
    if found := _RANGE.fullmatch(plain):
        # In 3.5-9.5×10^9 the power is of both ends.
        scale = re.search(f"{_SCALE}$", found["hi"])
        is_bare = scale is not None and _PLAIN.fullmatch(found["lo"].removeprefix("-"))
        lo = found["lo"] + (scale[0] if scale is not None and is_bare else "")
        return _finite(_number(lo), _number(found["hi"]), False, False, found["unit"])
    if found := _EXACT.fullmatch(plain):
        number = _number(found["number"])
        return _finite(number, number, False, False, found["unit"])
    if found := _BOUND.fullmatch(plain):
        return _one_sided(found["sign"], _number(found["number"]), found["unit"])
    return None


def _one_sided(sign: str, number: float, unit: str | None) -> Bounds | None:
    if sign == "=":
        return _finite(number, number, False, False, unit)
    if sign.startswith("<"):
        return _finite(-math.inf, number, True, sign == "<", unit)
    return _finite(number, math.inf, sign == ">", True, unit)


def _finite(lo: float, hi: float, lo_open: bool, hi_open: bool, unit: str | None) -> Bounds | None:
    written = _unit(unit) if unit else None
    if lo > hi or (unit and written is None):
        return None
    return lo, hi, lo_open and lo != -math.inf, hi_open and hi != math.inf, written


def _number(text: str) -> float:
    plain = re.sub(r"\s*[×xX*]\s*10\^", "e", text.replace(",", ""))
    return float(plain)


def _unit(text: str) -> str | None:
    unit = text.strip()
    if re.match(r"/\d", unit):  # 120/80 is two numbers
        return None
    may_be = len(unit) > 1 or unit in _UNIT_OF_ONE_LETTER
    return unit if may_be and is_known(unit) else None
