"""Names of code systems, the form of codes, and the nearest known word."""

from __future__ import annotations

import pytest

from trialrun.terminology.code_forms import form_problem
from trialrun.terminology.codes import SYSTEM_URIS, SYSTEMS
from trialrun.terminology.did_you_mean import did_you_mean


def test_every_short_name_is_a_system() -> None:
    assert set(SYSTEM_URIS.values()) <= SYSTEMS


FORMS = [
    ("LOINC", "777-3", ""),
    ("LOINC", "26515-7", ""),
    ("LOINC", "88020-3", ""),
    ("LOINC", "LA28406-9", ""),
    ("LOINC", "LA11882-0", ""),
    ("LOINC", "LA33-6", ""),
    ("LOINC", "LA6577-6", ""),
    ("LOINC", "LA28404-2", "check digit"),
    ("LOINC", "LP29176-2", ""),
    ("LOINC", "LP7238-1", ""),
    ("LOINC", "LP7238-7", "check digit"),
    ("LOINC", "777-4", "check digit"),
    ("LOINC", "26551-7", "check digit"),
    ("LOINC", "777", "written digits, a hyphen"),
    ("SNOMED CT", "86044005", ""),
    ("SNOMED CT", "230591002", ""),
    ("SNOMED CT", "86044006", "check digit"),
    ("SNOMED CT", "68044005", "check digit"),
    ("SNOMED CT", "G12.2", "6 to 18 digits"),
    ("ICD-10", "G12.2", ""),
    ("ICD-10", "M05.80", ""),
    ("ICD-10", "G122", "like G12.2"),
    ("ICD-10-CM", "G12.21", ""),
    ("ICD-10-CM", "C7A.00", ""),
    ("ICD-10-CM", "G1221", "like G12.21"),
    ("ICD-10-CN", "G12.201", ""),
    ("ICD-10-CN", "G12.200x015", ""),
    ("ICD-10-CN", "G12,201", "like G12.201"),
    ("ATC", "H02AB07", ""),
    ("ATC", "H02AB", ""),
    ("ATC", "H02A07", "like H02AB07"),
    ("RxNorm", "8640", ""),
    ("RxNorm", "RX8640", "digits"),
    ("CVX", "08", ""),
    ("ATC", "H02AB*", ""),
    ("local:lis", "whatever", ""),
]


@pytest.mark.parametrize(("system", "code", "problem"), FORMS)
def test_the_form_of_a_code(system: str, code: str, problem: str) -> None:
    found = form_problem(system, code)
    assert problem in found
    assert bool(found) == bool(problem)


WORDS = [
    ("platelet", "did you mean 'platelets'?"),
    ("Platelets", "did you mean 'platelets'?"),
    ("white_blood_cells", "did you mean 'white-blood-cells'?"),
    ("血小版计数", "did you mean '血小板计数'?"),
    ("xyz", ""),
    ("", ""),
]


@pytest.mark.parametrize(("word", "remedy"), WORDS)
def test_did_you_mean(word: str, remedy: str) -> None:
    assert did_you_mean(word, ["platelets", "white-blood-cells", "alt", "血小板计数"]) == remedy


def test_did_you_mean_does_not_depend_on_order() -> None:
    known = ["serum-iron", "serum_iron"]
    assert did_you_mean("serum iron", known) == "did you mean 'serum-iron'?"
    assert did_you_mean("serum iron", reversed(known)) == "did you mean 'serum-iron'?"
