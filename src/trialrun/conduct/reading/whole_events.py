"""Adverse events of a whole trial, with their course and the reports that were sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trialrun.conduct.reading.whole_rows import Rows, written
from trialrun.conduct.tables.adverse_events import (
    AdverseEvent,
    AdverseEventFollowUp,
    SafetyReport,
)
from trialrun.conduct.treatment_emergence import ObservedGrade, treatment_emergent
from trialrun.criteria.truth import Truth
from trialrun.records import trial_rows as told
from trialrun.records.dates import Span

Emergence = tuple[date | None, date | None]
"""The days of the first dose and of the end of the emergent period."""
_KNOWN = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}


class Events:
    """The events of a trial that stand, asked for by participant."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._events = rows.by(AdverseEvent, "participant_id", AdverseEvent.onset_lo)
        self._follow_ups = rows.by(
            AdverseEventFollowUp, "adverse_event_id", AdverseEventFollowUp.observed_lo
        )
        self._reports = rows.by(SafetyReport, "adverse_event_id", SafetyReport.sent_at)

    def of(self, participant_id: int, emergence: Emergence) -> tuple[told.AdverseEvent, ...]:
        """Return the events of a participant, by their onset."""
        return tuple(self._event(one, emergence) for one in self._events.get(participant_id, ()))

    def _event(self, event: AdverseEvent, emergence: Emergence) -> told.AdverseEvent:
        follow_ups = self._follow_ups.get(event.id, [])
        return told.AdverseEvent(
            **self._rows.named(event),
            reported_term=event.reported_term,
            term=event.term,
            soc=event.soc,
            onset=written(event.onset, event.onset_lo, event.onset_hi),
            ended=_ended(event),
            first_grade=event.first_grade,
            grade=event.grade,
            criteria=frozenset(str(one) for one in event.criteria),
            aware_at=event.aware_at,
            serious_aware_at=event.serious_aware_at,
            causality=event.causality,
            expectedness=event.expectedness,
            action_taken=event.action_taken,
            outcome=event.outcome,
            treatment=event.treatment,
            narrative=event.narrative,
            emergent=_KNOWN[_emergent(event, follow_ups, emergence)],
            follow_ups=tuple(self._follow_up(one) for one in follow_ups),
            reports=tuple(self._report(one) for one in self._reports.get(event.id, ())),
        )

    def _follow_up(self, row: AdverseEventFollowUp) -> told.FollowUp:
        return told.FollowUp(
            **self._rows.named(row),
            observed=written(row.observed, row.observed_lo, row.observed_hi),
            grade=row.grade,
            outcome=row.outcome,
            aware_at=row.aware_at,
            note=row.note,
        )

    def _report(self, row: SafetyReport) -> told.SafetyReport:
        return told.SafetyReport(
            **self._rows.named(row),
            recipient=row.recipient,
            number=row.number,
            sent_at=row.sent_at,
            means=row.means,
            reference=row.reference,
        )


def _ended(event: AdverseEvent) -> told.Written | None:
    if event.ended is None or event.ended_lo is None or event.ended_hi is None:
        return None
    return written(event.ended, event.ended_lo, event.ended_hi)


def _emergent(
    event: AdverseEvent, follow_ups: Sequence[AdverseEventFollowUp], emergence: Emergence
) -> Truth:
    onset = ObservedGrade(Span(event.onset_lo, event.onset_hi), event.first_grade)
    later = [ObservedGrade(Span(one.observed_lo, one.observed_hi), one.grade) for one in follow_ups]
    return treatment_emergent(onset, later, *emergence)
