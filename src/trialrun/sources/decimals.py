"""Whether a comma in a number parts thousands or decimals, which a single cell cannot say.

1,234 is 1234 in most hospitals and 1.234 in some. Where a column holds numbers such as 71,5, nobody
can know what its 1,234 is until somebody says so; then it is no number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

COMMA, POINT = ",", "."

_TOKEN = re.compile(r"(?<![\w/^*.,])\d(?:[\d.,]*\d)?(?!\w*[月日年])")
_DECIMAL_COMMA = re.compile(r"0,\d+|\d+,(?:\d{1,2}|\d{4,})")
_EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")
_WITH_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")


def reader_of_numbers(texts: Iterable[str], decimal: str | None) -> Callable[[str], str | None]:
    """Return what writes the numbers of one column with a point, or says None: it cannot be known.

    `decimal` is what the mapping says: a comma, a point, or nothing.
    """
    if decimal == COMMA:
        return _with_point
    if decimal == POINT or not any(map(has_decimal_comma, texts)):
        return lambda text: None if has_decimal_comma(text) else text
    return lambda text: None if _any(text, _DECIMAL_COMMA, _EITHER) else text


def has_decimal_comma(text: str) -> bool:
    """Say whether a number of the text has a comma that parts no thousands."""
    return _any(text, _DECIMAL_COMMA)


def _any(text: str, *patterns: re.Pattern[str]) -> bool:
    if "," not in text and "，" not in text:
        return False
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text))
    return any(pattern.fullmatch(token) for token in tokens for pattern in patterns)


def _with_point(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text) if "，" in text else text
    if not all(_WITH_COMMA.fullmatch(token) for token in _TOKEN.findall(plain)):
        return None
    return _TOKEN.sub(lambda found: found[0].replace(".", "").replace(",", "."), plain)
