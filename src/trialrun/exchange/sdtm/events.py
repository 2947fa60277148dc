"""AE, DS and DV: adverse events, how far subjects came, departures from the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from trialrun.exchange.sdtm.course import Course, as_written
from trialrun.exchange.sdtm.domains import Record, Row, Supplement
from trialrun.exchange.sdtm.terms import (
    ACTION_TAKEN,
    END_OF_PARTICIPATION,
    OUTCOME,
    SERIOUSNESS,
    YES_NO,
)
from trialrun.records.trial_rows import AdverseEvent, DeviationRecord

CONFIRMED = "confirmed"
_MILESTONE, _DISPOSITION, _OTHER = "PROTOCOL MILESTONE", "DISPOSITION EVENT", "OTHER EVENT"


def adverse_events(course: Course, taken_on: date) -> Iterator[Record]:
    """Yield a subject's adverse events; one without an end goes on on the day of the export.

    The terms are CTCAE's: MedDRA's own hierarchy is licensed, and its variables stay empty.
    """
    for event in course.subject.adverse_events:
        onset, ended = event.onset, event.ended
        goes_on = ended is None and event.outcome != "unknown"
        yield Record(
            course.identified("AE")
            | {
                "AESPID": event.ref,
                "AETERM": event.reported_term,
                "AEDECOD": event.term,
                "AEBODSYS": event.soc,
                "AESOC": event.soc,
                "AESER": YES_NO[event.serious],
                "AEACN": ACTION_TAKEN[event.action_taken],
                "AEREL": event.causality.upper(),
                "AEOUT": OUTCOME[event.outcome],
                "AECONTRT": YES_NO[bool(event.treatment)],
                "AETOXGR": str(event.grade),
                "EPOCH": course.epoch(onset.span),
                "AESTDTC": as_written(onset),
                "AEENDTC": as_written(ended),
                "AESTDY": course.study_day(onset.day),
                "AEENDY": course.study_day(ended.day if ended else None),
                "AEENRTPT": "ONGOING" if goes_on else None,
                "AEENTPT": str(taken_on) if goes_on else None,
            }
            | _seriousness(event),
            tuple(_of_event(course, event)),
        )


def _seriousness(event: AdverseEvent) -> Row:
    return {flag: YES_NO[name in event.criteria] for name, flag in SERIOUSNESS.items()}


def _of_event(course: Course, event: AdverseEvent) -> Iterator[Supplement]:
    emergent = {True: "Y", False: "N", None: "U"}[event.emergent]
    yield Supplement("AETRTEM", "Treatment Emergent Flag", emergent)
    yield Supplement("AEEXPECT", "Expectedness", event.expectedness.upper())
    yield Supplement("AETOXGR1", "Toxicity Grade at Onset", str(event.first_grade))
    yield Supplement("AEAWARE", "Site Became Aware", _moment(course, event.aware_at))
    if event.serious_aware_at is not None:
        aware = _moment(course, event.serious_aware_at)
        yield Supplement("AESAWARE", "Site Became Aware of Seriousness", aware)
    if event.treatment:
        yield Supplement("AETRT", "Treatment of Event", event.treatment)
    if event.narrative:
        yield Supplement("AENARR", "Narrative", event.narrative)


def _moment(course: Course, at: datetime) -> str:
    return course.moment(at) or ""


def dispositions(course: Course) -> Iterator[Record]:
    """Yield consents, enrolment, screen failure, withdrawals and the end of participation."""
    subject = course.subject
    for consent in subject.consents:
        version = Supplement("DSFORMV", "Version of Consent Form", consent.form_version)
        by = Supplement("DSOBTBY", "Consent Obtained By", consent.obtained_by)
        row = _step(course, consent.ref, "INFORMED CONSENT OBTAINED", _MILESTONE, consent.signed_on)
        yield Record(row | {"DSSTDTC": course.moment(consent.signed_at)}, (version, by))
    for withdrawal in subject.withdrawals:
        scope = Supplement("DSSCOPE", "Scope of Withdrawal", withdrawal.scope)
        day = withdrawal.withdrawn_on
        row = _step(course, withdrawal.ref, "INFORMED CONSENT WITHDRAWN", _OTHER, day)
        yield Record(
            row
            | {
                "DSTERM": withdrawal.reason,
                "DSSTDTC": course.moment(withdrawal.withdrawn_at),
            },
            (scope,),
        )
    for failure in subject.failures:
        row = _step(course, failure.ref, "SCREEN FAILURE", _DISPOSITION, failure.failed_on)
        yield Record(row | {"DSTERM": failure.reason})
    yield from _participation(course)


def _participation(course: Course) -> Iterator[Record]:
    enrolled = course.subject.participation
    if enrolled is None:
        return
    row = _step(course, enrolled.ref, "ENTERED INTO TRIAL", _MILESTONE, enrolled.enrolled_on)
    yield Record(row | {"DSTERM": "ENROLLED", "DSSTDTC": course.moment(enrolled.enrolled_at)})
    if enrolled.ended_on is not None and enrolled.ended_why is not None:
        term = END_OF_PARTICIPATION[enrolled.ended_why]
        row = _step(course, enrolled.ref, term, _DISPOSITION, enrolled.ended_on)
        yield Record(row | {"DSTERM": enrolled.ended_note or enrolled.ended_why})


def _step(course: Course, ref: str, term: str, category: str, day: date) -> Row:
    return course.identified("DS") | {
        "DSSPID": ref,
        "DSTERM": term,
        "DSDECOD": term,
        "DSCAT": category,
        "EPOCH": course.epoch(day),
        "DSSTDTC": str(day),
        "DSSTDY": course.study_day(day),
    }


def deviations(course: Course) -> Iterator[Record]:
    """Yield the deviations that an investigator has confirmed."""
    for deviation in course.subject.deviations:
        if deviation.status != CONFIRMED:
            continue
        occurred = deviation.occurred
        yield Record(
            course.identified("DV")
            | {
                "DVSPID": deviation.ref,
                "DVTERM": deviation.description,
                "DVDECOD": deviation.kind.upper(),
                "DVCAT": "IMPORTANT" if deviation.important else "NOT IMPORTANT",
                "EPOCH": course.epoch(occurred.span),
                "DVSTDTC": as_written(occurred),
                "DVSTDY": course.study_day(occurred.day),
            },
            tuple(_of_deviation(deviation)),
        )


def _of_deviation(deviation: DeviationRecord) -> Iterator[Supplement]:
    reported = deviation.ethics_reported_on
    for name, label, value in (
        ("DVORIG", "How the Deviation Became Known", deviation.origin),
        ("DVCONC", "What the Deviation Concerns", deviation.concerns),
        ("DVJUDGE", "Reason for the Judgement", deviation.judgement),
        ("DVACN", "Action Taken", deviation.action_taken),
        ("DVIECDTC", "Date Reported to Ethics Committee", str(reported) if reported else ""),
    ):
        if value:
            yield Supplement(name, label, value)
