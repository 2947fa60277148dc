"""CSV that people open: UTF-8 with a byte order mark, so that Excel reads Chinese.

An apostrophe stands before text that a spreadsheet would compute; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from trialrun.exchange.columns import Plain

_FORMULAS = tuple("=+-@＝＋－＠\t\r")
"""What a formula may begin with; the wide ones where Chinese is written."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Plain]]) -> bytes:
    """Return a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(guarded, header))
    for row in rows:
        writer.writerow([guarded(written(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def written(value: Plain) -> str:
    """Return a value as text: days and moments as ISO 8601 (UTC), yes and no as words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def guarded(text: str) -> str:
    """Mark as text, the way spreadsheets do, what they would compute."""
    if text.startswith(_FORMULAS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def unguarded(text: str) -> str:
    """Return text as it was before it was guarded."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULAS) else text
