"""Listings of single cases: adverse events, deaths, protocol deviations, discontinuations."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.evaluation.results import Cell, Row, Section, Table, Words, column_heads, phrase
from trialrun.evaluation.safety.adverse_events import died
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import AdverseEventRecord, Standing, TrialSubject

_UNKNOWN = phrase("not_known")


def listings(safety: Safety) -> Section:
    """Return every listing; they hold all subjects, in the safety set or not."""
    return Section(
        "listings",
        phrase("listings"),
        tables=(
            adverse_events_listing(safety.study),
            _deaths(safety),
            _deviations(safety.study),
            _discontinued(safety.study),
        ),
    )


def adverse_events_listing(study: Study) -> Table:
    """Return every adverse event, emergent or not."""
    columns = (
        *("arm", "soc", "term", "onset", "end", "grade", "serious", "causality", "emergent"),
        *("action", "outcome"),
    )
    rows = [(event.subject, _event(study, event)) for event in study.data.events]
    return _listing("adverse-events-listing", columns, rows)


def _event(study: Study, event: AdverseEventRecord) -> tuple[Cell, ...]:
    level: Words = event.severity if event.grade is None else str(event.grade)
    said: tuple[Words, ...] = (
        study.arm_title(study.subjects[event.subject]),
        *(event.soc, event.term),
        *(_day(event.onset_day), _day(event.end_day)),
        *(level, _yes_or_no(event.serious), event.causality, _yes_or_no(event.emergent)),
        *(event.action, event.outcome),
    )
    return tuple(Cell(one or _UNKNOWN, None, event.rows) for one in said)


def _deaths(safety: Safety) -> Table:
    """Return who died, by a day of death or by a fatal event."""
    study = safety.study
    rows = [
        (one.id, _cells(one, study.arm_title(one), _day(one.death_day), _last_dose(one)))
        for one in study.data.subjects
        if died(safety, one)
    ]
    return _listing("deaths", ("arm", "death", "last_dose"), rows)


def _deviations(study: Study) -> Table:
    rows = []
    for one in study.data.departures:
        said: tuple[Words, ...] = (
            study.arm_title(study.subjects[one.subject]),
            *(one.kind, one.description),
            *(_day(one.day), _yes_or_no(one.important)),
        )
        rows.append((one.subject, tuple(Cell(words, None, one.rows) for words in said)))
    return _listing("deviations", ("arm", "kind", "description", "day", "important"), rows)


def _discontinued(study: Study) -> Table:
    """Return who left the trial early, and why."""
    rows = [
        (
            one.id,
            _cells(
                one,
                study.arm_title(one),
                one.discontinued_because or phrase("no_reason_given"),
                _last_dose(one),
                _day(one.last_day),
            ),
        )
        for one in study.data.subjects
        if one.standing is Standing.DISCONTINUED
    ]
    return _listing("discontinuations", ("arm", "reason", "last_dose", "last_day"), rows)


Listing = Sequence[tuple[str, tuple[Cell, ...]]]


def _listing(name: str, columns: Sequence[str], rows: Listing) -> Table:
    """Return a listing; one that is empty says so."""
    return Table(
        name,
        phrase(f"listing_{name.replace('-', '_')}"),
        column_heads(*columns),
        tuple(Row(subject, cells) for subject, cells in rows),
        () if rows else (phrase("none_listed"),),
        phrase("subject"),
    )


def _cells(subject: TrialSubject, *said: Words) -> tuple[Cell, ...]:
    return tuple(Cell(words, None, subject.rows) for words in said)


def _last_dose(subject: TrialSubject) -> Words:
    return phrase("never_dosed") if subject.first_dose_day is None else _day(subject.last_dose_day)


def _day(day: int | None) -> Words:
    return _UNKNOWN if day is None else str(day)


def _yes_or_no(said: bool | None) -> Words:
    return _UNKNOWN if said is None else phrase("yes" if said else "no")
