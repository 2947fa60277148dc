"""The pages of candidates, consent, enrolment and the logs; what they refuse, and to whom."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.clinic_records import ON, trial_on
from tests.conduct.people import patient
from tests.trial_file import NewTrial
from tests.web.site import PASSWORD, START, Answer, Browser, Site
from tests.web.writes import acts

from trialrun.conduct.actions.consent import record_consent_form
from trialrun.conduct.actions.screenings import TakenIn, take_in_screening
from trialrun.conduct.actions.signing_in import actor_of
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.reading.worklist import Wanted, worklist
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import (
    Candidate,
    Consent,
    CriterionAnswer,
    ScreenFailure,
    Waiver,
    Withdrawal,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.web.pages import candidate as candidate_pages
from trialrun.web.pages import candidates as candidates_pages
from trialrun.web.pages import consents, enrolment
from trialrun.workflows.enlisting import enlist

RUN_COUNTS = {"patients": 1, "eligible": 1, "undetermined": 0, "ineligible": 0}
RECRUITMENT = (
    candidates_pages.pages,
    candidate_pages.pages,
    consents.pages,
    enrolment.pages,
)


@pytest.fixture(scope="session")
def screened_trial(
    new_trial: NewTrial, records: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The file of a trial whose candidates are those of the hospital: made once, and copied."""
    folder = tmp_path_factory.mktemp("screened")
    database = connect(new_trial(folder))
    enlist(trial_on(database, records), PROGRAM, START, ON, lambda _: None)
    database.close()
    return folder / "trial.db"


@pytest.fixture
def screened(
    screened_trial: Path, records: Path, tmp_path: Path, quick_hashes: None
) -> Iterator[Site]:
    """A clinic whose records were screened, with an investigator and a form in use."""
    shutil.copy(screened_trial, tmp_path / "screened.db")
    database = connect(private_sqlite_url(tmp_path / "screened.db"))
    clinic = Site(database, data=records)
    investigator = actor_of(clinic.account(Role.INVESTIGATOR))
    record_consent_form(
        clinic.database,
        investigator,
        clinic.clock.now,
        form_version="1.0",
        effective_on=date(2021, 12, 1),
        asks_again=False,
    )
    yield clinic
    database.close()


@pytest.fixture
def investigator(screened: Site) -> Browser:
    browser = screened.browser()
    browser.fill_in("/sign-in", "/sign-in", name="investigator", password=PASSWORD)
    return browser


def candidates(database: Database, verdict: str) -> list[Candidate]:
    """Return the candidates who will be so as soon as they have signed."""
    with database.reading() as session:
        everyone = [line.candidate for line in worklist(session, Wanted(), ON).lines]
    only_to_sign = [one for one in everyone if one.open_criteria == ["I8"]]
    ids = {one.id for one in only_to_sign}
    return {
        "": everyone,
        "eligible": only_to_sign,
        "undetermined": [one for one in everyone if one.id not in ids],
    }[verdict]


def one(site: Site, verdict: str) -> int:
    return candidates(site.database, verdict)[0].id


def now(site: Site, candidate_id: int) -> Candidate:
    with site.database.reading() as session:
        return session.get_one(Candidate, candidate_id)


def sign(browser: Browser, site: Site, candidate_id: int, **other: str) -> Answer:
    fields = {
        "form_id": "1",
        "day": "2022-01-15",
        "time": "09:00",
        "obtained_by": "Dr Fan",
        "expected": str(now(site, candidate_id).version),
    }
    return browser.fill_in(f"/candidates/{candidate_id}/consent", **{**fields, **other})


def enrol(browser: Browser, site: Site, candidate_id: int, **other: str) -> Answer:
    fields = {
        "arm": "IL-2",
        "day": "2022-01-15",
        "time": "09:02",
        "expected": str(now(site, candidate_id).version),
    }
    return browser.fill_in(f"/candidates/{candidate_id}/enrolment", **{**fields, **other})


# --- the worklist ----------------------------------------------------------------------------


def test_the_worklist_before_and_after_the_first_screening(clinic: Site) -> None:
    browser = clinic.signed_in(Role.COORDINATOR)
    assert "have not been screened yet" in browser.ask("/candidates").words
    assert browser.fill_in("/candidates/screening").leads_to == "/candidates"
    shown = browser.ask("/candidates")
    assert "Last screening: as of 15 Jan 2022" in shown.words
    found = re.search(r"(\d+) candidates", shown.words)
    assert found
    assert f"{found[1]} new" in shown.words


