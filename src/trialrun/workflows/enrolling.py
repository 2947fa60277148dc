"""The screening visit's check list, and enrolment on the word of every criterion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from trialrun.conduct.actions.enrolment import Enrolment, enrol
from trialrun.conduct.actions.visits import Held, VisitPlan, record_screening_visit
from trialrun.conduct.acts import Actor
from trialrun.conduct.reading.consents import form_to_sign_again, standing_consent
from trialrun.conduct.reading.visits import visits_of
from trialrun.conduct.rows import find
from trialrun.conduct.tables import candidates as tables
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Contact, Visit
from trialrun.criteria.expressions import Measured
from trialrun.criteria.tree import gaps
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language
from trialrun.errors import Problem, RefusedError
from trialrun.protocol.design import Anchor
from trialrun.protocol.design import Visit as PlannedVisit
from trialrun.protocol.forms import Form
from trialrun.protocol.model import Stage, TrialProtocol
from trialrun.report.opened import OpenedCriterion
from trialrun.screening.result import Judgement
from trialrun.workflows.candidates import OpenCandidate, open_one, statements
from trialrun.workflows.hospital import hospital_record
from trialrun.workflows.running import RunningTrial, judged


@dataclass(frozen=True)
class Checked:
    """A line of the check list: the criterion, what settles it, whether it is waived.

    `forms` are those of the screening visit in which a value is missing that it asks for.
    """

    opened: OpenedCriterion
    asks_a_person: bool
    forms: tuple[Form, ...]
    is_waived: bool

    @property
    def holds_up(self) -> bool:
        """Whether it holds up enrolment."""
        return self.opened.permission is not Truth.TRUE and not self.is_waived


@dataclass(frozen=True)
class CheckList:
    """All that stands between a candidate and enrolment on a day.

    `at_visit` are the criteria that are answered face to face, or confirmed by a person;
    `by_record` the others. `planned` is the screening visit of the protocol, `visit` the one that
    took place. `form_to_sign` is a newer consent form that comes first.
    """

    one: OpenCandidate
    at_visit: tuple[Checked, ...]
    by_record: tuple[Checked, ...]
    planned: PlannedVisit | None
    visit: Visit | None
    form_to_sign: tables.ConsentForm | None

    @property
    def holding_up(self) -> tuple[Checked, ...]:
        """The criteria that hold up enrolment."""
        return tuple(line for line in (*self.at_visit, *self.by_record) if line.holds_up)


def check_list(trial: RunningTrial, candidate_id: int, on: date, language: Language) -> CheckList:
    """Judge a candidate on a day, and say what still stands in the way.

    Raises:
        NotFoundError: there is no such candidate.
    """
    one = open_one(trial, candidate_id, on, language)
    asked = statements(trial)
    waived = {waiver.criterion for waiver in one.file.waivers}
    lines = [
        Checked(
            opened,
            bool(asked[opened.id]),
            tuple(_forms_missing(trial.protocol, judgement)),
            opened.id in waived,
        )
        for opened, judgement in zip(one.opened.criteria, one.judged.judgements, strict=True)
    ]
    planned = screening_visit(trial.protocol)
    with trial.database.reading() as session:
        held = [visit for visit in visits_of(session, candidate_id) if visit.day is not None]
        consent = standing_consent(session, candidate_id)
        newer = None if consent is None else form_to_sign_again(session, consent, on)
    return CheckList(
        one=one,
        at_visit=tuple(line for line in lines if _is_for_the_visit(line)),
        by_record=tuple(line for line in lines if not _is_for_the_visit(line)),
        planned=planned,
        visit=_of_screening(held, planned),
        form_to_sign=newer,
    )


def screening_visit(protocol: TrialProtocol) -> PlannedVisit | None:
    """Return the planned visit that may take place before enrolment; None: there is none."""
    return next(
        (
            visit
            for visit in protocol.design.visits
            if visit.anchor is Anchor.ENROLMENT and visit.day - visit.before < 0
        ),
        None,
    )


def record_screening(
    trial: RunningTrial, actor: Actor, at: datetime, candidate_id: int, day: date, note: str
) -> Visit:
    """Record that the screening visit took place.

    Raises:
        RefusedError: no consent stood on that day, it is in the future, or recorded already.
    """
    planned = screening_visit(trial.protocol)
    return record_screening_visit(
        trial.database,
        actor,
        at,
        candidate_id,
        Held(day, Contact.VISIT, note),
        zone=trial.zone,
        plan=None if planned is None else VisitPlan(planned.id),
    )


def enrol_candidate(
    trial: RunningTrial,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    *,
    version: int,
    arm: str,
    enrolled_at: datetime,
) -> Participant:
    """Make a participant of a candidate whom every criterion permits on the day of enrolment.

    Raises:
        RefusedError: with every criterion that neither permits nor is waived, and what else is
            wrong.
        ConflictError: somebody else was first.
    """
    if arm not in {one.id for one in trial.protocol.design.arms}:
        found = "the protocol has no such arm"
        raise RefusedError("this cannot be done: enrol", [Problem("arm", found, "choose an arm")])
    day = trial.day(enrolled_at)
    with trial.database.reading() as session:
        patient_id = find(session, tables.Candidate, candidate_id).patient_id
    held = hospital_record(trial.data, patient_id)
    with trial.database.reading() as session:
        candidate = find(session, tables.Candidate, candidate_id)
        found_on = judged(trial, session, candidate, held, day)
    permissions = {j.asked.criterion.id: j.permission for j in found_on.judgements}
    if found_on.death is not None:
        problem = Problem("candidate", "the hospital's records say that the patient has died")
        raise RefusedError("this cannot be done: enrol", [problem])
    enrolment = Enrolment(arm, enrolled_at, day, permissions)
    return enrol(trial.database, actor, at, candidate_id, enrolment, version=version)


def _is_for_the_visit(line: Checked) -> bool:
    return line.opened.criterion.stage is Stage.VISIT or line.asks_a_person


def _of_screening(held: list[Visit], planned: PlannedVisit | None) -> Visit | None:
    """Return the screening visit that took place; where none is planned, the last one."""
    if planned is None:
        return held[-1] if held else None
    return next((visit for visit in held if visit.planned == planned.id), None)


def _forms_missing(protocol: TrialProtocol, judgement: Judgement) -> Iterator[Form]:
    """Yield the forms of the screening visit that measure what leaves a criterion open."""
    planned = screening_visit(protocol)
    if planned is None or judgement.permission is not Truth.UNKNOWN:
        return
    wanted = {
        name
        for leaf in gaps(judgement.tree)
        if isinstance(leaf.expression, Measured)
        for name in leaf.expression.value_sets
    }
    for assessment in protocol.design.assessments_at(planned.id):
        for form in protocol.forms_of(assessment.id):
            if any(wanted.intersection(item.measures) for item in form.items):
                yield form
