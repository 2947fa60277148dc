"""Days after day 0 of each subject, and what of the data is left out.

A day that lies more than a century from day 0 is none, and neither is study day 0, which CDISC does
not have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from trialrun.exchange.cdisc.cells import Row
from trialrun.records.analysis_data import LeftOut

_FARTHEST = 36_525
_IN_PART = re.compile(r"(?!\d{4}-\d\d-\d\d)(\d{4}|-)(-(\d\d|-)){0,2}(T.*)?")
"""ISO 8601 as CDISC shortens it: from the right, or with a hyphen for what is not known."""


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

    def once(self, rows: Iterable[Row], sequence: str) -> Iterator[Row]:
        """Yield the rows but for those that repeat another, its sequence number included."""
        seen = set()
        for row in rows:
            cells = tuple(row.cells.values())
            if not row.text(sequence) or cells not in seen:
                seen.add(cells)
                yield row
            else:
                self.add(f"{row.dataset} row", "it repeats another row, cell by cell")


@dataclass(frozen=True)
class Days:
    """The reference date of each subject (None: it has none), which is day 0."""

    references: Mapping[str, date | None]
    tally: Tally

    def counted(
        self, row: Row, studied: tuple[str, ...], dated: tuple[str, ...], kept: str
    ) -> int | None:
        """Return the day of a row, as `of` does; one that is written and not known is counted.

        `kept` says what counts all the same.
        """
        day = self.of(row, studied, dated)
        if day is None and (unknown := self._unknown(row, studied, dated)):
            self.tally.add(unknown, kept)
        return day

    def of_value(self, row: Row, studied: tuple[str, ...], dated: tuple[str, ...]) -> int | None:
        """Return the day of a value, as `of` does; a value without a day is counted."""
        if not row.text(*studied, *dated):
            self.tally.add(f"{row.dataset} row", "it has no day: no analysis of values uses it")
        return self.counted(row, studied, dated, "the value is kept, its day is not")

    def of(self, row: Row, studied: tuple[str, ...], dated: tuple[str, ...]) -> int | None:
        """Return the day of a row by its study day, else by its date; None: it is not known.

        Study days have no zero: 1 is day 0, and -1 the day before.
        """
        study_day = row.whole(*studied)
        if study_day is not None and 0 < abs(study_day) <= _FARTHEST:
            return study_day - 1 if study_day > 0 else study_day
        return self.after(row.text("USUBJID"), row.day(*dated))

    def after(self, subject: str, day: date | None) -> int | None:
        """Return a date as a day after the subject's day 0."""
        reference = self.references.get(subject)
        if day is None or reference is None:
            return None
        days = (day - reference).days
        return days if abs(days) <= _FARTHEST else None

    def _unknown(self, row: Row, studied: tuple[str, ...], dated: tuple[str, ...]) -> str:
        """Return what is the matter with a day that is not known; "": none is written."""
        written = row.text(*dated)
        if not written:
            return "day that is none" if row.text(*studied) else ""
        if _IN_PART.fullmatch(written):
            return "day known in part"
        if row.day(*dated) and self.references.get(row.text("USUBJID")) is None:
            return "day of a subject without day 0"
        return "day that is none"
