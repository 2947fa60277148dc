"""What pages of a participant say of the consent: what was withdrawn, what must be signed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from trialrun.conduct.reading.consents import ConsentStands, consent_stands
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.web.access import CANDIDATE_READERS
from trialrun.web.pages.consents import CONSEQUENCES
from trialrun.web.trial import can, today
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.enrolled import Enrolled


@dataclass(frozen=True)
class ConsentNotice:
    """How the consent stands; `withdrawn_on` is the day of the widest withdrawal, if any.

    `may_read`: the visitor may open the pages of the consent.
    """

    participant: Participant
    stands: ConsentStands
    withdrawn_on: date | None
    can: Mapping[str, bool]
    may_read: bool
    why_it_ends: str = EndOfParticipation.PARTICIPANT

    @property
    def consequence(self) -> str:
        """What the widest withdrawal ends, in words; empty: nothing was withdrawn."""
        widest = self.stands.widest
        return "" if widest is None else CONSEQUENCES[widest.scope]  # type: ignore[index]

    @property
    def ends_participation(self) -> bool:
        """Whether nothing is left of the participation but to be ended."""
        return self.stands.ends_follow_up and self.participant.ended_on is None


def consent_notice(request: Request, one: Enrolled) -> ConsentNotice:
    """Return what a page says of a participant's consent."""
    with settings_of(request).database.reading() as session:
        stands = consent_stands(session, one.row, today(request))
    account = visitor_of(request).account
    return ConsentNotice(
        participant=one.row,
        stands=stands,
        withdrawn_on=one.known.no_visits_from or one.known.no_doses_from,
        can=can(request, Verb.OBTAIN_CONSENT, Verb.WITHDRAW_CONSENT, Verb.END_PARTICIPATION),
        may_read=account is not None and account.role in CANDIDATE_READERS.roles,
    )
