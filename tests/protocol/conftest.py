from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol

HEAD = """\
name: small
version: "1"
registry:
  id: NCT00000000
  title: A small trial
  status: Completed
  sponsor: A hospital
  summary: Small.
  phase: Phase 2
  sex: All
  study_type: Interventional
  healthy_volunteers: false
  ages: {minimum: 18, maximum: 70}
design:
  arms: []
  periods: []
  visits: []
  assessments: []
  endpoints: []
"""
"""19 lines; `criteria:` begins on line 20."""

AGE = """\
- id: I1
  category: inclusion
  text: From 18 to 70 years old
  stage: record
  logic: age from 18 to 70 years
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a protocol with these criteria, the head changed as `old -> new` says."""

    def written(criteria: str = AGE, **changes: str) -> Path:
        head = HEAD
        for old, new in changes.items():
            assert f"{old}:" in head
            head = "\n".join(
                new if line.strip().startswith(f"{old}:") else line for line in head.split("\n")
            )
        path = tmp_path / "small.yaml"
        body = "criteria:\n" + indent(dedent(criteria), "  ") if criteria else "criteria: []\n"
        path.write_text(head + body, encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="session")
def shipped() -> TrialProtocol:
    return read_protocol("ld-il2-immune-als")
