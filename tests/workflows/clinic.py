"""A participant of the shipped protocol, and short ways to let things happen to them.

Days are counted from enrolment, day 0: 17 January 2022. The plan of doses is the protocol's: days
0, 2, ... 12 of each of six courses of 28 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tests.conduct.clinic import ZONE, day, noon
from tests.conduct.people import Site, site

from trialrun.conduct.actions.visits import Held, Missed
from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.dosing import Given, NotGiven
from trialrun.conduct.tables.doses import Dose, DoseSite, DoseStatus
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Contact, Visit
from trialrun.protocol.file import read_protocol
from trialrun.workflows.dosing import record_participant_dose
from trialrun.workflows.visiting import record_participant_visit

PROTOCOL = read_protocol("ld-il2-immune-als")
DESIGN = PROTOCOL.design
IL2 = Decimal(1_000_000)


@dataclass(frozen=True)
class Clinic:
    """Participant 001, and the investigator who acts."""

    people: Site
    participant: Participant

    @property
    def database(self) -> Database:
        return self.people.database

    @property
    def actor(self) -> Actor:
        return self.people.investigator

    def visit(self, name: str | None, on: int, note: str = "", *, now: int = 400) -> Visit:
        """Let a visit take place."""
        return self._visit(name, Held(day(on), Contact.VISIT, note), now)

    def missed(self, name: str, why: str = "not reached", *, now: int = 400) -> Visit:
        return self._visit(name, Missed(why), now)

    def dose(self, course: int, number: int, on: int, amount: Decimal = IL2) -> Dose:
        """Give a planned dose at noon of a day; the first one an hour later, after enrolment."""
        what = Given(noon(on) + timedelta(hours=1), amount, "[iU]", DoseSite.THIGH_LEFT, "A1", "so")
        return self._dose(what, (course, number))

    def left_out(self, course: int, number: int) -> Dose:
        return self._dose(NotGiven(DoseStatus.HELD, "fever"), (course, number))

    def _visit(self, name: str | None, what: Held | Missed, now: int) -> Visit:
        return record_participant_visit(
            self.database,
            self.actor,
            noon(now),
            DESIGN,
            self.participant.id,
            what,
            zone=ZONE,
            visit=name,
        )

    def _dose(self, what: Given | NotGiven, slot: tuple[int, int]) -> Dose:
        return record_participant_dose(
            self.database,
            self.actor,
            noon(400),
            DESIGN,
            self.participant.id,
            what,
            zone=ZONE,
            slot=slot,
        )


def clinic(database: Database) -> Clinic:
    people = site(database)
    return Clinic(people, people.enrol())
