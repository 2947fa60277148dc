"""The folder that an export goes into: written beside its place, then put there in one step.

Refuses to take the place of anything but an earlier export that nobody has added to.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from trialrun.errors import Problem, StoreError
from trialrun.workflows.files import FOLDER_OWNER_ONLY, owner_only, private_folder, writing_into

MANIFEST = "export.json"
"""The file that says what an export is; a folder without it is none."""


def refuse_foreign(out: Path) -> None:
    """Refuse a place that holds something else than an export.

    Raises:
        StoreError: naming what is there.
    """
    found = _foreign(out)
    if found is not None:
        remedy = "name a new or an empty folder"
        raise StoreError(f"{out} is not overwritten", [Problem(str(out), found, remedy)])


def _foreign(out: Path) -> str | None:
    if out.is_symlink():
        return "it is a link"
    if not out.exists():
        return None
    if not out.is_dir():
        return "it is no folder"
    # The folder is exchanged for a new one: whoever stands in it would be left in none.
    if Path.cwd().is_relative_to(out.resolve()):
        return "it is the folder that you are in"
    held = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()}
    if held and MANIFEST not in held:
        return "it holds something that is no export"
    added = held - _files_of(out) - {MANIFEST}
    return "files were added to the export in it" if added else None


def _files_of(out: Path) -> set[str]:
    """Return the files that an export says it has; none if it cannot be read as one."""
    try:
        content = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return set(content["files"]) if content["program"] == "trialrun" else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


@contextmanager
def put_into(out: Path, files: Mapping[str, bytes]) -> Iterator[Callable[[], None]]:
    """Write files beside a folder; calling what is given puts them into its place.

    Raises:
        StoreError: they cannot be written; the place is as it was before.
    """
    beside = out.with_name(f".{out.name}.trialrun-{os.getpid()}")
    with writing_into(out), owner_only():
        private_folder(out.absolute().parent)
        try:
            _write(beside, files)
            yield lambda: _exchange(out, beside)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=FOLDER_OWNER_ONLY)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _exchange(out: Path, beside: Path) -> None:
    if not out.exists():
        beside.rename(out)
        return
    before = out.with_name(f".{out.name}.before-{os.getpid()}")
    out.rename(before)
    try:
        beside.rename(out)
    except BaseException:
        before.rename(out)
        raise
    shutil.rmtree(before, ignore_errors=True)
