"""Forms at a visit: what is kept, what is refused, what follows, and one item over time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.conduct.clinic import noon, refused_fields
from tests.workflows.clinic import PROTOCOL, Clinic, clinic

from trialrun.conduct.database import Database
from trialrun.conduct.reading.visits import FilledForm, forms_of
from trialrun.conduct.tables.visits import FormEntry, FormValue
from trialrun.errors import NotFoundError
from trialrun.workflows.form_filling import (
    correct_at_visit,
    course,
    derived_of,
    fill_in_at_visit,
    form_by_id,
    own_fields,
    typed_of,
)

ALSFRS = form_by_id(PROTOCOL, "alsfrs-r")
FVC = form_by_id(PROTOCOL, "fvc")
FACTORS = form_by_id(PROTOCOL, "inflammatory-factors")
THREES = {item.id: "3" for item in ALSFRS.items}


@pytest.fixture
def here(database: Database) -> Clinic:
    return clinic(database)


def fill_in(here: Clinic, visit: int, form: str, **typed: str) -> FormEntry:
    return fill_in_at_visit(
        here.database,
        here.actor,
        noon(90),
        PROTOCOL,
        visit,
        form_by_id(PROTOCOL, form),
        {name.replace("__", ":").replace("_", "-"): text for name, text in typed.items()},
    )


def held(here: Clinic, visit: int) -> FilledForm:
    with here.database.reading() as session:
        return forms_of(session, visit)[0]


def correct(here: Clinic, value: FormValue, typed: dict[str, str], reason: str) -> FormValue:
    return correct_at_visit(
        here.database,
        here.actor,
        noon(91),
        PROTOCOL,
        value.id,
        typed,
        version=value.version,
        reason=reason,
    )


def test_a_total_follows_from_what_stands(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fill_in(here, visit.id, "alsfrs-r", **THREES)
    filled = held(here, visit.id)
    assert filled.complete
    assert visit.day is not None
    # Twelve items of 3
    assert derived_of(ALSFRS, filled.values, visit.day) == {"total": Decimal(36)}


def test_every_problem_at_once_and_nothing_is_kept(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    wrong = {**THREES, "speech": "5", "walking": "", "stairs": "two"}
    assert refused_fields(lambda: fill_in(here, visit.id, "alsfrs-r", **wrong)) == [
        "speech",
        "walking",
        "stairs",
    ]
    with here.database.reading() as session:
        assert forms_of(session, visit.id) == ()


def test_an_unusual_value_is_kept_with_its_reason(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fields = refused_fields(lambda: fill_in(here, visit.id, "fvc", fvc_percent="10"))
    assert fields == ["fvc-percent:reason"]
    fill_in(here, visit.id, "fvc", fvc_percent="10", fvc_percent__reason="very weak")
    value = held(here, visit.id).values["fvc-percent"]
    assert (value.out_of_range, value.reason, value.number, value.unit) == (
        True,
        "very weak",
        Decimal(10),
        "%",
    )


def test_below_the_limit_of_the_method_there_is_no_number(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fill_in(here, visit.id, "inflammatory-factors", crp="<0.5", crp__upper="8")
    value = held(here, visit.id).values["crp"]
    assert (value.typed, value.number, value.normal_high) == ("<0.5", None, Decimal(8))


def test_what_was_left_out_is_added_later_and_only_that(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fill_in(here, visit.id, "fvc", fvc_percent="80")
    assert held(here, visit.id).left_out == ("fvc-litres",)
    again = {"fvc_percent": "81", "fvc_litres": "3.1"}
    assert refused_fields(lambda: fill_in(here, visit.id, "fvc", **again)) == ["fvc-percent"]
    fill_in(here, visit.id, "fvc", fvc_litres="3.1")
    assert held(here, visit.id).complete
    assert refused_fields(lambda: fill_in(here, visit.id, "fvc")) == ["form"]


def test_not_done_needs_a_reason_and_leaves_the_total_missing(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    without = {**THREES, "speech": "", "speech__not_done": "yes"}
    assert refused_fields(lambda: fill_in(here, visit.id, "alsfrs-r", **without)) == [
        "speech:reason"
    ]
    fill_in(here, visit.id, "alsfrs-r", **without, speech__reason="tracheostomy")
    filled = held(here, visit.id)
    assert visit.day is not None
    assert derived_of(ALSFRS, filled.values, visit.day) == {"total": None}


def test_one_value_is_corrected_with_a_reason(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fill_in(here, visit.id, "alsfrs-r", **THREES)
    value = held(here, visit.id).values["speech"]
    assert refused_fields(lambda: correct(here, value, {"speech": "2"}, "")) == ["reason"]
    assert refused_fields(lambda: correct(here, value, {"speech": "9"}, "misread")) == ["speech"]
    assert refused_fields(lambda: correct(here, value, {"speech": ""}, "misread")) == ["speech"]
    assert correct(here, value, {"speech": "2"}, "misread").number == 2


def test_an_item_that_may_be_empty_cannot_be_corrected_to_nothing(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fill_in(here, visit.id, "fvc", fvc_percent="80", fvc_litres="3")
    value = held(here, visit.id).values["fvc-litres"]
    assert refused_fields(lambda: correct(here, value, {"fvc-litres": ""}, "x")) == ["fvc-litres"]


def test_an_item_and_a_total_over_time(here: Clinic) -> None:
    for name, on, worth in (("V1", 0, "3"), ("V4", 84, "2")):
        visit = here.visit(name, on)
        fill_in(here, visit.id, "alsfrs-r", **dict.fromkeys(THREES, worth))
    with here.database.reading() as session:
        candidate = here.participant.candidate_id
        item = course(session, ALSFRS, candidate, "speech")
        total = course(session, ALSFRS, candidate, "total")
        with pytest.raises(NotFoundError):
            course(session, ALSFRS, candidate, "singing")
    assert [point.number for point in item] == [3, 2]
    assert [point.visit.planned for point in total] == ["V1", "V4"]
    assert [point.number for point in total] == [36, 24]


def test_what_stands_can_be_typed_again(here: Clinic) -> None:
    visit = here.visit("V1", 0)
    fill_in(here, visit.id, "inflammatory-factors", crp="3.0", crp__lower="0", crp__upper="8.20")
    value = held(here, visit.id).values["crp"]
    assert typed_of(value) == {
        "crp": "3.0",
        "crp:reason": "",
        "crp:lower": "0",
        "crp:upper": "8.20",
    }


def test_fields_of_others_are_left_alone() -> None:
    sent = {"fvc-percent": "80", "reason": "x", "expected": "1", "fvc-percent:not-done": "yes"}
    assert own_fields(FVC, sent) == {"fvc-percent": "80", "fvc-percent:not-done": "yes"}


def test_a_form_that_the_protocol_does_not_have() -> None:
    with pytest.raises(NotFoundError):
        form_by_id(PROTOCOL, "handwriting")
