"""When what is due: the planned visits and doses of a participant, as they stand on a date.

Pure: a design and what is known of a participant go in, frozen plans come out. What happened after
the date is not yet known on it. What a visit or a dose contains is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest

from trialrun.conduct.plans import (
    DoseRecorded,
    Entry,
    Over,
    Participation,
    PlannedDose,
    PlannedVisit,
    Schedule,
    Status,
)
from trialrun.protocol.design import (
    Anchor,
    Counting,
    Design,
    Regimen,
    Unplanned,
    UnplannedVisit,
    Visit,
)

SOON = 7
"""So many days before its window opens, a visit or a dose is due soon; ours."""


def schedule(design: Design, participation: Participation, on: date) -> Schedule:
    """Return what is planned for a participant, and where it stands on a date."""
    known = participation.known_on(on)
    visits = (*_planned_visits(design, known, on), *_early_termination(design, known, on))
    unscheduled = {v.id for v in design.unplanned_visits if v.type is Unplanned.UNSCHEDULED}
    return Schedule(
        visits=visits,
        unscheduled=tuple(visit for visit in known.visits if visit.visit in unscheduled),
        doses=tuple(_planned_doses(design, known, on)),
    )


# --- visits -----------------------------------------------------------------------------------


def _planned_visits(design: Design, known: Participation, on: date) -> Sequence[PlannedVisit]:
    plans: list[PlannedVisit] = []
    for visit in design.visits:
        done_on = _done_on(visit.id, known)
        day = _day(visit, design, known, plans[-1] if plans else None)
        first, last = _window(visit, day)
        plans.append(PlannedVisit(visit, day, first, last, done_on, Status.WAITING))
    return [
        replace(plan, status=_visit_status(plan, plans[i + 1 :], known, on))
        for i, plan in enumerate(plans)
    ]


def _done_on(visit: str, known: Participation) -> date | None:
    return min((made.on for made in known.visits if made.visit == visit), default=None)


def _day(
    visit: Visit, design: Design, known: Participation, before: PlannedVisit | None
) -> date | None:
    """Return the day a visit is planned for; None if what it is counted from has not happened."""
    if visit.anchor is Anchor.PREVIOUS_VISIT and before:
        previous = before.done_on or before.day
        return previous and previous + timedelta(visit.day)
    if visit.anchor is Anchor.FIRST_DOSE and design.counting:
        number = design.counting.first_dose
        return known.first_dose_on and known.first_dose_on + timedelta(visit.day - number)
    return known.enrolled_on + timedelta(visit.day)


def _window(
    visit: Visit | UnplannedVisit, day: date | None
) -> tuple[date, date] | tuple[None, None]:
    if day is None:
        return None, None
    return day - timedelta(visit.before), day + timedelta(visit.after)


def _visit_status(
    plan: PlannedVisit, later: Sequence[PlannedVisit], known: Participation, on: date
) -> Status:
    if plan.first is None or plan.last is None:
        if plan.done_on:
            return Status.DONE_OUT_OF_WINDOW
        return Status.WAITING if known.visits_over is None else Status.NO_LONGER_DUE
    if plan.done_on is not None:
        return _done(plan.first <= plan.done_on <= plan.last)
    if plan.visit.id in known.missed_visits:
        return Status.MISSED
    overtaken = any(_has_come(next_, on) for next_ in later)
    return _open_status(plan.first, plan.last, known.visits_over, on, overtaken=overtaken)


def _has_come(plan: PlannedVisit, on: date) -> bool:
    return plan.done_on is not None or (plan.first is not None and plan.first <= on)


def _done(in_window: bool) -> Status:
    return Status.DONE_IN_WINDOW if in_window else Status.DONE_OUT_OF_WINDOW


def _open_status(
    first: date, last: date, over: Over | None, on: date, *, overtaken: bool
) -> Status:
    """Return where something stands that was not done: the one rule for visits and doses.

    `overtaken`: the next of its kind has come.
    """
    if over is not None:
        # Who completes the trial owes the last visit even if its window is still open; who leaves
        # early owes nothing whose window was not over.
        owed = last if over.early else first - timedelta(1)
        return Status.MISSED if over.on > owed else Status.NO_LONGER_DUE
    if on > last:
        return Status.MISSED if overtaken else Status.OVERDUE
    return _not_over(first, on)


def _not_over(first: date, on: date) -> Status:
    if on >= first:
        return Status.DUE
    return Status.DUE_SOON if on >= first - timedelta(SOON) else Status.NOT_YET_DUE


def _early_termination(design: Design, known: Participation, on: date) -> Iterator[PlannedVisit]:
    for visit in design.unplanned_visits:
        done_on = _done_on(visit.id, known)
        day = known.ended_on
        if visit.type is Unplanned.UNSCHEDULED or day is None:
            continue
        if done_on is None and not known.needs_early_termination:
            continue
        first, last = day - timedelta(visit.before), day + timedelta(visit.after)
        if done_on is not None:
            status = _done(first <= done_on <= last)
        elif visit.id in known.missed_visits:
            status = Status.MISSED
        else:
            status = Status.OVERDUE if on > last else _not_over(first, on)
        yield PlannedVisit(visit, day, first, last, done_on, status)


# --- doses ------------------------------------------------------------------------------------


def _planned_doses(design: Design, known: Participation, on: date) -> Iterator[PlannedDose]:
    for arm in design.arms:
        if arm.id == known.arm:
            if design.counting is None:
                raise ValueError("an unchecked protocol: it does not say how doses are counted")
            yield from _doses_of(arm.regimen, design.counting, known, on)


def _doses_of(
    regimen: Regimen, counting: Counting, known: Participation, on: date
) -> Iterator[PlannedDose]:
    numbered = regimen.days
    days = [_dose_day(day, numbered[0], counting, known) for day in numbered]
    recorded = {(dose.course, dose.number): dose for dose in known.doses}
    latest = max(recorded, default=(0, 0))
    for i, (day, next_day) in enumerate(zip_longest(days, days[1:], fillvalue=date.max)):
        course, number = (index + 1 for index in divmod(i, regimen.injections))
        dose = recorded.get((course, number))
        overtaken = next_day <= on or (course, number) < latest
        yield PlannedDose(
            course=course,
            number=number,
            day=numbered[i] - numbered[0] + counting.first_dose,
            on=day,
            recorded=dose,
            status=_dose_status(day, dose, known, on, overtaken=overtaken),
        )


def _dose_day(day: int, first_day: int, counting: Counting, known: Participation) -> date:
    """Return the date of a planned dose; it moves with the first if the design says so."""
    if counting.doses_from is Anchor.FIRST_DOSE and known.first_dose_on is not None:
        return known.first_dose_on + timedelta(day - first_day)
    return known.enrolled_on + timedelta(day)


def _dose_status(
    day: date, dose: DoseRecorded | None, known: Participation, on: date, *, overtaken: bool
) -> Status:
    if dose is not None:
        return _done(dose.on == day) if dose.given else Status.MISSED
    return _open_status(day, day, known.doses_over, on, overtaken=overtaken)


# --- everybody --------------------------------------------------------------------------------


def calendar(
    design: Design, everybody: Iterable[Participation], first: date, last: date, on: date
) -> tuple[Entry, ...]:
    """Return what stands open or was done from a day to a day, as of a date: earliest end first.

    What is overdue stands open until the date, however long its window is over. What is no longer
    due is left out.
    """
    entries = [
        entry
        for participation in everybody
        for entry in _entries(schedule(design, participation, on), participation.participant, on)
        if entry.first <= last and entry.last >= first
    ]
    return tuple(sorted(entries, key=_in_order))


def _entries(plan: Schedule, participant: str, on: date) -> Iterator[Entry]:
    for visit in plan.visits:
        if visit.first and visit.last and visit.status is not Status.NO_LONGER_DUE:
            yield _entry(participant, visit, visit.first, visit.last, on)
    for dose in plan.doses:
        if dose.status is not Status.NO_LONGER_DUE:
            yield _entry(participant, dose, dose.on, dose.on, on)


def _entry(
    participant: str, what: PlannedVisit | PlannedDose, first: date, last: date, on: date
) -> Entry:
    until = max(last, on) if what.status is Status.OVERDUE else last
    return Entry(participant, first, until, what)


def _in_order(entry: Entry) -> tuple[date, date, str, str]:
    what = entry.what
    name = what.visit.id if isinstance(what, PlannedVisit) else f"{what.course:03}.{what.number:03}"
    return entry.last, entry.first, entry.participant, name
