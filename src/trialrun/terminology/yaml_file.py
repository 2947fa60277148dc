"""A YAML file as plain data that remembers its lines, so that every problem can say where it is.

Holds dicts (keys as written, always str), lists, str, int, Decimal, bool and None. A date stays
the string that was written, and so does a number that would not print as written (`007`, `1e5`).
Refuses a key written twice, anchors (`&x`, `*x`), tags (`!x`), several documents, control
characters, and anything that is not UTF-8; all problems that can be seen together are raised so.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from trialrun.errors import Problem, ProtocolError

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")

Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlFile:
    """What a YAML file says, and the line on which it says each thing."""

    path: Path
    data: object
    lines: Mapping[Keys, int]

    def line_of(self, *keys: str | int) -> int:
        """Return the line of what the keys lead to, or of the nearest thing around it.

        A key of a mapping stands for its own line; a list's item is named by its index from 0.
        """
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.lines:
                return self.lines[keys[:length]]
        return self.lines.get((), 1)

    def where(self, *keys: str | int) -> str:
        """Return the place as problems say it: `name.yaml:12`."""
        return f"{self.path.name}:{self.line_of(*keys)}"


def read_yaml(path: Path) -> YamlFile:
    """Read one file.

    Raises:
        ProtocolError: it cannot be read, is not YAML, or says something that is refused here.
    """
    root = _compose(path, _text_of(path))
    reading = _Reading(path.name)
    try:
        data = None if root is None else reading.value(root, ())
    except RecursionError:
        raise _refusal(path, 1, "nested too deeply", "write it with fewer levels") from None
    if reading.problems:
        raise ProtocolError(f"{path} cannot be used", reading.problems)
    return YamlFile(path, data, reading.lines)


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        missing = Problem(path.name, "there is no such file", "check the path")
        raise ProtocolError(f"{path} cannot be read", [missing]) from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ProtocolError(f"{path} cannot be read", [Problem(path.name, reason)]) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(path, line, "not UTF-8", "save the file as UTF-8") from None


def _compose(path: Path, text: str) -> Node | None:
    try:
        with warnings.catch_warnings():
            # An anchor written twice is refused like any other, with its line.
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            return _nodes(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        found, remedy = _syntax(error, text, line)
        raise _refusal(path, line, found, remedy) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refusal(path, line, "a character that YAML does not allow", "delete it") from None
    except (YAMLError, ValueError) as error:
        raise _refusal(path, 1, f"not YAML: {error}", "") from None
    except RecursionError:
        raise _refusal(path, 1, "nested too deeply", "write it with fewer levels") from None


@lru_cache(maxsize=16)
def _nodes(text: str) -> Node | None:
    """Return what a text says; nobody changes it, and one run reads its protocol several times."""
    root: Node | None = YAML(typ="safe", pure=True).compose(text)
    return root


def _syntax(error: MarkedYAMLError, text: str, line: int) -> tuple[str, str]:
    words = [error.context, error.problem]
    found = "not YAML: " + ", ".join(str(word) for word in words if word)
    lines = text.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return found, "indent with spaces, not tabs"
    if "single document" in found:
        return found, "a file holds one document: remove the line '---'"
    if "mapping values" in found:
        return found, "put a text that holds ': ' in quotes, or after '>' on its own lines"
    return found, ""


def _refusal(path: Path, line: int, found: str, remedy: str) -> ProtocolError:
    return ProtocolError(f"{path} cannot be used", [Problem(f"{path.name}:{line}", found, remedy)])


class _Reading:
    """Turns nodes into plain data, and keeps lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Keys, int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: Node, keys: Keys) -> object:
        """Return the plain data of a node that the keys lead to."""
        self.lines.setdefault(keys, node.start_mark.line + 1)
        if id(node) in self._seen:
            return None
        self._seen.add(id(node))
        if node.anchor:
            self._refuse(node, f"the anchor '&{node.anchor}'", "write it out where it is needed")
        if isinstance(node, MappingNode):
            self._check_tag(node, "map")
            return self._mapping(node, keys)
        if isinstance(node, SequenceNode):
            self._check_tag(node, "seq")
            return [self.value(item, (*keys, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, str(node.value))

    def _mapping(self, node: MappingNode, keys: Keys) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or _CONTROL.search(key.value):
                self._refuse(key, "a key that is not a plain word", "put the key in quotes")
                continue
            place = (*keys, key.value)
            if key.value in found:
                first = self.lines[place]
                self._refuse(
                    key,
                    f"the key '{key.value}' is written twice",
                    f"it is on line {first} already: keep one",
                )
                continue
            self.lines[place] = key.start_mark.line + 1
            found[key.value] = self.value(value, place)
        return found

    def _scalar(self, node: Node, written: str) -> object:
        if _CONTROL.search(written):
            self._refuse(node, "a control character", "delete it")
        kind = str(node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return written.lower() == "true"
        if kind == "int" and _INTEGER.fullmatch(written):
            return int(written)
        if kind == "float" and _DECIMAL.fullmatch(written):
            return Decimal(written)
        if kind not in ("str", "int", "float", "timestamp"):
            self._check_tag(node, "str")
        return written

    def _check_tag(self, node: Node, expected: str) -> None:
        if str(node.tag) != _TAG + expected:
            self._refuse(node, f"the tag '{node.tag}'", "remove it: plain YAML only")

    def _refuse(self, node: Node, found: str, remedy: str) -> None:
        self.problems.append(Problem(f"{self.name}:{node.start_mark.line + 1}", found, remedy))
