"""The short names of code systems, however an export writes them."""

from __future__ import annotations

import duckdb
import pytest

from trialrun.sources.intake.naming import add_macros
from trialrun.terminology.codes import SYSTEM_URIS

SENT = [
    ("http://loinc.org", "LOINC"),
    ("https://loinc.org/", "LOINC"),
    (" http://loinc.org|2.78 ", "LOINC"),
    ("HTTP://LOINC.ORG", "LOINC"),
    ("urn:oid:2.16.840.1.113883.6.96", "SNOMED CT"),
    ("http://snomed.info/sct", "SNOMED CT"),
    ("http://hl7.org/fhir/sid/icd-10", "ICD-10"),
    ("http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM"),
    ("LOINC", "LOINC"),
    ("local:lis", "local:lis"),
    ("http://hospital.example/codes", "http://hospital.example/codes"),
    ("", ""),
]
SENT += [(uri, name) for uri, name in SYSTEM_URIS.items()]
SENT += [(name, name) for name in SYSTEM_URIS.values()]


@pytest.mark.parametrize(("sent", "short"), SENT)
def test_a_code_system_goes_by_its_short_name(sent: str, short: str) -> None:
    with duckdb.connect() as connection:
        add_macros(connection)
        assert connection.execute("SELECT short_name($1)", [sent]).fetchall() == [(short,)]
