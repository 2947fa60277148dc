"""The page of exports: who may, what comes, what the trail keeps, what is refused."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.exchange.world import LAST, PROTOCOL, conducted
from tests.quick_hashes import quick_hashes
from tests.web.site import Browser, Clock, Site

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.tables.trail import Event
from trialrun.web.app import create_app
from trialrun.web.settings import Settings

__all__ = ["quick_hashes"]


@dataclass(frozen=True)
class TrialSite(Site):
    """The pages of the conducted trial."""

    def browser(self, **headers: str) -> Browser:
        settings = Settings(self.database, PROTOCOL, self.address, clock=self.clock)
        return Browser(
            create_app(settings),
            base_url=self.address,
            follow_redirects=False,
            headers={"accept-language": "en", **headers},
        )

    def signed_in(self, role: Role = Role.MONITOR, *, language: str = "en") -> Browser:
        account = self.account(role, name=f"new-{role}".replace(" ", "-"), language=language)
        browser = self.browser()
        answer = browser.fill_in(
            "/sign-in", "/sign-in", name=account.name, password="nine herons over the lake"
        )
        assert answer.status == 303, answer.words
        return browser


@pytest.fixture
def trial(tmp_path: Path, quick_hashes: None) -> Iterator[TrialSite]:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    conducted(database)
    yield TrialSite(database, Clock(LAST))
    database.close()


def exported(site: TrialSite) -> list[Event]:
    with site.database.reading() as session:
        return list(session.scalars(select(Event).where(Event.verb == Verb.EXPORT)))


def fill_in(browser: Browser, **fields: str) -> tuple[int, bytes, dict[str, str]]:
    """Send the form; return the status, what came, and its headers."""
    token = browser.form_token("/exports")
    answer = browser.post("/exports", data={"csrf": token, **fields})
    return answer.status_code, answer.content, dict(answer.headers)


def test_a_zip_comes_and_the_trail_has_its_hashes(trial: TrialSite) -> None:
    browser = trial.signed_in(Role.DATA_MANAGER)
    status, content, headers = fill_in(browser, csv="yes", archive="yes", participant="001")
    assert status == 200
    assert headers["content-type"] == "application/zip"
    # The hospital's day and time, eight hours after UTC.
    name = "ld-il2-immune-als-20230201-090000.zip"
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in headers["cache-control"]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        hashes = {one: hashlib.sha256(packed.read(one)).hexdigest() for one in packed.namelist()}
    assert "archive/001.html" in hashes
    (event,) = exported(trial)
    assert (event.actor, event.role, event.data["files"]) == (
        "new-data-manager",
        "data manager",
        hashes,
    )


def test_the_page_lists_what_went_out(trial: TrialSite) -> None:
    browser = trial.signed_in(Role.DATA_MANAGER)
    assert "Nothing was exported yet." in browser.ask("/exports").words
    fill_in(browser, sdtm="yes")
    shown = browser.ask("/exports").words
    assert "new-data-manager SDTM 001, 002, S3" in shown


def test_nothing_ticked_is_refused_beside_the_field(trial: TrialSite) -> None:
    browser = trial.signed_in(Role.MONITOR)
    status, content, _ = fill_in(browser, participant="002")
    page = content.decode()
    assert status == 422
    assert 'id="why-formats"' in page
    assert "choose at least one format" in page
    assert '<option value="002" selected>' in page
    assert exported(trial) == []


def test_a_participant_who_does_not_exist_leads_nowhere(trial: TrialSite) -> None:
    browser = trial.signed_in(Role.MONITOR)
    for forged in ("999", "../../etc", "<b>x"):
        status, content, _ = fill_in(browser, csv="yes", participant=forged)
        assert status == 404
        assert b"<b>x" not in content
    assert exported(trial) == []


@pytest.mark.parametrize("role", Role)
def test_only_those_who_may(trial: TrialSite, role: Role) -> None:
    browser = trial.signed_in(role)
    answer = browser.ask("/exports")
    assert answer.status == (200 if role in MAY[Verb.EXPORT] else 403)
    linked = 'href="/exports"' in browser.ask("/my-account").html
    assert linked is (role in MAY[Verb.EXPORT])


def test_the_page_and_the_archive_are_chinese(trial: TrialSite) -> None:
    browser = trial.signed_in(Role.MONITOR, language="zh")
    shown = browser.ask("/exports").words
    for words in ("数据导出", "格式", "历次导出", "尚无导出"):
        assert words in shown
    _, content, _ = fill_in(browser, archive="yes", participant="001")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert "受试者完整档案" in packed.read("archive/001.html").decode()


def test_the_time_of_the_export_is_that_of_the_clock(trial: TrialSite) -> None:
    browser = trial.signed_in(Role.MONITOR)
    trial.clock.go_on(minutes=5)
    fill_in(browser, csv="yes")
    assert [event.at for event in exported(trial)] == [trial.clock.now]
