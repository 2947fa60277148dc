"""However an export is laid out (lines, bundles, single files), the same rows come of it."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.sources.fhir.exports import Export, Resource, coded, patient

CONDITION: Resource = {
    "resourceType": "Condition",
    "id": "c1",
    "code": coded("86044005"),
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2020-05-10",
}
PATIENT = patient("p1")


def bundle(*resources: Resource, kind: str = "collection", **entry: Any) -> Resource:
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"resource": resource, **entry} for resource in resources],
    }


def transaction() -> Resource:
    """Make a bundle whose entries know each other by `urn:uuid:` only."""
    mine, yours = "urn:uuid:0f1e2d3c-0000-4000-8000-00000000000a", "urn:uuid:c1"
    without_id = {key: value for key, value in CONDITION.items() if key != "id"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": mine, "resource": PATIENT, "request": {"method": "PUT"}},
            {"fullUrl": yours, "resource": {**without_id, "subject": {"reference": mine}}},
        ],
    }


def lines(*resources: Resource) -> str:
    return "".join(json.dumps(resource) + "\n" for resource in resources)


def pretty(resource: Any) -> str:
    return json.dumps(resource, indent=2)


LAYOUTS: dict[str, Callable[[Export], None]] = {
    "a file per type": lambda e: (
        e.write("Patient.ndjson", PATIENT),
        e.write("Condition.ndjson", CONDITION),
    )[0],
    "gzipped": lambda e: (
        e.write_text("Patient.ndjson.gz", gzip.compress(lines(PATIENT).encode())),
        e.write_text("Condition.ndjson.gz", gzip.compress(lines(CONDITION).encode())),
    )[0],
    "many files per type, in folders": lambda e: (
        e.write("a/Condition.000.ndjson", {**CONDITION, "id": "old", "code": None}),
        e.write("b/Condition.001.ndjson", CONDITION),
        e.write("b/Patient.ndjson", PATIENT),
    )[0],
    "one file of many types": lambda e: e.write("all.ndjson", CONDITION, PATIENT),
    "lines under another name": lambda e: e.write("export.json", CONDITION, PATIENT),
    "single resources": lambda e: (
        e.write_text("patient.json", pretty(PATIENT)),
        e.write_text("condition.json", pretty(CONDITION)),
    )[0],
    "a list of resources": lambda e: e.write_text("all.json", pretty([CONDITION, PATIENT])),
    "a collection": lambda e: e.write_text("b.json", pretty(bundle(CONDITION, PATIENT))),
    "a search": lambda e: e.write_text(
        "b.json", pretty(bundle(CONDITION, PATIENT, kind="searchset", search={"mode": "match"}))
    ),
    "a transaction": lambda e: e.write_text("b.json", pretty(transaction())),
    "a bundle per line": lambda e: e.write("b.ndjson", bundle(CONDITION), bundle(PATIENT)),
    "a bundle in a bundle": lambda e: e.write_text("b.json", pretty(bundle(bundle(CONDITION, PATIENT)))),
    "with a byte order mark": lambda e: (
        e.write_text("Patient.ndjson", b"\xef\xbb\xbf" + lines(PATIENT).encode()),
        e.write_text("Condition.json", b"\xef\xbb\xbf" + pretty(CONDITION).encode()),
    )[0],
    "with carriage returns": lambda e: (
        e.write_text("Patient.ndjson", lines(PATIENT).replace("\n", "\r\n")),
        e.write_text("Condition.ndjson", lines(CONDITION, PATIENT).replace("\n", "\r\n")),
    )[0],
    "with empty lines": lambda e: e.write_text("all.ndjson", "\n\n" + lines(PATIENT, CONDITION) + "\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_layouts(export: Export, layout: Callable[[Export], None]) -> None:
    layout(export)
    export.load()
    assert export.rows(
        "SELECT patient_id, ref, start_lo::VARCHAR, code FROM condition"
        " JOIN patient USING (patient_no) JOIN coding USING (concept_id)"
    ) == [("p1", "Condition/c1", "2020-05-10", "86044005")]


REFERENCES = {
    "Patient/p1": "p1",
    "https://host.example/fhir/r4/Patient/p1": "p1",
    "Patient/p1/_history/3": "p1",
    "urn:uuid:p1": "p1",
    "Group/p1": None,
    "Patient?identifier=p1": None,
    "#p1": None,
    None: None,
}


def test_references(export: Export) -> None:
    export.write("Patient.ndjson", PATIENT)
    export.write(
        "Condition.ndjson",
        *[
            {**CONDITION, "id": str(number), "subject": {"reference": reference}}
            for number, reference in enumerate(REFERENCES)
        ],
    )
    export.load()
    found = dict(export.rows("SELECT ref[11:], patient_id FROM condition JOIN patient USING (patient_no)"))
    assert {
        reference: found.get(str(number)) for number, reference in enumerate(REFERENCES)
    } == REFERENCES
    assert export.reasons("rejected") == {("condition", "it names no patient"): 4}


def test_a_resource_without_an_id_keeps_one_name(export: Export) -> None:
    without = {key: value for key, value in CONDITION.items() if key != "id"}
    export.write("Patient.ndjson", PATIENT)
    export.write("Condition.ndjson", CONDITION, without)
    export.load()
    first = export.rows("SELECT ref FROM condition ORDER BY ref")
    export.write("Condition.ndjson", without, CONDITION)
    export.load()
    assert len(first) == 2
    assert export.rows("SELECT ref FROM condition ORDER BY ref") == first


def test_types_that_are_not_used_are_counted(export: Export) -> None:
    claim = {"resourceType": "Claim", "id": "1"}
    export.write("Patient.ndjson", PATIENT)
    export.write("Claim.ndjson", claim, claim, claim)
    export.write("mixed.ndjson", claim, CONDITION)
    export.write("entries.ndjson", bundle(claim, {"resourceType": "Device", "id": "1"}))
    export.load()
    reason = "a resource type that is not used"
    assert export.reasons() == {("Claim", reason): 5, ("Device", reason): 1}
    assert export.rows("SELECT ref FROM condition") == [("Condition/c1",)]


def test_a_deletion_in_a_bundle_is_no_record(export: Export) -> None:
    deletion = {"request": {"method": "DELETE", "url": "Condition/c1"}}
    made = bundle(PATIENT)
    export.write("b.ndjson", {**made, "entry": [*made["entry"], deletion]})
    export.load()
    assert export.reasons() == {("Bundle", "an entry without a resource"): 1}
