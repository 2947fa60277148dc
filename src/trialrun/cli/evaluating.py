"""`trialrun evaluate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from trialrun.cli.enlisting import ZONE
from trialrun.cli.output import show_json, show_lines
from trialrun.workflows.evaluating import REPORT, EvaluationOrder, evaluate_to_folder


def evaluate(order: EvaluationOrder, out: Path, *, now: datetime, as_json: bool) -> None:
    """Evaluate, and say where the report is."""
    done = evaluate_to_folder(order, out, at=now, zone=ZONE)
    if as_json:
        tables = [table.id for table in done.evaluation.tables]
        show_json({"out": str(out), "tables": tables, "files": list(done.files)})
        return
    show_lines(
        f"{len(done.evaluation.tables)} tables of {len(done.data.subjects)} subjects are in {out}",
        f"open {out / REPORT}; each number's rows are in tables/*.rows.csv",
    )
