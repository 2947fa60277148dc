"""What a value set says of a concept."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trialrun.terminology.codes import Coding, Concept
from trialrun.terminology.value_sets import Entry, Ordinal, ValueSet

NEUROPATHY = ValueSet(
    id="neuropathy",
    title="t",
    source="s",
    entries=(
        Entry("ICD-10", "G61.8"),
        Entry("ICD-10", "G12.2*", "prefix"),
        Entry("SNOMED CT", "86044005"),
        Entry("CVX", "*"),
    ),
    ordinals=(
        Ordinal(Fraction(3), (Entry("LOINC", "LA28406-9"),), ("III", "III级")),
        Ordinal(Fraction(4), (), ("IV",)),
    ),
    partial=frozenset({"SNOMED CT"}),
)

# system, code, code of the entry found, can read
CONCEPTS = [
    ("ICD-10", "G61.8", "G61.8", True),
    ("ICD-10", "G61.80", None, True),
    ("ICD-10", "G12.2", "G12.2*", True),
    ("ICD-10", "G12.21", "G12.2*", True),
    ("ICD-10", "G12.1", None, True),
    ("ICD-10-CM", "G61.8", None, False),
    ("SNOMED CT", "86044005", "86044005", True),
    ("SNOMED CT", "230591002", None, False),  # the list of SNOMED CT is partial
    ("CVX", "141", "*", True),
    ("ATC", "H02AB07", None, False),
]


@pytest.mark.parametrize(("system", "code", "entry", "can_read"), CONCEPTS)
def test_codes_and_prefixes(system: str, code: str, entry: str | None, can_read: bool) -> None:
    concept = Concept((Coding("local:his", "1"), Coding(system, code)))
    found = NEUROPATHY.entry_for(concept)
    assert (found.code if found else None) == entry
    assert NEUROPATHY.can_read(concept) is can_read


def test_a_concept_without_codes_cannot_be_read() -> None:
    assert NEUROPATHY.entry_for(Concept(text="neuropathy")) is None
    assert not NEUROPATHY.can_read(Concept(text="neuropathy"))


# coded value, text, number
VALUES = [
    (Concept((Coding("LOINC", "LA28406-9"),)), None, 3),
    (Concept(text="III级"), None, 3),
    (None, " III ", 3),
    (None, "IV", 4),
    (None, "V", None),
    (None, None, None),
    (Concept((Coding("LOINC", "LA28405-1"),)), "stage", None),
]


@pytest.mark.parametrize(("coded", "text", "number"), VALUES)
def test_ordinals(coded: Concept | None, text: str | None, number: int | None) -> None:
    assert NEUROPATHY.number_of(coded, text) == number
