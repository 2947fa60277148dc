"""The last line of defence: every rule in words is of a constraint that exists, and is told."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conduct.safety_world import NOW, TERMS, World, entry, refused

from trialrun.conduct.actions.adverse_events import report_adverse_event
from trialrun.conduct.actions.queries import verify_source
from trialrun.conduct.acts import act
from trialrun.conduct.constraints import RULES
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef
from trialrun.conduct.tables import Base
from trialrun.errors import RefusedError


def test_every_named_rule_is_of_a_constraint_that_exists() -> None:
    tables = Base.metadata.sorted_tables
    known = {str(one.name) for table in tables for one in table.constraints}
    known |= {str(one.name) for table in tables for one in table.indexes}
    assert {name for name in RULES if name.startswith(("ck_", "uq_"))} <= known


def written(trial: World, row: Base, **other: Any) -> str:
    """Write a row by an act that checks nothing; return the rule that it is refused by."""
    values = {name: value for name, value in row.values().items() if name != "version"}

    def write() -> None:
        with act(trial.database, Verb.REPORT_ADVERSE_EVENT, trial.coordinator, at=NOW) as doing:
            doing.add(type(row)(**{**values, **other}))

    (problem,) = refused(write, RefusedError)
    return problem.found


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"grade": 6}, "a CTCAE grade is 1 to 5"),
        ({"serious": True}, "an event is serious if it meets a criterion, and only then"),
        ({"participant_id": 9}, "a rule of the database about what may stand together"),
    ],
)
def test_a_broken_rule_is_told_in_words(trial: World, other: dict[str, Any], rule: str) -> None:
    event = report_adverse_event(trial.database, trial.coordinator, NOW, 1, entry(), terms=TERMS)
    assert written(trial, event, **other) == rule


def test_what_stands_already_is_told_in_words(trial: World) -> None:
    mark = verify_source(trial.database, trial.monitor, NOW, RowRef("participant", 1), version=1)
    assert written(trial, mark) == "this version is marked already"
