"""The words of a trial in CDISC's controlled terminology, and units as it writes them.

What has no term there goes out as it is written, in capitals where the terminology is extensible.
"""

from __future__ import annotations

from collections.abc import Mapping

YES_NO = {True: "Y", False: "N"}

OUTCOME: Mapping[str, str] = {
    "recovered": "RECOVERED/RESOLVED",
    "recovering": "RECOVERING/RESOLVING",
    "not recovered": "NOT RECOVERED/NOT RESOLVED",
    "recovered with sequelae": "RECOVERED/RESOLVED WITH SEQUELAE",
    "fatal": "FATAL",
    "unknown": "UNKNOWN",
}
ACTION_TAKEN: Mapping[str, str] = {
    "drug withdrawn": "DRUG WITHDRAWN",
    "drug interrupted": "DRUG INTERRUPTED",
    "dose reduced": "DOSE REDUCED",
    "dose increased": "DOSE INCREASED",
    "dose not changed": "DOSE NOT CHANGED",
    "not applicable": "NOT APPLICABLE",
    "unknown": "UNKNOWN",
}
SERIOUSNESS: Mapping[str, str] = {
    "congenital_anomaly": "AESCONG",
    "disability": "AESDISAB",
    "death": "AESDTH",
    "hospitalisation": "AESHOSP",
    "life_threatening": "AESLIFE",
    "medically_important": "AESMIE",
}
"""The criteria of seriousness and the flags that stand for them."""
END_OF_PARTICIPATION: Mapping[str, str] = {
    "completed": "COMPLETED",
    "death": "DEATH",
    "adverse event": "ADVERSE EVENT",
    "lost to follow-up": "LOST TO FOLLOW-UP",
    "withdrawal by participant": "WITHDRAWAL BY SUBJECT",
    "decision of the investigator": "PHYSICIAN DECISION",
    "ended by the sponsor": "STUDY TERMINATED BY SPONSOR",
    "pregnancy": "PREGNANCY",
}
SITE: Mapping[str, tuple[str | None, str | None]] = {
    "left abdomen": ("ABDOMEN", "LEFT"),
    "right abdomen": ("ABDOMEN", "RIGHT"),
    "left thigh": ("THIGH", "LEFT"),
    "right thigh": ("THIGH", "RIGHT"),
    "left upper arm": ("UPPER ARM", "LEFT"),
    "right upper arm": ("UPPER ARM", "RIGHT"),
    "left buttock": ("BUTTOCK", "LEFT"),
    "right buttock": ("BUTTOCK", "RIGHT"),
    "elsewhere": ("OTHER", None),
    "not applicable": (None, None),
}
"""Sites of injection: the location and the side."""
CONTACT: Mapping[str, str] = {"visit": "IN PERSON", "phone": "TELEPHONE CALL"}
SEX: Mapping[str | None, str] = {"female": "F", "male": "M", None: "U"}
MOVEMENT: Mapping[str, tuple[str, str]] = {
    "dispensed": ("DISPAMT", "Dispensed Amount"),
    "returned": ("RETAMT", "Returned Amount"),
    "lost": ("LOSTAMT", "Lost Amount"),
}
"""Movements of the drug to and from subjects; the last code is ours."""
INJECTED = frozenset({"subcutaneous", "intravenous", "intramuscular"})
FREQUENCY: Mapping[str, str] = {"0.5": "QOD", "1": "QD", "2": "BID", "3": "TID", "4": "QID"}
"""Times a day as the codelist FREQ has them."""
_UNITS: Mapping[str, str] = {
    "10*9/L": "10^9/L",
    "10*12/L": "10^12/L",
    "Cel": "C",
    "mm[Hg]": "mmHg",
    "ms": "msec",
    "[iU]": "IU",
}
_UCUM = {theirs: ours for ours, theirs in _UNITS.items()}


def unit(written: str | None) -> str | None:
    """Return a unit as CDISC writes it: most are UCUM's own."""
    return _UNITS.get(written, written) if written else None


def ucum(written: str) -> str:
    """Return a unit of CDISC as UCUM has it; one that is not known stays as it is."""
    return _UCUM.get(written, written)
