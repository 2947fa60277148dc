"""Accounts and the trail as pages; bad input; what every answer carries; errors as pages."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterable
from hashlib import sha256

import pytest
from fastapi import Request
from sqlalchemy import select, text
from starlette.responses import Response
from tests.web.catalogs import WEB
from tests.web.clinic import clinic
from tests.web.site import PASSWORD, Answer, Browser, Site
from tests.web.test_candidates import RECRUITMENT
from tests.web.test_clinic_writes import CLINIC
from tests.web.test_safety_writes import SAFETY

from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.audit import verify
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.trail import Event
from trialrun.errors import (
    ConflictError,
    DisagreementError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    StoreError,
)
from trialrun.web.access import Pages
from trialrun.web.pages import ALL_PAGES, accounts, asking, exports, my_account, signing_in

SCRIPT = "<script>alert(1)</script>"
NEW = {"name": "wang", "full_name": "Wang Fang", "role": "coordinator", "language": "zh"}


def held(site: Site, name: str) -> Account:
    with site.database.reading() as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


# --- accounts --------------------------------------------------------------------------------


def test_a_new_account_and_its_one_time_password(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    made = browser.fill_in("/accounts/new", "/accounts/new", **NEW)
    once = made.html.partition('id="password">')[2].partition("<")[0]
    assert len(once) == 23
    assert once not in browser.ask("/accounts").html
    assert "Wang Fang coordinator one-time password" in browser.ask("/accounts").words
    hers = site.browser()
    hers.fill_in("/sign-in", "/sign-in", name="wang", password=once)
    assert hers.ask("/").leads_to == "/my-account/password"
    assert "请先设定自己的密码" in hers.ask("/my-account/password").words


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    typed = {"name": "Wang!", "full_name": "Wang Fang", "role": "", "subject": "idp|7"}
    answer = browser.fill_in("/accounts/new", "/accounts/new", **typed)
    assert answer.status == 422
    for kept in ('value="Wang!"', 'value="Wang Fang"', 'value="idp|7"'):
        assert kept in answer.html
    assert 'aria-describedby="why-name hint-name" aria-invalid="true"' in answer.html
    assert 'id="why-role"' in answer.html
    assert 'id="why-full_name"' not in answer.html
    assert "it cannot be a name to sign in with" in answer.words


def test_the_reasons_are_said_in_the_language_of_the_page(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR, language="zh")
    answer = browser.fill_in("/accounts/new", "/accounts/new", **{**NEW, "name": "X", "role": "x"})
    assert "不能用作登录账户名" in answer.words
    assert "没有此角色" in answer.words


def test_a_script_in_a_name_is_shown_and_not_run(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    browser.fill_in("/accounts/new", "/accounts/new", **{**NEW, "full_name": SCRIPT})
    wang = held(site, "wang")
    assert wang.full_name == SCRIPT
    pages = [browser.ask(path) for path in ("/accounts", f"/accounts/{wang.id}")]
    pages.append(rows_of_newest(browser, "/audit?verb=create+account"))
    pages.append(browser.fill_in("/accounts/new", "/accounts/new", **{**NEW, "name": SCRIPT}))
    for answer in pages:
        assert SCRIPT not in answer.html
        assert "&lt;script&gt;alert(1)" in answer.html


def test_an_account_is_changed_and_disabled(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    site.signed_in(Role.MONITOR)
    path = f"/accounts/{held(site, 'monitor').id}"
    fields = {"full_name": "Lin", "role": "data manager"}
    expected = str(held(site, "monitor").version)
    assert browser.fill_in(path, path, **fields, expected=expected).leads_to == "/accounts"
    assert (held(site, "monitor").full_name, held(site, "monitor").role) == (
        "Lin",
        "data manager",
    )
    again = browser.fill_in(path, path, **fields, expected=expected, disabled="yes")
    assert (again.status, held(site, "monitor").disabled) == (409, False)
    assert "a newer version exists" in again.words
    assert "checked" in again.html
    expected = str(held(site, "monitor").version)
    browser.fill_in(path, path, **fields, expected=expected, disabled="yes")
    assert held(site, "monitor").disabled
    assert "Lin data manager disabled" in browser.ask("/accounts").words


def test_the_last_administrator_is_kept(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    mine = held(site, "administrator")
    path = f"/accounts/{mine.id}"
    answer = browser.fill_in(path, path, full_name="A", role="monitor", expected=str(mine.version))
    assert (answer.status, 'id="why-role"' in answer.html) == (422, True)


def test_a_one_time_password_is_given_anew(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    lin = site.account(Role.MONITOR)
    answer = browser.fill_in(f"/accounts/{lin.id}/password", f"/accounts/{lin.id}")
    assert 'id="password">' in answer.html
    old = site.browser().fill_in("/sign-in", "/sign-in", name="monitor", password=PASSWORD)
    assert old.status == 422


@pytest.mark.parametrize(
    "forged",
    [
        "/accounts/999",
        "/accounts/abc",
        "/accounts/-1",
        "/accounts/1;DROP TABLE account",
        f"/accounts/{10**30}",
        f"/accounts/{2**31}",
        "/accounts/1/../2/x",
        "/nowhere",
        "/static/../app.py",
        "/static/nothing.js",
        "/static/VENDORED.md",
    ],
)
def test_a_forged_id_is_not_found(site: Site, forged: str) -> None:
    answer = site.signed_in(Role.ADMINISTRATOR).ask(forged)
    assert answer.status == 404
    assert "There is no such page" in answer.words
    assert "The administrator" in answer.words


# --- the trail -------------------------------------------------------------------------------


def test_the_trail_shows_who_what_when_old_and_new(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    lin = site.account(Role.MONITOR)
    path = f"/accounts/{lin.id}"
    changed = {"full_name": "Lin", "role": "monitor", "expected": str(lin.version)}
    browser.fill_in(path, path, **changed)
    answer = browser.ask("/audit")
    assert "administrator administrator change account" in answer.words
    assert "15 Jan 2022, 09:02:03" in answer.words
    assert 'title="2022-01-15 01:02:03 UTC"' in answer.html
    rows = rows_of_newest(browser, "/audit?verb=change+account")
    assert "Full name: The monitor → Lin" in rows.words
    assert PASSWORD not in answer.html + rows.html


def rows_of_newest(browser: Browser, path: str) -> Answer:
    """Return what the newest act of a list wrote, as opening it asks for it."""
    return browser.ask(browser.ask(path).html.partition('hx-get="')[2].partition('"')[0])


# What is asked for | acts that are shown
ASKED = {
    "": 8,
    "?verb=sign+in": 1,
    "?verb=nothing": 0,
    "?actor=monitor": 2,
    "?actor=monitor&verb=change+password": 1,
    "?table=account": 5,
    "?table=candidate": 0,
    "?participant=7": 1,
    "?participant=not+a+number": 8,
    "?before=3": 2,
    f"?before={10**40}": 8,
    f"?before={2**31}": 8,
}


def test_the_trail_speaks_in_words_and_in_the_hospitals_time(site: Site) -> None:
    here = clinic(site)
    browser = site.signed_in(Role.DATA_MANAGER, language="zh")
    enrolled = f"/audit?verb=enrol&participant={here.participant.id}"
    listed = browser.ask(enrolled)
    assert f'<option value="{here.participant.id}" selected>001</option>' in listed.html
    assert "受试者" in listed.words
    answer = rows_of_newest(browser, enrolled)
    for words in ("受试者", "： 2022年1月17日", "同意时间"):
        assert words in answer.words
    assert not re.search(r"\b(enrolled_on|consented_at)\b", answer.words)
    assert "T0" not in re.sub(r'datetime="[^"]*"', "", answer.html)
    full = browser.ask("/audit?actor=The+data+manager").words
    assert "登录" in full


@pytest.mark.parametrize("question", ASKED)
def test_the_trail_is_filtered(site: Site, question: str) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)  # makes, chooses a password, signs in
    site.account(Role.MONITOR)
    wrong = {"name": "monitor", "password": "wrong"}
    site.browser().fill_in("/sign-in", "/sign-in", **wrong)
    for participant in (7, 8):
        with act(
            site.database,
            Verb.PROPOSE_DEVIATION,
            PROGRAM,
            at=site.clock.now,
            participant_id=participant,
        ):
            pass
    assert browser.ask(f"/audit{question}").html.count("<time") == ASKED[question]


def test_the_trail_has_pages_of_a_hundred(site: Site) -> None:
    browser = site.signed_in(Role.MONITOR)
    for _ in range(120):
        with act(site.database, Verb.PROPOSE_DEVIATION, PROGRAM, at=site.clock.now):
            pass
    first = browser.ask("/audit?verb=propose+deviation")
    assert first.html.count("<time") == 100
    older = first.html.partition('<a rel="next" href="')[2].partition('"')[0]
    second = browser.ask(older.replace("&amp;", "&"))
    assert (second.html.count("<time"), 'rel="next"' in second.html) == (20, False)


def test_an_act_of_many_rows_is_shown_in_parts(site: Site) -> None:
    browser = site.signed_in(Role.MONITOR)
    with act(site.database, Verb.CREATE_ACCOUNT, PROGRAM, at=site.clock.now) as doing:
        doing.add_all(
            [
                Account(name=f"many{n}", full_name=f"M{n}", role="monitor", password_hash=None)
                for n in range(130)
            ]
        )
    listed = browser.ask("/audit")
    link = f"/audit/acts/{doing.event.id}"
    assert ("many0" in listed.html, f'href="{link}"' in listed.html) == (False, True)
    assert "Account × 130" in listed.words
    assert "many99" in rows_of_newest(browser, "/audit").html
    first = browser.ask(link).html
    assert ("many99" in first, "many100" in first) == (True, False)
    more = first.partition(f'<a href="{link}')[2].partition('"')[0]
    second = browser.ask(f"{link}{more}").html
    assert ("many99" in second, "many100" in second, "many129" in second) == (0, 1, 1)
    assert 'rel="next"' not in second
    assert browser.ask("/audit/acts/999999").status == 404


def test_the_trail_is_verified(site: Site) -> None:
    browser = site.signed_in(Role.MONITOR)
    whole = browser.ask("/audit/verification?head=")
    assert "The trail is whole" in whole.words
    assert verify(site.database).head in whole.html
    assert "1 problem was found" in browser.ask(f"/audit/verification?head={'0' * 63}1").words
    with site.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER event_stands"))
        connection.execute(text("UPDATE event SET actor = 'x' WHERE id = 1"))
    tampered = browser.ask("/audit/verification?head=").words
    assert "it, or its act, is not what was sealed" in tampered


def test_who_only_looks_sees_what_the_last_check_found(site: Site) -> None:
    browser = site.signed_in(Role.MONITOR)
    assert "Nobody has checked the trail" in browser.ask("/audit/verification").words
    checked = browser.ask("/audit/verification?head=").words
    assert verify(site.database).head in browser.ask("/audit/verification").html
    site.clock.go_on(minutes=5)
    later = browser.ask("/audit/verification").words
    when = re.compile(r"Checked at (.+?) \(in 1 second\)")
    assert when.findall(later) == when.findall(checked) != []


# --- every answer ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/my-account", "/accounts", "/nowhere", "/static/style.css"]
)
def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    headers = site.signed_in(Role.MONITOR).get(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000"
    kept = "max-age=3600" if path.startswith("/static") else "no-store"
    assert headers["cache-control"] == kept


def test_no_page_holds_a_script_or_a_style_of_its_own(site: Site) -> None:
    browser = site.signed_in(Role.ADMINISTRATOR)
    for path in ("/my-account", "/accounts", "/accounts/new", "/accounts/1", "/audit"):
        html = browser.ask(path).html
        assert html.count("<script") == html.count("<script src=") == 2
        assert "<style" not in html
        assert " style=" not in html
        assert " on" not in html.replace(" on ", "").replace(" once", "").partition("<main")[0]


@pytest.mark.parametrize("host", ["evil.test", "trial.test.evil.test", "", "trial.test@evil"])
def test_another_host_is_not_answered(site: Site, host: str) -> None:
    answer = site.browser().get("/sign-in", headers={"host": host})
    assert (answer.status_code, "csrf" in answer.text) == (421, False)
    assert answer.headers["x-frame-options"] == "DENY"


def test_more_than_a_form_can_hold_is_refused(site: Site) -> None:
    browser = site.browser()
    chinese = {"accept-language": "zh"}
    answer = browser.post("/sign-in", data={"name": "x" * 1_000_001}, headers=chinese)
    assert (answer.status_code, "内容超出表单所能容纳的长度" in answer.text) == (413, True)
    streamed = browser.post("/sign-in", content=iter([b"name=x"]))
    assert streamed.status_code == 411


def test_other_methods_are_not_there(site: Site) -> None:
    assert site.browser().put("/sign-in", content=b"").status_code == 405
    assert site.browser().get("/openapi.json").status_code == 404


def test_a_form_with_too_many_fields_is_refused(site: Site) -> None:
    answer = site.browser().post("/sign-in", data={f"f{n}": "x" for n in range(600)})
    assert answer.status_code == 400


# --- errors as pages -------------------------------------------------------------------------

ERRORS = {
    404: NotFoundError("there is no candidate 7"),
    403: ForbiddenError("your role may not do this"),
    409: ConflictError("this was changed after you opened it"),
    422: RefusedError("this cannot be written"),
    503: StoreError("sqlite:///secret/place cannot be used"),
    500: DisagreementError("patient 4711 was judged differently"),
    599: ZeroDivisionError("the value of patient 4711 is 0"),
}


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_is_a_page_in_the_visitors_language(
    site: Site, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    browser = site.signed_in(language="zh")

    def fail(_request: Request) -> Response:
        raise ERRORS[status]

    browser.app.add_api_route("/fail", fail)  # type: ignore[attr-defined]
    with caplog.at_level(logging.INFO):
        answer = browser.ask("/fail", **{"accept-language": "zh"})
    assert answer.status == min(status, 500 if status == 599 else status)
    assert '<html lang="zh-CN">' in answer.html
    for secret in ("4711", "secret/place", "Traceback", "ZeroDivision"):
        assert secret not in answer.html
        assert secret not in caplog.text or secret == "ZeroDivision"
    assert answer.headers["x-frame-options"] == "DENY"
    if status == 409:
        assert "打开之后已有修改（可能由他人或您本人在别处所作）" in answer.words


def test_a_fault_leaves_its_places_in_the_log_and_no_value(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = site.signed_in()
    with site.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_event_stands"))
        connection.execute(text("UPDATE audit_event SET changes = '{\"patient\": 4711'"))
    answer = browser.ask("/audit/acts/1")
    assert (answer.status, "The program has failed" in answer.words) == (500, True)
    assert "conduct/reading/trail.py" in caplog.text
    assert "4711" not in caplog.text


async def _hang_up(*_: object) -> dict[str, str]:
    return {"type": "http.disconnect"}


def test_who_hangs_up_in_mid_sentence_is_no_fault_of_the_program(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = site.browser()
    headers = [(b"host", b"trial.test"), (b"content-length", b"9")]
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "query_string": b""}
    form = (b"content-type", b"application/x-www-form-urlencoded")
    answered: list[object] = []

    async def answer(message: object) -> None:
        answered.append(message)

    asyncio.run(browser.app({**scope, "headers": [*headers, form]}, _hang_up, answer))  # type: ignore[arg-type]
    assert (answered, caplog.text) == ([], "")


def test_addresses_and_logs_hold_no_names(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    browser = site.signed_in(Role.ADMINISTRATOR)
    browser.fill_in("/accounts/new", "/accounts/new", **NEW)
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert not [record for record in ours if "wang" in record.getMessage().lower()]


def test_every_write_leaves_an_act(site: Site) -> None:
    """But for the language of somebody unknown, which is the browser's own."""
    browser = site.signed_in(Role.ADMINISTRATOR)
    lin = site.account(Role.MONITOR)
    password = {"old": PASSWORD, "new": "ten cranes beside it", "again": "ten cranes beside it"}
    writes = [
        ("/language", "/my-account", {"language": "zh"}),
        ("/accounts/new", "/accounts/new", NEW),
        (
            f"/accounts/{lin.id}",
            f"/accounts/{lin.id}",
            {"full_name": "L", "role": "monitor", "expected": str(lin.version)},
        ),
        (f"/accounts/{lin.id}/password", f"/accounts/{lin.id}", {}),
        ("/my-account/password", "/my-account/password", password),
        ("/sign-out", "/my-account", {}),
        ("/sign-in", "/sign-in", {"name": "administrator", "password": password["new"]}),
    ]
    pages = (accounts.pages, my_account.pages, signing_in.pages)
    posts = [route for one in pages for route in one.routes if route.method == "POST"]
    assert len(writes) == len(posts)
    for path, page, fields in writes:
        before = newest(site)
        assert browser.fill_in(path, page, **fields).status in (200, 303), path
        assert newest(site) == before + 1, path
    assert verify(site.database).problems == ()


