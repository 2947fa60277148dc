"""IE: the criteria that a subject did not meet: those that were waived, and those that failed.

Answers that let somebody in have no place in SDTM.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from trialrun.exchange.sdtm.course import Course
from trialrun.exchange.sdtm.domains import Record, Row, Supplement
from trialrun.protocol.model import Category, Criterion


def criteria_not_met(course: Course) -> Iterator[Record]:
    """Yield a row for each criterion that was waived, or for which screening failed."""
    known = {one.id: one for one in course.study.protocol.criteria}
    enrolled = course.subject.participation
    day = enrolled.enrolled_on if enrolled else None
    for waiver in course.subject.waivers:
        reason = Supplement("IEWAIVER", "Reason for Waiver", waiver.reason)
        yield Record(_row(course, waiver.ref, known, waiver.criterion, day), (reason,))
    for failure in course.subject.failures:
        for criterion in failure.criteria:
            yield Record(_row(course, failure.ref, known, criterion, failure.failed_on))


def _row(course: Course, ref: str, known: dict[str, Criterion], name: str, day: date | None) -> Row:
    criterion = known.get(name)
    excludes = criterion is not None and criterion.category is Category.EXCLUSION
    met = "Y" if excludes else "N"
    return course.identified("IE") | {
        "IESPID": ref,
        "IETESTCD": name.upper()[:8],
        "IETEST": criterion.text if criterion else name,
        "IECAT": "EXCLUSION" if excludes else "INCLUSION",
        "IEORRES": met,
        "IESTRESC": met,
        "EPOCH": course.epoch(day),
        "IEDTC": None if day is None else str(day),
        "IEDY": course.study_day(day),
    }
