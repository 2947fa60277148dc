"""What a deviation was, as pages say it: in the visitor's language, days written as all days are.

What a person wrote stays as that person wrote it.
"""

from __future__ import annotations

from trialrun.conduct.reading import oversight
from trialrun.conduct.tables.deviations import Deviation, DeviationOrigin
from trialrun.web.words import with_days


def described(deviation: Deviation, language: str) -> str:
    """Return what happened, in a language, or as it was written where there is no other."""
    text = oversight.described(deviation, language)
    return text if deviation.origin == DeviationOrigin.PERSON else with_days(language, text)
