"""Results written as a line, for the tables of these tests."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.grading import grade
from trialrun.terminology.ctcae.results import Baseline, GradeProposal, LabResult, NotGradable
from trialrun.terminology.ctcae.rule_file import ctcae_terms
from trialrun.terminology.ctcae.terms import Term

BEFORE, DAY = date(2022, 1, 1), date(2022, 2, 1)
TERMS = {term.term: term for term in ctcae_terms()}


def number(written: str) -> Fraction | Bounds:
    """Read `5`, `<5`, `>5` or `4..5`."""
    if written[0] == "<":
        return Bounds(Fraction(0), Fraction(written[1:]), hi_open=True)
    if written[0] == ">":
        return Bounds(Fraction(written[1:]), None, lo_open=True)
    if ".." in written:
        low, _, high = written.partition("..")
        return Bounds(Fraction(low), Fraction(high))
    return Fraction(written)


def limits(written: str) -> tuple[Fraction | None, Fraction | None]:
    """Read `115-150`, `115-` or `-150`; both None for nothing."""
    low, _, high = written.partition("-")
    return (Fraction(low) if low else None), (Fraction(high) if high else None)


def result(value: str, unit: str | None, normal: str = "", *, day: date = DAY) -> LabResult:
    lln, uln = limits(normal)
    return LabResult(value=number(value), unit=unit, day=day, lln=lln, uln=uln)


def baseline(value: str, unit: str | None, normal: str = "", *, day: date = BEFORE) -> Baseline:
    lln, uln = limits(normal)
    return Baseline(value=number(value), unit=unit, day=day, lln=lln, uln=uln)


def proposed(term: str | Term, found: LabResult, before: Baseline | None = None) -> GradeProposal:
    outcome = grade(TERMS[term] if isinstance(term, str) else term, found, before)
    assert isinstance(outcome, GradeProposal), outcome
    return outcome


def refused(term: str, found: LabResult, before: Baseline | None = None) -> NotGradable:
    outcome = grade(TERMS[term], found, before)
    assert isinstance(outcome, NotGradable), outcome
    return outcome


def beside(value: str) -> tuple[str, str]:
    """Return the numbers just below and just above, closer than any rounding would keep apart."""
    bounds = number(value)
    exact = bounds if isinstance(bounds, Fraction) else bounds.lo
    assert exact is not None
    step = Fraction(1, 10**15)
    return str(exact - step), str(exact + step)
