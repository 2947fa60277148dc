"""The laboratory terms of CTCAE read value sets that every protocol may speak of."""

from __future__ import annotations

import pytest

from trialrun.protocol.file import common_value_sets
from trialrun.terminology.ctcae.rule_file import ctcae_terms
from trialrun.terminology.ctcae.terms import Term
from trialrun.terminology.units import conversion


@pytest.mark.parametrize("term", ctcae_terms(), ids=lambda term: term.term)
def test_what_a_term_reads_is_shipped_with_the_same_molar_mass(term: Term) -> None:
    for value_set in (*term.reads, *term.uncorrected):
        found = common_value_sets()[value_set]
        assert term.molar_mass in (None, found.molar_mass)
        assert found.title_zh
        assert {entry.system for entry in found.entries} == {"LOINC"}


@pytest.mark.parametrize("term", ctcae_terms(), ids=lambda term: term.term)
def test_a_boundary_is_a_plausible_value_of_what_it_is_read_from(term: Term) -> None:
    for value_set in term.reads:
        found = common_value_sets()[value_set]
        assert found.plausible is not None
        for grade in term.grades:
            for clause in grade.clauses:
                for quantity in (q for c in clause.comparisons for q in c.boundary.quantities):
                    linear = conversion(quantity.unit, found.plausible.unit, found.molar_mass)
                    if linear is not None:
                        number = linear.apply(quantity.number)
                        assert found.plausible.low <= number <= found.plausible.high


def test_no_code_stands_for_two_analytes() -> None:
    seen: dict[str, str] = {}
    for term in ctcae_terms():
        for value_set in (*term.reads, *term.uncorrected):
            for entry in common_value_sets()[value_set].entries:
                assert seen.setdefault(entry.code, value_set) == value_set
