from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.report.test_terminal import LOADED
from tests.report.world import NURSE, ON, TOLD, pseudonymised, screening, shipped

from trialrun.protocol.checks import check
from trialrun.protocol.words import show
from trialrun.report.machine import (
    findings_json,
    load_summary_json,
    patient_json,
    protocol_json,
    screening_json,
)


def whole(data: Any) -> Any:
    """The data after a journey as JSON: nothing may be lost, or be written as a class."""
    journeyed = json.loads(json.dumps(data, allow_nan=False))
    assert journeyed == data
    return journeyed


def of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = whole(
        patient_json(next(c for c in screening().opened if c.name == name))
    )
    return found


def judgement(name: str, criterion: str) -> dict[str, Any]:
    found: dict[str, Any] = next(j for j in of(name)["judgements"] if j["criterion"] == criterion)
    return found


def test_a_screening_has_stable_keys() -> None:
    data = whole(screening_json(screening()))
    assert set(data) == {
        "protocol",
        "on",
        "patients",
        "deceased",
        "may_have_died",
        "verdicts",
        "ready_for_visit",
        "near_misses",
        "attrition",
        "open_gaps",
        "gains",
        "coverage",
        "opened",
        "pseudonymised",
    }
    assert data["on"] == "2022-01-15"
    assert data["verdicts"] == {"eligible": 280, "undetermined": 700, "ineligible": 420}
    assert data["attrition"][0] == {
        "criterion": "I1",
        "before": 1400,
        "lost": 140,
        "unknown": 0,
        "own": 140,
        "sole": 140,
        "after": 1260,
    }
    assert data["open_gaps"][1] == {
        "criterion": "I3",
        "gap": "list_open",
        "candidates": 280,
        "settles": 1,
    }
    assert data["gains"][0]["change"] is None
    assert data["gains"][1]["change"] == "age from 8 to 70 years"
    assert data["coverage"][0] == {
        "source": "clinic",
        "kind": "condition",
        "since": None,
        "until": None,
    }
    assert {"name", "verdict", "opens_on", "lapses_on", "deceased"} == set(data["opened"][0])


def test_a_leaf_tells_rows_coverage_and_gap() -> None:
    vaccinated, as_a_medicine = judgement("m-vaccinated", "E3a")["answer"]["parts"]
    assert vaccinated == {
        "logic": "immunisation in [any-vaccine] within 6 months",
        "truth": "true",
        "until": "2022-05-20",
        "rows": [40],
        "coverage": [],
        "gap": None,
    }
    assert (as_a_medicine["truth"], as_a_medicine["rows"]) == ("false", [])
    not_covered, _ = judgement("f-not-covered", "E3a")["answer"]["parts"]
    assert not_covered["gap"] == "not_covered"
    eligible, _ = judgement("m-eligible", "E3a")["answer"]["parts"]
    assert eligible["coverage"] == [5]


def test_a_connective_tells_its_parts_and_the_permission_stands_beside() -> None:
    found = judgement("m-eligible", "E4")
    assert found["permission"] == "true"
    assert found["answer"]["truth"] == "false"
    assert [part["rows"] for part in found["answer"]["parts"]] == [[1], [2], [3]]
    assert judgement("m-eligible", "I4")["hint"]["truth"] == "false"


def test_the_rows_behind_the_answers_are_told_once() -> None:
    rows = of("m-to-confirm")["rows"]
    assert len({row["id"] for row in rows}) == len(rows)
    by_id = {row["id"]: row for row in rows}
    assert by_id[3]["value"] == {"lo": 210.0, "hi": 210.0, "lo_open": False, "hi_open": False}
    assert (by_id[3]["ref_lo"], by_id[3]["ref_hi"], by_id[3]["unit"]) == (0.5, 350.0, "10*9/L")
    assert (by_id[42]["route"], by_id[42]["daily_dose"]) == ("oral", 60.0)
    assert by_id[42]["start"] == {"from": "2021-12-01", "to": "2021-12-31"}
    assert by_id[42]["end"] == {"from": None, "to": None}
    assert by_id[13]["present"] is None


def test_an_unknown_birthday_is_no_day() -> None:
    assert of("m-vaccinated")["person"] == {
        "sex": "male",
        "birth": {"from": "1970-01-01", "to": "1970-12-31"},
    }


def test_under_pseudonyms_nothing_names_a_person() -> None:
    text = json.dumps(
        [patient_json(patient) for patient in pseudonymised().opened], ensure_ascii=False
    )
    for secret in ("HIS-", NURSE, TOLD, "1970-03-05", "alert(", "Amyotrophic lateral sclerosis"):
        assert secret not in text
    assert '"G12.21"' in text


def test_a_load() -> None:
    data = whole(load_summary_json(LOADED))
    assert data["rows"]["patient"] == 2000
    assert data["reasons"][0] == {
        "severity": "rejected",
        "kind": "condition",
        "reason": "of an unknown patient",
        "counted": 2,
        "places": ["a:1", "a:2"],
    }
    assert data["unknown_units"] == [{"text": "片", "rows": 3}]
    assert data["coverage"] == [{"kind": "consent", "since": "2015-01-01", "until": None}]
    assert data["coverage_withdrawn"] == [
        {"kind": "medication", "since": "2015-01-01", "until": None}
    ]
    assert data["withheld"] == [
        {
            "what": "name",
            "kind": "condition",
            "texts": 3,
            "rows": 14,
            "places": ["Condition/7", "Condition/9"],
        }
    ]


def test_findings() -> None:
    found = check(shipped(), ON)
    data = whole(findings_json(found))
    assert [one["found"] for one in data] == [finding.found for finding in found]
    assert set(data[0]) == {"severity", "where", "found", "remedy", "criterion"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_protocol(language: Any) -> None:
    data = whole(protocol_json(show(shipped(), language)))
    assert [sentence["id"] for sentence in data["sentences"]] == [s.id for s in shipped().sentences]
    first = data["sentences"][0]["criteria"][0]
    assert first["logic"] == "age from 18 to 70 years"
    assert first["category"] == "inclusion"


def test_the_summary_is_of_the_day_that_was_asked() -> None:
    assert screening_json(replace(screening(), on=date(2023, 2, 1)))["on"] == "2023-02-01"