def test_filters_are_kept_and_narrow_the_list(screened: Site, investigator: Browser) -> None:
    everyone = candidates(screened.database, "")
    of_e6 = [c for c in everyone if "E6" in c.open_criteria]
    shown = investigator.ask("/candidates?criterion=E6&order=lapse+date")
    assert f"{len(of_e6)} candidates" in shown.words
    assert '<option value="E6" selected>' in shown.html
    assert '<option value="lapse date" selected>' in shown.html
    wild = investigator.ask("/candidates?criterion=';--&verdict=x&order=y&number=-1&status=z")
    assert (wild.status, f"{len(everyone)} candidates" in wild.words) == (200, True)
    assert investigator.ask("/candidates?status=%00").status == 404  # PostgreSQL takes no NUL


def test_a_patient_is_looked_for_without_an_address_that_tells_the_id(
    screened: Site, investigator: Browser
) -> None:
    wanted = candidates(screened.database, "eligible")[0]
    found = investigator.fill_in("/candidates", patient_id=wanted.patient_id)
    if found.status == 303:
        assert found.leads_to == f"/candidates/{wanted.id}"
    else:
        assert found.html.index(f">{wanted.patient_id}</a>") > 0
    nobody = investigator.fill_in("/candidates", patient_id="<script>alert(1)</script>")
    assert "0 candidates" in nobody.words
    assert "<script>alert(1)" not in nobody.html


def test_a_server_without_records_says_so(site: Site) -> None:
    browser = site.signed_in(Role.COORDINATOR)
    assert "it cannot screen them" in browser.ask("/candidates").words
    refused = browser.fill_in("/candidates/screening")
    assert (refused.status, "without the hospital's records" in refused.words) == (422, True)


# --- one candidate ---------------------------------------------------------------------------


def test_a_candidate_with_every_sentence_answer_and_gap(
    screened: Site, investigator: Browser
) -> None:
    wanted = candidates(screened.database, "undetermined")[0]
    shown = investigator.ask(f"/candidates/{wanted.id}")
    for said in (
        "Pregnant and lactating women;",
        "18-70 years old;",
        "undetermined",
        "Observation/",
    ):
        assert said in shown.words, said
    for criterion in wanted.open_criteria:
        assert f'id="c-{criterion}" open' in shown.html


def test_an_answer_changes_the_verdict_and_stays_with_who_and_when(
    screened: Site, investigator: Browser
) -> None:
    candidate = one(screened, "eligible")
    path = f"/candidates/{candidate}/answers/E1"
    assert "is allergic or intolerant to interleukin-2" in investigator.ask(path).words
    done = investigator.fill_in(
        path,
        statement="is allergic or intolerant to interleukin-2",
        answer="yes",
        answered_on="2022-01-15",
        reason="hives in 2019",
    )
    assert done.leads_to == f"/candidates/{candidate}#c-E1"
    assert now(screened, candidate).verdict == "ineligible"
    shown = investigator.ask(f"/candidates/{candidate}").words
    assert "The investigator: yes as of 15 Jan 2022 · hives in 2019" in shown
    assert "answer criterion" in shown


# What is sent | the field that is wrong
WRONG_ANSWERS = [
    ({"answer": ""}, "answer"),
    ({"answer": "perhaps"}, "answer"),
    ({"answered_on": "2022-02-30"}, "answered_on"),
    ({"answered_on": "2022-01-16"}, "answered_on"),
    ({"reason": " "}, "reason"),
]


@pytest.mark.parametrize(("sent", "field"), WRONG_ANSWERS)
def test_a_wrong_answer_is_refused_beside_its_field_and_kept(
    screened: Site, investigator: Browser, sent: dict[str, str], field: str
) -> None:
    candidate = one(screened, "eligible")
    good = {
        "statement": "response to glucocorticoids or immunoglobulin was poor",
        "answer": "no",
        "answered_on": "2022-01-15",
        "reason": "typed already",
    }
    refused = investigator.fill_in(f"/candidates/{candidate}/answers/I4", **{**good, **sent})
    assert (refused.status, f'id="why-{field}"' in refused.html) == (422, True)
    if field != "reason":
        assert "typed already" in refused.html
    with screened.database.reading() as session:
        assert session.scalars(select(CriterionAnswer)).all() == []


