"""The file of rules: its language, its problems by line, and that its numbers are the text's."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from tests.terminology.ctcae.laboratory import TERMS

from trialrun.errors import ProtocolError
from trialrun.terminology.ctcae.rule_file import read_terms, terms_reading
from trialrun.terminology.ctcae.rule_language import read_clause
from trialrun.terminology.ctcae.terms import (
    BaselineState,
    Boundary,
    Clause,
    Comparison,
    Quantity,
    Reference,
    Term,
)

FILE = """terms:
  - term: Anemia
    soc: Blood
    direction: low
    reads: [hemoglobin]
    grades:
      1:
        text: "<LLN"
        rule: ["< LLN"]
"""


@pytest.mark.parametrize(
    ("written", "comparisons"),
    [
        ("> ULN", [Comparison(">", Boundary(Reference.ULN))]),
        ("< 0.5 x LLN", [Comparison("<", Boundary(Reference.LLN, Fraction(1, 2)))]),
        (
            "> ULN + 2 g/dL",
            [Comparison(">", Boundary(Reference.ULN, quantities=(Quantity(Fraction(2), "g/dL"),)))],
        ),
        (
            ">= 7.3 [pH] | 7.3",
            [
                Comparison(
                    ">=",
                    Boundary(
                        quantities=(
                            Quantity(Fraction("7.3"), "[pH]"),
                            Quantity(Fraction("7.3"), ""),
                        )
                    ),
                )
            ],
        ),
        (
            "> ULN and > baseline",
            [
                Comparison(">", Boundary(Reference.ULN)),
                Comparison(">", Boundary(Reference.BASELINE)),
            ],
        ),
    ],
)
def test_clauses(written: str, comparisons: list[Comparison]) -> None:
    assert read_clause(written) == Clause(written, tuple(comparisons))


def test_conditions_of_a_clause() -> None:
    abnormal = read_clause("> 3 x baseline if baseline abnormal")
    assert abnormal.if_baseline is BaselineState.ABNORMAL
    assert read_clause('> 1.2 if "on anticoagulation"').if_person == "on anticoagulation"


@pytest.mark.parametrize(
    "written",
    ["ULN", "> 3 x", "> 3 xyz/L", "> ULN if pregnant", "= 5 g/L", "> three x ULN", "", "> 1 x NLN"],
)
def test_what_is_no_clause(written: str) -> None:
    with pytest.raises(ValueError, match=r"is not understood|does not begin|is no number"):
        read_clause(written)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("< LLN", "> LLN", "rules.yaml:9: '> LLN' points the other way"),
        ("< LLN", "< LNL", "rules.yaml:9: 'LNL' is no number in a known unit"),
        ("direction: low", "direction: down", "rules.yaml:4: no direction"),
        ("reads: [hemoglobin]", "reads: hemoglobin", "rules.yaml:5: not a list of texts"),
        ("soc: Blood", "sco: Blood", "rules.yaml:2: not a text"),
        ("soc: Blood", "sco: Blood", "rules.yaml:3: unknown key 'sco'"),
        ("soc: Blood", "soc: Blood\n    molar_mass: 5", "rules.yaml:4: no molar mass"),
        ("      1:", "      6:", "rules.yaml:7: unknown key '6'"),
        ('        rule: ["< LLN"]\n', "", "rules.yaml:7: nothing decides this grade"),
        ("  - term: Anemia\n    soc: Blood", "  - soc: Blood", "rules.yaml:2: not a text"),
        ("terms:", "term:", "rules.yaml:1: no terms"),
    ],
)
def test_a_problem_of_the_file_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(ProtocolError) as error:
        read_terms(path)
    assert any(str(found).startswith(problem) for found in error.value.problems), error.value


def test_the_file_of_these_tests_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(FILE, "utf-8")
    assert [term.term for term in read_terms(path)] == ["Anemia"]


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.term)
def test_every_number_of_a_rule_stands_in_the_text(term: Term) -> None:
    """A count may stand there as /mm3, a thousand times what it is in 10*9/L."""
    text = " ".join(grade.text for grade in term.grades).replace(",", "")
    stated = {Fraction(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    # A decrease by 25 % is 0.75 x baseline.
    stated |= {1 - number / 100 for number in stated if term.term == "Fibrinogen decreased"}
    for grade in term.grades:
        for clause in grade.clauses:
            for comparison in clause.comparisons:
                boundary = comparison.boundary
                numbers = {quantity.number for quantity in boundary.quantities}
                numbers |= {boundary.times} - {Fraction(1)}
                assert all(n in stated or n * 1000 in stated for n in numbers), clause.written


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.term)
def test_every_clinical_part_stands_in_the_text_of_its_grade(term: Term) -> None:
    for grade in term.grades:
        assert all(part.words in grade.text for part in grade.clinical)
        assert grade.number != 5 or [part.words for part in grade.clinical] == ["Death"]


def test_terms_are_found_by_the_value_set_they_read() -> None:
    found = {term.term for term in terms_reading("white-blood-cells")}
    assert found == {"Leukocytosis", "White blood cell decreased"}
