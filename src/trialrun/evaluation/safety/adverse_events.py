"""Adverse events: an overview, by class and term, by worst grade, and how frequent they are.

A table of treatment-emergent events holds those that are known to be so; whether the others are
cannot be told of some, and these are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trialrun.criteria.truth import Truth
from trialrun.evaluation.numbers import count_and_percent
from trialrun.evaluation.results import NOTHING, Row, Section, Table, Words, phrase
from trialrun.evaluation.safety import questions
from trialrun.evaluation.safety.by_class import by_class
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.counting import cell_notes, compared_heads, compared_rows
from trialrun.evaluation.safety.dots import dots
from trialrun.evaluation.safety.incidence import incidence
from trialrun.evaluation.safety.questions import Asked, emergent, every
from trialrun.evaluation.safety.severity import by_severity
from trialrun.records.analysis_data import TrialSubject

KINDS: tuple[tuple[str, Asked], ...] = (
    ("emergent", emergent),
    ("related", every(emergent, questions.related)),
    ("serious", every(emergent, questions.serious)),
    ("serious_related", every(emergent, questions.serious, questions.related)),
    ("severe", every(emergent, questions.at_least(questions.SEVERE))),
    ("stopped", every(emergent, questions.stopped_the_drug)),
    ("fatal", every(emergent, questions.fatal)),
)
"""What is asked of treatment-emergent events."""


def adverse_events(safety: Safety) -> Section:
    """Return every table of adverse events."""
    asked = dict(KINDS)
    return Section(
        "adverse-events",
        phrase("adverse_events"),
        tuple(_said(safety)),
        (
            overview(safety),
            incidence(safety, "incidence", [(phrase(f"event_{kind}"), ask) for kind, ask in KINDS]),
            *_of_interest(safety),
            by_class(safety, "emergent", emergent),
            *by_severity(safety, emergent),
            by_class(safety, "serious", asked["serious"]),
            by_class(safety, "related", asked["related"]),
        ),
        tuple(dots(safety)),
    )


def _said(safety: Safety) -> Iterator[Words]:
    if not any(safety.events_of(safety.subjects)):
        yield phrase("no_adverse_events", n=str(len(safety.subjects)))
    members = {subject.id for subject in safety.subjects}
    outside = sum(event.subject not in members for event in safety.study.data.events)
    if outside:
        yield phrase("events_outside", n=str(outside))


def overview(safety: Safety) -> Table:
    """Return subjects and events of each kind."""
    rows = compared_rows(safety, phrase("event_recorded"), questions.recorded)
    for name, asked in KINDS:
        depth = 0 if name == "emergent" else 1
        rows.extend(compared_rows(safety, phrase(f"event_{name}"), asked, depth))
    rows.append(_deaths(safety))
    notes = (*cell_notes(safety), phrase("emergent_rule"), phrase("severe_rule"))
    title = phrase("events_overview")
    return Table("adverse-events-overview", title, compared_heads(safety), tuple(rows), notes)


def _deaths(safety: Safety) -> Row:
    """Return who died, whether or not an adverse event tells of it."""
    cells = []
    for column in safety.columns:
        dead = [subject for subject in column.subjects if died(safety, subject)]
        rows = [row for subject in dead for row in subject.rows]
        cells.append(count_and_percent(len(dead), column.size, rows) if column.size else NOTHING)
    cells.extend(NOTHING for _ in safety.groups[1:])
    return Row(phrase("died"), tuple(cells))


def died(safety: Safety, subject: TrialSubject) -> bool:
    """Say whether the data tell of a subject's death, by a day or by a fatal event."""
    events = safety.study.adverse_events.get(subject.id, ())
    return subject.death_day is not None or any(
        questions.fatal(event) is Truth.TRUE for event in events
    )


def _of_interest(safety: Safety) -> Iterator[Table]:
    terms = safety.plan.of_interest
    if terms:
        asked: list[tuple[Words, Asked]] = [
            (term, every(emergent, questions.of_term(term))) for term in terms
        ]
        table = incidence(safety, "of-interest", asked)
        # A term such as eosinophilia is also graded from results; nobody need have reported it.
        graded = (phrase("interest_is_reported"),) if safety.plan.laboratory else ()
        yield replace(table, notes=(*table.notes, *graded))
