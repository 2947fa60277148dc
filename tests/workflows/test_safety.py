"""Adverse events as they are listed: terms, emergence, clocks."""

from __future__ import annotations

import pytest
from tests.conduct.safety_world import HOSPITAL, HOUR, NOW, TODAY, World, entry
from tests.workflows.trial_in_progress import TRIAL, dose, given

from trialrun.conduct.actions.adverse_events import report_adverse_event, void_adverse_event
from trialrun.conduct.actions.safety_reports import ReportEntry, record_safety_report
from trialrun.conduct.event_rules import EventTerm
from trialrun.conduct.safety_clock import ClockState
from trialrun.conduct.tables.adverse_events import AdverseEvent, Causality
from trialrun.criteria.truth import Truth
from trialrun.errors import NotFoundError
from trialrun.terminology.ctcae.classes import GENERAL_GRADES
from trialrun.terminology.ctcae.clinical import CLINICAL_TERMS
from trialrun.workflows.safety import (
    all_events,
    allowed_terms,
    chosen_term,
    events_to_report,
    grade_texts,
    hours_of,
    next_number,
    open_event,
    participant_events,
    term_choices,
)


def report(trial: World, **other: object) -> AdverseEvent:
    told = entry(**other)
    return report_adverse_event(
        trial.database,
        trial.investigator,
        NOW,
        1,
        told,
        terms=allowed_terms(TRIAL, told.term),
    )


def test_the_protocols_usual_events_come_before_those_of_ctcae() -> None:
    choices = term_choices(TRIAL)
    assert [one.term.term for one in choices if one.usual] == [
        "Injection site reaction",
        "Fever",
        "Flu like symptoms",
    ]
    assert choices[0].term_zh == "注射部位反应"
    # 41 terms that laboratory values raise, the clinical ones; the 3 usual ones are among these.
    assert len(choices) == len({one.term for one in choices}) == 41 + len(CLINICAL_TERMS)


def test_what_the_demonstration_had_to_type_is_in_the_list() -> None:
    listed = {(one.term.term, one.term.soc) for one in term_choices(TRIAL)}
    assert listed >= {
        ("Constipation", "Gastrointestinal disorders"),
        ("Fall", "Injury, poisoning and procedural complications"),
        ("Upper respiratory infection", "Infections and infestations"),
        ("Lung infection", "Infections and infestations"),
    }


CHOSEN = [
    # chosen | other | class | what is meant | may be recorded
    ("Fever", "", "", "General disorders and administration site conditions", True),
    (
        "",
        "Hiccups",
        "Respiratory, thoracic and mediastinal disorders",
        "Respiratory, thoracic and mediastinal disorders",
        True,
    ),
    ("", "Hiccups", "", "", False),
    ("", "Hiccups", "A class of nobody", "A class of nobody", False),
    ("", "", "Cardiac disorders", "Cardiac disorders", False),
    ("Hiccups", "", "Cardiac disorders", "", False),
]


@pytest.mark.parametrize(("chosen", "other", "soc", "meant", "allowed"), CHOSEN)
def test_a_term_is_of_the_list_or_of_a_class(
    chosen: str, other: str, soc: str, meant: str, allowed: bool
) -> None:
    term = chosen_term(TRIAL, chosen, other, soc)
    assert term == EventTerm(chosen or other, meant)
    assert (term in allowed_terms(TRIAL, term)) is allowed


def test_a_laboratory_term_has_its_own_words_for_each_grade() -> None:
    """CTCAE v5.0, Eosinophilia: grades 1 and 3 only; death is always 5."""
    assert sorted(grade_texts("Anemia")) == [1, 2, 3, 4, 5]
    assert grade_texts("Anemia")[3].startswith("Hgb <8.0 g/dL")
    assert 2 not in grade_texts("Eosinophilia")
    assert grade_texts("Fever") == GENERAL_GRADES


def test_the_clock_of_a_serious_event(trial: World) -> None:
    event = report(trial, criteria=HOSPITAL, aware_at=NOW - 2 * HOUR)
    report(trial)
    assert hours_of(TRIAL) == {"sponsor": 24, "ethics committee": 24}
    with trial.database.reading() as session:
        (pending,) = events_to_report(session, TRIAL, NOW)
        (late,) = events_to_report(session, TRIAL, NOW + 23 * HOUR)
    assert pending.event.id == event.id
    assert {clock.left for clock in pending.clocks} == {22 * HOUR}
    assert (pending.overdue, late.overdue) == (False, True)
    for recipient in ("sponsor", "ethics committee"):
        record_safety_report(
            trial.database,
            trial.investigator,
            NOW,
            event.id,
            ReportEntry(recipient, 0, NOW, "mail"),
            recipients=hours_of(TRIAL),
        )
    with trial.database.reading() as session:
        assert events_to_report(session, TRIAL, NOW + 100 * HOUR) == ()
        opened = open_event(session, TRIAL, event.id, NOW)
    assert {clock.state for clock in opened.shown.clocks} == {ClockState.IN_TIME}
    assert next_number(opened.reports, "sponsor") == 1
    assert next_number((), "sponsor") == 0


def test_emergence_is_derived(trial: World) -> None:
    report(trial, onset="2022-01-10", ended="", causality=Causality.NOT_RELATED)
    with trial.database.reading() as session:
        assert [one.emergent for one in participant_events(session, TRIAL, 1, NOW)] == [Truth.FALSE]
    dose(trial, 1, 0, given(0), 0)
    report(trial)
    report(trial, onset="2022-01", ended="")
    with trial.database.reading() as session:
        shown = participant_events(session, TRIAL, 1, NOW)
    assert [(one.event.onset, one.emergent) for one in shown] == [
        ("2022-05-18", Truth.TRUE),
        ("2022-01-10", Truth.FALSE),
        ("2022-01", Truth.UNKNOWN),
    ]


def test_lists_leave_out_what_is_void(trial: World) -> None:
    event = report(trial, criteria=HOSPITAL)
    void_adverse_event(
        trial.database, trial.investigator, NOW, event.id, version=1, reason="another's"
    )
    with trial.database.reading() as session:
        assert all_events(session, TRIAL, NOW, 1) == ((), 0)
        assert events_to_report(session, TRIAL, NOW) == ()
        (one,) = participant_events(session, TRIAL, 1, NOW)
    assert (one.event.void_reason, one.clocks) == ("another's", ())


def test_the_list_is_paged(trial: World) -> None:
    for _ in range(3):
        report(trial)
    with trial.database.reading() as session:
        found, everything = all_events(session, TRIAL, NOW, 2)
        first, _ = all_events(session, TRIAL, NOW, 1)
    assert (found, everything, len(first)) == ((), 3, 3)
    assert first[0].event.onset_lo <= TODAY


def test_an_event_that_is_not_there(trial: World) -> None:
    with trial.database.reading() as session, pytest.raises(NotFoundError):
        open_event(session, TRIAL, 99, NOW)
