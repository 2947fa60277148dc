"""The stopping rule of the shipped plan on a few participants, in the order of enrolment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.evaluation.made import ENROLMENT
from tests.evaluation.safety.made import event, il2_plan, made, people, row, shown

from trialrun.evaluation.figure_data import Boundary
from trialrun.evaluation.results import Section, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.stopping import Seen, seen_of, stopping_rule
from trialrun.protocol.analysis import StoppingRule
from trialrun.records.analysis_data import AdverseEventRecord


def rule() -> StoppingRule:
    found = il2_plan().stopping
    assert found is not None
    return found


def section(safety: Safety) -> Section:
    (found,) = stopping_rule(safety)
    return found


def after(n: int) -> object:
    return phrase("after_n", n=str(n))


def toxic(number: str, **known: object) -> AdverseEventRecord:
    return event(number, **({"grade": 3, "related": True} | known))


def test_boundaries() -> None:
    """In R 4.2.2, the least x with 1 - pbeta(.3, .3 + x, .7 + n - x) > .9, and with
    pbinom(x - 1, n, .3, lower = FALSE) <= .1, are 3, 4, 5 and 7 of 3, 6, 9 and 13."""
    boundary, _ = section(made(people(6))).tables
    assert [shown(one)[:2] for one in boundary.rows] == [
        ["≥ 3", "≥ 3"],
        ["≥ 4", "≥ 4"],
        ["≥ 5", "≥ 5"],
        ["≥ 7", "≥ 7"],
    ]


def test_how_often_it_stops() -> None:
    """The first looks of 3 and 6: 0.3^3 + P(3 of 3 not, and 4 of 6 or more), by hand at 30%.

    With 1 or 2 events of the first three, the next three have 3, or 2 and more:
    0.027 + 0.441 * 0.027 + 0.189 * (0.189 + 0.027) = 0.079731.
    """
    short = replace(rule(), looks=(3, 6))
    _, table = section(made(people(1), plan=replace(il2_plan(), stopping=short))).tables
    bayes, expected = row(table, "30%").cells[:2]
    assert bayes.value == pytest.approx(0.079731)
    assert expected.value == pytest.approx(6 - 3 * 0.027)


def test_the_data_in_the_order_of_enrolment() -> None:
    """Enrolled last is 001; of three the first two have the event: in R 4.2.2,
    1 - pbeta(.3, 2.3, 1.7) is 0.869136."""
    first, *others = people(3)
    late = replace(first, reference_date=ENROLMENT.replace(year=2021))
    safety = made([late, *others], [toxic("002"), toxic("003")])
    (group,) = safety.groups
    assert [(one.participants, one.events) for one in seen_of(safety, group, rule())] == [
        (1, 1),
        (2, 2),
        (3, 2),
    ]
    found = section(safety)
    assert phrase("posterior", events="2", n="3", limit="30", chance="0.869") in found.said
    (figure,) = found.figures
    assert isinstance(figure, Boundary)
    assert figure.steps == ((3, 3), (6, 4), (9, 5), (13, 7))
    assert figure.seen == ((1, 1), (2, 2), (3, 2))


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({}, "rule_stops"),
        ({"grade": 2}, "rule_goes_on"),
        ({"related": False}, "rule_goes_on"),
        ({"grade": None}, "cannot_be_told"),
        ({"related": None}, "cannot_be_told"),
        ({"related": None, "grade": 2}, "rule_goes_on"),
    ],
)
def test_the_third_of_three_decides(known: dict[str, object], verdict: str) -> None:
    events = [toxic("001"), toxic("002"), toxic("003", **known)]
    boundary, _ = section(made(people(3), events)).tables
    assert shown(row(boundary, after(3)))[-1] == phrase(verdict)
    assert shown(row(boundary, after(6)))[-1] == phrase("not_reached_yet")


def test_two_events_of_one_participant_count_once() -> None:
    safety = made(people(1), [toxic("001"), toxic("001"), toxic("001", grade=None)])
    assert seen_of(safety, safety.groups[0], rule()) == (Seen(1, 1, 0),)


def test_without_a_grade_serious_related_events_count() -> None:
    serious = replace(rule(), grade=None)
    events = [event("001", serious=True, related=True), event("002", serious=True), toxic("003")]
    safety = made(people(3), events)
    assert seen_of(safety, safety.groups[0], serious)[-1] == Seen(3, 1, 0)


def test_without_looks_it_is_looked_at_after_each() -> None:
    plan = replace(il2_plan(), stopping=replace(rule(), looks=()))
    boundary, _ = section(made(people(4), plan=plan)).tables
    assert [one.label for one in boundary.rows] == [after(n) for n in (1, 2, 3, 4)]
    nobody = section(made([], plan=plan))
    assert nobody.tables == ()
    assert nobody.said[-1] == phrase("no_subjects")


def test_a_boundary_that_no_number_reaches_is_said() -> None:
    plan = replace(il2_plan(), stopping=replace(rule(), looks=(1, 13), certainty=Decimal("0.99")))
    found = section(made(people(1), plan=plan))
    assert shown(row(found.tables[0], after(1)))[0] == phrase("never_stops")
    (figure,) = found.figures
    assert isinstance(figure, Boundary)
    assert [n for n, _ in figure.steps] == [13]


def test_nobody_so_far_leaves_the_boundary() -> None:
    found = section(made([]))
    assert len(found.tables) == 2
    assert found.said[-1] == phrase("no_subjects")
    assert shown(row(found.tables[0], after(3)))[-2:] == ["–", phrase("not_reached_yet")]


def test_no_rule_no_section() -> None:
    assert list(stopping_rule(made([], plan=replace(il2_plan(), stopping=None)))) == []
