"""The domains that are written, with their variables in the order of the Implementation Guide 3.4.

The table beside this file names, labels and types them; `core` is Required, Expected or
Permissible. XF is a domain of our own (the guide leaves names with X to sponsors): findings that
none of the others takes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from trialrun.exchange.columns import Plain


class Core(StrEnum):
    """Whether a variable must have a value (Req), must be there (Exp), or may be."""

    REQUIRED = "Req"
    EXPECTED = "Exp"
    PERMISSIBLE = "Perm"


@dataclass(frozen=True)
class Variable:
    """A variable; `key` is its place among the keys of the dataset, None: it is none."""

    name: str
    label: str
    numeric: bool
    core: Core
    key: int | None = None


@dataclass(frozen=True)
class Domain:
    """A dataset's name, label and variables."""

    name: str
    label: str
    variables: tuple[Variable, ...]

    @property
    def sequence(self) -> str | None:
        """The name of its sequence number; None: it has none."""
        name = f"{self.name}SEQ"
        return name if any(variable.name == name for variable in self.variables) else None


Row = dict[str, Plain]


@dataclass(frozen=True)
class Supplement:
    """A value that has no variable: its name (at most 8 characters), its label (40), the value."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Record:
    """A row in the making, with what has no place in it; without sequence number."""

    row: Row
    supplements: tuple[Supplement, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A dataset as it is written: its variables, and rows that have all of them."""

    name: str
    label: str
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]


@cache
def domains() -> dict[str, Domain]:
    """Return the domains by name, in the order in which they are written."""
    text = resources.files("trialrun.exchange.sdtm").joinpath("domains.csv").read_text("utf-8")
    found: dict[str, tuple[str, list[Variable]]] = {}
    for line in csv.DictReader(text.splitlines()):
        _, variables = found.setdefault(line["domain"], (line["domain_label"], []))
        key = int(line["key"]) if line["key"] else None
        variables.append(
            Variable(
                line["variable"], line["label"], line["type"] == "Num", Core(line["core"]), key
            )
        )
    return {name: Domain(name, label, tuple(held)) for name, (label, held) in found.items()}
