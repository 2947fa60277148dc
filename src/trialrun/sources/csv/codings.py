"""What a cell of codes says in the code system that the mapping names for its column.

A code that does not look like one of its system (待查, M80000/3 among the diagnoses) is none: taken
for one, it would be a diagnosis that is understood, and prove that there was no other.
"""

from __future__ import annotations

import re
import unicodedata

from trialrun.sources.csv.mapping import LOCAL
from trialrun.terminology.code_forms import form_problem
from trialrun.terminology.codes import Coding

_DUAL = re.compile(r"[+†*\s]+")
# Any edition, with the dot and the capitals that some hospitals leave out: the intake mends them.
_ICD = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4}(?:X\d{1,3})?|\.)?", re.IGNORECASE)
_TUMOUR = re.compile(r"M\d{4,5}\s*/\s*\d", re.IGNORECASE)
"""The form of a growth (ICD-O), which stands beside the diagnosis: no M80.- of ICD-10."""


def is_icd(system: str) -> bool:
    """Say whether the system is an edition of ICD-10."""
    return system.startswith("ICD-10")


def is_of_a_tumour(code: str) -> bool:
    """Say whether a code tells the form of a growth, which looks like two codes and is none."""
    return _TUMOUR.search(code) is not None


def codings_of(system: str, written: str) -> tuple[Coding, ...]:
    """Return the codes of one cell; those that cannot be of the system are the hospital's own."""
    if not is_icd(system):
        return (Coding(system if not form_problem(system, written) else LOCAL, written),)
    plain = unicodedata.normalize("NFKC", written)
    if is_of_a_tumour(plain):
        return (Coding(LOCAL, written),)
    # Hospitals write the pair of a dual classification in one cell: E10.400†G63.2*.
    codes = [code for code in _DUAL.split(plain) if code]
    return tuple(Coding(system if _ICD.fullmatch(code) else LOCAL, code) for code in codes)
