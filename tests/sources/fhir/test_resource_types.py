"""One table per resource type: what a resource says, and the row that it becomes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from tests.sources.fhir.exports import FIRST, LAST, Export, Resource, coded, patient

Fields = dict[str, Any]
DAY = date(2020, 5, 10)
ABOUT = {"subject": {"reference": "Patient/1"}}
BY = {"patient": {"reference": "Patient/1"}}


def of_type(name: str, cases: Mapping[str, Fields], *others: Fields) -> list[Resource]:
    """Make a resource of each case, named after it."""
    shared: Fields = {}
    for other in others:
        shared |= other
    return [
        {"resourceType": name, "id": case, **shared, **fields} for case, fields in cases.items()
    ]


def status(code: str) -> Fields:
    return {"coding": [{"code": code}]}


# --- Patient ----------------------------------------------------------------------------------

UNKNOWN = (FIRST, LAST)
ALIVE = (LAST, LAST)
PATIENTS: dict[str, tuple[Fields, tuple[Any, ...]]] = {
    "exact": (
        {"gender": "female", "birthDate": "1970-02-03"},
        ("female", date(1970, 2, 3), date(1970, 2, 3), *ALIVE),
    ),
    "month": (
        {"gender": "male", "birthDate": "1970-02"},
        ("male", date(1970, 2, 1), date(1970, 2, 28), *ALIVE),
    ),
    "year": (
        {"gender": "other", "birthDate": "1970"},
        (None, date(1970, 1, 1), date(1970, 12, 31), *ALIVE),
    ),
    "no-birth": ({"gender": "unknown", "birthDate": None}, (None, *UNKNOWN, *ALIVE)),
    "year-0001": ({"birthDate": "0001-01-01"}, (None, *UNKNOWN, *ALIVE)),
    "no-such-day": ({"birthDate": "1970-02-30"}, (None, *UNKNOWN, *ALIVE)),
    "dead": (
        {"birthDate": "1970", "deceasedDateTime": "2020-05-10T01:00:00+08:00"},
        (None, date(1970, 1, 1), date(1970, 12, 31), DAY, DAY),
    ),
    "dead-some-day": (
        {"birthDate": "1970", "deceasedBoolean": True},
        (None, date(1970, 1, 1), date(1970, 12, 31), date(1970, 1, 1), LAST),
    ),
    "not-dead": (
        {"birthDate": "1970", "deceasedBoolean": False},
        (None, date(1970, 1, 1), date(1970, 12, 31), *ALIVE),
    ),
}


def test_patients(export: Export) -> None:
    export.write(
        "Patient.ndjson", *[patient(name, **fields) for name, (fields, _) in PATIENTS.items()]
    )
    export.load()
    found = export.rows(
        "SELECT patient_id, sex, birth_lo, birth_hi, death_lo, death_hi FROM patient"
    )
    expected = {name: row for name, (_, row) in PATIENTS.items()}
    assert {name: tuple(row) for name, *row in found} == expected
    reasons = export.reasons("repaired")
    assert reasons["patient", "no birth date: every day is possible"] == 3
    odd = "a date that cannot be read or cannot be true: taken as unknown"
    assert reasons["Patient", odd] == 2


# --- what lasts: diagnoses, allergies, procedures, … --------------------------------------------

# name -> fields, and (start_lo, start_hi, end_lo, end_hi) or the reason why it does not count
Lasting = dict[str, tuple[Fields, tuple[date, date, date, date] | str]]

ACTIVE = {"clinicalStatus": status("active")}
RESOLVED = {"clinicalStatus": status("resolved")}
CONDITIONS: Lasting = {
    "active": ({**ACTIVE, "onsetDateTime": "2020-05-10"}, (DAY, DAY, LAST, LAST)),
    "month": (
        {**ACTIVE, "onsetDateTime": "2020-05"},
        (date(2020, 5, 1), date(2020, 5, 31), LAST, LAST),
    ),
    "ended": (
        {**ACTIVE, "onsetDateTime": "2020-05-10", "abatementDateTime": "2020-06"},
        (DAY, DAY, date(2020, 6, 1), date(2020, 6, 30)),
    ),
    "resolved-some-day": ({**RESOLVED, "onsetDateTime": "2020-05-10"}, (DAY, DAY, DAY, LAST)),
    "no-status": ({"onsetDateTime": "2020-05-10"}, (DAY, DAY, DAY, LAST)),
    "active-but-abated-at-an-age": (
        {**ACTIVE, "onsetDateTime": "2020-05-10", "abatementAge": {"value": 50}},
        (DAY, DAY, DAY, LAST),
    ),
    "onset-somewhere-in": (
        {**ACTIVE, "onsetPeriod": {"start": "2020-05-10", "end": "2020-06-01"}},
        (DAY, date(2020, 6, 1), LAST, LAST),
    ),
    "recorded-only": ({**ACTIVE, "recordedDate": "2020-05-10"}, (FIRST, DAY, LAST, LAST)),
    "onset-in-words": (
        {**ACTIVE, "onsetString": "as a child", "recordedDate": "2020-05-10"},
        (FIRST, DAY, LAST, LAST),
    ),
    "no-day": (ACTIVE, (FIRST, LAST, LAST, LAST)),
    "midnight-in-greenwich": (
        {**ACTIVE, "onsetDateTime": "2020-05-09T23:30:00Z"},
        (DAY, DAY, LAST, LAST),
    ),
    "end-before-start": (
        {"onsetDateTime": "2020-05-10", "abatementDateTime": "2019-01-01"},
        (date(2019, 1, 1), DAY, date(2019, 1, 1), DAY),
    ),
    "end-narrows-start": (
        {"onsetDateTime": "2020", "abatementDateTime": "2020-05-10"},
        (date(2020, 1, 1), DAY, DAY, DAY),
    ),
    "end-in-9999": (
        {"onsetDateTime": "2020-05-10", "abatementDateTime": "9999-12-31"},
        (DAY, DAY, DAY, LAST),
    ),
    "suspected": (
        {**ACTIVE, "onsetDateTime": "2020-05-10", "verificationStatus": status("provisional")},
        (DAY, DAY, LAST, LAST),
    ),
    "refuted": ({"verificationStatus": status("refuted")}, "refuted"),
    "in-error": ({"verificationStatus": status("entered-in-error")}, "entered in error"),
}

ALLERGIES: Lasting = {
    "active": ({**ACTIVE, "onsetDateTime": "2020-05-10"}, (DAY, DAY, LAST, LAST)),
    "inactive": (
        {"clinicalStatus": status("inactive"), "onsetDateTime": "2020-05-10"},
        (DAY, DAY, DAY, LAST),
    ),
    "recorded": ({**ACTIVE, "recordedDate": "2020-05-10"}, (FIRST, DAY, LAST, LAST)),
    "refuted": ({"verificationStatus": status("refuted")}, "refuted"),
    "in-error": ({"verificationStatus": status("entered-in-error")}, "entered in error"),
}

PROCEDURES: Lasting = {
    "on-a-day": ({"status": "completed", "performedDateTime": "2020-05-10"}, (DAY, DAY, DAY, DAY)),
    "over-days": (
        {"performedPeriod": {"start": "2020-05-10", "end": "2020-05-12"}},
        (DAY, DAY, date(2020, 5, 12), date(2020, 5, 12)),
    ),
    "going-on": (
        {"status": "in-progress", "performedPeriod": {"start": "2020-05-10"}},
        (DAY, DAY, LAST, LAST),
    ),
    "no-end": (
        {"status": "completed", "performedPeriod": {"start": "2020-05-10"}},
        (DAY, DAY, DAY, LAST),
    ),
    "no-day": ({"status": "completed"}, (FIRST, LAST, FIRST, LAST)),
    "not-done": ({"status": "not-done"}, "not done"),
    "prepared": ({"status": "preparation"}, "prepared, not begun"),
    "in-error": ({"status": "entered-in-error"}, "entered in error"),
}

PERIOD = {"period": {"start": "2020-05-10"}}
STUDIES: Lasting = {
    "on-study": ({"status": "on-study", **PERIOD}, (DAY, DAY, LAST, LAST)),
    "withdrawn": ({"status": "withdrawn", **PERIOD}, (DAY, DAY, DAY, LAST)),
    "off-study": (
        {"status": "off-study", "period": {"start": "2020-05-10", "end": "2020-05-10"}},
        (DAY, DAY, DAY, DAY),
    ),
    "screened": ({"status": "screening", **PERIOD}, "did not enter the study"),
    "ineligible": ({"status": "ineligible", **PERIOD}, "did not enter the study"),
    "in-error": ({"status": "entered-in-error", **PERIOD}, "entered in error"),
}

CONSENTS: Lasting = {
    "given": ({"status": "active", "dateTime": "2020-05-10"}, (DAY, DAY, LAST, LAST)),
    "until": (
        {
            "status": "active",
            "dateTime": "2020-01-01",
            "provision": {"period": {"start": "2020-05-10", "end": "2020-05-10"}},
        },
        (DAY, DAY, DAY, DAY),
    ),
    "ended": ({"status": "inactive", "dateTime": "2020-05-10"}, (DAY, DAY, DAY, LAST)),
    "refused": ({"status": "rejected"}, "refused"),
    "denied": ({"status": "active", "provision": {"type": "deny"}}, "refused"),
    "draft": ({"status": "draft"}, "not given yet"),
}

ENCOUNTERS: Lasting = {
    "finished": (
        {"status": "finished", "period": {"start": "2020-05-10", "end": "2020-05-10"}},
        (DAY, DAY, DAY, DAY),
    ),
    "under-way": ({"status": "in-progress", **PERIOD}, (DAY, DAY, LAST, LAST)),
    "no-end": ({"status": "finished", **PERIOD}, (DAY, DAY, DAY, LAST)),
    "planned": ({"status": "planned", **PERIOD}, "planned"),
    "cancelled": ({"status": "cancelled", **PERIOD}, "cancelled"),
}

SAID = {"effectivePeriod": {"start": "2020-05-10"}}
STATEMENTS: Lasting = {
    "taking": ({"status": "active", **SAID}, (DAY, DAY, LAST, LAST)),
    "took": ({"status": "completed", **SAID}, (DAY, DAY, DAY, LAST)),
    "took-until": (
        {"status": "completed", "effectivePeriod": {"start": "2020-05-10", "end": "2020-05-10"}},
        (DAY, DAY, DAY, DAY),
    ),
    "asserted-only": (
        {"status": "active", "dateAsserted": "2020-05-10"},
        (FIRST, DAY, LAST, LAST),
    ),
    "not-taken": ({"status": "not-taken", **SAID}, "not taken"),
    "intended": ({"status": "intended", **SAID}, "intended, not taken yet"),
    "in-error": ({"status": "entered-in-error", **SAID}, "entered in error"),
}


def bounds(**period: str) -> list[Fields]:
    return [{"timing": {"repeat": {"boundsPeriod": period}}}]


WRITTEN = {"authoredOn": "2020-05-10"}
REQUESTS: Lasting = {
    "ordered": ({"status": "active", **WRITTEN}, (DAY, DAY, LAST, LAST)),
    "completed": ({"status": "completed", **WRITTEN}, (DAY, DAY, DAY, LAST)),
    "valid-until": (
        {
            "status": "completed",
            "authoredOn": "2020-01-01",
            "dispenseRequest": {"validityPeriod": {"start": "2020-05-10", "end": "2020-05-12"}},
        },
        (DAY, DAY, date(2020, 5, 12), date(2020, 5, 12)),
    ),
    "bounds-go-first": (
        {
            "status": "active",
            "authoredOn": "2020-01-01",
            "dispenseRequest": {"validityPeriod": {"start": "2020-02-01", "end": "2020-03-01"}},
            "dosageInstruction": bounds(start="2020-05-10", end="2020-05-12"),
        },
        (DAY, DAY, date(2020, 5, 12), date(2020, 5, 12)),
    ),
    "stopped-before-its-end": (
        {"status": "stopped", "dosageInstruction": bounds(start="2020-05-10", end="2020-06-10")},
        (DAY, DAY, DAY, date(2020, 6, 10)),
    ),
    "no-day": ({"status": "active"}, (FIRST, LAST, LAST, LAST)),
    "cancelled": ({"status": "cancelled", **WRITTEN}, "cancelled"),
    "draft": ({"status": "draft", **WRITTEN}, "a draft"),
    "proposed": ({"status": "active", "intent": "proposal", **WRITTEN}, "proposed, not ordered"),
    "do-not": ({"status": "active", "doNotPerform": True, **WRITTEN}, "an order not to give it"),
    "in-error": ({"status": "entered-in-error", **WRITTEN}, "entered in error"),
}

ADMINISTRATIONS: Lasting = {
    "given": ({"status": "completed", "effectiveDateTime": "2020-05-10"}, (DAY, DAY, DAY, DAY)),
    "infused": (
        {"status": "completed", "effectivePeriod": {"start": "2020-05-10", "end": "2020-05-11"}},
        (DAY, DAY, date(2020, 5, 11), date(2020, 5, 11)),
    ),
    "running": (
        {"status": "in-progress", "effectivePeriod": {"start": "2020-05-10"}},
        (DAY, DAY, LAST, LAST),
    ),
    "not-done": ({"status": "not-done", "effectiveDateTime": "2020-05-10"}, "not done"),
    "in-error": ({"status": "entered-in-error"}, "entered in error"),
}

CODE = {"code": coded("86044005")}
MEDICINE = {"medicationCodeableConcept": coded("H02AB07", "http://www.whocc.no/atc")}


LASTING: list[tuple[str, str, Fields, Lasting]] = [
    ("Condition", "condition", {**ABOUT, **CODE}, CONDITIONS),
    ("AllergyIntolerance", "allergy", {**BY, **CODE}, ALLERGIES),
    ("Procedure", "procedure", {**ABOUT, **CODE}, PROCEDURES),
    (
        "ResearchSubject",
        "study_participation",
        {"individual": {"reference": "Patient/1"}},
        STUDIES,
    ),
    ("Consent", "consent", {**BY, "scope": coded("research", "urn:x")}, CONSENTS),
    ("Encounter", "encounter", {**ABOUT, "class": {"code": "AMB"}}, ENCOUNTERS),
    ("MedicationStatement", "medication", {**ABOUT, **MEDICINE}, STATEMENTS),
    ("MedicationRequest", "medication", {**ABOUT, **MEDICINE}, REQUESTS),
    ("MedicationAdministration", "medication", {**ABOUT, **MEDICINE}, ADMINISTRATIONS),
]


@pytest.mark.parametrize(
    ("type_", "table", "shared", "cases"), LASTING, ids=[type_ for type_, *_ in LASTING]
)
def test_what_lasts(export: Export, type_: str, table: str, shared: Fields, cases: Lasting) -> None:
    export.write("Patient.ndjson", patient("1"))
    fields = {name: fields for name, (fields, _) in cases.items()}
    export.write(f"{type_}.ndjson", *of_type(type_, fields, shared))
    export.load()
    counting = {name: row for name, (_, row) in cases.items() if not isinstance(row, str)}
    assert export.by_ref(table, "start_lo, start_hi, end_lo, end_hi") == counting
    refused: dict[tuple[str, str], int] = {}
    for _, reason in cases.values():
        if isinstance(reason, str):
            refused[type_, reason] = refused.get((type_, reason), 0) + 1
    assert export.reasons("ignored") == refused


def test_allergies_to_each_substance_of_a_reaction(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    cases: dict[str, Fields] = {
        "code-and-substances": {
            **CODE,
            "reaction": [{"substance": {"text": "a"}}, {"substance": {"text": "b"}}],
        },
        "substance-only": {"reaction": [{"substance": {"text": "c"}}, {"description": "rash"}]},
        "nothing": {},
    }
    export.write("AllergyIntolerance.ndjson", *of_type("AllergyIntolerance", cases, BY))
    export.load()
    found = export.rows(
        "SELECT ref, text FROM allergy JOIN concept USING (concept_id) ORDER BY ref"
    )
    assert found == [
        ("AllergyIntolerance/code-and-substances", None),
        ("AllergyIntolerance/code-and-substances#reaction1", "a"),
        ("AllergyIntolerance/code-and-substances#reaction2", "b"),
        # Its loss would be taken for a no.
        ("AllergyIntolerance/nothing", "(no name)"),
        ("AllergyIntolerance/substance-only#reaction1", "c"),
    ]
    reason = "it has neither a code nor a name: it counts as a doubt only"
    assert export.reasons() == {("allergy", reason): 1}


def test_immunisations(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    cases: dict[str, Fields] = {
        "on-a-day": {"status": "completed", "occurrenceDateTime": "2020-05-10"},
        "recorded": {
            "status": "completed",
            "occurrenceString": "last winter",
            "recorded": "2020-05-10",
        },
        "not-done": {"status": "not-done", "occurrenceDateTime": "2020-05-10"},
        "in-error": {"status": "entered-in-error", "occurrenceDateTime": "2020-05-10"},
    }
    vaccine = {"vaccineCode": coded("140", "http://hl7.org/fhir/sid/cvx")}
    export.write("Immunization.ndjson", *of_type("Immunization", cases, BY, vaccine))
    export.load()
    found = export.by_ref("immunisation", "start_lo, start_hi")
    assert found == {"on-a-day": (DAY, DAY), "recorded": (FIRST, DAY)}
    assert export.reasons() == {
        ("Immunization", "not done"): 1,
        ("Immunization", "entered in error"): 1,
    }


# --- what things are called ---------------------------------------------------------------------


def test_concepts(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    cases: dict[str, Fields] = {
        "chinese-icd": {"code": coded("G12.201", "http://hl7.org/fhir/sid/icd-10-cn")},
        "without-dot": {"code": coded("g1221", "http://hl7.org/fhir/sid/icd-10-cm")},
        "extension-letter": {"code": coded("G12.200x015", "http://hl7.org/fhir/sid/icd-10-cn")},
        "by-oid": {"code": coded("86044005", "urn:oid:2.16.840.1.113883.6.96")},
        "own-system": {"code": coded(" 17 ", "http://hospital/codes")},
        "no-system": {"code": {"coding": [{"code": "x"}]}},
        "text-only": {"code": {"text": "肌萎缩侧索硬化"}},
        "display-only": {"code": {"coding": [{"display": "ALS"}]}},
        "two-codings": {
            "code": {
                "coding": [
                    {"system": "http://snomed.info/sct", "code": "86044005"},
                    {"system": "http://hl7.org/fhir/sid/icd-10", "code": "G12.2", "display": "MND"},
                ]
            }
        },
    }
    export.write("Condition.ndjson", *of_type("Condition", cases, ABOUT))
    export.load()
    found = export.rows(
        "SELECT ref[11:], text,"
        " list({system: system, code: code} ORDER BY system) FILTER (WHERE code IS NOT NULL)"
        " FROM condition JOIN concept USING (concept_id) LEFT JOIN coding USING (concept_id)"
        " GROUP BY ALL"
    )
    assert {
        ref: (text, [tuple(c.values()) for c in codings or ()]) for ref, text, codings in found
    } == {
        "chinese-icd": (None, [("ICD-10-CN", "G12.201")]),
        "without-dot": (None, [("ICD-10-CM", "G12.21")]),
        "extension-letter": (None, [("ICD-10-CN", "G12.200x015")]),
        "by-oid": (None, [("SNOMED CT", "86044005")]),
        "own-system": (None, [("http://hospital/codes", "17")]),
        "no-system": (None, [("", "x")]),
        "text-only": ("肌萎缩侧索硬化", []),
        "display-only": ("ALS", []),
        "two-codings": ("MND", [("ICD-10", "G12.2"), ("SNOMED CT", "86044005")]),
    }


def test_a_study_has_its_own_identifier_and_a_code_for_any_study(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    study = {
        "reference": "ResearchStudy/7",
        "display": "A study",
        "identifier": {"system": "https://clinicaltrials.gov", "value": "NCT04952155"},
    }
    export.write(
        "ResearchSubject.ndjson",
        {
            "resourceType": "ResearchSubject",
            "id": "1",
            "status": "on-study",
            "individual": {"reference": "Patient/1"},
            "study": study,
        },
    )
    export.load()
    assert export.rows("SELECT system, code FROM coding ORDER BY ALL") == [
        ("https://clinicaltrials.gov", "NCT04952155"),
        ("trialrun", "research-subject"),
    ]
    assert export.rows("SELECT text FROM concept") == [("A study",)]


def test_an_encounter_has_its_types_and_its_class(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    fields = {"class": {"system": "urn:class", "code": "AMB"}, "type": [coded("11429006")]}
    export.write("Encounter.ndjson", *of_type("Encounter", {"1": fields}, ABOUT, PERIOD))
    export.load()
    assert export.rows("SELECT system, code FROM coding ORDER BY ALL") == [
        ("SNOMED CT", "11429006"),
        ("urn:class", "AMB"),
    ]
