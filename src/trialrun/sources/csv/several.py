"""Several diagnoses in one cell: 肌萎缩侧索硬化;高血压 beside G12.201|I10.x00 are two.

Reads one pair of cells, the code's and the name's, and says what stands in it, one by one. Codes
and names are paired only where there are as many of the one as of the other. Where there are not,
each code keeps the whole name, what stands without a code is listed too (it may be anything), and
a doubt in one of the names is a doubt about every code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from trialrun.sources.certainty import Certainty, certainty_of
from trialrun.sources.csv.codings import is_icd, is_of_a_tumour

_BETWEEN = r"[;；|｜\r\n]+"
"""Stands in no name and no code of one diagnosis."""
_BETWEEN_CODES = r"[;；|｜,，、/\s]+"
_BETWEEN_PAIRED_NAMES = r"[、,，/+＋]+"
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s;；,，。、]))(?P<a>\d{1,2})(?:[)）]|[.．、](?!\d))\s*|[(（](?P<b>\d{1,2})[)）]\s*"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a pair of cells lists."""

    code: str | None
    text: str | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Listed:
    """What a pair of cells lists; `paired` False: nobody knows which name goes with which code."""

    parts: tuple[Part, ...]
    paired: bool = True


def parts_of(
    code: str | None,
    text: str | None,
    system: str,
    *,
    between: str = "",
    whole: Collection[str] = (),
) -> Listed:
    """Return what a code and a name list.

    `between` are further signs that part the names; what `whole` holds is one name or code,
    whatever stands in it.
    """
    if code in whole or text in whole:
        return Listed((_part(code, text),))
    codes = _codes(code, system)
    names = _names(text, between)
    if text is not None and len(codes) > 1 and len(codes) != len(names):
        finer = _split(_BETWEEN_PAIRED_NAMES, text)
        names = finer if len(finer) == len(codes) else names
    if len(codes) == len(names) or len(names) <= 1 >= len(codes):
        return Listed(tuple(map(_part, *_padded(codes, names))))
    if not names:
        return Listed(tuple(_part(one, None) for one in codes))
    if not codes:
        return Listed(tuple(_part(None, one) for one in names))
    return Listed(_unpaired(codes, names, str(text)), paired=False)


def _unpaired(codes: Sequence[str], names: Sequence[str], text: str) -> tuple[Part, ...]:
    said = {certainty_of(name) for name in names}
    of_all = Certainty.STATED if said == {Certainty.STATED} else Certainty.DOUBTFUL
    coded = tuple(Part(code, text, of_all) for code in codes)
    if len(names) <= len(codes):
        return coded
    return coded + tuple(_part(None, name) for name in names)


def _part(code: str | None, text: str | None) -> Part:
    return Part(code, text, certainty_of(text, code) if text else Certainty.STATED)


def _padded(
    codes: Sequence[str], names: Sequence[str]
) -> tuple[Sequence[str | None], Sequence[str | None]]:
    return codes or [None], names or [None]


def _codes(code: str | None, system: str) -> list[str]:
    if code is None:
        return []
    # The blanks within a dual code (E10.400† G63.2*) part nothing.
    joined = re.sub(r"\s*([+†*])\s*", r"\1", code)
    if is_icd(system) and not is_of_a_tumour(joined):
        return _split(_BETWEEN_CODES, joined)
    return _split(_BETWEEN, code)


def _names(text: str | None, between: str) -> list[str]:
    if text is None:
        return []
    marks = list(_NUMBERED.finditer(text))
    if len(marks) > 1 and [int(mark["a"] or mark["b"]) for mark in marks] == [
        *range(1, len(marks) + 1)
    ]:
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        return _tidy(
            [text[: marks[0].start()]]
            + [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
        )
    own = f"|[{re.escape(between)}]+" if between else ""
    return _split(_BETWEEN + own, text)


def _split(pattern: str, text: str) -> list[str]:
    return _tidy(re.split(pattern, text)) or [text]


def _tidy(parts: Sequence[str]) -> list[str]:
    stripped = (part.strip(" \t\u3000;；,，、|。") for part in parts)
    return [part for part in stripped if unicodedata.normalize("NFKC", part)]
