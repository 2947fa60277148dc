"""Everything that the checks of a protocol say has its Chinese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.world import ON, shipped

import trialrun.protocol
from trialrun.protocol.checks import check
from trialrun.report.words_of_findings import chinese_finding

ROOM = Path(trialrun.protocol.__file__).parent
CHECKS = ("registry_checks", "design_checks", "criteria_checks", "form_checks")
NAMED = {"found", "remedy", "_ASK", "_REMEMBER"}
SAID_LATER = "the stage is '7', and this is asked of "


def said_in(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text) if text:
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in values)
        case ast.IfExp(body=one, orelse=other):
            yield from (*said_in(one), *said_in(other))


def sentences(module: str) -> set[str]:
    """What a module says of a protocol; every value that is filled in is a 7."""
    found = set[str]()
    for node in ast.walk(ast.parse((ROOM / f"{module}.py").read_text("utf-8"))):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMED:
                found.update(said_in(value))
            case ast.Call(func=ast.Name(id="error" | "warning"), args=[_, *words]):
                found.update(text for word in words for text in said_in(word))
    if SAID_LATER in found:
        found.remove(SAID_LATER)
        found |= {f"{SAID_LATER}participants", f"{SAID_LATER}candidates"}
    if "'7' 7" in found:
        found.remove("'7' 7")
        found |= {"'7' always holds", "'7' can never hold"}
    return {text.replace("back 7 7", "back 7 days") for text in found}


@pytest.mark.parametrize("module", CHECKS)
def test_every_finding_is_known_in_chinese(module: str) -> None:
    found = sentences(module)
    assert len(found) >= 10
    assert sorted(text for text in found if chinese_finding(text) == text) == []


def test_what_the_shipped_protocol_is_warned_of_is_said_in_chinese() -> None:
    found = check(shipped(), ON)
    assert found
    for finding in found:
        assert chinese_finding(finding.found) != finding.found
        assert chinese_finding(finding.remedy) != finding.remedy


def test_numbers_and_names_stay() -> None:
    assert chinese_finding("V3 is on day 90, after the end of follow-up (day 84)") == (
        "V3 在第 90 天，晚于随访结束（第 84 天）"
    )
    assert chinese_finding("a unit of another kind") == "a unit of another kind"
