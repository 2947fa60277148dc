"""Codes of CDISC's terminology for laboratory tests, and the value set each is a result of.

Holds the tests that CTCAE grades. The codes are those of LBTESTCD (CDISC Controlled Terminology),
which ADaM takes over as PARAMCD. Refuses to guess: of any other
code nothing is known, nor of one that blood and urine share without a word of its own (PH).
"""

from __future__ import annotations

from collections.abc import Mapping

_VALUE_SETS: Mapping[str, str] = {
    "ALB": "albumin",
    "ALP": "alkaline-phosphatase",
    "ALT": "alt",
    "AMYLASE": "amylase",
    "APTT": "aptt",
    "AST": "ast",
    "BILI": "bilirubin",
    "CA": "calcium",
    "CACR": "calcium-corrected",
    "CAION": "calcium-ionized",
    "CD4": "cd4-lymphocytes",
    "CHOL": "cholesterol",
    "CK": "creatine-kinase",
    "CREAT": "creatinine",
    "EOS": "eosinophils",
    "FIBRINO": "fibrinogen",
    "GGT": "ggt",
    "GLUC": "glucose",
    "HAPTOG": "haptoglobin",
    "HGB": "hemoglobin",
    "INR": "inr",
    "K": "potassium",
    "LDH": "ldh",
    "LIPASE": "lipase",
    "LYM": "lymphocytes",
    "MG": "magnesium",
    "NEUT": "neutrophils",
    "PLAT": "platelets",
    "SODIUM": "sodium",
    "TRIG": "triglycerides",
    "URATE": "uric-acid",
    "WBC": "white-blood-cells",
}


def value_set_of(code: str) -> str | None:
    """Return the value set of which a test's results are; None: the code is not known.

    A code does not tell the specimen: it is taken to be blood, which is what CTCAE grades.
    A code that several datasets have may come with its dataset, as `ADLBC.ALT`.
    """
    return _VALUE_SETS.get(code.rsplit(".", 1)[-1].upper())
