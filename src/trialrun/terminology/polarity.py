"""Whether a result is positive or negative, as laboratories write and code it.

Only what says it outright counts, and two answers that contradict each other are none: `±`, 可疑,
a titre such as 1:80 and `ND` (not detected, or not done) are neither. Nor is a bare `-`: many
laboratories write it for negative and as many exports for "no result", and a pregnancy test that
was never done must not be read as negative. A mapping file can say which it is.

The lists are data, so that SQL can use them. A text is looked up after this rule, which DuckDB
expresses as `lower(translate(text, TRANSLATE_FROM, TRANSLATE_TO))`: full-width forms become ASCII,
the many minus signs one, and blanks (the end of TRANSLATE_FROM, without counterpart) disappear.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from trialrun.terminology.codes import Coding

Polarity: TypeAlias = Literal["positive", "negative"]

_FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
_MINUS_SIGNS = "−–—―﹣‐‑"
_IGNORED = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff。↑↓"

TRANSLATE_FROM = _FULL_WIDTH + _MINUS_SIGNS + "﹢" + _IGNORED
TRANSLATE_TO = _ASCII + "-" * len(_MINUS_SIGNS) + "+"
_TABLE = str.maketrans(TRANSLATE_FROM[: len(TRANSLATE_TO)], TRANSLATE_TO, _IGNORED)

_PLUSES = ("+", "++", "+++", "++++", "1+", "2+", "3+", "4+", "+1", "+2", "+3", "+4")

NEGATIVE_TEXTS: frozenset[str] = frozenset(
    {
        "(-)", "negative", "negative(-)", "(-)negative", "neg", "neg.", "neg(-)",
        "notdetected", "nonedetected", "undetected", "undetectable", "notpresent", "absent",
        "non-reactive", "nonreactive", "notreactive", "阴性", "阴", "阴性(-)", "阴性-", "(-)阴性",
        "-阴性", "-(阴性)", "阴性反应", "未检出", "未检测到", "未测出", "未查到", "未发现",
        "无反应性", "非反应性",
    }
)  # fmt: skip
"""What says negative, after the rule."""

POSITIVE_TEXTS: frozenset[str] = frozenset(
    {
        "positive", "pos", "pos.", "weaklypositive", "weakpositive", "lowpositive",
        "moderatelypositive", "stronglypositive", "strongpositive", "highpositive", "detected",
        "present", "reactive", "weaklyreactive", "阳性", "阳", "弱阳性", "弱阳", "中度阳性",
        "强阳性", "阳性反应", "弱阳性反应", "检出", "检测到", "反应性", "有反应性", "弱反应性",
    }
    | {form for plus in _PLUSES for form in (plus, f"({plus})")}
    | {word + form for word in ("阳性", "弱阳性", "强阳性", "positive", "pos") for plus in _PLUSES
       for form in (plus, f"({plus})")}
    | {form + "阳性" for plus in _PLUSES for form in (plus, f"({plus})")}
)  # fmt: skip
"""What says positive, after the rule; weakly positive is positive."""

_INTERPRETATIONS = (
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "http://hl7.org/fhir/v3/ObservationInterpretation",
    "http://hl7.org/fhir/v2/0078",
    "http://terminology.hl7.org/CodeSystem/v2-0078",
    "urn:oid:2.16.840.1.113883.5.83",
)

NEGATIVE_CODES: frozenset[tuple[str, str]] = frozenset(
    {
        ("SNOMED CT", "260385009"),  # Negative
        ("SNOMED CT", "260415000"),  # Not detected
        ("SNOMED CT", "2667000"),  # Absent
        ("SNOMED CT", "131194007"),  # Non-reactive
        ("LOINC", "LA6577-6"),  # Negative
        ("LOINC", "LA11883-8"),  # Not detected
    }
    | {(system, code) for system in _INTERPRETATIONS for code in ("NEG", "ND", "NR")}
)
"""Codings (system, code) that say negative. Source: SNOMED CT qualifiers, LOINC answers, HL7."""

POSITIVE_CODES: frozenset[tuple[str, str]] = frozenset(
    {
        ("SNOMED CT", "10828004"),  # Positive
        ("SNOMED CT", "260373001"),  # Detected
        ("SNOMED CT", "52101004"),  # Present
        ("SNOMED CT", "11214006"),  # Reactive
        ("SNOMED CT", "260408008"),  # Weakly positive
        ("SNOMED CT", "260347006"),  # +
        ("SNOMED CT", "260348001"),  # ++
        ("SNOMED CT", "260349009"),  # +++
        ("SNOMED CT", "260350009"),  # ++++
        ("LOINC", "LA6576-8"),  # Positive
        ("LOINC", "LA11882-0"),  # Detected
    }
    | {(system, code) for system in _INTERPRETATIONS for code in ("POS", "DET", "RR", "WR")}
)
"""Codings (system, code) that say positive. Source: as above."""


def polarity_of(text: str | None, codings: Iterable[Coding] = ()) -> Polarity | None:
    """Say whether a result is positive or negative; None if it says neither, or both."""
    named = {(coding.system, coding.code) for coding in codings}
    written = normalise(text or "")
    is_positive = bool(named & POSITIVE_CODES) or written in POSITIVE_TEXTS
    is_negative = bool(named & NEGATIVE_CODES) or written in NEGATIVE_TEXTS
    if is_positive == is_negative:
        return None
    return "positive" if is_positive else "negative"


def normalise(text: str) -> str:
    """Return the form in which a text is looked up (the rule above)."""
    return text.translate(_TABLE).lower()
