"""What the design says against itself: names that stand for nothing, days that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.protocol.findings import Finding, error
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.did_you_mean import did_you_mean


def check_design(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield what is wrong with the design."""
    yield from _names(protocol)
    yield from _periods(protocol)
    yield from _visits(protocol)
    yield from _regimens(protocol)


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
    end = protocol.design.end_of_follow_up_day
    for i, visit in enumerate(protocol.design.visits):
        where = protocol.places[f"design.visits.{i}"]
        if visit.before < 0 or visit.after < 0:
            yield error(where, f"the window of {visit.id} has a negative length", "write days")
        if end is not None and visit.day > end:
            found = f"{visit.id} is on day {visit.day}, after the end of follow-up (day {end})"
            yield error(where, found, "correct one of them")


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
