"""Puts the words of an evaluation into a language; refuses a key that no table has."""

from __future__ import annotations

import re
from typing import assert_never

from trialrun.criteria.wording import Language
from trialrun.evaluation.results import Listed, Phrase, Words
from trialrun.protocol.model import Wording
from trialrun.report.evaluation.words_of_arms import WORDS_OF_ARMS
from trialrun.report.evaluation.words_of_data import WORDS_OF_DATA
from trialrun.report.evaluation.words_of_designs import WORDS_OF_DESIGNS
from trialrun.report.evaluation.words_of_efficacy import WORDS_OF_EFFICACY
from trialrun.report.evaluation.words_of_figures import WORDS_OF_FIGURES
from trialrun.report.evaluation.words_of_laboratory import WORDS_OF_LABORATORY
from trialrun.report.evaluation.words_of_page import WORDS_OF_PAGE
from trialrun.report.evaluation.words_of_safety import WORDS_OF_SAFETY
from trialrun.report.evaluation.words_of_simulation import WORDS_OF_SIMULATION
from trialrun.report.evaluation.words_of_study import WORDS_OF_STUDY
from trialrun.terminology.ctcae.chinese import CTCAE_IN_CHINESE

ALL_WORDS: dict[str, tuple[str, str]] = {
    **WORDS_OF_STUDY,
    **WORDS_OF_EFFICACY,
    **WORDS_OF_ARMS,
    **WORDS_OF_SAFETY,
    **WORDS_OF_LABORATORY,
    **WORDS_OF_SIMULATION,
    **WORDS_OF_DESIGNS,
    **WORDS_OF_FIGURES,
    **WORDS_OF_PAGE,
}


class EvaluationVoice:
    """Speaks one language of an evaluation."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._is_chinese = language == "zh"

    def say(self, key: str, **gaps: Words) -> str:
        """Return the words of a key with its gaps filled."""
        said = {name: self.words(words) for name, words in gaps.items()}
        return ALL_WORDS[key][self._is_chinese].format(**said)

    def words(self, words: Words) -> str:
        """Return any words in this language; a text of the protocol or the data as it stands.

        In Chinese, what the program itself writes into the data is Chinese, too.
        """
        match words:
            case str():
                return _in_chinese(words) if self._is_chinese else words
            case Wording():
                return words.in_language(self.language)
            case Listed(items):
                return ("、" if self._is_chinese else ", ").join(map(self.words, items))
            case Phrase(key, gaps):
                return self.say(key, **dict(gaps))
            case _:
                assert_never(words)


_LETTERS = re.compile(r"[^\W\d_]")


def _in_chinese(text: str) -> str:
    """Return a word of the data, or an interval, in Chinese; any other text as it stands."""
    if _LETTERS.search(text.replace(" to ", "")):
        return WORDS_OF_DATA.get(text.lower()) or CTCAE_IN_CHINESE.get(text, text)
    return text.replace(" to ", "至")
