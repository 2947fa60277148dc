"""Adverse events of ADAE and of AE with SUPPAE, and deviations of DV.

Words of CDISC's terminology that the trial has, too, come back as the trial's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialrun.exchange.cdisc.cells import Row
from trialrun.exchange.cdisc.counting import Days, Tally
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.exchange.sdtm.terms import ACTION_TAKEN, OUTCOME, SERIOUSNESS
from trialrun.records.analysis_data import AdverseEventRecord, Departure
from trialrun.terminology.causality import related

NEEDED = (("USUBJID",), ("AEDECOD", "AETERM"))
_ONSET = (("ASTDY", "AESTDY"), ("ASTDT", "AESTDTC"))
_END = (("AENDY", "AEENDY"), ("AENDT", "AEENDTC"))
_CRITERIA = {flag: name for name, flag in SERIOUSNESS.items()} | {
    "AESCAN": "cancer",
    "AESOD": "overdose",
}
_OUTCOMES = {theirs: ours for ours, theirs in OUTCOME.items()}
_ACTIONS = {theirs: ours for ours, theirs in ACTION_TAKEN.items()}
_IMPORTANT = {"IMPORTANT": True, "MAJOR": True, "NOT IMPORTANT": False, "MINOR": False}

Supplements = Mapping[tuple[str, float | None], Mapping[str, str]]
"""Supplemental qualifiers by subject and sequence number, each by its name."""


@dataclass(frozen=True)
class Emergence:
    """What decides whether an event is treatment-emergent: a flag, else the first dose."""

    supplements: Supplements
    first_doses: Mapping[str, int | None]

    def of(self, row: Row, onset: int | None) -> bool | None:
        """Say whether an event began in treatment; None: it cannot be told.

        In ADaM a flag that is empty says no, in SDTM nothing.
        """
        if "TRTEMFL" in row.cells:
            return row.is_yes("TRTEMFL")
        subject = row.text("USUBJID")
        said = self.supplements.get((subject, row.number_of("AESEQ")), {})
        flag = said.get("AETRTEM", said.get("TRTEMFL", "")).upper()
        if flag:
            return {"Y": True, "N": False}.get(flag)
        first = self.first_doses.get(subject)
        if first is None:
            return False
        return None if onset is None else onset >= first


def supplements_of(dataset: Dataset | None, variable: str) -> Supplements:
    """Return the qualifiers that find their rows by a sequence number."""
    found: dict[tuple[str, float | None], dict[str, str]] = {}
    for row in dataset.rows() if dataset else ():
        if row.text("IDVAR").upper() == variable:
            key = row.text("USUBJID"), row.number_of("IDVARVAL")
            found.setdefault(key, {})[row.text("QNAM").upper()] = row.text("QVAL")
    return found


def events_of(
    dataset: Dataset, emergence: Emergence, days: Days, tally: Tally
) -> Iterator[AdverseEventRecord]:
    """Yield the adverse events of subjects; days that are not known are counted."""
    for row in tally.once(dataset.rows(), "AESEQ"):
        if row.text("USUBJID") not in days.references:
            tally.add(f"{dataset.name} row", "its subject is not known")
            continue
        kept = "the adverse event counts, its day does not"
        onset, end = days.counted(row, *_ONSET, kept), days.counted(row, *_END, kept)
        yield _event(row, onset, end, emergence.of(row, onset))


def _event(
    row: Row, onset: int | None, end: int | None, emergent: bool | None
) -> AdverseEventRecord:
    causality = row.text("AREL", "AEREL")
    outcome, action = row.text("AEOUT"), row.text("AEACN")
    return AdverseEventRecord(
        subject=row.text("USUBJID"),
        term=row.text("AEDECOD", "AETERM"),
        soc=row.text("AEBODSYS", "AESOC"),
        onset_day=onset,
        end_day=end,
        grade=row.grade("ATOXGR", "AETOXGR"),
        severity=row.text("ASEV", "AESEV").lower(),
        serious=row.yes_or_no("AESER"),
        criteria=frozenset(name for flag, name in _CRITERIA.items() if row.is_yes(flag)),
        related=related(causality),
        causality=causality.lower(),
        emergent=emergent,
        action=_ACTIONS.get(action.upper(), action),
        outcome=_OUTCOMES.get(outcome.upper(), outcome),
        rows=(row.ref("AESEQ"),),
    )


def departures_of(dataset: Dataset, days: Days, tally: Tally) -> Iterator[Departure]:
    """Yield the deviations of subjects."""
    for row in tally.once(dataset.rows(), "DVSEQ"):
        if row.text("USUBJID") not in days.references:
            tally.add(f"{dataset.name} row", "its subject is not known")
            continue
        kept = "the deviation counts, its day does not"
        day = days.counted(row, ("DVSTDY",), ("DVSTDTC",), kept)
        yield Departure(
            subject=row.text("USUBJID"),
            kind=row.text("DVDECOD").lower(),
            description=row.text("DVTERM"),
            day=day,
            important=_IMPORTANT.get(row.text("DVCAT").upper()),
            rows=(row.ref("DVSEQ"),),
        )
