"""All datasets of a trial: rows in the order of their keys, with what has no variable beside them.

A text of more than 200 characters goes on in the supplemental qualifiers of its row (SDTM
Implementation Guide 3.4, 4.5.3.2). Permissible variables that nobody has a value for are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trialrun.exchange.columns import Plain
from trialrun.exchange.forms import forms_in
from trialrun.exchange.sdtm.course import Course, Study
from trialrun.exchange.sdtm.criteria import criteria_not_met
from trialrun.exchange.sdtm.domains import (
    Core,
    Dataset,
    Domain,
    Record,
    Row,
    Supplement,
    Variable,
    domains,
)
from trialrun.exchange.sdtm.events import adverse_events, deviations, dispositions
from trialrun.exchange.sdtm.findings import Tests, findings
from trialrun.exchange.sdtm.interventions import (
    accountability,
    exposures,
    exposures_as_collected,
    medications,
)
from trialrun.exchange.sdtm.special import demographics, visits
from trialrun.exchange.sdtm.tests_of_forms import tests_of
from trialrun.records.trial_data import Subject, TrialData

LONGEST = 200
"""So many characters a value has at most."""
_SUPPLEMENTAL = (
    Variable("STUDYID", "Study Identifier", False, Core.REQUIRED, 1),
    Variable("RDOMAIN", "Related Domain Abbreviation", False, Core.REQUIRED, 2),
    Variable("USUBJID", "Unique Subject Identifier", False, Core.REQUIRED, 3),
    Variable("IDVAR", "Identifying Variable", False, Core.EXPECTED, 4),
    Variable("IDVARVAL", "Identifying Variable Value", False, Core.EXPECTED, 5),
    Variable("QNAM", "Qualifier Variable Name", False, Core.REQUIRED, 6),
    Variable("QLABEL", "Qualifier Variable Label", False, Core.REQUIRED),
    Variable("QVAL", "Data Value", False, Core.REQUIRED),
    Variable("QORIG", "Origin", False, Core.REQUIRED),
    Variable("QEVAL", "Evaluator", False, Core.EXPECTED),
)


def datasets(study: Study, data: TrialData) -> tuple[Dataset, ...]:
    """Return the datasets that have rows, each before its supplemental qualifiers."""
    tests = tests_of(forms_in(study.protocol, data))
    found: dict[str, list[Record]] = {name: [] for name in domains()}
    for subject in data.subjects:
        for name, records in _of_subject(study, data, subject, tests):
            found[name] += _in_order(domains()[name], records)
    made: list[Dataset] = []
    for name, records in found.items():
        if records:
            made += _written(domains()[name], records)
    return tuple(made)


def _of_subject(
    study: Study, data: TrialData, subject: Subject, tests: Tests
) -> Iterator[tuple[str, Sequence[Record]]]:
    course, today = Course(study, subject), data.taken_at.astimezone(study.zone).date()
    yield "DM", list(demographics(course))
    yield "SV", list(visits(course))
    yield "DS", list(dispositions(course))
    yield "IE", list(criteria_not_met(course))
    yield "EX", list(exposures(course))
    yield "EC", list(exposures_as_collected(course))
    yield "CM", list(medications(course, today))
    yield "DA", list(accountability(course, data.ledger))
    yield "AE", list(adverse_events(course, today))
    yield "DV", list(deviations(course))
    yield from findings(course, tests).items()


def _in_order(domain: Domain, records: Sequence[Record]) -> list[Record]:
    """Return one subject's rows by their keys, with their sequence numbers."""
    keys = sorted((v for v in domain.variables if v.key), key=lambda v: v.key or 0)
    names = [v.name for v in keys if v.name != domain.sequence]
    ordered = sorted(records, key=lambda one: [_sortable(one.row.get(name)) for name in names])
    if domain.sequence is None:
        return ordered
    return [
        Record(one.row | {domain.sequence: number}, one.supplements)
        for number, one in enumerate(ordered, 1)
    ]


def _sortable(value: Plain) -> tuple[bool, float, str]:
    """Return what sorts as the value does: what is missing first, numbers as numbers."""
    if value is None or isinstance(value, str):
        return value is not None, 0.0, value or ""
    return True, float(value), ""  # type: ignore[arg-type]


def _written(domain: Domain, records: Sequence[Record]) -> Iterator[Dataset]:
    split = [_split(domain, record) for record in records]
    rows = [one.row for one in split]
    variables = tuple(
        variable
        for variable in domain.variables
        if variable.core is not Core.PERMISSIBLE
        or any(row.get(variable.name) is not None for row in rows)
    )
    names = [variable.name for variable in variables]
    whole = tuple({name: row.get(name) for name in names} for row in rows)
    yield Dataset(domain.name, domain.label, variables, whole)
    supplements = tuple(line for one in split for line in _supplemental(domain, one))
    if supplements:
        label = f"Supplemental Qualifiers for {domain.name}"
        yield Dataset(f"SUPP{domain.name}", label, _SUPPLEMENTAL, supplements)


def _split(domain: Domain, record: Record) -> Record:
    """Move what a text has beyond its 200 characters to the supplemental qualifiers."""
    labels = {variable.name: variable.label for variable in domain.variables}
    row, more = dict(record.row), list[Supplement]()
    for name, value in record.row.items():
        if isinstance(value, str) and len(value) > LONGEST:
            first, *others = _pieces(value)
            row[name] = first
            more += (
                Supplement(_numbered(name, number), labels[name], piece)
                for number, piece in enumerate(others, 1)
            )
    for one in record.supplements:
        first, *others = _pieces(one.value)
        more.append(Supplement(one.name, one.label, first))
        more += (
            Supplement(_numbered(one.name, number), one.label, piece)
            for number, piece in enumerate(others, 1)
        )
    return Record(row, tuple(more))


def _pieces(text: str) -> list[str]:
    return [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)] or [""]


def _numbered(name: str, number: int) -> str:
    """Return the name of a later piece: the last characters make room for its number."""
    suffix = str(number)
    return name[: 8 - len(suffix)] + suffix


@dataclass(frozen=True)
class _Place:
    variable: str | None
    value: str | None


def _place(domain: Domain, row: Mapping[str, Plain]) -> _Place:
    """Return by what a supplemental qualifier finds its row."""
    name = domain.sequence or ("VISITNUM" if "VISITNUM" in row else None)
    return _Place(name, None if name is None else str(row[name]))


def _supplemental(domain: Domain, record: Record) -> Iterator[Row]:
    place = _place(domain, record.row)
    for one in record.supplements:
        yield {
            "STUDYID": record.row["STUDYID"],
            "RDOMAIN": domain.name,
            "USUBJID": record.row["USUBJID"],
            "IDVAR": place.variable,
            "IDVARVAL": place.value,
            "QNAM": one.name,
            "QLABEL": one.label,
            "QVAL": one.value,
            "QORIG": "Derived" if one.name == "AETRTEM" else "Collected",
            "QEVAL": None,
        }
