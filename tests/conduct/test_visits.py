"""Visits: recorded, missed, corrected, taken back; before enrolment, and after the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conduct.clinic import (
    ZONE,
    at_once,
    day,
    end,
    noon,
    refused_by_the_database,
    refused_fields,
    trail_of,
    withdraw,
)
from tests.conduct.people import NOW, TODAY, Site, later, site, somebody

from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    correct_visit,
    record_screening_visit,
    record_visit,
    void_visit,
)
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.reading.visits import in_window, visits_of
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.visits import Contact, Visit
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

V2 = VisitPlan("V2", (day(25), day(31)))
"""Week 4 ± 3 days, of the published schedule of a trial in ALS (PMC10203426)."""


@pytest.fixture
def clinic(database: Database) -> Site:
    return site(database)


def held(number: int, contact: Contact = Contact.VISIT) -> Held:
    return Held(day(number), contact)


def record(
    clinic: Site,
    participant: Participant,
    what: Held | Missed,
    plan: VisitPlan | None = V2,
    on: int = 40,
) -> Visit:
    return record_visit(
        clinic.database,
        clinic.investigator,
        noon(on),
        participant.id,
        what,
        zone=ZONE,
        plan=plan,
    )


def screen(clinic: Site, what: Held | Missed, on: int = 0) -> Visit:
    return record_screening_visit(
        clinic.database,
        clinic.investigator,
        noon(on),
        clinic.candidate_id,
        what,
        zone=ZONE,
        plan=VisitPlan("V0"),
    )


def correct(clinic: Site, visit: Visit, what: Held | Missed, version: int = 1) -> Visit:
    return correct_visit(
        clinic.database,
        clinic.investigator,
        noon(41),
        visit.id,
        what,
        version=version,
        zone=ZONE,
        plan=V2,
        reason="read wrongly from the diary",
    )


def void(clinic: Site, visit: Visit, version: int = 1) -> Visit:
    return void_visit(
        clinic.database,
        clinic.investigator,
        noon(41),
        visit.id,
        version=version,
        reason="of another participant",
    )


def standing(clinic: Site) -> list[Visit]:
    with clinic.database.reading() as session:
        return list(visits_of(session, clinic.candidate_id))


# The day of the visit | whether it is in the window of days 25 to 31
WINDOW = [(24, False), (25, True), (31, True), (32, False)]


@pytest.mark.parametrize(("number", "inside"), WINDOW)
def test_a_visit_is_recorded_within_its_window_or_not(
    clinic: Site, number: int, inside: bool
) -> None:
    visit = record(clinic, clinic.enrol(), held(number, Contact.PHONE))
    assert (visit.planned, visit.contact, visit.day) == ("V2", "phone", day(number))
    assert in_window(visit) is inside
    assert [verb for verb, *_ in trail_of(clinic.database, "visit")] == ["record visit"]
    assert verify(clinic.database).problems == ()


def test_a_missed_visit_says_why_and_is_in_no_window(clinic: Site) -> None:
    visit = record(clinic, clinic.enrol(), Missed(" flood "))
    assert (visit.day, visit.contact, visit.missed_reason) == (None, None, "flood")
    assert in_window(visit) is None


def test_unscheduled_visits_may_be_many(clinic: Site) -> None:
    participant = clinic.enrol()
    for _ in range(2):
        record(clinic, participant, held(5), None)
    record(clinic, participant, held(3), None)
    assert [(visit.day, in_window(visit)) for visit in standing(clinic)] == [
        (day(3), None),
        (day(5), None),
        (day(5), None),
    ]


# What is asked | the fields that are refused, all at once
REFUSED = [
    (held(-1), V2, ["day"]),
    (held(41), V2, ["day"]),
    (Missed(" "), None, ["missed_reason", "planned"]),
    (Missed("flood"), VisitPlan("V9", (day(41), day(47))), ["planned"]),
]


@pytest.mark.parametrize(("what", "plan", "fields"), REFUSED)
def test_a_wrong_visit_is_refused(
    clinic: Site, what: Held | Missed, plan: VisitPlan | None, fields: list[str]
) -> None:
    participant = clinic.enrol()
    assert refused_fields(lambda: record(clinic, participant, what, plan)) == fields
    assert standing(clinic) == []


# What is at the very edge of what may be recorded on day 40
AT_THE_EDGE = [
    (held(0), V2),
    (held(40), V2),
    (Missed("flood"), VisitPlan("V9", (day(40), day(46)))),
]


@pytest.mark.parametrize(("what", "plan"), AT_THE_EDGE)
def test_both_ends_of_what_may_be_recorded_count(
    clinic: Site, what: Held | Missed, plan: VisitPlan
) -> None:
    assert record(clinic, clinic.enrol(), what, plan).planned == plan.id


def test_the_hospitals_day_decides_what_is_in_the_future(clinic: Site) -> None:
    participant = clinic.enrol()
    midnight = noon(3) - timedelta(hours=12)  # still the day before in UTC

    def ask(what: Held) -> Visit:
        return record_visit(
            clinic.database, clinic.investigator, midnight, participant.id, what, zone=ZONE
        )

    assert ask(held(3)).day == day(3)
    assert refused_fields(lambda: ask(held(4))) == ["day"]


def test_a_planned_visit_is_recorded_once_until_it_is_taken_back(clinic: Site) -> None:
    participant = clinic.enrol()
    first = record(clinic, participant, held(28))
    assert refused_fields(lambda: record(clinic, participant, Missed(""))) == [
        "missed_reason",
        "planned",
    ]
    assert void(clinic, first).voided
    again = record(clinic, participant, held(29))
    assert [visit.id for visit in standing(clinic)] == [again.id]


def test_of_two_who_record_one_visit_the_second_is_told(clinic: Site) -> None:
    participant = clinic.enrol()
    got = at_once(lambda number: record(clinic, participant, held(27 + number)))
    assert sorted(type(one).__name__ for one in got) == ["RefusedError", "Visit"]
    assert len(standing(clinic)) == 1


def test_a_correction_keeps_the_old_day_in_the_trail(clinic: Site) -> None:
    visit = record(clinic, clinic.enrol(), held(28))
    corrected = correct(clinic, visit, held(29))
    assert (corrected.version, corrected.day) == (2, day(29))
    assert trail_of(clinic.database, "visit")[-1] == (
        "correct visit",
        "read wrongly from the diary",
        f'{{"day":["{day(28)}","{day(29)}"],"version":[1,2]}}',
    )
    assert verify(clinic.database).problems == ()


def test_a_visit_recorded_as_missed_can_turn_out_to_have_taken_place(clinic: Site) -> None:
    visit = record(clinic, clinic.enrol(), Missed("did not come"))
    assert correct(clinic, visit, held(31)).missed_reason == ""


def test_a_correction_is_checked_as_a_record_is(clinic: Site) -> None:
    participant = clinic.enrol()
    other = record(clinic, participant, held(5), None)
    record(clinic, participant, held(28))
    assert refused_fields(lambda: correct(clinic, other, held(-2))) == ["planned", "day"]
    voided = void(clinic, other)
    assert "visit" in refused_fields(lambda: correct(clinic, voided, held(5), version=2))
    assert refused_fields(lambda: void(clinic, voided, version=2)) == ["visit"]


def test_of_two_who_correct_one_visit_the_second_is_told(clinic: Site) -> None:
    visit = record(clinic, clinic.enrol(), held(28))
    got = at_once(lambda number: correct(clinic, visit, held(29 + number)))
    assert sorted(type(one).__name__ for one in got) == ["ConflictError", "Visit"]
    with pytest.raises(ConflictError):
        void(clinic, visit)


def test_a_correction_without_a_reason_is_refused(clinic: Site) -> None:
    visit = record(clinic, clinic.enrol(), held(28))
    with pytest.raises(RefusedError, match="needs a reason"):
        void_visit(clinic.database, clinic.investigator, noon(41), visit.id, version=1, reason=" ")


def test_a_screening_visit_belongs_to_the_candidate_and_stays_so(clinic: Site) -> None:
    clinic.consent()
    visit = screen(clinic, held(0))
    assert (visit.participant_id, visit.candidate_id) == (None, clinic.candidate_id)
    assert (visit.consented_at, visit.consented_on) == (NOW, TODAY)


def test_a_screening_visit_can_be_entered_after_enrolment_but_not_be_after_it(
    clinic: Site,
) -> None:
    clinic.enrol()
    assert refused_fields(lambda: screen(clinic, held(1), on=2)) == ["day"]
    assert screen(clinic, held(0), on=2).day == day(0)


@pytest.mark.parametrize("number", [-1, 1])
def test_no_screening_visit_before_consent_nor_in_the_future(clinic: Site, number: int) -> None:
    clinic.consent()
    assert refused_fields(lambda: screen(clinic, held(number))) == ["day"]


def test_no_screening_visit_without_a_consent_that_stands(clinic: Site) -> None:
    assert refused_fields(lambda: screen(clinic, held(0))) == ["day"]
    participant = clinic.enrol()
    withdraw(clinic.database, clinic.investigator, participant, noon(0), WithdrawalScope.FOLLOW_UP)
    assert screen(clinic, held(0), on=2).day == day(0)  # it stood on that day


def test_a_screening_visit_is_corrected_by_the_consent_of_its_day(clinic: Site) -> None:
    clinic.consent()
    visit = screen(clinic, held(0))

    def ask(what: Held) -> Visit:
        return correct_visit(
            clinic.database,
            clinic.investigator,
            noon(5),
            visit.id,
            what,
            version=1,
            zone=ZONE,
            plan=VisitPlan("V0"),
            reason="read wrongly",
        )

    assert refused_fields(lambda: ask(held(-1))) == ["day"]
    assert ask(held(2)).day == day(2)


FOLLOW_UP, TREATMENT = WithdrawalScope.FOLLOW_UP, WithdrawalScope.TREATMENT
WITHDREW, LOST = EndOfParticipation.PARTICIPANT, EndOfParticipation.LOST

# Withdrawn from on day 10 | ended on day 12, why | day of the visit | whether it may be recorded
AFTER_THE_END = [
    (None, None, 20, True),
    (None, LOST, 12, True),
    (None, LOST, 13, False),
    (None, WITHDREW, 13, False),
    (TREATMENT, None, 20, True),
    (TREATMENT, WITHDREW, 20, True),
    (TREATMENT, LOST, 13, False),
    (FOLLOW_UP, None, 10, True),
    (FOLLOW_UP, None, 11, False),
    (WithdrawalScope.DATA, None, 11, False),
    (FOLLOW_UP, WITHDREW, 11, False),
]


@pytest.mark.parametrize(("scope", "why", "number", "may"), AFTER_THE_END)
def test_after_the_end_there_is_the_follow_up_that_the_withdrawal_leaves(
    clinic: Site,
    scope: WithdrawalScope | None,
    why: EndOfParticipation | None,
    number: int,
    may: bool,
) -> None:
    participant = clinic.enrol()
    if scope is not None:
        withdraw(clinic.database, clinic.investigator, participant, noon(10), scope)
    if why is not None:
        end(clinic.database, clinic.investigator, participant, 12, why)
    if may:
        assert record(clinic, participant, held(number), None).day == day(number)
    else:
        assert refused_fields(lambda: record(clinic, participant, held(number), None)) == ["day"]


def of(participant: Participant, **columns: object) -> Visit:
    """Return a visit that nobody checked."""
    owner = {
        "candidate_id": participant.candidate_id,
        "participant_id": participant.id,
        "enrolled_on": participant.enrolled_on,
        "day": day(3),
        "contact": "visit",
    }
    return Visit(**{**owner, **columns})  # type: ignore[arg-type]


# What is wrong with a row | the constraint that refuses it
WRONG_ROWS: list[tuple[dict[str, object], str]] = [
    ({"day": day(-1)}, "after_enrolment"),
    ({"enrolled_on": None}, "rests_on"),
    ({"participant_id": None, "enrolled_on": None}, "rests_on"),
    ({"enrolled_on": day(-9), "day": day(-1)}, "(?i)foreign key"),
    ({"contact": "telepathy"}, "ck_visit_contact"),
    ({"contact": None}, "took_place_or_missed"),
    ({"missed_reason": "flood"}, "took_place_or_missed"),
    ({"day": None, "contact": None, "missed_reason": "flood"}, "missed_is_planned"),
    ({"planned": "V3", "window_from": day(4), "window_to": day(2)}, "ck_visit_window"),
    ({"window_from": day(2), "window_to": day(4)}, "ck_visit_window"),
    ({"planned": "V2"}, "(?i)unique"),
    ({"day": day(50)}, "visit_after_the_end"),
]


@pytest.mark.parametrize(("columns", "name"), WRONG_ROWS)
def test_the_database_refuses_it_too(clinic: Site, columns: dict[str, object], name: str) -> None:
    participant = clinic.enrol()
    record(clinic, participant, held(28))
    end(clinic.database, clinic.investigator, participant, 45)
    refused_by_the_database(clinic.database, of(participant, **columns), name)


def test_the_database_refuses_a_screening_visit_before_consent(clinic: Site) -> None:
    consent = clinic.consent()
    row = Visit(
        candidate_id=clinic.candidate_id,
        consent_id=consent.id,
        consented_at=consent.signed_at,
        consented_on=TODAY,
        day=date(2022, 1, 16),
        contact="visit",
    )
    refused_by_the_database(clinic.database, row, "after_consent")


def test_a_monitor_records_no_visit_and_nobody_one_of_nobody(clinic: Site) -> None:
    participant = clinic.enrol()
    monitor = somebody(clinic.database, Role.MONITOR)
    with pytest.raises(ForbiddenError):
        record_visit(clinic.database, monitor, later(days=1), participant.id, held(0), zone=ZONE)
    with pytest.raises(NotFoundError):
        record_visit(clinic.database, clinic.investigator, later(days=1), 99, held(0), zone=ZONE)
