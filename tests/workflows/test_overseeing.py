"""Oversight: rows by visit, marks that end when a row changes, queries that wait, signatures."""

from __future__ import annotations

import pytest
from tests.conduct.safety_world import World
from tests.workflows.trial_in_progress import day, dose, given, laboratory, noon, value, visit

from trialrun.conduct.actions.form_entries import EnteredValue, correct_form_value
from trialrun.conduct.actions.oversight import lock, sign
from trialrun.conduct.actions.queries import answer_query, close_query, open_query
from trialrun.conduct.roles import Role
from trialrun.conduct.rows import RowRef
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.tables.visits import FormValue
from trialrun.errors import ConflictError, NotFoundError
from trialrun.workflows.overseeing import (
    Group,
    open_queries,
    open_signature,
    oversight,
    verify_visit,
)
from trialrun.workflows.row_facts import items_of


@pytest.fixture
def at_visit(trial: World) -> World:
    """Participant 1 had visit 1 (V1) with a laboratory form of one value, and one dose."""
    entry = {"wbc": value("5", "10*9/L", "3.5", "9.5")}
    laboratory(trial, visit(trial, "V1", 0, (0, 0)), 0, entry)
    dose(trial, 1, 0, given(0), 0)
    return trial


def groups(trial: World) -> dict[str | None, Group]:
    with trial.database.reading() as session:
        found = oversight(session, 1).groups
    return {group.visit.planned if group.visit else None: group for group in found}


def verify(trial: World, seen: str, visit_id: int | None = 1) -> int:
    return verify_visit(trial.database, trial.monitor, noon(1), 1, visit_id, seen=seen)


def correct(trial: World, number: str) -> None:
    with trial.database.reading() as session:
        held = session.get_one(FormValue, 1)
    correct_form_value(
        trial.database,
        trial.coordinator,
        noon(2),
        1,
        value(number, "10*9/L"),
        version=held.version,
        reason="read wrongly",
    )


def test_rows_stand_with_their_visit(at_visit: World) -> None:
    found = groups(at_visit)
    assert [row.place.table for row in found["V1"].rows] == ["form_entry", "form_value", "visit"]
    without = {row.place.table for row in found[None].rows}
    assert {"dose", "participant"} <= without
    value_row = found["V1"].rows[1]
    assert dict(value_row.facts)["typed"] == "5"
    assert not {"version", "entry_id", "reason"} & set(dict(value_row.facts))


def test_a_later_change_ends_the_mark(at_visit: World) -> None:
    assert verify(at_visit, groups(at_visit)["V1"].seen) == 3
    assert (groups(at_visit)["V1"].to_verify, groups(at_visit)["V1"].outdated) == (0, 0)
    correct(at_visit, "6")
    after = groups(at_visit)["V1"]
    assert (after.to_verify, after.outdated) == (1, 1)
    assert verify(at_visit, after.seen) == 1


def test_nobody_marks_what_they_have_not_seen(at_visit: World) -> None:
    seen = groups(at_visit)["V1"].seen
    correct(at_visit, "6")
    with pytest.raises(ConflictError):
        verify(at_visit, seen)
    assert groups(at_visit)["V1"].to_verify == 3
    with pytest.raises(NotFoundError):
        verify(at_visit, seen, visit_id=99)


def test_a_query_waits_for_whoever_can_go_on(at_visit: World) -> None:
    place = RowRef("form_value", 1)
    query = open_query(at_visit.database, at_visit.monitor, noon(1), place, "wbc", "Is it so low?")

    def waits_for(*roles: Role) -> list[bool]:
        with at_visit.database.reading() as session:
            return [one.mine for role in roles for one in open_queries(session, role)]

    assert waits_for(Role.COORDINATOR, Role.MONITOR) == [True, False]
    answered = answer_query(
        at_visit.database, at_visit.coordinator, noon(1), query.id, "It is.", version=query.version
    )
    assert waits_for(Role.COORDINATOR, Role.MONITOR) == [False, True]
    assert [q.id for q in groups(at_visit)["V1"].rows[1].queries] == [query.id]
    close_query(
        at_visit.database, at_visit.monitor, noon(1), query.id, "Thanks", version=answered.version
    )
    assert waits_for(*Role) == []
    assert groups(at_visit)["V1"].rows[1].queries == ()


def test_a_query_is_about_an_item_or_a_column(at_visit: World) -> None:
    with at_visit.database.reading() as session:
        assert items_of(session, RowRef("form_value", 1)) == ("wbc",)
        assert {"given_on", "amount", "site"} <= set(items_of(session, RowRef("dose", 1)))
        for place in (RowRef("account", 1), RowRef("dose", 9)):
            with pytest.raises(NotFoundError):
                items_of(session, place)


def test_locks_are_shown_where_they_hold(at_visit: World) -> None:
    lock(at_visit.database, at_visit.data_manager, noon(1), 1, reason="clean", visit_id=1)
    assert groups(at_visit)["V1"].lock is not None
    assert groups(at_visit)[None].lock is None
    lock(at_visit.database, at_visit.data_manager, noon(1), 1, reason="final")
    with at_visit.database.reading() as session:
        assert oversight(session, 1).lock is not None


def test_a_signature_shows_what_it_covers_and_what_changed_since(at_visit: World) -> None:
    with at_visit.database.reading() as session:
        seen = content_to_sign(session, 1)
    signature = sign(
        at_visit.database,
        at_visit.investigator,
        noon(1),
        1,
        meaning="I have reviewed these data",
        seen=seen,
        signs_in_again=lambda: True,
    )
    with at_visit.database.reading() as session:
        opened = open_signature(session, signature.id)
    assert opened.check.holds
    assert RowRef("form_value", 1) in {place for place, _ in opened.rows}
    correct(at_visit, "6")
    with at_visit.database.reading() as session:
        opened = open_signature(session, signature.id)
    assert (opened.check.holds, opened.check.changed) == (False, (RowRef("form_value", 1),))
    assert opened.participant.enrolled_on == day(0)


def test_what_is_not_done_says_why(at_visit: World) -> None:
    with at_visit.database.reading() as session:
        held = session.get_one(FormValue, 1)
    not_done = EnteredValue(None, reason="tube broke")
    correct_form_value(
        at_visit.database,
        at_visit.coordinator,
        noon(2),
        1,
        not_done,
        version=held.version,
        reason="x",
    )
    assert dict(groups(at_visit)["V1"].rows[1].facts) == {"item": "wbc", "reason": "tube broke"}
