"""What a participant is asked at a visit, as pages: asked, answered, refused, linked."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.conduct.clinic import ZONE, day, noon
from tests.web.clinic import Clinic, clinic
from tests.web.site import Site

from trialrun.conduct.actions.visits import Held, VisitPlan, record_visit
from trialrun.conduct.asked import statements_of_participants
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.visits import Contact
from trialrun.protocol.file import read_protocol

STATEMENTS = {
    one.name: one.statement
    for one in statements_of_participants(read_protocol("ld-il2-immune-als"))
}
PATH = "/visits/1/asked"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def here(site: Site) -> Clinic:
    made = clinic(site)
    record_visit(
        site.database,
        made.candidates.investigator,
        noon(30),
        made.participant.id,
        Held(day(27), Contact.VISIT),
        zone=ZONE,
        plan=VisitPlan("V2", (day(25), day(31))),
    )
    return made


def said(**answers: str) -> dict[str, str]:
    """The fields of the form: every statement as it was shown, and what was chosen and typed."""
    fields = {f"statement-{name}": statement for name, statement in STATEMENTS.items()}
    return fields | {name.replace("_", "-"): value for name, value in answers.items()}


def rows(here: Clinic) -> list[tuple[str, bool | None, str]]:
    with here.site.database.reading() as session:
        found = session.scalars(select(CriterionAnswer).order_by(CriterionAnswer.id))
        return [(one.criterion, one.answer, one.reason) for one in found]


def test_the_visit_asks_and_tells_what_was_said(here: Clinic) -> None:
    browser = here.browser()
    assert "Asked at this visit empty" in browser.ask("/visits/1").words
    page = browser.ask(PATH)
    for statement in STATEMENTS.values():
        assert statement in page.words
    assert "I7 Contraception during the trial" in page.words
    sent = said(answer_I7_1="yes", answer_E9_1="not known", reason_E9_1=SCRIPT)
    answer = browser.fill_in(PATH, PATH, **sent)
    assert answer.leads_to == "/visits/1"
    assert rows(here) == [("I7", True, "asked at visit V2"), ("E9", None, SCRIPT)]
    assert "Asked at this visit incomplete" in browser.ask("/visits/1").words
    page = browser.ask(PATH)
    assert "yes ; asked at visit V2 The coordinator" in page.words
    assert SCRIPT not in page.html
    browser.fill_in(PATH, PATH, **said(answer_E1_1="no", answer_E8_1="no"))
    assert "Asked at this visit complete" in browser.ask("/visits/1").words


def test_the_visit_asks_in_chinese_and_keeps_the_words_of_the_logic(here: Clinic) -> None:
    page = here.browser(language="zh").ask(PATH)
    assert "已采取合理有效的避孕措施，或无需避孕" in page.words
    assert all(statement not in page.words for statement in STATEMENTS.values())
    assert all(f'value="{statement}"' in page.html for statement in STATEMENTS.values())


# What is sent | the field beside which the refusal stands
WRONG = [
    (said(answer_I7_1="no"), "reason-I7-1"),
    (said(answer_E8_1="yes", reason_E8_1="  "), "reason-E8-1"),
    (said(reason_E9_1="said so"), "answer-E9-1"),
    (said(answer_E9_1="perhaps"), "answer-E9-1"),
    (said(answer_I7_1="yes") | {"statement-I7-1": "feels well"}, "answer-I7-1"),
]


@pytest.mark.parametrize(("fields", "where"), WRONG)
def test_a_refusal_stands_beside_its_field_and_what_was_typed_is_kept(
    here: Clinic, fields: dict[str, str], where: str
) -> None:
    kept = {"answer-E1-1": "yes", "reason-E1-1": "a rash in 2019"}
    answer = here.browser().fill_in(PATH, PATH, **fields | kept)
    assert answer.status == 422
    assert f'id="why-{where}"' in answer.html
    assert 'name="answer-E1-1" value="yes" checked' in answer.html
    assert 'value="a rash in 2019"' in answer.html
    assert rows(here) == []


def test_nothing_answered_is_refused(here: Clinic) -> None:
    answer = here.browser().fill_in(PATH, PATH, **said())
    assert (answer.status, "nothing is answered" in answer.words) == (422, True)


def test_another_answer_says_why(here: Clinic) -> None:
    browser = here.browser()
    browser.fill_in(PATH, PATH, **said(answer_I7_1="yes"))
    refused = browser.fill_in(PATH, PATH, **said(answer_I7_1="no"))
    assert "there is an answer of this visit already" in refused.words
    assert "the one that does not permit counts" in refused.words
    browser.fill_in(PATH, PATH, **said(answer_I7_1="no", reason_I7_1="remembers a week"))
    assert [answer for _, answer, _ in rows(here)] == [True, False]


def test_who_may_not_ask_reads_what_was_said(here: Clinic) -> None:
    here.browser().fill_in(PATH, PATH, **said(answer_I7_1="yes"))
    monitor = here.browser(Role.MONITOR)
    page = monitor.ask(PATH)
    assert "yes ; asked at visit V2" in page.words
    assert "There is no answer." in page.words
    assert '<form method="post" action="/visits' not in page.html
    assert monitor.fill_in(PATH, **said(answer_I7_1="no", reason_I7_1="x")).status == 403
    assert len(rows(here)) == 1


def test_nobody_is_asked_at_a_missed_visit(here: Clinic) -> None:
    browser = here.browser()
    fields = {"took_place": "no", "missed_reason": "on holiday"}
    assert browser.fill_in(f"{here.path}/visits/V1", **fields).leads_to == "/visits/2"
    assert "Asked at this visit" not in browser.ask("/visits/2").words
    assert browser.ask("/visits/2/asked").status == 404


def test_the_overview_and_the_obligations_lead_there(here: Clinic) -> None:
    here.go_to(27)
    browser = here.browser()
    assert f'href="{PATH}"' in browser.ask(here.path).html
    before = browser.ask(f"{here.path}/obligations")
    assert f'href="{PATH}"' in before.html
    browser.fill_in(PATH, PATH, **said(answer_I7_1="yes"))
    after = browser.ask(f"{here.path}/obligations").words
    assert "I7 Contraception during the trial complied with" in after
    assert "I7 Contraception during the trial unknown" in before.words


def test_in_chinese(here: Clinic) -> None:
    browser = here.browser(language="zh")
    browser.fill_in(PATH, PATH, **said(answer_I7_1="yes"))
    page = browser.ask(PATH)
    assert "本次访视询问" in page.words
    assert "于访视V2时询问" in page.words
