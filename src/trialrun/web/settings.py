"""What the pages need to know of the world outside: all of it arguments, none of it looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from trialrun.conduct.database import Database
from trialrun.protocol.model import TrialProtocol
from trialrun.web.verifying import Checks
from trialrun.workflows.kept_grades import KeptGrades
from trialrun.workflows.loading import DEFAULT_TIME_ZONE


@dataclass(frozen=True)
class OpenIdSettings:
    """An outside identity provider: where it describes itself, and who we are to it."""

    discovery_url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """One trial as it is served.

    `address` is what people type (`https://trial.example.org`): the pages answer to its host only,
    and hand out cookies for https only if it is https. `data` is the hospital's database, if this
    server has it. `clock` gives the time of now, with its zone. `time_zone` is the hospital's.
    """

    database: Database
    protocol: TrialProtocol
    address: str
    data: Path | None = None
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_TIME_ZONE))
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    openid: OpenIdSettings | None = None

    @cached_property
    def grades(self) -> KeptGrades:
        """What waits for a decision on its grade."""
        return KeptGrades(self.protocol)

    @cached_property
    def checks(self) -> Checks:
        """Return what checks the whole trail."""
        return Checks(self.database, self.clock)

    @property
    def is_secure(self) -> bool:
        """Whether people come by https: TLS ends in front of this program."""
        return urlsplit(self.address).scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port, as people type them."""
        return urlsplit(self.address).netloc

    @property
    def host(self) -> str:
        """The only host that requests may name."""
        return urlsplit(self.address).hostname or ""
