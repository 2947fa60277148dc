"""What is kept of the grades is what grading anew says, whatever was done in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.conduct.clinic import ZONE
from tests.conduct.safety_world import World
from tests.workflows.trial_in_progress import (
    LIMIT,
    TRIAL,
    day,
    dose,
    given,
    laboratory,
    noon,
    value,
    visit,
)

from trialrun.conduct.actions.doses import correct_dose, record_dose, void_dose
from trialrun.conduct.actions.form_entries import (
    EnteredValue,
    Form,
    add_form_values,
    correct_form_value,
    fill_in_form,
)
from trialrun.conduct.actions.grades import Decision, decide_grade
from trialrun.conduct.actions.visits import (
    Held,
    correct_visit,
    record_screening_visit,
    record_visit,
    void_visit,
)
from trialrun.conduct.dosing import Given
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.adverse_events import GradeDecision
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.doses import Dose, DoseSite
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.conduct.tables.visits import Contact, FormEntry, FormValue, Visit
from trialrun.errors import RefusedError
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.grading import ToGrade, grades_to_confirm, participant_grades
from trialrun.workflows.kept_grades import TOUCHING, KeptGrades

NOW = noon(200)
ITEMS = {"haemoglobin": ("g/L", "115", "150"), "alt": ("U/L", "9", "50")}
RowT = TypeVar("RowT", bound=Base)


class Site:
    """Two participants, and somebody who does this and that with what they find there."""

    def __init__(self, trial: World, seed: int) -> None:
        self.trial = trial
        self.draw = Random(seed)

    def one_of(self, table: type[RowT]) -> RowT | None:
        """Return some row, if there is one."""
        with self.trial.database.reading() as session:
            rows: Sequence[RowT] = session.scalars(select(table).order_by(table.id)).all()
        return self.draw.choice(rows) if rows else None

    def values(self, items: Sequence[str]) -> dict[str, EnteredValue]:
        """Return values from far too low to far too high, some without their limits."""
        entered = {}
        for item in items:
            unit, low, high = ITEMS[item]
            number = str(self.draw.choice((3, 20, 60, 90, 120, 140, 400)))
            with_limits = self.draw.random() < 0.8
            entered[item] = value(number, unit, *((low, high) if with_limits else (None, None)))
        return entered

    def visits(self) -> None:
        held = Held(day(self.draw.randint(0, 20)), Contact.VISIT)
        who = self.draw.randint(1, 2)
        at = self.trial.database, self.trial.coordinator, NOW, who, held
        record_visit(*at, zone=ZONE)

    def screens(self) -> None:
        held = Held(day(self.draw.randint(-4, 0)), Contact.VISIT)
        who = self.draw.randint(1, 2)
        at = self.trial.database, self.trial.coordinator, NOW, who, held
        record_screening_visit(*at, zone=ZONE)

    def moves_a_visit(self) -> None:
        if (row := self.one_of(Visit)) is not None:
            held = Held(day(self.draw.randint(-3, 20)), Contact.VISIT)
            at = self.trial.database, self.trial.coordinator, NOW, row.id, held
            correct_visit(*at, version=row.version, zone=ZONE, plan=None, reason="misread")

    def takes_a_visit_back(self) -> None:
        if (row := self.one_of(Visit)) is not None:
            at = self.trial.database, self.trial.coordinator, NOW, row.id
            void_visit(*at, version=row.version, reason="wrong patient")

    def fills_in(self) -> None:
        if (row := self.one_of(Visit)) is not None:
            form = Form("laboratory", TRIAL.version, list(ITEMS))
            some = self.draw.sample(list(ITEMS), self.draw.randint(1, 2))
            at = self.trial.database, self.trial.coordinator, NOW, row.id
            fill_in_form(*at, form, self.values(some))

    def completes(self) -> None:
        if (row := self.one_of(FormEntry)) is not None:
            some = [self.draw.choice(list(ITEMS))]
            at = self.trial.database, self.trial.coordinator, NOW, row.id
            add_form_values(*at, self.values(some))

    def corrects_a_value(self) -> None:
        if (row := self.one_of(FormValue)) is not None:
            new = self.values([row.item])[row.item]
            at = self.trial.database, self.trial.coordinator, NOW, row.id
            correct_form_value(*at, new, version=row.version, reason="misread")

    def injects(self) -> None:
        at = self.trial.database, self.trial.coordinator, NOW, self.draw.randint(1, 2)
        record_dose(*at, self.dose(), plan=None, limit=LIMIT, zone=ZONE)

    def corrects_a_dose(self) -> None:
        if (row := self.one_of(Dose)) is not None:
            at = self.trial.database, self.trial.coordinator, NOW, row.id, self.dose()
            correct_dose(
                *at, version=row.version, plan=None, limit=LIMIT, zone=ZONE, reason="misread"
            )

    def takes_a_dose_back(self) -> None:
        if (row := self.one_of(Dose)) is not None:
            at = self.trial.database, self.trial.coordinator, NOW, row.id
            void_dose(*at, version=row.version, reason="not given")

    def decides(self) -> None:
        with self.trial.database.reading() as session:
            found = [one.proposed for one in grades_to_confirm(session, TRIAL) if one.proposed]
        if found:
            proposed = self.draw.choice(found)
            at = self.trial.database, self.trial.investigator, NOW
            decide_grade(*at, proposed, Decision(proposed.grade))

    def dose(self) -> Given:
        at = noon(self.draw.randint(0, 12)) + timedelta(minutes=self.draw.randint(0, 300))
        amount = Decimal(1_000_000)
        return Given(at, amount, "[iU]", DoseSite.ABDOMEN_LEFT, "L1", "asked for")


DEEDS: tuple[Callable[[Site], None], ...] = (
    Site.visits,
    Site.screens,
    Site.moves_a_visit,
    Site.takes_a_visit_back,
    *[Site.fills_in] * 3,
    Site.completes,
    *[Site.corrects_a_value] * 2,
    *[Site.injects] * 2,
    Site.corrects_a_dose,
    Site.takes_a_dose_back,
    Site.decides,
)


def plain(found: Sequence[ToGrade]) -> list[object]:
    """Return what can be compared: rows that two sessions have read are never the same."""
    return [(one.participant.number, one.result, one.outcome, one.baseline) for one in found]


def writing(trial: World) -> set[str]:
    """Return by which acts the rows that grades are made of were written."""
    tables = [one.__tablename__ for one in (Visit, FormEntry, FormValue, GradeDecision)]
    query = select(Event.verb).join(AuditEvent, AuditEvent.event_id == Event.id)
    with trial.database.reading() as session:
        return set(session.scalars(query.where(AuditEvent.table.in_(tables))))


@pytest.mark.parametrize("seed", range(1, 5))
def test_what_is_kept_is_what_grading_anew_says(trial: World, seed: int) -> None:
    kept, narrow, site = KeptGrades(TRIAL), KeptGrades(TRIAL, most=1), Site(trial, seed)
    done, seen = set(), set()
    for _ in range(120):
        deed = site.draw.choice(DEEDS)
        try:
            deed(site)
            done.add(deed)
        except RefusedError:
            pass
        with trial.database.reading() as session:
            anew = grades_to_confirm(session, TRIAL)
            for grades in (kept, narrow):
                assert grades.count(session) == len(anew), deed
                assert plain(grades.in_order(session)) == plain(anew), deed
        seen |= {one.proposal is None for one in anew}
    assert len(done) == len(set(DEEDS))
    assert seen == {True, False}
    assert writing(trial) - {Verb.RECORD_VISIT} == TOUCHING


def test_an_older_state_is_answered_as_it_was(trial: World) -> None:
    dose(trial, 1, 0, given(0), 0)
    kept = KeptGrades(TRIAL)
    with trial.database.reading() as older:
        assert kept.count(older) == 0
        visit(trial, "V4", 84, (77, 91))
        form = Form("laboratory", TRIAL.version, list(ITEMS))
        low = {"haemoglobin": value("75", "g/L", "115", "150")}
        fill_in_form(trial.database, trial.coordinator, NOW, 1, form, low)
        with trial.database.reading() as newer:
            assert kept.count(newer) == 1
        assert kept.count(older) == 0


def test_only_whom_an_act_has_touched_is_graded_again(
    trial: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded: list[int] = []

    def noted(session: Session, protocol: TrialProtocol, participant: Participant) -> object:
        graded.append(participant.id)
        return participant_grades(session, protocol, participant)

    monkeypatch.setattr("trialrun.workflows.kept_grades.participant_grades", noted)
    kept = KeptGrades(TRIAL)

    def asked() -> list[int]:
        graded.clear()
        with trial.database.reading() as session:
            kept.count(session)
        return list(graded)

    assert asked() == [1, 2]
    assert asked() == []
    at = visit(trial, "V4", 84, (77, 91))
    dose(trial, 1, 0, given(0), 0)  # on the day that the trial has for the first dose
    assert asked() == []
    laboratory(trial, at, 84, {"haemoglobin": value("75", "g/L", "115", "150")})
    assert asked() == [1]
    assert asked() == []
