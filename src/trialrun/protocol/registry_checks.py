"""What the registry's record says against itself, as warnings: it is quoted, not corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from trialrun.protocol.design import EndpointClass
from trialrun.protocol.findings import Finding, error, warning
from trialrun.protocol.model import TrialProtocol

_ASK = "ask the sponsor; the record is quoted as it stands"
_REMEMBER = "say so wherever a result is reported"


def check_registry(protocol: TrialProtocol, on: date) -> Iterator[Finding]:
    """Yield the record's contradictions, as seen on a day."""
    yield from _status(protocol, on)
    yield from _dates(protocol)
    yield from _targets(protocol)
    yield from _comparison(protocol)


def _status(protocol: TrialProtocol, on: date) -> Iterator[Finding]:
    registry = protocol.registry
    end = registry.dates.completion
    if registry.status.casefold() == "recruiting" and end is not None and end < on:
        found = (
            f"the status is '{registry.status}', although the trial's end date, {end}, has passed"
        )
        yield warning(_place(protocol, "registry.status"), found, _ASK)


def _dates(protocol: TrialProtocol) -> Iterator[Finding]:
    dates = protocol.registry.dates
    limits = protocol.registry.ages
    if dates.start and dates.completion and dates.completion < dates.start:
        yield error(_place(protocol, "registry.dates"), "the trial ends before it starts")
    if (
        limits.minimum is not None
        and limits.maximum is not None
        and limits.maximum < limits.minimum
    ):
        yield error(_place(protocol, "registry.ages"), "the maximum age is below the minimum age")
    if dates.start and dates.first_posted and dates.start < dates.first_posted:
        months = (dates.first_posted.year - dates.start.year) * 12
        months += dates.first_posted.month - dates.start.month
        found = f"the trial started {months} months before it was registered"
        if months > 0:
            yield warning(_place(protocol, "registry.dates.start"), found, _ASK)


def _targets(protocol: TrialProtocol) -> Iterator[Finding]:
    targets = protocol.registry.target_enrolment
    where = _place(protocol, "registry.target_enrolment")
    for target in targets:
        if target.number == 0:
            yield warning(where, f"the target enrolment is 0, says {target.source}", _ASK)
    if len({target.number for target in targets}) > 1:
        said = ", ".join(f"{t.number} ({t.source})" for t in targets)
        yield warning(where, f"several target enrolments: {said}", _ASK)


def _comparison(protocol: TrialProtocol) -> Iterator[Finding]:
    design = protocol.design
    if len(design.arms) == 1:
        found = "no control arm: what the treatment does cannot be told from what time does"
        yield warning(_place(protocol, "design.arms"), found, _REMEMBER)
    for i, endpoint in enumerate(design.endpoints):
        points, periods = len(endpoint.weeks), len(design.periods)
        if endpoint.type is EndpointClass.PRIMARY and 0 < points <= periods + 1 and periods > 1:
            weeks = ", ".join(map(str, endpoint.weeks))
            found = (
                f"the primary endpoint is planned at {points} points (weeks {weeks}): "
                f"within each of {periods} periods a slope is a difference of two points"
            )
            yield warning(_place(protocol, f"design.endpoints.{i}"), found, _REMEMBER)


def _place(protocol: TrialProtocol, key: str) -> str:
    return protocol.places.get(key, str(protocol.path))
