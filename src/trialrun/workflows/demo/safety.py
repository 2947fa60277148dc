"""What befalls the demonstration's participants: treatments, a vaccination, adverse events, ends.

The truth of a participant's course is told as people would come to know of it. What two of them
do against the protocol is here, too, for surveillance to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from trialrun.conduct.actions.adverse_events import follow_up_adverse_event, report_adverse_event
from trialrun.conduct.actions.consent import withdraw_consent
from trialrun.conduct.actions.enrolment import end_participation
from trialrun.conduct.actions.medication import Drug, record_medication
from trialrun.conduct.actions.medication_periods import change_medication_dose
from trialrun.conduct.actions.safety_reports import ReportEntry, record_safety_report
from trialrun.conduct.event_rules import EventEntry, EventTerm, FollowUpEntry
from trialrun.conduct.periods import Period, Regimen
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    AdverseEvent,
    Causality,
    Expectedness,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.synthetic.course import InventedEvent
from trialrun.workflows.demo.stage import Stage, Step, Story

SOCS: Mapping[str, str] = {
    "Injection site reaction": "General disorders and administration site conditions",
    "Fever": "General disorders and administration site conditions",
    "Flu like symptoms": "General disorders and administration site conditions",
    "Upper respiratory infection": "Infections and infestations",
    "Lung infection": "Infections and infestations",
    "Fall": "Injury, poisoning and procedural complications",
    "Constipation": "Gastrointestinal disorders",
    "Respiratory failure": "Respiratory, thoracic and mediastinal disorders",
}
"""The terms of CTCAE v5.0 that occur here, each with its system organ class."""
_SERIOUS = ("Lung infection", "Respiratory failure")
RECIPIENTS = ("sponsor", "ethics committee")
DOSE_CHANGED, DOSE_CHANGED_ON = 2, 52
"""Who (from 0) halves a concomitant treatment, and on which day: against the protocol."""
VACCINATED, VACCINATED_ON = 5, 61
SERIOUS, SERIOUS_ON, SERIOUS_UNTIL = 3, 75, 89
_RILUZOLE = Drug("riluzole", "N07XX02", "ATC", "amyotrophic lateral sclerosis", "oral")
_EDARAVONE = Drug("edaravone", "N07XX14", "ATC", "amyotrophic lateral sclerosis", "intravenous")
_VACCINE = Drug(
    "influenza vaccine", "J07BB02", "ATC", "prevention", "intramuscular", is_vaccination=True
)
_TWICE = Regimen(Decimal(50), "mg", Decimal(2))
_ONCE = Regimen(Decimal(50), "mg", Decimal(1))


def treatments(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield what is taken beside the study drug, and what changes of it."""
    begun = story.enrolled.replace(day=1).isoformat()[:4]
    at = stage.moment(story.enrolled, 12, story.index)
    if story.index % 6 != 4:
        period = Period(f"{int(begun) - 1}-{story.index % 9 + 1:02}", _TWICE)
        yield Step(at, partial(_takes, stage, story, _RILUZOLE, period, at))
    if story.index % 4 == 1:
        period = Period(begun, Regimen(Decimal(60), "mg", Decimal(1)))
        yield Step(at, partial(_takes, stage, story, _EDARAVONE, period, at))
    if story.index == DOSE_CHANGED:
        at = stage.moment(story.day(56), 12)
        yield Step(at, partial(_takes_less, stage, story, at))
    if story.index == VACCINATED:
        at = stage.moment(story.day(84), 12)
        day = story.day(VACCINATED_ON).isoformat()
        given = Period(day, Regimen(Decimal("0.5"), "mL", Decimal(1)), day, ongoing=False)
        yield Step(at, partial(_takes, stage, story, _VACCINE, given, at))


def _takes(stage: Stage, story: Story, drug: Drug, period: Period, at: datetime) -> None:
    record_medication(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        story.participant_id,
        replace(
            drug,
            name=stage.words(drug.name),
            indication=stage.words(drug.indication),
            route=stage.words(drug.route),
        ),
        period,
        today=at.date(),
    )


def _takes_less(stage: Stage, story: Story, at: datetime) -> None:
    with stage.database.reading() as session:
        period = session.scalars(
            select(MedicationPeriod)
            .join(Medication, Medication.id == MedicationPeriod.medication_id)
            .where(Medication.participant_id == story.participant_id)
            .order_by(MedicationPeriod.id)
        ).first()
    assert period is not None
    change_medication_dose(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        period.id,
        _ONCE,
        on=story.day(DOSE_CHANGED_ON).isoformat(),
        version=period.version,
        today=at.date(),
        reason=stage.words("halved"),
    )


