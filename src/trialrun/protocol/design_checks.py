"""What the design says against itself: names that stand for nothing, days that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.protocol.design import Anchor, Unplanned, Visit
from trialrun.protocol.findings import Finding, error, warning
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.ctcae.classes import SYSTEM_ORGAN_CLASSES
from trialrun.terminology.did_you_mean import did_you_mean


def check_design(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield what is wrong with the design."""
    yield from _names(protocol)
    yield from _periods(protocol)
    yield from _visits(protocol)
    yield from _anchors(protocol)
    yield from _unplanned_visits(protocol)
    yield from _counting(protocol)
    yield from _regimens(protocol)
    yield from _safety(protocol)


def _names(protocol: TrialProtocol) -> Iterator[Finding]:
    design = protocol.design
    visits = [visit.id for visit in design.visits]
    assessments = [assessment.id for assessment in design.assessments]
    for i, assessment in enumerate(design.assessments):
        for visit in assessment.visits:
            if visit not in visits:
                where = protocol.places[f"design.assessments.{i}.visits"]
                yield error(where, f"there is no visit '{visit}'", did_you_mean(visit, visits))
    for i, endpoint in enumerate(design.endpoints):
        if endpoint.assessment is not None and endpoint.assessment not in assessments:
            where = protocol.places[f"design.endpoints.{i}.assessment"]
            found = f"there is no assessment '{endpoint.assessment}'"
            yield error(where, found, did_you_mean(endpoint.assessment, assessments))


def _periods(protocol: TrialProtocol) -> Iterator[Finding]:
    for i, period in enumerate(protocol.design.periods):
        if period.last_day < period.first_day:
            where = protocol.places[f"design.periods.{i}"]
            yield error(
                where, f"'{period.id}' ends before it starts", "write the earlier day first"
            )


def _visits(protocol: TrialProtocol) -> Iterator[Finding]:
    design = protocol.design
    end = design.end_of_follow_up_day
    for i, (visit, day) in enumerate(zip(design.visits, design.nominal_days, strict=True)):
        where = protocol.places[f"design.visits.{i}"]
        if visit.before < 0 or visit.after < 0:
            yield error(where, f"the window of {visit.id} has a negative length", "write days")
        if end is not None and day > end:
            found = f"{visit.id} is on day {day}, after the end of follow-up (day {end})"
            yield error(where, found, "correct one of them")


def _anchors(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield the visits whose day cannot be told from what it is counted from."""
    for i, visit in enumerate(protocol.design.visits):
        where = protocol.places[f"design.visits.{i}"]
        if visit.anchor is Anchor.PREVIOUS_VISIT:
            yield from _after_previous(visit, where, is_first=i == 0)
        elif visit.anchor is Anchor.FIRST_DOSE:
            yield from _after_first_dose(protocol, visit, where)


def _after_previous(visit: Visit, where: str, *, is_first: bool) -> Iterator[Finding]:
    if is_first:
        found = f"{visit.id} is counted from the previous visit, and is the first"
        yield error(where, found, "write anchor: enrolment")
    if visit.day - visit.before <= 0:
        found = f"the window of {visit.id} begins before its anchor, the previous visit, is over"
        yield error(where, found, "write a later day, or fewer days before")


def _after_first_dose(protocol: TrialProtocol, visit: Visit, where: str) -> Iterator[Finding]:
    counting = protocol.design.counting
    if counting is None or not protocol.design.arms:
        found = f"{visit.id} is counted from the first dose, which the design does not say"
        yield error(where, found, "write arms with their regimen, and counting")
    elif visit.day < counting.first_dose:
        found = f"{visit.id} is before its anchor, the first dose (day {counting.first_dose})"
        yield error(where, found, "count it from enrolment: write anchor: enrolment")


def _unplanned_visits(protocol: TrialProtocol) -> Iterator[Finding]:
    planned = {visit.id for visit in protocol.design.visits}
    assessments = [assessment.id for assessment in protocol.design.assessments]
    ends = 0
    for i, visit in enumerate(protocol.design.unplanned_visits):
        where = protocol.places[f"design.unplanned_visits.{i}"]
        if visit.id in planned:
            yield error(where, f"'{visit.id}' is the id of a planned visit", "write another id")
        if visit.before < 0 or visit.after < 0:
            yield error(where, f"the window of {visit.id} has a negative length", "write days")
        for name in visit.assessments:
            if name not in assessments:
                found = f"there is no assessment '{name}'"
                yield error(where, found, did_you_mean(name, assessments))
        if visit.type is Unplanned.UNSCHEDULED and (visit.before or visit.after):
            found = f"{visit.id} is unscheduled: it has no window"
            yield error(where, found, "remove before and after")
        ends += visit.type is Unplanned.EARLY_TERMINATION
        if visit.type is Unplanned.EARLY_TERMINATION and ends > 1:
            found = f"{visit.id} is a second visit for early termination"
            yield error(where, found, "keep one")


def _counting(protocol: TrialProtocol) -> Iterator[Finding]:
    if protocol.design.arms and protocol.design.counting is None:
        yield error(
            protocol.places["design.arms"],
            "the design gives doses, and does not say how days are counted around the first",
            "write counting: {first_dose: 0, doses_from: first dose}, if the day of the first "
            "dose is day 0 (1 if it is day 1), and the later doses move with it (else: enrolment)",
        )


def _regimens(protocol: TrialProtocol) -> Iterator[Finding]:
    end = protocol.design.end_of_follow_up_day
    for i, arm in enumerate(protocol.design.arms):
        where = protocol.places[f"design.arms.{i}.regimen"]
        days = arm.regimen.days
        if not days:
            yield error(
                where, f"the regimen of {arm.id} gives nothing", "write how many injections"
            )
        elif list(days) != sorted(set(days)):
            yield error(where, f"the courses of {arm.id} overlap", "write longer courses")
        elif end is not None and days[-1] > end:
            found = (
                f"{arm.id} is given until day {days[-1]}, after the end of follow-up (day {end})"
            )
            yield error(where, found, "correct one of them")


def _safety(protocol: TrialProtocol) -> Iterator[Finding]:
    design = protocol.design
    if design.arms and design.safety_reporting is None:
        yield warning(
            protocol.places["design.arms"],
            "the design does not say by when a serious adverse event is reported",
            "write safety_reporting: {sponsor_hours: 24, ethics_hours: 24}",
        )
    for i, event in enumerate(design.usual_events):
        if event.soc not in SYSTEM_ORGAN_CLASSES:
            where = protocol.places[f"design.usual_events.{i}"]
            found = f"CTCAE has no system organ class '{event.soc}'"
            yield error(where, found, did_you_mean(event.soc, SYSTEM_ORGAN_CLASSES))
