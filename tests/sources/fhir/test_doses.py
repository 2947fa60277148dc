"""How much of a medicine a day, and by which route."""

from datetime import date
from typing import Any

import pytest
from tests.sources.fhir.exports import Export, Resource, coded, patient

Fields = dict[str, Any]


def repeat(**fields: Any) -> Fields:
    return {"timing": {"repeat": fields}}


DAILY = repeat(frequency=1, period=1, periodUnit="d")
TWICE = repeat(frequency=2, period=1, periodUnit="d")

# fields of the dosage of 20 mg, and mg a day
DOSES: dict[str, tuple[Fields, float | None]] = {
    "daily": (DAILY, 20),
    "twice": (TWICE, 40),
    "every-8-hours": (repeat(frequency=1, period=8, periodUnit="h"), 60),
    "every-other-day": (repeat(frequency=1, period=2, periodUnit="d"), 10),
    "weekly": (repeat(frequency=7, period=1, periodUnit="wk"), 20),
    "no-frequency": (repeat(period=1, periodUnit="d"), 20),
    "monthly": (repeat(frequency=1, period=1, periodUnit="mo"), None),
    "up-to-3-times": (repeat(frequency=1, frequencyMax=3, period=1, periodUnit="d"), None),
    "every-4-to-6-hours": (repeat(frequency=1, period=4, periodMax=6, periodUnit="h"), None),
    "ten-times-in-all": (repeat(count=10, frequency=1, period=1, periodUnit="d"), None),
    "on-mondays": (repeat(frequency=1, period=1, periodUnit="wk", dayOfWeek=["mon"]), None),
    "in-the-morning": (repeat(when=["MORN"], period=1, periodUnit="d"), None),
    "never": (repeat(frequency=1, period=0, periodUnit="d"), None),
    "as-needed": ({**DAILY, "asNeededBoolean": True}, None),
    "for-pain": ({**DAILY, "asNeededCodeableConcept": {"text": "pain"}}, None),
    "not-as-needed": ({**DAILY, "asNeededBoolean": False}, 20),
    "bid": ({"timing": {"code": coded("BID", "urn:timing")}}, 40),
    "每日3次": ({"timing": {"code": {"text": "每日3次"}}}, 60),
    "strange": ({"timing": {"code": {"text": "with the moon"}}}, None),
    "no-timing": ({}, None),
}


def statement(name: str, *dosages: Fields) -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "id": name,
        "status": "active",
        "subject": {"reference": "Patient/1"},
        "effectivePeriod": {"start": "2020-05-10"},
        "medicationCodeableConcept": {"text": "prednisone"},
        "dosage": list(dosages),
    }


def of_20_mg(**fields: Any) -> Fields:
    return {"doseAndRate": [{"doseQuantity": {"value": 20, "unit": "mg"}}], **fields}


