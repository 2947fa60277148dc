"""One person under two names: the record that was replaced, and the one that stands."""

from pathlib import Path
from typing import Any

import pytest
from tests.sources.fhir.exports import Export, Resource, coded, patient

from trialrun.engine.patients import find_patient, read_patients
from trialrun.engine.store import open_store

FOLLOWED = "replaced by another patient, to whom its rows go"
NOT_FOLLOWED = "replaced by a patient that no source has named, or by no certain one: kept apart"
WITHDRAWN = (
    "no longer replaced by another patient, who keeps the rows of earlier loads:"
    " load the source again as a whole"
)


@pytest.fixture
def export(tmp_path: Path) -> Export:
    folder = tmp_path / "export"
    folder.mkdir()
    return Export(folder, tmp_path / "hospital.duckdb")


def linked(name: str, kind: str, *others: str, **fields: Any) -> Resource:
    links = [{"other": {"reference": f"Patient/{other}"}, "type": kind} for other in others]
    return patient(name, link=links, **fields)


def condition(name: str, who: str) -> Resource:
    return {
        "resourceType": "Condition",
        "id": name,
        "code": coded("86044005"),
        "subject": {"reference": f"Patient/{who}"},
    }


def owners(export: Export) -> dict[str, str]:
    return dict(
        export.rows(
            "SELECT ref[11:], patient_id FROM condition JOIN patient USING (patient_no) ORDER BY 1"
        )
    )


def people(export: Export) -> list[str]:
    return [name for (name,) in export.rows("SELECT patient_id FROM patient ORDER BY 1")]


def standing(export: Export, name: str) -> str | None:
    """Return whose record is shown to whoever asks for a name."""
    with open_store(export.database) as connection:
        number = find_patient(connection, name)
        return None if number is None else read_patients(connection, [number])[number].patient_id


ROWS = [condition("a", "1"), condition("b", "2"), condition("c", "3")]

# The patients that are sent | whose the rows a, b and c are | links that were and were not followed
LINKS: dict[str, tuple[list[Resource], str, int, int]] = {
    "replaced": ([linked("1", "replaced-by", "2"), patient("2"), patient("3")], "223", 1, 0),
    "replaces": ([patient("1"), linked("2", "replaces", "1"), patient("3")], "223", 1, 0),
    "both say so": (
        [linked("1", "replaced-by", "2"), linked("2", "replaces", "1"), patient("3")],
        "223",
        1,
        0,
    ),
    "twice": (
        [linked("1", "replaced-by", "2"), linked("2", "replaced-by", "3"), patient("3")],
        "333",
        2,
        0,
    ),
    "only the other is sent": ([linked("2", "replaces", "1"), patient("3")], "223", 1, 0),
    "by nobody known": ([linked("1", "replaced-by", "7"), patient("2"), patient("3")], "123", 0, 1),
    "by two": ([linked("1", "replaced-by", "2", "3"), patient("2"), patient("3")], "123", 0, 1),
    "in a circle": (
        [linked("1", "replaced-by", "2"), linked("2", "replaced-by", "1"), patient("3")],
        "123",
        0,
        2,
    ),
    "by itself": ([linked("1", "replaced-by", "1"), patient("2"), patient("3")], "123", 0, 1),
}


@pytest.mark.parametrize("what", LINKS)
def test_whose_the_rows_are(export: Export, what: str) -> None:
    patients, expected, followed, not_followed = LINKS[what]
    export.write("Patient.ndjson", *patients)
    export.write("Condition.ndjson", *ROWS)
    summary = export.load()
    assert "".join(owners(export).values()) == expected
    assert people(export) == sorted(set(expected))
    assert summary.rows["patient"] == len(set(expected))
    counted = {why: n for (_, why), n in export.reasons().items()}
    assert (counted.get(FOLLOWED, 0), counted.get(NOT_FOLLOWED, 0)) == (followed, not_followed)
    assert [standing(export, name) for name in "123"] == list(expected)
    first = export.rows("FROM patient ORDER BY ALL"), owners(export)
    export.load()
    assert (export.rows("FROM patient ORDER BY ALL"), owners(export)) == first


def test_what_both_records_say_of_the_person_is_joined(export: Export) -> None:
    export.write(
        "Patient.ndjson",
        linked("1", "replaced-by", "2", birthDate="1970-03-04", deceasedDateTime="2021-05-06"),
        patient("2", birthDate="1970", gender="female"),
    )
    export.load()
    found = export.rows(
        "SELECT patient_id, sex, birth_lo::VARCHAR, birth_hi::VARCHAR, death_hi::VARCHAR"
        " FROM patient"
    )
    assert found == [("2", "female", "1970-03-04", "1970-03-04", "2021-05-06")]


def test_records_that_are_joined_later(export: Export) -> None:
    """The rows of earlier loads go, too, and rows that still come under the old name."""
    export.write("Patient.ndjson", patient("1"), patient("2"))
    export.write("Condition.ndjson", *ROWS[:2])
    export.load()
    assert owners(export) == {"a": "1", "b": "2"}
    export.clear()
    export.write("Patient.ndjson", linked("1", "replaced-by", "2"))
    export.load()
    assert (owners(export), people(export)) == ({"a": "2", "b": "2"}, ["2"])
    export.clear()
    export.write("Patient.ndjson", patient("2"))
    export.write("Condition.ndjson", condition("d", "1"))
    export.load()
    assert (owners(export), people(export)) == ({"a": "2", "b": "2", "d": "2"}, ["2"])
    assert export.reasons() == {}


def test_records_that_are_parted_again(export: Export) -> None:
    export.write("Patient.ndjson", linked("1", "replaced-by", "2"), patient("2"))
    export.write("Condition.ndjson", *ROWS[:2])
    export.load()
    export.clear()
    export.write("Patient.ndjson", patient("1"))
    export.load()
    assert (owners(export), people(export)) == ({"a": "2", "b": "2"}, ["1", "2"])
    assert export.reasons() == {("patient", WITHDRAWN): 1}
    export.write("Patient.ndjson", patient("1"), patient("2"))
    export.write("Condition.ndjson", *ROWS[:2])
    export.load(whole=True)
    assert (owners(export), export.reasons()) == ({"a": "1", "b": "2"}, {})


def test_a_link_that_does_not_say_that_it_is_one_person(export: Export) -> None:
    export.write("Patient.ndjson", linked("1", "seealso", "2"), patient("2"))
    export.write("Condition.ndjson", *ROWS[:2])
    export.load()
    assert owners(export) == {"a": "1", "b": "2"}
    why = "linked to another record, perhaps of the same person: each is judged apart"
    assert export.reasons() == {("Patient", why): 1}
