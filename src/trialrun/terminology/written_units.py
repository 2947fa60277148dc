"""UCUM units as people write them: 10*9/L as 10⁹/L, [iU] as IU. To be read, never to compute."""

from __future__ import annotations

import re

_WRITTEN = (("[iU]", "IU"), ("mm[Hg]", "mmHg"), ("Cel", "°C"), ("umol", "µmol"))
_POWER = re.compile(r"10\*(\d+)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def written_unit(code: str | None) -> str:
    """Return how a unit is written for people; what is no UCUM stands as it is, None as nothing."""
    text = _POWER.sub(lambda found: "10" + found[1].translate(_RAISED), code or "")
    for ucum, written in _WRITTEN:
        text = text.replace(ucum, written)
    return text
