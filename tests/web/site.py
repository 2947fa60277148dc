"""A trial's pages, people who use them, and browsers without a screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from starlette.testclient import TestClient
from tests.clinic_records import PROTOCOL

from trialrun.conduct.actions.accounts import change_password, create_account
from trialrun.conduct.actions.signing_in import actor_of
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.accounts import Account
from trialrun.web.app import create_app
from trialrun.web.settings import OpenIdSettings, Settings

START = datetime(2022, 1, 15, 1, 2, 3, tzinfo=UTC)
PASSWORD = "nine herons over the lake"
ADDRESS = "https://trial.test"


@dataclass
class Clock:
    """A clock that tests set."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)


class Browser(TestClient):
    """A browser: it keeps cookies, follows no redirect by itself, and finds a page's own token."""

    def form_token(self, path: str = "/sign-in") -> str:
        """Return the token that the forms of a page hold."""
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.get(path).text)
        assert found, path
        return found[1]

    def fill_in(self, path: str, page: str = "/my-account", **fields: str) -> Answer:
        """Fill in a form of a page, and send it."""
        answer = self.post(path, data={"csrf": self.form_token(page), **fields})
        return Answer(answer.status_code, answer.text, dict(answer.headers))

    def ask(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        answer = self.get(path, headers=headers)
        return Answer(answer.status_code, answer.text, dict(answer.headers))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    html: str
    headers: dict[str, str]

    @property
    def words(self) -> str:
        """The text without its marks."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", self.html)))

    @property
    def leads_to(self) -> str:
        return self.headers.get("location", "")


@dataclass(frozen=True)
class Site:
    """The pages of one trial."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    openid: OpenIdSettings | None = None
    address: str = ADDRESS
    data: Path | None = None

    def browser(self, **headers: str) -> Browser:
        """Open a browser of somebody who is not signed in."""
        settings = Settings(
            self.database,
            PROTOCOL,
            self.address,
            self.data,
            clock=self.clock,
            openid=self.openid,
        )
        return Browser(
            create_app(settings),
            base_url=self.address,
            follow_redirects=False,
            headers={"accept-language": "en", **headers},
        )

    def account(
        self, role: Role = Role.MONITOR, name: str = "", *, language: str = "en", subject: str = ""
    ) -> Account:
        """Make somebody's account, with the password chosen."""
        account, once = create_account(
            self.database,
            PROGRAM,
            self.clock.now,
            name=name or role.replace(" ", "-"),
            full_name=f"The {role}",
            role=role,
            language=language,
            subject=subject,
        )
        if once is None:
            return account
        return change_password(
            self.database,
            actor_of(account),
            self.clock.now,
            old=once,
            new=PASSWORD,
            again=PASSWORD,
        )

    def signed_in(self, role: Role = Role.MONITOR, *, language: str = "en") -> Browser:
        """Open a browser of somebody in a role."""
        account = self.account(role, language=language)
        browser = self.browser()
        answer = browser.fill_in("/sign-in", "/sign-in", name=account.name, password=PASSWORD)
        assert answer.status == 303, answer.words
        return browser
