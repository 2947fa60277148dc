"""People and steps that tests of the trial start from: accounts, candidates, consents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from trialrun.conduct.actions.candidates import ScreenedPatient
from trialrun.conduct.actions.consent import Signature, obtain_consent, record_consent_form
from trialrun.conduct.actions.enrolment import Enrolment, enrol
from trialrun.conduct.actions.screenings import TakenIn, last_act, take_in_screening
from trialrun.conduct.acts import PROGRAM, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.candidates import Candidate, Consent
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.truth import Truth
from trialrun.screening.verdict import Verdict

NOW = datetime(2022, 1, 17, 1, 0, tzinfo=UTC)
"""Nine in the morning at the hospital."""
TODAY = date(2022, 1, 17)
PERMITS = {"I1": Truth.TRUE, "E4": Truth.TRUE}


def later(**times: float) -> datetime:
    return NOW + timedelta(**times)


def somebody(database: Database, role: Role = Role.INVESTIGATOR, name: str = "") -> Actor:
    """Make an account in a role."""
    row = Account(
        name=name or role.replace(" ", "-"), full_name=name or role, role=role, password_hash=None
    )
    with act(database, Verb.CREATE_ACCOUNT, PROGRAM, at=NOW) as doing:
        account = doing.add(row)
    return Actor(account.name, account.id, role)


def patient(
    name: str,
    verdict: Verdict = Verdict.ELIGIBLE,
    judgements: Mapping[str, str] | None = None,
    *,
    opens_on: date | None = None,
    lapses_on: date | None = None,
) -> ScreenedPatient:
    judged = judgements or {"I1": "permits", "E4": "permits"}
    return ScreenedPatient(name, verdict, judged, opens_on=opens_on, lapses_on=lapses_on)


def nobody_waits() -> None:
    """Between two batches of a screening nothing else is written."""


def screened(
    database: Database,
    *patients: ScreenedPatient,
    on: date = TODAY,
    at: datetime = NOW,
    between: Callable[[], None] = nobody_waits,
) -> None:
    counts = {"patients": 300, "eligible": 1, "undetermined": 0, "ineligible": 299}
    with database.reading() as session:
        run = TakenIn(on, "ld-il2-immune-als", "1", counts, patients, last_act(session))
    take_in_screening(database, PROGRAM, at, run, between=between)


@dataclass(frozen=True)
class Site:
    """A database with an investigator, one form, and one candidate."""

    database: Database
    investigator: Actor
    candidate_id: int
    form_id: int

    @property
    def candidate(self) -> Candidate:
        with self.database.reading() as session:
            return session.get_one(Candidate, self.candidate_id)

    def consent(self, at: datetime = NOW) -> Consent:
        signature = Signature(self.form_id, at, TODAY, "Dr Fan")
        return obtain_consent(
            self.database,
            self.investigator,
            at,
            self.candidate_id,
            signature,
            version=self.candidate.version,
        )

    def enrol(self, at: datetime | None = None) -> Participant:
        """Consent and enrol, everything permitting."""
        self.consent()
        when = at or later(hours=1)
        return enrol(
            self.database,
            self.investigator,
            when,
            self.candidate_id,
            Enrolment("IL-2", when, TODAY, PERMITS),
            version=self.candidate.version,
        )


def site(database: Database) -> Site:
    investigator = somebody(database)
    screened(database, patient("P1"))
    form = record_consent_form(
        database,
        investigator,
        NOW,
        form_version="1.0",
        effective_on=date(2021, 12, 1),
        asks_again=False,
    )
    return Site(database, investigator, 1, form.id)
