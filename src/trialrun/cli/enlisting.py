"""`trialrun enlist`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from trialrun.cli.output import bar, show_json, show_lines, warn
from trialrun.cli.words import refuse_day_to_come
from trialrun.conduct.changes import Change
from trialrun.conduct.days import day_of
from trialrun.conduct.reading.worklist import LastScreening
from trialrun.report.voice import Voice
from trialrun.workflows.enlisting import enlist_from_command
from trialrun.workflows.loading import DEFAULT_TIME_ZONE
from trialrun.workflows.screening import in_steps


def enlist(
    protocol: str,
    data: Path,
    database: str,
    on: date,
    *,
    now: datetime,
    time_zone: str | None,
    as_json: bool,
) -> None:
    """Screen, take in, and say what changed."""
    zone = ZoneInfo(time_zone or DEFAULT_TIME_ZONE)
    refuse_day_to_come(on, day_of(now, zone))
    with bar() as progress:
        step = in_steps(progress)
        done = enlist_from_command(protocol, data, database, on, now, zone, step)
    if as_json:
        show_json(_as_json(done.trial, done.screening))
        return
    counts, changes = done.screening.counts, done.screening.changes
    show_lines(
        f"{done.trial}: {counts['patients']:,} patients screened as of {on}",
        f"{counts['eligible']:>8,} eligible",
        f"{counts['undetermined']:>8,} undetermined",
        f"{counts['ineligible']:>8,} ineligible",
        "Since the screening before:",
        *(f"{changes[change]:>8,} {change}" for change in Change),
        f"{done.screening.unnamed:>8,} not named by it: enrolled, or no longer in the records",
    )
    if not counts["patients"]:
        warn(["These records hold no patient: was the right file named?"], Voice("en", {}))


def _as_json(trial: str, screening: LastScreening) -> dict[str, object]:
    return {
        "protocol": trial,
        "version": screening.protocol_version,
        "on": screening.index_date.isoformat(),
        "counts": dict(screening.counts),
        "changes": {str(change): number for change, number in screening.changes.items()},
        "not_named": screening.unnamed,
    }