def test_daily_doses(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    statements = [statement(name, of_20_mg(**fields)) for name, (fields, _) in DOSES.items()]
    export.write("MedicationStatement.ndjson", *statements)
    export.load()
    assert export.by_ref("medication", "daily_dose") == {
        name: (None if dose is None else pytest.approx(dose),) for name, (_, dose) in DOSES.items()
    }
    assert export.rows(
        "SELECT DISTINCT text FROM medication JOIN unit ON dose_unit_id = unit_id"
    ) == [("mg",)]


def test_a_dose_that_is_a_range_or_one_of_several_is_none(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    span = {"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2}}}], **DAILY}
    two_rates = {"doseAndRate": of_20_mg()["doseAndRate"] * 2, **DAILY}
    export.write(
        "MedicationStatement.ndjson",
        statement("range", span),
        statement("two-rates", two_rates),
        statement("taper", of_20_mg(**DAILY), of_20_mg(**TWICE)),
    )
    export.load()
    assert set(export.by_ref("medication", "daily_dose").values()) == {(None,)}
    assert export.reasons() == {
        ("MedicationStatement", "several dosages in one order: no daily dose"): 1
    }


SPAN: Fields = {"boundsPeriod": {"start": "2020-05-10", "end": "2020-06-10"}}
LATER: Fields = {"boundsPeriod": {"start": "2020-06-11", "end": "2020-07-10"}}


def dosed(value: float, unit: str = "mg", *, sequence: int | None = None, **timing: Any) -> Fields:
    """Return a dosage of once a day."""
    return {
        **({} if sequence is None else {"sequence": sequence}),
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", **timing}},
        "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}],
    }


# the dosages of one order | the dose of every day
SEVERAL: dict[str, tuple[list[Fields], float | None]] = {
    "same-place": ([dosed(20, sequence=1), dosed(10, sequence=1)], 30),
    "same-bounds": ([dosed(20, **SPAN), dosed(10, **SPAN)], 30),
    "three": ([dosed(20, **SPAN), dosed(10, **SPAN), dosed(5, **SPAN)], 35),
    "one-after-the-other": ([dosed(20, sequence=1), dosed(10, sequence=2)], None),
    "a-taper": ([dosed(20, **SPAN), dosed(10, **LATER)], None),
    "a-taper-at-one-place": ([dosed(20, sequence=1, **SPAN), dosed(10, sequence=1, **LATER)], None),
    "nobody-said-how": ([dosed(20), dosed(10)], None),
    "two-units": ([dosed(20, sequence=1), dosed(1, "g", sequence=1)], None),
    "one-as-needed": (
        [dosed(20, sequence=1), {**dosed(10, sequence=1), "asNeededBoolean": True}],
        None,
    ),
    "one-without-a-dose": ([dosed(20, sequence=1), {"sequence": 1}], None),
}


def test_several_dosages_are_summed_if_they_are_taken_side_by_side(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write(
        "MedicationStatement.ndjson",
        *(statement(name, *dosages) for name, (dosages, _) in SEVERAL.items()),
    )
    export.load()
    assert export.by_ref("medication", "daily_dose") == {
        name: (dose,) for name, (_, dose) in SEVERAL.items()
    }
    without = sum(dose is None for _, dose in SEVERAL.values())
    assert export.reasons() == {
        ("MedicationStatement", "several dosages in one order: no daily dose"): without
    }


def test_an_order_of_several_dosages_lasts_from_the_first_to_the_last(export: Export) -> None:
    """The first step of a taper ends long before the medicine does."""
    export.write("Patient.ndjson", patient("1"))
    request = {
        "resourceType": "MedicationRequest",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "authoredOn": "2020-05-01",
        "medicationCodeableConcept": {"text": "prednisone"},
    }
    oral, vein = {"route": {"text": "口服"}}, {"route": {"text": "静滴"}}
    taper = [{**dosed(20, **LATER), **oral}, {**dosed(10, **SPAN), **oral}]
    export.write(
        "MedicationRequest.ndjson",
        {**request, "id": "taper", "dosageInstruction": taper},
        {**request, "id": "open", "dosageInstruction": [{**dosed(20, **SPAN), **vein}, dosed(10)]},
    )
    export.load()
    assert export.by_ref("medication", "start_lo, end_lo, end_hi, route") == {
        "taper": (date(2020, 5, 10), date(2020, 7, 10), date(2020, 7, 10), "oral"),
        "open": (date(2020, 5, 1), date(2020, 5, 1), date(9999, 12, 31), None),
    }


def test_a_request_has_the_dose_of_its_instruction(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    request = {
        "resourceType": "MedicationRequest",
        "id": "1",
        "status": "active",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "prednisone"},
        "dosageInstruction": [of_20_mg(**TWICE, route={"text": "口服"})],
    }
    export.write("MedicationRequest.ndjson", request)
    export.load()
    assert export.by_ref("medication", "daily_dose, route, basis") == {
        "1": (40, "oral", "requested")
    }


def test_an_administration_is_the_dose_of_its_one_day(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    given = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "methylprednisolone"},
        "dosage": {"dose": {"value": 500, "unit": "mg"}, "route": coded("47625008")},
    }
    export.write(
        "MedicationAdministration.ndjson",
        {**given, "id": "day", "effectiveDateTime": "2020-05-10T09:00:00+08:00"},
        {
            **given,
            "id": "hours",
            "effectivePeriod": {
                "start": "2020-05-10T09:00:00+08:00",
                "end": "2020-05-10T11:00:00+08:00",
            },
        },
        {**given, "id": "days", "effectivePeriod": {"start": "2020-05-10", "end": "2020-05-12"}},
        {**given, "id": "some-day", "effectiveDateTime": "2020-05"},
    )
    export.load()
    assert export.by_ref("medication", "daily_dose, route, basis") == {
        "day": (500, "intravenous", "given"),
        "hours": (500, "intravenous", "given"),
        "days": (None, "intravenous", "given"),
        "some-day": (None, "intravenous", "given"),
    }


ROUTES: dict[str, tuple[Fields | None, str | None]] = {
    "snomed-oral": (coded("26643006"), "oral"),
    "snomed-iv": (coded("47625008"), "intravenous"),
    "edqm-sc": (coded("20066000", "http://standardterms.edqm.eu"), "subcutaneous"),
    "hl7-im": (coded("IM", "urn:x"), "intramuscular"),
    "口服": ({"text": "口服"}, "oral"),
    "静脉滴注": ({"text": "静脉滴注"}, "intravenous"),
    "静滴": ({"text": "静滴"}, "intravenous"),
    "皮下注射": ({"text": "皮下注射"}, "subcutaneous"),
    "肌注": ({"text": "肌注"}, "intramuscular"),
    "外用": ({"text": "外用"}, "topical"),
    "吸入": ({"text": "吸入"}, "inhaled"),
    "display": ({"coding": [{"code": "17", "display": "po"}]}, "oral"),
    "another": ({"text": "by balloon"}, "other"),
    "empty": ({"coding": []}, None),
    "none": (None, None),
}


def test_routes(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    statements = [statement(name, {"route": route}) for name, (route, _) in ROUTES.items()]
    export.write("MedicationStatement.ndjson", *statements)
    export.load()
    assert export.by_ref("medication", "route") == {
        name: (route,) for name, (_, route) in ROUTES.items()
    }


def test_which_medicine(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    atc = "http://www.whocc.no/atc"
    export.write(
        "Medication.ndjson",
        {"resourceType": "Medication", "id": "m1", "code": coded("H02AB07", atc)},
        {
            "resourceType": "Medication",
            "id": "wrong",
            "status": "entered-in-error",
            "code": coded("X", atc),
        },
    )
    contained = {
        "contained": [
            {"resourceType": "Medication", "id": "a", "code": coded("A", atc)},
            {"resourceType": "Medication", "id": "b", "code": coded("B", atc)},
        ]
    }

    def by(name: str, reference: Fields, **fields: Any) -> Resource:
        own = dict(statement(name)) | {"medicationReference": reference} | fields
        del own["medicationCodeableConcept"]
        return own

    export.write(
        "MedicationStatement.ndjson",
        by("relative", {"reference": "Medication/m1"}),
        by("absolute", {"reference": "https://host/fhir/Medication/m1"}),
        by("contained", {"reference": "#b"}, **contained),
        by("only-named", {"reference": "Medication/lost", "display": "prednisone"}),
        by("in-error", {"reference": "Medication/wrong"}),
    )
    export.load()
    assert export.rows(
        "SELECT ref[21:], code, text FROM medication JOIN concept USING (concept_id)"
        " LEFT JOIN coding USING (concept_id) ORDER BY ref"
    ) == [
        ("absolute", "H02AB07", None),
        ("contained", "B", None),
        ("in-error", None, "(no name)"),
        ("only-named", None, "prednisone"),
        ("relative", "H02AB07", None),
    ]
    reason = "it has neither a code nor a name: it counts as a doubt only"
    assert export.reasons("repaired") == {("medication", reason): 1}
