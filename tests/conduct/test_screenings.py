"""Taking in a screening by batches: others write between them, and what broke off is finished."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import func, select
from tests.conduct.people import NOW, TODAY, nobody_waits, patient, screened, somebody

from trialrun.conduct.actions import screenings
from trialrun.conduct.actions.candidates import Answer, ScreenedPatient, answer_criterion
from trialrun.conduct.actions.screenings import TakenIn, last_act, take_in_screening
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.audit import verify
from trialrun.conduct.changes import Change
from trialrun.conduct.database import Database, connect
from trialrun.conduct.reading.worklist import LastScreening, last_screening
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.candidates import Candidate, Screened, ScreeningRun
from trialrun.conduct.tables.trail import Event
from trialrun.errors import ConflictError
from trialrun.screening.verdict import Verdict

TEN = tuple(patient(f"p{number}") for number in range(10))
REFUSED = {"I1": "permits", "E4": "refuses"}


@pytest.fixture(autouse=True)
def batches_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenings, "BATCH", 4)


class StoppedError(Exception):
    """What breaks off."""


def after(batches: int, then: Callable[[], None]) -> Callable[[], None]:
    """Do something once, between a batch and the next."""
    passed = []

    def between() -> None:
        passed.append(1)
        if len(passed) == batches:
            then()

    return between


def stop() -> None:
    raise StoppedError


def last(database: Database) -> LastScreening:
    with database.reading() as session:
        found = last_screening(session)
    assert found is not None
    return found


def counted(database: Database, table: type[Candidate | Screened | ScreeningRun]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_writer_in_another_thread_gets_through_between_batches(
    database: Database, database_url: str
) -> None:
    def write() -> None:
        other = connect(database_url)
        somebody(other, Role.MONITOR, f"m{last_of(other)}")
        other.close()

    def last_of(other: Database) -> int:
        with other.reading() as session:
            return last_act(session)

    def let_one_write() -> None:
        writer = Thread(target=write)
        writer.start()
        writer.join()

    screened(database, *TEN, between=let_one_write)
    with database.reading() as session:
        verbs = session.scalars(select(Event.verb).order_by(Event.id)).all()
    batch, other = Verb.TAKE_IN_SCREENING, Verb.CREATE_ACCOUNT
    assert verbs == [batch, batch, other, batch, other, batch, other, Verb.FINISH_SCREENING]
    assert (last(database).is_whole, last(database).changes[Change.NEW]) == (True, 10)


def test_what_was_interrupted_is_finished_by_the_next_run_with_nothing_doubled(
    database: Database,
) -> None:
    with pytest.raises(StoppedError):
        screened(database, *TEN, between=after(1, stop))
    assert (counted(database, Candidate), last(database).is_whole) == (4, False)
    screened(database, *TEN)
    assert (counted(database, Candidate), counted(database, Screened)) == (10, 10)
    assert counted(database, ScreeningRun) == 1
    assert last(database).is_whole
    assert last(database).changes[Change.NEW] == 10
    assert verify(database).problems == ()


def test_another_screening_after_an_interruption_tells_its_changes_from_the_last_whole_one(
    database: Database,
) -> None:
    screened(database, patient("p0"))
    with pytest.raises(StoppedError):
        screened(database, *TEN, patient("q"), between=after(2, stop))
    without = (patient("p0", Verdict.INELIGIBLE, REFUSED), *TEN[1:])
    screened(database, *without)
    changes = last(database).changes
    assert (changes[Change.NO_LONGER], changes[Change.NEW]) == (1, 9)
    assert counted(database, ScreeningRun) == 3


def test_the_same_screening_once_more_is_another_run(database: Database) -> None:
    screened(database, *TEN)
    screened(database, *TEN)
    assert counted(database, ScreeningRun) == 2
    assert last(database).changes[Change.NONE] == 10


def test_a_screening_stops_where_a_newer_one_has_begun(database: Database) -> None:
    newer = after(1, lambda: screened(database, patient("p0", Verdict.UNDETERMINED)))
    with pytest.raises(ConflictError, match="screened the hospital's records meanwhile"):
        screened(database, *TEN, between=newer)
    assert counted(database, Candidate) == 4
    assert (last(database).is_whole, last(database).counts["patients"]) == (True, 300)


def test_an_answer_given_between_batches_is_not_written_over(database: Database) -> None:
    screened(database, *TEN)
    investigator = somebody(database)
    refused = patient("p9", Verdict.INELIGIBLE, REFUSED)

    def answer() -> None:
        with database.reading() as session:
            found = session.scalars(select(Candidate).where(Candidate.patient_id == "p9")).one()
        given = Answer("E4", "is so", True, TODAY, "told so")
        answer_criterion(
            database,
            investigator,
            NOW,
            found.id,
            given,
            today=TODAY,
            statements={"E4": ["is so"]},
            investigators=(),
            judge=lambda _session, _candidate: refused,
        )

    unsure = [patient(one.patient_id, Verdict.UNDETERMINED) for one in TEN]
    screened(database, *unsure, between=after(1, answer))
    with database.reading() as session:
        verdicts = {c.patient_id: c.verdict for c in session.scalars(select(Candidate))}
    assert (verdicts["p9"], verdicts["p8"]) == ("ineligible", "undetermined")


def taken_in(*patients: ScreenedPatient) -> TakenIn:
    return TakenIn(TODAY, "t", "1", {"patients": len(patients)}, patients, 0)


def test_who_goes_on_with_a_screening_that_another_has_finished_adds_nothing(
    database: Database,
) -> None:
    screening = taken_in(*TEN)

    def other() -> None:
        take_in_screening(database, PROGRAM, NOW, screening, between=nobody_waits)

    take_in_screening(database, PROGRAM, NOW, screening, between=after(1, other))
    assert (counted(database, Screened), counted(database, ScreeningRun)) == (10, 1)
    assert verify(database).problems == ()
