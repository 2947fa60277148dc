"""Criteria that make no sense, contradict each other or the registry, or would admit anybody.

A criterion whose types are wrong is not asked further: what it means is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from trialrun.criteria import expressions as e
from trialrun.criteria.interpreter import interpret
from trialrun.criteria.truth import Truth
from trialrun.criteria.typecheck import OLDEST
from trialrun.criteria.typecheck import check as check_types
from trialrun.criteria.wording import render
from trialrun.protocol.findings import Finding, error, warning
from trialrun.protocol.model import Category, Criterion, Stage, TrialProtocol
from trialrun.protocol.reach import ages, constant_parts, leaves, possible, subjects
from trialrun.records.coverage import Coverage
from trialrun.records.rows import PatientRecord
from trialrun.records.schema import Kind
from trialrun.terminology.did_you_mean import did_you_mean

_ANY_DAY = date(2000, 1, 1)
_DIAGNOSES = frozenset({"ICD-10", "ICD-10-CM", "ICD-10-CN"})
_FOREIGN: dict[Kind, frozenset[str]] = {
    Kind.CONDITION: frozenset({"LOINC", "ATC", "RxNorm", "CVX", "ICD-9-CM-3"}),
    Kind.MEASUREMENT: _DIAGNOSES | {"ATC", "RxNorm", "CVX", "ICD-9-CM-3"},
    Kind.MEDICATION: _DIAGNOSES | {"LOINC", "CVX", "ICD-9-CM-3"},
    Kind.IMMUNISATION: _DIAGNOSES | {"LOINC", "ICD-9-CM-3"},
    Kind.PROCEDURE: _DIAGNOSES | {"ATC", "RxNorm", "CVX"},
    Kind.ALLERGY: frozenset({"LOINC", "ICD-9-CM-3"}),
}
"""The code systems in which no hospital writes records of a kind."""
_LONGER_THAN_LIFE = {"days": 47_000, "weeks": 6_700, "months": 1_560, "years": 130}


def check_criteria(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield what is wrong with the criteria."""
    badly_typed: set[str] = set()
    for criterion in protocol.criteria:
        for found in _types(protocol, criterion):
            badly_typed.add(criterion.id)
            yield found
    sound = [c for c in protocol.criteria if c.id not in badly_typed]
    for criterion in protocol.criteria:
        yield from _translations(criterion)
    yield from _statements(protocol)
    for criterion in sound:
        yield from _unreachable(protocol, criterion)
        yield from _stage(criterion)
        yield from _watched(criterion)
        yield from _of_consent(criterion)
        yield from _windows(criterion)
        yield from _codes(protocol, criterion)
    yield from _ages(protocol, [c for c in sound if c.category is not Category.OBLIGATION])
    yield from _pairs(protocol, sound)
    if not badly_typed:
        yield from _empty_record(protocol)


def _types(protocol: TrialProtocol, criterion: Criterion) -> Iterator[Finding]:
    followed_up = protocol.design.end_of_follow_up_day is not None
    asked = [criterion.expression, *([criterion.hint] if criterion.hint else [])]
    for expression in asked:
        for problem in check_types(expression, protocol.value_sets, followed_up):
            yield error(criterion.where, problem.message, problem.remedy, criterion.id)


def _translations(criterion: Criterion) -> Iterator[Finding]:
    written, chinese = len(criterion.assumptions), len(criterion.assumptions_zh)
    if chinese not in (0, written):
        found = f"{written} assumptions, and {chinese} of them in Chinese"
        yield error(criterion.where, found, "write all of them, in the same order", criterion.id)


