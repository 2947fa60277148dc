"""Adverse events by system organ class and preferred term, the most frequent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialrun.criteria.truth import Truth
from trialrun.evaluation.results import Row, Table, Words, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.counting import (
    cell_notes,
    compared_cells,
    compared_heads,
    unanswered,
)
from trialrun.evaluation.safety.questions import Asked, every, of_class, of_term


@dataclass(frozen=True)
class EventClass:
    """A system organ class with its terms, as the data write them first."""

    name: str
    terms: tuple[str, ...]

    @property
    def title(self) -> Words:
        """The name of the class; or that the data give none."""
        return self.name or phrase("no_class")

    def asked(self, asked: Asked) -> Asked:
        """Return the question whether an event of the class is one that is asked for."""
        return every(of_class(self.name), asked)


def classes_of(safety: Safety, asked: Asked) -> tuple[EventClass, ...]:
    """Return the classes of the events of which something is true.

    Classes and terms come in the order of how many subjects they befell; capitals do not matter.
    """
    subjects: dict[str, set[str]] = defaultdict(set)
    terms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    written: dict[str, str] = {}
    for event in safety.events_of(safety.subjects):
        if asked(event) is Truth.TRUE:
            soc, term = event.soc.casefold(), event.term.casefold()
            written.setdefault(soc, event.soc)
            written.setdefault(term, event.term)
            subjects[soc].add(event.subject)
            terms[soc][term].add(event.subject)
    return tuple(
        EventClass(written[soc], tuple(written[term] for term in _by_size(terms[soc])))
        for soc in _by_size(subjects)
    )


def _by_size(found: Mapping[str, set[str]]) -> list[str]:
    return sorted(found, key=lambda name: (-len(found[name]), name))


def by_class(safety: Safety, name: str, asked: Asked) -> Table:
    """Return the table of the events of which something is true."""
    return Table(
        f"adverse-events-{name}",
        phrase(f"events_{name.replace('-', '_')}"),
        compared_heads(safety),
        tuple(_rows(safety, asked)),
        (*cell_notes(safety), *unanswered(safety, asked)),
        phrase("class_and_term"),
    )


def _rows(safety: Safety, asked: Asked) -> Iterator[Row]:
    yield Row(phrase("any_of_these"), compared_cells(safety, asked))
    for one in classes_of(safety, asked):
        in_class = one.asked(asked)
        yield Row(one.title, compared_cells(safety, in_class))
        for term in one.terms:
            cells = compared_cells(safety, every(of_term(term), in_class))
            yield Row(term, cells, depth=1)
