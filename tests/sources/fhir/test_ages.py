"""Ages and words in place of dates: the days that they leave possible."""

from datetime import date
from typing import Any

from tests.sources.fhir.exports import FIRST, LAST, Export, Resource, coded, patient

UNDATED = "an age that gives no day: the date is taken as unknown"
IN_WORDS = "a date in words: taken as unknown"
BORN = {"1": "1970-03-04", "2": "1970", "3": None, "4": "1972-02-29"}


def age(value: Any, code: str | None = "a", **fields: Any) -> Resource:
    return {"value": value, "system": "http://unitsofmeasure.org", "code": code, **fields}


def day(year: int, month: int, day_: int) -> date:
    return date(year, month, day_)


Bounds = tuple[date, date, date, date]
AT_50 = (day(2020, 3, 4), day(2021, 3, 3))

# of whom | the fields of an active Condition | when it began and ended | what was counted
CASES: dict[str, tuple[str, Resource, Bounds, str | None]] = {
    "at 50": ("1", {"onsetAge": age(50)}, (*AT_50, LAST, LAST), None),
    "at 50 and a half": ("1", {"onsetAge": age(50.5)}, (*AT_50, LAST, LAST), None),
    "at 50, in words": (
        "1",
        {"onsetAge": {"value": 50, "unit": "岁"}},
        (*AT_50, LAST, LAST),
        None,
    ),
    "at 18 months": (
        "1",
        {"onsetAge": age(18, "mo")},
        (day(1971, 9, 4), day(1971, 10, 3), LAST, LAST),
        None,
    ),
    "at 3 weeks": (
        "1",
        {"onsetAge": age(3, "wk")},
        (day(1970, 3, 25), day(1970, 3, 31), LAST, LAST),
        None,
    ),
    "at 0 days": (
        "1",
        {"onsetAge": age(0, "d")},
        (day(1970, 3, 4), day(1970, 3, 4), LAST, LAST),
        None,
    ),
    "born in some month": (
        "2",
        {"onsetAge": age(50)},
        (day(2020, 1, 1), day(2021, 12, 30), LAST, LAST),
        None,
    ),
    "born on 29 February": (
        "4",
        {"onsetAge": age(1)},
        (day(1973, 2, 28), day(1974, 2, 27), LAST, LAST),
        None,
    ),
    "recorded meanwhile": (
        "1",
        {"onsetAge": age(50), "recordedDate": "2020-10-01"},
        (day(2020, 3, 4), day(2020, 10, 1), LAST, LAST),
        None,
    ),
    "recorded before": (
        "1",
        {"onsetAge": age(50), "recordedDate": "2019-10-01"},
        (*AT_50, LAST, LAST),
        None,
    ),
    "from 40 to 50": (
        "1",
        {"onsetRange": {"low": age(40), "high": age(50)}},
        (day(2010, 3, 4), day(2021, 3, 3), LAST, LAST),
        None,
    ),
    "from 40 on": (
        "1",
        {"onsetRange": {"low": age(40)}, "recordedDate": "2020-10-01"},
        (day(2010, 3, 4), day(2020, 10, 1), LAST, LAST),
        None,
    ),
    "until 51": (
        "1",
        {"onsetDateTime": "2020-05-01", "abatementAge": age(51)},
        (day(2020, 5, 1), day(2020, 5, 1), day(2021, 3, 4), day(2022, 3, 3)),
        None,
    ),
    "until 50 to 51": (
        "1",
        {"onsetDateTime": "2019-05-01", "abatementRange": {"low": age(50), "high": age(51)}},
        (day(2019, 5, 1), day(2019, 5, 1), day(2020, 3, 4), day(2022, 3, 3)),
        None,
    ),
    "no birth date": (
        "3",
        {"onsetAge": age(50), "recordedDate": "2020-10-01"},
        (FIRST, day(2020, 10, 1), LAST, LAST),
        UNDATED,
    ),
    "no unit": ("1", {"onsetAge": age(50, None)}, (FIRST, LAST, LAST, LAST), UNDATED),
    "not before 50": (
        "1",
        {"onsetAge": age(50, comparator=">")},
        (FIRST, LAST, LAST, LAST),
        UNDATED,
    ),
    "at 200": ("1", {"onsetAge": age(200)}, (FIRST, LAST, LAST, LAST), UNDATED),
    "before birth": ("1", {"onsetAge": age(-1)}, (FIRST, LAST, LAST, LAST), UNDATED),
    "a range of nothing": ("1", {"onsetRange": {}}, (FIRST, LAST, LAST, LAST), UNDATED),
    "a day and an age": (
        "1",
        {"onsetDateTime": "2020-05-01", "onsetAge": age(200)},
        (day(2020, 5, 1), day(2020, 5, 1), LAST, LAST),
        None,
    ),
    "no number": ("1", {"onsetAge": age("old")}, (FIRST, LAST, LAST, LAST), UNDATED),
    "began in words": (
        "1",
        {"onsetString": "as a child", "recordedDate": "2020-10-01"},
        (FIRST, day(2020, 10, 1), LAST, LAST),
        IN_WORDS,
    ),
    "ended in words": (
        "1",
        {"onsetDateTime": "2020-05-01", "abatementString": "last winter"},
        (day(2020, 5, 1), day(2020, 5, 1), day(2020, 5, 1), LAST),
        IN_WORDS,
    ),
    "ended, yes": (
        "1",
        {"onsetDateTime": "2020-05-01", "abatementBoolean": True},
        (day(2020, 5, 1), day(2020, 5, 1), day(2020, 5, 1), LAST),
        None,
    ),
    "ended, no": (
        "1",
        {"onsetDateTime": "2020-05-01", "abatementBoolean": False},
        (day(2020, 5, 1), day(2020, 5, 1), LAST, LAST),
        None,
    ),
}
ACTIVE = {"clinicalStatus": {"coding": [{"code": "active"}]}}


