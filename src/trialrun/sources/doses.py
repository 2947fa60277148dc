"""How much of a medicine a day, as prescriptions are written.

Reads the text of one cell. What is not wholly understood has no daily dose: a gap is asked about, a
wrong dose is not. "When needed" and "once" have no daily dose by their nature.
A medicine given every other day has half of its dose as its daily dose, as prescribers count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from trialrun.sources.numbers import read_amount
from trialrun.sources.strengths import ML, Strength, piece_of, read_strength
from trialrun.sources.words import meaning_of, squeezed


@dataclass(frozen=True, slots=True)
class Frequency:
    """Times a day; None: none that can be computed. `understood` False: not known here."""

    per_day: Fraction | None = None
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount with its unit, and the times a day if the same cell says so."""

    amount: float | None = None
    unit: str | None = None
    per_day: Fraction | None = None
    understood: bool = True


_ENGLISH = {"once": "1", "twice": "2", "thrice": "3", "one": "1", "two": "2", "three": "3"}
_NUMERALS = {"十二": "12", "十": "10", **_ENGLISH, "four": "4", "six": "6", "eight": "8"} | dict(
    zip("一二两三四五六八", "12234568", strict=True)
)
_NUMERAL = re.compile("|".join(_NUMERALS))
_NAMED: dict[str, Fraction] = {
    **dict.fromkeys(("qd", "od", "qn", "qm", "qam", "qpm", "hs", "qhs", "daily"), Fraction(1)),
    **dict.fromkeys(("每日", "每天", "每晚", "每早", "每晨", "睡前", "1/日", "1/d"), Fraction(1)),
    **dict.fromkeys(("everyday", "everynight", "nightly", "每晚1次", "每早1次"), Fraction(1)),
    **dict.fromkeys(
        ("晨起顿服", "每日顿服", "每晨顿服", "每日晨起", "晨服", "每晨1次"), Fraction(1)
    ),
    **dict.fromkeys(("每日晨起顿服", "每日1次晨服", "1日1次晨服", "每日1次顿服"), Fraction(1)),
    **dict.fromkeys(("bid", "早晚", "早晚各1次"), Fraction(2)),
    **dict.fromkeys(("tid", "早中晚", "早中晚各1次"), Fraction(3)),
    "qid": Fraction(4),
    **dict.fromkeys(("qod", "everyotherday", "隔日", "隔天", "隔日1次", "隔天1次"), Fraction(1, 2)),
    **dict.fromkeys(("qw", "weekly", "每周"), Fraction(1, 7)),
    "biw": Fraction(2, 7),
    "tiw": Fraction(3, 7),
}
_NO_DAILY_DOSE = re.compile(
    "prn|sos|st|stat|asneeded|asdirected|必要时|需要时|按需|立即|即刻|临时|一次性?|1次|once|单次|遵医嘱"
)
_N = r"(\d{1,2})"
Rate = Callable[[list[int]], Fraction]
_PATTERNS: tuple[tuple[re.Pattern[str], Rate], ...] = (
    (re.compile(rf"(?:每|1)?[日天]{_N}次"), lambda n: Fraction(n[0])),
    (re.compile(rf"{_N}次?[/每](?:[日天d]|day)"), lambda n: Fraction(n[0])),
    (
        re.compile(rf"{_N}(?:x|times)?(?:a|per|each|every|/)?(?:day|daily)"),
        lambda n: Fraction(n[0]),
    ),
    (re.compile(rf"每{_N}[日天]{_N}次"), lambda n: Fraction(n[1], n[0])),
    (re.compile(rf"(?:q{_N}d|every{_N}days)"), lambda n: Fraction(1, n[0])),
    (re.compile(rf"(?:q{_N}h|every{_N}hours|每{_N}小时(?:1次)?)"), lambda n: Fraction(24, n[0])),
    (re.compile(rf"(?:每|1)(?:周|星期){_N}次|{_N}次/周"), lambda n: Fraction(n[0], 7)),
    (
        re.compile(rf"{_N}(?:x|times)?(?:a|per|each|every|/)?(?:week|weekly)"),
        lambda n: Fraction(n[0], 7),
    ),
    (re.compile(rf"(?:q{_N}w|every{_N}weeks|每{_N}周1次)"), lambda n: Fraction(1, 7 * n[0])),
)
_MANNER = "po|ac|pc|iv|ivgtt|ivdrip|im|ih|sc|bymouth|orally|口服|静滴|静脉滴注|皮下注射|肌注"
_MANNER += "|饭前|饭后|餐前|餐后|饭中|餐中|空腹|随餐"
_BEFORE_AND_AFTER = re.compile(rf"^(?:{_MANNER})+(?=.)|(?<=.)(?:{_MANNER})+$")

_A_DAY = ("日", "天", "d", "day")
_DOSE = re.compile(
    r"(?P<number>[\d.,]+)\s*(?P<wan>万)?\s*(?P<unit>[^\s/\d,;()×*~-]+(?:/kg)?)?"
    r"(?:/(?P<per>次|dose|日|天|d|day))?(?:[\s,;]+(?P<rest>.+))?"
)

