"""The demonstration replaces what an earlier one made, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.workflows.demo.making import DATABASE, TRIAL, run_demo
from trialrun.workflows.screening import STEPS, in_steps
from trialrun.workflows.serving import verify_trail


def silent(_: str, __: float) -> None:
    pass


def demonstrate(out: Path) -> None:
    run_demo(out, "en", silent, as_of=date(2022, 9, 23), patients=3)


def test_the_bar_moves_on_with_each_step_of_a_screening() -> None:
    parts: list[float] = []
    step = in_steps(lambda _, part: parts.append(part))
    for _ in range(STEPS):
        step("a step")
    assert parts == [n / STEPS for n in range(STEPS)]


def test_a_screening_has_as_many_steps_as_it_says(tmp_path: Path) -> None:
    shown: list[str] = []
    run_demo(
        tmp_path,
        "en",
        lambda doing, _: shown.append(doing),
        as_of=date(2022, 9, 23),
        patients=3,
    )
    first = shown.index("asking every criterion of every patient")
    assert shown[first + STEPS - 1 : first + STEPS + 1] == [
        "writing the report",
        "running the trial",
    ]


def test_it_can_be_repeated(tmp_path: Path) -> None:
    demonstrate(tmp_path)
    first = (tmp_path / "verdicts.csv").read_bytes()
    assert verify_trail(f"sqlite:///{tmp_path / TRIAL}", None).problems == ()
    (tmp_path / "clinic" / "left over.ndjson").write_text("{}\n")
    demonstrate(tmp_path)
    assert (tmp_path / "verdicts.csv").read_bytes() == first
    assert not (tmp_path / "clinic" / "left over.ndjson").exists()


@pytest.mark.parametrize("name", [DATABASE, "clinic", "notes.txt"])
def test_it_refuses_a_folder_with_files_of_somebody_else(tmp_path: Path, name: str) -> None:
    """A hospital's own database may lie there under the same name."""
    (tmp_path / name).write_text("precious")
    with pytest.raises(UsageError, match="a folder of its own"):
        demonstrate(tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "precious")]
