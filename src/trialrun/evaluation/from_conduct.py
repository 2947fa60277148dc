"""The data of a trial that this program conducts, as an evaluation reads them.

Day 0 is enrolment; rows are named as the trial names them (`dose/12`). A planned dose of which
nobody has said what became of it is neither given nor left out: it is no dose here, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trialrun.evaluation.left_out_of_conduct import CONFIRMED, FATAL, left_out
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import (
    AdverseEventRecord,
    AnalysisData,
    Departure,
    Dose,
    Observation,
    Standing,
    TrialSubject,
)
from trialrun.records.trial_data import Subject, TrialData
from trialrun.records.trial_rows import FilledForm, FormValue, Participation, VisitRecord, Written
from trialrun.terminology.causality import related

_COMPLETED, _DEATH = "completed", "death"
_GIVEN = "given"


def from_conduct(
    data: TrialData, protocol: TrialProtocol, on: date, screened: int | None = None
) -> AnalysisData:
    """Return the data of a trial as of `on`, the hospital's day on which they were taken.

    `screened` is how many patients were looked at before consent, if that is known.
    """
    planned = frozenset(visit.id for visit in protocol.design.visits)
    courses = [_Course(subject, on, planned) for subject in data.subjects]
    return AnalysisData(
        source=f"the trial's own database, {data.taken_at:%Y-%m-%d %H:%M} UTC",
        subjects=tuple(course.described() for course in courses),
        observations=tuple(row for course in courses for row in course.observations()),
        doses=tuple(row for course in courses for row in course.doses()),
        events=tuple(row for course in courses for row in course.events()),
        departures=tuple(row for course in courses for row in course.departures()),
        left_out=tuple(left_out(data, protocol, on)),
        screened=screened,
    )


@dataclass(frozen=True)
class _Course:
    """A subject, counted in days after enrolment; of whoever was not enrolled no day is known.

    `planned` are the ids of the visits that have a day in the design.
    """

    subject: Subject
    on: date
    planned: frozenset[str]

    @property
    def _enrolled(self) -> Participation | None:
        return self.subject.participation

    def _day(self, day: date | None) -> int | None:
        if day is None or self._enrolled is None:
            return None
        return (day - self._enrolled.enrolled_on).days

    def _written(self, day: Written | None) -> int | None:
        return None if day is None else self._day(day.day)

    def described(self) -> TrialSubject:
        """Return who the subject is, and how far they came."""
        enrolled, told = self._enrolled, self.subject.demographics
        arm = enrolled.arm if enrolled else None
        dosed = sorted(d.given_on for d in self.subject.doses if d.given_on is not None)
        return TrialSubject(
            id=self.subject.number,
            standing=_standing(self.subject),
            arm=arm,
            treated_as=arm if dosed else None,
            reference_date=enrolled.enrolled_on if enrolled else None,
            enrolled=enrolled is not None,
            first_dose_day=self._day(dosed[0]) if dosed else None,
            last_dose_day=self._day(dosed[-1]) if dosed else None,
            last_day=self._day((enrolled.ended_on if enrolled else None) or self.on),
            death_day=self._death_day(),
            discontinued_because=_because(self.subject),
            age=told.age,
            sex=told.sex,
            rows=(enrolled.ref,) if enrolled else tuple(c.ref for c in self.subject.consents),
        )

    def _death_day(self) -> int | None:
        """Return the day of death by the end of participation, else by a fatal event's end."""
        if self._enrolled is not None and self._enrolled.ended_why == _DEATH:
            return self._day(self._enrolled.ended_on)
        fatal = [self._written(e.ended) for e in self.subject.adverse_events if e.outcome == FATAL]
        return min((day for day in fatal if day is not None), default=None)

    def observations(self) -> Iterator[Observation]:
        """Yield the values of forms, and those that are derived from them."""
        for visit in self.subject.visits:
            for form in visit.forms:
                for value in form.values:
                    yield self._observed(visit, form, value)
                yield from self._derived(visit, form)

    def _observed(self, visit: VisitRecord, form: FilledForm, value: FormValue) -> Observation:
        word = value.typed if value.number is None else None
        return Observation(
            subject=self.subject.number,
            parameter=f"{form.form}.{value.item}",
            day=self._day(visit.day),
            value=_number(value.number),
            text=word or "",
            visit=self._planned(visit),
            unit=value.unit or "",
            normal_low=_number(value.normal_low),
            normal_high=_number(value.normal_high),
            grades={grade.term: grade.grade for grade in value.grades},
            rows=(value.ref, *(grade.ref for grade in value.grades)),
        )

    def _planned(self, visit: VisitRecord) -> str | None:
        """Return the planned visit; one for early termination is at none of them."""
        return visit.planned if visit.planned in self.planned else None

    def _derived(self, visit: VisitRecord, form: FilledForm) -> Iterator[Observation]:
        """Yield the derived items; one that a missing part leaves open has no value."""
        for name, score in form.derived.items():
            yield Observation(
                subject=self.subject.number,
                parameter=f"{form.form}.{name}",
                day=self._day(visit.day),
                value=_number(score),
                visit=self._planned(visit),
                rows=(form.ref,),
            )

    def doses(self) -> Iterator[Dose]:
        """Yield each dose that was recorded, on the day of giving, else on the planned one."""
        for dose in self.subject.doses:
            day = self._day(dose.given_on or dose.planned_on)
            if day is not None:
                yield Dose(
                    subject=self.subject.number,
                    first_day=day,
                    last_day=day,
                    planned=_number(dose.planned_amount),
                    given=_number(dose.amount) if dose.status == _GIVEN else None,
                    unit=dose.unit,
                    reason=dose.reason,
                    rows=(dose.ref,),
                )

    def events(self) -> Iterator[AdverseEventRecord]:
        """Yield the adverse events; days that are known in part are not known."""
        for event in self.subject.adverse_events:
            yield AdverseEventRecord(
                subject=self.subject.number,
                term=event.term,
                soc=event.soc,
                onset_day=self._written(event.onset),
                end_day=self._written(event.ended),
                grade=event.grade,
                serious=event.serious,
                criteria=event.criteria,
                related=related(event.causality),
                causality=event.causality,
                emergent=event.emergent,
                action=event.action_taken,
                outcome=event.outcome,
                narrative=event.narrative,
                rows=(event.ref,),
            )

    def departures(self) -> Iterator[Departure]:
        """Yield the deviations that an investigator has confirmed."""
        for one in self.subject.deviations:
            if one.status == CONFIRMED:
                yield Departure(
                    subject=self.subject.number,
                    kind=one.kind,
                    description=one.description,
                    day=self._written(one.occurred),
                    important=one.important,
                    rows=(one.ref,),
                )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _standing(subject: Subject) -> Standing:
    enrolled = subject.participation
    if enrolled is None:
        return Standing.SCREEN_FAILURE if subject.failures else Standing.ONGOING
    if enrolled.ended_on is None:
        return Standing.ONGOING
    return Standing.COMPLETED if enrolled.ended_why == _COMPLETED else Standing.DISCONTINUED


def _because(subject: Subject) -> str:
    """Return why somebody stopped, or (the criteria, else the reason) was not enrolled."""
    enrolled = subject.participation
    if enrolled is None:
        last = subject.failures[-1] if subject.failures else None
        return (", ".join(last.criteria) or last.reason) if last else ""
    why = enrolled.ended_why or ""
    return "" if why == _COMPLETED else why
