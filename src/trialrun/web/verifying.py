"""The last check of the whole trail that somebody asked for, kept with its time.

A check reads every entry ever written, seconds to a minute in a trial that has run for long. It is
made when a person asks for it, one at a time; whoever only looks sees what the last one found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from trialrun.conduct.audit import Verification, verify
from trialrun.conduct.database import Database


@dataclass(frozen=True)
class Checked:
    """A check of the trail: the printed head it was asked about, when it began, and its end."""

    verification: Verification
    asked_head: str
    began_at: datetime
    ended_at: datetime

    @property
    def seconds(self) -> int:
        """Return how long it took, in whole seconds, at least one."""
        return max(1, round((self.ended_at - self.began_at).total_seconds()))


@dataclass
class Checks:
    """The checks of one server; `last` is None until the first."""

    database: Database
    clock: Callable[[], datetime]
    last: Checked | None = None
    _one_at_a_time: Lock = field(default_factory=Lock)

    def check(self, head: str) -> Checked:
        """Check every seal and every row, and whether the chain ever had a head ("": none)."""
        with self._one_at_a_time:
            began = self.clock()
            found = verify(self.database, head or None)
            self.last = checked = Checked(found, head, began, self.clock())
        return checked
