"""The tester tested: what does nothing survives, a fault is caught, a crash is neither."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.engine.mutation_report import report
from tests.engine.planting import BROKEN, CAUGHT, SURVIVED, Fault, Outcome, ask, prepared, try_all

_PLACE = ("SexIs",), "engine/sql/person.sql", "patient.sex = sex.sex"
NOTHING = Fault("nothing is changed", *_PLACE, "sex.sex = patient.sex")
WRONG = Fault("everybody has the other sex", *_PLACE, "patient.sex <> sex.sex")
CRASH = Fault("no such column", *_PLACE, "patient.sexes = sex.sex")
LOST = Fault("no such place", ("SexIs",), "engine/sql/person.sql", "no such text", "")
NOBODY = Fault("nobody is asked", ("tests/engine/no_such_test.py",), *_PLACE[1:], "")


def test_what_is_planted_is_what_runs() -> None:
    outcomes = try_all([NOTHING, WRONG, CRASH], workers=1)
    assert [outcome.result for outcome in outcomes] == [SURVIVED, CAUGHT, BROKEN]
    assert [outcome.by for outcome in outcomes] == ["", "SexIs", ""]


def test_a_run_that_imports_the_unbroken_program_shows_nothing(tmp_path: Path) -> None:
    with prepared() as program:
        folder = shutil.copytree(program, tmp_path / "copy")
    (folder / "src").rename(tmp_path / "elsewhere")
    link = folder / "src"
    link.symlink_to(tmp_path / "elsewhere")
    assert ask("SexIs", folder, tmp_path, remembers=False) == SURVIVED
    link.unlink()
    assert ask("SexIs", folder, tmp_path, remembers=False) == BROKEN


def test_tests_that_fail_without_a_fault_are_not_believed() -> None:
    with pytest.raises(SystemExit, match="did not run although nothing is broken"):
        try_all([NOBODY], workers=1)


def test_all_faults_whose_place_is_gone_are_named_before_anything_runs() -> None:
    with pytest.raises(SystemExit, match=r"(?s)no such text.*no such text"):
        try_all([LOST, NOTHING, LOST], workers=1)


def test_a_place_among_equal_ones_is_told_by_where_it_stands() -> None:
    text = WRONG.text
    second = text.index("patient", text.index("patient") + 1)
    fault = Fault("", ("SexIs",), WRONG.file, "patient", "nobody", at=second)
    assert fault.broken == text[:second] + "nobody" + text[second + len("patient") :]


def test_a_survivor_stands_in_the_report_with_its_reason() -> None:
    explained = Fault("it is the same", *_PLACE, "", equivalent="x = y is y = x")
    said = report(
        [Outcome(WRONG, CAUGHT, "SexIs"), Outcome(explained, SURVIVED)],
        [Outcome(NOTHING, SURVIVED), Outcome(WRONG, CAUGHT, "SexIs"), Outcome(CRASH, BROKEN)],
        1600,
        7,
    )
    assert "**1 of 2** are caught; 1 survive with a reason, 0 without one" in said
    assert "caught (small world: SexIs)" in said
    assert "**survived**: x = y is y = x" in said
    assert "**1 of the 2** that ran (50 %). 1 did not run" in said
    assert "| nothing is changed | **not explained** |" in said
    assert "Of the other\n1597 nothing is known" in said
