"""What was known of a subject at baseline, by the names that a plan uses.

A name is `age`, `sex` or `site`, a variable's id (its baseline value), or else a characteristic of
the source. Refuses to guess: what the data do not say is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from trialrun.evaluation.results import Words, phrase, with_unit, wording
from trialrun.evaluation.study import Study
from trialrun.evaluation.values import measured
from trialrun.records.analysis_data import TrialSubject

OF_HOSPITAL = ("age", "sex")
"""What a trial does not ask, because the hospital's records say it."""

WORDS = ("sex", "site")

OF_EVERY_SUBJECT = (*OF_HOSPITAL, "site")
_MOST_DECIMALS = 2
"""Numbers of a source may have been divided; more decimals tell nobody anything."""


@dataclass(frozen=True)
class Known:
    """A number, a word, or None for what is not known; and the rows that it came from."""

    value: float | str | None
    rows: tuple[str, ...] = ()


def characteristic(study: Study, name: str, subject: TrialSubject) -> Known:
    """Return what is known of a subject under a name."""
    if name in OF_EVERY_SUBJECT:
        return Known(getattr(subject, name), subject.rows)
    if name not in study.variables:
        return Known(subject.characteristics.get(name), subject.rows)
    baseline = measured(study, name, subject).baseline
    return Known(None) if baseline is None else Known(baseline.number, baseline.rows)


def title_of_characteristic(study: Study, name: str) -> Words:
    """Return what a name stands for; what the plan does not name keeps its own name."""
    if name in OF_EVERY_SUBJECT:
        return phrase(f"characteristic_{name}")
    named = study.variables.get(name) or study.characteristics.get(name)
    if named is None:
        return name
    return with_unit(named.title, named.title_zh, named.unit)


def label_of(value: float | str) -> str:
    """Return the word for a value where it names a group: a number as it was written."""
    return value if isinstance(value, str) else f"{value:.12g}"


def title_of_group(study: Study, name: str, label: str) -> Words:
    """Return what a group of a characteristic is called."""
    if name == "sex":
        return phrase(f"sex_{label}")
    groups = study.characteristics[name].groups if name in study.characteristics else ()
    titles = (wording(one.title, one.title_zh) for one in groups if one.value == label)
    return next(titles, label)


def in_order(labels: Iterable[str]) -> list[str]:
    """Return the names of groups in order, those below first, those above last (`<65`, `>80`)."""
    return sorted(set(labels), key=lambda label: (_rank(label), label))


def _rank(label: str) -> int:
    return -1 if label.startswith(("<", "≤")) else int(label.startswith((">", "≥")))


def decimals_of(study: Study, name: str, numbers: Sequence[float]) -> int:
    """Return the decimals of a variable; of other numbers those that they were written with."""
    if name in study.variables:
        return study.variables[name].decimals
    return decimals_written(numbers)


def decimals_written(numbers: Iterable[float]) -> int:
    """Return with how many decimals numbers were written, at most two."""
    found = (-int(Decimal(f"{one:.12g}").normalize().as_tuple().exponent) for one in numbers)
    return min(_MOST_DECIMALS, max(0, *found, 0))
