"""A diagnosis that is not confirmed proves nothing: neither that it is there nor that it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.loading import load_quietly
from tests.cli.shell import ON, PROTOCOL, Shell

ALS, SEPSIS = "G12.2", "A41.9"
I2, E5 = "condition in [als-syndrome]", "condition in [sepsis] active"

# patient -> a diagnosis, how sure it is | what is asked of it by I2, and by E5
PATIENTS: dict[str, tuple[str, str, str, str]] = {
    "als": (ALS, "confirmed", "true", "false"),
    "als-provisional": (ALS, "provisional", "unknown", "unknown"),
    "als-refuted": (ALS, "refuted", "false", "false"),
    "sepsis": (SEPSIS, "confirmed", "false", "true"),
    "sepsis-provisional": (SEPSIS, "provisional", "unknown", "unknown"),
    "sepsis-differential": (SEPSIS, "differential", "unknown", "unknown"),
    "sepsis-unconfirmed": (SEPSIS, "unconfirmed", "unknown", "unknown"),
    "sepsis-refuted": (SEPSIS, "refuted", "false", "false"),
}


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suspicions")
    people: list[dict[str, Any]] = []
    diagnoses: list[dict[str, Any]] = []
    for name, (code, sure, _, _) in PATIENTS.items():
        people.append({"resourceType": "Patient", "id": name, "birthDate": "1970-01-01"})
        diagnoses.append(
            {
                "resourceType": "Condition",
                "id": name,
                "subject": {"reference": f"Patient/{name}"},
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "verificationStatus": {"coding": [{"code": sure}]},
                "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]},
                "onsetDateTime": "2021-12-01",
            }
        )
    for file, resources in (("Patient", people), ("Condition", diagnoses)):
        lines = "".join(json.dumps(one) + "\n" for one in resources)
        (folder / f"{file}.ndjson").write_text(lines, encoding="utf-8")
    (folder / "coverage.yaml").write_text(
        "complete:\n  - {kind: condition, since: whole life}\n", encoding="utf-8"
    )
    load_quietly(folder, folder / "hospital.duckdb")
    return folder / "hospital.duckdb"


def leaves(answer: dict[str, Any]) -> list[dict[str, Any]]:
    parts = answer.get("parts") or []
    return [leaf for part in parts for leaf in leaves(part)] if parts else [answer]


@pytest.mark.parametrize("name", PATIENTS)
def test_a_suspicion_is_no_proof(shell: Shell, hospital: Path, name: str) -> None:
    _, _, inclusion, exclusion = PATIENTS[name]
    ran = shell.run("explain", PROTOCOL, name, "--data", hospital, "--on", ON, "--json")
    found = {
        leaf["logic"]: (leaf["truth"], leaf["gap"])
        for one in json.loads(ran.out)["judgements"]
        for leaf in leaves(one["answer"])
    }
    gap = "code_not_understood" if inclusion == "unknown" else None
    assert (found[I2], found[E5]) == ((inclusion, gap), (exclusion, gap))


def test_what_would_settle_it_is_said(shell: Shell, hospital: Path) -> None:
    where = ("--data", hospital, "--on", ON)
    ran = shell.run("explain", PROTOCOL, "sepsis-provisional", *where)
    said = " ".join(ran.out.replace("│", " ").split())
    assert "A41.9 (provisional)" in said
    assert "or have the suspicion confirmed or refuted" in said
