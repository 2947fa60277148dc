"""A participant as a clinician would tell it: one short line per fact, days counted from enrolment.

    riluzole 100 mg from 2021-03-01 to day 39
    vaccinated on day 100
    contraception yes on day 28
    pregnant no on day 28
    pregnancy test positive on day 60
    asked until day 84
    hospital: sepsis from day 30 to day 37
    hospital: covers immunisations since day 50

`asked until`: concomitant treatment and vaccinations were asked about at every visit until then.
What stands behind `hospital:` is from the hospital's record. A line that cannot be read is a
mistake of the table, never skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from trialrun.conduct.record import (
    Fact,
    Person,
    Result,
    Statement,
    Treatment,
    Vaccination,
    participant_record,
)
from trialrun.conduct.surveillance import Participation
from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, EARLIEST, LATEST, Span, parse_span
from trialrun.records.rows import Medication, PatientRecord, Row
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import Coding, Concept

ENROLLED = date(2022, 1, 15)
URINE_PREGNANCY_TEST = Concept((Coding("LOINC", "2106-3"),), "urine pregnancy test")
END = date(2022, 12, 17)
CONTRACEPTION = "takes reasonable and effective contraceptive measures, or needs none"
QUESTIONS = {"contraception": CONTRACEPTION, "pregnant": "is pregnant or breast-feeding"}
ANSWERS = {"yes": True, "no": False, "not known": None}
KINDS = {
    "conditions": (Kind.CONDITION,),
    "procedures": (Kind.PROCEDURE,),
    "immunisations": (Kind.IMMUNISATION, Kind.MEDICATION),
    "studies": (Kind.PARTICIPATION,),
    "allergies": (Kind.ALLERGY,),
}


def pregnancy_test(ref: str, on: Span, is_positive: bool) -> Result:
    """Return the result of a pregnancy test, as a form of the trial gives it."""
    polarity: Literal["positive", "negative"] = "positive" if is_positive else "negative"
    return Result(ref=ref, day=on, concept=URINE_PREGNANCY_TEST, polarity=polarity)


def _concept(system: str, code: str, text: str) -> Concept:
    return Concept((Coding(system, code),), text)


RILUZOLE = _concept("ATC", "N07XX02", "riluzole")
INFLUENZA_VACCINE = _concept("CVX", "140", "influenza vaccine")
UNCODED = Concept((), "something from the pharmacy")
MEDICINES = {"riluzole": RILUZOLE, "something": UNCODED}
CONDITIONS = {
    "sepsis": _concept("ICD-10", "A41.9", "sepsis"),
    "breast cancer": _concept("ICD-10", "C50.9", "breast cancer"),
    "pregnancy": _concept("ICD-10", "Z33", "pregnant state"),
}
STUDIES = {
    "another trial": "NCT09999999",
    "this trial": "NCT04952155",
}
_WHEN = r"(?P<start>day -?\d+|[\d-]+)"
_TO = r"(?: to (?P<end>now|day -?\d+|[\d-]+))?"
_LINES = (
    ("treatment", rf"(?P<what>[a-z ]+?) (?P<dose>\d+) mg from {_WHEN}{_TO}"),
    ("vaccination", rf"vaccinated on {_WHEN}"),
    ("statement", rf"(?P<what>contraception|pregnant) (?P<said>yes|no|not known) on {_WHEN}"),
    ("test", rf"pregnancy test (?P<said>positive|negative) on {_WHEN}"),
    ("condition", rf"(?P<what>{'|'.join(CONDITIONS)}) from {_WHEN}{_TO}"),
    ("study", rf"takes part in (?P<what>{'|'.join(STUDIES)}) from {_WHEN}{_TO}"),
    ("covers", rf"covers (?P<what>{'|'.join(KINDS)})(?: since {_WHEN})?"),
    ("asked", rf"asked until {_WHEN}"),
)


@dataclass
class _Told:
    facts: list[Fact] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    asked: dict[Kind, date] = field(default_factory=dict)


def day(number: int) -> date:
    """Return a day of the trial."""
    return ENROLLED + timedelta(days=number)


def told(text: str, *, sex: str = "male", born: str = "1970-05-05") -> PatientRecord:
    """Return the record of a participant of whom these lines are told."""
    found = _Told()
    has_hospital = False
    for line in filter(None, (line.strip() for line in re.split(r"[;\n]", text))):
        has_hospital |= line.startswith("hospital: ")
        _read(line.removeprefix("hospital: "), line.startswith("hospital: "), found)
    hospital = PatientRecord(
        patient_id="17", rows=tuple(found.rows), coverage=tuple(found.coverage)
    )
    return participant_record(
        hospital if has_hospital else None,
        Person(patient_id="17", sex=sex, birth=parse_span(born)),  # type: ignore[arg-type]
        found.facts,
        enrolled=ENROLLED,
        asked_until=found.asked,
        own_study=frozenset({"NCT04952155"}),
    )


def participation(as_of: int, ended: int | None = None) -> Participation:
    """Return a participation as of a day of the trial."""
    return Participation(ENROLLED, END, day(as_of), None if ended is None else day(ended))


def _read(line: str, is_hospitals: bool, found: _Told) -> None:
    for what, pattern in _LINES:
        if match := re.fullmatch(pattern, line):
            groups = match.groupdict()
            start = _span(groups["start"]) if groups.get("start") else None
            if is_hospitals:
                _hospitals(what, groups, start, found)
            else:
                _trials(what, groups, start, found)
            return
    raise ValueError(f"this line of a participant cannot be read: {line}")


def _trials(what: str, groups: dict[str, str], start: Span | None, found: _Told) -> None:
    assert start is not None
    ref = f"{what}/{len(found.facts) + 1}"
    match what:
        case "treatment":
            found.facts.append(
                Treatment(
                    ref=ref,
                    day=start,
                    end=_end(start, groups["end"]),
                    concept=MEDICINES[groups["what"]],
                    daily_dose=Fraction(groups["dose"]),
                    dose_unit="mg",
                    route=Route.ORAL,
                )
            )
        case "vaccination":
            found.facts.append(Vaccination(ref=ref, day=start, concept=INFLUENZA_VACCINE))
        case "statement":
            said = ANSWERS[groups["said"]]
            question = QUESTIONS[groups["what"]]
            found.facts.append(Statement(ref=ref, day=start, question=question, answer=said))
        case "test":
            found.facts.append(pregnancy_test(ref, start, groups["said"] == "positive"))
        case "asked":
            found.asked |= dict.fromkeys((Kind.MEDICATION, Kind.IMMUNISATION), start.lo)
        case _:
            raise ValueError(f"the trial itself writes down no {what}")


def _hospitals(what: str, groups: dict[str, str], start: Span | None, found: _Told) -> None:
    number = len(found.rows) + 1
    if what == "covers":
        for kind in KINDS[groups["what"]]:
            since = EARLIEST if start is None else start.lo
            found.coverage.append(Coverage(len(found.coverage) + 1, kind, since))
        return
    assert start is not None
    end = _end(start, groups.get("end"))
    ref = f"Resource/{number}"
    match what:
        case "treatment":
            found.rows.append(
                Medication(
                    row_id=number,
                    kind=Kind.MEDICATION,
                    concept=MEDICINES[groups["what"]],
                    start=start,
                    end=end,
                    ref=ref,
                    daily_dose=Fraction(groups["dose"]),
                    dose_unit="mg",
                )
            )
        case "vaccination":
            found.rows.append(
                Row(
                    row_id=number,
                    kind=Kind.IMMUNISATION,
                    concept=INFLUENZA_VACCINE,
                    start=start,
                    ref=ref,
                )
            )
        case "condition" | "study":
            is_study = what == "study"
            kind = Kind.PARTICIPATION if is_study else Kind.CONDITION
            concept = _study(groups["what"]) if is_study else CONDITIONS[groups["what"]]
            row = Row(row_id=number, kind=kind, concept=concept, start=start, end=end, ref=ref)
            found.rows.append(row)
        case _:
            raise ValueError(f"the hospital writes down no {what}")


def _study(name: str) -> Concept:
    registry_id = STUDIES[name]
    codings = (Coding("trialrun", "research-subject"), Coding("registry", registry_id))
    return Concept(codings, name)


def _span(text: str) -> Span:
    if text.startswith("day "):
        return Span.of(day(int(text.removeprefix("day "))))
    return parse_span(text)


def _end(start: Span, text: str | None) -> Span:
    if text is None:
        return Span(start.lo, LATEST)
    return ALIVE if text == "now" else _span(text)
