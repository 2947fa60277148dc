"""What a comparison of arms, or a responder, cannot be asked of; each with what is said of it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from trialrun.protocol.checks import check
from trialrun.protocol.file import read_protocol
from trialrun.protocol.findings import Severity
from trialrun.report.words_of_findings import chinese_finding

ON = date(2022, 1, 15)
IL2, PILOT = "ld-il2-immune-als", "cdisc-pilot"
ASKED_IN_VAIN = [
    (IL2, "stopped: while on treatment}}\n    - {id: cd4",
     "stopped: composite}}\n    - {id: cd4",
     "a change has no value for 'stopped', and the strategy is composite"),
    (IL2, "function-kept, method: responders, visit: V7, change: 0}",
     "treg-change, method: responders, visit: V7, change: 0}",
     "no direction of 'treg' is the better one, and nobody can respond"),
    (IL2, "method: responders, visit: V7, change: 0}",
     "method: responders, visit: V7, change: 0, strata: [sex, weigth]}",
     "there is no variable 'weigth'"),
    (IL2, "method: time to event, events: [death, ventilation]}",
     "method: time to event, events: [death, ventilation], strata: [sexx]}",
     "there is no variable 'sexx'"),
    (PILOT, "missing: left out", "missing: counts as no response",
     "'adas-cog-observed' has no responses that a missing value could count as"),
    (PILOT, "multiple imputation, analysis: adas-cog-24, assumption: missing",
     "multiple imputation, analysis: adas-cog-repeated, assumption: missing",
     "'adas-cog-repeated' (mmrm) cannot be carried out on imputed values"),
    (PILOT, "method: categories, visit: Week-24, missing: last observation carried forward",
     "method: categories, visit: Week-24, missing: counts as no response",
     "'cibic-24' has no responses that a missing value could count as"),
    (PILOT, "value: 7, title", "value: 1, title", "the answer 1 is named twice"),
    (PILOT, "value: 7, title", "value: 8, title",
     "the answer 8 does not lie between lowest and highest"),
    (PILOT, "method: time to event, events: [dermatologic]", "method: win ratio",
     "'skin-free' has nothing by which anybody could win"),
    (PILOT, "method: time to event, events: [dermatologic]",
     "method: win ratio, events: [dermatologic], visit: Week-24, margin: -1",
     "the margin of 'skin-free' is below 0"),
    (IL2, "treg-change, method: change from baseline, visits: [V7, V13]}",
     "treg-change, method: win ratio, visit: V7}",
     "no direction of 'treg' is the better one, and nobody can respond"),
    (PILOT, "reference: Pbo", "reference: Plc", "there is no arm 'Plc'"),
    (PILOT, "imputations: 200, seed: 20062", "imputations: 1, seed: 20062",
     "pooling needs two imputations or more"),
]  # fmt: skip


def errors(name: str, folder: Path, *changes: tuple[str, str]) -> list[str]:
    path = read_protocol(name).path
    shutil.copytree(path.parent, folder / "changed")
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "changed" / path.name).write_text(text, encoding="utf-8")
    found = check(read_protocol(folder / "changed" / path.name), ON)
    wrong = [one for one in found if one.severity is Severity.ERROR]
    for one in wrong:
        assert chinese_finding(one.found) != one.found
        assert one.remedy
    return [one.found for one in wrong]


@pytest.mark.parametrize(("name", "old", "new", "found"), ASKED_IN_VAIN)
def test_what_is_asked_in_vain(name: str, old: str, new: str, found: str, tmp_path: Path) -> None:
    assert errors(name, tmp_path, (old, new)) == [found]


def test_doses_in_several_units(tmp_path: Path) -> None:
    found = errors(PILOT, tmp_path, ("dose: 54, unit: mg", "dose: 54, unit: g"))
    assert found == ["the arms have doses in several units, and no dose response"] * 4


def test_one_dose_in_all_arms(tmp_path: Path) -> None:
    changes = [(f"dose: {dose}, unit", "dose: 9, unit") for dose in (0, 54, 81)]
    found = errors(PILOT, tmp_path, *changes)
    assert found == ["all arms have one dose, and there is no dose response"] * 4
