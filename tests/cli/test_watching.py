"""`trialrun watch`: prints what is new, once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from tests.cli.shell import PROTOCOL, Shell
from tests.conduct.clinic import ZONE
from tests.conduct.safety_world import world

from trialrun.conduct.actions.oversight import lock
from trialrun.conduct.actions.visits import Held, VisitPlan, record_visit
from trialrun.conduct.creation import create
from trialrun.conduct.database import connect
from trialrun.conduct.tables.visits import Contact

URL = "sqlite:///trial.db"
WATCH = ("watch", PROTOCOL, "--database", URL, "--on", "2022-03-01")
LATE = "V2 Week 4: 3 days late; planned 2022-02-09 – 2022-02-15, done on 2022-02-18"


@pytest.fixture
def trial(shell: Shell) -> str:
    """A trial in which the first participant's visit V2 was three days late."""
    database = connect(URL)
    create(database)
    people = world(database)
    at = datetime(2022, 2, 18, 4, tzinfo=UTC)
    plan = VisitPlan("V2", (date(2022, 2, 9), date(2022, 2, 15)))
    held = Held(date(2022, 2, 18), Contact.VISIT)
    record_visit(database, people.coordinator, at, 1, held, zone=ZONE, plan=plan)
    lock(database, people.data_manager, at, 2, reason="final")
    database.close()
    return URL


def test_it_prints_what_is_new_once(shell: Shell, trial: str) -> None:
    first = shell.run(*WATCH)
    assert first.code == 0
    assert f"001  {LATE}" in first.out
    assert "2 participants, 1 new deviations proposed" in first.out
    second = shell.run(*WATCH)
    assert (second.code, "001  " in second.out) == (0, False)


def test_it_speaks_chinese_and_json(shell: Shell, trial: str) -> None:
    found = json.loads(shell.run(*WATCH, "--json").out)
    assert found["on"] == "2022-03-01"
    first, second = found["participants"]
    assert [one["description"] for one in first["new"]] == [LATE]
    assert first["new"][0]["kind"] == "visit out of its window"
    assert (second["new"], second["held_back"], second["unknown"]) == ([], False, 8)
    said = shell.run(*WATCH, "--language", "zh").out
    assert "截至2022-03-01：受试者2例，新提出方案偏离0项" in said


def test_it_names_the_database_that_is_not_there(shell: Shell) -> None:
    ran = shell.run("watch", PROTOCOL, "--database", "sqlite:///nowhere.db")
    assert ran.code == 6
    assert "Traceback" not in ran.err


def test_a_day_to_come_is_refused(shell: Shell, trial: str) -> None:
    ran = shell.run(*WATCH[:-1], "2199-01-01")
    assert (ran.code, "this day is still to come" in ran.in_one_line) == (2, True)
