"""Writes the rows of one patient as FHIR R4 resources, one JSON text per line.

Knows how a resource is spelled; refuses to know what any row means. Every text that comes in is
the room's own (or already JSON), so nothing is escaped here.
"""

from __future__ import annotations

from trialrun.synthetic.codes import Codeable, quoted

SERVER = "https://fhir.hospital.example/r4"
_STATUS = "http://terminology.hl7.org/CodeSystem/"


class Chart:
    """The rows of one patient, in the order in which they were written."""

    def __init__(self, patient_id: str, *, absolute: bool = False) -> None:
        """Begin an empty chart; `absolute` references name the server."""
        self.patient_id = patient_id
        self.rows: list[tuple[str, str]] = []
        reference = f"Patient/{patient_id}"
        self._reference = f"{SERVER}/{reference}" if absolute else reference

    def write(self, resource: str, body: str, subject: str = "subject") -> None:
        """Write one resource that is about the patient."""
        number = len(self.rows) + 1
        self.rows.append(
            (
                resource,
                f'{{"resourceType":"{resource}","id":"{self.patient_id}-{number}",'
                f'"{subject}":{{"reference":"{self._reference}"}},{body}}}\n',
            )
        )

    def write_again(self) -> None:
        """Write the last row once more under the same id, as exports sometimes do."""
        self.rows.append(self.rows[-1])


def condition(
    chart: Chart,
    code: Codeable,
    onset: str | None,
    abatement: str | None = None,
    *,
    clinical: str | None = "active",
    verification: str = "confirmed",
) -> None:
    """Write a diagnosis with its period."""
    parts = [f'"code":{code}']
    if clinical:
        parts.append(f'"clinicalStatus":{_coded("condition-clinical", clinical)}')
    parts.append(f'"verificationStatus":{_coded("condition-ver-status", verification)}')
    if onset:
        parts.append(f'"onsetDateTime":"{onset}"')
    if abatement:
        parts.append(f'"abatementDateTime":"{abatement}"')
    chart.write("Condition", ",".join(parts))


def observation(
    chart: Chart,
    code: Codeable,
    when: str | None,
    value: str,
    *,
    category: str = "laboratory",
    status: str = "final",
) -> None:
    """Write one observation; `value` is a fragment made by the functions below."""
    effective = f'"effectiveDateTime":"{when}",' if when else ""
    chart.write(
        "Observation",
        f'"status":"{status}","category":[{_coded("observation-category", category)}],'
        f'"code":{code},{effective}{value}',
    )


def quantity(number: str, unit: str | None, *, ucum: str | None = None) -> str:
    """Return the fragment of a number, in a unit as hospitals write it (or none)."""
    return f'"valueQuantity":{_amount(number, unit, ucum)}'


def below(number: str, unit: str) -> str:
    """Return the fragment of a value below a limit of detection."""
    return f'"valueQuantity":{{"value":{number},"comparator":"<","unit":{quoted(unit)}}}'


def written(text: str) -> str:
    """Return the fragment of a value that is a text."""
    return f'"valueString":{quoted(text)}'


def coded(value: Codeable) -> str:
    """Return the fragment of a value that is a code."""
    return f'"valueCodeableConcept":{value}'


def said(*, present: bool) -> str:
    """Return the fragment of a value that is yes or no."""
    return f'"valueBoolean":{str(present).lower()}'


def absent(reason: str = "not-performed") -> str:
    """Return the fragment of a value that is not there, and why."""
    return f'"dataAbsentReason":{_coded("data-absent-reason", reason)}'


def range_of(low: str | None, high: str | None, unit: str | None) -> str:
    """Return the fragment of a reference range, to be put behind a value."""
    limits = [
        f'"{name}":{_amount(limit, unit, None)}'
        for name, limit in (("low", low), ("high", high))
        if limit is not None
    ]
    return f',"referenceRange":[{{{",".join(limits)}}}]'


def with_flag(value: str, flag: str) -> str:
    """Add the laboratory's interpretation (N, H, L, A, POS, NEG) to a value."""
    return f'{value},"interpretation":[{_coded("v3-ObservationInterpretation", flag)}]'


def taking(
    chart: Chart,
    medicine: str,
    start: str | None,
    end: str | None,
    dosage: str | None,
    *,
    status: str = "active",
) -> None:
    """Write that a medicine is or was taken over a period."""
    bounds = [f'"{name}":"{text}"' for name, text in (("start", start), ("end", end)) if text]
    chart.write(
        "MedicationStatement",
        f'"status":"{status}",{medicine},"effectivePeriod":{{{",".join(bounds)}}}'
        + (f',"dosage":[{dosage}]' if dosage else ""),
    )


def request(
    chart: Chart, medicine: str, start: str, end: str | None, dosage: str, *, status: str
) -> None:
    """Write a prescription, valid from the day on which it was written."""
    bounds = f'"start":"{start}"' + (f',"end":"{end}"' if end else "")
    chart.write(
        "MedicationRequest",
        f'"status":"{status}","intent":"order",{medicine},"authoredOn":"{start}",'
        f'"dispenseRequest":{{"validityPeriod":{{{bounds}}}}},"dosageInstruction":[{dosage}]',
    )


