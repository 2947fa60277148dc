"""`trialrun export`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from trialrun.cli.output import show_json, show_lines
from trialrun.criteria.wording import Language
from trialrun.workflows.exporting import ExportOrder, Format, export_from_command
from trialrun.workflows.loading import DEFAULT_TIME_ZONE


def export(
    protocol: str,
    database: str,
    data: Path | None,
    out: Path,
    *,
    formats: Sequence[str],
    numbers: Sequence[str],
    country: str,
    time_zone: str | None,
    language: Language,
    now: datetime,
    as_json: bool,
) -> None:
    """Export, and say where to."""
    order = ExportOrder(
        formats=tuple(one for one in Format if one in formats) or tuple(Format),
        numbers=tuple(numbers),
        language=language,
        country=country,
    )
    zone = ZoneInfo(time_zone or DEFAULT_TIME_ZONE)
    done = export_from_command(protocol, database, data, order, out, at=now, zone=zone)
    if as_json:
        content = {"out": str(out), "head": done.head, "subjects": done.subjects}
        show_json(content | {"formats": done.formats, "files": done.files})
        return
    show_lines(
        f"{len(done.files)} files of {len(done.subjects)} subjects are in {out}",
        f"head of the chain: {done.head}",
        "The trail says what was exported; README.txt, how to read it.",
    )
