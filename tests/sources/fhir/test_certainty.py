"""Diagnoses and allergies of which nobody is sure, and those that say that there are none."""

from typing import Any

import pytest
from tests.sources.fhir.exports import Export, Resource, coded, patient

ICD = "http://hl7.org/fhir/sid/icd-10"
IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
DOUBT = "a suspicion, a denial or a relative's: it counts as a doubt only"
NOTHING = "it says that there is none"

Coded = list[tuple[str, str]]
A41: Coded = [("ICD-10", "A41.9")]


def concept(*codings: tuple[str, str, str | None], text: str | None = None) -> Resource:
    """A code as FHIR writes it: of systems, codes and displays, and a text."""
    written = [
        {"system": system, "code": code} | ({"display": display} if display else {})
        for system, code, display in codings
    ]
    return {"coding": written} | ({"text": text} if text else {})


def is_(code: str) -> Resource:
    return {"verificationStatus": {"coding": [{"code": code}]}}


SEPSIS = concept((ICD, "A41.9", "Sepsis"))
NAMELESS = concept((ICD, "A41.9", None))

# A Condition | the name and the codes that are left, or why it is left out
CONDITIONS: dict[str, tuple[Resource, tuple[str | None, Coded] | str]] = {
    "confirmed": ({"code": SEPSIS, **is_("confirmed")}, ("Sepsis", A41)),
    "nothing is said of it": ({"code": SEPSIS}, ("Sepsis", A41)),
    "provisional": ({"code": SEPSIS, **is_("provisional")}, ("Sepsis (provisional)", [])),
    "differential": ({"code": SEPSIS, **is_("differential")}, ("Sepsis (differential)", [])),
    "unconfirmed": ({"code": SEPSIS, **is_("unconfirmed")}, ("Sepsis (unconfirmed)", [])),
    "its text goes before its display": (
        {"code": SEPSIS | {"text": "脓毒症"}, **is_("provisional")},
        ("脓毒症 (provisional)", []),
    ),
    "without a name": ({"code": NAMELESS, **is_("provisional")}, ("A41.9 (provisional)", [])),
    "refuted": ({"code": SEPSIS, **is_("refuted")}, "refuted"),
    "in error": ({"code": SEPSIS, **is_("entered-in-error")}, "entered in error"),
    "suspected in the text": (
        {"code": concept((ICD, "B19.9", None), text="肝炎待查")},
        ("肝炎待查", []),
    ),
    "suspected in the display": (
        {"code": concept((ICD, "A15.0", "疑似结核"), text="结核")},
        ("结核", []),
    ),
    "a relative's": ({"code": concept((ICD, "C22.9", None), text="父亲肝癌")}, ("父亲肝癌", [])),
    "denied beside a code": (
        {"code": concept((ICD, "B19.9", None), text="否认肝炎")},
        ("否认肝炎", []),
    ),
    "denied": ({"code": concept(text="否认肝炎")}, NOTHING),
    "no problems": ({"code": concept((IPS, "no-known-problems", None))}, NOTHING),
    "the code itself is of a family history": (
        {"code": concept((ICD, "Z80.0", None), text="消化器官恶性肿瘤家族史")},
        ("消化器官恶性肿瘤家族史", [("ICD-10", "Z80.0")]),
    ),
    "the code itself is of a mother": (
        {"code": concept((ICD, "Z39.1", None), text="哺乳期母亲的检查")},
        ("哺乳期母亲的检查", [("ICD-10", "Z39.1")]),
    ),
    "a symptom without its cause": (
        {"code": concept((ICD, "R50.9", None), text="发热待查")},
        ("发热待查", [("ICD-10", "R50.9")]),
    ),
}

PENICILLIN = concept(("http://snomed.info/sct", "91936005", "Allergy to penicillin"))
ALLERGIES: dict[str, tuple[Resource, tuple[str | None, Coded] | str]] = {
    "confirmed": (
        {"code": PENICILLIN, **is_("confirmed")},
        ("Allergy to penicillin", [("SNOMED CT", "91936005")]),
    ),
    "unconfirmed": (
        {"code": PENICILLIN, **is_("unconfirmed")},
        ("Allergy to penicillin (unconfirmed)", []),
    ),
    "refuted": ({"code": PENICILLIN, **is_("refuted")}, "refuted"),
    "possible": ({"code": concept(text="青霉素过敏?")}, ("青霉素过敏?", [])),
    "no known allergy": ({"code": coded("716186003")}, NOTHING),
    "no known drug allergy, by an OID": (
        {"code": coded("409137002", "urn:oid:2.16.840.1.113883.6.96")},
        NOTHING,
    ),
    "no known allergies": ({"code": coded("no-known-allergies", IPS)}, NOTHING),
    # It is not known whether there is one: that settles nothing.
    "no information": ({"code": coded("no-allergy-info", IPS)}, (None, [(IPS, "no-allergy-info")])),
    "no known allergies, in words": ({"code": concept(text="No known allergies")}, NOTHING),
    "无过敏史": ({"code": concept(text="无过敏史")}, NOTHING),
    "否认药物过敏史": ({"code": concept(text="否认药物过敏史")}, NOTHING),
    "under a code of the hospital's": (
        {"code": concept(("urn:his", "0", None), text="无过敏史")},
        NOTHING,
    ),
    "denied beside an allergy": (
        {"code": concept(("http://snomed.info/sct", "91936005", None), text="否认青霉素过敏")},
        ("否认青霉素过敏", []),
    ),
}

