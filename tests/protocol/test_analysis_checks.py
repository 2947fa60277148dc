"""What an analysis plan says against itself, each with what is said of it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from trialrun.errors import ProtocolError
from trialrun.protocol.analysis_methods import METHODS as METHODS_BY_WORD
from trialrun.protocol.analysis_methods import Analysis
from trialrun.protocol.checks import check
from trialrun.protocol.file import read_protocol
from trialrun.protocol.findings import Severity
from trialrun.protocol.model import TrialProtocol
from trialrun.report.words_of_findings import chinese_finding

ON = date(2022, 1, 15)


@pytest.fixture
def changed(shipped: TrialProtocol, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write the shipped protocol with one text put for another."""

    def written(old: str, new: str) -> Path:
        folder = tmp_path / "changed"
        shutil.copytree(shipped.path.parent, folder)
        text = shipped.path.read_text("utf-8")
        assert text.count(old) == 1, old
        path = folder / shipped.path.name
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return written


CONTRADICTIONS = [
    ("id: primary-model,", "id: ../../model,", "the id '../../model' is no name of a file"),
    ("id: primary-model,", "id: -model,", "the id '-model' is no name of a file"),
    ("lowest: 0, highest: 48", "lowest: 48, highest: 0",
     "the lowest value of 'alsfrs-r' is not below the highest"),
    ("parameter: nfl.serum, unit: \"pg/mL\", better: lower, decimals: 1",
     "parameter: nfl.serum, unit: \"pg/mL\", better: lower, decimals: 400",
     "'nfl' cannot have 400 decimals"),
    ("resamples: 10000", "resamples: 1000000000", "'primary-points' cannot have so many resamples"),
    ("resamples: 10000", "resamples: 0", "'primary-points' cannot have so many resamples"),
    ("imputations: 200", "imputations: 10001",
     "'primary-imputed' cannot have so many imputations"),
    ("seed: 20200101", "seed: -1", "the seed of 'primary-points' is below 0"),
    ("noise: 0.8", "noise: -0.8", "the noise of a simulation is below 0"),
    ("slope_spread: 0.5", "slope_spread: -1", "the slope_spread of a simulation is below 0"),
    ("effects: [0, 0.2,", "effects: [0, 1e308,", "a number of the simulation is too great"),
    ("effects: [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8]", "effects: []",
     "a simulation without effects or dropout has no trials"),
    ("dropout: [0, 0.15, 0.3]", "dropout: [0, 1]", "a share of dropout is not from 0 to below 1"),
    ("dropout: [0, 0.15, 0.3]", "dropout: [-0.1]", "a share of dropout is not from 0 to below 1"),
    ("  level: 95", "  level: 195", "an interval cannot have a level of 195 %"),
    ("id: primary-model,", "id: primary-points,", "the id 'primary-points' is used twice"),
    ("parameter: fvc.fvc-percent", "parameter: fvc.percent", "no form has an item 'fvc.percent'"),
    ("set: full, variable: mrc,", "set: all, variable: mrc,", "there is no set 'all'"),
    ("set: full, variable: mrc,", "set: full, variable: mcr,", "there is no variable 'mcr'"),
    ("{death: composite, ventilation: composite, stopped: treatment policy}}\n    - {id: function",
     "{dead: composite, ventilation: composite, stopped: treatment policy}}\n    - {id: function",
     "there is no event 'dead'"),
    ("endpoint: nfl-change, title", "endpoint: nfl, title", "there is no endpoint 'nfl'"),
    ("estimand: survival, method", "estimand: life, method", "there is no estimand 'life'"),
    ("method: time to event, events: [death]", "method: time to event, events: [deaths]",
     "there is no event 'deaths'"),
    ("analysis: primary-points, imp", "analysis: primary-imputed, imp",
     "there is no analysis 'primary-imputed'"),
    ("turn: V7, resamples", "turn: V1, resamples",
     "the slope of 'primary-points' has no visit on both sides of V1"),
    ("variable: mrc, intercurrent: {death: while alive",
     "variable: mrc, intercurrent: {death: composite",
     "a slope has no value for 'death', and the strategy is composite"),
    ("limit: 0.30", "limit: 30", "the limit of a stopping rule cannot be 30"),
    ("certainty: 0.90", "certainty: 1", "the certainty of a stopping rule cannot be 1"),
    ("prior: [0.3, 0.7]", "prior: [0, 1]", "a beta prior has two parameters above 0"),
    ("      grade: 3", "      grade: 6", "CTCAE has no grade 6"),
    ("looks: [3, 6, 9, 13]", "looks: [3, 3]", "the looks of a stopping rule do not grow"),
    ("looks: [3, 6, 9, 13]", "looks: [0, 3]", "the looks of a stopping rule do not grow"),
    ("over_time: [laboratory.eosinophils", "over_time: [laboratory.eos",
     "no form has an item 'laboratory.eos'"),
    ("known: death}", "known: death, marked: {parameter: survival.event, values: [death]}}",
     "'death' has to be either known to the trial or marked on a form"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "found"), CONTRADICTIONS)
def test_a_plan_that_contradicts_itself_is_refused(changed, old: str, new: str, found: str) -> None:  # type: ignore[no-untyped-def]
    path = changed(old, new)
    try:
        said = [f.found for f in check(read_protocol(path), ON) if f.severity is Severity.ERROR]
    except ProtocolError as error:
        said = [problem.found for problem in error.problems]
    assert set(said) == {found}
    if "used twice" not in found:
        assert chinese_finding(found) != found


METHODS = [
    ("resamples: 10000", "resample: 10000", "unknown key 'resample'", "did you mean 'resamples'?"),
    ("method: joint rank", "method: joined rank", "the analysis has no known method",
     "known: slope difference, "),
    ("visit: V7, change: 0}", "visit: V7}", "the key 'change' is missing", "add it"),
    ("known: treatment stopped early", "known: treatment stopped",
     "'known': input should be 'death'", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "found", "remedy"), METHODS)
def test_a_plan_that_cannot_be_read_says_where(  # type: ignore[no-untyped-def]
    changed, old: str, new: str, found: str, remedy: str
) -> None:
    path = changed(old, new)
    with pytest.raises(ProtocolError) as refused:
        read_protocol(path)
    (problem,) = refused.value.problems
    line = 1 + path.read_text("utf-8").split(new)[0].count("\n")
    assert problem.where == f"protocol.yaml:{line}"
    assert problem.found.startswith(found)
    assert problem.remedy.startswith(remedy)


def test_every_method_has_a_word_of_its_own() -> None:
    assert len(METHODS_BY_WORD) == len(get_args(Analysis))
