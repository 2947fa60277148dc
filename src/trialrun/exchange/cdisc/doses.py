"""The doses of EX, ADEX and EC: a row is an interval, with so much on each of its days.

EC says what was planned, too, where a supplemental qualifier ECPLDOSE gives the planned dose of a
row. The end of a row that has none is that of the treatment (TRTEDT of ADSL), in SDTM that of the
participation, else its first day; it is counted as taken to be so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trialrun.exchange.cdisc.cells import Row, number_in
from trialrun.exchange.cdisc.counting import Days, Tally
from trialrun.exchange.cdisc.events import Supplements
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.exchange.sdtm.terms import ucum
from trialrun.records.analysis_data import Dose, TrialSubject

_PER_DAY: Mapping[str, float] = {"": 1, "ONCE": 1, "QD": 1, "BID": 2, "TID": 3, "QID": 4}
"""Times a day, by the codelist FREQ; what is given more seldom has no dose of each day."""


@dataclass(frozen=True)
class Doses:
    """What is needed to read doses; `ends` are the days on which treatment ended."""

    days: Days
    ends: Mapping[str, int | None]
    supplements: Supplements
    tally: Tally

    def of(self, dataset: Dataset) -> Iterator[Dose]:
        """Yield the doses of a dataset."""
        domain = "EC" if dataset.has("ECDOSE") else "EX"
        for row in self.tally.once(dataset.rows(), f"{domain}SEQ"):
            why = self._unusable(row, domain)
            if why:
                self.tally.add(f"{dataset.name} row", why)
            else:
                yield self._dose(row, domain)

    def _unusable(self, row: Row, domain: str) -> str:
        if row.text("USUBJID") not in self.days.references:
            return "its subject is not known"
        if row.text("ECMOOD").upper() == "SCHEDULED":
            return "it is a plan"
        if row.text(f"{domain}DOSFRQ").upper() not in _PER_DAY:
            return "its frequency gives no dose of each day"
        return self._without_amount(row, domain) or self._without_days(row, domain)

    @staticmethod
    def _without_amount(row: Row, domain: str) -> str:
        amount = row.number_of(f"{domain}DOSE")
        if amount is None and not _left_out(row):
            return "it has no amount"
        return "its amount is below 0" if amount is not None and amount < 0 else ""

    def _without_days(self, row: Row, domain: str) -> str:
        first, last = self._first(row, domain), self._written_last(row, domain)
        if first is None:
            return "its first day is not known"
        return "it ends before it begins" if last is not None and last < first else ""

    def _first(self, row: Row, domain: str) -> int | None:
        return self.days.of(row, ("ASTDY", f"{domain}STDY"), ("ASTDT", f"{domain}STDTC"))

    def _written_last(self, row: Row, domain: str) -> int | None:
        return self.days.of(row, ("AENDY", f"{domain}ENDY"), ("AENDT", f"{domain}ENDTC"))

    def _last(self, row: Row, domain: str, first: int) -> int:
        last = self._written_last(row, domain)
        if last is None:
            last = max(self.ends.get(row.text("USUBJID")) or first, first)
            self.tally.add(
                f"end of a row of {row.dataset}",
                "it is missing, and taken to be the end of treatment, or of participation",
            )
        return last

    def _dose(self, row: Row, domain: str) -> Dose:
        first = self._first(row, domain) or 0
        amount = row.number_of(f"{domain}DOSE")
        times = _PER_DAY[row.text(f"{domain}DOSFRQ").upper()]
        return Dose(
            subject=row.text("USUBJID"),
            first_day=first,
            last_day=self._last(row, domain, first),
            planned=self._planned(row),
            given=None if amount is None or _left_out(row) else amount * times,
            unit=ucum(row.text(f"{domain}DOSU")),
            reason=row.text(f"{domain}REASOC", f"{domain}ADJ"),
            rows=(row.ref(f"{domain}SEQ"),),
        )

    def _planned(self, row: Row) -> float | None:
        key = row.text("USUBJID"), row.number_of("ECSEQ")
        written = self.supplements.get(key, {}).get("ECPLDOSE", "")
        planned = number_in(written)
        if written and planned is None:
            self.tally.add("planned dose", "its ECPLDOSE is no number")
        return planned


def _left_out(row: Row) -> bool:
    return row.text("ECOCCUR").upper() == "N"


def dosed(subjects: Sequence[TrialSubject], doses: Sequence[Dose]) -> tuple[TrialSubject, ...]:
    """Return the subjects with the first and the last day on which they were given a dose."""
    days: dict[str, list[int]] = defaultdict(list)
    for dose in doses:
        if dose.given is not None:
            days[dose.subject] += (dose.first_day, dose.last_day)
    return tuple(
        replace(one, first_dose_day=min(days[one.id]), last_dose_day=max(days[one.id]))
        if one.id in days
        else one
        for one in subjects
    )
