"""Files that hold patient data: readable by their owner only, whole or not at all.

Whatever the user's umask is. Refuses to leave half a result in the place of a whole one.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trialrun.errors import Problem, StoreError

FOLDER_OWNER_ONLY = 0o700


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter; one that exists keeps its mode.

    Raises:
        StoreError: it cannot be made.
    """
    with writing_into(path):
        path.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
    return path


@contextmanager
def owner_only() -> Iterator[None]:
    """Let whatever is written within be readable by its owner only, whoever writes it."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def results_in(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write results into; at the end they move to `folder`, or none does.

    Raises:
        StoreError: they cannot be written.
    """
    is_new = not folder.exists()
    # Named before it is made: a signal may end the run at any line, and nothing may be left then.
    written = folder / f".trialrun-{os.getpid()}"
    with writing_into(folder), _named_as_asked(written, folder), owner_only():
        try:
            private_folder(folder)
            written.mkdir()
            yield written
            for path in sorted(written.iterdir()):
                path.replace(folder / path.name)
        except BaseException:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            shutil.rmtree(written, ignore_errors=True)


@contextmanager
def _named_as_asked(written: Path, folder: Path) -> Iterator[None]:
    """Let an error name the place that the user knows, not the one that is written beside it."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            error.filename = str(error.filename).replace(str(written), str(folder))
        raise
    except StoreError as error:
        inside, asked = str(written), str(folder)
        problems = [
            Problem(p.where.replace(inside, asked), p.found, p.remedy) for p in error.problems
        ]
        raise StoreError(error.message.replace(inside, asked), problems) from None


def write_private(path: Path, text: str) -> None:
    """Write a small file beside its place, then put it there in one step.

    Raises:
        StoreError: it cannot be written.
    """
    with writing_into(path), owner_only():
        beside = path.with_name(f".{path.name}.part")
        # One that a killed run has left, or somebody else has laid there, keeps its own mode.
        beside.unlink(missing_ok=True)
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _remedy(error: OSError) -> str:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "make room, or name another place" if is_full else "name another place"


@contextmanager
def writing_into(place: Path) -> Iterator[None]:
    """Say in our words why the system does not let a file be written.

    Raises:
        StoreError: in place of the system's own error.
    """
    try:
        yield
    except OSError as error:
        found = (error.strerror or type(error).__name__).lower()
        raise StoreError(
            f"{place} cannot be written",
            [Problem(str(error.filename or place), found, _remedy(error))],
        ) from None
