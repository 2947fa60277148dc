"""Value sets: named lists of codes, with what is needed to read the values they name.

A value set is a YAML file (`value_set_file` reads it). A code that ends in `*` stands for every
code that begins so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from trialrun.terminology.codes import Coding, Concept


@dataclass(frozen=True)
class Entry:
    """One code, or with a trailing `*` one prefix, of a value set; attributes as written."""

    system: str
    code: str
    display: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    def matches(self, coding: Coding) -> bool:
        """Say whether the coding is this code, or begins with this prefix."""
        if coding.system != self.system:
            return False
        if self.code.endswith("*"):
            return coding.code.startswith(self.code[:-1])
        return coding.code == self.code


_NOT_LOOKED_UP = Entry("", "")


@dataclass(frozen=True)
class Ordinal:
    """A number that stands for a coded or written value, such as 3 for NYHA class III."""

    number: Fraction
    entries: tuple[Entry, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plausible:
    """The values that can be true at all; others are shown and never compared."""

    low: Fraction
    high: Fraction
    unit: str


@dataclass(frozen=True)
class ValueSet:
    """A named list of codes.

    `is_open`: the list is not exhaustive, so that no record of it proves nothing.
    `molar_mass` in g/mol makes mass and molar concentrations comparable. `partial` names the
    systems of which the list holds only some of the codes that belong here: such a code is
    found, but any other code of that system is not understood, and proves no absence. `reads` names
    systems in which nothing belongs to the list, so that all their codes are understood.
    """

    id: str
    title: str
    source: str
    entries: tuple[Entry, ...]
    is_open: bool = False
    molar_mass: Fraction | None = None
    plausible: Plausible | None = None
    ordinals: tuple[Ordinal, ...] = ()
    partial: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    title_zh: str = ""
    note: str = ""

    @cached_property
    def systems(self) -> frozenset[str]:
        """The code systems that the list speaks."""
        return self.reads.union(entry.system for entry in self.entries)

    def entry_for(self, concept: Concept) -> Entry | None:
        """Return the first entry (in the order written) that one of the codings matches."""
        entry = self._found.get(concept, _NOT_LOOKED_UP)
        if entry is _NOT_LOOKED_UP:
            entry = next(
                (e for e in self.entries if any(e.matches(c) for c in concept.codings)), None
            )
            self._found[concept] = entry
        return entry

    @cached_property
    def _found(self) -> dict[Concept, Entry | None]:
        # A hospital writes few distinct concepts, on very many rows.
        return {}

    def can_read(self, concept: Concept) -> bool:
        """Say whether one of the codings is listed, or in a system that the list speaks in full."""
        in_full = self.systems - self.partial
        return any(c.system in in_full for c in concept.codings) or bool(self.entry_for(concept))

    def number_of(self, concept: Concept | None, text: str | None) -> Fraction | None:
        """Return the number that stands for a coded or written value, if the list has one."""
        written = {t.strip() for t in (text, concept.text if concept else None) if t}
        for ordinal in self.ordinals:
            codings = concept.codings if concept else ()
            if any(e.matches(coding) for e in ordinal.entries for coding in codings):
                return ordinal.number
            if written.intersection(ordinal.texts):
                return ordinal.number
        return None
