"""A participant of the demonstration at the clinic: from the invitation to the last visit and dose.

Everything is done by the actions of the trial. Every criterion is taken to permit on the day of
enrolment, as the screening found it and people confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from trialrun.conduct.actions.asking import StatementAnswer
from trialrun.conduct.actions.candidates import (
    Answer,
    ScreenedPatient,
    answer_criterion,
    invite,
)
from trialrun.conduct.actions.consent import Signature, obtain_consent
from trialrun.conduct.actions.doses import record_dose
from trialrun.conduct.actions.enrolment import Enrolment, enrol
from trialrun.conduct.actions.form_entries import EnteredValue, fill_in_form
from trialrun.conduct.actions.form_entries import Form as FormAsked
from trialrun.conduct.actions.ledger import Moved, move_drug
from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    record_screening_visit,
    record_visit,
)
from trialrun.conduct.asked import statements_of_participants
from trialrun.conduct.dosing import Given, Limit, NotGiven, PlannedDose
from trialrun.conduct.forms import Entered, fill_in
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.doses import DoseSite, DoseStatus, LedgerKind
from trialrun.conduct.tables.visits import Contact, Visit
from trialrun.criteria.expressions import Attested
from trialrun.criteria.interpreter import leaves_with_adverse
from trialrun.criteria.truth import Truth
from trialrun.protocol.design import Visit as PlannedVisit
from trialrun.protocol.forms import Form
from trialrun.screening.plan import plan
from trialrun.screening.verdict import Verdict
from trialrun.synthetic.form_values import form_values
from trialrun.workflows.asking import answer_at_visit
from trialrun.workflows.demo.stage import Stage, Step, Story

LOT = "IL2-2109A"
_VISIT_BEFORE = 5
"""The screening visit is so many days before enrolment."""
_SITES = (
    DoseSite.ABDOMEN_LEFT,
    DoseSite.ABDOMEN_RIGHT,
    DoseSite.THIGH_LEFT,
    DoseSite.THIGH_RIGHT,
)
_NOT_REACHED = (7, "V5")
"""The participant (from 0) who could not be reached for a planned call."""


def recruitment(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield the invitation, the consent, the screening visit with its answers, and enrolment."""
    investigator = stage.actor(Role.INVESTIGATOR)
    screening = story.day(-_VISIT_BEFORE)

    def invited() -> object:
        version = story.candidate(stage).version
        at = stage.moment(story.day(-12), 10)
        return invite(stage.database, investigator, at, story.candidate_id, version=version)

    def signed() -> object:
        at = stage.moment(story.day(-6), 15)
        signature = Signature(1, stage.moment(story.day(-6), 14), story.day(-6), "Dr Fan Min")
        version = story.candidate(stage).version
        return obtain_consent(
            stage.database, investigator, at, story.candidate_id, signature, version=version
        )

    yield Step(stage.moment(story.day(-12), 10), invited)
    yield Step(stage.moment(story.day(-6), 15), signed)
    yield Step(stage.moment(screening, 10), partial(_screening_visit, stage, story, screening))
    yield Step(stage.moment(screening, 16), partial(_answers, stage, story, screening))
    yield Step(stage.moment(story.enrolled, 9), partial(_enrolled, stage, story))


def _screening_visit(stage: Stage, story: Story, day: date) -> None:
    planned = stage.protocol.design.visits[0]
    at = stage.moment(day, 10)
    visit = record_screening_visit(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        story.candidate_id,
        Held(day, Contact.VISIT),
        zone=stage.zone,
        plan=VisitPlan(planned.id),
    )
    _fill_in_forms(stage, story, visit, planned.id, at)


def _answers(stage: Stage, story: Story, day: date) -> None:
    """Answer every statement in the way that lets the candidate in."""
    asked = [
        (one.criterion.id, leaf.question, adverse is Truth.FALSE)
        for one in plan(stage.protocol)
        for leaf, adverse in leaves_with_adverse(one.expression, one.adverse)
        if isinstance(leaf, Attested)
    ]
    for criterion, statement, answer in asked:
        answer_criterion(
            stage.database,
            stage.actor(Role.INVESTIGATOR),
            stage.moment(day, 16),
            story.candidate_id,
            Answer(criterion, statement, answer, day, stage.words("asked")),
            today=day,
            statements={criterion: (statement,)},
            investigators=(),
            judge=lambda *_: ScreenedPatient(story.patient_id, Verdict.ELIGIBLE, {}),
        )


def _enrolled(stage: Stage, story: Story) -> None:
    at = stage.moment(story.enrolled, 9)
    permissions = {one.id: Truth.TRUE for one in stage.protocol.screening_criteria}
    participant = enrol(
        stage.database,
        stage.actor(Role.INVESTIGATOR),
        at,
        story.candidate_id,
        Enrolment(stage.arm.id, at, story.enrolled, permissions),
        version=story.candidate(stage).version,
    )
    story.participant_id = participant.id


