"""Visits of a participant: windows, notes, screening visits, forms that belong to a visit."""

from __future__ import annotations

import pytest
from tests.conduct.clinic import ZONE, day, end, noon, refused_fields
from tests.workflows.clinic import DESIGN, PROTOCOL, Clinic, clinic

from trialrun.conduct.actions.visits import Held
from trialrun.conduct.database import Database
from trialrun.conduct.tables.visits import Contact
from trialrun.errors import NotFoundError
from trialrun.workflows.visiting import (
    correct_recorded_visit,
    planned_visit,
    recorded_visit,
    visit_shown,
)


@pytest.fixture
def here(database: Database) -> Clinic:
    return clinic(database)


def test_a_planned_visit_is_kept_with_its_window(here: Clinic) -> None:
    visit = here.visit("V2", 25)
    assert (visit.window_from, visit.window_to) == (day(25), day(31))
    with here.database.reading() as session:
        found = recorded_visit(session, here.participant.candidate_id, "V2")
        assert recorded_visit(session, here.participant.candidate_id, "V3") is None
    assert found is not None
    assert found.id == visit.id


@pytest.mark.parametrize("on", [24, 32])
def test_out_of_its_window_it_needs_a_note(here: Clinic, on: int) -> None:
    assert refused_fields(lambda: here.visit("V2", on)) == ["note"]
    assert here.visit("V2", on, "travelling").day == day(on)


def test_a_visit_before_enrolment_is_a_screening_visit(here: Clinic) -> None:
    # The consent is of the day of enrolment: no visit of the trial can be earlier.
    assert refused_fields(lambda: here.visit("V0", -1)) == ["day"]
    assert here.visit("V0", 0).participant_id == here.participant.id


def test_early_termination_is_planned_by_the_end(here: Clinic) -> None:
    with here.database.reading() as session, pytest.raises(NotFoundError):
        planned_visit(session, DESIGN, here.participant.id, "ET", day(50), zone=ZONE)
    end(here.database, here.actor, here.participant, 40)
    with here.database.reading() as session:
        planned = planned_visit(session, DESIGN, here.participant.id, "ET", day(50), zone=ZONE)
    # The protocol: from the end to 14 days after it.
    assert (planned.first, planned.last) == (day(40), day(54))
    assert here.visit("ET", 40).planned == "ET"


def test_a_correction_keeps_the_window(here: Clinic) -> None:
    visit = here.visit("V2", 28)

    def correct(to: int, note: str) -> object:
        return correct_recorded_visit(
            here.database,
            here.actor,
            noon(90),
            visit.id,
            Held(day(to), Contact.PHONE, note),
            version=visit.version,
            zone=ZONE,
            reason="misread",
        )

    assert refused_fields(lambda: correct(40, "")) == ["note"]
    correct(40, "ill")
    with here.database.reading() as session:
        row = visit_shown(session, PROTOCOL, visit.id).row
    assert (row.day, row.window_to) == (day(40), day(31))


def test_the_forms_of_a_visit_are_the_protocols(here: Clinic) -> None:
    visits = {name: here.visit(name, on) for name, on in (("V1", 0), ("V2", 28))}
    unscheduled = here.visit(None, 9)
    with here.database.reading() as session:
        first = visit_shown(session, PROTOCOL, visits["V1"].id)
        phone = visit_shown(session, PROTOCOL, visits["V2"].id)
        extra = visit_shown(session, PROTOCOL, unscheduled.id)
    assert {at.form.id for at in first.forms} >= {"alsfrs-r", "alsaq-40", "mrc", "fvc"}
    assert (phone.forms, [one.id for one in phone.without_form]) == (
        (),
        ["concomitant-treatment", "adverse-events", "injections"],
    )
    assert {at.form.id for at in extra.forms} == {
        "vital-signs",
        "laboratory",
        "pregnancy-test",
        "survival",
    }
    assert first.participant is not None
