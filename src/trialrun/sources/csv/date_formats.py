"""Dates as hospitals write them: a declared format becomes a regular expression and SQL.

A format is written with YYYY, MM or M, DD or D, MON (Jan, FEB, ...), and whatever stands between
them; `EXCEL` is the day number of a spreadsheet. A format without a day gives every day of its
month or year. A time of day may follow every format that has a day; with an offset, the day is the
one in the hospital's time zone. Two-digit years are refused: nobody can say which century.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

EXCEL = "EXCEL"
DEFAULT_FORMATS: tuple[str, ...] = (
    "YYYY-MM-DD",
    "YYYY/M/D",
    "YYYY.M.D",
    "YYYY年M月D日",
    "YYYYMMDD",
    "YYYY-MM",
    "YYYY/M",
    "YYYY.M",
    "YYYY年M月",
    "YYYY",
    "YYYY年",
)
"""The formats in which no day and month can be taken for each other."""

_TOKEN = re.compile(r"YYYY|MON|MM|M|DD|D|[^A-Za-z0-9]+|.")
_PART = {"YYYY": "y", "MON": "m", "MM": "m", "M": "m", "DD": "d", "D": "d"}
_LOOSE = {"YYYY": r"(\d{4})", "MON": r"([A-Za-z]{3,9})", "m": r"(\d{1,2})", "d": r"(\d{1,2})"}
_STRICT = {"YYYY": r"(\d{4})", "MON": r"([A-Za-z]{3})", "m": r"(\d{2})", "d": r"(\d{2})"}
_CLOCK = (
    r"[T ] *(?:[上下]午 ?)?(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)"
    r" ?(?:([Zz]|[+-][01]\d:?\d{2})|[AaPp][Mm])?"
    r"| *(?:星期|周)[一二三四五六日天]"
    r"|[T ]+\d{1,2}[时点](?:\d{1,2}分?(?:\d{1,2}秒)?)?"
)
_CLOCK_AFTER_WORD = r"|\d{1,2}[时点](?:\d{1,2}分?(?:\d{1,2}秒)?)?"
_CLOCK_DIGITS = r"|\d{4}|\d{6}"
_WIDE = "０１２３４５６７８９／－：．　"
_NARROW = "0123456789/-:. "
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_YEAR, _LAST_YEAR = 1850, 2200
"""Days outside of these years are fillers (0001-01-01) or slips of the pen."""
_FILLERS = "DATE '1899-12-30', DATE '1899-12-31', DATE '1900-01-01'"
"""Days that databases and spreadsheets write where there is none."""


def fault_of(written: str) -> str | None:
    """Say what is wrong with a format, or None."""
    if written == EXCEL:
        return None
    tokens = _TOKEN.findall(written)
    parts = [_PART[token] for token in tokens if token in _PART]
    if "YYYY" not in tokens:
        return "a date format needs YYYY"
    if any(token not in _PART and token.isalnum() and token.isascii() for token in tokens):
        return "a date format is written with YYYY, MM, M, MON, DD, D and what stands between them"
    if len(set(parts)) < len(parts) or ("d" in parts and "m" not in parts):
        return "a date format names year, month and day once each, and no day without a month"
    return None


def clash_of(formats: Sequence[str]) -> tuple[str, str] | None:
    """Return two formats that read the same text as different days, or None."""
    shapes: dict[str, tuple[str, str]] = {}
    for written in formats:
        order = "".join(_PART[token] for token in _TOKEN.findall(written) if token in _PART)
        shape = re.sub(r"MM?|DD?", "#", written) if "MON" not in written else written
        if shape in shapes and shapes[shape][0] != order:
            return shapes[shape][1], written
        shapes.setdefault(shape, (order, written))
    return None


def pattern_of(written: str) -> tuple[str, tuple[str, ...]]:
    """Return the regular expression of a format, and the parts that its groups hold."""
    tokens = _TOKEN.findall(written)
    strict = all(token in _PART for token in tokens)
    pieces, parts = [], []
    for token in tokens:
        if token not in _PART:
            pieces.append(re.escape(token) if token.isascii() else token)
            continue
        width = _STRICT if strict else _LOOSE
        pieces.append(width.get(token) or width[_PART[token]])
        parts.append(_PART[token])
    if "d" not in parts:
        return "".join(pieces), tuple(parts)
    clock = _CLOCK + (_CLOCK_DIGITS if strict else "")
    clock += _CLOCK_AFTER_WORD if tokens[-1] not in _PART else ""
    return f"{''.join(pieces)}(?:{clock})?", (*parts, "t", "z")


def read_dates_sql(texts: str, formats: Sequence[str], time_zone: str) -> str:
    """Return the query (text, lo, hi) over the relation `texts` (text); NULL where unreadable."""
    parts = ", ".join(f"{_parts_sql(f)} AS p{i}" for i, f in enumerate(formats))
    spans = ", ".join(_span_sql(f"p{i}", f, time_zone) for i, f in enumerate(formats))
    return f"""
        WITH parts AS (
            SELECT text, plain, {parts}
            FROM (SELECT text, translate(text, '{_WIDE}', '{_NARROW}') AS plain FROM {texts})
        ), spans AS (SELECT text, coalesce({spans}) AS span FROM parts)
        SELECT text,
            CASE WHEN sound THEN span.lo WHEN endless THEN DATE '9999-12-31' END AS lo,
            CASE WHEN sound THEN span.hi WHEN endless THEN DATE '9999-12-31' END AS hi
        FROM (
            SELECT *, year(span.lo) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}
                AND NOT (span.lo = span.hi AND span.lo IN ({_FILLERS})) AS sound,
                year(span.lo) = 9999 AS endless
            FROM spans
        )"""


def _parts_sql(written: str) -> str:
    if written == EXCEL:
        return r"regexp_extract(plain, '^\d{5}(\.\d+)?$')"
    pattern, names = pattern_of(written)
    listed = ", ".join(f"'{name}'" for name in names)
    return f"regexp_extract(plain, '^(?:{_quoted(pattern)})$', [{listed}])"


def _span_sql(part: str, written: str, time_zone: str) -> str:
    """Return the SQL of {lo, hi} from the parts that one format found, or NULL."""
    if written == EXCEL:
        day = f"(DATE '1899-12-30' + CAST(floor(TRY_CAST({part} AS DOUBLE)) AS INTEGER))"
        return f"CASE WHEN {part} <> '' THEN {{'lo': {day}, 'hi': {day}}} END"
    _, names = pattern_of(written)
    month = f"{part}.m"
    if "MON" in written:
        month = f"list_position({list(_MONTHS)}, lower(left({part}.m, 3)))"
    if "d" in names:
        lo = hi = _day_sql(part, f"{part}.y || '-' || {month} || '-' || {part}.d", time_zone)
    elif "m" in names:
        lo = f"TRY_CAST({part}.y || '-' || {month} || '-1' AS DATE)"
        hi = f"last_day({lo})"
        if written == "YYYY.M":
            # A spreadsheet makes 1965.1 of the number 1965.10: it may be October.
            october = f"TRY_CAST({part}.y || '-10-31' AS DATE)"
            hi = f"CASE WHEN {part}.m = '1' THEN {october} ELSE {hi} END"
    else:
        lo = f"TRY_CAST({part}.y || '-1-1' AS DATE)"
        hi = f"TRY_CAST({part}.y || '-12-31' AS DATE)"
    return f"CASE WHEN {lo} IS NOT NULL THEN {{'lo': {lo}, 'hi': {hi}}} END"


def _day_sql(part: str, day: str, time_zone: str) -> str:
    offset = rf"regexp_replace({part}.z, '^([+-]\d\d)(\d\d)$', '\1:\2')"
    moment = f"TRY_CAST({day} || ' ' || {part}.t || {offset} AS TIMESTAMPTZ)"
    local = f"CAST({moment} AT TIME ZONE '{_quoted(time_zone)}' AS DATE)"
    return f"CASE WHEN {part}.z <> '' THEN {local} ELSE TRY_CAST({day} AS DATE) END"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
