"""What ADSL and DM say of people in the same words."""

from __future__ import annotations

from typing import Literal

from trialrun.exchange.cdisc.cells import Row
from trialrun.records.analysis_data import Standing, TrialSubject

_SEX: dict[str, Literal["female", "male"]] = {"F": "female", "M": "male"}


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
