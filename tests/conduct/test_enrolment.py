"""Consent and enrolment: the gate, in Python and in the database, and who is first."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from tests.conduct.people import NOW, PERMITS, TODAY, Site, later, patient, screened, site

from trialrun.conduct.actions.candidates import decline, invite, record_screen_failure
from trialrun.conduct.actions.consent import (
    Signature,
    obtain_consent,
    record_consent_form,
    withdraw_consent,
)
from trialrun.conduct.actions.enrolment import (
    Enrolment,
    end_participation,
    enrol,
    waive_criterion,
)
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database
from trialrun.conduct.reading.flow import Flow, enrolment_log, flow
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.conduct.tables.deviations import Deviation
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.criteria.truth import Truth
from trialrun.errors import ConflictError, RefusedError
from trialrun.screening.verdict import Verdict


@pytest.fixture
def clinic(database: Database) -> Site:
    return site(database)


def enrol_with(
    clinic: Site, permissions: Mapping[str, Truth] = PERMITS, at: datetime | None = None
) -> Participant:
    when = at or later(hours=1)
    return enrol(
        clinic.database,
        clinic.investigator,
        max(when, later(hours=1)),
        clinic.candidate_id,
        Enrolment("IL-2", when, TODAY, permissions),
        version=clinic.candidate.version,
    )


def problems_of(refused: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [problem.where for problem in refused.value.problems]


def test_who_consented_and_whom_every_criterion_permits_is_enrolled(clinic: Site) -> None:
    participant = clinic.enrol()
    assert (participant.number, participant.enrolled_on) == ("001", TODAY)
    assert clinic.candidate.status == "enrolled"
    with clinic.database.reading() as session:
        (line,) = enrolment_log(session)
    assert (line.number, line.form_version) == ("001", "1.0")
    assert verify(clinic.database).problems == ()


def test_nobody_is_enrolled_without_consent(clinic: Site) -> None:
    with pytest.raises(RefusedError) as refused:
        enrol_with(clinic)
    assert problems_of(refused) == ["status", "consent"]


def test_nobody_is_enrolled_before_the_consent_was_signed(clinic: Site) -> None:
    clinic.consent()
    with pytest.raises(RefusedError) as refused:
        enrol_with(clinic, at=NOW - timedelta(minutes=1))
    assert problems_of(refused) == ["enrolled_at"]


@pytest.mark.parametrize("truth", [Truth.FALSE, Truth.UNKNOWN])
def test_a_criterion_that_does_not_permit_holds_enrolment_up(clinic: Site, truth: Truth) -> None:
    clinic.consent()
    with pytest.raises(RefusedError) as refused:
        enrol_with(clinic, {**PERMITS, "E4": truth})
    assert problems_of(refused) == ["E4"]


def test_a_waiver_lets_one_criterion_pass_and_no_other(clinic: Site) -> None:
    clinic.consent()
    waive_criterion(
        clinic.database,
        clinic.investigator,
        NOW,
        clinic.candidate_id,
        criterion="E4",
        reason="platelets 79, repeated",
        known=frozenset(PERMITS),
    )
    with pytest.raises(RefusedError) as refused:
        enrol_with(clinic, {"I1": Truth.FALSE, "E4": Truth.FALSE})
    assert problems_of(refused) == ["I1"]
    assert enrol_with(clinic, {"I1": Truth.TRUE, "E4": Truth.FALSE}).number == "001"
    with clinic.database.reading() as session:
        (deviation,) = session.scalars(select(Deviation))
    assert (deviation.origin, deviation.key) == ("waiver", "waiver:E4")


def test_a_criterion_is_waived_once(clinic: Site) -> None:
    def waived() -> object:
        return waive_criterion(
            clinic.database,
            clinic.investigator,
            NOW,
            clinic.candidate_id,
            criterion="E4",
            reason="platelets 79, repeated",
            known=frozenset(PERMITS),
        )

    waived()
    with pytest.raises(RefusedError, match="it is waived already"):
        waived()


def test_a_withdrawn_consent_is_none(clinic: Site) -> None:
    clinic.consent()
    withdraw_consent(
        clinic.database,
        clinic.investigator,
        later(minutes=30),
        clinic.candidate_id,
        withdrawn_at=later(minutes=20),
        scope=WithdrawalScope.TREATMENT,
        reason="thought about it",
    )
    with pytest.raises(RefusedError) as refused:
        enrol_with(clinic)
    assert problems_of(refused) == ["consent"]


def test_a_version_in_a_far_year_is_mistyped(clinic: Site) -> None:
    with pytest.raises(RefusedError) as refused:
        record_consent_form(
            clinic.database,
            clinic.investigator,
            NOW,
            form_version="2.0",
            effective_on=TODAY.replace(year=2202),
            asks_again=True,
        )
    assert problems_of(refused) == ["effective_on"]


def test_after_an_amendment_that_asks_again_the_new_form_comes_first(clinic: Site) -> None:
    clinic.consent()
    form = record_consent_form(
        clinic.database,
        clinic.investigator,
        NOW,
        form_version="2.0",
        effective_on=TODAY,
        asks_again=True,
        amendment="a new risk",
    )
    with pytest.raises(RefusedError, match=r"signed first \(2\.0\)"):
        enrol_with(clinic)
    obtain_consent(
        clinic.database,
        clinic.investigator,
        later(minutes=5),
        clinic.candidate_id,
        Signature(form.id, later(minutes=5), TODAY, "Dr Fan"),
        version=clinic.candidate.version,
    )
    assert enrol_with(clinic).number == "001"


# What is wrong with the signature | the field
WRONG_SIGNATURES = [
    (Signature(1, NOW, date(2021, 11, 30), "Dr Fan"), "form_id"),
    (Signature(9, NOW, TODAY, "Dr Fan"), "form_id"),
    (Signature(1, later(minutes=1), TODAY, "Dr Fan"), "signed_at"),
    (Signature(1, NOW, TODAY, " "), "obtained_by"),
]


@pytest.mark.parametrize(("signature", "field"), WRONG_SIGNATURES)
def test_a_wrong_signature_is_refused(clinic: Site, signature: Signature, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        obtain_consent(
            clinic.database, clinic.investigator, NOW, clinic.candidate_id, signature, version=1
        )
    assert problems_of(refused) == [field]


def test_two_people_enrol_at_once_and_one_wins(clinic: Site) -> None:
    clinic.consent()
    seen = clinic.candidate.version

    def go(_: int) -> str:
        try:
            enrolment = Enrolment("IL-2", later(hours=1), TODAY, PERMITS)
            return enrol(
                clinic.database,
                clinic.investigator,
                later(hours=1),
                clinic.candidate_id,
                enrolment,
                version=seen,
            ).number
        except ConflictError:
            return "told"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(go, range(4))) == ["001", "told", "told", "told"]
    assert verify(clinic.database).problems == ()


# Statements that go round the actions | the constraint that refuses
ROUND_THE_ACTIONS = {
    # enrolled before the consent was signed
    "INSERT INTO participant (version, number, candidate_id, consent_id, consented_at,"
    " enrolled_at, enrolled_on, arm, status, ended_note) SELECT 1, '9', candidate_id, id,"
    " signed_at, '2022-01-16T00:00:00.000000Z', '2022-01-16', 'A', 'taking part', ''"
    " FROM consent": "after_consent",
    # a consent that is not the candidate's
    "INSERT INTO participant (version, number, candidate_id, consent_id, consented_at,"
    " enrolled_at, enrolled_on, arm, status, ended_note) SELECT 1, '9', 1, 77,"
    " '2022-01-16T00:00:00.000000Z', '2022-01-16T00:00:00.000000Z', '2022-01-16', 'A',"
    " 'taking part', ''": "(?i)foreign key",
}


@pytest.mark.parametrize("statement", ROUND_THE_ACTIONS)
def test_the_database_holds_the_gate_too(clinic: Site, statement: str) -> None:
    clinic.consent()
    with (
        pytest.raises(IntegrityError, match=ROUND_THE_ACTIONS[statement]),
        clinic.database.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_the_flow_is_counted_from_what_stands(clinic: Site) -> None:
    participant = clinic.enrol()
    end_participation(
        clinic.database,
        clinic.investigator,
        datetime(2022, 3, 1, tzinfo=UTC),
        participant.id,
        version=participant.version,
        ended_on=date(2022, 2, 28),
        why=EndOfParticipation.LOST,
        note="moved away",
        today=date(2022, 3, 1),
    )
    with clinic.database.reading() as session:
        counted = flow(session)
    assert (counted.assessed, counted.candidates, counted.consented) == (300, 1, 1)
    assert (counted.all_enrolled, counted.on_trial) == (1, 0)
    assert counted.ended_early == {"lost to follow-up": 1}


def adds_up(counted: Flow) -> None:
    """Each box is what goes on, and who left beside it: CONSORT 2010, item 13."""
    assert counted.assessed == counted.refused + counted.not_taken_in + counted.candidates
    left = sum(counted.declined.values()) + counted.no_longer + counted.waiting
    assert counted.candidates == left + counted.consented
    stopped = sum(counted.screen_failures.values()) + sum(counted.declined_later.values())
    assert counted.consented == stopped + counted.in_screening + counted.all_enrolled
    over = sum(counted.ended_early.values()) + counted.completed
    assert counted.all_enrolled == over + counted.on_trial


def test_every_box_of_the_flow_is_the_sum_of_the_next_ones(clinic: Site) -> None:
    people = [patient(f"P{number}") for number in range(1, 9)]
    screened(clinic.database, *people)
    both = [counted_flow(clinic)]
    assert (both[-1].last_screening, both[-1].refused, both[-1].candidates) == (300, 292, 8)
    clinic.enrol()
    others = [Site(clinic.database, clinic.investigator, n, clinic.form_id) for n in range(2, 8)]
    failed, changed, early, signed, invited, _ = others
    for one in (failed, changed, signed):
        one.consent()
    record_screen_failure(
        clinic.database,
        clinic.investigator,
        NOW,
        failed.candidate_id,
        version=failed.candidate.version,
        failed_on=TODAY,
        criteria=["E4"],
        reason="platelets 70",
        today=TODAY,
    )
    for one in (changed, early):
        decline(
            clinic.database,
            clinic.investigator,
            NOW,
            one.candidate_id,
            version=one.candidate.version,
            reason="too far",
        )
    invite(
        clinic.database,
        clinic.investigator,
        NOW,
        invited.candidate_id,
        version=invited.candidate.version,
    )
    both.append(counted_flow(clinic))
    assert both[-1].declined == both[-1].declined_later == {"too far": 1}
    # Screened again: P7 is refused now, P8 is in the records no more, P9 is new.
    now_refused = patient("P7", Verdict.INELIGIBLE, {"I1": "refuses", "E4": "permits"})
    screened(clinic.database, *people[:6], now_refused, patient("P9"), at=later(hours=2))
    both.append(counted_flow(clinic))
    assert (both[-1].earlier, both[-1].no_longer, both[-1].waiting) == (1, 1, 3)
    for counted in both:
        adds_up(counted)


def counted_flow(clinic: Site) -> Flow:
    with clinic.database.reading() as session:
        return flow(session)


def test_a_screen_failure_keeps_its_reasons(clinic: Site) -> None:
    clinic.consent()
    record_screen_failure(
        clinic.database,
        clinic.investigator,
        NOW,
        clinic.candidate_id,
        version=clinic.candidate.version,
        failed_on=TODAY,
        criteria=["E4"],
        reason="platelets 70",
        today=TODAY,
    )
    with clinic.database.reading() as session:
        assert flow(session).screen_failures == {"E4": 1}
