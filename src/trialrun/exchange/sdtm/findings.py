"""QS, LB, VS, EG, RE and XF: the values of forms, one row each, and the scores computed from them.

The result is as it was typed; the standard result has a number where one is known. The grade of a
laboratory result is written only where a person gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from trialrun.exchange.sdtm.course import Course
from trialrun.exchange.sdtm.domains import Record, Row, Supplement
from trialrun.exchange.sdtm.terms import unit
from trialrun.exchange.sdtm.tests_of_forms import Test
from trialrun.records.trial_rows import FilledForm, FormValue, VisitRecord

Tests = Mapping[tuple[str, str], Test]
FINDINGS = ("EG", "LB", "QS", "RE", "VS", "XF")
_LABORATORY = "LB"


def findings(course: Course, tests: Tests) -> dict[str, list[Record]]:
    """Return a subject's findings by domain, in the order of the visits."""
    found: dict[str, list[Record]] = {name: [] for name in FINDINGS}
    for visit in course.subject.visits:
        for form in visit.forms:
            for domain, record in _of_form(course, tests, visit, form):
                found[domain].append(record)
    return {domain: _flagged(course, domain, records) for domain, records in found.items()}


def _of_form(
    course: Course, tests: Tests, visit: VisitRecord, form: FilledForm
) -> Iterator[tuple[str, Record]]:
    for value in form.values:
        test = tests[form.form, value.item]
        row = _tested(course, visit, test) | _named(test.domain, _result(value))
        if test.domain == _LABORATORY:
            row |= _named(_LABORATORY, _laboratory(value, test))
        yield test.domain, Record(row, tuple(_supplements(value, test)))
    for name, score in form.derived.items():
        if score is not None:
            test = tests[form.form, name]
            row = _tested(course, visit, test) | _named(test.domain, _score(form, name, score))
            yield test.domain, Record(row)


def _named(domain: str, values: Row) -> Row:
    return {domain + name: value for name, value in values.items()}


def _tested(course: Course, visit: VisitRecord, test: Test) -> Row:
    timing: Row = {
        "TESTCD": test.code,
        "TEST": test.name,
        "CAT": test.category,
        "DTC": None if visit.day is None else str(visit.day),
        "DY": course.study_day(visit.day),
    }
    return (
        course.identified(test.domain)
        | _named(test.domain, timing)
        | course.visits[visit.ref]
        | {"EPOCH": course.epoch(visit.day)}
    )


def _result(value: FormValue) -> Row:
    if value.typed is None:
        return {"SPID": value.ref, "STAT": "NOT DONE", "REASND": value.reason}
    return {
        "SPID": value.ref,
        "ORRES": value.typed,
        "ORRESU": unit(value.unit),
        "STRESC": value.typed if value.number is None else format(value.number, "f"),
        "STRESN": value.number,
        "STRESU": unit(value.unit),
    }


def _score(form: FilledForm, name: str, score: Decimal) -> Row:
    written = format(score, "f")
    return {
        "SPID": f"{form.ref}/{name}",
        "ORRES": written,
        "STRESC": written,
        "STRESN": score,
        "DRVFL": "Y",
    }


def _laboratory(value: FormValue, test: Test) -> Row:
    low, high = value.normal_low, value.normal_high
    first = value.grades[0] if value.grades else None
    return {
        "ORNRLO": None if low is None else format(low, "f"),
        "ORNRHI": None if high is None else format(high, "f"),
        "STNRLO": low,
        "STNRHI": high,
        "NRIND": _indicator(value.number, low, high),
        "SPEC": test.specimen,
        "TOX": first.term if first else None,
        "TOXGR": str(first.grade) if first else None,
    }


def _indicator(number: Decimal | None, low: Decimal | None, high: Decimal | None) -> str | None:
    """Return where a value lies; None if one cannot say."""
    if number is None or (low is None and high is None):
        return None
    if low is not None and number < low:
        return "LOW"
    if high is not None and number > high:
        return "HIGH"
    return "NORMAL" if low is not None and high is not None else None


def _supplements(value: FormValue, test: Test) -> Iterator[Supplement]:
    if value.typed is not None and value.reason:
        yield Supplement(f"{test.domain}REAS", "Reason for Unexpected Value", value.reason)
    if test.domain != _LABORATORY:
        for part, limit in (("LO", value.normal_low), ("HI", value.normal_high)):
            if limit is not None:
                name = {"LO": "Lower", "HI": "Upper"}[part]
                text = format(limit, "f")
                yield Supplement(f"{test.domain}NR{part}", f"{name} Limit of Normal", text)
    shown = 1 if test.domain == _LABORATORY else 0
    for number, grade in enumerate(value.grades[shown:], 1):
        text = f"{grade.term}: {grade.grade}"
        yield Supplement(f"{test.domain}TOX{number}", "Further Toxicity and Grade", text)


def _flagged(course: Course, domain: str, records: list[Record]) -> list[Record]:
    """Flag the last result of each test before the first dose.

    No hour is recorded: what was found on the day of the first dose counts as before it, because
    the baseline visit precedes the injection.
    """
    if course.first_dose is None:
        return records
    last: dict[object, int] = {}
    for place, record in enumerate(records):
        day = record.row[f"{domain}DTC"]
        done = record.row.get(f"{domain}ORRES") is not None
        if done and day is not None and str(day) <= str(course.first_dose):
            last[record.row[f"{domain}TESTCD"]] = place
    flagged = set(last.values())
    return [
        replace(one, row=one.row | {f"{domain}LOBXFL": "Y"}) if place in flagged else one
        for place, one in enumerate(records)
    ]
