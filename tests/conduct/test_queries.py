"""Queries: asked, answered, closed, reopened; marks that a row agrees with its source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session
from tests.conduct.safety_world import (
    NOW,
    TERMS,
    World,
    at_once,
    entry,
    fields,
    last_act,
    raw_refusal,
    refused,
)

from trialrun.conduct.actions.adverse_events import report_adverse_event, void_adverse_event
from trialrun.conduct.actions.queries import (
    answer_query,
    close_query,
    open_query,
    reopen_query,
    verify_source,
)
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.reading.oversight import (
    queries_of,
    source_marks,
)
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef
from trialrun.conduct.tables.candidates import Candidate, Consent
from trialrun.conduct.tables.queries import Query, QueryMessage, SourceMark
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

EVENT = RowRef("adverse_event", 1)
STEPS: dict[str, Callable[..., Query]] = {
    "answer": answer_query,
    "close": close_query,
    "reopen": reopen_query,
}


@pytest.fixture
def asked(trial: World) -> World:
    """The trial with an adverse event, and a query on its grade."""
    report_adverse_event(trial.database, trial.coordinator, NOW, 1, entry(), terms=TERMS)
    open_query(trial.database, trial.monitor, NOW, EVENT, "grade", "The chart says grade 3?")
    return trial


def who(trial: World, step: str) -> Actor:
    return trial.coordinator if step == "answer" else trial.monitor


def take(trial: World, step: str, version: int, words: str = "so it is") -> Query:
    return STEPS[step](trial.database, who(trial, step), NOW, 1, words, version=version)


def test_a_query_is_asked(asked: World) -> None:
    verb, audits = last_act(asked.database)
    assert (verb, [table for table, _ in audits]) == ("open query", ["query", "query_message"])
    with asked.database.reading() as session:
        (one,) = queries_of(session, 1)
        assert queries_of(session, 2) == ()
    assert (one.query.status, one.query.item) == ("open", "grade")
    assert [message.words for message in one.messages] == ["The chart says grade 3?"]


# steps taken | status at the end
WAYS = [
    (["answer"], "answered"),
    (["close"], "closed"),
    (["answer", "close"], "closed"),
    (["answer", "reopen"], "open"),
    (["answer", "close", "reopen", "answer", "close"], "closed"),
]


@pytest.mark.parametrize(("steps", "status"), WAYS)
def test_a_query_goes_its_way(asked: World, steps: list[str], status: str) -> None:
    for version, step in enumerate(steps, 1):
        query = take(asked, step, version)
        assert last_act(asked.database)[0] == f"{step} query"
    assert query.status == status
    with asked.database.reading() as session:
        (one,) = queries_of(session, 1)
    assert len(one.messages) == len(steps) + 1
    assert one.query.status == status


# steps taken | the next one, which is refused
NO_WAY = [(["answer"], "answer"), (["close"], "answer"), (["close"], "close"), ([], "reopen")]


@pytest.mark.parametrize(("steps", "then"), NO_WAY)
def test_a_step_out_of_order_is_refused(asked: World, steps: list[str], then: str) -> None:
    for version, step in enumerate(steps, 1):
        take(asked, step, version)
    problems = refused(lambda: take(asked, then, len(steps) + 1, " "), RefusedError)
    assert fields(problems) == ["status", "words"]


def test_nobody_closes_a_query_on_an_answer_of_their_own(asked: World) -> None:
    manager, database = asked.data_manager, asked.database
    version = answer_query(database, manager, NOW, 1, "It is grade 2.", version=1).version
    problems = refused(
        lambda: close_query(database, manager, NOW, 1, "Fine.", version=version), RefusedError
    )
    assert fields(problems) == ["step"]
    again = reopen_query(database, manager, NOW, 1, "Or 3?", version=version)
    closed = close_query(database, manager, NOW, 1, "No matter.", version=again.version)
    assert closed.status == "closed", "a question that has no answer may be taken back"


# who | may not
FORBIDDEN = [
    ("monitor", "answer"),
    ("coordinator", "close"),
    ("investigator", "reopen"),
    ("pharmacist", "close"),
]


@pytest.mark.parametrize(("role", "step"), FORBIDDEN)
def test_not_everybody_may(asked: World, role: str, step: str) -> None:
    actor = getattr(asked, role)
    refused(lambda: STEPS[step](asked.database, actor, NOW, 1, "so", version=1), ForbiddenError)


def test_a_coordinator_asks_no_query(trial: World) -> None:
    refused(
        lambda: open_query(
            trial.database, trial.coordinator, NOW, RowRef("participant", 1), "arm", "?"
        ),
        ForbiddenError,
    )


def test_a_query_needs_an_item_and_words(asked: World) -> None:
    problems = refused(
        lambda: open_query(asked.database, asked.monitor, NOW, EVENT, " ", ""), RefusedError
    )
    assert fields(problems) == ["item", "words"]
    problems = refused(
        lambda: open_query(asked.database, asked.monitor, NOW, EVENT, "bogus", "why?"),
        RefusedError,
    )
    assert fields(problems) == ["item"]


@pytest.mark.parametrize(
    "place",
    [
        RowRef("adverse_event", 99),
        RowRef("account", 1),
        RowRef("candidate", 1),
        RowRef("no_table", 1),
    ],
)
def test_only_rows_of_participants_are_asked_about(asked: World, place: RowRef) -> None:
    for call in (
        lambda: open_query(asked.database, asked.monitor, NOW, place, "grade", "why?"),
        lambda: verify_source(asked.database, asked.monitor, NOW, place, version=1),
    ):
        refused(call, NotFoundError)


def test_a_consent_is_asked_about_and_marked(trial: World) -> None:
    consent = RowRef("consent", 2)
    asked = open_query(trial.database, trial.monitor, NOW, consent, "signed_at", "which day?")
    verify_source(trial.database, trial.monitor, NOW, consent, version=1)
    with trial.database.reading() as session:
        assert source_marks(session, 2)[consent].holds
    assert asked.participant_id == 2


def test_a_row_of_nobody_enrolled_is_not_asked_about(trial: World) -> None:
    with act(trial.database, Verb.OBTAIN_CONSENT, trial.coordinator, at=NOW) as doing:
        candidate = doing.add(Candidate(patient_id="H3", verdict="eligible"))
        consent = doing.add(
            Consent(
                candidate_id=candidate.id,
                form_id=1,
                signed_at=NOW,
                obtained_by="Dr Lin",
                account_id=1,
            )
        )
    place = RowRef("consent", consent.id)
    refused(
        lambda: open_query(trial.database, trial.monitor, NOW, place, "signed_at", "?"),
        NotFoundError,
    )


def test_of_two_who_answer_at_once_one_is_told(asked: World) -> None:
    found = at_once(lambda: take(asked, "answer", 1, "yes"), lambda: take(asked, "close", 1, "no"))
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "Query"]
    with asked.database.reading() as session:
        assert len(queries_of(session, 1)[0].messages) == 2


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"status": "ignored"}, "ck_query_status"),
        ({"item": ""}, "ck_query_item"),
        ({"participant_id": 99}, "foreign key"),
    ],
)
def test_the_database_refuses_queries_that_go_round(
    asked: World, written: dict[str, Any], constraint: str
) -> None:
    with asked.database.reading() as session:
        row = session.get_one(Query, 1)
    assert constraint in raw_refusal(asked.database, row, **written).lower()


@pytest.mark.parametrize(
    ("written", "constraint"),
    [({"step": "ignored"}, "ck_query_message_step"), ({"words": ""}, "ck_query_message_words")],
)
def test_the_database_refuses_messages_that_go_round(
    asked: World, written: dict[str, Any], constraint: str
) -> None:
    with asked.database.reading() as session:
        row = session.get_one(QueryMessage, 1)
    assert constraint in raw_refusal(asked.database, row, **written).lower()


def mark(trial: World, version: int) -> SourceMark:
    return verify_source(trial.database, trial.monitor, NOW, EVENT, version=version)


def holding(session: Session) -> set[RowRef]:
    """Return the rows of the participant that are verified as they stand."""
    return {place for place, marked in source_marks(session, 1).items() if marked.holds}


def test_a_mark_holds_until_the_row_changes(asked: World) -> None:
    mark(asked, 1)
    assert last_act(asked.database)[0] == "verify source"
    with asked.database.reading() as session:
        assert holding(session) == {EVENT}
    void_adverse_event(
        asked.database, asked.coordinator, NOW, 1, version=1, reason="stood there twice"
    )
    with asked.database.reading() as session:
        assert holding(session) == set()
    mark(asked, 2)
    with asked.database.reading() as session:
        assert source_marks(session, 1)[EVENT].holds


def test_only_what_was_read_is_marked(asked: World) -> None:
    refused(lambda: mark(asked, 2), ConflictError)
    mark(asked, 1)
    refused(lambda: mark(asked, 1), ConflictError)


def test_only_a_monitor_marks(asked: World) -> None:
    for actor in (asked.investigator, asked.coordinator, asked.data_manager):
        refused(
            lambda actor=actor: verify_source(  # type: ignore[misc]
                asked.database, actor, NOW, EVENT, version=1
            ),
            ForbiddenError,
        )


def test_of_two_who_mark_at_once_one_is_told(asked: World) -> None:
    found = at_once(lambda: mark(asked, 1), lambda: mark(asked, 1))
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "SourceMark"]


def test_the_database_keeps_one_mark_of_a_version(asked: World) -> None:
    assert "unique" in raw_refusal(asked.database, mark(asked, 1)).lower()
