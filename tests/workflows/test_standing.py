"""Where participants stand on a day: schedule, words, counts, the calendar."""

from __future__ import annotations

import pytest
from tests.conduct.clinic import ZONE, day, end
from tests.conduct.people import Site, patient, screened
from tests.workflows.clinic import DESIGN, Clinic, clinic

from trialrun.conduct.database import Database
from trialrun.conduct.plans import PlannedDose, PlannedVisit
from trialrun.errors import NotFoundError
from trialrun.workflows.due import UNRECORDED, due_lines, unrecorded_doses, word_of
from trialrun.workflows.enrolled import enrolled, enrolled_one
from trialrun.workflows.standing import Standing, counts, participants_page, standing


@pytest.fixture
def here(database: Database) -> Clinic:
    return clinic(database)


def on_day(here: Clinic, number: int) -> Standing:
    with here.database.reading() as session:
        one = enrolled_one(session, DESIGN, here.participant.id, zone=ZONE)
    return standing(one, DESIGN, day(number))


def words(here: Clinic, number: int) -> dict[str, str]:
    """The word for each visit on a day of the trial."""
    stands = on_day(here, number)
    return {v.visit.id: word_of(v, stands.enrolled.known) for v in stands.plan.visits}


def test_a_participant_as_of_a_day(here: Clinic) -> None:
    here.visit("V1", 0)
    here.dose(1, 1, 0)
    stands = on_day(here, 1)
    assert (stands.day, stands.period and stands.period.id) == (1, "administration")
    assert stands.next_visit
    assert stands.next_visit.visit.id == "V2"
    assert (stands.next_visit.first, stands.next_visit.last) == (day(25), day(31))
    assert stands.next_dose
    assert stands.next_dose.on == day(2)
    assert stands.doses_given == 1


def test_the_period_changes_on_its_day(here: Clinic) -> None:
    # The protocol: administration to day 167, follow-up from day 168.
    assert [on_day(here, n).period.id for n in (167, 168)] == [  # type: ignore[union-attr]
        "administration",
        "follow-up",
    ]


def test_what_nobody_recorded_is_not_called_missed(here: Clinic) -> None:
    here.visit("V1", 0)
    here.missed("V3")
    found = words(here, 112)
    assert found["V1"] == "done in its window"
    assert found["V2"] == UNRECORDED
    assert found["V3"] == "missed"
    # Week 16 is due from day 109 to 115, so week 12 (day 77 to 91) has been overtaken.
    assert (found["V4"], found["V5"]) == (UNRECORDED, "due")


def test_overdue_until_the_next_one_has_come(here: Clinic) -> None:
    here.visit("V1", 0)
    assert words(here, 32)["V2"] == "overdue"
    stands = on_day(here, 32)
    assert stands.overdue == 1
    # V0, and 7 doses of the first course and 3 of the second, days 28, 30 and 32: the last is due.
    assert stands.unrecorded == 1 + 7 + 2


def test_an_end_stops_the_days_and_the_plan(here: Clinic) -> None:
    end(here.database, here.actor, here.participant, 40)
    stands = on_day(here, 90)
    assert stands.day == 40
    assert stands.next_dose is None
    assert stands.next_visit is not None
    assert stands.next_visit.visit.id == "ET"
    assert words(here, 90)["ET"] == "overdue"


def test_a_visit_that_no_plan_asked_for_is_known(here: Clinic) -> None:
    here.visit(None, 9)
    assert [made.on for made in on_day(here, 10).plan.unscheduled] == [day(9)]


def test_the_calendar_has_what_is_open_and_nothing_else(here: Clinic) -> None:
    here.visit("V1", 0)
    here.dose(1, 1, 0)
    here.left_out(1, 2)
    with here.database.reading() as session:
        lines = due_lines(enrolled(session, DESIGN, zone=ZONE), DESIGN, day(0), day(6), day(5))
    found = [
        (line.entry.what.visit.id, line.word)
        if isinstance(line.entry.what, PlannedVisit)
        else (f"{line.entry.what.course}.{line.entry.what.number}", line.word)
        for line in lines
    ]
    assert found == [("V0", UNRECORDED), ("1.3", "overdue"), ("1.4", "due soon")]


def test_doses_to_record_are_due_or_over(here: Clinic) -> None:
    here.dose(1, 1, 0)
    with here.database.reading() as session:
        lines = unrecorded_doses(session, DESIGN, day(6), zone=ZONE)
    slots = [line.entry.what for line in lines]
    assert all(isinstance(slot, PlannedDose) for slot in slots)
    assert [(slot.number, line.word) for slot, line in zip(slots, lines, strict=True)] == [  # type: ignore[union-attr]
        (2, UNRECORDED),
        (3, UNRECORDED),
        (4, "due"),
    ]


def test_a_page_of_the_list(here: Clinic) -> None:
    with here.database.reading() as session:
        found, everybody = participants_page(session, DESIGN, day(3), 1, zone=ZONE)
        beyond, _ = participants_page(session, DESIGN, day(3), 2, zone=ZONE)
    assert ([one.enrolled.row.number for one in found], everybody) == (["001"], 1)
    assert beyond == ()


def test_everybody_has_what_is_theirs(here: Clinic) -> None:
    screened(here.database, patient("P1"), patient("P2"))
    other = Site(here.database, here.actor, 2, here.people.form_id).enrol()
    here.dose(1, 1, 0)
    here.visit("V1", 0)
    with here.database.reading() as session:
        first, second = participants_page(session, DESIGN, day(3), 1, zone=ZONE)[0]
        alone = enrolled_one(session, DESIGN, other.id, zone=ZONE)
    assert [one.doses_given for one in (first, second)] == [1, 0]
    assert second.enrolled == alone
    assert (len(first.enrolled.known.visits), alone.known.visits) == (1, ())


def test_counts_are_of_this_participant(here: Clinic) -> None:
    with here.database.reading() as session:
        found = counts(session, here.participant.id)
    assert (found.queries, found.deviations, found.serious) == (0, 0, 0)


def test_nobody_by_that_id(here: Clinic) -> None:
    with here.database.reading() as session, pytest.raises(NotFoundError):
        enrolled_one(session, DESIGN, 99, zone=ZONE)
