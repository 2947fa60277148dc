"""Which domain, code and name each item of a form has as a test of SDTM.

Well-known tests have CDISC's own codes; others get codes of ours, made of the form's id, because
the codes of licensed questionnaires are not free. Refuses two tests with one code in a domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trialrun.protocol.forms import Derived, Form, Item, ItemType

OTHER = "XF"
_LONGEST_CODE, _LONGEST_NAME, _PREFIX = 8, 40, 5


@dataclass(frozen=True)
class Test:
    """A test: its domain, its code and name, and (of a laboratory) the specimen."""

    domain: str
    code: str
    name: str
    category: str
    specimen: str | None = None


def _laboratory(code: str, name: str, category: str = "CHEMISTRY", of: str = "SERUM") -> Test:
    return Test("LB", code, name, category, of)


def _blood(code: str, name: str) -> Test:
    return _laboratory(code, name, "HEMATOLOGY", "BLOOD")


def _vital(code: str, name: str) -> Test:
    return Test("VS", code, name, "VITAL SIGNS")


_KNOWN: Mapping[str, Test] = {
    "wbc": _blood("WBC", "Leukocytes"),
    "neutrophils": _blood("NEUT", "Neutrophils"),
    "lymphocytes": _blood("LYM", "Lymphocytes"),
    "eosinophils": _blood("EOS", "Eosinophils"),
    "platelets": _blood("PLAT", "Platelets"),
    "haemoglobin": _blood("HGB", "Hemoglobin"),
    "esr": _blood("ESR", "Erythrocyte Sedimentation Rate"),
    "cd4-count": _laboratory("CD4", "CD4", "IMMUNOLOGY", "BLOOD"),
    "alt": _laboratory("ALT", "Alanine Aminotransferase"),
    "ast": _laboratory("AST", "Aspartate Aminotransferase"),
    "bilirubin": _laboratory("BILI", "Bilirubin"),
    "creatinine": _laboratory("CREAT", "Creatinine"),
    "alp": _laboratory("ALP", "Alkaline Phosphatase"),
    "ggt": _laboratory("GGT", "Gamma Glutamyl Transferase"),
    "ck": _laboratory("CK", "Creatine Kinase"),
    "crp": _laboratory("CRP", "C Reactive Protein"),
    "il-6": _laboratory("INTLK6", "Interleukin 6", "IMMUNOLOGY"),
    "il-10": _laboratory("INTLK10", "Interleukin 10", "IMMUNOLOGY"),
    "il-17a": _laboratory("INTLK17A", "Interleukin 17A", "IMMUNOLOGY"),
    "tnf-alpha": _laboratory("TNFA", "Tumor Necrosis Factor alpha", "IMMUNOLOGY"),
    "ifn-gamma": _laboratory("IFNG", "Interferon Gamma", "IMMUNOLOGY"),
    "temperature": _vital("TEMP", "Temperature"),
    "systolic": _vital("SYSBP", "Systolic Blood Pressure"),
    "diastolic": _vital("DIABP", "Diastolic Blood Pressure"),
    "pulse": _vital("PULSE", "Pulse Rate"),
    "respiration": _vital("RESP", "Respiratory Rate"),
    "weight": _vital("WEIGHT", "Weight"),
    "height": _vital("HEIGHT", "Height"),
    "heart-rate": Test("EG", "EGHRMN", "ECG Mean Heart Rate", "MEASUREMENT"),
    "qtcf": Test("EG", "QTCFAG", "QTcF Interval, Aggregate", "INTERVAL"),
    "fvc-litres": Test("RE", "FVC", "Forced Vital Capacity", "SPIROMETRY"),
    "fvc-percent": Test("RE", "FVCPP", "Percent Predicted Forced Vital Capacity", "SPIROMETRY"),
}
"""Items by their ids, with the codes of CDISC's terminology."""
_MEASURED: Mapping[str, Test] = {
    "hcg-urine": _laboratory("HCG", "Choriogonadotropin Beta", "CHEMISTRY", "URINE"),
}
"""Items by the value set of which they are measurements."""


def tests_of(forms: Sequence[Form]) -> dict[tuple[str, str], Test]:
    """Return the test of each item, and derived item, by form and item."""
    found: dict[tuple[str, str], Test] = {}
    used: set[tuple[str, str]] = set()
    for form in forms:
        prefix = _prefix(form.id)
        for number, item, known in _known(form):
            test = known if known and (known.domain, known.code) not in used else None
            if test is None:
                domain = _domain(form, item)
                code = _free(domain, f"{prefix}{number}", used)
                test = Test(domain, code, _name(form, item), form.title.upper())
            used.add((test.domain, test.code))
            found[form.id, item.id] = test
    return found


def _known(form: Form) -> Iterator[tuple[str, Item | Derived, Test | None]]:
    """Yield each item with its number, T01 for the first derived one, and its well-known test."""
    for number, item in enumerate(form.items, 1):
        measured = next((_MEASURED[name] for name in item.measures if name in _MEASURED), None)
        known = measured or _KNOWN.get(item.id)
        yield f"{number:02}", item, known if _is_of_its_kind(item, known) else None
    for number, derived in enumerate(form.derived, 1):
        yield f"T{number:02}", derived, None


def _is_of_its_kind(item: Item, known: Test | None) -> bool:
    """Say whether a well-known id can be meant: a text of that name is something else."""
    return known is not None and item.type is not ItemType.TEXT


def _domain(form: Form, item: Item | Derived) -> str:
    if form.derived:
        return "QS"
    if isinstance(item, Item) and item.limits_of_normal:
        return "LB"
    kinds = {known.domain for _, _, known in _known(form) if known}
    return "EG" if kinds == {"EG"} else OTHER


def _prefix(form: str) -> str:
    letters = re.sub(r"[^A-Z0-9]", "", form.upper())[:_PREFIX]
    return letters if letters[:1].isalpha() else f"X{letters}"[:_PREFIX]


def _free(domain: str, code: str, used: set[tuple[str, str]]) -> str:
    """Return a code that no other test of the domain has."""
    tried, number = code[:_LONGEST_CODE], 1
    while (domain, tried) in used:
        suffix = f"{number}"
        tried = code[: _LONGEST_CODE - len(suffix)] + suffix
        number += 1
    return tried


def _name(form: Form, item: Item | Derived) -> str:
    name = f"{form.title}-{item.title}"
    return name if len(name) <= _LONGEST_NAME else item.title[:_LONGEST_NAME]
