"""Narratives of deaths and serious adverse events, composed of the data (ICH E3, 12.3.2).

Each says only what the data hold, and says of the rest that it is not known. What the investigator
wrote stands word for word.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.criteria.truth import Truth
from trialrun.evaluation.results import Listed, Phrase, Section, Words, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.questions import fatal, serious
from trialrun.records.analysis_data import AdverseEventRecord, TrialSubject
from trialrun.terminology.written_units import written_unit


def narratives(safety: Safety) -> Section:
    """Return a paragraph for each serious or fatal event, and for each death without one.

    They are of all subjects, in the safety set or not.
    """
    study = safety.study
    events = [event for event in study.data.events if _is_told(event)]
    told = [narrative_of(safety, event) for event in events]
    explained = {event.subject for event in events if fatal(event) is Truth.TRUE}
    told.extend(
        phrase("death_without_event", who=_who(safety, subject), day=str(subject.death_day))
        for subject in study.data.subjects
        if subject.death_day is not None and subject.id not in explained
    )
    if not told:
        told.append(phrase("no_serious_events", n=str(len(study.data.subjects))))
    return Section("narratives", phrase("narratives"), (*told, *_unjudged(safety)))


def _is_told(event: AdverseEventRecord) -> bool:
    return Truth.TRUE in (serious(event), fatal(event))


def _unjudged(safety: Safety) -> Iterator[Words]:
    unknown = sum(
        not _is_told(event) and Truth.UNKNOWN in (serious(event), fatal(event))
        for event in safety.study.data.events
    )
    if unknown:
        yield phrase("not_judged_serious", n=str(unknown))


def narrative_of(safety: Safety, event: AdverseEventRecord) -> Phrase:
    """Return the paragraph of one event."""
    subject = safety.study.subjects[event.subject]
    facts = (*_facts(event), _days(event), _dosing(safety, subject, event))
    said = phrase("narrative", who=_who(safety, subject), term=event.term, facts=Listed(facts))
    if not event.narrative:
        return said
    return phrase("narrative_and_words", said=said, words=event.narrative)


def _who(safety: Safety, subject: TrialSubject) -> Phrase:
    """Return the subject with sex, age and arm."""
    age = phrase("not_known") if subject.age is None else phrase("years_old", n=f"{subject.age:g}")
    sex = phrase("sex_unknown" if subject.sex is None else f"sex_{subject.sex}")
    arm = safety.study.arm_title(subject)
    return phrase("who", subject=subject.id, sex=sex, age=age, arm=arm)


def _facts(event: AdverseEventRecord) -> Iterator[Words]:
    """Yield grade, criteria, causality, action and outcome; not known what is not written."""
    level: Words = event.severity if event.grade is None else phrase("grade_n", n=str(event.grade))
    criteria = Listed(tuple(name.replace("_", " ") for name in sorted(event.criteria)))
    for name, said in (
        ("grade", level),
        ("criteria", criteria if event.criteria else ""),
        ("causality", event.causality),
        ("action", event.action),
        ("outcome", event.outcome),
    ):
        yield phrase(f"fact_{name}", said=said or phrase("not_known"))


def _days(event: AdverseEventRecord) -> Phrase:
    onset, end = (
        phrase("not_known") if day is None else str(day) for day in (event.onset_day, event.end_day)
    )
    return phrase("fact_days", onset=onset, end=end)


def _dosing(safety: Safety, subject: TrialSubject, event: AdverseEventRecord) -> Words:
    """Return the doses up to the onset: how many, how much in all, and when the last one was."""
    if subject.first_dose_day is None:
        return phrase("never_dosed")
    if event.onset_day is None:
        return phrase("doses_not_known")
    if event.onset_day < subject.first_dose_day:
        return phrase("before_first_dose")
    given = [
        (min(dose.last_day, event.onset_day), dose, dose.given)
        for dose in safety.study.doses.get(subject.id, ())
        if dose.given is not None and dose.first_day <= event.onset_day
    ]
    if not given:
        return phrase("doses_not_recorded", first=str(event.onset_day - subject.first_dose_day))
    days = sum(last - dose.first_day + 1 for last, dose, _ in given)
    amounts: dict[str, float] = {}
    for last, dose, amount in given:
        amounts.setdefault(dose.unit, 0)
        amounts[dose.unit] += amount * (last - dose.first_day + 1)
    total = Listed(tuple(_amount(amount, unit) for unit, amount in amounts.items()))
    since = event.onset_day - max(last for last, _, _ in given)
    return phrase("doses_so_far", n=str(days), total=total, since=str(since))


def _amount(amount: float, unit: str) -> str:
    """Write an amount in full, its thousands apart: nobody gives a drug in powers of ten."""
    return f"{amount:,.12g} {written_unit(unit)}".strip()
