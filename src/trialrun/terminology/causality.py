"""What a word for the causality of an adverse event says: related to the drug, or not.

Holds the words of WHO-UMC (Uppsala Monitoring Centre, The use of the WHO-UMC system for
standardised case causality assessment) and those usual in AEREL of SDTM. Refuses to guess: of
any other word nobody can tell.
"""

from __future__ import annotations

_RELATED = frozenset(
    {
        "certain",
        "conditional",
        "definite",
        "definitely related",
        "likely",
        "not assessable",
        "possible",
        "possibly related",
        "probable",
        "probably related",
        "related",
        "unassessable",
        "y",
        "yes",
    }
)
"""What nobody can assess is not ruled out (ICH E2A, II.A.1)."""
_UNRELATED = frozenset(
    {"n", "no", "none", "not related", "remote", "unlikely", "unlikely related", "unrelated"}
)


def related(word: str) -> bool | None:
    """Say whether an event is related to the drug; None: no word, or one that is not known."""
    plain = " ".join(word.casefold().replace("_", " ").split())
    if plain in _RELATED:
        return True
    return False if plain in _UNRELATED else None