@pytest.mark.parametrize("criterion", ["I1", "I8", "X9", "<b>"])
def test_nobody_is_asked_what_no_person_answers(
    screened: Site, investigator: Browser, criterion: str
) -> None:
    candidate = one(screened, "eligible")
    assert investigator.ask(f"/candidates/{candidate}/answers/{criterion}").status == 404


def test_a_coordinator_answers_what_needs_no_confirmation(screened: Site) -> None:
    coordinator = screened.signed_in(Role.COORDINATOR)
    candidate = one(screened, "undetermined")
    for page in (f"/candidates/{candidate}", f"/candidates/{candidate}/enrolment"):
        html = coordinator.ask(page).html
        assert ("/answers/I4" in html, "/answers/I2" in html) == (True, False)
    path = f"/candidates/{candidate}/answers/I2"
    refused = coordinator.ask(path)
    assert (refused.status, "only an investigator answers" in refused.words) == (403, True)
    sent = coordinator.fill_in(
        path,
        f"/candidates/{candidate}",
        statement="seen",
        answer="yes",
        answered_on="2022-01-15",
        reason="seen",
    )
    assert sent.status == 403


def test_inviting_and_declining_and_who_is_too_late(screened: Site, investigator: Browser) -> None:
    candidate = one(screened, "eligible")
    version = str(now(screened, candidate).version)
    path = f"/candidates/{candidate}"
    assert investigator.fill_in(f"{path}/invitation", expected=version).status == 303
    late = investigator.fill_in(f"{path}/decline", expected=version, reason="too far")
    assert late.status == 409
    assert "a newer version exists" in late.words
    again = str(now(screened, candidate).version)
    assert investigator.fill_in(f"{path}/decline", expected=again, reason="").status == 422
    assert investigator.fill_in(f"{path}/decline", expected=again, reason="too far").status == 303
    assert (now(screened, candidate).status, now(screened, candidate).status_reason) == (
        "declined",
        "too far",
    )


# --- consent ---------------------------------------------------------------------------------


def test_forms_and_who_must_sign_again(screened: Site, investigator: Browser) -> None:
    candidate = one(screened, "eligible")
    assert sign(investigator, screened, candidate).status == 303
    form = {"form_version": "2.0", "effective_on": "2022-01-15", "asks_again": "yes"}
    assert investigator.fill_in("/consent-forms", **form).status == 303
    assert investigator.fill_in("/consent-forms", **form).status == 422
    shown = investigator.ask("/consent-forms").words
    assert "2.0 in use" in shown
    assert now(screened, candidate).patient_id in shown.partition("Who must sign again")[2]
    checked = investigator.ask(f"/candidates/{candidate}/enrolment").words
    assert "Version 2.0 of the consent form must be signed first." in checked
    refused = enrol(investigator, screened, candidate)
    assert "a newer version of the consent form must be signed first: 2.0" in refused.words
    old = sign(investigator, screened, candidate)
    assert (old.status, "another version of the form was in use" in old.words) == (422, True)
    assert sign(investigator, screened, candidate, form_id="2").status == 303
    assert "Nobody." in investigator.ask("/consent-forms").words


# What is sent | the field that is wrong
WRONG_SIGNATURES = [
    ({"day": "15.1.2022"}, "day"),
    ({"time": "25:00"}, "time"),
    ({"time": "23:59"}, "time"),
    ({"day": "2021-11-30"}, "form_id"),
    ({"form_id": "x"}, "form_id"),
    ({"obtained_by": ""}, "obtained_by"),
]


@pytest.mark.parametrize(("sent", "field"), WRONG_SIGNATURES)
def test_a_wrong_signature_is_refused_beside_its_field(
    screened: Site, investigator: Browser, sent: dict[str, str], field: str
) -> None:
    refused = sign(investigator, screened, one(screened, "eligible"), **sent)
    assert (refused.status, f'id="why-{field}"' in refused.html) == (422, True)
    with screened.database.reading() as session:
        assert session.scalars(select(Consent)).all() == []