def test_every_page_that_writes_is_walked() -> None:
    """Whoever adds a file of pages that write walks its routes, here or in a file of its own."""
    here = (accounts.pages, my_account.pages, signing_in.pages)
    # The single writes of `asking` and `exports` are tested with their pages.
    walked = (*here, *CLINIC, *SAFETY, *RECRUITMENT, asking.pages, exports.pages)
    assert _writing(ALL_PAGES) == _writing(walked)


def _writing(some: Iterable[Pages]) -> set[str]:
    return {route.path for one in some for route in one.routes if route.method == "POST"}


def newest(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalars(select(Event.id).order_by(Event.id.desc())).first() or 0


def test_htmx_keeps_no_pages_and_runs_no_text(site: Site) -> None:
    html = site.browser().ask("/sign-in").html
    written = html.partition('name="htmx-config" content=\'')[2].partition("'>")[0]
    settings = json.loads(written)
    assert settings["historyCacheSize"] == 0
    assert settings["allowEval"] is False
    assert settings["includeIndicatorStyles"] is False


def test_the_files_of_others_are_unchanged() -> None:
    folder = WEB / "static"
    listed = re.findall(
        r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", (folder / "VENDORED.md").read_text("utf-8")
    )
    assert [name for name, _ in listed] == ["htmx.min.js"]
    for name, expected in listed:
        assert sha256((folder / name).read_bytes()).hexdigest() == expected
    assert "Zero-Clause BSD" in (folder / "htmx.LICENSE.txt").read_text("utf-8")
