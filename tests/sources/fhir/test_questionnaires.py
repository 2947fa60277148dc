"""Answers to questionnaires -> attestations, measurements and findings, at any depth."""

from datetime import date
from typing import Any

from tests.sources.fhir.exports import Export, Resource, coded, patient

DAY = date(2020, 5, 10)
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"


def response(*items: dict[str, Any], **fields: Any) -> Resource:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "9",
        "status": "completed",
        "questionnaire": "http://hospital/visit",
        "subject": {"reference": "Patient/1"},
        "authored": "2020-05-10T10:00:00+08:00",
        "author": {"reference": "Practitioner/wu"},
        "item": list(items),
        **fields,
    }


def item(link: str, text: str | None, *answers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"linkId": link, "text": text, "answer": list(answers), **fields}


def yes_no(code: str) -> dict[str, Any]:
    return {"valueCoding": {"system": YES_NO, "code": code}}


def load(export: Export, *responses: Resource) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write("QuestionnaireResponse.ndjson", *responses)
    export.load()


def test_yes_and_no_are_attestations(export: Export) -> None:
    inner = item("2.1", "in a group", {"valueBoolean": False})
    below = item("3.1", "below an answer", {"valueBoolean": True})
    load(
        export,
        response(
            item("1", " response was poor ", {"valueBoolean": True}),
            {"linkId": "2", "text": "a group", "item": [inner]},
            item("3", "asked", {"valueBoolean": True, "item": [below]}),
            item("4", None, {"valueBoolean": True}),
            item("5", "coded yes", yes_no("Y")),
            item("6", "coded no", yes_no("N")),
            item("7", "asked, not known", yes_no("asked-unknown")),
            item("8", "not answered"),
        ),
    )
    assert export.rows(
        "SELECT ref, question, answer, attested_by, start_lo, start_hi FROM attestation"
        " ORDER BY ref"
    ) == [
        (f"QuestionnaireResponse/9#{place}", question, answer, "Practitioner/wu", DAY, DAY)
        for place, question, answer in (
            ("1", "response was poor", True),
            ("2.1", "in a group", False),
            ("3", "asked", True),
            ("3.1", "below an answer", True),
            ("4", "4", True),
            ("5", "coded yes", True),
            ("6", "coded no", False),
            ("7", "asked, not known", None),
        )
    ]
    assert export.rows("SELECT count(*) FROM measurement") == [(0,)]


def test_other_answers_are_measurements_and_findings(export: Export) -> None:
    load(
        export,
        response(
            item("score", "ALSFRS-R", {"valueInteger": 40}),
            item("fvc", "FVC", {"valueQuantity": {"value": 80, "unit": "%"}}),
            item("ratio", "decimal", {"valueDecimal": 1.5}),
            item("hcg", "urine hCG", {"valueString": "阴性"}),
            item("class", "NYHA", {"valueCoding": {**coded("420300004")["coding"][0]}}),
            item("many", "several", {"valueInteger": 1}, {"valueInteger": 2}),
        ),
    )
    assert export.rows(
        "SELECT ref[25:], text, system, code, value_lo, unit.text, polarity"
        " FROM measurement JOIN concept USING (concept_id) JOIN coding USING (concept_id)"
        " LEFT JOIN unit USING (unit_id) ORDER BY ref".replace(
            "text, system", "concept.text, system"
        )
    ) == [
        ("1", "ALSFRS-R", "http://hospital/visit", "score", 40, None, None),
        ("2", "FVC", "http://hospital/visit", "fvc", 80, "%", None),
        ("3", "decimal", "http://hospital/visit", "ratio", 1.5, None, None),
        ("4", "urine hCG", "http://hospital/visit", "hcg", None, None, "negative"),
        ("5", "NYHA", "http://hospital/visit", "class", None, None, None),
        ("6", "several", "http://hospital/visit", "many", 1, None, None),
        ("6/2", "several", "http://hospital/visit", "many", 2, None, None),
    ]
    assert export.rows(
        "SELECT ref[25:], code, present FROM finding JOIN coding USING (concept_id) ORDER BY ref"
    ) == [("4", "hcg", False), ("5", "class", None), ("5#value", "420300004", True)]


def test_answers_entered_in_error_never_count(export: Export) -> None:
    load(export, response(item("1", "q", {"valueBoolean": True}), status="entered-in-error"))
    assert export.rows("SELECT count(*) FROM attestation") == [(0,)]
    assert export.reasons() == {("QuestionnaireResponse", "entered in error"): 1}


def test_an_answer_without_a_day_may_be_of_any_day(export: Export) -> None:
    load(export, response(item("1", "q", {"valueBoolean": True}), authored=None))
    assert export.rows("SELECT start_lo, start_hi FROM attestation") == [
        (date(1, 1, 1), date(9999, 12, 31))
    ]
