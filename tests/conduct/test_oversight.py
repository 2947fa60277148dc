"""Locks that nothing gets round, and signatures that tell what has changed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.conduct.safety_world import (
    NOW,
    TERMS,
    TODAY,
    World,
    at_once,
    entry,
    fields,
    last_act,
    raw_refusal,
    refused,
)

from trialrun.conduct.actions.adverse_events import report_adverse_event, void_adverse_event
from trialrun.conduct.actions.deviations import (
    DeviationEntry,
    DeviationProposal,
    propose_deviations,
)
from trialrun.conduct.actions.oversight import lock, sign, unlock
from trialrun.conduct.actions.queries import answer_query, open_query, verify_source
from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.reading.oversight import check_signature, open_locks, signatures_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.tables.deviations import DeviationKind
from trialrun.conduct.tables.oversight import DataLock, Signature
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError

EVENT = RowRef("adverse_event", 1)
MEANING = "I have reviewed and approve"


@pytest.fixture
def held(trial: World) -> World:
    """The trial with an adverse event of participant 1."""
    report_adverse_event(trial.database, trial.coordinator, NOW, 1, entry(), terms=TERMS)
    return trial


def locked(trial: World, **other: Any) -> DataLock:
    told = {"participant_id": 1, "reason": "all queries are closed", **other}
    return lock(trial.database, trial.data_manager, NOW, **told)


def unlocked(trial: World, version: int = 1, reason: str = "a late laboratory report") -> DataLock:
    return unlock(trial.database, trial.data_manager, NOW, 1, version=version, reason=reason)


def ended(trial: World) -> Participant:
    with act(
        trial.database, Verb.END_PARTICIPATION, trial.investigator, at=NOW, reason="moved"
    ) as doing:
        return doing.change(doing.session.get_one(Participant, 1), ended_note="moved")


WRITES: dict[str, Callable[[World], object]] = {
    "a new row": lambda trial: report_adverse_event(
        trial.database, trial.coordinator, NOW, 1, entry(), terms=TERMS
    ),
    "a changed row": lambda trial: void_adverse_event(
        trial.database, trial.coordinator, NOW, 1, version=1, reason="twice"
    ),
    "the participant": ended,
    "a proposal": lambda trial: propose_deviations(
        trial.database,
        PROGRAM,
        NOW,
        1,
        [DeviationProposal("k", DeviationEntry(DeviationKind.OTHER, "", "so", "2022"))],
        today=TODAY,
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_locked_data_stand_still_until_they_are_unlocked(held: World, write: str) -> None:
    locked(held)
    before = verify(held.database).head
    problems = refused(lambda: WRITES[write](held), RefusedError)
    assert fields(problems) == ["participant"]
    assert problems[0].found == "these data are locked"
    assert verify(held.database).head == before
    unlocked(held)
    WRITES[write](held)


def test_a_lock_is_of_one_participant(held: World) -> None:
    locked(held)
    report_adverse_event(held.database, held.coordinator, NOW, 2, entry(), terms=TERMS)


def test_the_database_holds_locked_data_still(held: World) -> None:
    locked(held)
    with held.database.reading() as session:
        row = session.get_one(Participant, 2)
    statements = (
        "UPDATE adverse_event SET grade = 3, version = 2",
        "UPDATE participant SET arm = 'x', version = 2 WHERE id = 1",
        # nor are rows moved to somebody else who is not locked
        "UPDATE adverse_event SET participant_id = 2, version = 2",
    )
    for statement in statements:
        with (
            pytest.raises(IntegrityError, match="these data are locked"),
            held.database.engine.begin() as connection,
        ):
            connection.execute(text(statement))
    assert row.version == 1


def test_a_query_and_a_mark_are_possible_on_locked_data(held: World) -> None:
    locked(held)
    open_query(held.database, held.monitor, NOW, EVENT, "grade", "why?")
    answer_query(held.database, held.coordinator, NOW, 1, "so", version=1)
    verify_source(held.database, held.monitor, NOW, EVENT, version=1)
    signed(held)


def test_locking_and_unlocking_leave_their_reasons(held: World) -> None:
    locked(held)
    verb, ((table, changes),) = last_act(held.database)
    assert (verb, table) == ("lock", "data_lock")
    assert changes["lock_reason"] == "all queries are closed"
    with held.database.reading() as session:
        assert [one.id for one in open_locks(session, 1)] == [1]
    one = unlocked(held)
    assert (one.unlock_reason, one.unlocked_at) == ("a late laboratory report", NOW)
    assert last_act(held.database)[0] == "unlock"
    with held.database.reading() as session:
        assert open_locks(session, 1) == []
    assert locked(held).id == 2


def test_a_lock_is_refused(held: World) -> None:
    assert fields(refused(lambda: locked(held, reason=" "), RefusedError)) == ["reason"]
    refused(lambda: locked(held, participant_id=99), NotFoundError)
    for actor in (held.investigator, held.coordinator, held.monitor):
        refused(
            lambda actor=actor: lock(held.database, actor, NOW, 1, reason="x"),  # type: ignore[misc]
            ForbiddenError,
        )
    locked(held)
    refused(lambda: locked(held), ConflictError)


def test_unlocking_is_refused(held: World) -> None:
    locked(held)
    assert fields(refused(lambda: unlocked(held, reason=""), RefusedError)) == ["reason"]
    unlocked(held)
    refused(lambda: unlocked(held), ConflictError)
    refused(lambda: unlocked(held, version=2), ConflictError)


def test_of_two_who_lock_at_once_one_is_told(held: World) -> None:
    found = at_once(lambda: locked(held), lambda: locked(held))
    assert sorted(type(one).__name__ for one in found) == ["ConflictError", "DataLock"]


def test_a_lock_and_a_write_at_once_do_not_pass_each_other(held: World) -> None:
    found = at_once(lambda: locked(held), lambda: WRITES["a changed row"](held))
    kinds = [type(one).__name__ for one in found]
    assert kinds[0] == "DataLock"
    assert kinds[1] in ("AdverseEvent", "RefusedError")
    refused(lambda: WRITES["a new row"](held), RefusedError)


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"lock_reason": "", "participant_id": 2}, "ck_data_lock_lock_reason"),
        ({"unlocked_at": NOW}, "ck_data_lock_unlock_reason"),
        (
            {"unlocked_at": NOW - timedelta(hours=1), "unlock_reason": "x"},
            "ck_data_lock_unlock_after_lock",
        ),
        ({}, "unique"),
    ],
)
def test_the_database_refuses_locks_that_go_round(
    held: World, written: dict[str, Any], constraint: str
) -> None:
    assert constraint in raw_refusal(held.database, locked(held), **written).lower()


def seen(trial: World, place: RowRef | None = None) -> str:
    with trial.database.reading() as session:
        return content_to_sign(session, 1, place)


def signed(trial: World, **other: Any) -> Signature:
    told = {"meaning": MEANING, "signs_in_again": lambda: True, **other}
    told.setdefault("seen", seen(trial, told.get("place")))
    return sign(trial.database, trial.investigator, NOW, 1, **told)


def test_a_signature_has_name_time_meaning_and_the_trail_before_it(held: World) -> None:
    before = verify(held.database).head
    one = signed(held)
    assert (one.printed_name, one.signed_at, one.meaning) == ("Full investigator", NOW, MEANING)
    assert one.chain_head == before
    verb, ((table, changes),) = last_act(held.database)
    assert (verb, table, changes["content_hash"]) == ("sign", "signature", one.content_hash)
    with held.database.reading() as session:
        assert [each.id for each in signatures_of(session, 1)] == [one.id]
        assert check_signature(session, one).holds


def changed_since(database: Database, signature: Signature) -> tuple[RowRef, ...]:
    with database.reading() as session:
        check = check_signature(session, signature)
    assert check.in_chain
    assert check.holds is (check.same and not check.changed)
    assert check.same is (not check.changed)
    return check.changed


def test_a_signature_tells_what_has_changed_since(held: World) -> None:
    whole, row, of_participant = (
        signed(held),
        signed(held, place=EVENT),
        signed(held, place=RowRef("participant", 1)),
    )
    WRITES["a changed row"](held)
    assert changed_since(held.database, whole) == (EVENT,)
    assert changed_since(held.database, row) == (EVENT,)
    assert changed_since(held.database, of_participant) == ()
    WRITES["a new row"](held)
    assert changed_since(held.database, whole) == (EVENT, RowRef("adverse_event", 2))
    assert changed_since(held.database, row) == (EVENT,)


def test_what_others_do_and_what_is_said_about_the_data_changes_no_signature(held: World) -> None:
    one = signed(held)
    open_query(held.database, held.monitor, NOW, EVENT, "grade", "why?")
    report_adverse_event(held.database, held.coordinator, NOW, 2, entry(), terms=TERMS)
    signed(held)
    locked(held)
    assert changed_since(held.database, one) == ()


def test_a_signature_finds_what_was_changed_round_the_trail(held: World) -> None:
    one = signed(held)
    with held.database.engine.begin() as connection:
        connection.execute(text("UPDATE adverse_event SET narrative = 'x', version = 2"))
    with held.database.reading() as session:
        check = check_signature(session, one)
    assert (check.same, check.changed, check.holds) == (False, (), False)


def test_a_signature_of_a_trail_that_was_made_anew_does_not_hold(held: World) -> None:
    with act(held.database, Verb.SIGN, held.investigator, at=NOW) as doing:
        genuine = signed_row(held)
        forged = doing.add(genuine)
    with held.database.reading() as session:
        check = check_signature(session, forged)
    assert (check.in_chain, check.holds) == (False, False)


def signed_row(held: World) -> Signature:
    return Signature(
        participant_id=1,
        table_name=None,
        row_id=None,
        meaning=MEANING,
        account_id=1,
        printed_name="Full investigator",
        signed_at=NOW,
        content_hash="0" * 64,
        chain_head="1" * 64,
    )


def test_signing_is_refused(held: World) -> None:
    wrong = {"signs_in_again": lambda: False}
    assert fields(refused(lambda: signed(held, **wrong), RefusedError)) == ["password"]
    report_adverse_event(held.database, held.coordinator, NOW, 2, entry(), terms=TERMS)
    others = {"place": RowRef("adverse_event", 2), "meaning": " "}
    assert fields(refused(lambda: signed(held, **others), RefusedError)) == ["meaning", "place"]
    refused(lambda: signed(held, place=RowRef("adverse_event", 9)), NotFoundError)
    refused(
        lambda: sign(
            held.database,
            held.monitor,
            NOW,
            1,
            meaning=MEANING,
            seen=seen(held),
            signs_in_again=lambda: True,
        ),
        ForbiddenError,
    )
    with held.database.reading() as session:
        assert signatures_of(session, 1) == []


def test_two_may_sign_at_once(held: World) -> None:
    found = at_once(lambda: signed(held), lambda: signed(held))
    assert all(isinstance(one, Signature) for one in found)
    assert verify(held.database).problems == ()


@pytest.mark.parametrize(
    ("written", "constraint"),
    [
        ({"meaning": ""}, "ck_signature_meaning"),
        ({"table_name": "adverse_event"}, "ck_signature_one_row_or_all"),
        ({"account_id": 99}, "foreign key"),
    ],
)
def test_the_database_refuses_signatures_that_go_round(
    held: World, written: dict[str, Any], constraint: str
) -> None:
    assert constraint in raw_refusal(held.database, signed(held), **written).lower()
