"""Screening a database against a protocol on a day: the whole of it, top down.

Every patient is judged by the engine. Every eligible patient, and of the others whoever is opened,
is judged a second time by the reference interpreter, on the truth of every criterion; if the two
disagree about anybody, nobody is shown anything.
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
from trialrun.engine.patients import read_coverage
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
    tally,
    who_may_shift,
)
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import Naming
from trialrun.screening.agreement import Shown, judge_again
from trialrun.screening.attrition import Pattern, attrition, count_verdicts
from trialrun.screening.blurring import dates_without_birthdays
from trialrun.screening.dates import find_dates
from trialrun.screening.gains import Gain, smallest_steps, variants
from trialrun.screening.plan import Asked, asked_of, plan, record_permits
from trialrun.screening.result import Declared, JudgedPatient, OpenGap, Screening

Step = Callable[[str], None]

READY = "the record permits"
"""The question whether only people are left to ask."""


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
    step("judging whoever is eligible or opened a second time")
    opened = judge_again(tallied, asked, protocol, naming, dates, shown)
    dates = _sharpened(dates, opened)
    if naming.hides:
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
        opened=tuple(opened.values()),
        coverage=tuple(Declared(*row) for row in read_coverage(connection)),
        pseudonymised=naming.hides,
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


def _sharpened(dates: Dates, opened: Mapping[int, JudgedPatient]) -> Dates:
    """Return the dates, those of opened patients as the interpreter found them.

    Where the two differ, the one found for all at once was the more careful: else nothing is shown.
    """
    opens = {**dates.opens_on, **{number: c.opens_on for number, c in opened.items()}}
    lapses = {**dates.lapses_on, **{number: c.lapses_on for number, c in opened.items()}}
    return Dates(_known(opens), _known(lapses))


def _known(days: Mapping[int, date | None]) -> dict[int, date]:
    return {number: day for number, day in days.items() if day is not None}
