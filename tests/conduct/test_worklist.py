"""The worklist: what the last screening changed, who is not named by it, and pages of a hundred."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conduct.people import NOW, TODAY, later, patient, screened, site

from trialrun.conduct.actions.consent import record_consent_form
from trialrun.conduct.actions.enrolment import end_participation
from trialrun.conduct.changes import Change, Difference, Said, change_between, differences
from trialrun.conduct.database import Database
from trialrun.conduct.reading.consents import who_signs_again
from trialrun.conduct.reading.worklist import Wanted, last_screening, worklist
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.screening.verdict import Verdict

E4_OPEN = {"I1": "permits", "E4": "unknown"}
NEXT_WEEK = date(2022, 1, 24)

# The screening before | this one | the change
CHANGES = [
    (None, Said("eligible", {}), Change.NEW),
    (Said("eligible", {}), Said("eligible", {}), Change.NONE),
    (Said("eligible", {}), Said("ineligible", {}), Change.NO_LONGER),
    (Said("undetermined", {}), Said("eligible", {}), Change.VERDICT),
    (Said("ineligible", {}), Said("undetermined", {}), Change.VERDICT),
    (
        Said("undetermined", {"I1": "unknown", "E4": "permits"}),
        Said("undetermined", {"I1": "permits", "E4": "unknown"}),
        Change.CRITERIA,
    ),
]


@pytest.mark.parametrize(("before", "after", "change"), CHANGES)
def test_each_change_has_a_name(before: Said | None, after: Said, change: Change) -> None:
    assert change_between(before, after) is change


def test_criteria_that_one_screening_did_not_ask_are_differences_too() -> None:
    before, after = Said("v", {"I1": "permits", "I9": "unknown"}), Said("v", {"I1": "permits"})
    assert differences(before, after) == (Difference("I9", "unknown", None),)
    assert differences(after, before) == (Difference("I9", None, "unknown"),)


def test_changes_are_counted_and_can_be_asked_for(database: Database) -> None:
    screened(database, patient("a"), patient("b"), patient("gone"))
    screened(
        database,
        patient("a", Verdict.UNDETERMINED, E4_OPEN),
        patient("b"),
        patient("c"),
        on=NEXT_WEEK,
    )
    with database.reading() as session:
        last = last_screening(session)
        listed = {
            change: [
                line.candidate.patient_id
                for line in worklist(session, Wanted(change=change), TODAY).lines
            ]
            for change in Change
        }
        named = {
            line.candidate.patient_id: line.change
            for line in worklist(session, Wanted(), TODAY).lines
        }
    assert last is not None
    assert {change: n for change, n in last.changes.items() if n} == {
        "new": 1,
        "verdict changed": 1,
        "unchanged": 1,
    }
    assert (last.index_date, last.unnamed) == (NEXT_WEEK, 1)
    assert {change: ids for change, ids in listed.items() if ids} == {
        "new": ["c"],
        "verdict changed": ["a"],
        "unchanged": ["b"],
    }
    assert named["gone"] is None


def test_a_verdict_that_time_has_ended_is_said_so_and_comes_after_those_that_stand(
    database: Database,
) -> None:
    clinic = site(database)
    clinic.enrol(later(hours=2))
    day = timedelta(days=1)
    screened(database, patient("opened"), patient("not yet"))
    screened(
        database,
        patient("lapsed", lapses_on=NEXT_WEEK - day),
        patient("last day", lapses_on=NEXT_WEEK),
        patient("for good"),
        patient("opened", Verdict.INELIGIBLE, opens_on=NEXT_WEEK),
        patient("not yet", Verdict.INELIGIBLE, opens_on=NEXT_WEEK + day),
        at=later(hours=3),
    )
    with database.reading() as session:
        listed = worklist(session, Wanted(), NEXT_WEEK)
        only = worklist(session, Wanted(verdict="ineligible"), NEXT_WEEK)
    assert [(line.candidate.patient_id, line.has_ended) for line in listed.lines] == [
        ("last day", False),
        ("for good", False),
        ("lapsed", True),
        ("not yet", False),
        ("opened", True),
        ("P1", False),
    ]
    assert (listed.ended, only.ended) == (2, 1)


def test_pages_of_a_hundred(database: Database) -> None:
    screened(database, *(patient(f"p{n:03}") for n in range(201)))
    with database.reading() as session:
        pages = [worklist(session, Wanted(page=n), TODAY) for n in (1, 3, 99)]
    assert [len(page.lines) for page in pages] == [100, 1, 1]
    assert [(page.page, page.pages, page.found) for page in pages] == [
        (1, 3, 201),
        (3, 3, 201),
        (3, 3, 201),
    ]


def test_a_verdict_is_as_of_the_screening_or_of_an_act_that_came_later(database: Database) -> None:
    clinic = site(database)
    screened(database, patient("b"), on=NEXT_WEEK)

    def as_of() -> dict[str, tuple[date | None, bool]]:
        with database.reading() as session:
            lines = worklist(session, Wanted(), TODAY).lines
        return {
            line.candidate.patient_id: (line.screened_on, line.answered_at is not None)
            for line in lines
        }

    assert as_of() == {"P1": (TODAY, False), "b": (NEXT_WEEK, False)}
    clinic.consent(later(hours=2))
    assert as_of() == {"P1": (TODAY, True), "b": (NEXT_WEEK, False)}


def test_before_any_screening(database: Database) -> None:
    with database.reading() as session:
        assert last_screening(session) is None
        assert worklist(session, Wanted(change=Change.NEW), TODAY).found == 0


def test_a_participant_is_left_to_surveillance(database: Database) -> None:
    clinic = site(database)
    clinic.enrol()
    screened(database, patient("P1", Verdict.INELIGIBLE), on=NEXT_WEEK)
    assert clinic.candidate.verdict == "eligible"
    with database.reading() as session:
        last = last_screening(session)
    assert last is not None
    assert last.unnamed == 1


def test_who_has_left_does_not_sign_again(database: Database) -> None:
    clinic = site(database)
    participant = clinic.enrol()
    record_consent_form(
        database,
        clinic.investigator,
        NOW,
        form_version="2.0",
        effective_on=TODAY,
        asks_again=True,
    )
    with database.reading() as session:
        assert [one.newer.form_version for one in who_signs_again(session, TODAY)] == ["2.0"]
        assert who_signs_again(session, date(2022, 1, 1)) == []
    end_participation(
        database,
        clinic.investigator,
        NOW,
        participant.id,
        version=participant.version,
        ended_on=TODAY,
        why=EndOfParticipation.LOST,
        note="moved away",
        today=TODAY,
    )
    with database.reading() as session:
        assert who_signs_again(session, TODAY) == []
