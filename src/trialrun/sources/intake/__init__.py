"""The intake: staged relations -> one database, wholly or not at all; and what it says of it."""

from trialrun.sources.intake.coverage_file import (
    CoverageFile,
    coverage_beside,
    coverage_outside,
    read_coverage,
)
from trialrun.sources.intake.covered import CoverageLine
from trialrun.sources.intake.loading import load
from trialrun.sources.intake.summary import LoadSummary

__all__ = [
    "CoverageFile",
    "CoverageLine",
    "LoadSummary",
    "coverage_beside",
    "coverage_outside",
    "load",
    "read_coverage",
]
