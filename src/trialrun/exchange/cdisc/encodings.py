"""In which encoding the texts of a SAS transport file are: the format does not say.

SAS writes its session's: UTF-8, GB18030 (with GBK and GB2312) in China, Windows-1252 in the West.
Nearly all bytes are letters in the last two, so that trying one after the other would turn one into
the other. What tells them apart is how letters beyond ASCII stand: Chinese ones are pairs of bytes,
and seldom alone; Western ones stand alone between ASCII. What is neither is for people to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_IN_NO_WORD = re.compile(rb"(?<![A-Za-z]{2})(?<![a-z\x80-\xff])[\x80-\xff]+(?![A-Za-z\x80-\xff])")
_GREEK_OR_SIGN = b"\xc2\xce\xcf"
"""The first bytes of these in UTF-8."""
_FIRST_OF_THREE_BYTES = "\u0800"
_TWO_CHINESE_LETTERS = 4
"""So many bytes beyond ASCII in a row are no Western word."""


def encoding_of(texts: Collection[bytes]) -> str | None:
    """Return Python's name of the encoding; None: it cannot be told."""
    runs = [run for text in texts for run in _BEYOND_ASCII.findall(text)]
    if _all_are(texts, "utf-8"):
        return None if _may_be_chinese(texts, runs) else "utf-8"
    if all(len(run) == 1 for run in runs) and _all_are(texts, "cp1252"):
        return "cp1252"
    # Two accents in a row within a word, as in French "créée", are the bytes of a Chinese letter.
    in_no_word = any(_IN_NO_WORD.search(text) for text in texts)
    is_chinese = max(map(len, runs)) >= _TWO_CHINESE_LETTERS or (
        in_no_word and _all_are(runs, "gb2312")
    )
    return "gb18030" if is_chinese and _all_are(texts, "gb18030") else None


def _may_be_chinese(texts: Collection[bytes], runs: Collection[bytes]) -> bool:
    """Say whether what is read as UTF-8 may be a few Chinese words: those of GB2312 for "headache".

    Such words become letters of two bytes that stand by themselves, as in no Western text but for
    Greek ones and signs (±, µ, °).
    """
    alone = [run for text in texts for run in _IN_NO_WORD.findall(text)]
    return (
        any(run[0] not in _GREEK_OR_SIGN for run in alone)
        and all(letter < _FIRST_OF_THREE_BYTES for run in runs for letter in run.decode("utf-8"))
        and _all_are(runs, "gb2312")
    )


def _all_are(texts: Collection[bytes], encoding: str) -> bool:
    try:
        for text in texts:
            text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