def write(export: Export, type_: str, of: str, cases: dict[str, tuple[str, Resource]]) -> None:
    export.write("Patient.ndjson", *[patient(p, birthDate=born) for p, born in BORN.items()])
    export.write(
        f"{type_}.ndjson",
        *[
            {
                "resourceType": type_,
                "id": name,
                "code": coded("86044005"),
                of: {"reference": f"Patient/{whose}"},
                **ACTIVE,
                **fields,
            }
            for name, (whose, fields) in cases.items()
        ],
    )


def counted(reasons: list[str | None]) -> dict[str, int]:
    return {reason: reasons.count(reason) for reason in reasons if reason is not None}


def test_ages_of_conditions(export: Export) -> None:
    write(export, "Condition", "subject", {n: (who, f) for n, (who, f, _, _) in CASES.items()})
    export.load()
    found = export.by_ref("condition", "start_lo, start_hi, end_lo, end_hi")
    assert found == {name: bounds for name, (_, _, bounds, _) in CASES.items()}
    reasons = {
        why: n for (kind, why), n in export.reasons("repaired").items() if kind == "Condition"
    }
    assert reasons == counted([why for *_, why in CASES.values()])


def test_ages_of_allergies(export: Export) -> None:
    cases = {name: CASES[name] for name in ("at 50", "from 40 to 50", "at 200", "began in words")}
    write(
        export,
        "AllergyIntolerance",
        "patient",
        {n: (who, f) for n, (who, f, _, _) in cases.items()},
    )
    export.load()
    found = export.by_ref("allergy", "start_lo, start_hi")
    assert found == {name: bounds[:2] for name, (_, _, bounds, _) in cases.items()}
    reasons = {
        why: n
        for (kind, why), n in export.reasons("repaired").items()
        if kind == "AllergyIntolerance"
    }
    assert reasons == counted([why for *_, why in cases.values()])
