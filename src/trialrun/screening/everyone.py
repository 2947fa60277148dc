"""What a screening says of every patient, for a trial that takes it in: verdicts and dates.

Judged by the engine. Whoever is eligible is judged a second time by the reference interpreter; if
the two disagree on anything, nobody is judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from trialrun.criteria.truth import Truth
from trialrun.engine.patients import read_patients
from trialrun.engine.tallies import Tally, deceased, everybody, permitted
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import own_name
from trialrun.screening.dates import AT_ONCE, find_dates
from trialrun.screening.plan import Asked, plan
from trialrun.screening.screen import Step, agree, ask, open_candidate
from trialrun.screening.verdict import Verdict, verdict


@dataclass(frozen=True)
class Judged:
    """One patient: the verdict, whether each criterion permits, and the dates.

    Whoever has died, or may have, is ineligible without a judgement.
    """

    patient_id: str
    verdict: Verdict
    permissions: Mapping[str, Truth]
    opens_on: date | None = None
    lapses_on: date | None = None


def judge_everyone(
    connection: duckdb.DuckDBPyConnection, protocol: TrialProtocol, on: date, step: Step
) -> tuple[Judged, ...]:
    """Judge every patient of a database on a day.

    Raises:
        DisagreementError: engine and interpreter judge somebody eligible differently.
    """
    asked = plan(protocol)
    ids = [one.criterion.id for one in asked]
    step("asking every criterion of every patient")
    tallied = ask(connection, asked, protocol, on)
    step("finding who becomes eligible, and when")
    dates = find_dates(tallied, asked, protocol, on)
    step("judging whoever is eligible a second time")
    _judge_again(tallied, asked, protocol, on)
    alive = (
        Judged(
            patient_id,
            verdict(permissions),
            dict(zip(ids, permissions, strict=True)),
            dates.opens_on.get(number),
            dates.lapses_on.get(number),
        )
        for number, patient_id, permissions in everybody(tallied)
    )
    dead = (Judged(name, Verdict.INELIGIBLE, {}) for name in deceased(tallied))
    return (*alive, *dead)


def _judge_again(tallied: Tally, asked: Sequence[Asked], protocol: TrialProtocol, on: date) -> None:
    eligible = permitted(tallied)
    for start in range(0, len(eligible), AT_ONCE):
        numbers = eligible[start : start + AT_ONCE]
        truths = tallied.answers.truths(numbers)
        for number, record in read_patients(tallied.answers.connection, numbers).items():
            agree(truths[number], open_candidate(record, asked, protocol, on, own_name))
