"""The CDISC pilot as a study, for tests that reproduce its published tables."""

from __future__ import annotations

from functools import cache

from tests.oracles.pilot import ADAM, PROTOCOL, SDTM

from trialrun.evaluation.study import Study
from trialrun.exchange.cdisc.read import read_cdisc

ARMS = ("Pbo", "Xan_Lo", "Xan_Hi")


@cache
def pilot() -> Study:
    """Return the pilot with its subjects, its ADAS-Cog and its doses."""
    names = (ADAM / "adsl.parquet", ADAM / "adadas.parquet", SDTM / "ex.parquet")
    assert PROTOCOL.analysis is not None
    return Study(PROTOCOL, PROTOCOL.analysis, read_cdisc(names, PROTOCOL))
