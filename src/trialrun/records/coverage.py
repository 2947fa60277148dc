"""Coverage: for which kind of record, and for which days, a source knows everything.

Absence of a record proves something only where a source says that it would have known.
Measurements are never presumed: no coverage of theirs is ever used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trialrun.records.dates import EARLIEST, LATEST
from trialrun.records.schema import Kind


@dataclass(frozen=True, slots=True)
class Coverage:
    """A source's word that its records of one kind are complete from `since` to `until`.

    `since` 0001-01-01 covers the whole life; `until` 9999-12-31 means kept current.
    """

    coverage_id: int
    kind: Kind
    since: date = EARLIEST
    until: date = LATEST

    def covers(self, kind: Kind, first: date, last: date, birth_lo: date) -> bool:
        """Say whether every day from `first` to `last` of a life begun on `birth_lo` is known."""
        begins = max(first, birth_lo)
        return self.kind is kind and self.since <= begins and last <= self.until
