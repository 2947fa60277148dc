"""The small world of the manual: what its records may hold, and its value sets.

Names of the records are short, their codes are real. Nothing here comes from the shipped protocols:
the meaning of the language does not depend on any of them.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from trialrun.criteria.setting import Setting
from trialrun.terminology.codes import Coding, Concept
from trialrun.terminology.value_sets import Entry, Ordinal, Plausible, ValueSet

INDEX: Final = date(2022, 1, 15)
END_OF_FOLLOW_UP: Final = date(2022, 12, 17)

_CODES: dict[str, tuple[tuple[str, str], ...]] = {
    "ALS": (("ICD-10", "G12.2"),),
    "ALS by its American code": (("ICD-10-CM", "G12.21"),),
    "breast cancer": (("ICD-10", "C50.9"),),
    "anaemia": (("ICD-10", "D64.9"),),
    "a local code": (("clinic", "X17"),),
    "a text without a code": (),
    "brisk reflexes": (("ICD-10", "R29.2"),),
    "lumbar puncture": (("SNOMED CT", "277762005"),),
    "IL-2 allergy": (("ATC", "L03AC01"),),
    "influenza vaccine": (("CVX", "140"),),
    "prednisone": (("ATC", "H02AB07"),),
    "methylprednisolone": (("ATC", "H02AB04"),),
    "riluzole": (("ATC", "N07XX02"),),
    "a drug trial": (("clinic", "TRIAL"),),
    "trial consent": (("clinic", "CONSENT"),),
    "admission": (("clinic", "WARD"),),
    "platelets": (("LOINC", "777-3"),),
    "ALT": (("LOINC", "1742-6"),),
    "AST": (("LOINC", "1920-8"),),
    "CRP": (("LOINC", "1988-5"),),
    "CRP of another laboratory": (("LOINC", "30522-7"),),
    "pregnancy test": (("LOINC", "2106-3"),),
    "NYHA class": (("LOINC", "88020-3"),),
    "FVC": (("LOINC", "19868-9"),),
    "temperature": (("LOINC", "8310-5"),),
    "base excess": (("LOINC", "11555-0"),),
    "creatinine": (("LOINC", "2160-0"),),
    "weight": (("LOINC", "29463-7"),),
    "height": (("LOINC", "8302-2"),),
}
CONCEPTS: Final = {
    name: Concept(tuple(Coding(*code) for code in codes), name) for name, codes in _CODES.items()
}


def _entries(*names: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(coding.system, coding.code, name)
        for name in names
        for coding in CONCEPTS[name].codings
    )


def _roman(number: int, text: str) -> Ordinal:
    return Ordinal(Fraction(number), texts=(text,))


_SOURCE = "the manual"
_LISTS: dict[str, tuple[str, ...]] = {
    "als": ("ALS", "ALS by its American code"),
    "umn-signs": ("brisk reflexes",),
    "punctures": ("lumbar puncture",),
    "il-2": ("IL-2 allergy",),
    "vaccines": ("influenza vaccine",),
    "concomitant": ("riluzole",),
    "trials": ("a drug trial",),
    "consents": ("trial consent",),
    "wards": ("admission",),
    "alt": ("ALT",),
    "ast": ("AST",),
    "pregnancy-test": ("pregnancy test",),
    "fvc": ("FVC",),
    "temperature": ("temperature",),
    "base-excess": ("base excess",),
    "body-weight": ("weight",),
    "body-height": ("height",),
}
_OTHERS = (
    ValueSet("malignancy", "Malignancy", _SOURCE, (Entry("ICD-10", "C*", "malignant tumours"),)),
    ValueSet("blood-disorders", "Blood disorders", _SOURCE, _entries("anaemia"), is_open=True),
    ValueSet(
        "rare-blood-disorders",
        "Rare blood disorders",
        _SOURCE,
        (Entry("ICD-10", "D61.0", "constitutional aplastic anaemia"),),
        partial=frozenset({"ICD-10"}),
    ),
    ValueSet(
        "glucocorticoids",
        "Glucocorticoids",
        _SOURCE,
        (
            Entry("ATC", "H02AB07", "prednisone", {"prednisone_5mg": "5"}),
            Entry("ATC", "H02AB04", "methylprednisolone", {"prednisone_5mg": "4"}),
        ),
    ),
    ValueSet(
        "platelets",
        "Platelets",
        _SOURCE,
        _entries("platelets"),
        plausible=Plausible(Fraction(1), Fraction(5000), "10*9/L"),
    ),
    ValueSet("crp", "C-reactive protein", _SOURCE, _entries("CRP", "CRP of another laboratory")),
    ValueSet(
        "creatinine",
        "Creatinine",
        _SOURCE,
        _entries("creatinine"),
        molar_mass=Fraction("113.12"),
    ),
    ValueSet(
        "nyha-class",
        "NYHA class",
        _SOURCE,
        _entries("NYHA class"),
        ordinals=(_roman(1, "I"), _roman(2, "II"), _roman(3, "III"), _roman(4, "IV")),
    ),
)
VALUE_SETS: Final = {
    value_set.id: value_set
    for value_set in (
        *(ValueSet(name, name, _SOURCE, _entries(*names)) for name, names in _LISTS.items()),
        *_OTHERS,
    )
}


def setting(index: date) -> Setting:
    """Return the setting of a question asked on a day."""
    return Setting(index, VALUE_SETS, END_OF_FOLLOW_UP)
