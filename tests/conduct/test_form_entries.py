"""Forms at visits: entered, completed, corrected one value at a time; what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from tests.conduct.clinic import (
    ZONE,
    at_once,
    day,
    noon,
    refused_by_the_database,
    refused_fields,
    trail_of,
)
from tests.conduct.people import Site, site

from trialrun.conduct.actions.form_entries import (
    EnteredValue,
    Form,
    add_form_values,
    correct_form_value,
    fill_in_form,
)
from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    correct_visit,
    record_visit,
    void_visit,
)
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.reading.visits import FilledForm, forms_of, values_over_time
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.visits import Contact, FormEntry, FormValue, Visit
from trialrun.errors import NotFoundError, RefusedError

LABORATORY = Form("laboratory", "1.1", ["wbc", "platelets", "esr"])
WBC = EnteredValue("5.20", Decimal("5.20"), "10*9/L", Decimal("3.5"), Decimal("9.5"))
PLATELETS = EnteredValue(
    "12", Decimal(12), "10*9/L", out_of_range=True, reason="clumped; drawn again"
)
NOT_DONE = EnteredValue(None, reason="tube broke")


@pytest.fixture
def clinic(database: Database) -> Site:
    return site(database)


@pytest.fixture
def visit(clinic: Site) -> Visit:
    return at_visit(clinic, clinic.enrol().id, "V1", 0)


def at_visit(clinic: Site, participant_id: int, planned: str, number: int) -> Visit:
    return record_visit(
        clinic.database,
        clinic.investigator,
        noon(40),
        participant_id,
        Held(day(number), Contact.VISIT),
        zone=ZONE,
        plan=VisitPlan(planned),
    )


def fill_in(clinic: Site, visit: Visit, values: Mapping[str, EnteredValue]) -> FormEntry:
    return fill_in_form(
        clinic.database, clinic.investigator, noon(40), visit.id, LABORATORY, values
    )


def complete(clinic: Site, entry: FormEntry, values: Mapping[str, EnteredValue]) -> FormEntry:
    return add_form_values(clinic.database, clinic.investigator, noon(41), entry.id, values)


def correct(clinic: Site, value: FormValue, new: EnteredValue) -> FormValue:
    return correct_form_value(
        clinic.database,
        clinic.investigator,
        noon(42),
        value.id,
        new,
        version=value.version,
        reason="typed wrongly",
    )


def filled(clinic: Site, visit: Visit) -> FilledForm:
    with clinic.database.reading() as session:
        (form,) = forms_of(session, visit.id)
    return form


def test_values_stand_as_typed_and_as_exact_numbers(clinic: Site, visit: Visit) -> None:
    fill_in(clinic, visit, {"wbc": WBC, "platelets": PLATELETS, "esr": NOT_DONE})
    form = filled(clinic, visit)
    wbc, esr = form.values["wbc"], form.values["esr"]
    assert (wbc.typed, str(wbc.number), wbc.unit) == ("5.20", "5.20", "10*9/L")
    assert (wbc.normal_low, wbc.normal_high) == (Decimal("3.5"), Decimal("9.5"))
    assert form.values["platelets"].reason == "clumped; drawn again"
    assert (esr.typed, esr.number, esr.reason) == (None, None, "tube broke")
    assert (form.complete, form.entry.protocol_version) == (True, "1.1")
    assert len(trail_of(clinic.database, "form_value")) == 3
    assert verify(clinic.database).problems == ()


def test_a_form_is_complete_when_its_last_item_is_there(clinic: Site, visit: Visit) -> None:
    entry = fill_in(clinic, visit, {"wbc": WBC})
    assert (filled(clinic, visit).left_out, filled(clinic, visit).complete) == (
        ("platelets", "esr"),
        False,
    )
    complete(clinic, entry, {"platelets": PLATELETS, "esr": NOT_DONE})
    assert filled(clinic, visit).complete


# What is entered | the items that are refused
REFUSED: list[tuple[dict[str, EnteredValue], list[str]]] = [
    ({"colour": WBC}, ["colour"]),
    ({"wbc": EnteredValue(None)}, ["wbc"]),
    ({"wbc": EnteredValue(None, Decimal(5), reason="tube broke")}, ["wbc"]),
    ({"wbc": EnteredValue("900", Decimal(900), out_of_range=True)}, ["wbc"]),
    ({"wbc": EnteredValue("5", None, None, Decimal(9), Decimal(3))}, ["wbc"]),
    ({"esr": EnteredValue(None), "x": WBC, "wbc": WBC}, ["esr", "x"]),
]


@pytest.mark.parametrize(("values", "items"), REFUSED)
def test_wrong_values_are_refused_all_at_once(
    clinic: Site, visit: Visit, values: Mapping[str, EnteredValue], items: list[str]
) -> None:
    assert refused_fields(lambda: fill_in(clinic, visit, values)) == items
    with clinic.database.reading() as session:
        assert forms_of(session, visit.id) == ()
    entry = fill_in(clinic, visit, {})
    assert refused_fields(lambda: complete(clinic, entry, values)) == items


def test_a_form_is_filled_in_once_and_an_item_entered_once(clinic: Site, visit: Visit) -> None:
    entry = fill_in(clinic, visit, {"wbc": WBC})
    assert refused_fields(lambda: fill_in(clinic, visit, {"esr": EnteredValue(None)})) == [
        "form",
        "esr",
    ]
    assert refused_fields(lambda: complete(clinic, entry, {"wbc": WBC, "esr": NOT_DONE})) == ["wbc"]


def test_no_form_at_a_visit_that_did_not_take_place(clinic: Site) -> None:
    participant = clinic.enrol()
    missed = record_visit(
        clinic.database,
        clinic.investigator,
        noon(40),
        participant.id,
        Missed("flood"),
        zone=ZONE,
        plan=VisitPlan("V2"),
    )
    assert refused_fields(lambda: fill_in(clinic, missed, {"wbc": WBC})) == ["visit"]
    with pytest.raises(NotFoundError):
        fill_in_form(clinic.database, clinic.investigator, noon(40), 99, LABORATORY, {})


def test_nothing_is_entered_at_a_visit_that_was_taken_back(clinic: Site, visit: Visit) -> None:
    entry = fill_in(clinic, visit, {"wbc": WBC})
    value = filled(clinic, visit).values["wbc"]
    void_visit(
        clinic.database, clinic.investigator, noon(41), visit.id, version=1, reason="wrong person"
    )
    assert refused_fields(lambda: complete(clinic, entry, {"esr": NOT_DONE})) == ["visit"]
    assert refused_fields(lambda: correct(clinic, value, NOT_DONE)) == ["visit"]


def test_a_correction_keeps_the_old_value_and_the_reason(clinic: Site, visit: Visit) -> None:
    fill_in(clinic, visit, {"wbc": WBC})
    corrected = correct(clinic, filled(clinic, visit).values["wbc"], NOT_DONE)
    assert (corrected.version, corrected.typed, corrected.unit) == (2, None, None)
    verb, reason, changes = trail_of(clinic.database, "form_value")[-1]
    assert (verb, reason) == ("correct form", "typed wrongly")
    assert '"number":["5.20",null]' in changes
    assert '"typed":["5.20",null]' in changes
    assert verify(clinic.database).problems == ()


def test_a_correction_is_checked_and_needs_a_reason(clinic: Site, visit: Visit) -> None:
    fill_in(clinic, visit, {"wbc": WBC})
    value = filled(clinic, visit).values["wbc"]
    assert refused_fields(lambda: correct(clinic, value, EnteredValue(None))) == ["wbc"]
    with pytest.raises(RefusedError, match="needs a reason"):
        correct_form_value(
            clinic.database, clinic.investigator, noon(42), value.id, WBC, version=1, reason=""
        )


def test_of_two_at_once_the_second_is_told(clinic: Site, visit: Visit) -> None:
    got = at_once(lambda _: fill_in(clinic, visit, {"wbc": WBC}))
    assert sorted(type(one).__name__ for one in got) == ["FormEntry", "RefusedError"]
    form = filled(clinic, visit)
    added = at_once(lambda _: complete(clinic, form.entry, {"esr": NOT_DONE}))
    assert sorted(type(one).__name__ for one in added) == ["FormEntry", "RefusedError"]
    wbc = form.values["wbc"]
    corrected = at_once(lambda number: correct(clinic, wbc, EnteredValue(f"5.{number}")))
    assert sorted(type(one).__name__ for one in corrected) == ["ConflictError", "FormValue"]


def test_a_visit_with_forms_is_not_turned_into_a_missed_one(clinic: Site, visit: Visit) -> None:
    fill_in(clinic, visit, {"wbc": WBC})

    def ask() -> Visit:
        return correct_visit(
            clinic.database,
            clinic.investigator,
            noon(41),
            visit.id,
            Missed("flood"),
            version=1,
            zone=ZONE,
            plan=VisitPlan("V1"),
            reason="it was another visit",
        )

    assert refused_fields(ask) == ["missed_reason"]


def test_an_item_is_read_over_time_from_the_visits_that_stand(clinic: Site) -> None:
    participant = clinic.enrol()
    visits = [
        at_visit(clinic, participant.id, name, number)
        for name, number in (("V3", 8), ("V1", 1), ("V2", 4))
    ]
    for number, visit in enumerate(visits):
        fill_in(clinic, visit, {"wbc": EnteredValue(str(number), Decimal(number))})
    void_visit(
        clinic.database, clinic.investigator, noon(41), visits[2].id, version=1, reason="wrong"
    )
    with clinic.database.reading() as session:
        read = values_over_time(session, participant.candidate_id, "laboratory", "wbc")
    assert [(visit.planned, value.typed) for visit, value in read] == [("V1", "1"), ("V3", "0")]


# Rows that nobody checked | the constraint that refuses them
WRONG_ROWS: list[tuple[Base, str]] = [
    (FormEntry(visit_id=1, form="laboratory", protocol_version="1", items=[]), "(?i)unique"),
    (FormEntry(visit_id=2, form="laboratory", protocol_version="1", items=[]), "took_place"),
    (FormEntry(visit_id=9, form="laboratory", protocol_version="1", items=[]), "(?i)foreign"),
    (FormValue(entry_id=1, item="wbc", typed="5"), "(?i)unique"),
    (FormValue(entry_id=1, item="esr", typed=None), "ck_form_value_reason"),
    (FormValue(entry_id=1, item="esr", typed="9", out_of_range=True), "ck_form_value_reason"),
    (FormValue(entry_id=1, item="esr", typed=None, number=Decimal(1), reason="x"), "not_done"),
    (
        FormValue(
            entry_id=1,
            item="esr",
            typed="9",
            normal_low=Decimal("10.5"),
            normal_high=Decimal("9.5"),
        ),
        "ck_form_value_limits",
    ),
]


@pytest.mark.parametrize(("row", "name"), WRONG_ROWS)
def test_the_database_refuses_it_too(clinic: Site, visit: Visit, row: Base, name: str) -> None:
    fill_in(clinic, visit, {"wbc": WBC})
    record_visit(
        clinic.database,
        clinic.investigator,
        noon(40),
        1,
        Missed("flood"),
        zone=ZONE,
        plan=VisitPlan("V2"),
    )
    refused_by_the_database(clinic.database, row, name)


def test_the_database_keeps_a_visit_with_forms_from_being_missed(
    clinic: Site, visit: Visit
) -> None:
    fill_in(clinic, visit, {"wbc": WBC})
    with (
        pytest.raises(IntegrityError, match="visit_with_forms_took_place"),
        clinic.database.engine.begin() as connection,
    ):
        connection.execute(
            update(Visit).values(version=2, day=None, contact=None, missed_reason="flood")
        )