def test_a_withdrawal_says_what_it_ends(screened: Site, investigator: Browser) -> None:
    candidate = one(screened, "eligible")
    sign(investigator, screened, candidate)
    path = f"/candidates/{candidate}/withdrawal"
    assert "No more of the study drug is given. Visits and follow-up go on" in (
        investigator.ask(path).words
    )
    fields = {"day": "2022-01-15", "time": "09:01", "reason": "gave none"}
    refused = investigator.fill_in(path, **fields)
    assert (refused.status, 'id="why-scope"' in refused.html) == (422, True)
    assert investigator.fill_in(path, scope="treatment", **fields).status == 303
    with screened.database.reading() as session:
        assert session.scalars(select(Withdrawal.scope)).all() == ["treatment"]
    assert "Withdrawn on 15 Jan 2022" in investigator.ask(f"/candidates/{candidate}").words
    assert "none stands" in investigator.ask(f"/candidates/{candidate}/enrolment").words


# --- enrolment -------------------------------------------------------------------------------


def test_from_consent_to_a_number(screened: Site, investigator: Browser) -> None:
    candidate = one(screened, "eligible")
    refused = enrol(investigator, screened, candidate)
    assert (refused.status, "no consent stands" in refused.words) == (422, True)
    sign(investigator, screened, candidate)
    visit = investigator.fill_in(f"/candidates/{candidate}/screening-visit", visit_day="2022-01-15")
    assert visit.leads_to == f"/candidates/{candidate}/enrolment"
    assert "Nothing stands in the way of enrolment" in investigator.ask(visit.leads_to).words
    assert enrol(investigator, screened, candidate).status == 303
    shown = investigator.ask(f"/candidates/{candidate}/enrolment").words
    assert "Enrolled on 15 Jan 2022 as participant 001." in shown
    late = enrol(investigator, screened, candidate)
    assert (late.status, "somebody else has enrolled this candidate" in late.words) == (409, True)
    assert "001" in investigator.ask("/logs/enrolment").words
    assert "1.0" in investigator.ask("/logs/screening").words
    assert "Enrolled (n = 1)" in investigator.ask("/logs/flow").words
    assert verify(screened.database).problems == ()


def test_a_screening_visit_leads_back_to_the_check_list(
    screened: Site, investigator: Browser
) -> None:
    candidate = one(screened, "eligible")
    sign(investigator, screened, candidate)
    investigator.fill_in(f"/candidates/{candidate}/screening-visit", visit_day="2022-01-15")
    for path in ("/visits/1", "/visits/1/forms/laboratory"):
        back = f'<a href="/candidates/{candidate}/enrolment">Screening visit and enrolment</a>'
        assert back in investigator.ask(path).html


def test_whoever_may_not_confirm_is_told_who_does(screened: Site, investigator: Browser) -> None:
    """One criterion of this candidate waits to be confirmed."""
    candidate = one(screened, "undetermined")
    (criterion, *_) = (name for name in now(screened, candidate).open_criteria if name != "I8")
    coordinator = screened.signed_in(Role.COORDINATOR)
    for path in (f"/candidates/{candidate}", f"/candidates/{candidate}/enrolment"):
        assert "an investigator confirms it" in coordinator.ask(path).words
        assert "an investigator confirms it" not in investigator.ask(path).words
        assert f"Answer {criterion}" in investigator.ask(path).words


def test_every_criterion_that_does_not_permit_is_named_and_an_investigator_may_waive(
    screened: Site, investigator: Browser
) -> None:
    candidate = one(screened, "undetermined")
    sign(investigator, screened, candidate)
    (criterion,) = now(screened, candidate).open_criteria
    refused = enrol(investigator, screened, candidate)
    assert f"{criterion} it is unknown" in refused.words
    investigator.fill_in("/language", language="zh", next="/")
    assert f"{criterion} 未知：请予以解决" in enrol(investigator, screened, candidate).words
    investigator.fill_in("/language", language="en", next="/")
    path = f"/candidates/{candidate}/waivers/{criterion}"
    assert investigator.fill_in(path, reason="").status == 422
    assert investigator.fill_in(path, reason="agreed with the sponsor").status == 303
    with screened.database.reading() as session:
        assert session.scalars(select(Waiver.criterion)).all() == [criterion]
    assert enrol(investigator, screened, candidate).status == 303


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"arm": "placebo"}, "the protocol has no such arm"),
        ({"day": "tomorrow"}, "it is no day"),
        ({"time": "23:00"}, "it is in the future"),
        ({"expected": "99"}, "This was changed meanwhile"),
        ({"expected": "9" * 30}, "This was changed meanwhile"),
    ],
)
def test_what_enrolment_refuses(
    screened: Site, investigator: Browser, sent: dict[str, str], said: str
) -> None:
    candidate = one(screened, "eligible")
    sign(investigator, screened, candidate)
    refused = enrol(investigator, screened, candidate, **sent)
    assert (refused.status in (409, 422), said in refused.words) == (True, True)
    with screened.database.reading() as session:
        assert session.scalars(select(Participant)).all() == []


