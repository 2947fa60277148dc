"""The logic of criteria: each line of the language read, and its faults at their line in the file.

YAML folds the lines of a block into one, so a fault's place in the folded text is led back to the
file by counting what is not blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from trialrun.criteria.expressions import Expression
from trialrun.criteria.parse import LanguageError, parse
from trialrun.errors import Problem
from trialrun.terminology.yaml_file import YamlFile

Place: TypeAlias = tuple[str | int, ...]
Expressions: TypeAlias = Mapping[Place, Expression]

_BEFORE_TEXT = re.compile(r"""\b(?:logic|hint)["']?\s*:\s*(?:[>|][-+0-9]*\s*(?:\#.*)?|["'])?""")


@dataclass
class Logic:
    """The expressions of a file by their place, and the problems of those that cannot be read."""

    expressions: dict[Place, Expression] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_logic(file: YamlFile) -> Logic:
    """Read every `logic` and `hint` of the file, whatever else is wrong with it."""
    logic = Logic()
    for place, text in _texts(file.data):
        try:
            logic.expressions[place] = parse(text)
        except LanguageError as error:
            logic.problems.append(_problem(file, place, text, error))
    return logic


def _texts(data: object) -> Iterator[tuple[Place, str]]:
    criteria = data.get("criteria") if isinstance(data, Mapping) else None
    for place, entry in _entries(criteria, ("criteria",)):
        for key in ("logic", "hint"):
            if isinstance(text := entry.get(key), str):
                yield (*place, key), text


def _entries(entries: object, place: Place) -> Iterator[tuple[Place, Mapping[str, object]]]:
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, Mapping):
            yield (*place, index), entry
            if "parts" not in place:
                yield from _entries(entry.get("parts"), (*place, index, "parts"))


def _problem(file: YamlFile, place: Place, text: str, error: LanguageError) -> Problem:
    line, column = _in_file(file, place, text, error)
    found = f"column {column}: {error.message}"
    return Problem(f"{file.path.name}:{line}", found, error.remedy)


def _in_file(file: YamlFile, place: Place, text: str, error: LanguageError) -> tuple[int, int]:
    before = "\n".join([*text.split("\n")[: error.line - 1], ""])
    remaining = _solid(before + text.split("\n")[error.line - 1][: error.column - 1])
    lines = file.path.read_text(encoding="utf-8-sig").splitlines()
    key_line = file.line_of(*place)
    opening = _BEFORE_TEXT.search(lines[key_line - 1])
    start = opening.end() if opening else 0
    for number in range(key_line, len(lines) + 1):
        for column in range(start, len(lines[number - 1])):
            if lines[number - 1][column].isspace():
                continue
            if remaining == 0:
                return number, column + 1
            remaining -= 1
            if remaining == 0 and _is_last(text, error):
                return number, column + 2
        start = 0
    return key_line, 1


def _is_last(text: str, error: LanguageError) -> bool:
    """Say whether the fault is that the text ends where it may not."""
    lines = text.split("\n")
    rest = "\n".join([lines[error.line - 1][error.column - 1 :], *lines[error.line :]])
    return not rest.strip()


def _solid(text: str) -> int:
    return sum(not character.isspace() for character in text)
