"""Narratives, listings, and the lanes of subjects."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import doses, il2_protocol, subject
from tests.evaluation.safety.made import event, made, people, result, shown, two_arms

from trialrun.evaluation.evaluate import evaluate
from trialrun.evaluation.figure_data import Swimmer
from trialrun.evaluation.results import Phrase, Table, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.listings import listings
from trialrun.evaluation.safety.narratives import narratives
from trialrun.evaluation.safety.sections import safety
from trialrun.evaluation.safety.swimmer import swimmer
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.records.analysis_data import AnalysisData, Departure, Standing
from trialrun.report.evaluation.voice import EvaluationVoice


def told(safety: Safety) -> list[str]:
    voice = EvaluationVoice("en")
    return [voice.words(words) for words in narratives(safety).said]


def test_a_narrative_is_composed_of_the_data() -> None:
    """Doses on days 0, 2 and 4 of 1 million units each, up to the onset on day 5."""
    one = event(
        "001",
        "Sepsis",
        onset_day=5,
        end_day=None,
        grade=4,
        serious=True,
        criteria=frozenset({"life_threatening", "hospitalisation"}),
        related=True,
        causality="possible",
        action="drug withdrawn",
        outcome="recovering",
        narrative="He {felt} ill; 50% worse.",
    )
    safety = made(people(1), [one], doses=tuple(doses(il2_protocol(), "001")))
    amount = f"{3 * il2_protocol().design.arms[0].regimen.dose:,}"
    assert told(safety) == [
        "001 (male, 55 years, Low-dose interleukin-2): Sepsis. Grade: grade 4, "
        "seriousness: hospitalisation, life threatening, causality: possible, "
        "action taken: drug withdrawn, outcome: recovering, began on day 5, "
        "ended on day not known, "
        f"after doses on 3 days, {amount} IU in all, the last one 1 days before. "
        "The investigator writes: “He {felt} ill; 50% worse.”"
    ]


@pytest.mark.parametrize(
    ("known", "who", "said"),
    [
        ({"onset_day": None}, {}, "the doses before it are not known"),
        ({"onset_day": -3}, {}, "before the first dose"),
        ({}, {"first_dose_day": None}, "never dosed"),
        ({}, {}, "2 days after the first dose; no single doses are recorded"),
        ({"grade": None, "outcome": ""}, {}, "Grade: not known"),
        ({}, {"age": None, "sex": None}, "(sex not known, not known, Low-dose"),
        ({}, {"arm": None, "treated_as": None}, "no arm"),
    ],
)
def test_what_is_not_known_is_said(
    known: dict[str, object], who: dict[str, object], said: str
) -> None:
    (text,) = told(made([subject("001", **who)], [event("001", serious=True, **known)]))
    assert said in text


def test_a_death_without_an_event_and_what_nobody_judged() -> None:
    safety = made([subject("001", death_day=80), subject("002")], [event("002", serious=None)])
    assert told(safety) == [
        "001 (male, 55 years, Low-dose interleukin-2): died on day 80; "
        "no fatal adverse event is recorded.",
        "Of 1 other adverse events nobody has judged whether they are serious or fatal.",
    ]
    fatal = event("001", outcome="fatal", serious=True)
    assert len(told(made([subject("001", death_day=80)], [fatal]))) == 1


def test_nothing_serious_is_said() -> None:
    assert told(made(people(2), [event("001")])) == [
        "No death and no serious adverse event is recorded of 2 subjects."
    ]


def listed(safety: Safety, name: str) -> Table:
    return next(table for table in listings(safety).tables if table.id == name)


def test_the_listings_hold_everybody() -> None:
    subjects = [
        subject(
            "001",
            standing=Standing.DISCONTINUED,
            discontinued_because="adverse event",
            last_day=90,
            death_day=95,
        ),
        subject("002", standing=Standing.DISCONTINUED, first_dose_day=None, last_dose_day=None),
        subject("003"),
    ]
    departure = Departure(subject="003", kind="visit", description="late", day=30, rows=("d/1",))
    safety = made(
        subjects,
        [event("002", emergent=None), event("003", outcome="fatal")],
        departures=(departure,),
    )
    events = listed(safety, "adverse-events-listing")
    assert [one.label for one in events.rows] == ["002", "003"]
    assert shown(events.rows[0])[-3] == phrase("not_known")
    deaths = listed(safety, "deaths")
    assert [(one.label, one.cells[1].shown) for one in deaths.rows] == [
        ("001", "95"),
        ("003", phrase("not_known")),
    ]
    ended = listed(safety, "discontinuations")
    assert [shown(one)[1:] for one in ended.rows] == [
        ["adverse event", "152", "90"],
        [phrase("no_reason_given"), phrase("never_dosed"), "336"],
    ]
    (deviation,) = listed(safety, "deviations").rows
    assert shown(deviation)[1:] == ["visit", "late", "30", phrase("not_known")]
    assert deviation.cells[1].rows == ("d/1",)


def test_empty_listings_say_so() -> None:
    for table in listings(made(people(1))).tables:
        assert (table.rows, table.notes) == ((), (phrase("none_listed"),))


def test_lanes() -> None:
    subjects = [
        subject("001", last_day=100, death_day=100),
        subject("002", standing=Standing.ONGOING, last_day=20),
    ]
    events = [
        event("001", grade=3, onset_day=40),
        event("001", grade=2, onset_day=10),
        event("001", grade=None, onset_day=30),
    ]
    given = doses(il2_protocol(), "002", until=2)
    (figure,) = swimmer(made(subjects, events, doses=tuple(given))).figures
    assert isinstance(figure, Swimmer)
    first, second = figure.lanes
    assert first.bars == (("trial", 0.0, 101 / DAYS_PER_MONTH),)
    assert first.marks == (("severe event", 40 / DAYS_PER_MONTH), ("death", 100 / DAYS_PER_MONTH))
    assert [kind for kind, _, _ in second.bars] == ["trial", "dose", "dose"]
    assert (second.marks, second.ongoing) == ((), True)


def test_nobody_has_no_lane() -> None:
    section = swimmer(made([]))
    assert (section.said, section.figures) == ((phrase("no_subjects"),), ())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_word_is_said_in_both_languages(language: str) -> None:
    """A key that no table of words has raises KeyError."""
    cases = [
        made([]),
        made(people(2)),
        made(
            [*people(3, arm="placebo", treated_as="placebo"), subject("009", death_day=9)],
            [event("001", serious=True, related=None, grade=None), event("009", onset_day=None)],
            [result("001", "alt", day, 500) for day in (-7, 14)]
            + [result("001", "bilirubin", 14, 90, normal_low=None)]
            + [result("002", "platelets", 14, 90, unit="g")],
            protocol=two_arms(),
        ),
    ]
    voice = EvaluationVoice(language)  # type: ignore[arg-type]
    for case in cases:
        for section in safety(case.study):
            said = [section.title, *section.said, *(figure.title for figure in section.figures)]
            for table in section.tables:
                said += [table.title, table.corner, *table.columns, *table.notes]
                said += [
                    words
                    for row in table.rows
                    for words in (row.label, *(c.shown for c in row.cells))
                ]
            for words in said:
                spoken = voice.words(words)
                # Nothing but numbers and names comes out the same in Chinese.
                if language == "zh" and isinstance(words, Phrase) and not words.gaps:
                    assert not spoken.isascii()


def test_safety_is_a_part_of_the_evaluation() -> None:
    data = AnalysisData(source="made by hand", subjects=tuple(people(2)))
    protocol = il2_protocol()
    assert protocol.analysis is not None
    protocol = replace(protocol, analysis=replace(protocol.analysis, analyses=()))
    sections = [one.id for one in evaluate(protocol, data).sections]
    assert sections[-6:] == [
        "adverse-events",
        "narratives",
        "stopping",
        "laboratory",
        "courses",
        "listings",
    ]


def test_a_fatal_event_is_told_even_if_nobody_judged_it_serious() -> None:
    (text,) = told(made(people(1), [event("001", outcome="fatal", serious=None)]))
    assert "outcome: fatal" in text
