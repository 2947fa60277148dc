"""What waits for a decision on its grade, kept in memory until an act touches the participant.

A participant's grades follow from the day of the first dose and from rows that only some acts
change, each of which names the participant, or the candidate that they were. So they are kept with
that day and the last such act, and found anew when either is another one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import Event
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.grading import ToGrade, in_order, participant_grades

MOST = 2000
"""Participants whose grades are kept: about 20 kB each where one value in ten is to be graded."""

TOUCHING = frozenset(
    {Verb.CORRECT_VISIT, Verb.VOID_VISIT, Verb.FILL_IN_FORM, Verb.CORRECT_FORM, Verb.CONFIRM_GRADE}
)
"""Acts that change a grade: a visit has no value when it is recorded."""

Stamp = tuple[date | None, int, int]
"""The first dose, the last act that names the participant, the last that names the candidate."""

_PARTICIPANTS = select(Participant).order_by(Participant.id)
# Grouped: asked for each participant alone, PostgreSQL may walk back through the whole trail.
_LAST = (
    select(Participant.id, func.max(Event.id))
    .where(Event.verb.in_(TOUCHING))
    .group_by(Participant.id)
)
_OF_PARTICIPANT = _LAST.join(Event, Event.participant_id == Participant.id)
_OF_CANDIDATE = _LAST.join(Event, Event.candidate_id == Participant.candidate_id)


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
        acts = dict(session.execute(_OF_PARTICIPANT).all())
        earlier = dict(session.execute(_OF_CANDIDATE).all())
        for one in session.scalars(_PARTICIPANTS).all():
            stamp = one.first_dose_on, acts.get(one.id, 0), earlier.get(one.id, 0)
            yield self._of(session, one, stamp)

    def _of(self, session: Session, participant: Participant, stamp: Stamp) -> tuple[ToGrade, ...]:
        # Whoever comes meanwhile waits, and does not grade the same once more.
        with self._lock:
            kept = self._kept.pop(participant.id, None)
            if kept is None or kept[0] != stamp:
                kept = stamp, participant_grades(session, self._trial, participant)
            self._kept[participant.id] = kept
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept[1]
