"""The values of ADaM: the Basic Data Structure, and ADTTE.

ADaM Implementation Guide 1.3, section 3.3. Where ANL01FL chooses among the rows, only those that it
marks are used. It does not choose where it leaves out the baseline, without which nothing can be
compared: there it marks something else (as in laboratory data the worst value).

A time to event is an observation on its last day (ADT), with the word `event` or `censored`, and
its length as the value: a plan can mark the event by that word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trialrun.exchange.cdisc.cells import Row
from trialrun.exchange.cdisc.counting import Days, Tally
from trialrun.exchange.cdisc.formats import Dataset
from trialrun.exchange.cdisc.names import Names, Parameters
from trialrun.records.analysis_data import Observation

_SUBJECT, _VALUE = ("USUBJID",), ("AVAL", "AVALC")
NEEDED = (_SUBJECT, ("PARAMCD",), _VALUE)
_COLUMNS = (
    *_SUBJECT,
    *_VALUE,
    *("PARAMCD", "PARAM", "ADY", "ADT", "ADTM", "AVISIT", "VISIT", "ABLFL", "ANL01FL", "DTYPE"),
    *("ANRLO", "ANRHI", "A1LO", "A1HI", "AVALU", "CNSR", "ASEQ", "ATPTN"),
)
_UNIT = re.compile(r"\(([^\s()]+)\)$")


def is_bds(dataset: Dataset) -> bool:
    """Say whether a dataset has the Basic Data Structure."""
    return dataset.has("PARAMCD") and dataset.has(*_VALUE)


def codes_of(dataset: Dataset) -> set[str]:
    """Return the parameters of a dataset, each by its code and its time point within a visit."""
    return {_code(row) for row in dataset.rows(("PARAMCD", "ATPTN"))}


def values_of_adam(
    dataset: Dataset, names: Names, parameters: Parameters, days: Days, tally: Tally
) -> Iterator[Observation]:
    """Yield the values of a dataset."""
    rows = list(_of_subjects(tally.once(dataset.rows(_COLUMNS), "ASEQ"), days, tally))
    if _chooses(rows):
        unmarked = sum(not row.is_yes("ANL01FL") for row in rows)
        tally.add(f"{dataset.name} row", "ANL01FL does not choose it", unmarked)
        rows = [row for row in rows if row.is_yes("ANL01FL")]
    misread = sum(row.is_misread("AVAL") for row in rows)
    tally.add(f"{dataset.name} row", "its AVAL is no number", misread)
    imputed = sum(bool(row.text("DTYPE")) for row in rows)
    tally.add(
        f"{dataset.name} row", "DTYPE says that nobody measured it: no analysis uses it", imputed
    )
    observed = [_observation(row, names, parameters, days) for row in rows]
    yield from _once(dataset, observed, tally)


def _of_subjects(rows: Iterable[Row], days: Days, tally: Tally) -> Iterator[Row]:
    for row in rows:
        if row.text("USUBJID") in days.references:
            yield row
        else:
            tally.add(f"{row.dataset} row", "its subject is not in ADSL")


def _chooses(rows: list[Row]) -> bool:
    """Say whether ANL01FL tells which rows an analysis uses."""
    baseline = [row for row in rows if row.is_yes("ABLFL")]
    return any(row.is_yes("ANL01FL") for row in rows) and (
        not baseline or any(row.is_yes("ANL01FL") for row in baseline)
    )


def _code(row: Row) -> str:
    """Return the code; with the time point where a parameter is measured several times a visit."""
    return ".".join(part for part in (row.text("PARAMCD"), row.text("ATPTN")) if part)


def _observation(row: Row, names: Names, parameters: Parameters, days: Days) -> Observation:
    value = row.number_of("AVAL")
    unit = _UNIT.search(row.text("PARAM"))
    return Observation(
        subject=row.text("USUBJID"),
        parameter=parameters.name(row.dataset, _code(row)),
        day=days.of_value(row, ("ADY",), ("ADT", "ADTM")),
        value=value,
        text=_word(row, value),
        visit=names.visit(row.text("AVISIT", "VISIT")),
        unit=row.text("AVALU") or (unit[1] if unit else ""),
        normal_low=row.number_of("ANRLO", "A1LO"),
        normal_high=row.number_of("ANRHI", "A1HI"),
        baseline=row.is_yes("ABLFL"),
        imputed=row.text("DTYPE"),
        rows=(row.ref("ASEQ"),),
    )


def _word(row: Row, value: float | None) -> str:
    censoring = row.number_of("CNSR")
    if censoring is not None:
        return "event" if censoring == 0 else "censored"
    return row.text("AVALC") if value is None else ""


def _once(dataset: Dataset, observed: list[Observation], tally: Tally) -> Iterator[Observation]:
    """Yield the values, but for those that an analysis visit repeats (`End of Treatment`)."""
    at_visits = {_measured(row) for row in observed if row.visit is not None and not row.imputed}
    for row in observed:
        if row.visit is None and _measured(row) in at_visits:
            tally.add(f"{dataset.name} row", "it repeats the value of a planned visit")
        else:
            yield row


def _measured(row: Observation) -> tuple[str, str, int | None, float | None, str]:
    return row.subject, row.parameter, row.day, row.value, row.text