def events(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield each adverse event when the site comes to know of it, and its end."""
    told = list(story.course.events)
    if story.index == SERIOUS:
        told.append(InventedEvent("Lung infection", SERIOUS_ON, SERIOUS_UNTIL, 3, related=False))
    for event in told:
        if event.onset >= story.course.last_day:
            continue
        at = stage.moment(story.day(event.onset + 1), 14, story.index)
        yield Step(at, partial(_event, stage, story, event, at))
        yield from _reports(stage, story, event, at)
    if story.course.why == EndOfParticipation.DEATH:
        number = story.course.last_day
        event = InventedEvent("Respiratory failure", number, number, 5, related=False)
        at = stage.moment(story.day(number), 16)
        yield Step(at, partial(_event, stage, story, event, at))
        yield from _reports(stage, story, event, at)


def _event(stage: Stage, story: Story, event: InventedEvent, at: datetime) -> None:
    died, serious = event.grade == 5, event.term in _SERIOUS
    criterion = SeriousnessCriterion.DEATH if died else SeriousnessCriterion.HOSPITALISATION
    entry = EventEntry(
        reported_term=stage.words(event.term),
        term=EventTerm(event.term, SOCS[event.term]),
        onset=story.day(event.onset).isoformat(),
        grade=event.grade,
        criteria=frozenset({criterion}) if serious else frozenset(),
        aware_at=at,
        causality=Causality.PROBABLE if event.related else Causality.NOT_RELATED,
        expectedness=Expectedness.EXPECTED if event.related else Expectedness.UNEXPECTED,
        action_taken=ActionTaken.NOT_APPLICABLE if died else ActionTaken.NOT_CHANGED,
        outcome=Outcome.FATAL if died else Outcome.NOT_RECOVERED,
        ended=story.day(event.onset).isoformat() if died else "",
        narrative=stage.words("narrative") if serious else "",
    )
    report_adverse_event(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        at,
        story.participant_id,
        entry,
        terms=[entry.term],
    )


def _reports(stage: Stage, story: Story, event: InventedEvent, at: datetime) -> Iterator[Step]:
    """Yield what is sent of a serious event within the day."""
    if event.term in _SERIOUS:
        for hours, recipient in enumerate(RECIPIENTS, start=3):
            sent = at + timedelta(hours=hours)
            yield Step(sent, partial(_report, stage, story, event, recipient, sent))


def _report(
    stage: Stage, story: Story, event: InventedEvent, recipient: str, sent: datetime
) -> None:
    record_safety_report(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        sent,
        _held(stage, story, event.term, event.onset).id,
        ReportEntry(recipient, 0, sent, stage.words("mail")),
        recipients=RECIPIENTS,
    )


def recoveries(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield how each event ended, on the day after its end."""
    ends = {(e.term, e.onset): e.end for e in story.course.events}
    if story.index == SERIOUS:
        ends["Lung infection", SERIOUS_ON] = SERIOUS_UNTIL
    for (term, onset), end in ends.items():
        if end is not None and end + 1 < story.course.last_day:
            at = stage.moment(story.day(max(end, onset) + 1), 15, story.index)
            yield Step(at, partial(_recovered, stage, story, term, onset, end, at))


def _recovered(stage: Stage, story: Story, term: str, onset: int, end: int, at: datetime) -> None:
    event = _held(stage, story, term, onset)
    day = story.day(end).isoformat()
    entry = FollowUpEntry(day, event.grade, Outcome.RECOVERED, at, ended=day)
    follow_up_adverse_event(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        at,
        event.id,
        entry,
        version=event.version,
    )


def _held(stage: Stage, story: Story, term: str, onset: int) -> AdverseEvent:
    """Return an event as it stands."""
    with stage.database.reading() as session:
        return session.scalars(
            select(AdverseEvent).where(
                AdverseEvent.participant_id == story.participant_id,
                AdverseEvent.term == term,
                AdverseEvent.onset == story.day(onset).isoformat(),
            )
        ).one()


def endings(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield the end of participation: of whoever completes, once the last window has closed."""
    completes = story.course.why == EndOfParticipation.COMPLETED
    window = stage.protocol.design.visits[-1].after if completes else 0
    at = stage.moment(story.day(story.course.last_day + window), 21)
    yield Step(at, partial(_ended, stage, story, at))


def _ended(stage: Stage, story: Story, at: datetime) -> None:
    why = EndOfParticipation(story.course.why)
    reason = stage.words("journeys")
    notes = {
        EndOfParticipation.PARTICIPANT: reason,
        EndOfParticipation.DEATH: stage.words("died"),
        EndOfParticipation.COMPLETED: stage.words("last visit"),
    }
    if why is EndOfParticipation.PARTICIPANT:
        withdraw_consent(
            stage.database,
            stage.actor(Role.INVESTIGATOR),
            at,
            story.candidate_id,
            withdrawn_at=at,
            scope=WithdrawalScope.FOLLOW_UP,
            reason=reason,
        )
    end_participation(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        at,
        story.participant_id,
        version=story.participant(stage).version,
        ended_on=at.date(),
        why=why,
        note=notes[why],
        today=at.date(),
    )
