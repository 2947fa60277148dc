"""What the database refuses, said in words: through the gateway, without the values."""

from __future__ import annotations

import pytest
from sqlalchemy import Index
from tests.conduct.clinic import day, noon
from tests.conduct.people import Site, site

from trialrun.conduct.acts import act
from trialrun.conduct.constraints import RULES
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.doses import LedgerEntry
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import RefusedError


@pytest.fixture
def clinic(database: Database) -> Site:
    return site(database)


def visit(clinic: Site, **columns: object) -> None:
    """Write a visit by an act that checks nothing itself."""
    participant = clinic.enrol()
    row = {
        "candidate_id": participant.candidate_id,
        "participant_id": participant.id,
        "enrolled_on": participant.enrolled_on,
        "day": participant.enrolled_on,
        "contact": "visit",
    }
    with act(clinic.database, Verb.RECORD_VISIT, clinic.investigator, at=noon(1)) as doing:
        for _ in range(2):
            doing.add(Visit(**{**row, **columns}))  # type: ignore[arg-type]


# A row | the rule that it breaks
BROKEN = [
    ({"contact": None}, "ck_visit_took_place_or_missed"),
    ({"planned": "V1"}, "visit.candidate_id, visit.planned"),
]


@pytest.mark.parametrize(("columns", "rule"), BROKEN)
def test_a_rule_is_said_in_words(clinic: Site, columns: dict[str, object], rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        visit(clinic, **columns)
    assert [problem.found for problem in refused.value.problems] == [RULES[rule]]


def test_a_guard_is_said_in_words(clinic: Site) -> None:
    entry = LedgerEntry(kind="destroyed", day=day(1), lot="A1", amount=1, unit="vial")
    with (
        pytest.raises(RefusedError) as refused,
        act(clinic.database, Verb.ENTER_LEDGER, clinic.investigator, at=noon(1)) as doing,
    ):
        doing.add(entry)
    assert [problem.found for problem in refused.value.problems] == [RULES["ledger_entry_stock"]]


def test_every_rule_names_something_that_exists() -> None:
    tables = Base.metadata.tables.values()
    known = {str(constraint.name) for table in tables for constraint in table.constraints} | {
        guard.name for mapper in Base.registry.mappers for guard in mapper.class_.guards
    }
    unique: list[Index] = [index for table in tables for index in table.indexes if index.unique]
    known |= {str(index.name) for index in unique}
    columns = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    for rule in RULES:
        assert rule in known or set(rule.split(", ")) <= columns, rule


def test_every_guard_is_said_in_words() -> None:
    guards = {guard.name for mapper in Base.registry.mappers for guard in mapper.class_.guards}
    assert guards <= set(RULES)
