"""DM and SV: who the subjects are, and their visits."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.exchange.sdtm.course import Course, as_written
from trialrun.exchange.sdtm.domains import Record, Row, Supplement
from trialrun.exchange.sdtm.terms import CONTACT, SEX, YES_NO
from trialrun.records.trial_data import Subject

_DEATH, _FATAL = "death", "fatal"


def demographics(course: Course) -> Iterator[Record]:
    """Yield the row of a subject.

    The reference period runs from the first dose to the end of participation. Race is not
    recorded; sex and age are the hospital's, if its record is at hand.
    """
    subject, site = course.subject, course.study.site
    enrolled = subject.participation
    ended = enrolled.ended_on if enrolled else _failed_on(subject)
    first, last = course.dosed_on[:1], course.dosed_on[-1:]
    died, died_on = _death(subject)
    age = subject.demographics.age
    yield Record(
        course.identified("DM")
        | {
            "SUBJID": subject.number,
            "RFSTDTC": _iso(first),
            "RFENDTC": str(ended) if ended and first else None,
            "RFXSTDTC": _iso(first),
            "RFXENDTC": _iso(last),
            "RFICDTC": course.moment(subject.consents[0].signed_at),
            "RFPENDTC": str(ended) if ended else None,
            "DTHDTC": died_on,
            "DTHFL": "Y" if died else None,
            "SITEID": site.number,
            "AGE": age,
            "AGEU": None if age is None else "YEARS",
            "SEX": SEX[subject.demographics.sex],
            "COUNTRY": site.country,
        }
        | _arms(course)
    )


def _death(subject: Subject) -> tuple[bool, str | None]:
    """Say whether a subject has died, by the end of participation or a fatal event, and when."""
    enrolled = subject.participation
    if enrolled is not None and enrolled.ended_why == _DEATH:
        return True, str(enrolled.ended_on)
    fatal = [event for event in subject.adverse_events if event.outcome == _FATAL]
    return bool(fatal), as_written(fatal[0].ended) if fatal else None


def _iso(days: tuple[object, ...]) -> str | None:
    return str(days[0]) if days else None


def _failed_on(subject: Subject) -> object:
    return subject.failures[-1].failed_on if subject.failures else None


def _arms(course: Course) -> Row:
    """Return planned and actual arm: the actual one is that of whoever has had a dose."""
    enrolled = course.subject.participation
    if enrolled is None:
        return {"ARMNRS": "SCREEN FAILURE" if course.subject.failures else "NOT ASSIGNED"}
    title = course.arm.title if course.arm else enrolled.arm
    planned: Row = {"ARMCD": enrolled.arm, "ARM": title}
    if course.first_dose is None:
        return planned | {"ARMNRS": "ASSIGNED, NOT TREATED"}
    return planned | {"ACTARMCD": enrolled.arm, "ACTARM": title}


def visits(course: Course) -> Iterator[Record]:
    """Yield the visits that took place, and the planned ones that were missed."""
    for visit in course.subject.visits:
        unplanned = course.unplanned(visit)
        day = None if visit.day is None else str(visit.day)
        note = Supplement("VISNOTE", "Note on Visit", visit.note)
        yield Record(
            course.identified("SV")
            | course.visits[visit.ref]
            | {
                "SVPRESP": None if unplanned else "Y",
                "SVOCCUR": None if unplanned else YES_NO[visit.day is not None],
                "SVREASOC": visit.missed_reason or None,
                "SVCNTMOD": CONTACT[visit.contact] if visit.contact else None,
                "EPOCH": course.epoch(visit.day),
                "SVSTDTC": day,
                "SVENDTC": day,
                "SVSTDY": course.study_day(visit.day),
                "SVENDY": course.study_day(visit.day),
                "SVUPDES": (visit.note or None) if unplanned else None,
            },
            (note,) if visit.note and not unplanned else (),
        )
