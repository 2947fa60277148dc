"""Rewrites a unit as hospitals write it, in English or Chinese, into UCUM.

Knows spellings only: what comes out may still be no unit, and `ucum` then says so. What could mean
two things is spoilt on purpose: `109/L` (a superscript lost, or a count of 109), `MIU/mL` (milli in
capitals, or mega).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from trialrun.terminology.ucum import BODY_SURFACE
from trialrun.terminology.unit_table import prefixed_symbols, split_prefix

_SPOILT = "?"
"""No token of UCUM, so that the whole expression is refused."""

_RAISED = re.compile(r"<sup>\s*([+-]?\d+)\s*</sup>|([⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+)", re.IGNORECASE)
_CHARACTERS = str.maketrans(
    {"μ": "u", "°": "deg", "\u200b": "", "\ufeff": ""}
    | dict.fromkeys("∕⁄", "/")
    | dict.fromkeys("−–", "-")
    | dict.fromkeys("∧Λˆ", "^")
    | dict.fromkeys("×✕•⋅∙・", "·")
)
_PER = re.compile(r"\s+per\s+|^per\s+", re.IGNORECASE)
_BLANK = re.compile(r"(?<!\d)\s+|\s+(?!\d)")

_SURFACE = r"1\.73(?:[_.]?(?:m2|sqm|平方米))?"
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"(?<=[a-z\]])\^(?=[+-]?\d)", ""),
        # Ten to a power: 10^9, 10~9, 10'9, 10**9, 10E9, 10e+09, 10(9), 1E9.
        (r"(?<![\w.)])[x*·]*10(?:\*\*|[*^~'´`]|e\+?)(-?)0*(\d{1,2})(?!\d)", r"10*\1\2"),
        (r"(?<![\w.)])[x*·]*10\((\d{1,2})\)", r"10*\1"),
        (r"^1e\+?0*(\d{1,2})(?=/)", r"10*\1"),
        (r"(?<!10)\*", "·"),
        # GI/L and TI/L, as CDISC writes giga and tera of cells (codelist UNIT).
        (r"^GI(?=/L$)", "10*9"),
        (r"^TI(?=/L$)", "10*12"),
        # 109/L: ten to the 9 without its superscript, or one hundred and nine?
        (r"(?<![\w.*^])10[1-9]\d?(?!\d)", _SPOILT),
        (rf"\{{{_SURFACE}\}}|\({_SURFACE}\)|(?<=[/(·]){_SURFACE}(?!\d)", BODY_SURFACE),
        (r"(?<![a-z\]])(?-i:MU)(?=/)", _SPOILT),
        (r"(?<=[cm]m)h2o(?!\w)", "[H2O]"),
        (r"(?<=kg)h2o(?!\w)", ""),
        (r"(?<=l)(?:\(feu\)|feu)$", "{FEU}"),
        (r"(?<=l)(?:\(ddu\)|ddu)$", "{DDU}"),
        (r"(?<=/100)(?:wbcs?|白细胞)$", "{WBC}"),
        # A number before a unit: g/24h, mm/1h.
        (r"(?<![\w.*^+-])1(?=[a-z\u4e00-\u9fff])", ""),
        (r"(?<![\w.*^+-])(\d+)([a-z\u4e00-\u9fff]+)", r"(\1.\2)"),
    )
)

_COUNTED = re.compile(r"(?:个|#|cells?|counts?|copies|拷贝|细胞|条|次|回|beats?)$", re.IGNORECASE)
_VOLUMES = {
    "ul": "uL", "nl": "nL", "ml": "mL", "l": "L", "微升": "uL", "毫升": "mL", "升": "L",
    "mm3": "mm3", "cumm": "mm3", "cu.mm": "mm3", "cmm": "mm3", "立方毫米": "mm3",
}  # fmt: skip
_MULTIPLES = {
    "k": 3, "th": 3, "thou": 3, "thous": 3, "thousand": 3, "tsd": 3, "千": 3, "万": 4,
    "million": 6, "mill": 6, "mio": 6, "百万": 6, "亿": 8, "gpt": 9, "tpt": 12,
}  # fmt: skip
_PER_LITRE = {"G": 9, "T": 12}
_CHINESE_MULTIPLE = re.compile(r"^(百万|万|亿)(?=[^/])")

_WHOLE = {
    "bpm": "/min", "次/分": "/min", "分": "{score}", "score": "{score}", "points": "{score}",
    "inr": "{INR}", "ratio": "{ratio}", "index": "{index}", "s/co": "{s_co}", "coi": "{s_co}",
    "titer": "{titer}", "titre": "{titer}", "MIU": "M[IU]", "无": "", "-": "", "/": "",
}  # fmt: skip

_WORDS = {
    # volume, mass, length
    "cc": "mL", "升": "L", "分升": "dL", "毫升": "mL", "微升": "uL", "cumm": "mm3", "cmm": "mm3",
    "gm": "g", "gms": "g", "mcg": "ug", "mcl": "uL", "mcmol": "umol", "kgs": "kg",
    "公斤": "kg", "千克": "kg", "斤": "(500.g)", "克": "g", "毫克": "mg", "微克": "ug",
    "纳克": "ng", "皮克": "pg", "lb": "[lb_av]", "lbs": "[lb_av]", "oz": "[oz_av]",
    "米": "m", "厘米": "cm", "公分": "cm", "毫米": "mm", "in": "[in_i]", "inch": "[in_i]",
    "inches": "[in_i]", "ft": "[ft_i]", "平方米": "m2", "sqm": "m2",
    # amount, activity, arbitrary units
    "摩尔": "mol", "毫摩尔": "mmol", "微摩尔": "umol", "纳摩尔": "nmol", "皮摩尔": "pmol",
    "毫摩": "mmol", "微摩": "umol", "u": "U", "单位": "U", "国际单位": "[IU]",
    "iu": "[IU]", "uiu": "u[IU]", "kiu": "k[IU]", "niu": "n[IU]", "au": "[arb'U]", "ru": "{RU}",
    "hp": "[HPF]", "hpf": "[HPF]", "高倍视野": "[HPF]", "lp": "[LPF]", "lpf": "[LPF]",
    "低倍视野": "[LPF]", "cfu": "[CFU]", "pfu": "[PFU]", "ph": "[pH]", "copies": "{copies}",
    # time
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "秒": "s", "mins": "min",
    "minute": "min", "minutes": "min", "分": "min", "分钟": "min", "hr": "h", "hrs": "h",
    "hour": "h", "hours": "h", "时": "h", "小时": "h", "day": "d", "days": "d", "天": "d",
    "日": "d", "week": "wk", "weeks": "wk", "周": "wk", "星期": "wk", "month": "mo",
    "months": "mo", "月": "mo", "个月": "mo", "year": "a", "years": "a", "yr": "a", "yrs": "a",
    "岁": "a", "周岁": "a", "年": "a",
    # temperature, pressure, energy, ratio
    "degc": "Cel", "oc": "Cel", "celsius": "Cel", "摄氏度": "Cel", "degf": "[degF]",
    "of": "[degF]", "fahrenheit": "[degF]", "mmhg": "mm[Hg]", "毫米汞柱": "mm[Hg]",
    "千帕": "kPa", "千卡": "kcal", "大卡": "kcal", "percent": "%", "pct": "%", "%pred": "%",
    "%predicted": "%", "%预计值": "%", "%预计": "%",
}  # fmt: skip

_MILLI = {"miu": "m[IU]", "mu": "mU"}
"""In these, a capital M could be mega."""

_WORD = re.compile(r"\{[^{}]*\}|(?:[A-Za-z%\u4e00-\u9fff]|\[[^\[\]]+\])+")
_AFTER_SLASH = re.compile(r"/([^/()]*·[^/()]*)")


def to_ucum(written: str) -> str:
    """Return the UCUM expression that a hospital's spelling stands for ("" for no unit)."""
    text = _plain(written)
    whole = _WHOLE.get(text, _WHOLE.get(text.casefold()))
    if whole is not None:
        return whole
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    text = _WORD.sub(_word, _counts(text))
    # mg/kg·d is a dose per kg and day; UCUM's own `mg/kg.d` would be mg/kg times days.
    text = _AFTER_SLASH.sub(r"/(\1)", text)
    return text.replace("·", ".")


