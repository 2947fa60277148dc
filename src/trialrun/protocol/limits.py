"""What no protocol may hold although its type would allow it: certain ids and numbers.

Ids stand in lists, figures and addresses of the report, and two that look the same are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from trialrun.criteria.typecheck import OLDEST
from trialrun.errors import Problem
from trialrun.protocol.design import Design
from trialrun.protocol.model import Registry
from trialrun.terminology.hidden import is_hidden
from trialrun.terminology.yaml_file import Keys, YamlFile

LONGEST_ID = 40
LONGEST_TRIAL = 36_525
"""A hundred years, in days."""
MOST_GIVEN = 10_000
"""How often something may be given to one participant."""
LONGEST_REPORTING = 24 * 365
"""The latest that a serious event may be reported, in hours: a year."""

_ID = re.compile(r"\w[\w.\-]*")


def wrong_id(name: str) -> tuple[str, str] | None:
    """Say what is wrong with an id, and what to do, if anything is."""
    if len(name) > LONGEST_ID:
        return f"the id '{name[:LONGEST_ID]}…' is too long", f"use at most {LONGEST_ID} characters"
    if not _ID.fullmatch(name) or unicodedata.normalize("NFKC", name) != name:
        shown = "".join(f"U+{ord(c):04X}" if is_hidden(c) else c for c in name)
        return f"'{shown}' is no id", "write letters, digits, '.', '-' and '_', such as E2a"
    return None


def beyond_reason(file: YamlFile, registry: Registry, design: Design) -> Iterator[Problem]:
    """Yield the numbers that no trial has, and with which nothing can be computed."""
    for keys, number, most, remedy in (*_ages(registry), *_days(design)):
        if number is not None and not 0 <= number <= most:
            yield Problem(file.where(*keys), f"'{keys[-1]}' cannot be {number}", remedy)
    low, high = registry.ages.minimum, registry.ages.maximum
    if low is not None and high is not None and low > high:
        found = f"no age is from {low} to {high} years"
        yield Problem(file.where("registry", "ages"), found, "write the smaller age first")


_Number = tuple[Keys, int | None, int, str]


def _ages(registry: Registry) -> Iterator[_Number]:
    remedy = f"write an age from 0 to {OLDEST}"
    yield ("registry", "ages", "minimum"), registry.ages.minimum, OLDEST, remedy
    yield ("registry", "ages", "maximum"), registry.ages.maximum, OLDEST, remedy


def _days(design: Design) -> Iterator[_Number]:
    days = f"write days from enrolment, from 0 to {LONGEST_TRIAL}"
    times = f"write how often, from 0 to {MOST_GIVEN}"
    yield ("design", "end_of_follow_up_day"), design.end_of_follow_up_day, LONGEST_TRIAL, days
    for i, arm in enumerate(design.arms):
        at = ("design", "arms", i, "regimen")
        yield (*at, "first_day"), arm.regimen.first_day, LONGEST_TRIAL, days
        yield (*at, "every_days"), arm.regimen.every_days, LONGEST_TRIAL, days
        yield (*at, "course_days"), arm.regimen.course_days, LONGEST_TRIAL, days
        yield (*at, "injections"), arm.regimen.injections, MOST_GIVEN, times
        yield (*at, "courses"), arm.regimen.courses, MOST_GIVEN, times
    yield from _visit_days(design)
    yield from _hours(design)


def _hours(design: Design) -> Iterator[_Number]:
    if reporting := design.safety_reporting:
        at, hours = ("design", "safety_reporting"), f"write hours, from 0 to {LONGEST_REPORTING}"
        yield (*at, "sponsor_hours"), reporting.sponsor_hours, LONGEST_REPORTING, hours
        yield (*at, "ethics_hours"), reporting.ethics_hours, LONGEST_REPORTING, hours


def _visit_days(design: Design) -> Iterator[_Number]:
    """Yield the days of visits without their signs, which `design_checks` judges."""
    days = f"write at most {LONGEST_TRIAL} days"
    for i, visit in enumerate(design.visits):
        for key, number in (("day", visit.day), ("before", visit.before), ("after", visit.after)):
            yield ("design", "visits", i, key), abs(number), LONGEST_TRIAL, days
    for i, unplanned in enumerate(design.unplanned_visits):
        for key, number in (("before", unplanned.before), ("after", unplanned.after)):
            yield ("design", "unplanned_visits", i, key), abs(number), LONGEST_TRIAL, days
