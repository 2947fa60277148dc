"""Concomitant medication: recorded, its dose changed, stopped, corrected, taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.conduct.clinic import (
    at_once,
    day,
    noon,
    one_wins,
    refused_by_the_database,
    refused_fields,
    trail_of,
)
from tests.conduct.people import Site, site, somebody

from trialrun.conduct.actions.medication import (
    Drug,
    correct_medication,
    record_medication,
    void_medication,
)
from trialrun.conduct.actions.medication_periods import (
    add_medication_period,
    change_medication_dose,
    correct_medication_period,
    stop_medication,
    void_medication_period,
)
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.periods import Period, Regimen
from trialrun.conduct.reading.medication import (
    MedicationHistory,
    medications_of,
    regimen_of,
)
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.errors import ForbiddenError, NotFoundError, RefusedError

TODAY = day(40)
"""26 February 2022."""
RILUZOLE = Drug("riluzole", "N07XX02", "http://www.whocc.no/atc", "ALS", "oral")
TWICE_50 = Regimen(Decimal(50), "mg", Decimal(2))
ONCE_50 = Regimen(Decimal(50), "mg", Decimal(1))
ONGOING = Period("2021-11", TWICE_50)


@pytest.fixture
def clinic(database: Database) -> Site:
    """A site with participant 1."""
    clinic = site(database)
    clinic.enrol()
    return clinic


def record(clinic: Site, drug: Drug = RILUZOLE, period: Period = ONGOING) -> Medication:
    return record_medication(
        clinic.database, clinic.investigator, noon(40), 1, drug, period, today=TODAY
    )


def add(clinic: Site, medication: Medication, period: Period) -> MedicationPeriod:
    return add_medication_period(
        clinic.database, clinic.investigator, noon(40), medication.id, period, today=TODAY
    )


def change(
    clinic: Site,
    period: MedicationPeriod,
    regimen: Regimen = ONCE_50,
    on: str = "2022-02-01",
    reason: str = "liver enzymes",
) -> MedicationPeriod:
    return change_medication_dose(
        clinic.database,
        clinic.investigator,
        noon(40),
        period.id,
        regimen,
        on=on,
        version=period.version,
        today=TODAY,
        reason=reason,
    )


def stop(clinic: Site, period: MedicationPeriod, on: str = "2022-02-20") -> MedicationPeriod:
    return stop_medication(
        clinic.database,
        clinic.investigator,
        noon(40),
        period.id,
        on=on,
        version=period.version,
        today=TODAY,
        reason="no longer wanted",
    )


def correct(clinic: Site, medication: Medication, drug: Drug) -> Medication:
    return correct_medication(
        clinic.database,
        clinic.investigator,
        noon(41),
        medication.id,
        drug,
        version=medication.version,
        reason="misread",
    )


def correct_period(clinic: Site, row: MedicationPeriod, period: Period) -> MedicationPeriod:
    return correct_medication_period(
        clinic.database,
        clinic.investigator,
        noon(41),
        row.id,
        period,
        version=row.version,
        today=TODAY,
        reason="misread",
    )


def void(clinic: Site, medication: Medication) -> Medication:
    return void_medication(
        clinic.database,
        clinic.investigator,
        noon(41),
        medication.id,
        version=medication.version,
        reason="of another participant",
    )


def void_period(clinic: Site, row: MedicationPeriod) -> MedicationPeriod:
    return void_medication_period(
        clinic.database,
        clinic.investigator,
        noon(41),
        row.id,
        version=row.version,
        reason="entered twice",
    )


def histories(clinic: Site) -> tuple[MedicationHistory, ...]:
    with clinic.database.reading() as session:
        return medications_of(session, 1)


def only(clinic: Site) -> MedicationHistory:
    (history,) = histories(clinic)
    return history


def dates(clinic: Site) -> list[tuple[str, str | None]]:
    return [(period.started, period.stopped) for period in only(clinic).periods]


def test_a_medication_is_recorded_with_its_dose(clinic: Site) -> None:
    record(clinic)
    history = only(clinic)
    (period,) = history.periods
    assert (history.medication.name, history.medication.code) == ("riluzole", "N07XX02")
    assert (period.started, period.start_lo, period.start_hi) == (
        "2021-11",
        date(2021, 11, 1),
        date(2021, 11, 30),
    )
    assert regimen_of(period).daily == Decimal(100)
    assert history.ongoing is True
    tables = ("medication", "medication_period")
    assert [trail_of(clinic.database, table)[0][0] for table in tables] == ["record medication"] * 2
    assert verify(clinic.database).problems == ()


# Whether it goes on, as was said | as it is read
ONGOING_OR_NOT = [
    (ONGOING, True),
    (Period("2021-11", TWICE_50, None, ongoing=False), None),
    (Period("2021-11", TWICE_50, "2022-01", ongoing=False), False),
]


@pytest.mark.parametrize(("period", "ongoing"), ONGOING_OR_NOT)
def test_whether_it_goes_on_is_known_or_not(
    clinic: Site, period: Period, ongoing: bool | None
) -> None:
    record(clinic, period=period)
    assert only(clinic).ongoing is ongoing


def test_a_wrong_medication_is_refused_all_at_once(clinic: Site) -> None:
    wrong = Drug(" ", code="N07XX02")
    period = Period("2022-13", Regimen(Decimal(0), "mg"))
    assert refused_fields(lambda: record(clinic, wrong, period)) == [
        "name",
        "code",
        "started",
        "amount",
    ]
    assert histories(clinic) == ()


def test_a_vaccination_is_of_one_day(clinic: Site) -> None:
    vaccine = Drug("influenza vaccine", "J07BB02", "ATC", is_vaccination=True)
    goes_on = Period("2022-01", Regimen(), None, ongoing=True)
    assert refused_fields(lambda: record(clinic, vaccine, goes_on)) == ["stopped"]
    held = record(clinic, vaccine, Period("2022-01", Regimen(), "2022-01", ongoing=False))
    assert held.is_vaccination


def test_a_drug_is_recorded_once_by_each_route(clinic: Site) -> None:
    medication = record(clinic)
    assert refused_fields(lambda: record(clinic)) == ["name"]
    other = record(clinic, Drug("riluzole", route="sublingual"))
    assert refused_fields(lambda: correct(clinic, other, RILUZOLE)) == ["name"]
    assert correct(clinic, medication, Drug("riluzole", route="oral")).code is None
    void(clinic, other)
    assert [history.medication.id for history in histories(clinic)] == [medication.id]
    record(clinic, Drug("riluzole", route="sublingual"))


def test_a_change_ends_one_dose_and_begins_the_next(clinic: Site) -> None:
    record(clinic)
    new = change(clinic, only(clinic).periods[0])
    assert dates(clinic) == [("2021-11", "2022-01-31"), ("2022-02-01", None)]
    assert (regimen_of(new).daily, new.ongoing) == (Decimal(50), True)
    assert [one[:2] for one in trail_of(clinic.database, "medication_period")[1:]] == [
        ("change medication", "liver enzymes"),
        ("change medication", "liver enzymes"),
    ]
    change(clinic, new, TWICE_50, on="2022-02")
    assert dates(clinic)[1:] == [("2022-02-01", "2022-02"), ("2022-02", None)]
    assert verify(clinic.database).problems == ()


# A change | the fields that are refused, all at once
REFUSED_CHANGES = [
    (TWICE_50, "2022-02-01", ["amount"]),
    (ONCE_50, "2021-11-01", ["on"]),
    (ONCE_50, "2021-10-31", ["on"]),
    (ONCE_50, "2022-02-27", ["on"]),
    (ONCE_50, "yesterday", ["on"]),
    (Regimen(Decimal(-1), None), "2022-02-27", ["on", "amount", "unit"]),
]


@pytest.mark.parametrize(("regimen", "on", "fields"), REFUSED_CHANGES)
def test_a_wrong_change_is_refused(
    clinic: Site, regimen: Regimen, on: str, fields: list[str]
) -> None:
    record(clinic)
    (period,) = only(clinic).periods
    assert refused_fields(lambda: change(clinic, period, regimen, on)) == fields
    assert dates(clinic) == [("2021-11", None)]


def test_a_stop_is_its_last_day(clinic: Site) -> None:
    record(clinic)
    stopped = stop(clinic, only(clinic).periods[0])
    assert (stopped.stopped, stopped.ongoing, only(clinic).ongoing) == ("2022-02-20", False, False)
    assert trail_of(clinic.database, "medication_period")[-1][:2] == (
        "stop medication",
        "no longer wanted",
    )
    assert refused_fields(lambda: stop(clinic, stopped)) == ["period"]
    assert refused_fields(lambda: change(clinic, stopped)) == ["period"]


@pytest.mark.parametrize("on", ["2021-10", "2022-02-27", ""])
def test_a_wrong_stop_is_refused(clinic: Site, on: str) -> None:
    record(clinic)
    (period,) = only(clinic).periods
    assert refused_fields(lambda: stop(clinic, period, on)) == ["on"]


def test_what_was_stopped_can_begin_again_without_overlap(clinic: Site) -> None:
    medication = record(clinic)
    stop(clinic, only(clinic).periods[0], "2022-02-10")
    assert refused_fields(lambda: add(clinic, medication, Period("2022-02-10", ONCE_50))) == [
        "started"
    ]
    add(clinic, medication, Period("2022-02-11", ONCE_50))
    assert only(clinic).ongoing is True
    earlier = Period("2020", ONCE_50, "2021-10", ongoing=False)
    add(clinic, medication, earlier)
    assert dates(clinic)[0] == ("2020", "2021-10")
    assert refused_fields(
        lambda: add(clinic, medication, Period("2022-02-12", ONCE_50, "2021", ongoing=True))
    ) == ["ongoing", "stopped"]


def test_a_period_is_corrected_and_the_trail_keeps_the_old_one(clinic: Site) -> None:
    medication = record(clinic, period=Period("2021-11", TWICE_50, "2022-01-31", ongoing=False))
    second = add(clinic, medication, Period("2022-02-01", ONCE_50))
    too_early = Period("2022-01-31", ONCE_50)
    assert refused_fields(lambda: correct_period(clinic, second, too_early)) == ["started"]
    right = correct_period(clinic, second, Period("2022-02-03", ONCE_50))
    verb, reason, changes = trail_of(clinic.database, "medication_period")[-1]
    assert (right.version, verb, reason) == (2, "correct medication", "misread")
    assert '"started":["2022-02-01","2022-02-03"]' in changes


def test_what_was_taken_back_stays_so(clinic: Site) -> None:
    medication = record(clinic)
    (period,) = only(clinic).periods
    voided = void_period(clinic, period)
    assert only(clinic).periods == ()
    add(clinic, medication, ONGOING)  # nothing stands that it could overlap with
    for ask in (
        lambda: void_period(clinic, voided),
        lambda: correct_period(clinic, voided, Period("2020", ONCE_50, "2021", ongoing=False)),
        lambda: stop(clinic, voided),
    ):
        assert "medication" in refused_fields(ask)
    gone = void(clinic, medication)
    assert histories(clinic) == ()
    earlier = Period("2020", ONCE_50, "2021", ongoing=False)
    assert refused_fields(lambda: add(clinic, gone, earlier)) == ["medication"]
    assert refused_fields(lambda: correct(clinic, gone, Drug("x"))) == ["medication"]
    assert refused_fields(lambda: void(clinic, gone)) == ["medication"]
    assert verify(clinic.database).problems == ()


def test_of_two_at_once_the_second_is_told(clinic: Site) -> None:
    assert one_wins(at_once(lambda _: record(clinic)))
    medication, (period,) = only(clinic).medication, only(clinic).periods
    assert one_wins(at_once(lambda _: change(clinic, period)))
    assert dates(clinic) == [("2021-11", "2022-01-31"), ("2022-02-01", None)]
    current = only(clinic).periods[-1]
    assert one_wins(at_once(lambda number: stop(clinic, current, f"2022-02-2{number}")))
    again = Period("2022-02-23", TWICE_50)
    assert one_wins(at_once(lambda _: add(clinic, medication, again)))
    assert one_wins(at_once(lambda number: correct(clinic, medication, Drug(f"x{number}"))))
    assert one_wins(at_once(lambda _: void_period(clinic, only(clinic).periods[0])))
    assert verify(clinic.database).problems == ()


def test_a_change_needs_a_reason_a_medication_and_a_role(clinic: Site) -> None:
    medication = record(clinic)
    (period,) = only(clinic).periods
    with pytest.raises(RefusedError, match="needs a reason"):
        change(clinic, period, reason=" ")
    with pytest.raises(NotFoundError):
        record_medication(
            clinic.database, clinic.investigator, noon(40), 9, RILUZOLE, ONGOING, today=TODAY
        )
    with pytest.raises(ForbiddenError):
        add_medication_period(
            clinic.database,
            somebody(clinic.database, Role.MONITOR),
            noon(40),
            medication.id,
            ONGOING,
            today=TODAY,
        )


def period_row(**columns: object) -> MedicationPeriod:
    """Return a period that nobody checked: February 2022, of medication 1."""
    good = {
        "medication_id": 1,
        "started": "2022-02",
        "start_lo": date(2022, 2, 1),
        "start_hi": date(2022, 2, 28),
        "stopped": "2022-02",
        "stop_lo": date(2022, 2, 1),
        "stop_hi": date(2022, 2, 28),
        "ongoing": False,
        "amount": Decimal(50),
        "unit": "mg",
    }
    return MedicationPeriod(**{**good, **columns})  # type: ignore[arg-type]


# What is wrong with a row, beside riluzole up to 10 February | the constraint that refuses it
WRONG_ROWS: list[tuple[Base, str]] = [
    (
        period_row(start_lo=date(2022, 2, 9), start_hi=date(2022, 2, 10), stop_lo=date(2022, 2, 9)),
        "medication_period_overlap",
    ),
    (period_row(amount=Decimal(0)), "ck_medication_period_amount"),
    (period_row(unit=None), "amount_has_a_unit"),
    (period_row(per_day=Decimal(-1)), "per_day"),
    (period_row(ongoing=True), "ck_medication_period_ongoing"),
    (period_row(start_lo=date(2022, 3, 1)), "ck_medication_period_(spans|stop)"),
    (
        period_row(start_lo=date(2022, 3, 1), start_hi=date(2022, 3, 1)),
        "stop_after_start",
    ),
    (period_row(medication_id=9), "(?i)foreign key"),
    (Medication(participant_id=1, name=""), "ck_medication_name"),
    (Medication(participant_id=1, name="x", code="y"), "code_has_a_system"),
    (Medication(participant_id=1, name="riluzole", route="oral"), "(?i)unique"),
    (Medication(participant_id=9, name="x"), "(?i)foreign key"),
]


@pytest.mark.parametrize(("row", "name"), WRONG_ROWS)
def test_the_database_refuses_it_too(clinic: Site, row: Base, name: str) -> None:
    record(clinic, period=Period("2021-11", TWICE_50, "2022-02-10", ongoing=False))
    refused_by_the_database(clinic.database, row, name)