def _plain(written: str) -> str:
    raised = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[1] or m[2]), written)
    text = unicodedata.normalize("NFKC", raised).translate(_CHARACTERS)
    return _BLANK.sub("", _PER.sub("/", text.strip()))


def _counts(text: str) -> str:
    """Rewrite what is counted, and in which multiples: `K/uL`, `cells/uL`, `万/mm3`, `万IU`."""
    head, slash, tail = text.partition("/")
    head = _COUNTED.sub("", head)
    volume = _VOLUMES.get(tail.casefold())
    exponent = _multiple(head, volume) if volume else None
    if exponent:
        return f"10*{exponent}/{volume}"
    head = _CHINESE_MULTIPLE.sub(lambda m: f"10*{_MULTIPLES[m[1]]}.", head)
    return head + slash + tail


def _multiple(head: str, volume: str) -> int | None:
    if volume == "L" and head in _PER_LITRE:
        return _PER_LITRE[head]
    return 6 if head == "M" else _MULTIPLES.get(head.casefold())


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if word.startswith("{"):
        return word
    if split_prefix(word) is not None:
        return _litre(word)
    folded = word.casefold()
    if folded in _MILLI:
        return _MILLI[folded] if word[0] == "m" else _SPOILT
    return _WORDS.get(folded) or _caseless().get(folded) or word


@cache
def _caseless() -> dict[str, str]:
    """Map each symbol in small letters to its spelling, unless two symbols share the letters."""
    found: dict[str, set[str]] = {}
    for symbol in prefixed_symbols():
        found.setdefault(symbol.casefold(), set()).add(_litre(symbol))
    return {letters: next(iter(same)) for letters, same in found.items() if len(same) == 1}


def _litre(symbol: str) -> str:
    """Write litres with the one of UCUM's two letters that cannot be taken for a 1."""
    split = split_prefix(symbol)
    return symbol[:-1] + "L" if split and split[1] == "l" else symbol
