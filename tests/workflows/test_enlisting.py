"""From the hospital's records to candidates, and what the next screening changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.clinic_records import ON, PATIENTS, ZONE
from tests.conduct.people import somebody

from trialrun.conduct.actions.candidates import Answer
from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.audit import verify
from trialrun.conduct.changes import Change, Difference
from trialrun.conduct.database import Database, connect
from trialrun.conduct.reading.candidates import candidate_file
from trialrun.conduct.reading.worklist import Order, Wanted, by_patient_id, worklist
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import Candidate
from trialrun.errors import ForbiddenError, RefusedError
from trialrun.workflows.candidates import answer, open_one
from trialrun.workflows.enlisting import Enlisted, enlist, enlist_from_command
from trialrun.workflows.running import RunningTrial

AT = datetime(2022, 1, 15, 2, tzinfo=UTC)


def silent(_: str) -> None:
    pass


def screened(running: RunningTrial, on: date = ON) -> Enlisted:
    return enlist(running, PROGRAM, AT, on, silent)


def candidates(database: Database, wanted: Wanted = Wanted()) -> list[Candidate]:  # noqa: B008
    with database.reading() as session:
        return [line.candidate for line in worklist(session, wanted, ON).lines]


def test_everybody_whom_the_records_do_not_refuse_becomes_a_candidate(
    running: RunningTrial,
) -> None:
    counts = screened(running).screening.counts
    found = candidates(running.database)
    assert len(found) == counts["eligible"] + counts["undetermined"] > 10
    assert counts["patients"] + counts["deceased"] == PATIENTS
    assert counts["deceased"] > 0
    assert verify(running.database).problems == ()


def test_the_interpreter_says_the_same_of_each_with_the_same_dates(running: RunningTrial) -> None:
    screened(running)
    for candidate in candidates(running.database):
        judged = open_one(running, candidate.id, ON, "en")
        assert (judged.judged.verdict, judged.judged.opens_on, judged.judged.lapses_on) == (
            candidate.verdict,
            candidate.opens_on,
            candidate.lapses_on,
        )
        assert [c.id for c in judged.opened.open] == candidate.open_criteria


def test_fewest_open_criteria_come_first_and_each_can_be_looked_for(running: RunningTrial) -> None:
    screened(running)
    everyone = candidates(running.database)
    counts = [candidate.open_count for candidate in everyone]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    lapses = [c.lapses_on for c in candidates(running.database, Wanted(order=Order.LAPSE))]
    dated = [day for day in lapses if day]
    assert dated == sorted(dated) == [day for day in lapses[: len(dated)] if day]
    of_e6 = candidates(running.database, Wanted(criterion="E6", verdict="undetermined"))
    assert {c.id for c in of_e6} == {c.id for c in everyone if "E6" in c.open_criteria}
    assert of_e6


def test_a_candidate_is_found_by_the_hospitals_id(running: RunningTrial) -> None:
    screened(running)
    wanted = candidates(running.database)[3]
    with running.database.reading() as session:
        assert by_patient_id(session, wanted.patient_id, ON).lines[0].candidate.id == wanted.id
        assert by_patient_id(session, "%", ON).found == 0


def coordinator(database: Database) -> Actor:
    return somebody(database, Role.COORDINATOR)


def test_what_the_hospital_says_of_the_consent_is_no_signature(running: RunningTrial) -> None:
    screened(running)
    everyone = candidates(running.database)
    assert all("I8" in candidate.open_criteria for candidate in everyone)
    assert all_but_signed(running)


def all_but_signed(running: RunningTrial) -> list[Candidate]:
    """Return the candidates whom everything permits but the consent that nobody has signed."""
    return [one for one in candidates(running.database) if one.open_criteria == ["I8"]]


def test_what_people_answered_outlasts_the_next_screening(running: RunningTrial) -> None:
    screened(running)
    chosen = all_but_signed(running)[0]
    said = Answer("E1", "is allergic or intolerant to interleukin-2", True, ON, "told so")
    answer(running, coordinator(running.database), AT, chosen.id, said)
    again = screened(running)
    (now,) = [c for c in candidates(running.database) if c.id == chosen.id]
    assert (now.verdict, now.refused_by) == ("ineligible", ["E1"])
    assert again.screening.changes[Change.NO_LONGER] == 1
    (named,) = candidates(running.database, Wanted(change=Change.NO_LONGER))
    assert named.id == chosen.id
    with running.database.reading() as session:
        changed = candidate_file(session, chosen.id).changed
    assert changed == (Difference("E1", "permits", "refuses"),)


def test_a_screening_half_a_year_later_says_what_has_grown_old(running: RunningTrial) -> None:
    screened(running)
    changes = screened(running, date(2022, 7, 15)).screening.changes
    # A confirmation of E5 and E7 counts for days: nobody stays eligible so long.
    assert all_but_signed(running) == []
    assert changes[Change.VERDICT] + changes[Change.CRITERIA] > 10


def test_the_command_makes_the_database_and_takes_in(tmp_path: Path, records: Path) -> None:
    url = f"sqlite:///{tmp_path / 'trial.db'}"
    done = enlist_from_command("ld-il2-immune-als", records, url, ON, AT, ZONE, silent)
    assert (done.trial, done.screening.index_date) == ("ld-il2-immune-als", ON)
    assert (tmp_path / "trial.db").stat().st_mode & 0o777 == 0o600
    database = connect(url)
    assert len(candidates(database)) == done.screening.changes[Change.NEW]
    database.close()


def test_a_server_without_records_cannot_screen(running: RunningTrial) -> None:
    blind = RunningTrial(running.database, running.protocol, None, running.zone)
    with pytest.raises(RefusedError, match="without the hospital's records"):
        screened(blind)


def test_a_monitor_takes_nothing_in(running: RunningTrial) -> None:
    monitor = somebody(running.database, Role.MONITOR)
    with pytest.raises(ForbiddenError):
        enlist(running, monitor, AT, ON, silent)
