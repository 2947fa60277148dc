"""Files that hold patient data: their owner's alone, whoever writes them, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import duckdb
import pytest

from trialrun.errors import StoreError
from trialrun.workflows import files
from trialrun.workflows.files import (
    owner_only,
    private_folder,
    results_in,
    write_private,
    writing_into,
)

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def everyone_may_read() -> Iterator[None]:
    """As on most machines: what is written is readable by all."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_whatever_is_written_within_is_the_owners_alone(tmp_path: Path) -> None:
    with owner_only():
        (tmp_path / "ours").write_text("x", encoding="utf-8")
    (tmp_path / "after").write_text("x", encoding="utf-8")
    assert mode(tmp_path / "ours") == 0o600
    assert mode(tmp_path / "after") == 0o644


def test_also_what_the_database_writes(tmp_path: Path) -> None:
    with owner_only(), duckdb.connect() as connection:
        for suffix in ("csv", "parquet"):
            connection.execute(f"COPY (SELECT 1 AS one) TO '{tmp_path}/out.{suffix}'")
    assert mode(tmp_path / "out.csv") == mode(tmp_path / "out.parquet") == 0o600


def test_an_error_within_leaves_others_files_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), owner_only():
        raise ZeroDivisionError
    (tmp_path / "after").write_text("x", encoding="utf-8")
    assert mode(tmp_path / "after") == 0o644


def test_a_folder_that_is_made_may_be_entered_by_its_owner_only(tmp_path: Path) -> None:
    assert mode(private_folder(tmp_path / "out")) == 0o700
    tmp_path.chmod(0o755)
    assert mode(private_folder(tmp_path)) == 0o755


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="file cannot be written"):
        private_folder(tmp_path / "file")


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "make room, or name another place"),
        (errno.ENOENT, "name another place"),
    ],
)
def test_room_is_asked_for_only_where_there_is_none(number: int, remedy: str) -> None:
    with pytest.raises(StoreError) as caught, writing_into(Path("out")):
        raise OSError(number, "it says why", "out")
    assert [problem.remedy for problem in caught.value.problems] == [remedy]


def test_a_private_file_replaces_a_public_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    write_private(path, "新")
    assert path.read_text(encoding="utf-8") == "新"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.mkdir()
    with pytest.raises(StoreError, match=r"report\.html cannot be written"):
        write_private(path, "new")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "make room, or name another place"),
        (errno.EDQUOT, "make room, or name another place"),
        (errno.ENOENT, "(name another place)"),
        (errno.EROFS, "(name another place)"),
    ],
)
def test_room_is_asked_for_only_where_it_lacks(number: int, remedy: str) -> None:
    with pytest.raises(StoreError) as caught, writing_into(Path("out")):
        raise OSError(number, os.strerror(number), "out")
    assert remedy in str(caught.value)


def test_results_come_together_and_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with results_in(folder) as written:
        for name in ("report.html", "verdicts.csv"):
            (written / name).write_text("x", encoding="utf-8")
        assert not (folder / "report.html").exists()
    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == {
        "report.html": 0o600,
        "verdicts.csv": 0o600,
    }


@pytest.mark.parametrize("is_new", [True, False])
def test_no_result_is_left_if_one_fails(tmp_path: Path, is_new: bool) -> None:
    folder = tmp_path / "out"
    if not is_new:
        folder.mkdir()
        (folder / "report.html").write_text("earlier", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(folder)
    assert folder.exists() is not is_new
    if not is_new:
        assert [path.read_text(encoding="utf-8") for path in folder.iterdir()] == ["earlier"]


def test_nothing_half_done_is_left_at_whichever_line_a_signal_ends_the_run(tmp_path: Path) -> None:
    """All of it is, where it was whole before the signal came."""
    left = []
    for line in count(1):
        folder = tmp_path / f"out-{line}"
        if not ended_at(line, folder):
            break
        left.append({path.name for path in folder.rglob("*") if path.is_file()})
        assert folder.exists() is bool(left[-1])
    assert left == sorted(left, key=len)
    assert left[0] == set()
    assert left[-1] == {"report.html"}


def ended_at(line: int, folder: Path) -> bool:
    """Write results; end the run at the `line`-th line run of the program, if it has so many."""
    left = line

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal left
        if frame.f_code.co_filename != files.__file__:
            return None
        left -= event == "line"
        if left == 0 and event == "line":
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with results_in(folder) as written:
            (written / "report.html").write_text("whole", encoding="utf-8")
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def fail_half_way(folder: Path) -> None:
    with results_in(folder) as written:
        (written / "report.html").write_text("half", encoding="utf-8")
        raise ZeroDivisionError