TABLES = [
    ("Condition", "condition", "subject", CONDITIONS),
    ("AllergyIntolerance", "allergy", "patient", ALLERGIES),
]
NAMED = (
    "SELECT split_part(ref, '/', 2), any_value(text),"
    " list((system, code)) FILTER (WHERE code IS NOT NULL)"
    " FROM {table} JOIN concept USING (concept_id) LEFT JOIN coding USING (concept_id) GROUP BY ref"
)


def names_of(export: Export, table: str) -> dict[str, tuple[Any, Coded]]:
    found = export.rows(NAMED.format(table=table))
    return {ref: (text, codings or []) for ref, text, codings in found}


@pytest.mark.parametrize(("type_", "table", "of", "cases"), TABLES, ids=["Condition", "Allergy"])
def test_how_sure_it_is(export: Export, type_: str, table: str, of: str, cases: Any) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write(
        f"{type_}.ndjson",
        *[
            {"resourceType": type_, "id": name, of: {"reference": "Patient/1"}, **fields}
            for name, (fields, _) in cases.items()
        ],
    )
    export.load()
    left_out = {name: why for name, (_, why) in cases.items() if isinstance(why, str)}
    assert names_of(export, table) == {
        name: found for name, (_, found) in cases.items() if name not in left_out
    }
    doubted = [name for name, (fields, found) in cases.items() if _lost(fields, found)]
    assert export.reasons("repaired") == {(type_, DOUBT): len(doubted)}
    assert export.reasons("ignored") == {
        (type_, why): list(left_out.values()).count(why) for why in set(left_out.values())
    }


def _lost(fields: Resource, found: object) -> bool:
    return isinstance(found, tuple) and not found[1]


def test_a_doubt_is_counted_beside_whatever_else_was_changed(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write(
        "Condition.ndjson",
        {
            "resourceType": "Condition",
            "id": "1",
            "subject": {"reference": "Patient/1"},
            "code": SEPSIS,
            "onsetDateTime": "0001-01-01",
            **is_("provisional"),
        },
    )
    export.load()
    odd = "a date that cannot be read or cannot be true: taken as unknown"
    assert export.reasons() == {("Condition", DOUBT): 1, ("Condition", odd): 1}


def test_substances_of_an_allergy_that_is_not_sure(export: Export) -> None:
    """The substance is as doubtful as the allergy; "none known" beside one contradicts itself."""
    substances = {"reaction": [{"substance": concept(("urn:x", "7", "Aldesleukin"))}]}
    export.write("Patient.ndjson", patient("1"))
    export.write(
        "AllergyIntolerance.ndjson",
        *[
            {
                "resourceType": "AllergyIntolerance",
                "id": name,
                "patient": {"reference": "Patient/1"},
                **fields,
                **substances,
            }
            for name, fields in {
                "unconfirmed": is_("unconfirmed"),
                "none": {"code": concept(text="无过敏史")},
            }.items()
        ],
    )
    export.load()
    assert names_of(export, "allergy") == {
        "unconfirmed#reaction1": ("Aldesleukin (unconfirmed)", []),
        "none": ("无过敏史", []),
        "none#reaction1": ("Aldesleukin", []),
    }
    assert export.reasons() == {("AllergyIntolerance", DOUBT): 2}


def test_a_denial_takes_an_earlier_record_of_its_name_away(export: Export) -> None:
    """The export speaks of the row, although it no longer counts."""
    one = {"resourceType": "AllergyIntolerance", "id": "1", "patient": {"reference": "Patient/1"}}
    export.write("Patient.ndjson", patient("1"))
    export.write("AllergyIntolerance.ndjson", one | {"code": PENICILLIN})
    export.load()
    assert len(names_of(export, "allergy")) == 1
    export.write("AllergyIntolerance.ndjson", one | {"code": coded("716186003")})
    export.load()
    assert names_of(export, "allergy") == {}
