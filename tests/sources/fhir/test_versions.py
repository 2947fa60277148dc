"""The same resource more than once: in one export, and in a later one."""

from typing import Any

from tests.sources.fhir.exports import Export, Resource, coded, patient

AGAIN = "the same resource again, or an older version of it"


def condition(code: str, updated: str | None = None, **fields: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "meta": {"lastUpdated": updated},
        "code": coded(code),
        "subject": {"reference": "Patient/1"},
        **fields,
    }


def codes(export: Export) -> list[str]:
    return [
        code for (code,) in export.rows("SELECT code FROM condition JOIN coding USING (concept_id)")
    ]


def test_the_newest_version_counts(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write(
        "Condition.ndjson",
        condition("old", "2020-01-01T00:00:00Z"),
        condition("new", "2020-03-01T08:00:00+08:00"),
        condition("undated"),
        condition("older", "2020-02-29T23:59:59Z"),
    )
    export.load()
    assert codes(export) == ["new"]
    assert export.reasons() == {("Condition", AGAIN): 3}


def test_of_equally_new_ones_the_last_counts(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write("Condition.0.ndjson", condition("a"), condition("a"))
    export.write("Condition.1.ndjson", condition("b"))
    export.load()
    assert codes(export) == ["b"]
    assert export.reasons() == {("Condition", AGAIN): 2}


def test_a_newest_version_in_error_takes_the_record_away(export: Export) -> None:
    error = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    export.write("Patient.ndjson", patient("1"))
    export.write(
        "Condition.ndjson",
        condition("a", "2020-01-01T00:00:00Z"),
        condition("a", "2021-01-01T00:00:00Z", **error),
    )
    export.load()
    assert codes(export) == []


BIRTHS = "SELECT sex, birth_lo::VARCHAR, birth_hi::VARCHAR FROM patient"


def test_a_patient_twice_with_different_birth_dates(export: Export) -> None:
    export.write(
        "Patient.ndjson",
        patient("1", birthDate="1970-03-04", gender="male"),
        patient("1", birthDate="1971", gender="female"),
    )
    export.load()
    assert export.rows(BIRTHS) == [(None, "1970-03-04", "1971-12-31")]
    assert export.reasons() == {
        ("patient", "different birth dates: any day from the first to the last is possible"): 1,
        ("patient", "both male and female: taken as not recorded"): 1,
    }


def test_birth_dates_that_agree_narrow_each_other_down(export: Export) -> None:
    export.write(
        "Patient.ndjson",
        patient("1", birthDate="1970"),
        patient("1", birthDate="1970-03-04", gender="female"),
    )
    export.load()
    assert export.rows(BIRTHS) == [("female", "1970-03-04", "1970-03-04")]
    assert export.reasons() == {}


def test_a_newer_version_of_a_patient_replaces_the_older(export: Export) -> None:
    export.write(
        "Patient.ndjson",
        patient("1", birthDate="1980-01-01", meta={"lastUpdated": "2021-01-01T00:00:00Z"}),
        patient("1", birthDate="1970-01-01", meta={"lastUpdated": "2020-01-01T00:00:00Z"}),
    )
    export.load()
    assert export.rows(BIRTHS) == [(None, "1980-01-01", "1980-01-01")]
    assert export.reasons() == {("Patient", AGAIN): 1}
