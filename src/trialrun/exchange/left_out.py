"""What a format has no place for, counted: an export says so, and loses nothing silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.exchange.sdtm.events import CONFIRMED
from trialrun.protocol.model import Wording
from trialrun.records.trial_data import TrialData


@dataclass(frozen=True)
class LeftOut:
    """So many rows that a format has no place for, and where they stand instead."""

    what: Wording
    count: int


def left_out_of_sdtm(data: TrialData) -> tuple[LeftOut, ...]:
    """Return what stands in a trial and in none of the datasets."""
    return tuple(one for one in _of_sdtm(data) if one.count)


def _of_sdtm(data: TrialData) -> Iterator[LeftOut]:
    subjects = data.subjects
    events = [event for subject in subjects for event in subject.adverse_events]
    unjudged = [d for s in subjects for d in s.deviations if d.status != CONFIRMED]
    yield LeftOut(
        Wording(
            "answers to criteria (IE holds only criteria that were not met)",
            "标准的回答（IE仅含未满足的标准）",
        ),
        sum(len(subject.answers) for subject in subjects),
    )
    yield LeftOut(
        Wording(
            "deviations that nobody has confirmed, or that were dismissed",
            "未经确认或已排除的方案偏离",
        ),
        len(unjudged),
    )
    yield LeftOut(
        Wording("steps in the course of adverse events", "不良事件随访记录"),
        sum(len(event.follow_ups) for event in events),
    )
    yield LeftOut(
        Wording("reports of serious adverse events", "严重不良事件报告"),
        sum(len(event.reports) for event in events),
    )
    yield from left_out_of_odm(data)


def left_out_of_odm(data: TrialData) -> tuple[LeftOut, ...]:
    """Return what stands in a trial and belongs to no subject."""
    count = sum(moved.subject is None for moved in data.ledger)
    what = Wording(
        "movements of the drug that concern no participant", "不涉及受试者的药物台账记录"
    )
    return (LeftOut(what, count),) if count else ()