_HOURS = re.compile(r"\(\s*\d{1,2}(?::\d{2})?(?:\s*[-,、/ ]\s*\d{1,2}(?::\d{2})?)*\s*\)$")
_PIECES_IN_WORDS = re.compile(
    r"^(?P<number>半|1/2|1/4|[一二两三四五六八])\s*(?=[片粒颗丸枚支袋包瓶])"
)
_EACH_TIME = re.compile(r"^(?:每次|一次|1次|每回|单次|各)\s*:?\s*(?=[\d半一二两三四五六八])")
_STRENGTH_BESIDE = re.compile(r"[\s,;(]*规格\s*:?\s*(?P<strength>[^\s,;()]+)\)?")
_OFTEN_FIRST = re.compile(
    r"(?P<often>.+?)[\s,;]+(?P<amount>(?:每次|一次|1次|每回|各)\s*[\d半一二两三四五六八].*)"
)
_SO_MANY_OF = re.compile(
    r"(?P<strength>[\d.]+\s*[^\s\d*x×.,;/()]+)\s*[*x×]\s*(?P<pieces>[\d.]+\s*[^\s\d.,;/()]+)"
)


def read_frequency(text: str) -> Frequency:
    """Read how often a medicine is given; `bid(8-16)` must name as many hours as times a day."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if (clock := _HOURS.search(plain)) is None:
        return _read_frequency(plain)
    frequency = _read_frequency(plain[: clock.start()])
    hours = len(re.findall(r"\d{1,2}(?::\d{2})?", clock[0]))
    return frequency if frequency.per_day == hours else Frequency(understood=False)


def _read_frequency(text: str) -> Frequency:
    written = squeezed(text)
    for words in (written, _BEFORE_AND_AFTER.sub("", written)):
        if _NO_DAILY_DOSE.fullmatch(words):
            return Frequency()
        per_day = _per_day(_NUMERAL.sub(lambda found: _NUMERALS[found[0]], words))
        if per_day is not None:
            return Frequency(per_day)
    return Frequency(understood=False)


def read_dose(text: str) -> Dose:
    """Read an amount, its unit, and the frequency beside it: `20mg bid`, `1g/日`, `5mg×2片 tid`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    beside = _STRENGTH_BESIDE.search(plain)
    dose = _read_dose(_STRENGTH_BESIDE.sub("", plain, count=1))
    return _of_strength(dose, read_strength(beside["strength"])) if beside else dose


def _of_strength(dose: Dose, strength: Strength) -> Dose:
    """Return a dose of tablets in the unit of their strength."""
    each = strength.of(piece_of(dose.unit or ""))
    if dose.amount is None or (each is None and piece_of(dose.unit or "")):
        return Dose(understood=False)
    if each is None:
        return dose
    return Dose(dose.amount * each, strength.unit, dose.per_day)


def _read_dose(plain: str) -> Dose:
    if (turned := _OFTEN_FIRST.fullmatch(plain)) and read_frequency(turned["often"]).per_day:
        plain = f"{turned['amount']} {turned['often']}"
    if (by := re.match(r"(\S+?)[\s,;:]+(?=\S)", plain)) and meaning_of("route", by[1]):
        plain = plain[by.end() :]
    plain = _PIECES_IN_WORDS.sub(_as_digits, _EACH_TIME.sub("", plain))
    if several := _SO_MANY_OF.match(plain):
        return _several(several, plain)
    found = _DOSE.fullmatch(plain)
    amount = read_amount(found["number"])[0] if found else None
    if found is None or amount is None:
        return Dose(understood=False)
    frequency = _frequency_after(found["per"], found["rest"])
    if not frequency.understood:
        return Dose(understood=False)
    return Dose(amount * (10_000 if found["wan"] else 1), found["unit"], frequency.per_day)


def _several(found: re.Match[str], plain: str) -> Dose:
    """Read `5mg×2片 bid`: what follows says how often two tablets are taken."""
    pieces = _read_dose(found["pieces"] + plain[found.end() :])
    each = read_strength(found["strength"])
    if pieces.amount is None or each.amount is None or piece_of(pieces.unit or "") in (None, ML):
        return Dose(understood=False)
    return Dose(pieces.amount * each.amount, each.unit, pieces.per_day)


def _as_digits(found: re.Match[str]) -> str:
    words = {"半": "0.5", "1/2": "0.5", "1/4": "0.25"}
    return words.get(found["number"]) or _NUMERALS[found["number"]]


def _frequency_after(per: str | None, rest: str | None) -> Frequency:
    if per in _A_DAY:
        return Frequency(Fraction(1), understood=rest is None)
    if rest is None or meaning_of("route", rest):
        return Frequency()
    return read_frequency(rest)


def _per_day(written: str) -> Fraction | None:
    if written in _NAMED:
        return _NAMED[written]
    for pattern, rate in _PATTERNS:
        if found := pattern.fullmatch(written):
            counts = [int(group) for group in found.groups() if group is not None]
            return rate(counts) if all(counts) else None
    return None
