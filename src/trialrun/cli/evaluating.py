"""`trialrun evaluate`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from trialrun.cli.output import show_json, show_lines
from trialrun.evaluation.results import Row
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.workflows.evaluating import (
    REPORT,
    Evaluated,
    EvaluationOrder,
    evaluate_to_folder,
)
from trialrun.workflows.loading import DEFAULT_TIME_ZONE


def evaluate(
    order: EvaluationOrder, out: Path, *, time_zone: str | None, now: datetime, as_json: bool
) -> None:
    """Evaluate, and say what the primary analysis found and where the report is."""
    done = evaluate_to_folder(order, out, at=now, zone=ZoneInfo(time_zone or DEFAULT_TIME_ZONE))
    if as_json:
        show_json(_json(done, out))
        return
    voice = EvaluationVoice(order.language)
    key, left_out = done.evaluation.key, sum(one.count for one in done.data.left_out)
    show_lines(
        *(voice.words(said) for said in (key.said if key else ())),
        voice.say(
            "evaluated",
            tables=str(len(done.evaluation.tables)),
            subjects=str(len(done.data.subjects)),
            out=str(out),
        ),
        *([voice.say("evaluated_without", n=f"{left_out:,}")] if left_out else []),
        voice.say("evaluated_open", report=str(out / REPORT)),
    )


def _json(done: Evaluated, out: Path) -> dict[str, object]:
    """Return what programs are told: what there is, and the estimates, which are not rounded."""
    key = done.evaluation.key
    return {
        "out": str(out),
        "data": done.data.source,
        "subjects": len(done.data.subjects),
        "estimates": [
            _estimate(row) for table in (key.tables if key else ()) for row in table.rows
        ],
        "left_out": [asdict(one) for one in done.data.left_out],
        "tables": [table.id for table in done.evaluation.tables],
        "files": list(done.files),
    }


def _estimate(row: Row) -> dict[str, object]:
    """Return a row of the key results; in English, because programs read it."""
    said = EvaluationVoice("en").words
    estimate, interval, p, scale = row.cells
    return {
        "analysis": said(row.label),
        "estimate": estimate.value,
        "interval": said(interval.shown),
        "p": p.value,
        "scale": said(scale.shown),
    }
