"""What is loaded into pytest inside a mutant: limits, a memory, and a watch on imports.

The interpreter is slow and its answers are the same for every fault in the engine. They are kept in
the folder that the environment names as REMEMBERED; without one, nothing is remembered.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from trialrun.criteria.answers import LeafAnswer

Interpreted = Callable[..., Sequence[Sequence[LeafAnswer]]]

MOST_SECONDS, MOST_BYTES = 240, 6 << 30
"""Of processor time and memory: a statement that lost a condition may never end."""


def pytest_configure() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def pytest_collection_finish(session: pytest.Session) -> None:
    folder = os.environ.get("REMEMBERED")
    if not folder:
        return
    for module in {item.module for item in session.items if isinstance(item, pytest.Function)}:
        if hasattr(module, "interpreted"):
            module.interpreted = _remembering(module.interpreted, Path(folder))


def _remembering(interpreted: Interpreted, folder: Path) -> Interpreted:
    def remembered(*asked: object) -> Sequence[Sequence[LeafAnswer]]:
        place = folder / f"{sha256(repr(asked).encode()).hexdigest()}.pickle"
        if place.exists():
            return _read(place)
        answers = interpreted(*asked)
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            pickle.dump(_distinct(answers), file)
        Path(file.name).replace(place)
        return answers

    return remembered


def _read(place: Path) -> Sequence[Sequence[LeafAnswer]]:
    found: Sequence[Sequence[LeafAnswer]] = pickle.loads(place.read_bytes())
    return found


def _distinct(answers: Sequence[Sequence[LeafAnswer]]) -> list[list[LeafAnswer]]:
    """Let equal answers be one object, which is written and read once."""
    seen: dict[LeafAnswer, LeafAnswer] = {}
    return [[seen.setdefault(one, one) for one in row] for row in answers]


def pytest_sessionfinish(session: pytest.Session) -> None:
    here = str(session.config.rootpath)
    files = {
        name: getattr(module, "__file__", None) or here
        for name, module in sys.modules.items()
        if name.partition(".")[0] in ("trialrun", "tests")
    }
    outside = [name for name, file in files.items() if not file.startswith(here)]
    if outside:
        pytest.exit(f"imported from elsewhere: {', '.join(outside)}", returncode=3)
