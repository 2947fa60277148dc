"""Days after day 0 of each subject, and what of the data is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trialrun.exchange.cdisc.cells import Row
from trialrun.records.analysis_data import LeftOut


@dataclass
class Tally:
    """Counts rows that are not used, by what they are and why."""

    counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, what: str, why: str, count: int = 1) -> None:
        """Count rows that are not used."""
        if count:
            self.counted[what, why] += count

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return what was counted."""
        return tuple(LeftOut(what, count, why) for (what, why), count in self.counted.items())


@dataclass(frozen=True)
class Days:
    """The reference date of each subject (None: it has none), which is day 0."""

    references: Mapping[str, date | None]

    def of(self, row: Row, studied: tuple[str, ...], dated: tuple[str, ...]) -> int | None:
        """Return the day of a row by its study day, else by its date; None: it is not known.

        Study days have no zero: 1 is day 0, and -1 the day before.
        """
        study_day = row.whole(*studied)
        if study_day is not None:
            return study_day - 1 if study_day > 0 else study_day
        return self.after(row.text("USUBJID"), row.day(*dated))

    def after(self, subject: str, day: date | None) -> int | None:
        """Return a date as a day after the subject's day 0."""
        reference = self.references.get(subject)
        return None if day is None or reference is None else (day - reference).days