def test_a_screen_failure_keeps_criteria_and_reason(screened: Site, investigator: Browser) -> None:
    candidate = one(screened, "undetermined")
    sign(investigator, screened, candidate)
    (criterion,) = now(screened, candidate).open_criteria
    path = f"/candidates/{candidate}/screen-failure"
    form = investigator.ask(path).html
    assert f'name="criterion-{criterion}" value="yes"' in form
    assert " checked" not in form, "what is merely unknown is not claimed"
    fields = {
        f"criterion-{criterion}": "yes",
        "failed_on": "2022-01-15",
        "expected": str(now(screened, candidate).version),
    }
    assert investigator.fill_in(path, **fields, reason="").status == 422
    assert investigator.fill_in(path, **fields, reason="not settled in time").status == 303
    with screened.database.reading() as session:
        failure = session.scalars(select(ScreenFailure)).one()
    assert (failure.criteria, failure.reason) == ([criterion], "not settled in time")
    assert f"{criterion}: 1" in investigator.ask("/logs/flow").words


def test_an_expired_session_writes_nothing(screened: Site, investigator: Browser) -> None:
    candidate = one(screened, "eligible")
    token = investigator.form_token("/my-account")
    screened.clock.go_on(hours=13)
    path = f"/candidates/{candidate}/invitation"
    assert investigator.post(path, data={"csrf": token, "expected": "1"}).status_code == 401
    assert now(screened, candidate).status == "suggested"


def test_a_monitor_reads_everything_and_is_offered_nothing(screened: Site) -> None:
    monitor = screened.signed_in(Role.MONITOR)
    candidate = one(screened, "undetermined")
    for path in (
        "/candidates",
        f"/candidates/{candidate}",
        f"/candidates/{candidate}/enrolment",
        "/consent-forms",
        "/logs/screening",
        "/logs/enrolment",
        "/logs/flow",
    ):
        shown = monitor.ask(path)
        main = shown.html.partition("<main")[2]
        assert shown.status == 200, path
        posts = re.findall(r'<form method="post" action="([^"]*)"', main)
        assert posts in ([], ["/candidates"]), path
        assert not re.search(r"/answers/|/waivers/|/decline|/withdrawal|/consent\"", main), path
    refused = monitor.fill_in(f"/candidates/{candidate}/invitation", expected="1")
    assert refused.status == 403
    assert now(screened, candidate).status == "suggested"


def test_a_day_later_the_page_judges_as_of_that_day(screened: Site, investigator: Browser) -> None:
    chosen = one(screened, "eligible")
    sign(investigator, screened, chosen)
    first = now(screened, chosen)
    assert first.lapses_on is not None
    screened.clock.go_on(days=(first.lapses_on - ON).days + 1)
    later = (first.lapses_on + timedelta(days=1)).day
    investigator.fill_in("/sign-in", "/sign-in", name="investigator", password=PASSWORD)
    shown = investigator.ask(f"/candidates/{first.id}").words
    assert f"Verdict on {later} Jan 2022 undetermined" in shown


def test_a_verdict_that_time_has_ended_is_not_shown_as_one_that_stands(site: Site) -> None:
    lapsing = [patient("A", lapses_on=ON), patient("B", lapses_on=ON), patient("C")]
    run = TakenIn(ON, "ld-il2-immune-als", "1", RUN_COUNTS, lapsing, knows_until=0)
    take_in_screening(site.database, PROGRAM, START, run, between=lambda: None)
    assert "to be judged again" not in site.signed_in().ask("/candidates").words
    site.clock.go_on(days=1)
    shown = site.signed_in(Role.COORDINATOR).ask("/candidates").words
    assert "The verdicts on 2 of them ended with time" in shown
    assert "C eligible 15 Jan 2022" in shown
    assert "A to be judged again was eligible 15 Jan 2022 suggested until 15 Jan 2022" in shown


