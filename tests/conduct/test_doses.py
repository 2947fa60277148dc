"""Doses: planned against given, the reasons, the first one, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
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
from tests.conduct.people import PERMITS, TODAY, Site, later, site, somebody

from trialrun.conduct.actions.consent import withdraw_consent
from trialrun.conduct.actions.doses import correct_dose, record_dose, void_dose
from trialrun.conduct.actions.enrolment import Enrolment, enrol
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.dosing import Given, Limit, NotGiven, PlannedDose
from trialrun.conduct.follow_up import days_withdrawn, last_day_of_follow_up
from trialrun.conduct.reading.doses import doses_of, exposure_of
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Withdrawal, WithdrawalScope
from trialrun.conduct.tables.doses import Dose, DoseSite, DoseStatus
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import ConflictError, ForbiddenError, RefusedError

LIMIT = Limit(Decimal(10), "10*6.[iU]")
"""Ten times the dose of 1 million IU."""


@pytest.fixture
def clinic(database: Database) -> Site:
    return site(database)


def planned(number: int) -> PlannedDose:
    return PlannedDose(day(number), 1, number // 2 + 1, Decimal(1))


def given(number: int, amount: str = "1", reason: str = "", hours: float = 0) -> Given:
    return Given(
        noon(number) + timedelta(hours=hours),
        Decimal(amount),
        LIMIT.unit,
        DoseSite.ABDOMEN_LEFT,
        "A1",
        reason,
    )


def record(
    clinic: Site, participant: Participant, what: Given | NotGiven, plan: PlannedDose | None
) -> Dose:
    return record_dose(
        clinic.database,
        clinic.investigator,
        noon(20),
        participant.id,
        what,
        zone=ZONE,
        limit=LIMIT,
        plan=plan,
    )


def correct(clinic: Site, dose: Dose, what: Given | NotGiven, plan: PlannedDose | None) -> Dose:
    return correct_dose(
        clinic.database,
        clinic.investigator,
        noon(20),
        dose.id,
        what,
        version=dose.version,
        zone=ZONE,
        limit=LIMIT,
        plan=plan,
        reason="the diary says so",
    )


def void(clinic: Site, dose: Dose) -> Dose:
    return void_dose(
        clinic.database,
        clinic.investigator,
        noon(22),
        dose.id,
        version=dose.version,
        reason="of another participant",
    )


def first_dose_on(clinic: Site) -> object:
    with clinic.database.reading() as session:
        return session.get_one(Participant, 1).first_dose_on


def standing(clinic: Site) -> list[Dose]:
    with clinic.database.reading() as session:
        return list(doses_of(session, 1))


def test_a_dose_is_recorded_with_all_that_was_given(clinic: Site) -> None:
    dose = record(clinic, clinic.enrol(), given(2), planned(2))
    assert (dose.status, dose.given_on, dose.amount, dose.unit) == (
        "given",
        day(2),
        Decimal(1),
        "10*6.[iU]",
    )
    assert (dose.planned_on, dose.course, dose.number, dose.site, dose.lot) == (
        day(2),
        1,
        2,
        "left abdomen",
        "A1",
    )
    assert [verb for verb, *_ in trail_of(clinic.database, "dose")] == ["record dose"]
    assert trail_of(clinic.database, "participant")[-1] == (
        "record dose",
        "",
        f'{{"first_dose_on":[null,"{day(2)}"],"version":[1,2]}}',
    )
    assert verify(clinic.database).problems == ()


def test_the_day_of_a_dose_is_the_hospitals(clinic: Site) -> None:
    after_midnight = given(3, hours=-11.5)  # half past midnight there, the day before in UTC
    assert record(clinic, clinic.enrol(), after_midnight, planned(2)).given_on == day(3)


@pytest.mark.parametrize("status", [DoseStatus.MISSED, DoseStatus.REFUSED, DoseStatus.HELD])
def test_a_dose_that_was_not_given_says_why(clinic: Site, status: DoseStatus) -> None:
    dose = record(clinic, clinic.enrol(), NotGiven(status, "fever"), planned(2))
    assert (dose.status, dose.reason, dose.given_at, dose.amount) == (status, "fever", None, None)
    assert (dose.planned_amount, first_dose_on(clinic)) == (Decimal(1), None)


def test_the_first_dose_is_that_of_the_doses_that_stand(clinic: Site) -> None:
    participant = clinic.enrol()
    later_one = record(clinic, participant, given(4), planned(4))
    assert first_dose_on(clinic) == day(4)
    earlier = record(clinic, participant, given(2), planned(2))
    assert first_dose_on(clinic) == day(2)
    earlier = correct(clinic, earlier, NotGiven(DoseStatus.MISSED, "fever"), planned(2))
    assert first_dose_on(clinic) == day(4)
    correct(clinic, earlier, given(3), planned(2))
    assert first_dose_on(clinic) == day(3)
    void(clinic, standing(clinic)[0])
    void(clinic, later_one)
    assert first_dose_on(clinic) is None
    assert verify(clinic.database).problems == ()


# What is recorded | for which planned day | the fields that are refused, all at once
REFUSED: list[tuple[Given | NotGiven, int | None, list[str]]] = [
    (given(21), 20, ["given_at"]),
    (given(-1), 2, ["given_at"]),
    (given(0, hours=-2.1), 0, ["given_at"]),  # enrolment was at ten
    (given(2, "0"), 2, ["amount", "reason"]),
    (given(2, "-1", "typed so"), 2, ["amount"]),
    (given(2, "NaN", "typed so"), 2, ["amount"]),
    (given(2, "10.1", "typed so"), 2, ["amount"]),
    (replace(given(2), unit="mg"), 2, ["unit"]),
    (replace(given(2), lot=" "), 2, ["lot"]),
    (given(2, "0.5"), 2, ["reason"]),
    (given(2), None, ["reason"]),
    (NotGiven(DoseStatus.MISSED, ""), 2, ["reason"]),
    (NotGiven(DoseStatus.MISSED, "fever"), None, ["planned_on"]),
    (NotGiven(DoseStatus.HELD, "fever"), 21, ["planned_on"]),
    (NotGiven(DoseStatus.GIVEN, "fever"), 2, ["status"]),
    (
        replace(given(21, "11"), unit="mg", lot=""),
        None,
        ["given_at", "unit", "amount", "lot", "reason"],
    ),
]


@pytest.mark.parametrize(("what", "plan", "fields"), REFUSED)
def test_a_wrong_dose_is_refused(
    clinic: Site, what: Given | NotGiven, plan: int | None, fields: list[str]
) -> None:
    participant = clinic.enrol()
    for_day = None if plan is None else planned(plan)
    assert refused_fields(lambda: record(clinic, participant, what, for_day)) == fields
    good = record(clinic, participant, given(10), planned(10))
    assert refused_fields(lambda: correct(clinic, good, what, for_day)) == fields


# What may be given for a planned dose of 1
MAY_BE = [
    given(2),
    given(2, "1.00"),
    given(2, "0.5", "fever"),
    given(2, "10", "mistaken for another"),
]


@pytest.mark.parametrize("what", MAY_BE)
def test_a_changed_dose_with_a_reason_is_recorded(clinic: Site, what: Given) -> None:
    assert record(clinic, clinic.enrol(), what, planned(2)).amount == what.amount


# What is at the very edge of what may be recorded at noon of day 20 | for which planned day
AT_THE_EDGE: list[tuple[Given | NotGiven, int]] = [
    (given(0, hours=-2), 0),  # at ten: the moment of enrolment
    (given(20), 20),
    (NotGiven(DoseStatus.HELD, "fever"), 20),
]


@pytest.mark.parametrize(("what", "plan"), AT_THE_EDGE)
def test_both_ends_of_what_may_be_recorded_count(
    clinic: Site, what: Given | NotGiven, plan: int
) -> None:
    assert record(clinic, clinic.enrol(), what, planned(plan)).planned_on == day(plan)


def test_a_dose_that_no_plan_asked_for_needs_a_reason(clinic: Site) -> None:
    dose = record(clinic, clinic.enrol(), given(2, reason="by mistake"), None)
    assert (dose.planned_on, dose.course, dose.number, dose.planned_amount) == (None,) * 4


def test_one_dose_for_a_place_in_the_plan_and_one_at_a_moment(clinic: Site) -> None:
    participant = clinic.enrol()
    first = record(clinic, participant, given(2), planned(2))
    assert refused_fields(lambda: record(clinic, participant, given(2), planned(2))) == [
        "number",
        "given_at",
    ]
    other = record(clinic, participant, given(4), planned(4))
    assert refused_fields(lambda: correct(clinic, other, given(2), planned(4))) == ["given_at"]
    void(clinic, first)
    record(clinic, participant, given(2), planned(2))
    assert [dose.given_on for dose in standing(clinic)] == [day(2), day(4)]


def test_a_dose_that_was_taken_back_stays_so(clinic: Site) -> None:
    dose = void(clinic, record(clinic, clinic.enrol(), given(2), planned(2)))
    assert refused_fields(lambda: void(clinic, dose)) == ["dose"]
    assert refused_fields(lambda: correct(clinic, dose, given(3), planned(2))) == ["dose"]


@pytest.mark.parametrize("scope", WithdrawalScope)
def test_any_withdrawal_ends_treatment(clinic: Site, scope: WithdrawalScope) -> None:
    participant = clinic.enrol()
    withdraw(clinic.database, clinic.investigator, participant, noon(10), scope)
    record(clinic, participant, given(10), planned(10))
    late = given(10, hours=0.1)
    assert refused_fields(lambda: record(clinic, participant, late, planned(9))) == ["given_at"]


def test_a_withdrawal_before_a_new_consent_and_enrolment_ends_nothing(clinic: Site) -> None:
    clinic.consent()
    withdraw_consent(
        clinic.database,
        clinic.investigator,
        later(minutes=5),
        clinic.candidate_id,
        withdrawn_at=later(minutes=5),
        scope=WithdrawalScope.FOLLOW_UP,
        reason="changed their mind",
    )
    clinic.consent(later(minutes=10))
    participant = enrol(
        clinic.database,
        clinic.investigator,
        later(hours=1),
        clinic.candidate_id,
        Enrolment("IL-2", later(hours=1), TODAY, PERMITS),
        version=clinic.candidate.version,
    )
    record(clinic, participant, given(2), planned(2))
    with clinic.database.reading() as session:
        found = session.scalars(select(Withdrawal)).all()
    assert last_day_of_follow_up(participant, found, ZONE) is None
    assert days_withdrawn(participant, found, ZONE) == (None, None)


def test_no_dose_after_the_end_of_participation(clinic: Site) -> None:
    participant = clinic.enrol()
    end(clinic.database, clinic.investigator, participant, 10)
    record(clinic, participant, given(10), planned(10))
    assert refused_fields(lambda: record(clinic, participant, given(12), planned(12))) == [
        "given_at"
    ]


def test_a_correction_keeps_the_old_amount_and_the_reason(clinic: Site) -> None:
    dose = record(clinic, clinic.enrol(), given(2), planned(2))
    correct(clinic, dose, given(2, "0.5", "fever"), planned(2))
    verb, reason, changes = trail_of(clinic.database, "dose")[-1]
    assert (verb, reason) == ("correct dose", "the diary says so")
    assert changes == '{"amount":["1","0.5"],"reason":["","fever"],"version":[1,2]}'


def test_of_two_at_once_the_second_is_told(clinic: Site) -> None:
    participant = clinic.enrol()
    got = at_once(lambda number: record(clinic, participant, given(2, hours=number), planned(2)))
    assert sorted(type(one).__name__ for one in got) == ["Dose", "RefusedError"]
    (dose,) = standing(clinic)
    corrected = at_once(lambda number: correct(clinic, dose, given(3 + number), planned(2)))
    assert sorted(type(one).__name__ for one in corrected) == ["ConflictError", "Dose"]
    with pytest.raises(ConflictError):
        void(clinic, dose)


def test_a_pharmacist_may_and_a_monitor_may_not(clinic: Site) -> None:
    participant = clinic.enrol()
    pharmacist = somebody(clinic.database, Role.PHARMACIST)
    monitor = somebody(clinic.database, Role.MONITOR)

    def ask(actor: object) -> Dose:
        return record_dose(
            clinic.database,
            actor,  # type: ignore[arg-type]
            later(days=5),
            participant.id,
            given(2),
            zone=ZONE,
            limit=LIMIT,
            plan=planned(2),
        )

    with pytest.raises(ForbiddenError):
        ask(monitor)
    assert ask(pharmacist).id == 1


def test_a_correction_without_a_reason_is_refused(clinic: Site) -> None:
    dose = record(clinic, clinic.enrol(), given(2), planned(2))
    with pytest.raises(RefusedError, match="needs a reason"):
        void_dose(clinic.database, clinic.investigator, noon(22), dose.id, version=1, reason="")


def test_exposure_is_read_from_the_doses_that_stand(clinic: Site) -> None:
    participant = clinic.enrol()
    record(clinic, participant, given(0), planned(0))
    record(clinic, participant, NotGiven(DoseStatus.MISSED, "fever"), planned(2))
    void(clinic, record(clinic, participant, given(4), planned(4)))
    with clinic.database.reading() as session:
        seen = exposure_of(session, participant.id, [planned(n) for n in (0, 2, 4, 6)], day(4))
    assert (seen.due, seen.given, seen.left_out, seen.unrecorded) == (3, 1, 1, 1)
    assert (seen.amount, seen.days) == (Decimal(1), 1)


def row(participant: Participant, **columns: object) -> Dose:
    """Return a dose that nobody checked."""
    good = {
        "participant_id": participant.id,
        "enrolled_at": participant.enrolled_at,
        "unit": LIMIT.unit,
        "status": "given",
        "planned_on": day(4),
        "course": 1,
        "number": 3,
        "planned_amount": Decimal(1),
        "given_at": noon(4),
        "given_on": day(4),
        "amount": Decimal(1),
        "site": "left abdomen",
        "lot": "A1",
    }
    return Dose(**{**good, **columns})  # type: ignore[arg-type]


NOT_GIVEN: dict[str, object] = {
    "status": "missed",
    "given_at": None,
    "given_on": None,
    "amount": None,
    "site": None,
    "lot": None,
}
UNPLANNED: dict[str, object] = {
    "planned_on": None,
    "course": None,
    "number": None,
    "planned_amount": None,
}

# What is wrong with a row | the constraint that refuses it
WRONG_ROWS: list[tuple[dict[str, object], str]] = [
    ({"given_at": noon(-1), "given_on": day(-1)}, "after_enrolment"),
    ({"enrolled_at": noon(-9), "given_at": noon(-8)}, "(?i)foreign key"),
    ({"amount": Decimal(0), "reason": "x"}, "ck_dose_amount"),
    ({"amount": Decimal("-0.5"), "reason": "x"}, "ck_dose_amount"),
    ({"planned_amount": Decimal(0), "reason": "x"}, "ck_dose_planned_amount"),
    ({"amount": Decimal("0.5")}, "ck_dose_reason"),
    (UNPLANNED, "ck_dose_reason"),
    (NOT_GIVEN, "ck_dose_reason"),
    ({**NOT_GIVEN, **UNPLANNED, "reason": "x"}, "missed_is_planned"),
    ({"lot": None}, "given_is_described"),
    ({**NOT_GIVEN, "reason": "x", "amount": Decimal(1)}, "given_is_described"),
    ({"course": None}, "plan_is_whole"),
    ({"status": "eaten"}, "ck_dose_"),
    ({"site": "left ear"}, "ck_dose_site"),
    ({"unit": ""}, "ck_dose_unit"),
    ({"number": 2}, "(?i)unique"),
    ({"given_at": noon(2), "given_on": day(2)}, "(?i)unique"),
    ({"given_at": noon(13), "given_on": day(13)}, "dose_after_the_end"),
    ({"given_at": noon(11), "given_on": day(11)}, "dose_after_the_end"),
]


@pytest.mark.parametrize(("columns", "name"), WRONG_ROWS)
def test_the_database_refuses_it_too(clinic: Site, columns: dict[str, object], name: str) -> None:
    participant = clinic.enrol()
    record(clinic, participant, given(2), planned(2))
    withdraw(clinic.database, clinic.investigator, participant, noon(10), WithdrawalScope.TREATMENT)
    end(clinic.database, clinic.investigator, participant, 12)
    refused_by_the_database(clinic.database, row(participant, **columns), name)
