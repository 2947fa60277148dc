"""The second judgement, by the reference interpreter: of all who are eligible, and all opened.

Refuses to let the screening go on if interpreter and engine differ in the truth of one criterion,
in the verdict, or in a date that promises more than the interpreter finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.interpreter import interpret
from trialrun.criteria.truth import Truth
from trialrun.engine.export import Dates
from trialrun.engine.patients import read_patients
from trialrun.engine.tallies import Tally, permitted, undetermined
from trialrun.errors import DisagreementError
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import LATEST
from trialrun.records.pseudonyms import Naming
from trialrun.records.rows import PatientRecord
from trialrun.screening.dates import AT_ONCE
from trialrun.screening.judging import as_shown, judge_exactly
from trialrun.screening.plan import Asked
from trialrun.screening.result import JudgedPatient
from trialrun.screening.verdict import Verdict, death_by, permission, verdict

Truths = Mapping[str, Truth]


@dataclass(frozen=True)
class Shown:
    """How many patients of each sort are opened in the report."""

    eligible: int = 200
    near_misses: int = 100
    undetermined: int = 100


def judge_again(
    tallied: Tally,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    naming: Naming,
    dates: Dates,
    shown: Shown,
) -> dict[int, JudgedPatient]:
    """Judge every eligible patient, and whoever is opened, a second time; return the opened.

    By number: first the eligible, then the near misses by opening date, then the undetermined.
    Eligible patients beyond those opened are judged on the truths alone, and nothing is kept.

    Raises:
        DisagreementError: engine and interpreter judge somebody differently.
    """
    eligible = permitted(tallied)
    opens = dates.opens_on
    near = sorted(opens, key=lambda number: (opens[number], number))[: shown.near_misses]
    said = {
        **dict.fromkeys(eligible[: shown.eligible], Verdict.ELIGIBLE),
        **dict.fromkeys(near, Verdict.INELIGIBLE),
        **dict.fromkeys(undetermined(tallied, shown.undetermined), Verdict.UNDETERMINED),
    }
    opened = _open(tallied, asked, protocol, naming, dates, said)
    _judge_eligible(tallied, asked, protocol, naming, eligible[shown.eligible :])
    return opened


def _open(
    tallied: Tally,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    naming: Naming,
    dates: Dates,
    said: Mapping[int, Verdict],
) -> dict[int, JudgedPatient]:
    records = read_patients(tallied.answers.connection, said)
    truths = tallied.answers.truths(said)
    opened = {}
    for number, verdict_said in said.items():
        found = judge_exactly(records[number], asked, protocol, tallied.on, naming)
        _agree(found.name, truths[number], _truths(found), verdict_said, found.verdict)
        _agree_on_dates(found, dates.opens_on.get(number), dates.lapses_on.get(number))
        opened[number] = as_shown(found, tallied.on)
    return opened


def _judge_eligible(
    tallied: Tally,
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    naming: Naming,
    numbers: Sequence[int],
) -> None:
    """Judge patients whom the engine calls eligible, some at a time, so that memory stays flat."""
    setting = protocol.setting(tallied.on)
    for start in range(0, len(numbers), AT_ONCE):
        among = numbers[start : start + AT_ONCE]
        truths = tallied.answers.truths(among)
        for number, record in read_patients(tallied.answers.connection, among).items():
            found = {
                a.criterion.id: interpret(a.expression, record, setting, a.adverse) for a in asked
            }
            judged = _verdict(record, asked, found, tallied.on)
            name = naming(record.patient_id)
            _agree(name, truths[number], found, Verdict.ELIGIBLE, judged)


def _truths(patient: JudgedPatient) -> Truths:
    return {j.asked.criterion.id: j.tree.truth for j in patient.judgements}


def _verdict(record: PatientRecord, asked: Sequence[Asked], found: Truths, on: date) -> Verdict:
    if death_by(on, record.death):
        return Verdict.INELIGIBLE
    return verdict(permission(found[a.criterion.id], a.adverse) for a in asked)


def _agree(
    name: str, by_engine: Truths, by_interpreter: Truths, said: Verdict, found: Verdict
) -> None:
    """Refuse a patient whom engine and interpreter judge differently."""
    wrong = [
        criterion
        for criterion, truth in by_interpreter.items()
        if truth is not by_engine[criterion]
    ]
    if not wrong and said is not found:
        wrong = ["the verdict"]
    if wrong:
        raise _disagreement(name, wrong)


def _agree_on_dates(found: JudgedPatient, opens: date | None, lapses: date | None) -> None:
    """Refuse a date found for all patients at once that promises more than the interpreter does.

    An eligibility may be said to end too early, and a refusal too late; never the other way round.
    """
    wrong = []
    if opens is not None and opens < (found.opens_on or LATEST):
        wrong.append("the opening date")
    if (lapses or LATEST) > (found.lapses_on or LATEST):
        wrong.append("the lapse date")
    if wrong:
        raise _disagreement(found.name, wrong)


def _disagreement(name: str, wrong: Sequence[str]) -> DisagreementError:
    return DisagreementError(
        f"the engine and the reference interpreter disagree about {name} "
        f"on {', '.join(wrong)}: no result is shown; please report this"
    )