# --- every write -----------------------------------------------------------------------------


def test_the_worklist_says_what_is_not_taken_in_whole(
    screened: Site, investigator: Browser
) -> None:
    says = "It is not taken in whole"
    assert says not in investigator.ask("/candidates").words

    class StoppedError(Exception):
        """What breaks off."""

    def stop() -> None:
        raise StoppedError

    run = TakenIn(ON, "ld-il2-immune-als", "1", RUN_COUNTS, [patient("X1")], 0)
    with pytest.raises(StoppedError):
        take_in_screening(screened.database, PROGRAM, screened.clock.now, run, between=stop)
    assert says in investigator.ask("/candidates").words


def test_every_write_leaves_its_act(screened: Site, investigator: Browser) -> None:
    eligible, other, third = (c.id for c in candidates(screened.database, "eligible")[:3])
    undetermined = one(screened, "undetermined")
    criterion, _ = now(screened, undetermined).open_criteria
    answer = {
        "statement": "response to glucocorticoids or immunoglobulin was poor",
        "answer": "yes",
        "answered_on": "2022-01-15",
        "reason": "asked",
    }

    def version(candidate: int) -> dict[str, str]:
        return {"expected": str(now(screened, candidate).version)}

    when = {"day": "2022-01-15", "time": "09:02"}
    form = {"form_version": "2.0", "effective_on": "2022-01-15", "asks_again": "no"}
    failure = {f"criterion-{criterion}": "yes", "failed_on": "2022-01-15", "reason": "open"}
    gone = {"scope": "treatment", "reason": "gave none"}
    writes: dict[str, Callable[[], Answer]] = {
        "/candidates/{candidate_id}/answers/{criterion}": lambda: investigator.fill_in(
            f"/candidates/{third}/answers/I4", **answer
        ),
        "/candidates/{candidate_id}/invitation": lambda: investigator.fill_in(
            f"/candidates/{other}/invitation", f"/candidates/{other}", **version(other)
        ),
        "/candidates/{candidate_id}/decline": lambda: investigator.fill_in(
            f"/candidates/{other}/decline", reason="lives far away", **version(other)
        ),
        "/candidates/{candidate_id}/consent": lambda: sign(investigator, screened, eligible),
        "/candidates/{candidate_id}/screening-visit": lambda: investigator.fill_in(
            f"/candidates/{eligible}/screening-visit", visit_day="2022-01-15"
        ),
        "/candidates/{candidate_id}/enrolment": lambda: enrol(investigator, screened, eligible),
        "/candidates/{candidate_id}/withdrawal": lambda: investigator.fill_in(
            f"/candidates/{eligible}/withdrawal", **when, **gone
        ),
        "/candidates/{candidate_id}/waivers/{criterion}": lambda: investigator.fill_in(
            f"/candidates/{undetermined}/waivers/{criterion}", reason="agreed"
        ),
        "/consent-forms": lambda: investigator.fill_in("/consent-forms", **form),
        "/candidates/screening": lambda: investigator.fill_in(
            "/candidates/screening", "/candidates"
        ),
    }
    # A screening is begun, taken in by batches (here one), and finished.
    leaves = dict.fromkeys(writes, 1) | {"/candidates/screening": 3}
    for route, write in writes.items():
        before = acts(screened)
        done = write()
        assert (done.status in (200, 303), acts(screened) - before) == (True, leaves[route]), (
            route,
            done.words,
        )
    sign(investigator, screened, undetermined, form_id="2")
    before = acts(screened)
    path = f"/candidates/{undetermined}/screen-failure"
    assert investigator.fill_in(path, **failure, **version(undetermined)).status == 303
    assert acts(screened) == before + 1
    before = acts(screened)
    assert investigator.fill_in("/candidates", "/candidates", patient="1").status in (200, 303)
    assert acts(screened) == before, "looking for somebody writes nothing"
    posts = {r.path for p in RECRUITMENT for r in p.routes if r.method == "POST"}
    assert posts == {*writes, "/candidates", "/candidates/{candidate_id}/screen-failure"}
    assert verify(screened.database).problems == ()
