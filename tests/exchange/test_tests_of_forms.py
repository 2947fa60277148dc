"""Codes of tests: CDISC's where they are known, ours elsewhere, never one code for two tests."""

from __future__ import annotations

from decimal import Decimal

from tests.exchange.world import PROTOCOL

from trialrun.exchange.sdtm import tests_of_forms
from trialrun.protocol.forms import Bounds, Derived, Form, Item, ItemType, Rule

RANGE = Bounds(Decimal(0), Decimal(4))


def item(name: str, kind: ItemType = ItemType.INTEGER, **other: object) -> Item:
    return Item(name, name.title(), kind, **other)  # type: ignore[arg-type]


def codes(*forms: Form) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        place: (test.domain, test.code) for place, test in tests_of_forms.tests_of(forms).items()
    }


def test_the_shipped_protocol() -> None:
    found = codes(*PROTOCOL.forms)
    assert found["laboratory", "wbc"] == ("LB", "WBC")
    assert found["alsfrs-r", "speech"] == ("QS", "ALSFR01")
    assert found["alsfrs-r", "total"] == ("QS", "ALSFRT01")
    assert found["alsaq-40", "item-40"] == ("QS", "ALSAQ40")
    assert found["vital-signs", "systolic"] == ("VS", "SYSBP")
    assert found["vital-signs", "finding"][0] == "XF"
    assert found["ecg", "finding"][0] == "EG"
    assert found["fvc", "fvc-percent"] == ("RE", "FVCPP")
    assert found["t-cells", "treg-count"][0] == "LB"
    assert found["pregnancy-test", "result"] == ("LB", "HCG")
    assert len(set(found.values())) == len(found)


def test_forms_whose_names_begin_alike_get_codes_of_their_own() -> None:
    scales = [
        Form(
            name,
            name,
            name,
            (item("first", range=RANGE),),
            derived=(Derived("sum", "Sum", Rule.SUM, ("first",)),),
        )
        for name in ("motor-scale", "motor-score", "motorium")
    ]
    found = codes(*scales)
    assert len(set(found.values())) == 6
    assert all(len(code) <= 8 for _, code in found.values())


def test_the_same_test_in_two_forms_keeps_the_known_code_once() -> None:
    forms = [Form(name, name, name, (item("weight", ItemType.NUMBER),)) for name in ("one", "two")]
    found = codes(*forms)
    assert found["one", "weight"] == ("VS", "WEIGHT")
    assert found["two", "weight"] == ("XF", "TWO01")


def test_a_text_with_a_known_name_is_no_measurement() -> None:
    assert codes(Form("f", "f", "F", (item("weight", ItemType.TEXT),)))["f", "weight"][0] == "XF"


def test_a_form_whose_name_begins_with_a_digit() -> None:
    assert codes(Form("6mwt", "a", "Walk", (item("metres"),)))["6mwt", "metres"] == (
        "XF",
        "X6MWT01",
    )
