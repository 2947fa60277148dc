"""What of the data of a conducted trial no analysis uses, counted, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from trialrun.protocol.design import Anchor, Design
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import LeftOut
from trialrun.records.trial_data import Subject, TrialData
from trialrun.records.trial_rows import AdverseEvent, Participation

CONFIRMED, FATAL = "confirmed", "fatal"
_DISMISSED = "dismissed"


def left_out(data: TrialData, protocol: TrialProtocol, on: date) -> Iterator[LeftOut]:
    """Yield what of a trial's data stands in no analysis, how often, and why."""
    counted = Counter(_unused(data.subjects))
    counted["planned dose without record"] = sum(
        sum(1 for _ in _unrecorded(subject, protocol, on)) for subject in data.subjects
    )
    for what, reason in _WHY.items():
        if counted[what]:
            yield LeftOut(what, counted[what], reason)
    if data.ledger:
        yield LeftOut("movement of the drug", len(data.ledger), "doses given are counted instead")
    for table, count in data.taken_back.items():
        yield LeftOut(table, count, "taken back: entered in error, or no longer true")


_WHY: Mapping[str, str] = {
    "planned dose without record": (
        "its day has come, and nobody has said whether it was given: it is not counted as left out"
    ),
    "deviation not confirmed": "no investigator has confirmed it",
    "deviation dismissed": "an investigator has found that it is none",
    "day known in part": "an adverse event or a deviation counts, its day does not",
    "fatal event without a day": "the day of death is not known, and no analysis counts it",
    "answer to a criterion": "eligibility is no outcome",
    "waiver": "eligibility is no outcome",
    "concomitant medication": "the plan has no analysis of it",
    "step in the course of an adverse event": "the event counts as it is known now",
    "report of a serious event": "the event itself counts",
}
"""What is not used, and why."""


def _unused(subjects: Iterable[Subject]) -> Iterator[str]:
    for subject in subjects:
        yield from ("answer to a criterion" for _ in subject.answers)
        yield from ("waiver" for _ in subject.waivers)
        yield from ("concomitant medication" for _ in subject.medication)
        for one in subject.deviations:
            if one.status == _DISMISSED:
                yield "deviation dismissed"
            elif one.status != CONFIRMED:
                yield "deviation not confirmed"
            elif one.occurred.day is None:
                yield "day known in part"
        for event in subject.adverse_events:
            yield from _unused_of(event)


def _unused_of(event: AdverseEvent) -> Iterator[str]:
    yield from ("step in the course of an adverse event" for _ in event.follow_ups)
    yield from ("report of a serious event" for _ in event.reports)
    days = [day for day in (event.onset, event.ended) if day is not None]
    yield from ("day known in part" for day in days if day.day is None)
    if event.outcome == FATAL and (event.ended is None or event.ended.day is None):
        yield "fatal event without a day"


def _unrecorded(subject: Subject, protocol: TrialProtocol, on: date) -> Iterator[date]:
    """Yield the planned days that came while treatment lasted, and on which nothing is recorded."""
    enrolled = subject.participation
    if enrolled is None:
        return
    ends = [enrolled.ended_on, *(one.withdrawn_on for one in subject.withdrawals), on]
    last = min(day for day in ends if day is not None)
    recorded = {(dose.course, dose.number) for dose in subject.doses}
    for place, day in _planned(enrolled, protocol.design):
        if day <= last and place not in recorded:
            yield day


def _planned(enrolled: Participation, design: Design) -> Iterator[tuple[tuple[int, int], date]]:
    """Yield course, number within it and day of each planned dose.

    They move with the first dose where the design says so.
    """
    arm = next((arm for arm in design.arms if arm.id == enrolled.arm), None)
    if arm is None:
        return
    regimen, moved, first = arm.regimen, 0, enrolled.first_dose_on
    if first is not None and design.counting and design.counting.doses_from is Anchor.FIRST_DOSE:
        moved = (first - enrolled.enrolled_on).days - regimen.first_day
    for place, day in enumerate(regimen.days):
        course, number = divmod(place, regimen.injections)
        yield (course + 1, number + 1), enrolled.enrolled_on + timedelta(days=day + moved)
