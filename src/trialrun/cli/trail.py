"""`trialrun audit verify`."""

from __future__ import annotations

from dataclasses import asdict

from trialrun.cli.output import show_json, show_lines
from trialrun.workflows.serving import verify_trail

NOT_WHOLE = 9
"""The exit code when something is found."""


def verify(database: str, head: str | None, *, as_json: bool) -> int:
    """Check the trail of a database; return the exit code."""
    checked = verify_trail(database, head)
    if as_json:
        show_json(asdict(checked))
    else:
        show_lines(
            f"{checked.events} acts, {checked.audit_events} sealed entries",
            f"head of the chain: {checked.head}",
            *map(str, checked.problems),
            f"{len(checked.problems)} problems" if checked.problems else "the trail is whole",
        )
    return NOT_WHOLE if checked.problems else 0
