"""`trialrun export`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from trialrun.cli.output import show_json, show_lines
from trialrun.conduct.actions.exports import HandedOut
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
    show_lines(*(line.format(**_said_of(done, out)) for line in _DONE[language]))


def _said_of(done: HandedOut, out: Path) -> dict[str, object]:
    return {
        "files": len(done.files),
        "subjects": len(done.subjects),
        "out": out,
        "head": done.head,
    }


_DONE: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "{files} files of {subjects} subjects are in {out}",
        "head of the chain: {head}",
        "The trail says what was exported; README.txt, how to read it.",
    ),
    "zh": (
        "{out}：受试者{subjects}名，文件{files}个",
        "稽查链首哈希：{head}",
        "导出内容已记入稽查轨迹；使用说明见README.txt。",
    ),
}