def _statements(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield an error for each translation of a statement that nobody is asked, or a second one."""
    asked = {
        leaf.question
        for criterion in protocol.criteria
        for expression in (criterion.expression, criterion.hint)
        for leaf in (leaves(expression) if expression else ())
        if isinstance(leaf, e.Attested | e.AttestedThroughout)
    }
    seen: set[str] = set()
    for place, statement in enumerate(protocol.statements):
        where = protocol.places.get(f"statements.{place}", "")
        if statement.en not in asked:
            remedy = (
                did_you_mean(statement.en, asked) or "write it word for word as the logic has it"
            )
            yield error(where, f"no criterion asks '{statement.en}'", remedy)
        if statement.en in seen:
            yield error(where, f"'{statement.en}' is translated twice", "keep one")
        seen.add(statement.en)


def _unreachable(protocol: TrialProtocol, criterion: Criterion) -> Iterator[Finding]:
    for part, truth in constant_parts(criterion.expression, protocol.value_sets):
        says = "always holds" if truth else "can never hold"
        found = f"'{render(part)}' {says}"
        yield error(criterion.where, found, "correct it, or leave it out", criterion.id)


def _stage(criterion: Criterion) -> Iterator[Finding]:
    is_obligation = criterion.category is Category.OBLIGATION
    if is_obligation != (criterion.stage is Stage.FOLLOW_UP):
        found = f"the stage is '{criterion.stage}', and this is asked of "
        found += "participants" if is_obligation else "candidates"
        remedy = "obligations, and only they, have the stage follow-up"
        yield error(criterion.where, found, remedy, criterion.id)
    asks_a_person = (e.Attested, e.AttestedThroughout)
    needs_a_person = any(isinstance(x, asks_a_person) for x in leaves(criterion.expression))
    if criterion.stage is Stage.RECORD and needs_a_person:
        found = "the stage is 'record', and the logic asks a person"
        yield warning(criterion.where, found, "write stage: visit", criterion.id)


def _watched(criterion: Criterion) -> Iterator[Finding]:
    """Yield an error where something else than an exclusion is to be looked for in participants."""
    if criterion.watch and criterion.category is not Category.EXCLUSION:
        found = f"an {criterion.category} is not watched"
        remedy = (
            "leave watch out: obligations are looked after anyway, inclusions at enrolment only"
        )
        yield error(criterion.where, found, remedy, criterion.id)


def _of_consent(criterion: Criterion) -> Iterator[Finding]:
    """Yield an error where a signed consent is to answer what is no single statement."""
    if criterion.consent and not (
        criterion.category is Category.INCLUSION and isinstance(criterion.expression, e.Attested)
    ):
        found = "the signed consent cannot answer this criterion"
        remedy = "write consent: true at an inclusion whose logic is one attested statement"
        yield error(criterion.where, found, remedy, criterion.id)


def _windows(criterion: Criterion) -> Iterator[Finding]:
    windows = [getattr(leaf, "window", None) for leaf in leaves(criterion.expression)]
    for window in (*windows, criterion.confirmed_within):
        if isinstance(window, e.Within) and window.count > _LONGER_THAN_LIFE[window.unit.value]:
            found = f"no record reaches back {window.count} {window.unit.value}"
            yield warning(criterion.where, found, "write 'at any time'", criterion.id)


def _codes(protocol: TrialProtocol, criterion: Criterion) -> Iterator[Finding]:
    """Yield a warning for each value set whose codes are not those of what is looked for."""
    for kind, name in dict.fromkeys(
        asked for leaf in leaves(criterion.expression) for asked in _value_sets(leaf)
    ):
        systems = protocol.value_sets[name].systems
        if systems and systems <= _FOREIGN.get(kind, frozenset()):
            written = ", ".join(sorted(systems))
            found = f"[{name}] holds only {written}, in which no {kind.value} is coded"
            remedy = "name another value set, or list the codes of such records in it"
            yield warning(criterion.where, found, remedy, criterion.id)


def _value_sets(leaf: e.Expression) -> Iterator[tuple[Kind, str]]:
    match leaf:
        case e.Recorded(kind, name) | e.RecordedThroughout(kind, name):
            yield kind, name
        case e.Measured(_, names):
            yield from ((Kind.MEASUREMENT, name) for name in names)
        case e.Change(name):
            yield Kind.MEASUREMENT, name
        case e.DoseUnchanged(name):
            yield Kind.MEDICATION, name


def _ages(protocol: TrialProtocol, criteria: Sequence[Criterion]) -> Iterator[Finding]:
    """Yield an error if the criteria about age alone let in other ages than the registry."""
    limits = protocol.registry.ages
    oldest = OLDEST if limits.maximum is None else limits.maximum
    registry = set(range(limits.minimum or 0, oldest + 1))
    about_age = [c for c in criteria if ages(c.permits) is not None]
    let_in = set(range(OLDEST + 1)).intersection(*(ages(c.permits) or () for c in about_age))
    if about_age and let_in and let_in != registry:
        last = about_age[-1]
        found = f"ages {_bounds(let_in)} are let in, and {_bounds(registry)} in the registry"
        where = protocol.places.get("registry.ages", "the registry's ages")
        yield error(last.where, found, f"compare {where}", last.id)


def _bounds(years: set[int]) -> str:
    return f"{min(years)} to {max(years)}" if max(years) < OLDEST else f"from {min(years)}"


def _pairs(protocol: TrialProtocol, criteria: Sequence[Criterion]) -> Iterator[Finding]:
    asked = {c.id: subjects(c.expression, protocol.value_sets) for c in criteria}
    for first, second in combinations(criteria, 2):
        if first.category is second.category and first.expression == second.expression:
            yield error(second.where, f"says the same as {first.id}", "leave one out", second.id)
        elif Category.OBLIGATION in (first.category, second.category):
            continue
        elif asked[first.id] & asked[second.id] and not _both_permit(protocol, first, second):
            found = f"nobody can meet both this and {first.id} ({first.where})"
            yield error(second.where, found, "correct one of them", second.id)


def _both_permit(protocol: TrialProtocol, first: Criterion, second: Criterion) -> bool:
    both = e.And((first.permits, second.permits))
    return True in possible(both, protocol.value_sets)


def _empty_record(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield an error if a patient of whom nothing is recorded would be let in.

    Asked where every source is complete: there an empty record proves every absence.
    """
    coverage = tuple(Coverage(number, kind) for number, kind in enumerate(Kind))
    nobody = PatientRecord(patient_id="", coverage=coverage)
    setting = protocol.setting(_ANY_DAY)
    truths = [
        interpret(c.permits, nobody, setting, Truth.FALSE) for c in protocol.screening_criteria
    ]
    if all(truth is Truth.TRUE for truth in truths):
        where = protocol.places.get("criteria", str(protocol.path))
        remedy = "write a criterion that asks for something to be recorded, such as an age"
        yield error(where, "a patient with an empty record would be eligible", remedy)
