"""Which bytes are which letters: the encodings that are read, and which one a file seems to have.

Nothing is replaced or skipped: a byte that does not fit stops the reading, and is named.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path

from trialrun.errors import Problem, SourceError

CODECS: Mapping[str, str] = {
    "UTF-8": "utf-8-sig",
    "GB18030": "gb18030",
    "GBK": "gb18030",
    "GB2312": "gb18030",
    "UTF-16": "utf-16",
    "Big5": "big5hkscs",
    "Windows-1252": "cp1252",
}
"""Name in a mapping -> Python's codec. GB18030 holds GBK and GB2312."""

_PROPOSED = ("UTF-8", "GB18030", "Big5", "Windows-1252")
_CHUNK = 1 << 20


def encoding_of(path: Path) -> str:
    """Return the first encoding in which the whole file can be read.

    Raises:
        SourceError: it is text in none of them.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    for name in _PROPOSED:
        if _first_bad_byte(path, name) is None:
            return name
    raise SourceError(
        f"{path.name} cannot be read",
        [Problem(path.name, "its letters are in no known encoding", "save it as UTF-8")],
    )


def undecodable(path: Path, encoding: str) -> SourceError:
    """Return the error for a file that is not in the encoding it is said to have."""
    bad = _first_bad_byte(path, encoding)
    at, line = bad if bad is not None else (0, 1)
    other = next(
        (name for name in _PROPOSED if name != encoding and _first_bad_byte(path, name) is None), ""
    )
    remedy = f"say `encoding: {other}` in the mapping" if other else "save the file as UTF-8"
    found = f"not {encoding}: byte {at + 1} of the file does not fit"
    return SourceError(
        f"{path.name} cannot be read", [Problem(f"{path.name}:{line}", found, remedy)]
    )


def _first_bad_byte(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return the offset and line of the first byte that does not fit, or None."""
    decoder = codecs.getincrementaldecoder(CODECS[encoding])()
    offset, line = 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                bad = error.start - pending
                return offset + bad, line + chunk[: max(bad, 0)].count(b"\n")
            if not chunk:
                return None
            offset += len(chunk)
            line += chunk.count(b"\n")
