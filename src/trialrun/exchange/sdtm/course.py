"""One subject's course in the terms of SDTM: study days, epochs, dates, numbers of visits.

Study days have no day 0: the day of the first dose is 1, the day before it -1. A date that is known
in part has no study day, and an epoch only if every day that it can mean lies in that epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property

from trialrun.exchange.sdtm.domains import Row
from trialrun.protocol.design import Arm, Unplanned
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import Span
from trialrun.records.trial_data import Subject
from trialrun.records.trial_rows import VisitRecord, Written

UNKNOWN_DATE = "unknown"
"""What a trial writes for a date of which nothing is known."""


@dataclass(frozen=True)
class Site:
    """The site of a trial: its number, and its country (ISO 3166-1, three letters)."""

    number: str = "01"
    country: str = "CHN"


@dataclass(frozen=True)
class Study:
    """A trial, the hospital's time zone, and its site."""

    protocol: TrialProtocol
    zone: tzinfo
    site: Site = Site()

    @property
    def id(self) -> str:
        """The identifier of the study."""
        return self.protocol.registry.id

    def subject_id(self, number: str) -> str:
        """Return the unique identifier of a subject."""
        return f"{self.id}-{self.site.number}-{number}"


@dataclass(frozen=True)
class Course:
    """A subject in a study."""

    study: Study
    subject: Subject

    def identified(self, domain: str) -> Row:
        """Return the identifiers with which every row begins."""
        return {
            "STUDYID": self.study.id,
            "DOMAIN": domain,
            "USUBJID": self.study.subject_id(self.subject.number),
        }

    @cached_property
    def arm(self) -> Arm | None:
        """The arm of a participant."""
        enrolled = self.subject.participation
        if enrolled is None:
            return None
        return next((a for a in self.study.protocol.design.arms if a.id == enrolled.arm), None)

    @cached_property
    def dosed_on(self) -> tuple[date, ...]:
        """The days on which doses were given, in order."""
        return tuple(sorted(d.given_on for d in self.subject.doses if d.given_on is not None))

    @property
    def first_dose(self) -> date | None:
        """The day of the first dose."""
        return self.dosed_on[0] if self.dosed_on else None

    def study_day(self, day: date | None) -> int | None:
        """Return the study day of a date."""
        if day is None or self.first_dose is None:
            return None
        return without_zero((day - self.first_dose).days)

    def moment(self, at: datetime | None) -> str | None:
        """Return a moment by the hospital's clocks."""
        return None if at is None else at.astimezone(self.study.zone).strftime("%Y-%m-%dT%H:%M:%S")

    def epoch(self, when: date | Span | None) -> str | None:
        """Return the epoch of a day, or of every day that a date can mean."""
        if when is None:
            return None
        span = Span.of(when) if isinstance(when, date) else when
        first, last = self._epoch(span.lo), self._epoch(span.hi)
        return first if first == last else None

    def _epoch(self, day: date) -> str | None:
        enrolled = self.subject.participation
        if enrolled is None or day < enrolled.enrolled_on:
            return "SCREENING"
        treated = self._treated_until
        if treated is None:
            return None
        return "TREATMENT" if day <= treated else "FOLLOW-UP"

    @cached_property
    def _treated_until(self) -> date | None:
        """Return the last day of the last period in which doses are planned."""
        enrolled = self.subject.participation
        if enrolled is None or self.arm is None:
            return None
        days = self.arm.regimen.days
        treated = [
            period.last_day
            for period in self.study.protocol.design.periods
            if any(period.first_day <= day <= period.last_day for day in days)
        ]
        return enrolled.enrolled_on + timedelta(max(treated)) if treated else None

    @cached_property
    def visits(self) -> dict[str, Row]:
        """The visit variables of each visit, by the name of its row."""
        design = self.study.protocol.design
        planned = {visit.id: number for number, visit in enumerate(design.visits, 1)}
        early = {v.id for v in design.unplanned_visits if v.type is Unplanned.EARLY_TERMINATION}
        days = design.visit_days
        first = design.arms[0].regimen.first_day if design.arms else 0
        titles = {visit.id: visit.title for visit in design.visits}
        titles |= {visit.id: visit.title for visit in design.unplanned_visits}
        found: dict[str, Row] = {}
        last, extra = 0, 0
        for visit in self.subject.visits:
            name = visit.planned or ""
            if name in planned or name in early:
                last, extra = planned.get(name, len(planned) + 1), 0
                number, title = Decimal(last), titles[name].upper()
            else:
                extra += 1
                number = last + Decimal(extra) / 1000
                title = f"UNSCHEDULED {number:.3f}"
            day = days.get(name)
            found[visit.ref] = {
                "VISITNUM": number,
                "VISIT": title,
                "VISITDY": None if day is None else without_zero(day - first),
            }
        return found

    def unplanned(self, visit: VisitRecord) -> bool:
        """Say whether a visit has no place in the schedule."""
        return visit.planned not in {v.id for v in self.study.protocol.design.visits}


def without_zero(days: int) -> int:
    """Return a study day from the days since the first dose."""
    return days + 1 if days >= 0 else days


def as_written(day: Written | None) -> str | None:
    """Return a date as ISO 8601 has it: whole, or to the month or year."""
    return None if day is None or day.text == UNKNOWN_DATE else day.text
