"""The room can be read from the bottom up: no two of its modules need each other."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import trialrun.synthetic

_ROOM = "trialrun.synthetic"


def test_no_module_imports_what_imports_it_not_even_for_its_types() -> None:
    folder = Path(trialrun.synthetic.__file__).parent
    needs = {path.stem: imported(path) for path in folder.glob("*.py")}
    assert needs["clinic"] >= {"criteria", "patients"}
    TopologicalSorter(needs).prepare()


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_ROOM):
            named = (node.module or "").removeprefix(_ROOM).strip(".")
            found |= {named} if named else {alias.name for alias in node.names}
    return found
