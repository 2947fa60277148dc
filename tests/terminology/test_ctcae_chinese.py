"""CTCAE in Chinese: every term and class that can be chosen, and nothing else."""

from __future__ import annotations

import re

from trialrun.terminology.ctcae.chinese import CTCAE_IN_CHINESE
from trialrun.terminology.ctcae.classes import SYSTEM_ORGAN_CLASSES
from trialrun.terminology.ctcae.clinical import CLINICAL_TERMS
from trialrun.terminology.ctcae.rule_file import ctcae_terms


def test_each_has_its_chinese_and_nothing_is_left_over() -> None:
    terms = {term for term, _ in CLINICAL_TERMS} | {term.term for term in ctcae_terms()}
    assert set(CTCAE_IN_CHINESE) == terms | set(SYSTEM_ORGAN_CLASSES)


def test_each_is_chinese_and_tells_it_from_the_others() -> None:
    chinese = list(CTCAE_IN_CHINESE.values())
    assert all(re.search("[\u4e00-\u9fff]", one) for one in chinese)
    assert len(set(chinese)) == len(chinese)
