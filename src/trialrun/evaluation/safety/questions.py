"""What is asked of an adverse event, in three-valued logic: what nobody judged is UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from trialrun.criteria.truth import Truth, conjunction
from trialrun.records.analysis_data import AdverseEventRecord

Asked: TypeAlias = Callable[[AdverseEventRecord], Truth]

FATAL = "fatal"
_UNTOLD = frozenset({"", "unknown"})
_WITHDRAWN = "drug withdrawn"
_GRADES_OF_WORDS: Mapping[str, int] = {
    "mild": 1,
    "moderate": 2,
    "severe": 3,
    "life threatening": 4,
    FATAL: 5,
}
"""The grade that a word for the severity means (CTCAE v5.0, Grades)."""
SEVERE = 3


def every(*questions: Asked) -> Asked:
    """Return the question whether all of some hold, by Kleene's logic; the first no is enough."""

    def ask(event: AdverseEventRecord) -> Truth:
        answers = []
        for one in questions:
            answers.append(one(event))
            if answers[-1] is Truth.FALSE:
                break
        return conjunction(answers)

    return ask


def recorded(_event: AdverseEventRecord) -> Truth:
    """Say that an event was recorded at all."""
    return Truth.TRUE


def emergent(event: AdverseEventRecord) -> Truth:
    """Say whether an event is treatment-emergent."""
    return Truth.of(event.emergent)


def related(event: AdverseEventRecord) -> Truth:
    """Say whether the investigator holds an event to be related to the drug."""
    return Truth.of(event.related)


def serious(event: AdverseEventRecord) -> Truth:
    """Say whether an event is serious."""
    return Truth.of(event.serious)


def at_least(grade: int) -> Asked:
    """Return the question whether an event has this grade or a worse one.

    Without a grade the word for the severity answers. It answers for grades up to "severe" only:
    such an event may have been graded worse.
    """

    def reaches(event: AdverseEventRecord) -> Truth:
        if event.grade is not None:
            return Truth.of(event.grade >= grade)
        said = _GRADES_OF_WORDS.get(event.severity.casefold().replace("-", " "))
        if said is None or said == SEVERE < grade:
            return Truth.UNKNOWN
        return Truth.of(said >= grade)

    return reaches


def stopped_the_drug(event: AdverseEventRecord) -> Truth:
    """Say whether the drug was withdrawn because of an event."""
    action = event.action.casefold()
    return Truth.UNKNOWN if action in _UNTOLD else Truth.of(action == _WITHDRAWN)


def fatal(event: AdverseEventRecord) -> Truth:
    """Say whether an event led to death: by its outcome, its grade or its criterion."""
    outcome = event.outcome.casefold()
    if outcome == FATAL or event.grade == 5 or "death" in event.criteria:
        return Truth.TRUE
    told = outcome not in _UNTOLD or event.grade is not None or event.serious is False
    return Truth.FALSE if told else Truth.UNKNOWN


def of_term(term: str) -> Asked:
    """Return the question whether an event has this term; capitals do not matter."""
    wanted = term.casefold()
    return lambda event: Truth.of(event.term.casefold() == wanted)


def of_class(soc: str) -> Asked:
    """Return the question whether an event is of this class; capitals do not matter."""
    wanted = soc.casefold()
    return lambda event: Truth.of(event.soc.casefold() == wanted)
