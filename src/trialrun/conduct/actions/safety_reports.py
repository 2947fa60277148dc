"""Reports of serious adverse events: what was sent to whom, when and by what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from trialrun.conduct.actions.common import missing, refuse
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.reading.safety import reports_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import current, find, owner_of
from trialrun.conduct.tables.adverse_events import AdverseEvent, SafetyReport
from trialrun.errors import ConflictError, Problem


@dataclass(frozen=True)
class ReportEntry:
    """A report that was sent: `number` 0 is the first one to its recipient, 1 its first follow-up.

    `means` is by what it was sent (mail, portal, by hand), `reference` what the recipient calls it.
    """

    recipient: str
    number: int
    sent_at: datetime
    means: str
    reference: str = ""


def record_safety_report(
    database: Database,
    actor: Actor,
    at: datetime,
    event_id: int,
    entry: ReportEntry,
    *,
    recipients: Collection[str],
) -> SafetyReport:
    """Record that a report of a serious event was sent; `recipients` are the protocol's.

    Raises:
        RefusedError: the event is not serious, or the report cannot have been sent so.
        ConflictError: a report of this number stands already.
    """
    participant_id = owner_of(database, AdverseEvent, event_id)
    with act(
        database, Verb.RECORD_SAFETY_REPORT, actor, at=at, participant_id=participant_id
    ) as doing:
        event = find(doing.session, AdverseEvent, event_id)
        refuse("record a safety report", _problems(event, entry, recipients, at))
        _check_number(reports_of(doing.session, event_id), entry)
        return doing.add(
            SafetyReport(
                adverse_event_id=event_id,
                participant_id=participant_id,
                recipient=entry.recipient,
                number=entry.number,
                sent_at=entry.sent_at,
                means=entry.means.strip(),
                reference=entry.reference.strip(),
            )
        )


def void_safety_report(
    database: Database, actor: Actor, at: datetime, report_id: int, *, version: int, reason: str
) -> SafetyReport:
    """Say that a report that stands in the list was not sent so; its number is free again."""
    participant_id = owner_of(database, SafetyReport, report_id)
    with act(
        database,
        Verb.VOID_SAFETY_REPORT,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        report = current(doing.session, SafetyReport, report_id, version)
        if report.void_reason is not None:
            refuse("void a safety report", [Problem("report", "it is void already")])
        return doing.change(report, void_reason=reason.strip())


def _problems(
    event: AdverseEvent, entry: ReportEntry, recipients: Collection[str], at: datetime
) -> list[Problem]:
    problems = missing("means", entry.means, "say by what it was sent")
    if entry.recipient not in recipients:
        problems.append(Problem("recipient", "the protocol names no such recipient"))
    if entry.sent_at > at:
        problems.append(Problem("sent_at", "it is in the future", "record what was sent"))
    if event.void_reason is not None:
        problems.append(Problem("event", "it is void"))
    if event.serious_aware_at is None:
        problems.append(Problem("event", "it is not serious", "follow it up if it has become so"))
    elif entry.sent_at < event.serious_aware_at:
        problems.append(Problem("sent_at", "it is before the site knew that it is serious"))
    return problems


def _check_number(standing: Sequence[SafetyReport], entry: ReportEntry) -> None:
    taken = {one.number for one in standing if one.recipient == entry.recipient}
    if entry.number in taken:
        raise ConflictError(
            "this report is recorded already",
            [Problem("number", "a report of this number stands", "read the list again")],
        )
    following = next(number for number in count() if number not in taken)
    if entry.number != following:
        refuse("record a safety report", [Problem("number", f"the next one is {following}")])
