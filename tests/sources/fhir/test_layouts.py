"""However an export is laid out (lines, bundles, single files), the same rows come of it."""

import gzip
import json
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
OLD = {"lastUpdated": "2020-01-01T00:00:00Z"}
NEW = {"lastUpdated": "2021-01-01T00:00:00Z"}


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


def gzipped(text: str) -> bytes:
    return gzip.compress(text.encode())


# name -> the files of the folder
LAYOUTS: dict[str, dict[str, str | bytes]] = {
    "a file per type": {"Patient.ndjson": lines(PATIENT), "Condition.ndjson": lines(CONDITION)},
    "gzipped": {
        "Patient.ndjson.gz": gzipped(lines(PATIENT)),
        "Condition.ndjson.gz": gzipped(lines(CONDITION)),
    },
    "many files per type, in folders": {
        "a/Condition.000.ndjson": lines({**CONDITION, "code": coded("17"), "meta": OLD}),
        "b/Condition.001.ndjson": lines({**CONDITION, "meta": NEW}),
        "b/Patient.ndjson": lines(PATIENT),
    },
    "one file of many types": {"all.ndjson": lines(CONDITION, PATIENT)},
    "lines under another name": {"export.json": lines(CONDITION, PATIENT)},
    "single resources": {"patient.json": pretty(PATIENT), "condition.json": pretty(CONDITION)},
    "a list of resources": {"all.json": pretty([CONDITION, PATIENT])},
    "a collection": {"b.json": pretty(bundle(CONDITION, PATIENT))},
    "a search": {
        "b.json": pretty(bundle(CONDITION, PATIENT, kind="searchset", search={"mode": "match"}))
    },
    "a transaction": {"b.json": pretty(transaction())},
    "a bundle per line": {"b.ndjson": lines(bundle(CONDITION), bundle(PATIENT))},
    "a bundle in a bundle": {"b.json": pretty(bundle(bundle(CONDITION, PATIENT)))},
    "with a byte order mark": {
        "Patient.ndjson": b"\xef\xbb\xbf" + lines(PATIENT).encode(),
        "Condition.json": b"\xef\xbb\xbf" + pretty(CONDITION).encode(),
    },
    "with carriage returns": {
        "Patient.ndjson": lines(PATIENT).replace("\n", "\r\n"),
        "Condition.ndjson": lines(CONDITION, PATIENT).replace("\n", "\r\n"),
    },
    "with empty lines": {"all.ndjson": "\n\n" + lines(PATIENT, CONDITION) + "\n"},
}


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=list(LAYOUTS))
def test_layouts(export: Export, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        export.write_text(name, text)
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
    found = dict(
        export.rows("SELECT ref[11:], patient_id FROM condition JOIN patient USING (patient_no)")
    )
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
