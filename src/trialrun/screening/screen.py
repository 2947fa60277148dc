"""Screening a database against a protocol on a day: the whole of it, top down.

Every patient is judged by the engine. Whoever is shown is judged a second time by the reference
interpreter; if the two disagree on anything, nobody is shown anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from trialrun.criteria.expressions import Expression
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine.duckdb import Question, answer
from trialrun.engine.export import Dates
from trialrun.engine.patients import read_coverage, read_patients
from trialrun.engine.store import only
from trialrun.engine.tallies import (
    Shift,
    Tally,
    births,
    counts_with,
    counts_without,
    open_gaps,
    open_where,
    patterns,
    permitted,
    tally,
    undetermined,
    who_may_shift,
)
from trialrun.errors import DisagreementError
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import Naming, own_name
from trialrun.records.rows import PatientRecord
from trialrun.screening.attrition import Pattern, attrition, count_verdicts
from trialrun.screening.blurring import dates_without_birthdays, without_birthdays
from trialrun.screening.dates import find_dates
from trialrun.screening.judging import as_time_passes, lapses_by, lapses_on, opens_on
from trialrun.screening.plan import Asked, asked_of, plan, record_permits
from trialrun.screening.result import Candidate, Declared, OpenGap, Screening
from trialrun.screening.sensitivity import Gain, smallest_steps, variants
from trialrun.screening.verdict import Verdict, death_by, verdict

Step = Callable[[str], None]

READY = "the record permits"
"""The question whether only people are left to ask."""


@dataclass(frozen=True)
class Shown:
    """How many patients of each sort are opened in the report."""

    eligible: int = 200
    near_misses: int = 100
    undetermined: int = 100


@dataclass(frozen=True)
class Screened:
    """The result to show, and the tables behind it, from which files are written."""

    screening: Screening
    tally: Tally
    dates: Dates


def screen(
    connection: duckdb.DuckDBPyConnection,
    protocol: TrialProtocol,
    on: date,
    naming: Naming,
    shown: Shown,
    step: Step,
) -> Screened:
    """Judge every patient alive on a day, and open those worth looking at."""
    asked = plan(protocol)
    setting = protocol.setting(on)
    step("asking every criterion of every patient")
    tallied = ask(connection, asked, protocol, on)
    counted = [Pattern(*row) for row in patterns(tallied)]
    verdicts = count_verdicts(counted)
    step("finding who becomes eligible, and when")
    dates = find_dates(tallied, asked, protocol, on)
    step("relaxing each criterion in turn")
    gains = _gains(tallied, asked, setting)
    step("judging whoever is shown a second time")
    opened = _open(tallied, asked, protocol, on, naming, shown, dates.opens_on)
    dates = _as_shown(dates, opened)
    if naming is not own_name:
        born = births(tallied, [*dates.opens_on, *dates.lapses_on])
        dates = dates_without_birthdays(dates, born, on)
    screening = Screening(
        protocol=protocol,
        on=on,
        plan=asked,
        patients=sum(verdicts.values()),
        deceased=tallied.deceased,
        may_have_died=tallied.may_have_died,
        verdicts=verdicts,
        ready_for_visit=open_where(tallied, READY),
        losses=attrition([a.criterion.id for a in asked], counted),
        gains=gains,
        open_gaps=tuple(OpenGap(asked[q], g, n, alone) for q, g, n, alone in open_gaps(tallied)),
        openings=tuple(sorted(dates.opens_on.values())),
        candidates=tuple(opened.values()),
        coverage=tuple(Declared(*row) for row in read_coverage(connection)),
        pseudonymised=naming is not own_name,
    )
    return Screened(screening, tallied, dates)


def ask(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
) -> Tally:
    """Ask every criterion of every patient alive on a day, by the engine."""
    questions = _questions(protocol, asked)
    return tally(answer(connection, questions, protocol.setting(on)), on, len(asked))


def _questions(protocol: TrialProtocol, asked: Iterable[Asked]) -> list[Question]:
    ready = Question(READY, record_permits(protocol), Truth.FALSE)
    return [*(Question(a.criterion.id, a.expression, a.adverse) for a in asked), ready]


def _gains(tallied: Tally, asked: Sequence[Asked], setting: Setting) -> tuple[Gain, ...]:
    drops = [
        _gain(a.criterion.id, None, shift)
        for a, shift in zip(asked, counts_without(tallied), strict=True)
    ]
    # Where dropping a criterion gains nobody, moving its numbers cannot.
    moved = _moved(tallied, [(i, asked[i]) for i, d in enumerate(drops) if d.possible], setting)
    gains: list[Gain] = []
    for place, drop in enumerate(drops):
        changes = [_gain(drop.criterion, c, shift) for c, shift in moved.get(place, ())]
        relaxing = [one for one in changes if one.relaxes]
        gains += [drop] if drop.relaxes else []
        gains += smallest_steps(relaxing, asked[place].criterion.expression)
    return tuple(gains)


def _gain(criterion: str, change: Expression | None, shift: Shift) -> Gain:
    return Gain(criterion, change, shift.permitted, shift.not_refused, shift.worse)


def _moved(
    tallied: Tally, asked: Sequence[tuple[int, Asked]], setting: Setting
) -> dict[int, list[tuple[Expression, Shift]]]:
    """Return, by place, each change of one number and how it would shift the verdicts."""
    changes = {
        str(number): change
        for number, change in enumerate(
            (place, a, c)
            for place, a in asked
            for c in dict.fromkeys(variants(a.criterion.expression))
        )
    }
    questions = [
        Question(name, asked_of(a.criterion, c), a.adverse) for name, (_, a, c) in changes.items()
    ]
    with only(tallied.answers.connection, who_may_shift(tallied)):
        answers = answer(tallied.answers.connection, questions, setting, evidence=False)
    shifts = counts_with(tallied, answers, {name: place for name, (place, _, _) in changes.items()})
    answers.drop()
    moved: dict[int, list[tuple[Expression, Shift]]] = {}
    for name, (place, _, change) in changes.items():
        moved.setdefault(place, []).append((change, shifts[name]))
    return moved


def _open(
    tallied: Tally,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
    naming: Naming,
    shown: Shown,
    opening: Mapping[int, date],
) -> dict[int, Candidate]:
    """Open the patients worth looking at, by number."""
    near = sorted(opening, key=lambda number: (opening[number], number))[: shown.near_misses]
    numbers = [
        *permitted(tallied)[: shown.eligible],
        *near,
        *undetermined(tallied, shown.undetermined),
    ]
    records = read_patients(tallied.answers.connection, numbers)
    truths = tallied.answers.truths(numbers)
    opened = {}
    for number in numbers:
        opened[number] = open_candidate(records[number], asked, protocol, on, naming)
        agree(truths[number], opened[number])
    return opened


def _as_shown(dates: Dates, opened: Mapping[int, Candidate]) -> Dates:
    """Return the dates, those of opened patients as the interpreter found them."""
    opens = {**dates.opens_on, **{number: c.opens_on for number, c in opened.items()}}
    lapses = {**dates.lapses_on, **{number: c.lapses_on for number, c in opened.items()}}
    return Dates(_known(opens), _known(lapses))


def _known(days: Mapping[int, date | None]) -> dict[int, date]:
    return {number: day for number, day in days.items() if day is not None}


def open_candidate(
    record: PatientRecord,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
    naming: Naming,
) -> Candidate:
    """Judge one patient by the reference interpreter, with opening and lapse dates.

    Whoever has died, or may have, by the day is no candidate, whatever the criteria say.
    """
    course = as_time_passes(record, asked, protocol, on)
    judgements = course(on)
    death = death_by(on, record.death)
    found = Verdict.INELIGIBLE if death else verdict(j.permission for j in judgements)
    may_open = found is Verdict.INELIGIBLE and not death
    lapses = lapses_on(course, on) if found is Verdict.ELIGIBLE else None
    candidate = Candidate(
        name=naming(record.patient_id),
        verdict=found,
        record=record,
        judgements=judgements,
        opens_on=opens_on(course, on) if may_open else None,
        lapses_on=lapses,
        lapses_by=lapses_by(course, judgements, lapses) if lapses else (),
        death=death,
        pseudonymised=naming is not own_name,
    )
    return without_birthdays(candidate, on) if candidate.pseudonymised else candidate


def agree(truths: Mapping[str, Truth], candidate: Candidate) -> None:
    """Refuse to show a patient whom engine and interpreter judge differently."""
    wrong = [
        j.asked.criterion.id
        for j in candidate.judgements
        if j.tree.truth is not truths[j.asked.criterion.id]
    ]
    if wrong:
        raise DisagreementError(
            f"the engine and the reference interpreter disagree about {candidate.name} "
            f"on {', '.join(wrong)}: no result is shown; please report this"
        )
