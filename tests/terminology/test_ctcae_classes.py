"""The system organ classes of CTCAE, against the classes of its laboratory terms."""

from __future__ import annotations

from trialrun.terminology.ctcae.classes import GENERAL_GRADES, SYSTEM_ORGAN_CLASSES
from trialrun.terminology.ctcae.rule_file import ctcae_terms


def test_there_are_the_26_of_ctcae_each_once() -> None:
    """CTCAE v5.0, "System Organ Class": 26 of MedDRA."""
    assert len(set(SYSTEM_ORGAN_CLASSES)) == len(SYSTEM_ORGAN_CLASSES) == 26
    assert list(SYSTEM_ORGAN_CLASSES) == sorted(SYSTEM_ORGAN_CLASSES)


def test_every_laboratory_term_stands_under_one_of_them() -> None:
    assert {term.soc for term in ctcae_terms()} <= set(SYSTEM_ORGAN_CLASSES)


def test_every_grade_has_words() -> None:
    assert sorted(GENERAL_GRADES) == [1, 2, 3, 4, 5]
