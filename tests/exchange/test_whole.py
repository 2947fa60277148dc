"""The whole trial as it is read: every row that stands is there, once, with its stamp."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from tests.conduct.clinic import ZONE
from tests.exchange.world import HOSPITAL_IDS, LAST, PROTOCOL, conducted, day, noon

from trialrun.conduct.audit import head
from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.reading.whole import whole_trial
from trialrun.conduct.tables import Base
from trialrun.conduct.tables.candidates import Consent, ConsentForm
from trialrun.conduct.tables.ownership import owned_tables
from trialrun.errors import StoreError
from trialrun.records.trial_data import TrialData

NOT_SUBJECTS_DATA = {
    # Kept of the trial, not of a subject's course; the archive of a participant shows them.
    "data_lock",
    "query",
    "query_message",
    "source_mark",
    "signature",
    "event",
    "audit_event",
    "candidate",
    "screened",
    "ledger_entry",
}


def counted(database: Database, table: type[Base]) -> int:
    """Count the rows of a table, taken back or not."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_row_of_a_subject_stands_in_it_or_is_counted_as_taken_back(
    held: Database, data: TrialData
) -> None:
    stands = Counter(entry.table for one in data.subjects for entry in one.entries())
    stands += Counter(moved.table for moved in data.ledger)
    expected = {
        table.__tablename__: counted(held, table)
        for table in owned_tables()
        if table.__tablename__ not in NOT_SUBJECTS_DATA
    }
    assert {name: stands[name] + data.taken_back.get(name, 0) for name in expected} == expected
    assert all(expected.values()), "the world lacks a table"


def test_what_was_taken_back_is_left_out(data: TrialData) -> None:
    assert data.taken_back == {
        "adverse_event": 1,
        "criterion_answer": 1,
        "dose": 1,
        "form_entry": 1,
        "form_value": 1,
        "grade_decision": 1,
        "visit": 1,
    }
    (one, *_) = data.subjects
    assert [event.term for event in one.adverse_events] == ["Fever", "Sepsis"]


def test_subjects_are_those_who_consented_by_numbers_of_the_trial(data: TrialData) -> None:
    assert [subject.number for subject in data.subjects] == ["001", "002", "S3"]
    assert not any(name in repr(data) for name in HOSPITAL_IDS)


def test_a_corrected_value_has_the_stamp_of_its_correction(data: TrialData) -> None:
    values = [
        value
        for visit in data.subjects[0].visits
        for form in visit.forms
        for value in form.values
        if value.item == "wbc" and value.typed == "1.95"
    ]
    assert [(one.stamp.by, one.stamp.reason) for one in values] == [
        ("data-manager", "misread from the sheet")
    ]
    assert [(grade.term, grade.grade) for grade in values[0].grades] == [
        ("White blood cell decreased", 2)
    ]


def test_derived_items_are_computed_and_missing_where_a_part_is(data: TrialData) -> None:
    forms = [
        (visit.planned, form)
        for visit in data.subjects[0].visits
        for form in visit.forms
        if form.form == "alsfrs-r"
    ]
    # Twelve items of 4 at first, one point less in each 40 days.
    assert [(visit, int(form.derived["total"] or 0)) for visit, form in forms] == [
        ("V1", 48),
        ("V4", 24),
        ("V7", 0),
    ]


def test_events_after_the_first_dose_are_treatment_emergent(data: TrialData) -> None:
    assert [event.emergent for event in data.subjects[0].adverse_events] == [True, True]


def test_the_head_is_that_of_the_trail(held: Database, data: TrialData) -> None:
    with held.reading() as session:
        assert data.head == head(session)


def test_a_part_of_the_trial_has_only_the_subjects_asked_for(data: TrialData) -> None:
    part = data.of(frozenset({"001"}))
    assert [subject.number for subject in part.subjects] == ["001"]
    assert [moved.kind for moved in part.ledger] == ["dispensed", "returned"]


def test_a_row_that_no_act_wrote_stops_it(tmp_path: Path) -> None:
    opened = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(opened)
    conducted(opened)
    with opened.engine.begin() as connection:
        row = ConsentForm(form_version="9", effective_on=day(0), asks_again=False)
        connection.execute(insert(ConsentForm).values(**row.values()))
        written = {
            "candidate_id": 1,
            "form_id": 2,
            "signed_at": noon(300),
            "obtained_by": "nobody",
            "account_id": 1,
            "version": 1,
        }
        connection.execute(insert(Consent).values(**written))
    with opened.reading() as session, pytest.raises(StoreError, match="no act wrote this row"):
        whole_trial(session, PROTOCOL, ZONE, LAST)
    opened.close()
