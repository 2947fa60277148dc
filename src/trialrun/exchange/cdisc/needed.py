"""Which columns a dataset cannot do without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.errors import Problem, SourceError
from trialrun.exchange.cdisc.formats import Dataset

Needed = Sequence[tuple[str, ...]]
"""For each column its name, or several of which one is enough."""


def refuse_without(datasets: Sequence[tuple[Dataset, Needed]]) -> None:
    """Refuse datasets without the columns that they need, all problems at once.

    Raises:
        SourceError: with every column that is missing.
    """
    problems = [problem for dataset, needed in datasets for problem in _missing(dataset, needed)]
    if problems:
        raise SourceError("The datasets cannot be read", problems)


def _missing(dataset: Dataset, needed: Needed) -> Iterator[Problem]:
    for names in needed:
        if not dataset.has(*names):
            found = f"{dataset.name} has no column {' or '.join(names)}"
            yield Problem(str(dataset.path), found, "export the dataset with it")
