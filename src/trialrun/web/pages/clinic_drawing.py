"""What the figures of a participant say, in the visitor's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from markupsafe import Markup

from trialrun.conduct.plans import PlannedDose, PlannedVisit, Status
from trialrun.conduct.tables.adverse_events import AdverseEvent
from trialrun.protocol.design import Design
from trialrun.report.clinic_figures import (
    DrawnPoint,
    Mark,
    MarkKind,
    TimelineRow,
    course_figure,
    timeline_figure,
)
from trialrun.web import words
from trialrun.web.words import msgid, said
from trialrun.workflows.due import UNRECORDED, word_of
from trialrun.workflows.form_filling import Point
from trialrun.workflows.standing import Standing

_KINDS = {
    Status.DONE_IN_WINDOW: MarkKind.DONE,
    Status.DONE_OUT_OF_WINDOW: MarkKind.LATE,
    Status.MISSED: MarkKind.MISSED,
    Status.OVERDUE: MarkKind.OPEN,
    Status.DUE: MarkKind.OPEN,
    UNRECORDED: MarkKind.OPEN,
}
_VISITS, _DOSES, _EVENTS = msgid("Visits"), msgid("Doses"), msgid("Adverse events")
_WEEK_0 = msgid("Week 0")
_TIMELINE = msgid("Visits, doses and adverse events over the weeks of the trial")
_COURSE = msgid("The values over the weeks of the trial")


def timeline_of(
    stands: Standing, events: Sequence[AdverseEvent], design: Design, language: str
) -> Markup:
    """Draw a participant's visits, doses and adverse events."""
    say = partial(said, language)
    start = stands.enrolled.row.enrolled_on
    rows = (
        TimelineRow(say(_VISITS), tuple(_visits(stands, start, language))),
        TimelineRow(say(_DOSES), tuple(_doses(stands, start, language))),
        TimelineRow(say(_EVENTS), tuple(_events(events, start))),
    )
    return _safe(
        timeline_figure(
            rows,
            today=stands.day,
            last_day=design.end_of_follow_up_day or stands.day,
            title=say(_TIMELINE),
            week_0=say(_WEEK_0),
        )
    )


def course_of(points: Sequence[Point], start: date, last_day: int, language: str) -> Markup | None:
    """Draw an item over time; None where there is nothing to draw."""
    drawn = [
        DrawnPoint(
            (point.day - start).days,
            point.number,
            f"{words.day(language, point.day)}: {words.number(language, point.number)}",
        )
        for point in points
        if point.number is not None
    ]
    if not drawn:
        return None
    say = partial(said, language)
    return _safe(course_figure(drawn, last_day=last_day, title=say(_COURSE), week_0=say(_WEEK_0)))


def _visits(stands: Standing, start: date, language: str) -> Iterator[Mark]:
    for visit in stands.plan.visits:
        on = visit.done_on or visit.day
        if on is None or visit.status is Status.NO_LONGER_DUE:
            continue
        title = f"{visit.visit.id} {words.titled(language, visit.visit)}"
        window = None
        if visit.first and visit.last:
            window = ((visit.first - start).days, (visit.last - start).days)
        yield _mark(visit, stands, on, start, language, title, window)
    for made in stands.plan.unscheduled:
        yield Mark((made.on - start).days, MarkKind.DONE, words.day(language, made.on))


def _doses(stands: Standing, start: date, language: str) -> Iterator[Mark]:
    for dose in stands.plan.doses:
        if dose.status is not Status.NO_LONGER_DUE:
            on = dose.recorded.on if dose.recorded else dose.on
            title = f"{dose.course}.{dose.number}"
            yield _mark(dose, stands, on, start, language, title)


def _mark(
    what: PlannedVisit | PlannedDose,
    stands: Standing,
    on: date,
    start: date,
    language: str,
    title: str,
    window: tuple[int, int] | None = None,
) -> Mark:
    word = word_of(what, stands.enrolled.known)
    whole = f"{title} · {words.day(language, on)} · {said(language, word)}"
    return Mark((on - start).days, _KINDS.get(word, MarkKind.AHEAD), whole, window)


def _events(events: Sequence[AdverseEvent], start: date) -> Iterator[Mark]:
    for event in events:
        # An event whose onset is known to the month only stands at the month's first day.
        day = (max(event.onset_lo, start) - start).days
        kind = MarkKind.LATE if event.serious else MarkKind.DONE
        yield Mark(day, kind, f"{event.term} · {event.onset}")


def _safe(svg: str) -> Markup:
    """Mark a figure as safe: what draws it escapes every word in it."""
    return Markup(svg)
