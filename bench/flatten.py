"""The yardstick for `load`: a FHIR export flattened to Parquet, one plain statement per type.

What a person who knows DuckDB writes on an afternoon: typed `read_json`, the fields that we load,
one Parquet file per resource type. It checks nothing, numbers nothing, merges nothing and reports
nothing; a line that does not fit stops it.

    python bench/flatten.py EXPORT OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

MACROS = """
CREATE MACRO day_lo(t) AS
  TRY_CAST(CASE length(t) WHEN 4 THEN t || '-01-01' WHEN 7 THEN t || '-01' ELSE t[:10] END AS DATE);
CREATE MACRO day_hi(t) AS
  CASE length(t)
    WHEN 4 THEN TRY_CAST(t || '-12-31' AS DATE)
    WHEN 7 THEN last_day(TRY_CAST(t || '-01' AS DATE))
    ELSE TRY_CAST(t[:10] AS DATE)
  END;
CREATE MACRO patient_of(reference) AS split_part(reference, 'Patient/', 2);
CREATE MACRO unit_of(q) AS coalesce(q.code, q.unit);
"""
CONCEPT = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR, display VARCHAR)[], text VARCHAR)"
REFERENCE = "STRUCT(reference VARCHAR)"
PERIOD = 'STRUCT("start" VARCHAR, "end" VARCHAR)'
QUANTITY = "STRUCT(value DOUBLE, comparator VARCHAR, unit VARCHAR, system VARCHAR, code VARCHAR)"
LIMIT = "STRUCT(value DOUBLE, unit VARCHAR, code VARCHAR)"
DOSAGE = (
    'STRUCT("text" VARCHAR, timing STRUCT("repeat" STRUCT(boundsPeriod ' + PERIOD + ","
    f" frequency DOUBLE, period DOUBLE, periodUnit VARCHAR), code {CONCEPT}),"
    f" asNeededBoolean BOOLEAN, route {CONCEPT},"
    f" doseAndRate STRUCT(doseQuantity {QUANTITY})[])[]"
)
CODED = "code.coding AS codings, code.coding[1].system AS system, code.coding[1].code AS code"
MEDICINE = (
    "medicine.coding AS codings, medicine.coding[1].system AS system,"
    " medicine.coding[1].code AS code, medicine.text AS text"
)
DOSE = (
    "coalesce(d.route.coding[1].code, d.route.text) AS route,"
    " d.doseAndRate[1].doseQuantity.value AS dose, unit_of(d.doseAndRate[1].doseQuantity) AS unit,"
    ' d.timing."repeat".frequency AS frequency, d.timing."repeat".period AS per,'
    ' d.timing."repeat".periodUnit AS per_unit, d.timing.code.text AS timing'
)

# Per resource type: the columns read beside id, and the select.
TYPES: dict[str, tuple[dict[str, str], str]] = {
    "Patient": (
        {
            "gender": "VARCHAR",
            "birthDate": "VARCHAR",
            "deceasedBoolean": "BOOLEAN",
            "deceasedDateTime": "VARCHAR",
        },
        "id AS patient_id, gender, day_lo(birthDate) AS birth_lo, day_hi(birthDate) AS birth_hi,"
        " deceasedBoolean AS died, day_lo(deceasedDateTime) AS death_lo,"
        " day_hi(deceasedDateTime) AS death_hi",
    ),
    "Condition": (
        {
            "clinicalStatus": CONCEPT,
            "verificationStatus": CONCEPT,
            "code": CONCEPT,
            "subject": REFERENCE,
            "onsetDateTime": "VARCHAR",
            "abatementDateTime": "VARCHAR",
            "recordedDate": "VARCHAR",
        },
        f"id, patient_of(subject.reference) AS patient_id, {CODED}, code.text AS text,"
        " clinicalStatus.coding[1].code AS clinical, verificationStatus.coding[1].code AS verified,"
        " day_lo(onsetDateTime) AS start_lo, day_hi(coalesce(onsetDateTime, recordedDate))"
        " AS start_hi, day_lo(abatementDateTime) AS end_lo, day_hi(abatementDateTime) AS end_hi",
    ),
    "Observation": (
        {
            "status": "VARCHAR",
            "code": CONCEPT,
            "subject": REFERENCE,
            "effectiveDateTime": "VARCHAR",
            "effectivePeriod": PERIOD,
            "issued": "VARCHAR",
            "valueQuantity": QUANTITY,
            "valueCodeableConcept": CONCEPT,
            "valueString": "VARCHAR",
            "valueBoolean": "BOOLEAN",
            "valueInteger": "DOUBLE",
            "dataAbsentReason": CONCEPT,
            "interpretation": f"{CONCEPT}[]",
            "referenceRange": f"STRUCT(low {LIMIT}, high {LIMIT}, text VARCHAR)[]",
            "component": "JSON",
        },
        f"id, patient_of(subject.reference) AS patient_id, status, {CODED}, code.text AS text,"
        " day_lo(coalesce(effectiveDateTime, effectivePeriod.start, issued)) AS day_lo,"
        " day_hi(coalesce(effectiveDateTime, effectivePeriod.end, issued)) AS day_hi,"
        " coalesce(valueQuantity.value, valueInteger) AS number, valueQuantity.comparator,"
        " unit_of(valueQuantity) AS unit, valueString AS said, valueBoolean AS yes,"
        " valueCodeableConcept.coding[1].code AS value_code, valueCodeableConcept.text AS"
        " value_text, dataAbsentReason.coding[1].code AS absent,"
        " interpretation[1].coding[1].code AS flag, referenceRange[1].low.value AS ref_lo,"
        " referenceRange[1].high.value AS ref_hi,"
        " unit_of(coalesce(referenceRange[1].high, referenceRange[1].low)) AS ref_unit,"
        " referenceRange[1].text AS ref_text, component",
    ),
    "QuestionnaireResponse": (
        {
            "status": "VARCHAR",
            "subject": REFERENCE,
            "authored": "VARCHAR",
            "author": "STRUCT(display VARCHAR)",
            "item": "STRUCT(linkId VARCHAR, text VARCHAR, answer STRUCT(valueBoolean BOOLEAN)[])[]",
        },
        "id, patient_of(subject.reference) AS patient_id, status, day_lo(authored) AS day_lo,"
        " day_hi(authored) AS day_hi, author.display AS author,"
        " asked.text AS question, asked.answer[1].valueBoolean AS answer",
    ),
    "MedicationRequest": (
        {
            "status": "VARCHAR",
            "intent": "VARCHAR",
            "medicationCodeableConcept": CONCEPT,
            "medicationReference": REFERENCE,
            "subject": REFERENCE,
            "authoredOn": "VARCHAR",
            "dispenseRequest": f"STRUCT(validityPeriod {PERIOD})",
            "dosageInstruction": DOSAGE,
        },
        f"id, patient_of(subject.reference) AS patient_id, status, intent, {MEDICINE},"
        ' day_lo(coalesce(bounds."start", valid."start", authoredOn)) AS start_lo,'
        ' day_hi(coalesce(bounds."start", valid."start", authoredOn)) AS start_hi,'
        ' day_lo(coalesce(bounds."end", valid."end")) AS end_lo,'
        f' day_hi(coalesce(bounds."end", valid."end")) AS end_hi, {DOSE}',
    ),
    "MedicationStatement": (
        {
            "status": "VARCHAR",
            "medicationCodeableConcept": CONCEPT,
            "medicationReference": REFERENCE,
            "subject": REFERENCE,
            "effectiveDateTime": "VARCHAR",
            "effectivePeriod": PERIOD,
            "dosage": DOSAGE,
        },
        f"id, patient_of(subject.reference) AS patient_id, status, {MEDICINE},"
        ' day_lo(coalesce(effectivePeriod."start", effectiveDateTime)) AS start_lo,'
        ' day_hi(coalesce(effectivePeriod."start", effectiveDateTime)) AS start_hi,'
        ' day_lo(coalesce(effectivePeriod."end", effectiveDateTime)) AS end_lo,'
        f' day_hi(coalesce(effectivePeriod."end", effectiveDateTime)) AS end_hi, {DOSE}',
    ),
    "MedicationAdministration": (
        {
            "status": "VARCHAR",
            "medicationCodeableConcept": CONCEPT,
            "medicationReference": REFERENCE,
            "subject": REFERENCE,
            "effectiveDateTime": "VARCHAR",
            "effectivePeriod": PERIOD,
            "dosage": f"STRUCT(route {CONCEPT}, dose {QUANTITY})",
        },
        f"id, patient_of(subject.reference) AS patient_id, status, {MEDICINE},"
        ' day_lo(coalesce(effectivePeriod."start", effectiveDateTime)) AS start_lo,'
        ' day_hi(coalesce(effectivePeriod."start", effectiveDateTime)) AS start_hi,'
        ' day_lo(coalesce(effectivePeriod."end", effectiveDateTime)) AS end_lo,'
        ' day_hi(coalesce(effectivePeriod."end", effectiveDateTime)) AS end_hi,'
        " coalesce(dosage.route.coding[1].code, dosage.route.text) AS route,"
        " dosage.dose.value AS dose, unit_of(dosage.dose) AS unit",
    ),
    "Immunization": (
        {
            "status": "VARCHAR",
            "vaccineCode": CONCEPT,
            "patient": REFERENCE,
            "occurrenceDateTime": "VARCHAR",
            "recorded": "VARCHAR",
        },
        "id, patient_of(patient.reference) AS patient_id, status, vaccineCode.coding AS codings,"
        " vaccineCode.coding[1].system AS system, vaccineCode.coding[1].code AS code,"
        " vaccineCode.text AS text, day_lo(occurrenceDateTime) AS day_lo,"
        " day_hi(coalesce(occurrenceDateTime, recorded)) AS day_hi",
    ),
    "AllergyIntolerance": (
        {
            "clinicalStatus": CONCEPT,
            "verificationStatus": CONCEPT,
            "code": CONCEPT,
            "patient": REFERENCE,
            "onsetDateTime": "VARCHAR",
            "recordedDate": "VARCHAR",
        },
        f"id, patient_of(patient.reference) AS patient_id, {CODED}, code.text AS text,"
        " clinicalStatus.coding[1].code AS clinical, verificationStatus.coding[1].code AS verified,"
        " day_lo(onsetDateTime) AS start_lo,"
        " day_hi(coalesce(onsetDateTime, recordedDate)) AS start_hi",
    ),
    "Procedure": (
        {
            "status": "VARCHAR",
            "code": CONCEPT,
            "subject": REFERENCE,
            "performedDateTime": "VARCHAR",
            "performedPeriod": PERIOD,
        },
        f"id, patient_of(subject.reference) AS patient_id, status, {CODED}, code.text AS text,"
        ' day_lo(coalesce(performedDateTime, performedPeriod."start")) AS start_lo,'
        ' day_hi(coalesce(performedDateTime, performedPeriod."start")) AS start_hi,'
        ' day_lo(coalesce(performedDateTime, performedPeriod."end")) AS end_lo,'
        ' day_hi(coalesce(performedDateTime, performedPeriod."end")) AS end_hi',
    ),
    "ResearchSubject": (
        {
            "status": "VARCHAR",
            "individual": REFERENCE,
            "study": "STRUCT(reference VARCHAR, display VARCHAR)",
            "period": PERIOD,
        },
        "id, patient_of(individual.reference) AS patient_id, status, study.display AS study,"
        ' day_lo(period."start") AS start_lo, day_hi(period."start") AS start_hi,'
        ' day_lo(period."end") AS end_lo, day_hi(period."end") AS end_hi',
    ),
    "Consent": (
        {
            "status": "VARCHAR",
            "category": f"{CONCEPT}[]",
            "patient": REFERENCE,
            "dateTime": "VARCHAR",
        },
        "id, patient_of(patient.reference) AS patient_id, status, category[1].coding AS codings,"
        " category[1].text AS text, day_lo(dateTime) AS start_lo, day_hi(dateTime) AS start_hi",
    ),
    "Encounter": (
        {
            "status": "VARCHAR",
            "class": "STRUCT(system VARCHAR, code VARCHAR)",
            "type": f"{CONCEPT}[]",
            "subject": REFERENCE,
            "period": PERIOD,
        },
        "id, patient_of(subject.reference) AS patient_id, status, class.code AS class,"
        ' type[1].coding AS codings, type[1].text AS text, day_lo(period."start") AS start_lo,'
        ' day_hi(period."start") AS start_hi, day_lo(period."end") AS end_lo,'
        ' day_hi(period."end") AS end_hi',
    ),
}

# What is looked up or unfolded before the select.
_NAMED = "{read} LEFT JOIN named ON named.ref = medicationReference.reference"
_MEDICINE = "SELECT *, coalesce(medicationCodeableConcept, named.code) AS medicine"
BEFORE = {
    "MedicationRequest": f"{_MEDICINE}, dispenseRequest.validityPeriod AS valid,"
    " dosageInstruction[1] AS d,"
    f' dosageInstruction[1].timing."repeat".boundsPeriod AS bounds {_NAMED}',
    "MedicationStatement": f"{_MEDICINE}, dosage[1] AS d {_NAMED}",
    "MedicationAdministration": f"{_MEDICINE} {_NAMED}",
    "QuestionnaireResponse": "SELECT *, unnest(item) AS asked {read}",
}


def flatten(export: Path, out: Path) -> None:
    """Write one Parquet file per resource type."""
    out.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(MACROS)
    medicines = _read(export, "Medication", {"code": CONCEPT})
    connection.execute(f"CREATE TABLE named AS SELECT 'Medication/' || id AS ref, code {medicines}")
    for name, (columns, select) in TYPES.items():
        read = _read(export, name, columns)
        source = BEFORE.get(name, "{read}").replace("{read}", read)
        connection.execute(
            f"COPY (SELECT {select} FROM ({source})) TO '{out / name}.parquet' (FORMAT parquet)"
        )


def _read(export: Path, name: str, columns: dict[str, str]) -> str:
    typed = ", ".join(f"'{column}': '{type_}'" for column, type_ in columns.items())
    files = [str(path) for path in sorted(export.glob(f"{name}*.ndjson")) if _is_of(path, name)]
    return (
        f"FROM read_json({files}, format = 'newline_delimited',"
        f" columns = {{id: 'VARCHAR', {typed}}})"
    )


def _is_of(path: Path, name: str) -> bool:
    return path.name.split(".")[0] == name


if __name__ == "__main__":
    flatten(Path(sys.argv[1]), Path(sys.argv[2]))
