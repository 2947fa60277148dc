"""What the CQL engine is asked, and how its answers are compared; it is not asked itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.oracles.cql.compare import compare, why_not
from tests.oracles.cql.question import CRITERIA, LIBRARY, expanded, since

from trialrun.criteria.truth import Truth
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import Stage

ICD10 = "http://hl7.org/fhir/sid/icd-10"
WRITTEN = [(ICD10, "G12.2"), (ICD10, "G12.21"), (ICD10, "G61.8"), ("http://loinc.org", "G12.2")]


@pytest.mark.parametrize(
    ("codes", "means"),
    [
        ({"ICD-10": {"G12.2*": "", "G99": ""}}, ["G12.2", "G12.21"]),
        ({"ICD-10": {"G12.2": ""}}, ["G12.2"]),
        ({"LOINC": {"G61.8": ""}}, []),
        ({"ICD-10": {"*": ""}}, ["G12.2", "G12.21", "G61.8"]),
    ],
)
def test_prefixes_expand_over_the_codes_that_occur(
    codes: dict[str, dict[str, str]], means: list[str]
) -> None:
    found = expanded({"codes": codes}, WRITTEN)
    assert [code["code"] for code in found] == means


def test_a_code_system_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError, match="ICD-11"):
        expanded({"codes": {"ICD-11": {"8B60": ""}}}, WRITTEN)


@pytest.mark.parametrize(
    ("complete", "expected"),
    [
        ([{"kind": "condition", "since": "whole life"}], "0001-01-01"),
        ([{"kind": "condition", "since": "2015-01-01"}], "2015-01-01"),
        ([{"kind": "procedure", "since": "2015-01-01"}], None),
    ],
)
def test_coverage(complete: list[dict[str, Any]], expected: str | None) -> None:
    assert since({"complete": complete}, "condition") == expected


def test_a_coverage_that_ends_is_refused() -> None:
    entry = {"kind": "condition", "since": "2015-01-01", "until": "2020-01-01"}
    with pytest.raises(ValueError, match="cannot express"):
        since({"complete": [entry]}, "condition")


def test_the_library_asks_every_criterion_of_the_record_stage() -> None:
    protocol = read_protocol("ld-il2-immune-als")
    stage = {c.id for c in protocol.screening_criteria if c.stage is Stage.RECORD}
    library = LIBRARY.read_text(encoding="utf-8")
    assert stage == set(CRITERIA)
    assert [c for c in CRITERIA if f'define "{c}":' not in library] == []


def _all(truth: Truth) -> dict[str, Truth]:
    return dict.fromkeys(CRITERIA, truth)


def test_every_patient_and_criterion_is_counted_once() -> None:
    ours = {name: _all(Truth.TRUE) for name in ("1", "2", "3")}
    theirs = {**ours, "2": _all(Truth.UNKNOWN)}
    unread = {"1": [], "2": [], "3": ["Observation.component"]}
    found = compare(ours, theirs, unread)["E4"]
    assert found.alike == {Truth.TRUE: 1}
    assert found.differ == [("2", Truth.TRUE, Truth.UNKNOWN)]
    assert found.left_out == {"Observation.component": 1}


def test_a_patient_whom_one_side_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="only one side knows these patients: 2"):
        compare({"1": _all(Truth.TRUE), "2": _all(Truth.TRUE)}, {"1": _all(Truth.TRUE)}, {})


def test_a_criterion_that_one_side_does_not_ask_is_an_error() -> None:
    with pytest.raises(ValueError, match="do not ask the same criteria: E4"):
        compare({"1": {c: Truth.TRUE for c in CRITERIA if c != "E4"}}, {}, {})


def test_without_node_there_is_nobody_to_ask() -> None:
    assert why_not(None, None) == "node or npm is not installed"


def test_an_old_node_is_not_asked(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v16.20.2\n", encoding="utf-8")
    node.chmod(0o755)
    assert why_not(str(node), "npm") == "Node 20 or later is needed, and this is v16.20.2"


def test_the_lock_names_no_registry() -> None:
    lock = Path(__file__).with_name("package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
