"""Read ADaM or SDTM datasets as the data of a trial: ADaM where ADSL stands, SDTM where DM does.

Beside ADSL, SDTM only tells who failed screening and when people died (DM), and the doses (EX, EC)
where ADaM has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trialrun.errors import Problem, SourceError
from trialrun.exchange.cdisc import adam_values, events
from trialrun.exchange.cdisc.adam_subjects import PLANNED, subjects_of_adam
from trialrun.exchange.cdisc.counting import Days, Tally
from trialrun.exchange.cdisc.doses import Doses, dosed
from trialrun.exchange.cdisc.folder import Datasets, datasets_in
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.exchange.cdisc.names import Names, Parameters, datasets_of
from trialrun.exchange.cdisc.needed import refuse_without
from trialrun.exchange.cdisc.sdtm_findings import Findings, of_subjects
from trialrun.exchange.cdisc.sdtm_subjects import subjects_of_sdtm
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import (
    AdverseEventRecord,
    AnalysisData,
    Departure,
    Dose,
    Observation,
    TrialSubject,
)

_DOSES = ("ADEX", "EC", "EX")


def read_cdisc(path: Path | Sequence[Path], protocol: TrialProtocol) -> AnalysisData:
    """Return the data in a folder of CDISC datasets, or in several folders and files.

    Raises:
        SourceError: there is neither ADSL nor DM, a file cannot be read, a column is missing.
        UsageError: the data have an arm that the protocol does not have.
    """
    paths = (path,) if isinstance(path, Path) else tuple(path)
    reading = _Reading(datasets_in(paths), Names(protocol), ", ".join(map(str, paths)))
    return reading.data()


@dataclass
class _Reading:
    """One reading of datasets, by a protocol's names."""

    datasets: Datasets
    names: Names
    where: str
    tally: Tally = field(default_factory=Tally)

    def data(self) -> AnalysisData:
        """Read everything that is used, and count the rest."""
        self._refuse_incomplete()
        subjects = self._subjects()
        days = Days({subject.id: subject.reference_date for subject in subjects}, self.tally)
        observations = tuple(self._observations(days))
        doses = tuple(self._doses(subjects, days))
        adverse_events = tuple(self._events(subjects, days))
        departures = tuple(self._departures(days))
        self._count_unused()
        return AnalysisData(
            source=f"{'ADaM' if self.is_adam else 'SDTM'} datasets in {self.where}",
            subjects=subjects if self.is_adam else dosed(subjects, doses),
            observations=observations,
            doses=doses,
            events=adverse_events,
            departures=departures,
            left_out=(*self.datasets.left_out, *self.tally.left_out()),
        )

    @property
    def is_adam(self) -> bool:
        """Whether ADSL stands there."""
        return self.datasets.get("ADSL") is not None

    def _present(self, *names: str) -> list[Dataset]:
        return [found for name in names if (found := self.datasets.get(name)) is not None]

    def _refuse_incomplete(self) -> None:
        if not self._present("ADSL", "DM"):
            found = "neither ADSL (of ADaM) nor DM (of SDTM) stands there"
            remedy = "name the folder that holds one of them"
            problem = Problem(self.where, found, remedy)
            raise SourceError("The datasets cannot be read", [problem])
        of_adam = ("USUBJID",), PLANNED, ("TRTSDT",)
        needed = [
            *((one, of_adam) for one in self._present("ADSL")),
            *((one, (("USUBJID",), ("ARMCD", "ARM"))) for one in self._present("DM")),
            *((one, events.NEEDED) for one in self._present(self._event_dataset)),
            *((one, adam_values.NEEDED) for one in self._values_of_adam()),
            *((one, (("USUBJID",), ("EXDOSE", "ECDOSE"))) for one in self._dose_dataset()),
        ]
        refuse_without(needed)

    def _subjects(self) -> tuple[TrialSubject, ...]:
        adsl, dm = self.datasets.get("ADSL"), self.datasets.get("DM")
        if adsl is not None:
            return subjects_of_adam(adsl, dm, self.names, self.tally)
        assert dm is not None
        return subjects_of_sdtm(dm, self.datasets, self.names, self.tally)

    def _values_of_adam(self) -> list[Dataset]:
        return [one for one in self.datasets.by_name.values() if adam_values.is_bds(one)]

    def _findings(self) -> list[Findings]:
        found = map(Findings.in_dataset, self.datasets.by_name.values())
        return [one for one in found if one is not None]

    def _observations(self, days: Days) -> Iterator[Observation]:
        plan = self.names.protocol.analysis
        if self.is_adam:
            held = self._values_of_adam()
            codes = ((one.name, code) for one in held for code in adam_values.codes_of(one))
            parameters = Parameters(plan, datasets_of(codes))
            for one in held:
                yield from adam_values.values_of_adam(one, self.names, parameters, days, self.tally)
            return
        rows = [
            (one, list(of_subjects(one.rows(self.tally), days, self.tally)))
            for one in self._findings()
        ]
        codes = ((one.dataset.name, code) for one, coded in rows for _, code in coded)
        parameters = Parameters(plan, datasets_of(codes))
        for findings, coded in rows:
            yield from findings.values(coded, self.names, parameters, days, self.tally)

    def _dose_dataset(self) -> list[Dataset]:
        """Return the dataset from which doses are read: EC only where it says what was planned."""
        found = self._present(*_DOSES)
        usable = [one for one in found if one.has("EXDOSE", "ECOCCUR")]
        return usable[:1]

    def _doses(self, subjects: Sequence[TrialSubject], days: Days) -> Iterator[Dose]:
        for dataset in self._dose_dataset():
            supplements = events.supplements_of(self.datasets.get("SUPPEC"), "ECSEQ")
            doses = Doses(days, _ends(subjects, self.is_adam), supplements, self.tally)
            yield from doses.of(dataset)

    @property
    def _event_dataset(self) -> str:
        return "ADAE" if self.is_adam else "AE"

    def _events(self, subjects: Sequence[TrialSubject], days: Days) -> Iterator[AdverseEventRecord]:
        supplements = events.supplements_of(self.datasets.get("SUPPAE"), "AESEQ")
        first = {subject.id: subject.first_dose_day for subject in subjects}
        for dataset in self._present(self._event_dataset):
            emergence = events.Emergence(supplements, first)
            yield from events.events_of(dataset, emergence, days, self.tally)

    def _departures(self, days: Days) -> Iterator[Departure]:
        for dataset in self._present("DV"):
            yield from events.departures_of(dataset, days, self.tally)

    def _count_unused(self) -> None:
        """Count the rows of the datasets of which nothing is read."""
        used = {"ADSL", self._event_dataset, *(one.name for one in self._dose_dataset())}
        if self.is_adam:
            used |= {"DM", "DV", *(one.name for one in self._values_of_adam())}
        else:
            used |= {"DM", "DS", "SV", "DV", "SUPPDM", "SUPPAE", "SUPPEC"}
            used |= {one.dataset.name for one in self._findings()}
        for name, dataset in self.datasets.by_name.items():
            if name not in used:
                why = "no analysis reads this dataset"
                self.tally.add(f"{name} row", why, dataset.count())


def _ends(subjects: Sequence[TrialSubject], is_adam: bool) -> Mapping[str, int | None]:
    """Return the day on which treatment, or else the trial, ended."""
    return {one.id: one.last_dose_day if is_adam else one.last_day for one in subjects}
