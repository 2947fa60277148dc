"""The clinical terms of CTCAE that may be chosen."""

from __future__ import annotations

from trialrun.terminology.ctcae.classes import SYSTEM_ORGAN_CLASSES
from trialrun.terminology.ctcae.clinical import CLINICAL_TERMS, OTHER_NAMES
from trialrun.terminology.ctcae.rule_file import ctcae_terms


def test_each_term_stands_once_in_a_class_and_no_laboratory_rule_grades_it() -> None:
    terms = [term for term, _ in CLINICAL_TERMS]
    assert len(terms) == len(set(terms))
    assert {soc for _, soc in CLINICAL_TERMS} <= set(SYSTEM_ORGAN_CLASSES)
    assert set(terms).isdisjoint(term.term for term in ctcae_terms())
    assert set(OTHER_NAMES) <= set(terms)
