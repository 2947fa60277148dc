"""Which grade one result reaches by one term of CTCAE; never guesses, nor decides for a person.

A result has the highest grade that one of the lines of `rules.yaml` reaches. If a higher grade can
neither be reached nor ruled out, nothing is proposed: silence about a baseline or a limit is never
read as grade 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.terminology.ctcae.comparing import Answer, Comparing
from trialrun.terminology.ctcae.results import (
    Alternative,
    Baseline,
    GradeProposal,
    LabResult,
    NotGradable,
    Outcome,
    Why,
)
from trialrun.terminology.ctcae.terms import Grade, Term

WITHIN_LIMITS = "whether a result within the laboratory's own limits is a finding at all"


def reached_outcome(term: Term, result: LabResult, baseline: Baseline | None) -> Outcome:
    """Grade a result by one term, comparing it with every boundary."""
    if result.limits_contradict:
        return not_gradable(term, (Why.LIMITS,))
    comparing = Comparing(term, result, baseline)
    reached = _reached(comparing, None)
    if reached.open:
        return NotGradable(term, reached.reasons, (reached.top, *sorted(reached.open)))
    found = term.grade(reached.top)
    return GradeProposal(
        term=term,
        grade=reached.top,
        text=found.text if found else "",
        rule="; ".join(reached.rule),
        alternatives=tuple(_alternatives(comparing, reached.top)),
        readings=(*term.readings, *([result.derivation] if result.derivation else [])),
    )


def not_gradable(term: Term, reasons: tuple[Why, ...]) -> NotGradable:
    """Say that no grade can be proposed, whatever the number is."""
    return NotGradable(term, reasons, (0, *(g.number for g in term.grades if g.clauses)))


@dataclass(frozen=True, slots=True)
class _Reached:
    """The highest grade reached, by which lines, and the higher ones that stay open."""

    top: int
    rule: tuple[str, ...]
    open: dict[int, tuple[Why, ...]]

    @property
    def reasons(self) -> tuple[Why, ...]:
        found = {why for whys in self.open.values() for why in whys}
        return tuple(why for why in Why if why in found)


def _reached(comparing: Comparing, if_person: str | None) -> _Reached:
    """Return what is reached by the lines that count if a person says this (None: nothing)."""
    reached = _Reached(0, (), {})
    for grade_ in comparing.term.grades:
        answers = _answers(comparing, grade_, if_person)
        met = tuple(written for written, answer in answers.items() if answer is True)
        if met:
            reached = _Reached(grade_.number, met, {})
        elif whys := tuple(answer for answer in answers.values() if isinstance(answer, Why)):
            reached.open[grade_.number] = whys
    return reached


def _answers(comparing: Comparing, grade_: Grade, if_person: str | None) -> dict[str, Answer]:
    return {c.written: comparing.meets(c) for c in grade_.clauses if c.if_person == if_person}


def _alternatives(comparing: Comparing, top: int) -> Iterator[Alternative]:
    for condition in _conditions(comparing.term):
        reached = _reached(comparing, condition)
        if reached.open:
            yield Alternative(None, f"{condition}; then {reached.reasons[0].value}")
        elif reached.top != top:
            yield Alternative(reached.top, condition)
    for grade_ in comparing.term.grades:
        if grade_.number > top:
            yield from _clinical(comparing, grade_, top)
    if top > 0 and comparing.is_beyond_limit() is False:
        yield Alternative(0, WITHIN_LIMITS)


def _conditions(term: Term) -> tuple[str, ...]:
    """Return what a person may say that makes other lines count, each once."""
    said = [clause.if_person for grade_ in term.grades for clause in grade_.clauses]
    return tuple(dict.fromkeys(words for words in said if words is not None))


def _clinical(comparing: Comparing, grade_: Grade, top: int) -> Iterator[Alternative]:
    """Yield what a person decides about a higher grade, unless a number rules it out."""
    for part in grade_.clinical:
        concerns = top > 0 if part.when is None else comparing.meets(part.when) is not False
        if concerns:
            yield Alternative(grade_.number, part.words)
