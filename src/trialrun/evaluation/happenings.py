"""When an event of the plan befell a subject: death, ventilation, the end of treatment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Happening, Marked, TrialEvent
from trialrun.records.analysis_data import Observation, Standing, TrialSubject


@dataclass(frozen=True)
class Befell:
    """The day on which an event befell a subject, and the rows that say so."""

    day: int
    rows: tuple[str, ...]


def befell(study: Study, event: TrialEvent, subject: TrialSubject) -> Befell | None:
    """Return when an event befell a subject; None: as far as the data know, it did not.

    An event that is marked more than once counts from its first day.
    """
    if event.marked is not None:
        return _marked(study, event.marked, subject)
    day = _known(study, event, subject)
    return None if day is None else Befell(day, subject.rows)


def _known(study: Study, event: TrialEvent, subject: TrialSubject) -> int | None:
    if event.known is Happening.DEATH:
        return subject.death_day
    if event.known is Happening.END_OF_PARTICIPATION:
        return subject.last_day if subject.standing is Standing.DISCONTINUED else None
    return _treatment_stopped(study, subject)


def _treatment_stopped(study: Study, subject: TrialSubject) -> int | None:
    """Return the day of the last dose if it came more than one course before the last planned one.

    The last dose of all may be missed without having stopped; that is why one course is allowed.
    Whoever is still in the course of treatment has not stopped it.
    """
    arm = next((arm for arm in study.protocol.design.arms if arm.id == subject.arm), None)
    if arm is None or subject.first_dose_day is None or subject.last_dose_day is None:
        return None
    *_, last_planned = arm.regimen.days
    last_planned += subject.first_dose_day - arm.regimen.first_day
    past = subject.standing is not Standing.ONGOING or (subject.last_day or 0) > last_planned
    early = subject.last_dose_day < last_planned - arm.regimen.course_days
    return subject.last_dose_day if past and early else None


def _marked(study: Study, marked: Marked, subject: TrialSubject) -> Befell | None:
    found = [
        (day, row)
        for row in study.observations.get((subject.id, marked.parameter), ())
        if row.text in marked.values and (day := _day(study, marked, subject, row)) is not None
    ]
    if not found:
        return None
    day, row = min(found, key=lambda one: one[0])
    return Befell(day, row.rows)


def _day(study: Study, marked: Marked, subject: TrialSubject, row: Observation) -> int | None:
    """Return the day that the form names at the same visit; the visit's day if it names none.

    A day known in part names none: the event had come by the visit.
    """
    if marked.day is not None and subject.reference_date is not None:
        for named in study.observations.get((subject.id, marked.day), ()):
            day = _whole_day(named.text)
            if (named.visit, named.day) == (row.visit, row.day) and day is not None:
                return (day - subject.reference_date).days
    return row.day


def _whole_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
