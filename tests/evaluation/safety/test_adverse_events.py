"""Adverse events of a few subjects, counted by hand; what is not known is no 0."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import subject
from tests.evaluation.safety.made import (
    GENERAL,
    event,
    il2_plan,
    made,
    people,
    row,
    shown,
    two_arms,
)

from trialrun.evaluation.results import Table, phrase
from trialrun.evaluation.safety.adverse_events import KINDS, adverse_events, overview
from trialrun.evaluation.safety.by_class import by_class
from trialrun.evaluation.safety.incidence import first_events, incidence
from trialrun.evaluation.safety.questions import at_least, emergent, fatal
from trialrun.evaluation.safety.severity import by_severity

NOT_KNOWN = phrase("not_known")
UNTOLD = phrase("cannot_be_told")


def label(kind: str) -> object:
    return phrase(f"event_{kind}")


def test_subjects_and_events_of_each_kind() -> None:
    safety = made(
        people(4),
        [
            event("001"),
            event("001", "Chills", related=True, grade=3),
            event("002", serious=True, related=True, action="drug withdrawn"),
            event("003", emergent=False, serious=True),
        ],
    )
    table = overview(safety)
    cells = {name: shown(row(table, label(name)))[0] for name in ("recorded", *dict(KINDS))}
    assert cells == {
        "recorded": "3 (75.0%) [4]",
        "emergent": "2 (50.0%) [3]",
        "related": "2 (50.0%) [2]",
        "serious": "1 (25.0%) [1]",
        "serious_related": "1 (25.0%) [1]",
        "severe": "1 (25.0%) [1]",
        "stopped": "1 (25.0%) [1]",
        "fatal": "0",
    }
    assert UNTOLD not in [one.label for one in table.rows]
    assert row(table, label("severe")).cells[0].rows == ("adverse_event/001-Chills",)


def test_what_nobody_judged_is_no_zero() -> None:
    safety = made(people(2), [event("001", related=None, grade=None)])
    table = overview(safety)
    for kind in ("related", "severe"):
        assert shown(row(table, label(kind))) == [NOT_KNOWN]
        assert shown(row(table, UNTOLD, after=label(kind))) == ["1 (50.0%) [1]"]
    rate = incidence(safety, "incidence", [("related", dict(KINDS)["related"])])
    assert shown(rate.rows[0])[:3] == [NOT_KNOWN, NOT_KNOWN, NOT_KNOWN]


def test_whether_it_is_emergent_is_counted_apart() -> None:
    safety = made(people(3), [event("001"), event("002", emergent=None, serious=True)])
    table = overview(safety)
    assert shown(row(table, label("emergent"))) == ["1 (33.3%) [1]"]
    assert shown(row(table, UNTOLD, after=label("emergent"))) == ["1 (33.3%) [1]"]
    # A serious event that may be emergent leaves open whether there is a serious emergent one.
    assert shown(row(table, label("serious"))) == [NOT_KNOWN]
    classes = by_class(safety, "emergent", emergent)
    assert phrase("events_unanswered", n="1", subjects="1") in classes.notes


@pytest.mark.parametrize(
    ("known", "is_severe"),
    [
        ({"grade": 2}, "false"),
        ({"grade": 3}, "true"),
        ({"grade": None, "severity": "severe"}, "true"),
        ({"grade": None, "severity": "moderate"}, "false"),
        ({"grade": None, "severity": ""}, "unknown"),
        ({"grade": None, "severity": "schlimm"}, "unknown"),
    ],
)
def test_severe_by_grade_or_by_word(known: dict[str, object], is_severe: str) -> None:
    assert at_least(3)(event("001", **known)).value == is_severe


def test_severe_may_be_worse_than_grade_3() -> None:
    assert at_least(4)(event("001", grade=None, severity="severe")).value == "unknown"
    assert at_least(4)(event("001", grade=None, severity="life-threatening")).value == "true"


@pytest.mark.parametrize(
    ("known", "is_fatal"),
    [
        ({"outcome": "fatal"}, "true"),
        ({"grade": 5}, "true"),
        ({"criteria": frozenset({"death"})}, "true"),
        ({"outcome": "recovered"}, "false"),
        ({"outcome": "", "grade": None, "serious": None}, "unknown"),
        ({"outcome": "unknown", "grade": None, "serious": True}, "unknown"),
    ],
)
def test_fatal(known: dict[str, object], is_fatal: str) -> None:
    assert fatal(event("001", **known)).value == is_fatal


def test_who_died_without_an_event_is_counted() -> None:
    safety = made([subject("001", death_day=80), subject("002")])
    table = overview(safety)
    assert shown(row(table, label("fatal"))) == ["0"]
    assert shown(row(table, phrase("died"))) == ["1 (50.0%)"]


def test_classes_and_terms_come_by_frequency() -> None:
    skin = "Skin and subcutaneous tissue disorders"
    safety = made(
        people(3),
        [
            event("001", "Rash", soc=skin),
            event("001"),
            event("002", "FEVER"),
            event("002", "Chills"),
            event("003", "Chills"),
            event("003", "Pain", emergent=False),
            event("003"),
        ],
    )
    table = by_class(safety, "emergent", emergent)
    assert [(one.label, *shown(one)) for one in table.rows] == [
        (phrase("any_of_these"), "3 (100.0%) [6]"),
        (GENERAL, "3 (100.0%) [5]"),
        ("Fever", "3 (100.0%) [3]"),
        ("Chills", "2 (66.7%) [2]"),
        (skin, "1 (33.3%) [1]"),
        ("Rash", "1 (33.3%) [1]"),
    ]


def test_a_term_under_two_classes_is_counted_in_each() -> None:
    safety = made(people(2), [event("001"), event("002", soc="")])
    rows = by_class(safety, "emergent", emergent).rows
    assert [(one.label, *shown(one)) for one in rows[1:]] == [
        (phrase("no_class"), "1 (50.0%) [1]"),
        ("Fever", "1 (50.0%) [1]"),
        (GENERAL, "1 (50.0%) [1]"),
        ("Fever", "1 (50.0%) [1]"),
    ]


def worst(table: Table) -> dict[object, object]:
    heads = (1, 2, 3, 4, 5, None, "any")
    return dict(zip(heads, shown(table.rows[0]), strict=True))


def test_each_subject_counts_once_by_the_worst_grade() -> None:
    events = [
        *(event("001", grade=grade) for grade in (1, 3, 2)),
        *(event("002", grade=grade) for grade in (2, None)),
        *(event("003", grade=grade) for grade in (5, None)),
    ]
    (table,) = by_severity(made(people(4), events), emergent)
    assert worst(table) == {
        1: "0",
        2: "0",
        3: "1 (25.0%)",
        4: "0",
        5: "1 (25.0%)",
        None: "1 (25.0%)",
        "any": "3 (75.0%)",
    }
    cells = dict(zip((1, 2, 3, 4, 5, None, "any"), table.rows[0].cells, strict=True))
    assert cells[3].rows == ("adverse_event/001-Fever",) * 3
    assert len(cells["any"].rows) == 7
    assert cells[1].rows == ()


def test_no_grade_at_all_is_not_known() -> None:
    (table,) = by_severity(made(people(2), [event("001", grade=None)]), emergent)
    assert worst(table)[None] == "1 (50.0%)"
    assert [worst(table)[grade] for grade in (1, 2, 3, 4, 5)] == ["0"] * 5


def test_words_stand_where_there_is_no_grade() -> None:
    events = [event("001", grade=None, severity=word) for word in ("mild", "severe")]
    events.append(event("002", grade=None, severity="odd"))
    (table,) = by_severity(made(people(2), events), emergent)
    assert table.columns[:3] == tuple(
        phrase(f"severity_{w}") for w in ("mild", "moderate", "severe")
    )
    assert shown(table.rows[0]) == ["0", "0", "1 (50.0%)", "1 (50.0%)", "2 (100.0%)"]


def test_no_event_of_thirteen_has_an_upper_bound() -> None:
    """In R 4.2.2: binom.test(0, 13)$conf.int ends at 0.247053, 1 - 0.025^(1/13)."""
    table = incidence(made(people(13)), "incidence", KINDS_SAID)
    for one in table.rows:
        assert shown(one)[:2] == ["0/13 (0.0%)", "0.0 to 24.7"]


KINDS_SAID = [(phrase(f"event_{kind}"), asked) for kind, asked in KINDS]


def test_rates_per_time_at_risk() -> None:
    """Three subjects of 100 days each, 4 events, 2 subjects with one, from day 49 and 9 on.

    In R 4.2.2: poisson.test(4, 300/36525)$conf.int is 132.691 to 1246.91;
    poisson.test(2, (50 + 10 + 100)/36525)$conf.int 55.2918 to 1649.26.
    """
    subjects = people(3, last_day=99)
    events = [event("001", onset_day=day) for day in (60, 49, 70)]
    events.append(event("002", onset_day=9))
    table = incidence(made(subjects, events), "incidence", [("x", emergent)])
    _, _, count, years, rate, first = table.rows[0].cells
    assert count.value == 4
    assert years.value == pytest.approx(300 / 365.25)
    assert rate.shown == "487.0 (132.7 to 1246.9)"
    assert first.shown == "456.6 (55.3 to 1649.3)"


def test_a_first_event_without_a_day_has_no_time_at_risk() -> None:
    subjects = people(2, last_day=99)
    events = [event("001", onset_day=None), event("001", onset_day=50)]
    found = first_events(subjects, events)
    assert (found.events, found.days, found.left_out) == (0, 100, 1)
    table = incidence(made(subjects, events), "incidence", [("x", emergent)])
    assert phrase("no_day_of_first", what="x", n="1") in table.notes


def test_who_has_no_last_day_has_no_time_at_risk() -> None:
    table = incidence(made(people(1, last_day=None)), "incidence", [("x", emergent)])
    reason = phrase("not_estimable", reason=phrase("reason_no_data"))
    assert shown(table.rows[0])[3:] == ["–", reason, reason]
    assert phrase("no_time_at_risk", n="1") in table.notes


def test_two_arms_are_compared() -> None:
    """3 of 4 against 0 of 4: in R 4.2.2, fisher.test(matrix(c(3, 1, 0, 4), 2)) has p = 0.1429."""
    subjects = [
        *people(4, arm="placebo", treated_as="placebo"),
        *(replace(one, id=f"1{one.id}") for one in people(4)),
    ]
    events = [event(f"100{n}") for n in (1, 2, 3)]
    safety = made(subjects, events, protocol=two_arms())
    assert shown(row(overview(safety), label("emergent"))) == [
        "0",
        "3 (75.0%) [3]",
        "3 (37.5%) [3]",
        "0.143",
    ]
    (figure,) = adverse_events(safety).figures
    (dot,) = figure.rows  # type: ignore[attr-defined]
    assert [share for _, share in dot.shares] == [0, 75]
    assert dot.difference[0] == 75


def test_an_arm_of_nobody_has_no_numbers() -> None:
    safety = made(people(3), [event("001")], protocol=two_arms())
    reason = phrase("not_estimable", reason=phrase("reason_no_variation"))
    assert shown(row(overview(safety), label("emergent")))[0] == "–"
    assert shown(row(overview(safety), label("emergent")))[-1] == reason
    table = incidence(safety, "incidence", [("x", emergent)])
    nobody = phrase("not_estimable", reason=phrase("reason_no_data"))
    assert shown(table.rows[0]) == ["–", nobody, "–", "–", "–", nobody, nobody]
    placebo, _ = by_severity(safety, emergent)
    assert set(shown(placebo.rows[0])) == {"–"}


def test_events_of_interest_are_found_whatever_their_capitals() -> None:
    plan = replace(il2_plan(), of_interest=("fever", "Rash"))
    section = adverse_events(made(people(2), [event("001", "FEVER")], plan=plan))
    table = next(one for one in section.tables if one.id == "adverse-events-of-interest")
    assert [one.cells[0].shown for one in table.rows] == ["1/2 (50.0%)", "0/2 (0.0%)"]


def test_no_event_and_events_of_others_are_said() -> None:
    left = subject("009", first_dose_day=None, treated_as=None)
    section = adverse_events(made([*people(2), left], [event("009")]))
    assert section.said == (phrase("no_adverse_events", n="2"), phrase("events_outside", n="1"))
    assert section.figures == ()


@pytest.mark.parametrize("action", ["", "unknown", "Unknown"])
def test_an_action_that_is_not_told_may_have_been_withdrawal(action: str) -> None:
    table = overview(made(people(2), [event("001", action=action)]))
    assert shown(row(table, label("stopped"))) == [NOT_KNOWN]


def test_events_without_time_at_risk_are_in_no_rate() -> None:
    """One subject of 100 days without an event, another of unknown days with one."""
    subjects = [*people(1, last_day=99), subject("002", last_day=None)]
    table = incidence(made(subjects, [event("002")]), "incidence", [("x", emergent)])
    assert [cell.value for cell in table.rows[0].cells[4:]] == [0, 0]


def test_an_event_after_the_last_day_adds_no_time() -> None:
    found = first_events(people(1, last_day=99), [event("001", onset_day=120)])
    assert (found.events, found.days) == (1, 100)


def test_what_results_alone_would_grade_is_not_mistaken_for_a_report() -> None:
    """Eosinophilia in 0 of 13 stands beside grade 1 in 13 of 13: one was reported, one measured."""
    note = phrase("interest_is_reported")
    for laboratory, said in ((il2_plan().laboratory, True), ((), False)):
        plan = replace(il2_plan(), laboratory=laboratory)
        tables = adverse_events(made(people(2), [event("001")], plan=plan)).tables
        table = next(one for one in tables if one.id == "adverse-events-of-interest")
        assert (note in table.notes) is said
