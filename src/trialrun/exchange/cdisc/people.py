"""What ADSL and DM say of people in the same words, a row for each of them.

Refuses datasets with two rows of one subject: whoever they mean would count twice.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from trialrun.errors import Problem, SourceError
from trialrun.exchange.cdisc.cells import Row
from trialrun.exchange.cdisc.counting import Tally
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.records.analysis_data import Standing, TrialSubject

_SEX: dict[str, Literal["female", "male"]] = {"F": "female", "M": "male"}


_NAMED = 6
"""Rows that a message names; their numbers are enough to find the others."""
UNDATED_DEATH = "death", "its day is not known, and no analysis counts it"
NEITHER = "it says neither Y nor N"


def one_each(dataset: Dataset, tally: Tally) -> list[Row]:
    """Return the rows of a dataset that has one for each subject; who has no name is counted.

    Raises:
        SourceError: a subject has several.
    """
    rows = list(dataset.rows())
    named = [row for row in rows if row.text("USUBJID")]
    tally.add(f"{dataset.name} row", "it names no subject", len(rows) - len(named))
    counted = Counter(row.text("USUBJID") for row in named)
    if several := [str(row.number) for row in named if counted[row.text("USUBJID")] > 1]:
        found = (
            f"{dataset.name} has several rows of one subject: rows {', '.join(several[:_NAMED])}"
        )
        found += f" and {len(several) - _NAMED} more" if len(several) > _NAMED else ""
        problem = Problem(str(dataset.path), found, "leave one row of each")
        raise SourceError("The datasets cannot be read", [problem])
    return named


def count_undated_dose(row: Row, column: str, tally: Tally) -> None:
    """Count a first dose that is written, and whose day is not known."""
    if row.text(column) and row.day(column) is None:
        tally.add("first dose", "its day is not known: its subject counts as not treated")


def died(row: Row) -> bool:
    """Say whether a row speaks of a death, whether or not it says when."""
    return row.is_yes("DTHFL") or bool(row.text("DTHDT", "DTHDTC"))


def age(row: Row, tally: Tally) -> float | None:
    """Return the age; one that is no number is counted."""
    if row.is_misread("AGE"):
        tally.add("age", "it is no number")
    return row.number_of("AGE")


def sex(row: Row) -> Literal["female", "male"] | None:
    """Return the sex; None: it is not known, or neither."""
    return _SEX.get(row.text("SEX").upper())


def failed(row: Row, standing: Standing = Standing.SCREEN_FAILURE, why: str = "") -> TrialSubject:
    """Return somebody who was not enrolled."""
    return TrialSubject(
        id=row.text("USUBJID"),
        standing=standing,
        discontinued_because=why,
        age=row.number_of("AGE"),
        sex=sex(row),
        site=row.text("SITEID") or None,
        rows=(row.ref(),),
    )


def actual(row: Row, given: tuple[str, ...], planned: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that say what was received; data without them say what was planned."""
    return given if any(name in row.cells for name in given) else planned
