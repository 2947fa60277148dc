"""A site with a participant in the middle of the trial, and who works with the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from tests.conduct.clinic import ZONE, day
from tests.conduct.people import Site as Candidates
from tests.conduct.people import site as candidates
from tests.web.site import Browser, Site

from trialrun.conduct.roles import Role
from trialrun.conduct.tables.participants import Participant

IL2 = "1000000"
"""The dose of the protocol, in international units."""


@dataclass(frozen=True)
class Clinic:
    """Participant 001, enrolled on day 0; the clock stands at three in the afternoon."""

    site: Site
    candidates: Candidates
    participant: Participant

    @property
    def path(self) -> str:
        return f"/participants/{self.participant.id}"

    def go_to(self, number: int) -> None:
        """Let it be a day of the trial."""
        self.site.clock.now = datetime.combine(day(number), time(15), ZONE)

    def browser(self, role: Role = Role.COORDINATOR, *, language: str = "en") -> Browser:
        return self.site.signed_in(role, language=language)


def clinic(site: Site, on: int = 30) -> Clinic:
    """Enrol somebody; it is then day 30."""
    people = candidates(site.database)
    made = Clinic(site, people, people.enrol())
    made.go_to(on)
    return made


def visit_fields(number: int, **more: str) -> dict[str, str]:
    """The fields of a visit that took place."""
    return {"took_place": "yes", "day": day(number).isoformat(), "contact": "visit"} | more


def dose_fields(number: int, **more: str) -> dict[str, str]:
    """The fields of a dose that was given at nine."""
    return {
        "status": "given",
        "given_on": day(number).isoformat(),
        "given_at": "09:00" if number else "10:30",
        "amount": IL2,
        "site": "left abdomen",
        "lot": "A1",
        "reason": "",
    } | more


def written(on: date) -> str:
    """A day as English pages write it."""
    return f"{on.day} {on:%b %Y}"
