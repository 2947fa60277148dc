"""What waits for a decision on its grade, kept in memory until an act touches the participant.

A participant's grades follow from rows that only acts change, and every act on them names the
participant, or the candidate that they were. So they are kept with the last such act, and found
anew when that is another one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import Event
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.grading import ToGrade, in_order, participant_grades

MOST = 2000
"""Participants whose grades are kept: about 20 kB each where one value in ten is to be graded."""

Stamp = tuple[int, int]
"""The last act that names the participant, and the last that names the candidate; 0: none."""

_ACT = select(func.max(Event.id))
_STAMPED = select(
    Participant,
    _ACT.where(Event.participant_id == Participant.id).scalar_subquery(),
    _ACT.where(Event.candidate_id == Participant.candidate_id).scalar_subquery(),
).order_by(Participant.id)


class KeptGrades:
    """What `grades_to_confirm` says, for one protocol and one database, whose ids it goes by.

    May be asked by many threads, each with a session of its own.
    """

    def __init__(self, trial: TrialProtocol, most: int = MOST) -> None:
        self._trial = trial
        self._most = most
        self._kept: OrderedDict[int, tuple[Stamp, tuple[ToGrade, ...]]] = OrderedDict()
        self._lock = Lock()

    def count(self, session: Session) -> int:
        """Return how many there are, those that are not gradable among them."""
        return sum(len(found) for found in self._each(session))

    def in_order(self, session: Session) -> tuple[ToGrade, ...]:
        """Return all of them, as `grades_to_confirm` does."""
        return in_order(one for found in self._each(session) for one in found)

    def _each(self, session: Session) -> Iterator[tuple[ToGrade, ...]]:
        for participant, *stamp in session.execute(_STAMPED):
            yield self._of(session, participant, (stamp[0] or 0, stamp[1] or 0))

    def _of(self, session: Session, participant: Participant, stamp: Stamp) -> tuple[ToGrade, ...]:
        with self._lock:
            kept = self._kept.get(participant.id)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(participant.id)
                return kept[1]
        found = participant_grades(session, self._trial, participant)
        with self._lock:
            self._kept[participant.id] = stamp, found
            self._kept.move_to_end(participant.id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found
