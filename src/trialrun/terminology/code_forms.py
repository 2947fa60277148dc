"""What a code of a system must look like, check digit included: most slips of the pen fail it.

Says nothing about whether the code exists. Sources: LOINC Users' Guide, appendix on check digits
(mod 10; the letters of answers `LA...` and parts `LP...` count by their place in ASCII after "0",
as published codes show); SNOMED CT Release File Specification, SCTID (Verhoeff's dihedral check
digit).
"""

from __future__ import annotations

import re

_FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "LOINC": (re.compile(r"(?:LA|LP|LG)?[0-9]{1,7}-[0-9]"), "digits, a hyphen and a check digit"),
    "SNOMED CT": (re.compile(r"[1-9][0-9]{5,17}"), "6 to 18 digits"),
    "ICD-10": (re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?"), "like G12.2"),
    "ICD-10-CM": (re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?"), "like G12.21"),
    "ICD-10-CN": (
        re.compile(r"[A-Z][0-9]{2}(?:\.[0-9xX][0-9]{0,2}(?:[xX][0-9]{1,3})?)?(?:[+*†][^\s]*)?"),
        "like G12.201, G12.200x015 or I10.x00x002",
    ),
    "ATC": (
        re.compile(r"[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?"),
        "like H02AB07, or a class such as H02AB",
    ),
    "RxNorm": (re.compile(r"[1-9][0-9]{0,7}"), "digits"),
    "CVX": (re.compile(r"[0-9]{1,3}"), "up to 3 digits"),
}

# Verhoeff, Error Detecting Decimal Codes (1969): the dihedral group D5 and its permutation.
_PRODUCT = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTATION = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def form_problem(system: str, code: str) -> str:
    """Say what is wrong with the form of a code ("" if nothing); a prefix `G12*` is never wrong."""
    if system not in _FORMS or code.endswith("*"):
        return ""
    pattern, form = _FORMS[system]
    if pattern.fullmatch(code) is None:
        return f"a code of {system} is written {form}"
    if system == "LOINC" and not _loinc_agrees(code):
        return "the check digit is wrong: a digit was mistyped"
    if system == "SNOMED CT" and not _verhoeff_agrees(code):
        return "the check digit is wrong: a digit was mistyped"
    return ""


def _loinc_agrees(code: str) -> bool:
    number, _, check = code.partition("-")
    values = [ord(character) - ord("0") for character in reversed(number)]
    # Twice a digit counts as the sum of its digits, which is 2n - 9(n div 5): so with letters.
    counted = (n if place % 2 else 2 * n - 9 * (n // 5) for place, n in enumerate(values))
    return (sum(counted) + int(check)) % 10 == 0


def _verhoeff_agrees(code: str) -> bool:
    state = 0
    for i, digit in enumerate(reversed(code)):
        state = int(_PRODUCT[state][int(_PERMUTATION[i % 8][int(digit)])])
    return state == 0