def administration(
    chart: Chart, medicine: str, when: str, amount: str, unit: str, route: Codeable
) -> None:
    """Write that a dose was given on a day."""
    chart.write(
        "MedicationAdministration",
        f'"status":"completed",{medicine},"effectiveDateTime":"{when}",'
        f'"dosage":{{"route":{route},"dose":{_amount(amount, unit, unit)}}}',
    )


def dosage_of(
    amount: str, unit: str, route: Codeable | None, *, times: int = 1, ucum: str | None = None
) -> str:
    """Return a dosage: an amount so many times a day, by a route if it is written."""
    by = f'"route":{route},' if route else ""
    return (
        f'{{"timing":{{"repeat":{{"frequency":{times},"period":1,"periodUnit":"d"}}}},'
        f'{by}"doseAndRate":[{{"doseQuantity":{_amount(amount, unit, ucum)}}}]}}'
    )


def dosage_without_dose(route: Codeable | None) -> str:
    """Return a dosage that says how, and not how much."""
    by = f',"route":{route}' if route else ""
    return f'{{"text":"遵医嘱"{by}}}'


def medicine_coded(code: Codeable) -> str:
    """Return the fragment of a medicine by its code."""
    return f'"medicationCodeableConcept":{code}'


def medicine_referred(medication_id: str) -> str:
    """Return the fragment of a medicine by reference to a Medication resource."""
    return f'"medicationReference":{{"reference":"Medication/{medication_id}"}}'


def immunisation(chart: Chart, code: Codeable, when: str, *, status: str = "completed") -> None:
    """Write a vaccination; without a day its occurrence is left out."""
    occurrence = f',"occurrenceDateTime":"{when}"' if when else ""
    chart.write("Immunization", f'"status":"{status}","vaccineCode":{code}{occurrence}', "patient")


def allergy(chart: Chart, code: Codeable, onset: str, *, verification: str = "confirmed") -> None:
    """Write an allergy or intolerance that still stands."""
    chart.write(
        "AllergyIntolerance",
        f'"clinicalStatus":{_coded("allergyintolerance-clinical", "active")},'
        f'"verificationStatus":{_coded("allergyintolerance-verification", verification)},'
        f'"code":{code},"onsetDateTime":"{onset}"',
        "patient",
    )


def procedure(chart: Chart, code: Codeable, when: str, *, status: str = "completed") -> None:
    """Write something done on a day."""
    chart.write("Procedure", f'"status":"{status}","code":{code},"performedDateTime":"{when}"')


def research_subject(chart: Chart, study: str, start: str, end: str | None, *, status: str) -> None:
    """Write that the patient takes or took part in a study."""
    bounds = [f'"{name}":"{text}"' for name, text in (("start", start), ("end", end)) if text]
    chart.write(
        "ResearchSubject",
        f'"status":"{status}","study":{{"reference":"ResearchStudy/{study}",'
        f'"display":{quoted(study)}}},"period":{{{",".join(bounds)}}}',
        "individual",
    )


def consent(chart: Chart, category: Codeable, when: str, *, status: str = "active") -> None:
    """Write a consent that was given on a day."""
    chart.write(
        "Consent",
        f'"status":"{status}","scope":{_coded("consentscope", "research")},'
        f'"category":[{category}],"dateTime":"{when}"',
        "patient",
    )


def encounter(chart: Chart, code: str, kind: Codeable, start: str, end: str) -> None:
    """Write a contact with the hospital (`code` AMB outpatient, IMP inpatient)."""
    chart.write(
        "Encounter",
        f'"status":"finished","class":{{"system":"{_STATUS}v3-ActCode","code":"{code}"}},'
        f'"type":[{kind}],"period":{{"start":"{start}","end":"{end}"}}',
    )


def answers(chart: Chart, when: str, author: str, items: list[tuple[str, bool | None]]) -> None:
    """Write what a person answered, question by question, word for word; None: no answer."""
    listed = ",".join(
        f'{{"linkId":"{number}","text":{quoted(question)}{_ANSWERS[answer]}}}'
        for number, (question, answer) in enumerate(items, start=1)
    )
    chart.write(
        "QuestionnaireResponse",
        f'"status":"completed","authored":"{when}",'
        f'"author":{{"display":{quoted(author)}}},"item":[{listed}]',
    )


_ANSWERS: dict[bool | None, str] = {
    None: "",
    True: ',"answer":[{"valueBoolean":true}]',
    False: ',"answer":[{"valueBoolean":false}]',
}


def _coded(system: str, code: str) -> str:
    return f'{{"coding":[{{"system":"{_STATUS}{system}","code":"{code}"}}]}}'


def _amount(number: str, unit: str | None, ucum: str | None) -> str:
    parts = [f'"value":{number}']
    if unit is not None:
        parts.append(f'"unit":{quoted(unit)}')
    if ucum is not None:
        parts.append(f'"system":"http://unitsofmeasure.org","code":{quoted(ucum)}')
    return f"{{{','.join(parts)}}}"
