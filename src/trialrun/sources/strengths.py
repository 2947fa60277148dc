"""How much of a medicine is in one tablet, capsule, vial or millilitre, as packages say it.

Reads the text of one cell: 5mg*100片, 2.5g/瓶, 20ml:30mg. A strength of two substances, in percent,
or with anything that is not understood says nothing: a dose in tablets then has no amount.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

ML = "ml"
_PIECES: Mapping[str, str] = {
    "片": "片 tab tabs tablet tablets",
    "粒": "粒 颗 丸 枚 胶囊 cap caps capsule capsules pill pills",
    "支": "支 安瓿 amp amps ampoule ampoules",
    "瓶": "瓶 vial vials",
    "袋": "袋 包 sachet sachets",
    ML: "ml 毫升",
}
_PIECE_OF = {word: piece for piece, words in _PIECES.items() for word in words.split()}

_WORDS = "|".join(sorted(_PIECE_OF.keys() - {"ml", "毫升"}, key=len, reverse=True))
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_MASS = rf"(?P<mass>{_NUMBER})(?P<wan>万)?(?P<unit>mg|g|ug|mcg|μg|毫克|微克|克|iu|u|单位)"
_ML = rf"(?P<ml>{_NUMBER})?(?:ml|毫升)"
_EACH = rf"(?:/1?(?P<each>{_WORDS}))?"
_PACKED = rf"(?:[*x×]\d+(?:{_WORDS}|板|盒)?)*(?:/(?:盒|板|罐|box|{_WORDS}))?"
_COUNTED = rf"(?:[*x×]{_NUMBER}(?P<counted>{_WORDS})?{_PACKED})?"
_STRENGTH = tuple(
    re.compile(f"{amount}{_EACH}{_COUNTED}", re.IGNORECASE)
    for amount in (_MASS, f"{_ML}[:/]{_MASS}", f"{_MASS}[:/]{_ML}")
)
# A bottle may hold a hundred tablets: it must be named, or be said to hold millilitres.
_ONE_BY_ONE = ("片", "粒", "支", "袋")


@dataclass(frozen=True, slots=True)
class Strength:
    """So much (`amount` `unit`) in one of each of `pieces`, or in so many millilitres."""

    amount: float | None = None
    unit: str | None = None
    pieces: tuple[str, ...] = ()
    ml: float | None = None

    @property
    def understood(self) -> bool:
        """Whether it says anything."""
        return self.amount is not None

    def of(self, piece: str | None) -> float | None:
        """Return how much is in one of a kind of piece, or in one millilitre."""
        if self.amount is None or piece is None:
            return None
        if piece == ML and self.ml:
            return self.amount / self.ml
        return self.amount if piece in self.pieces else None


def piece_of(unit: str) -> str | None:
    """Return which kind of piece a unit counts: 片 for tab, tablets, ...; None: no piece."""
    return _PIECE_OF.get(unicodedata.normalize("NFKC", unit).strip().lower())


def read_strength(text: str) -> Strength:
    """Read one strength."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("μ", "μ")
    for pattern in _STRENGTH:
        if found := pattern.fullmatch(plain):
            return _strength(found)
    return Strength()


def _strength(found: re.Match[str]) -> Strength:
    parts = found.groupdict()
    amount = float(parts["mass"]) * (10_000 if parts["wan"] else 1)
    ml = float(parts["ml"] or 1) if "ml" in parts else None
    named = parts["each"] or parts["counted"]
    pieces: tuple[str, ...] = (_PIECE_OF[named.lower()],) if named else _ONE_BY_ONE
    if ml is not None and parts.get("ml") is None:
        pieces = ()  # 5mg/ml says nothing of how much is in an ampoule
    elif ml is not None and not named:
        pieces = ("支", "瓶", "袋")
    return Strength(amount, parts["unit"], pieces, ml) if amount and ml != 0 else Strength()
