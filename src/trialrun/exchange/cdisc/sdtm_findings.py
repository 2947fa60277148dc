"""The findings of SDTM (LB, VS, QS, EG, RE, IS and others): a row is an observation.

SDTM Implementation Guide 3.4, section 6.3. Tests of the trial's own forms come back as `form.item`,
others by their codes; with the specimen where a dataset has several for a code, and with the
number of the time point where it has one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trialrun.exchange.cdisc.cells import Row
from trialrun.exchange.cdisc.counting import Days, Tally
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.exchange.cdisc.names import Names, Parameters
from trialrun.exchange.sdtm.terms import ucum
from trialrun.records.analysis_data import Observation

_NO_OUTCOME = frozenset({"DA", "IE", "TI"})
"""Findings that are no outcome: accountability of the drug, and eligibility."""
_VARIABLES = (
    *("TESTCD", "SPEC", "TPTNUM", "STRESN", "STRESC", "STRESU", "ORRES", "ORRESU", "STAT", "DY"),
    *("DTC", "STNRLO", "STNRHI", "BLFL", "LOBXFL", "DRVFL", "TOX", "TOXGR", "SEQ"),
)


@dataclass(frozen=True)
class Findings:
    """A dataset of findings, with what its codes are called."""

    dataset: Dataset
    domain: str

    @classmethod
    def in_dataset(cls, dataset: Dataset) -> Findings | None:
        """Return the findings in a dataset; None: it is of another class."""
        codes = [name for name in dataset.columns if len(name) == 8 and name.endswith("TESTCD")]
        if not codes or not dataset.has("USUBJID"):
            return None
        domain = codes[0][:2]
        return None if domain in _NO_OUTCOME else cls(dataset, domain)

    def rows(self) -> list[tuple[Row, str]]:
        """Return the rows, each with its code."""
        columns = [self.domain + name for name in _VARIABLES]
        rows = list(self.dataset.rows(("USUBJID", "VISIT", *columns)))
        specimens: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            specimens[self._text(row, "TESTCD")].add(self._text(row, "SPEC"))
        return [(row, self._code(row, specimens)) for row in rows]

    def _text(self, row: Row, *names: str) -> str:
        return row.text(*(self.domain + name for name in names))

    def _code(self, row: Row, specimens: dict[str, set[str]]) -> str:
        code = self._text(row, "TESTCD")
        several = len(specimens[code]) > 1
        specimen = self._text(row, "SPEC") if several else ""
        return ".".join(part for part in (code, specimen, self._text(row, "TPTNUM")) if part)

    def values(
        self, coded: Iterable[tuple[Row, str]], names: Names, parameters: Parameters, days: Days
    ) -> Iterator[Observation]:
        """Yield the observations of subjects."""
        for row, code in coded:
            own = names.items.get((self.domain, self._text(row, "TESTCD")))
            yield self._observation(
                row, own or parameters.name(self.dataset.name, code), names, days
            )

    def _observation(self, row: Row, parameter: str, names: Names, days: Days) -> Observation:
        domain = self.domain
        value = row.number_of(f"{domain}STRESN")
        term, grade = self._text(row, "TOX"), row.grade(f"{domain}TOXGR")
        return Observation(
            subject=row.text("USUBJID"),
            parameter=parameter,
            day=days.of(row, (f"{domain}DY",), (f"{domain}DTC",)),
            value=value,
            text=self._text(row, "STRESC", "ORRES") if value is None else "",
            visit=names.visit(row.text("VISIT")),
            unit=ucum(self._text(row, "STRESU", "ORRESU")),
            normal_low=row.number_of(f"{domain}STNRLO"),
            normal_high=row.number_of(f"{domain}STNRHI"),
            baseline=row.is_yes(f"{domain}LOBXFL") or row.is_yes(f"{domain}BLFL"),
            grades={term: grade} if term and grade is not None else {},
            rows=(row.ref(f"{domain}SEQ"),),
        )


def of_subjects(
    coded: Iterable[tuple[Row, str]], days: Days, tally: Tally
) -> Iterator[tuple[Row, str]]:
    """Yield the rows whose subjects are known."""
    for row, code in coded:
        if row.text("USUBJID") in days.references:
            yield row, code
        else:
            tally.add(f"{row.dataset} row", "its subject is not in DM")
