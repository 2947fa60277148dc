"""A screening by hand: the shipped protocol, records written here, the reference interpreter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, Span, parse_span
from trialrun.records.pseudonyms import OWN_NAMES
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import Kind, Route
from trialrun.screening.attrition import Pattern, attrition, count_verdicts
from trialrun.screening.gains import Gain, variants
from trialrun.screening.judging import judge_patient
from trialrun.screening.plan import plan
from trialrun.screening.result import Declared, JudgedPatient, OpenGap, Screening
from trialrun.terminology.codes import Coding, Concept

ON = date(2022, 1, 15)
CONFIRMED = "a person has confirmed that this criterion permits enrolment"
SCRIPT = "<script>alert('chart')</script>"
NURSE = "Nurse Zhang Wei"
TOLD = "told by her brother Li Lei"


@cache
def shipped() -> TrialProtocol:
    return read_protocol("ld-il2-immune-als")


def concept(system: str, code: str, text: str) -> Concept:
    return Concept((Coding(system, code, text),), text)


def lab(row_id: int, loinc: str, text: str, day: str, number: str, unit: str) -> Measurement:
    return Measurement(
        row_id=row_id,
        kind=Kind.MEASUREMENT,
        concept=concept("LOINC", loinc, text),
        start=parse_span(day),
        ref=f"Observation/HIS-{row_id}",
        value=Bounds(Fraction(number), Fraction(number)),
        unit=unit,
        ref_lo=Fraction("0.5"),
        ref_hi=Fraction(350),
    )


def diagnosis(row_id: int, code: str, text: str, since: str) -> Row:
    return Row(
        row_id=row_id,
        kind=Kind.CONDITION,
        concept=concept("ICD-10-CM", code, text),
        start=parse_span(since),
        end=ALIVE,
        ref=f"Condition/HIS-{row_id}",
    )


def said(row_id: int, question: str, answer: bool | None = True) -> Attestation:
    return Attestation(
        row_id=row_id,
        kind=Kind.ATTESTATION,
        concept=Concept((), question),
        start=Span.of(ON),
        ref=f"QuestionnaireResponse/HIS-{row_id}",
        question=question,
        answer=answer,
        attested_by=NURSE,
        reason=TOLD,
    )


def vaccination(row_id: int, day: str) -> Row:
    return Row(
        row_id=row_id,
        kind=Kind.IMMUNISATION,
        concept=concept("CVX", "140", "Influenza vaccine"),
        start=parse_span(day),
        ref=f"Immunization/HIS-{row_id}",
    )


def prednisone(row_id: int, mg: int) -> Medication:
    return Medication(
        row_id=row_id,
        kind=Kind.MEDICATION,
        concept=concept("ATC", "H02AB07", "Prednisone tablets"),
        start=parse_span("2021-12"),
        end=ALIVE,
        ref=f"MedicationRequest/HIS-{row_id}",
        route=Route.ORAL,
        daily_dose=Fraction(mg),
        dose_unit="mg",
    )


def weakness(row_id: int, present: bool | None) -> Finding:
    return Finding(
        row_id=row_id,
        kind=Kind.FINDING,
        concept=concept("SNOMED CT", "86854008", "Brisk reflexes"),
        start=parse_span("2021"),
        ref=f"Observation/HIS-{row_id}",
        present=present,
    )


BLOOD = (
    lab(1, "6690-2", "White blood cells", "2022-01-10", "6.1", "10*9/L"),
    lab(2, "731-0", "Lymphocytes", "2022-01-10", "1.7", "10*9/L"),
    lab(3, "777-3", "Platelets", "2022-01-10", "210", "10*9/L"),
    lab(4, "2160-0", "Creatinine", "2022-01-10", "70", "umol/L"),
    lab(5, "1742-6", "ALT", "2022-01-10", "22", "U/L"),
    lab(6, "1920-8", "AST", "2022-01-10", "25", "U/L"),
    lab(7, "1975-2", "Total bilirubin", "2022-01-10", "9", "umol/L"),
    lab(8, "29463-7", "Body weight", "2022-01-02", "64", "kg"),
)
DISEASE = (
    diagnosis(11, "G12.21", "Amyotrophic lateral sclerosis", "2020-05"),
    diagnosis(12, "G61.82", "Multifocal motor neuropathy", "2020"),
    weakness(13, None),
)
CONFIRMATIONS = tuple(
    said(20 + n, f"{criterion}: {CONFIRMED}")
    for n, criterion in enumerate(("I2", "I3", "E5", "E6", "E7"))
)
VISIT = (
    said(30, "response to glucocorticoids or immunoglobulin was poor"),
    said(31, "has signed the informed consent of this trial"),
    said(32, "is allergic or intolerant to interleukin-2", answer=False),
    said(33, "received non-standard treatment within the 2 months before enrolment", answer=False),
    said(
        34,
        "takes part in another clinical study or uses another investigational drug",
        answer=False,
    ),
)
COVERAGE = tuple(
    Coverage(number, kind, date(2010, 1, 1)) if number == 2 else Coverage(number, kind)
    for number, kind in enumerate(Kind, start=1)
    if kind is not Kind.MEASUREMENT
)
LONG_CONFIRMED = replace(said(44, f"E5: {CONFIRMED}"), start=parse_span("2022-01-07"))
"""One day too old to count."""
RECORDS: dict[str, PatientRecord] = {
    name: PatientRecord(
        patient_id=name,
        sex="female" if name.startswith("f") else "male",
        birth=parse_span(birth),
        rows=rows,
        coverage=COVERAGE if covered else (),
    )
    for name, birth, rows, covered in (
        ("m-eligible", "1970-03-05", (*BLOOD, *DISEASE, *CONFIRMATIONS, *VISIT), True),
        ("m-turns-71", "1951-01-20", (*BLOOD, *DISEASE, *CONFIRMATIONS, *VISIT), True),
        (
            "m-vaccinated",
            "1970",
            (*BLOOD, *DISEASE, *CONFIRMATIONS, *VISIT, vaccination(40, "2021-11-20")),
            True,
        ),
        (
            "m-vaccinated-earlier",
            "1966-07",
            (*BLOOD, *DISEASE, vaccination(41, "2021-08-31")),
            True,
        ),
        (
            "m-to-confirm",
            "1980-01-01",
            (*BLOOD, *DISEASE, prednisone(42, 60), LONG_CONFIRMED),
            True,
        ),
        ("f-of-childbearing-age", "1990-12-24", (*BLOOD, *DISEASE, *VISIT), True),
        ("f-not-covered", "1960-06", (*BLOOD, *DISEASE), False),
        (f"m-{SCRIPT}", "1975-01-01", (diagnosis(43, "G12.21", SCRIPT, "2021"),), True),
        ("m-too-old", "1940-01-01", (*BLOOD, *DISEASE), True),
        ("m-nothing-known", "1970-01-01", (), False),
    )
}


def open_by_hand(name: str) -> JudgedPatient:
    """Judge one of the records by the reference interpreter."""
    protocol = shipped()
    return judge_patient(RECORDS[name], plan(protocol), protocol, ON, OWN_NAMES)


@cache
def screening() -> Screening:
    """Return the screening of all the records, as the engine would count it."""
    protocol = shipped()
    asked = plan(protocol)
    judged = [open_by_hand(name) for name in RECORDS]
    counted = Counter(tuple(j.permission for j in c.judgements) for c in judged)
    patterns = [Pattern(permissions, n * 140) for permissions, n in counted.items()]
    near = [c for c in judged if c.opens_on]
    shown = [c for c in judged if c.opens_on or c.verdict.value != "ineligible"]
    return Screening(
        protocol=protocol,
        on=ON,
        plan=asked,
        patients=sum(p.patients for p in patterns),
        deceased=37,
        may_have_died=2,
        verdicts=count_verdicts(patterns),
        ready_for_visit=1,
        losses=attrition([a.criterion.id for a in asked], patterns),
        gains=(
            Gain("I1", None, 0, 140),
            *(Gain("I1", v, 0, 140) for v in variants(asked[0].criterion.expression)),
            *(
                Gain(a.criterion.id, v, 1, 12)
                for a in asked
                if a.criterion.id in ("E4", "E3a")
                for v in list(variants(a.criterion.expression))[:3]
            ),
        ),
        open_gaps=(
            OpenGap(asked[1], Gap.NEEDS_A_PERSON, 420, 140),
            OpenGap(asked[2], Gap.LIST_OPEN, 280, 1),
            OpenGap(asked[9], Gap.NOT_COVERED, 140, 0),
        ),
        openings=tuple(sorted(c.opens_on for c in near if c.opens_on)),
        opened=tuple(sorted(shown, key=lambda c: (c.verdict.value, c.name))),
        coverage=tuple(
            Declared("clinic", kind, date(1, 1, 1), date(9999, 12, 31))
            for kind in Kind
            if kind is not Kind.MEASUREMENT
        ),
    )


def pseudonymised() -> Screening:
    """Return the same screening under pseudonyms."""
    found = screening()
    return replace(
        found,
        pseudonymised=True,
        opened=tuple(
            replace(c, name=f"P-{n:020x}", pseudonymised=True) for n, c in enumerate(found.opened)
        ),
    )


def unknowns(patient: JudgedPatient) -> list[str]:
    """Return the ids of the criteria that are unknown."""
    return [j.asked.criterion.id for j in patient.judgements if j.permission is Truth.UNKNOWN]
