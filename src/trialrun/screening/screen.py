"""Screening a database against a protocol on a day: the whole of it, top down.

Every patient is judged by the engine. Whoever is shown is judged a second time by the reference
interpreter; if the two disagree on anything, nobody is shown anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import Active, Age, Expression, Leaf, Within, children
from trialrun.criteria.interpreter import assemble
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth
from trialrun.engine.duckdb import Question, answer
from trialrun.engine.export import Dates
from trialrun.engine.patients import read_coverage, read_patients
from trialrun.engine.tallies import (
    Tally,
    counts_with,
    counts_without,
    open_gaps,
    open_where,
    patterns,
    permitted,
    refused_only_by,
    tally,
    undetermined,
)
from trialrun.errors import EngineFault
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import Naming
from trialrun.records.rows import PatientRecord
from trialrun.screening.attrition import Pattern, attrition, count_verdicts
from trialrun.screening.judging import Judgements, judge, lapse, lapses_on, opening, opens_on
from trialrun.screening.plan import Asked, asked_of, plan, record_permits
from trialrun.screening.result import Candidate, Declared, OpenGap, Screening
from trialrun.screening.sensitivity import Counts, Gain, gain, variants
from trialrun.screening.verdict import Verdict, verdict

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
    tallied = tally(answer(connection, _questions(protocol, asked), setting), on, len(asked))
    counted = [Pattern(*row) for row in patterns(tallied)]
    verdicts = count_verdicts(counted)
    step("finding who becomes eligible, and when")
    dates = _dates(tallied, asked)
    step("relaxing each criterion in turn")
    gains = _gains(tallied, asked, setting, verdicts)
    step("judging whoever is shown a second time")
    candidates = _candidates(tallied, asked, protocol, on, naming, shown, dates.opens_on)
    screening = Screening(
        protocol=protocol,
        on=on,
        plan=asked,
        patients=sum(verdicts.values()),
        deceased=tallied.deceased,
        verdicts=verdicts,
        ready_for_visit=open_where(tallied, READY),
        losses=attrition([a.criterion.id for a in asked], counted),
        gains=gains,
        open_gaps=tuple(OpenGap(asked[q], g, n, alone) for q, g, n, alone in open_gaps(tallied)),
        near_misses=len(dates.opens_on),
        candidates=candidates,
        coverage=tuple(Declared(*row) for row in read_coverage(connection)),
    )
    return Screened(screening, tallied, dates)


def _questions(protocol: TrialProtocol, asked: Iterable[Asked]) -> list[Question]:
    ready = Question(READY, record_permits(protocol), Truth.FALSE)
    return [*(Question(a.criterion.id, a.expression, a.adverse) for a in asked), ready]


def _dates(tallied: Tally, asked: Sequence[Asked]) -> Dates:
    """Return when refusals end that time alone ends, and when eligibilities lapse."""
    bound = [a for a in asked if _moves_with_time(a.expression)]
    near = refused_only_by(tallied, [asked.index(a) for a in bound])
    eligible = permitted(tallied)
    return Dates(_ends(tallied, near, bound, opening), _ends(tallied, eligible, asked, lapse))


def _ends(
    tallied: Tally,
    patient_nos: Sequence[int],
    asked: Sequence[Asked],
    end_of: Callable[[Sequence[tuple[Answered, Truth]]], date | None],
) -> dict[int, date]:
    ends = {}
    for patient_no, answered in tallied.answers.leaf_answers(patient_nos).items():
        found = end_of([(_tree(a, answered), a.adverse) for a in asked])
        if found is not None:
            ends[patient_no] = found
    return ends


def _tree(asked: Asked, answered: Mapping[tuple[Leaf, Truth], LeafAnswer]) -> Answered:
    return assemble(asked.expression, asked.adverse, lambda leaf, truth: answered[leaf, truth])


def _moves_with_time(expression: Expression) -> bool:
    """Say whether time alone can end a refusal: some window slides, or somebody grows older."""
    if isinstance(expression, Age):
        return True
    if isinstance(getattr(expression, "window", None), Within | Active):
        return True
    return any(_moves_with_time(part) for part in children(expression))


def _gains(
    tallied: Tally, asked: Sequence[Asked], setting: Setting, verdicts: Mapping[Verdict, int]
) -> tuple[Gain, ...]:
    before = (verdicts[Verdict.ELIGIBLE], verdicts[Verdict.INELIGIBLE])
    drops = [
        gain(a.criterion.id, None, before, without)
        for a, without in zip(asked, counts_without(tallied), strict=True)
    ]
    # Where dropping a criterion gains nobody, moving its numbers cannot.
    moved = _moved(tallied, [(i, asked[i]) for i, d in enumerate(drops) if d.possible], setting)
    gains = [
        one
        for place, drop in enumerate(drops)
        for one in (
            drop,
            *(gain(drop.criterion, change, before, n) for change, n in moved.get(place, ())),
        )
    ]
    return tuple(one for one in gains if one.relaxes)


def _moved(
    tallied: Tally, asked: Sequence[tuple[int, Asked]], setting: Setting
) -> dict[int, list[tuple[Expression, Counts]]]:
    """Return, by place, each change of one number and the verdicts that it would bring."""
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
    answers = answer(tallied.answers.connection, questions, setting, evidence=False)
    counts = counts_with(tallied, answers, {name: place for name, (place, _, _) in changes.items()})
    answers.drop()
    moved: dict[int, list[tuple[Expression, Counts]]] = {}
    for name, (place, _, change) in changes.items():
        moved.setdefault(place, []).append((change, counts[name]))
    return moved


def _candidates(
    tallied: Tally,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
    naming: Naming,
    shown: Shown,
    opening: Mapping[int, date],
) -> tuple[Candidate, ...]:
    near = sorted(opening, key=lambda number: (opening[number], number))[: shown.near_misses]
    numbers = [
        *permitted(tallied)[: shown.eligible],
        *near,
        *undetermined(tallied, shown.undetermined),
    ]
    records = read_patients(tallied.answers.connection, numbers)
    truths = tallied.answers.truths(numbers)
    found = []
    for number in numbers:
        candidate = open_candidate(records[number], asked, protocol, on, naming)
        _agree(truths[number], candidate)
        found.append(candidate)
    return tuple(found)


def open_candidate(
    record: PatientRecord,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
    naming: Naming,
) -> Candidate:
    """Judge one patient by the reference interpreter, with opening and lapse dates."""

    def judged(day: date) -> Judgements:
        return judge(record, asked, protocol.setting(day))

    judgements = judged(on)
    found = verdict(j.permission for j in judgements)
    return Candidate(
        naming(record.patient_id),
        found,
        record,
        judgements,
        opens_on(judged, on) if found is Verdict.INELIGIBLE else None,
        lapses_on(judgements) if found is Verdict.ELIGIBLE else None,
    )


def _agree(truths: dict[str, Truth], candidate: Candidate) -> None:
    """Refuse to show a patient whom engine and interpreter judge differently."""
    wrong = [
        j.asked.criterion.id
        for j in candidate.judgements
        if j.tree.truth is not truths[j.asked.criterion.id]
    ]
    if wrong:
        raise EngineFault(
            f"the engine and the reference interpreter disagree about {candidate.name} "
            f"on {', '.join(wrong)}: no result is shown; please report this"
        )
