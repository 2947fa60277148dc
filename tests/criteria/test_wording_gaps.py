"""Every gap and every truth has words in both languages."""

from __future__ import annotations

import pytest

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language
from trialrun.criteria.wording_gaps import GAP_WORDS, TRUTH_WORDS

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gap", Gap)
def test_a_gap_has_a_reason_and_what_settles_it(language: Language, gap: Gap) -> None:
    words = GAP_WORDS[language][gap]
    assert words.reason
    assert words.settled_by


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_and_truths_are_told_apart(language: Language) -> None:
    assert len({words.reason for words in GAP_WORDS[language].values()}) == len(Gap)
    assert len(set(TRUTH_WORDS[language].values())) == len(Truth)
