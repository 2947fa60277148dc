"""Files that hold patient data: readable by their owner only, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trialrun.errors import StoreError

OWNER_ONLY = 0o600
FOLDER_OWNER_ONLY = 0o700


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter; one that exists keeps its mode.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        path.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: the folder cannot be made ({error.strerror})") from None
    return path


@contextmanager
def owner_only() -> Iterator[None]:
    """Let whatever is written within be readable by its owner only, whoever writes it."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write_private(path: Path, text: str) -> None:
    """Write a file beside its place, then put it there in one step.

    Raises:
        StoreError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY),
            "w",
            encoding="utf-8",
        ) as file:
            file.write(text)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StoreError(f"{path}: it cannot be written ({error.strerror})") from None
