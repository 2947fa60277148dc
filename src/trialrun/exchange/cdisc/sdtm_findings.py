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

    def rows(self, tally: Tally) -> list[tuple[Row, str]]:
        """Return the rows, each once and with its code."""
        columns = ("USUBJID", "VISIT", *(self.domain + name for name in _VARIABLES))
        rows = list(tally.once(self.dataset.rows(columns, prefix=self.domain), "SEQ"))
        specimens: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            specimens[row.text("TESTCD")].add(row.text("SPEC"))
        return [(row, _code(row, specimens)) for row in rows]

    def values(
        self,
        coded: Iterable[tuple[Row, str]],
        names: Names,
        parameters: Parameters,
        days: Days,
        tally: Tally,
    ) -> Iterator[Observation]:
        """Yield the observations of subjects; what is not known of them is counted."""
        for row, code in coded:
            own = names.items.get((self.domain, row.text("TESTCD")))
            parameter = own or parameters.name(self.dataset.name, code)
            if row.is_misread("STRESN"):
                tally.add(f"{row.dataset} row", f"its {self.domain}STRESN is no number")
            day = days.of_value(row, ("DY",), ("DTC",))
            yield _observation(row, parameter, day, names.visit(row.text("VISIT")))


def _code(row: Row, specimens: dict[str, set[str]]) -> str:
    code = row.text("TESTCD")
    specimen = row.text("SPEC") if len(specimens[code]) > 1 else ""
    return ".".join(part for part in (code, specimen, row.text("TPTNUM")) if part)


def _observation(row: Row, parameter: str, day: int | None, visit: str | None) -> Observation:
    value = row.number_of("STRESN")
    term, grade = row.text("TOX"), row.grade("TOXGR")
    return Observation(
        subject=row.text("USUBJID"),
        parameter=parameter,
        day=day,
        value=value,
        text=row.text("STRESC", "ORRES") if value is None else "",
        visit=visit,
        unit=ucum(row.text("STRESU", "ORRESU")),
        normal_low=row.number_of("STNRLO"),
        normal_high=row.number_of("STNRHI"),
        baseline=row.is_yes("LOBXFL") or row.is_yes("BLFL"),
        grades={term: grade} if term and grade is not None else {},
        rows=(row.ref("SEQ"),),
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
