"""Whose days count: the time zone that is declared nearest, and the default where none is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from trialrun.sources.intake import LoadSummary
from trialrun.workflows.loading import ExportToLoad, load_hospital

PATIENT = {"resourceType": "Patient", "id": "1", "birthDate": "1970-01-01"}
COMPLETE = "complete:\n  - {kind: condition, since: whole life}\n"


def loaded(folder: Path, coverage: str, time_zone: str | None) -> LoadSummary:
    export = folder / "export"
    export.mkdir()
    (export / "Patient.ndjson").write_text(json.dumps(PATIENT) + "\n")
    if coverage:
        (export / "coverage.yaml").write_text(coverage + COMPLETE)
    asked = ExportToLoad(
        export, folder / "hospital.duckdb", loaded_on=date(2022, 1, 15), time_zone=time_zone
    )
    return load_hospital(asked, lambda _, __: None)


@pytest.mark.parametrize(
    ("coverage", "asked", "zone", "declared"),
    [
        ("", None, "Asia/Shanghai", False),
        ("source: ward\n", None, "Asia/Shanghai", False),
        ("time_zone: Asia/Shanghai\n", None, "Asia/Shanghai", True),
        ("time_zone: Europe/Berlin\n", None, "Europe/Berlin", True),
        ("time_zone: Europe/Berlin\n", "Asia/Tokyo", "Asia/Tokyo", True),
        ("", "Asia/Shanghai", "Asia/Shanghai", True),
    ],
)
def test_which_time_zone_was_used(
    tmp_path: Path, coverage: str, asked: str | None, zone: str, declared: bool
) -> None:
    summary = loaded(tmp_path, coverage, asked)
    assert (summary.time_zone, summary.zone_declared) == (zone, declared)
