"""The forms of a protocol file: how they are read, what is refused, and the shipped ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from trialrun.criteria.wording import Language
from trialrun.errors import ProtocolError
from trialrun.protocol.checks import check
from trialrun.protocol.file import read_protocol
from trialrun.protocol.forms import Bounds, Derived, ItemType, Rule, bounds_of
from trialrun.protocol.model import TrialProtocol
from trialrun.protocol.words import show
from trialrun.terminology.units import canonical

Write = Callable[..., Path]
ON = date(2022, 1, 15)

ASSESSED = "  assessments: [{id: a, title: A, visits: [], basis: ours}]"


@pytest.fixture
def with_form(write: Write) -> Callable[[str], Path]:
    """Write a protocol with one form `f`; its keys begin on line 30 of the file."""

    def written(body: str) -> Path:
        path = write(assessments=ASSESSED)
        text = path.read_text("utf-8")
        form = "forms:\n- id: f\n  assessment: a\n  title: F\n"
        path.write_text(
            text + form + dedent(body).replace("\n", "\n  ").join(("  ", "\n")), "utf-8"
        )
        return path

    return written


WithForm = Callable[[str], Path]


@pytest.mark.parametrize(
    ("written", "low", "high", "said"),
    [
        ("0 to 4", "0", "4", "0 to 4"),
        ("-1.5 to 0.25", "-1.5", "0.25", "-1.5 to 0.25"),
        ("at least 0", "0", None, "at least 0"),
        ("at most 100", None, "100", "at most 100"),
    ],
)
def test_bounds(written: str, low: str | None, high: str | None, said: str) -> None:
    bounds = bounds_of(written)
    assert bounds == Bounds(low and Decimal(low), high and Decimal(high))  # type: ignore[arg-type]
    assert str(bounds) == said


@pytest.mark.parametrize("written", ["4 to 0", "0-4", "0..4", "", "1e3 to 1e4", "0 to"])
def test_what_are_no_bounds(written: str) -> None:
    with pytest.raises(ValueError, match="write"):
        bounds_of(written)


@pytest.mark.parametrize(
    ("outer", "inner", "covers"),
    [
        ("0 to 4", "0 to 4", True),
        ("0 to 4", "1 to 5", False),
        ("0 to 4", "at least 1", False),
        ("at least 0", "1 to 5", True),
        ("at least 2", "1 to 5", False),
        ("at most 4", "at most 4", True),
    ],
)
def test_bounds_within_bounds(outer: str, inner: str, covers: bool) -> None:
    assert bounds_of(outer).covers(bounds_of(inner)) is covers


def test_items_that_are_written_once(with_form: WithForm) -> None:
    path = with_form("""\
        items:
          - {id: q, title: Question, title_zh: 条目, type: integer, range: 0 to 2, repeat: 12}
        derived:
          - {id: some, title: Some, rule: percent, of: [q-2 to q-4, q-12]}
          - {id: all, title: All, rule: sum, of: [q-1 to q-12]}""")
    (form,) = read_protocol(path).forms
    assert [item.id for item in form.items] == [f"q-{n}" for n in range(1, 13)]
    assert (form.items[2].title, form.items[2].title_zh) == ("Question 3", "条目3")
    assert {item.where for item in form.items} == {"small.yaml:31"}
    some, every = form.derived
    assert (some.of, some.decimals) == (("q-2", "q-3", "q-4", "q-12"), 2)
    assert (len(every.of), every.decimals, every.rule) == (12, None, Rule.SUM)
    assert check(read_protocol(path), ON) == []
    (shown,) = show(read_protocol(path)).forms
    assert shown.lines == (
        "Question 1 to Question 12: integer; 0 to 2",
        "Some: the sum of Question 2, Question 3, Question 4, Question 12, scaled so that the "
        "lowest possible is 0 and the highest 100; missing if one of them is",
        "All: the sum of Question 1 to Question 12 (12 items); missing if one of them is",
    )


# items (and what is derived) | where, what is found | what to do
MISTAKES = [
    (
        "- {id: x, title: X, type: number, range: 0 to 9, plausible: 1 to 10}",
        "small.yaml:31: what is plausible for 'x' (1 to 10) lies outside of its range (0 to 9)",
        "narrow",
    ),
    ("- {id: x, title: X, type: number, unit: mmolz}", "'mmolz' is no unit", "UCUM"),
    ("- {id: x, title: X, type: number, unit: ×10⁹/L}", "is not UCUM", "write 10*9/L"),
    (
        "- {id: x, title: X, type: number, unit: mg, measures: [platelets]}",
        "'mg' cannot be compared with what [platelets] is measured in",
        "10*9/L",
    ),
    (
        "- {id: x, title: X, type: number, unit: 10*9/L, measures: [platelet]}",
        "there is no value set [platelet]",
        "did you mean 'platelets'?",
    ),
    (
        "- {id: x, title: X, type: choice, choices: [{code: a, title: A}, {code: a, title: B}]}",
        "the code 'a' stands for two choices of 'x'",
        "another code",
    ),
    (
        "- {id: x, title: X, type: integer, repeat: 2}\n- {id: x-2, title: X, type: integer}",
        "small.yaml:32: the id 'x-2' is used twice in the form 'f'",
        "first at small.yaml:31",
    ),
    (
        "- {id: x, title: X, type: integer}\nderived: [{id: s, title: S, rule: sum, of: [x, y]}]",
        "small.yaml:32: 's' is computed of 'y', which is no item above it",
        "",
    ),
    (
        "- {id: x, title: X, type: integer}\nderived: [{id: s, title: S, rule: sum, of: [x, x]}]",
        "'s' is computed of 'x' twice",
        "once",
    ),
    (
        "- {id: x, title: X, type: text}\nderived: [{id: s, title: S, rule: sum, of: [x]}]",
        "'s' is computed of 'x', which is of type text",
        "numbers",
    ),
    (
        "- {id: x, title: X, type: integer, range: 0 to 1}\n"
        "derived:\n"
        "- {id: s, title: S, rule: sum, of: [x]}\n- {id: p, title: P, rule: percent, of: [s]}",
        "small.yaml:34: 'p' is a percentage of 's', which is computed itself",
        "items",
    ),
    ("  []", "small.yaml:27: the form 'f' asks for nothing", "items"),
    (
        "- {id: x, title: X, type: text}\nderived: [{id: s, title: S, rule: sum, of: []}]",
        "'s' is computed of nothing",
        "name items",
    ),
    (
        "- {id: x, title: X, type: integer, range: at least 0}\n"
        "derived: [{id: s, title: S, rule: percent, of: [x]}]",
        "'s' is a percentage, and 'x' has no lowest and highest value",
        "range",
    ),
    (
        "- {id: x, title: X, type: integer}\n- {id: y, title: Y, type: integer}\n"
        "derived: [{id: s, title: S, rule: sum, of: [y to x]}]",
        "'s' is computed of 'y to x', which is no item above it",
        "",
    ),
]


@pytest.mark.parametrize(("items", "found", "remedy"), MISTAKES)
def test_what_check_finds(with_form: WithForm, items: str, found: str, remedy: str) -> None:
    (only,) = check(read_protocol(with_form("items:\n" + items)), ON)
    assert found in f"{only.where}: {only.found}"
    assert remedy in only.remedy


def test_a_form_of_an_unknown_assessment(with_form: WithForm) -> None:
    path = with_form("items: [{id: x, title: X, type: text}]")
    path.write_text(path.read_text("utf-8").replace("assessment: a", "assessment: aa"), "utf-8")
    (only,) = check(read_protocol(path), ON)
    assert (only.where, only.found) == ("small.yaml:27", "there is no assessment 'aa'")
    assert only.remedy == "did you mean 'a'?"


UNREADABLE = [
    ("items: [{id: x, title: X, type: integer, range: 4 to 0}]", "write the smaller one first"),
    (
        "items: [{id: x, title: X, type: text, unit: mg}]",
        "'unit' is for numbers, and x is of type text",
    ),
    ("items: [{id: x, title: X, type: choice}]", "x: a choice, and nothing else, has 'choices'"),
    ("items: [{id: x, title: X, type: integer, repeat: 900}]", "'repeat'"),
    ("items: [{id: x, title: X, type: integer, detection_limit: true}]", "x is of type integer"),
    ("items: [{id: x, title: X, type: intger}]", "'type'"),
    ("items: [{id: x, title: X, type: text, requird: false}]", "did you mean 'required'?"),
    ("items: [{id: 'x y', title: X, type: text}]", "'x y' is no id"),
    (
        "items: [{id: x, title: X, type: integer}]\n"
        "derived: [{id: x, title: X, rule: sum, of: [x]}]",
        "the id 'x' is used twice (first at small.yaml:30)",
    ),
]


@pytest.mark.parametrize(("body", "said"), UNREADABLE)
def test_what_cannot_be_read(with_form: WithForm, body: str, said: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        read_protocol(with_form(body))
    assert [said in str(problem) for problem in caught.value.problems] == [True], str(caught.value)


# --- the shipped forms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "items", "low", "high"),
    [
        ("alsfrs-r", 12, 0, 48),  # Cedarbaum 1999
        ("mrc", 12, 0, 60),  # Kleyweg 1991
        ("roads", 28, 0, 56),  # Fournier 2020
    ],
)
def test_the_sums_of_the_shipped_forms(
    shipped: TrialProtocol, form: str, items: int, low: int, high: int
) -> None:
    (found,) = shipped.forms_of(form)
    (total,) = found.derived
    ranges = [found.by_id[name].range for name in total.of]
    assert len(total.of) == items
    assert sum(r.low for r in ranges if r and r.low is not None) == low
    assert sum(r.high for r in ranges if r and r.high is not None) == high


def test_the_scores_of_the_alsaq_40(shipped: TrialProtocol) -> None:
    """Items 1-10, 11-20, 21-23, 24-30, 31-40: Jenkinson C et al., table of dimensions and items."""
    (form,) = shipped.forms_of("alsaq-40")
    *scores, index = form.derived

    def ends(derived: Derived) -> tuple[str, str, int]:
        return derived.of[0], derived.of[-1], len(derived.of)

    assert [ends(score) for score in scores] == [
        ("item-1", "item-10", 10),
        ("item-11", "item-20", 10),
        ("item-21", "item-23", 3),
        ("item-24", "item-30", 7),
        ("item-31", "item-40", 10),
    ]
    assert {score.rule for score in scores} == {Rule.PERCENT}
    # Jenkinson 2003: the 40 items are summed to a single index.
    assert (index.rule, index.of) == (Rule.PERCENT, tuple(f"item-{n}" for n in range(1, 41)))


def test_every_assessment_of_an_endpoint_that_is_a_number_has_a_form(
    shipped: TrialProtocol,
) -> None:
    assessments = {form.assessment for form in shipped.forms}
    ours = {"treg-function", "neurophysiology", "ccm", "sequencing", "adverse-events"}
    ends = {e.assessment for e in shipped.design.endpoints if e.assessment}
    assert ends - assessments == ours


def test_the_shipped_units_are_those_of_laboratories(shipped: TrialProtocol) -> None:
    (laboratory,) = shipped.forms_of("laboratory")
    units = {item.id: item.unit for item in laboratory.items}
    named = ("wbc", "haemoglobin", "creatinine", "alt")
    assert [units[name] for name in named] == ["10*9/L", "g/L", "umol/L", "U/L"]
    assert all(item.measures and item.limits_of_normal for item in laboratory.items)
    assert all(canonical(i.unit) == i.unit for f in shipped.forms for i in f.items if i.unit)


LANGUAGES: list[tuple[Language, list[str]]] = [
    (
        "en",
        [
            "White blood cells: number 10*9/L; 0 to 1000; outside of 1 to 40 with a reason only; "
            "counts as “White blood cell count in blood”; with the laboratory's limits of normal",
            "Urine hCG: choice; Negative | Positive; counts as “Pregnancy test in urine (hCG)”",
            "Total score: the sum of Speech to Respiratory insufficiency (12 items); missing if "
            "one of them is",
        ],
    ),
    (
        "zh",
        [
            "白细胞计数：数值 10*9/L；0至1000；超出1至40须说明理由；计为“白细胞计数”；"
            "可录入参考值上下限",
            "总分：言语至呼吸功能不全（12项）之和；缺任何一项则缺失",
            "综合指数：条目1至条目40（40项）之和，按最低分为0、最高分为100换算；缺任何一项则缺失",
            "最后确认存活日：日期；选填",
        ],
    ),
]


@pytest.mark.parametrize(("language", "lines"), LANGUAGES)
def test_the_forms_in_words(shipped: TrialProtocol, language: Language, lines: list[str]) -> None:
    said = {line for form in show(shipped, language).forms for line in form.lines}
    assert [line for line in lines if line not in said] == []


def test_every_form_is_chinese_in_chinese(shipped: TrialProtocol) -> None:
    for form in show(shipped, "zh").forms:
        said = [*form.lines, *filter(None, (form.note,))]
        assert [line for line in said if not re.search("[\u4e00-\u9fff]", line)] == []
    for choice in (c for f in shipped.forms for i in f.items for c in i.choices):
        assert choice.title_zh
    kinds = {item.type for form in shipped.forms for item in form.items}
    assert kinds == set(ItemType) - {ItemType.YES_NO}
