"""What was typed into a form: what it is read as, what is refused, what is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trialrun.conduct.forms import LONGEST_REASON, Entered, FilledForm, fields_of, fill_in
from trialrun.conduct.texts import LONGEST_TEXT
from trialrun.conduct.typed import Value
from trialrun.protocol.file import read_protocol
from trialrun.protocol.forms import Choice, Derived, Form, Item, ItemType, Rule, bounds_of

ON = date(2022, 5, 10)
FORMS = {form.id: form for form in read_protocol("ld-il2-immune-als").forms}

WHOLE = Item("whole", "W", ItemType.INTEGER, range=bounds_of("0 to 4"))
NUMBER = Item(
    "n", "N", ItemType.NUMBER, unit="10*9/L", range=bounds_of("0 to 1000"),
    plausible=bounds_of("1 to 40"), limits_of_normal=True,
)  # fmt: skip
LIMIT = Item("lim", "L", ItemType.NUMBER, range=bounds_of("at least 0"), detection_limit=True)
CHOICE = Item("c", "C", ItemType.CHOICE, choices=(Choice("pos", "Positive"), Choice("neg", "N")))
YES_NO = Item("yn", "Y", ItemType.YES_NO)
DAY = Item("d", "D", ItemType.DATE)
TEXT = Item("t", "T", ItemType.TEXT)


def filled(item: Item, typed: str | Mapping[str, str]) -> FilledForm:
    fields = {item.id: typed} if isinstance(typed, str) else typed
    return fill_in(Form("f", "a", "F", (item,)), fields, on=ON)


READ = [
    (WHOLE, "4", Value(4)),
    (WHOLE, " 0 ", Value(0)),
    (WHOLE, "3.0", Value(3)),
    (WHOLE, "３", Value(3)),
    (NUMBER, "1", Value(Decimal(1))),
    (NUMBER, "3.50", Value(Decimal("3.50"))),
    (NUMBER, "40", Value(Decimal(40))),
    (LIMIT, "<1.5", Value(Decimal("1.5"), "<")),
    (LIMIT, "＞ 200", Value(Decimal(200), ">")),
    (LIMIT, "0.123456789012", Value(Decimal("0.123456789012"))),
    (CHOICE, "neg", Value("neg")),
    (YES_NO, "yes", Value(True)),
    (YES_NO, "no", Value(False)),
    (DAY, "2022-05-10", Value(date(2022, 5, 10))),
    (DAY, "２０２２-02-28", Value(date(2022, 2, 28))),
    (TEXT, "左侧 weakness\r\nof the hand", Value("左侧 weakness\r\nof the hand")),
    (TEXT, "<script>", Value("<script>")),
]


@pytest.mark.parametrize(("item", "typed", "value"), READ)
def test_what_is_read(item: Item, typed: str, value: Value) -> None:
    found = filled(item, typed)
    assert found.problems == ()
    assert found.entered == {item.id: Entered(item.id, value)}
    assert str(found.entered[item.id].value) == str(value)


REFUSED = [
    (WHOLE, "5", "it is outside of its range (0 to 4)", "correct it"),
    (WHOLE, "-1", "it is outside of its range (0 to 4)", "correct it"),
    (WHOLE, "−1", "it is outside of its range (0 to 4)", "correct it"),
    (WHOLE, "2.5", "it is no whole number", "write a whole number"),
    (WHOLE, "two", "it is no number", "write digits only, such as 12 or 0.5"),
    (WHOLE, "1e0", "it is no number", "write digits only, such as 12 or 0.5"),
    (WHOLE, "NaN", "it is no number", "write digits only, such as 12 or 0.5"),
    (WHOLE, "1" * 40, "it is no number", "write digits only, such as 12 or 0.5"),
    (WHOLE, "", "it is empty", "write a value, or mark it as not done and say why"),
    (WHOLE, "  ", "it is empty", "write a value, or mark it as not done and say why"),
    (NUMBER, "3,5", "it holds a comma", "write a decimal point, and no comma for thousands"),
    (NUMBER, "1,234", "it holds a comma", "write a decimal point, and no comma for thousands"),
    (NUMBER, "3.5 g", "it is no number", "write digits only, such as 12 or 0.5"),
    (NUMBER, "3500", "it is outside of its range (0 to 1000)", "correct it; the unit is 10*9/L"),
    (NUMBER, "<2", "it is a limit, not a value", "write a number without < or >"),
    (LIMIT, "<-1", "it is outside of its range (at least 0)", "correct it"),
    (LIMIT, "<", "it is no number", "write digits only, such as 12 or 0.5"),
    (CHOICE, "Positive", "it is none of the choices", "choose one of them"),
    (YES_NO, "1", "it is neither yes nor no", "choose one of them"),
    (DAY, "10.5.2022", "it is no day", "write it like 2022-01-15"),
    (DAY, "2022-05", "it is no day", "write it like 2022-01-15"),
    (DAY, "2022-02-29", "there is no such day", "look at the calendar"),
    (DAY, "2022-05-11", "it lies after the day of the form", "correct one of them"),
    (DAY, "0222-05-10", "it lies before 1900", "correct the year"),
    (TEXT, "x" * (LONGEST_TEXT + 1), "it is too long", f"use at most {LONGEST_TEXT} letters"),
    (TEXT, "a\u202eb", "it holds a character that cannot be seen", "write it anew"),
    (TEXT, "a\x00b", "it holds a character that cannot be seen", "write it anew"),
]


@pytest.mark.parametrize(("item", "typed", "found", "remedy"), REFUSED)
def test_what_is_refused(item: Item, typed: str, found: str, remedy: str) -> None:
    form = filled(item, typed)
    ((where, said, to_do),) = [(p.where, p.found, p.remedy) for p in form.problems]
    assert (where, said, to_do) == (item.id, found, remedy)
    assert form.entered == {}
    assert form.typed == {item.id: typed}


# what was typed beside n (plausible from 1 to 40) | field of the problem | what was found
BESIDE = [
    ({"n": "41"}, "n:reason", "it is outside of what is plausible (1 to 40)"),
    ({"n": "0.9"}, "n:reason", "it is outside of what is plausible (1 to 40)"),
    ({"n": "41", "n:reason": "  "}, "n:reason", "it is outside of what is plausible (1 to 40)"),
    ({"n": "1001", "n:reason": "sure"}, "n", "it is outside of its range (0 to 1000)"),
    ({"n": "5", "n:reason": "x" * (LONGEST_REASON + 1)}, "n:reason", "it is too long"),
    ({"n": "5", "n:lower": "10", "n:upper": "4"}, "n:lower", "the lower limit is above the upper"),
    ({"n": "5", "n:upper": "ten"}, "n:upper", "it is no number"),
    ({"n:not-done": "on"}, "n:reason", "it was not done, without a reason"),
    ({"n": "5", "n:not-done": "on"}, "n", "it has a value, and is marked as not done"),
    ({"n:not-done": "on", "n:upper": "9"}, "n", "it has a value, and is marked as not done"),
    ({"n": "5", "m": "1"}, "m", "the form has no such field"),
    ({"n": "5", "n:unit": "g"}, "n:unit", "the form has no such field"),
]


@pytest.mark.parametrize(("typed", "where", "found"), BESIDE)
def test_what_is_refused_beside_a_value(typed: dict[str, str], where: str, found: str) -> None:
    assert [(p.where, p.found) for p in filled(NUMBER, typed).problems] == [(where, found)]


HELD = [
    (
        {"n": "41", "n:reason": "repeated, same"},
        Entered("n", Value(Decimal(41), is_plausible=False), reason="repeated, same"),
    ),
    (
        {"n": "5", "n:lower": "3.5", "n:upper": "9.5"},
        Entered("n", Value(Decimal(5)), lower=Decimal("3.5"), upper=Decimal("9.5")),
    ),
    ({"n": "5", "n:upper": "9.5"}, Entered("n", Value(Decimal(5)), upper=Decimal("9.5"))),
    (
        {"n": "5", "n:lower": "5", "n:upper": "5.0"},
        Entered("n", Value(Decimal(5)), lower=Decimal(5), upper=Decimal(5)),
    ),
    ({"n": "5", "n:reason": "by hand"}, Entered("n", Value(Decimal(5)), reason="by hand")),
    (
        {"n:not-done": "on", "n:reason": "clotted"},
        Entered("n", None, not_done=True, reason="clotted"),
    ),
    ({"n": "5", "n:not-done": ""}, Entered("n", Value(Decimal(5)))),
]


@pytest.mark.parametrize(("typed", "entered"), HELD)
def test_what_is_held_of_an_item(typed: dict[str, str], entered: Entered) -> None:
    found = filled(NUMBER, typed)
    assert (found.problems, found.entered) == ((), {"n": entered})


def test_what_may_be_left_empty() -> None:
    optional = replace(NUMBER, required=False)
    assert filled(optional, {}).entered == {"n": Entered("n", None)}
    (only,) = filled(optional, {"n:upper": "9"}).problems
    assert (only.where, only.found) == ("n", "it is empty, and something is written beside it")


def test_limits_of_normal_only_where_the_form_asks_for_them() -> None:
    assert fields_of(NUMBER) == ("n", "n:reason", "n:not-done", "n:lower", "n:upper")
    (only,) = filled(WHOLE, {"whole": "1", "whole:upper": "2"}).problems
    assert (only.where, only.found) == ("whole:upper", "the form has no such field")


def test_every_problem_at_once_and_what_was_typed_is_kept() -> None:
    form = Form("f", "a", "F", (WHOLE, NUMBER, CHOICE))
    typed = {"c": " maybe ", "n": "99", "whole": "9", "stray": "1"}
    found = fill_in(form, typed, on=ON)
    assert [p.where for p in found.problems] == ["whole", "n:reason", "c", "stray"]
    assert found.typed == typed
    assert found.entered == {}


def test_no_problem_repeats_what_was_typed() -> None:
    items = (WHOLE, NUMBER, CHOICE, YES_NO, DAY)
    secret = "7654321"
    for item in items:
        problems = filled(item, {item.id: secret, f"{item.id}:{secret}": secret}).problems
        assert problems
        assert all(secret not in p.found + p.remedy for p in problems)


# --- what is computed -------------------------------------------------------------------------


def derived_of(form: str, typed: dict[str, str]) -> dict[str, str | None]:
    found = fill_in(FORMS[form], typed, on=ON)
    assert found.problems == ()
    return {name: None if v is None else str(v) for name, v in found.derived.items()}


def all_items(form: str, value: str) -> dict[str, str]:
    return {item.id: value for item in FORMS[form].items if item.required}


@pytest.mark.parametrize(
    ("form", "value", "derived"),
    [
        ("alsfrs-r", "4", {"total": "48"}),  # Cedarbaum 1999: 0 to 48
        ("alsfrs-r", "0", {"total": "0"}),
        ("mrc", "5", {"sum": "60"}),  # Kleyweg 1991: 0 to 60
        ("roads", "2", {"raw-sum": "56"}),
    ],
)
def test_totals(form: str, value: str, derived: dict[str, str]) -> None:
    assert derived_of(form, all_items(form, value)) == derived


def test_a_missing_item_makes_the_total_missing() -> None:
    typed = all_items("alsfrs-r", "3")
    assert derived_of("alsfrs-r", typed) == {"total": "36"}
    del typed["stairs"]
    typed |= {"stairs:not-done": "on", "stairs:reason": "in a wheelchair, not asked"}
    assert derived_of("alsfrs-r", typed) == {"total": None}


def test_a_refused_item_makes_the_total_missing() -> None:
    found = fill_in(FORMS["alsfrs-r"], all_items("alsfrs-r", "3") | {"stairs": "5"}, on=ON)
    assert [p.where for p in found.problems] == ["stairs"]
    assert found.derived == {"total": None}


ALSAQ = ("physical-mobility", "independence", "eating", "communication", "emotional")
# items from, to, their value | the scores of the five domains | the summary index
SCORES = [
    ((1, 40, "4"), ("100.00", "100.00", "100.00", "100.00", "100.00"), "100.00"),
    ((1, 40, "0"), ("0.00", "0.00", "0.00", "0.00", "0.00"), "0.00"),
    ((1, 10, "1"), ("25.00", "0.00", "0.00", "0.00", "0.00"), "6.25"),
    ((21, 21, "1"), ("0.00", "0.00", "8.33", "0.00", "0.00"), "0.63"),
    ((30, 31, "1"), ("0.00", "0.00", "0.00", "3.57", "2.50"), "1.25"),
]
"""By hand: 1/12 of 100 is 8.333; of all 160 points, 10, 1 and 2 are 6.25, 0.625 and 1.25 %."""


@pytest.mark.parametrize(("items", "scores", "index"), SCORES)
def test_the_scores_of_the_alsaq_40(
    items: tuple[int, int, str], scores: tuple[str, ...], index: str
) -> None:
    first, last, value = items
    typed = {f"item-{n}": value if first <= n <= last else "0" for n in range(1, 41)}
    expected = dict(zip(ALSAQ, scores, strict=True)) | {"summary-index": index}
    assert derived_of("alsaq-40", typed) == expected


def test_a_missing_domain_leaves_the_others_and_no_index() -> None:
    typed = all_items("alsaq-40", "2")
    del typed["item-22"]
    typed |= {"item-22:not-done": "on", "item-22:reason": "left out on the sheet"}
    derived = derived_of("alsaq-40", typed)
    assert [name for name, value in derived.items() if value is None] == ["eating", "summary-index"]
    assert derived["communication"] == "50.00"


X, Y = replace(LIMIT, id="x"), replace(LIMIT, id="y", range=bounds_of("1 to 5"))
COMPUTED = [
    (Rule.SUM, None, "0.1", "1.2", "1.3"),
    (Rule.SUM, None, "<0.1", "1.2", None),
    (Rule.MEAN, 2, "1", "1.01", "1.01"),  # 1.005, half up
    (Rule.MEAN, 0, "1", "2", "2"),
    (Rule.MEAN, 6, "999999999999.999999999999", "1", "500000000000.500000"),
]


@pytest.mark.parametrize(("rule", "decimals", "x", "y", "expected"), COMPUTED)
def test_exact_decimals(
    rule: Rule, decimals: int | None, x: str, y: str, expected: str | None
) -> None:
    derived = Derived("r", "R", rule, ("x", "y"), decimals=decimals)
    found = fill_in(Form("f", "a", "F", (X, Y), derived=(derived,)), {"x": x, "y": y}, on=ON)
    assert found.problems == ()
    assert found.derived == {"r": None if expected is None else Decimal(expected)}


def test_a_percentage_counts_from_the_lowest_possible() -> None:
    derived = Derived("r", "R", Rule.PERCENT, ("y",), decimals=1)
    form = Form("f", "a", "F", (Y,), derived=(derived,))
    scores = [str(fill_in(form, {"y": y}, on=ON).derived["r"]) for y in ("1", "2", "5")]
    assert scores == ["0.0", "25.0", "100.0"]


def test_a_computed_value_is_never_typed() -> None:
    typed = all_items("mrc", "5") | {"sum": "12"}
    (only,) = fill_in(FORMS["mrc"], typed, on=ON).problems
    assert (only.where, only.found) == ("sum", "it is computed from other items")