def visits(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield every planned visit after enrolment up to the last day, and one when somebody leaves.

    Visits come a day or two off their day, within the window.
    """
    for planned in stage.protocol.design.visits[1:]:
        number = planned.day + _off(story, planned)
        if number < story.course.last_day:
            at = stage.moment(story.day(number), 10, story.index)
            yield Step(at, partial(_visit, stage, story, planned, story.day(number)))
    if story.course.why == "withdrawal by participant":
        day = story.day(story.course.last_day)
        yield Step(stage.moment(day, 10), partial(_last_visit, stage, story, day))


def _off(story: Story, planned: PlannedVisit) -> int:
    """Return how many days a visit is off its day."""
    off = (story.index * 5 + len(planned.title) * 3) % 5 - 2
    return max(-planned.before, min(planned.after, off))


def _visit(stage: Stage, story: Story, planned: PlannedVisit, day: date) -> None:
    window = (
        story.day(planned.day - planned.before),
        story.day(planned.day + planned.after),
    )
    missed = (story.index, planned.id) == _NOT_REACHED
    contact = Contact(planned.contact)
    at = stage.moment(day, 10, story.index)
    visit = record_visit(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        story.participant_id,
        Missed(stage.words("not reached")) if missed else Held(day, contact),
        zone=stage.zone,
        plan=VisitPlan(planned.id, window),
    )
    if not missed:
        _fill_in_forms(stage, story, visit, planned.id, at)
        _ask(stage, story, visit, at)


def _last_visit(stage: Stage, story: Story, day: date) -> None:
    planned = stage.protocol.design.unplanned_visits[-1]
    at = stage.moment(day, 10)
    visit = record_visit(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        story.participant_id,
        Held(day, Contact.VISIT, stage.words("wishes to end")),
        zone=stage.zone,
        plan=VisitPlan(planned.id, (day, story.day(story.course.last_day + planned.after))),
    )
    _fill_in_forms(stage, story, visit, planned.id, at)
    _ask(stage, story, visit, at)


def _ask(stage: Stage, story: Story, visit: Visit, at: datetime) -> None:
    """Ask what only participants can say; they say nothing that speaks against them."""
    answers = {
        asked.name: StatementAnswer(asked.statement, asked.permits)
        for asked in statements_of_participants(stage.protocol, story.sex)
    }
    coordinator = stage.actor(Role.COORDINATOR)
    answer_at_visit(stage.database, coordinator, at, stage.protocol, visit.id, answers)


def _fill_in_forms(stage: Stage, story: Story, visit: Visit, planned: str, at: datetime) -> None:
    for assessment in stage.protocol.design.assessments_at(planned):
        for form in stage.protocol.forms_of(assessment.id):
            if form.concerns(story.sex):
                _fill_in(stage, story, visit, form, at)


def _fill_in(stage: Stage, story: Story, visit: Visit, form: Form, at: datetime) -> None:
    assert visit.day is not None
    number = (visit.day - story.enrolled).days
    typed = form_values(form.id, [item.id for item in form.items], story.course, number)
    filled = fill_in(form, typed, on=visit.day)
    if filled.problems:
        raise ValueError(f"the demonstration fills in {form.id} wrongly: {filled.problems[0]}")
    units = {item.id: item.unit for item in form.items}
    values = {
        item: _kept(entered, filled.typed.get(item), units[item])
        for item, entered in filled.entered.items()
        if entered.value is not None or entered.not_done
    }
    fill_in_form(
        stage.database,
        stage.actor(Role.COORDINATOR),
        at,
        visit.id,
        FormAsked(form.id, stage.protocol.version, [item.id for item in form.items]),
        values,
    )


def _kept(entered: Entered, typed: str | None, unit: str) -> EnteredValue:
    number = entered.value.number if entered.value else None
    return EnteredValue(
        typed=typed,
        number=number,
        unit=unit or None if number is not None else None,
        normal_low=entered.lower,
        normal_high=entered.upper,
        reason=entered.reason,
    )


def doses(stage: Stage, story: Story) -> Iterator[Step]:
    """Yield the vials handed out at the start of every course, and each dose or why it was not."""
    regimen = stage.arm.regimen
    missed = {one.day: one.reason for one in story.course.missed}
    for place, number in enumerate(regimen.days):
        if number >= story.course.last_day:
            return
        course, injection = divmod(place, regimen.injections)
        if injection == 0:
            at = stage.moment(story.day(number), 11, story.index)
            yield Step(at, partial(_handed_out, stage, story, story.day(number)))
        plan = PlannedDose(story.day(number), course + 1, injection + 1, regimen.dose)
        at = stage.moment(story.day(number), 18, story.index)
        yield Step(at, partial(_dose, stage, story, plan, place, missed.get(number)))


def _handed_out(stage: Stage, story: Story, day: date) -> None:
    vials = stage.arm.regimen.injections
    move_drug(
        stage.database,
        stage.actor(Role.PHARMACIST),
        stage.moment(day, 11, story.index),
        Moved(LedgerKind.DISPENSED, day, LOT, vials, story.participant_id),
        today=day,
    )


def _dose(stage: Stage, story: Story, plan: PlannedDose, place: int, missed: str | None) -> None:
    regimen = stage.arm.regimen
    what: Given | NotGiven
    if missed is None:
        at = stage.moment(plan.on, 17, (place * 7 + story.index) % 60)
        site = _SITES[place % len(_SITES)]
        what = Given(at, regimen.dose, regimen.unit, site, LOT)
    else:
        held = missed.startswith("held")
        what = NotGiven(DoseStatus.HELD if held else DoseStatus.MISSED, stage.words(missed))
    record_dose(
        stage.database,
        stage.actor(Role.COORDINATOR),
        stage.moment(plan.on, 18, story.index),
        story.participant_id,
        what,
        zone=stage.zone,
        limit=Limit(regimen.dose * Decimal(10), regimen.unit),
        plan=plan,
    )
