"""What was put into an invented trial beside what its evaluation found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.efficacy.outcome import Headline, Outcome
from trialrun.evaluation.numbers import interval, number
from trialrun.evaluation.results import Cell, Row, Section, Table, Words, column_heads, phrase


@dataclass(frozen=True)
class KnownTruth:
    """The truth of one estimand: of the model, and of each subject as it was drawn.

    `model` says in words how the trial was invented.
    """

    estimand: str
    value: float
    by_subject: Mapping[str, float]
    model: Words


def truth_section(known: KnownTruth, outcomes: Iterable[Outcome]) -> Section:
    """Return the truth beside each estimate of its estimand, and whether the interval holds it."""
    drawn = float(np.mean(list(known.by_subject.values()))) if known.by_subject else None
    rows = tuple(_rows(known, drawn, outcomes))
    columns = column_heads("truth", "truth_drawn", "estimate", "interval", "holds_truth")
    notes = (phrase("truth_means", n=str(len(known.by_subject))),)
    table = Table("truth", phrase("truth"), columns, rows, notes)
    return Section("truth", phrase("truth"), (known.model,), (table,))


def _rows(known: KnownTruth, drawn: float | None, outcomes: Iterable[Outcome]) -> Iterator[Row]:
    for outcome in outcomes:
        if outcome.analysis.estimand == known.estimand:
            for headline in outcome.headlines:
                yield Row(headline.label, _cells(known, drawn, headline))


def _cells(known: KnownTruth, drawn: float | None, found: Headline) -> tuple[Cell, ...]:
    holds = found.interval.lower <= known.value <= found.interval.upper
    return (
        Cell(number(known.value, found.decimals), known.value),
        Cell("–" if drawn is None else number(drawn, found.decimals), drawn),
        Cell(number(found.value, found.decimals), found.value),
        Cell(interval(found.interval, found.decimals)),
        Cell(phrase("yes" if holds else "no")),
    )
