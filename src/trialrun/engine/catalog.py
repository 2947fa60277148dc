"""What a database calls things: its codings, units and coverage, and how value sets link to them.

Read once per question. Value sets, thresholds and ordinals are resolved to concept ids and unit ids
here, so that answering compares integers and doubles. Holds nothing about patients, and refuses to
convert their values: thresholds are converted exactly, and rounded once (`compiler.bounds`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

import duckdb

from trialrun.records.coverage import Coverage
from trialrun.records.schema import Kind
from trialrun.terminology.value_sets import Entry, ValueSet

NO_UNIT = -1
"""Stands for a row without a unit, which SQL's NULL cannot be joined by."""


@dataclass(frozen=True)
class CodeIndex:
    """The codes of one system in the database, in order, and the concepts that carry each."""

    codes: tuple[str, ...]
    concepts: Mapping[str, tuple[int, ...]]

    def matched_by(self, code: str) -> Iterator[int]:
        """Yield the concepts with this code; with a trailing `*`, of all that begin so."""
        if not code.endswith("*"):
            yield from self.concepts.get(code, ())
            return
        prefix = code[:-1]
        start = bisect_left(self.codes, prefix)
        for found in takewhile(lambda c: c.startswith(prefix), self.codes[start:]):
            yield from self.concepts[found]


@dataclass(frozen=True)
class Ordinals:
    """The numbers that stand for coded or written values; the lower place is looked at first."""

    by_concept: tuple[tuple[int, int, float], ...]
    by_text: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True)
class Catalog:
    """The names that one database uses. `units` includes `NO_UNIT`, whose text is None."""

    systems: Mapping[str, CodeIndex]
    units: Mapping[int, str | None]
    coverage: tuple[Coverage, ...]
    ordinal_texts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def entries(self, value_set: ValueSet) -> dict[int, Entry]:
        """Return the concepts in the value set, each with the first entry that lists it."""
        found: dict[int, Entry] = {}
        for entry in value_set.entries:
            for concept_id in self._matched(entry):
                found.setdefault(concept_id, entry)
        return found

    def ordinals(self, value_set: ValueSet) -> Ordinals:
        """Return what stands for a number, by concept and by text."""
        by_concept: dict[int, tuple[int, float]] = {}
        by_text: dict[str, tuple[int, float]] = {}
        for place, ordinal in enumerate(value_set.ordinals):
            meant = (place, float(ordinal.number))
            for entry in ordinal.entries:
                for concept_id in self._matched(entry):
                    by_concept.setdefault(concept_id, meant)
            for text in ordinal.texts:
                by_text.setdefault(text, meant)
                for concept_id in self.ordinal_texts.get(text, ()):
                    by_concept.setdefault(concept_id, meant)
        return Ordinals(
            tuple((concept_id, *meant) for concept_id, meant in by_concept.items()),
            tuple((text, *meant) for text, meant in by_text.items()),
        )

    def covering(self, covers: Callable[[Coverage], bool]) -> tuple[int, ...]:
        """Return the ids, ascending, of the coverage of all patients for which `covers` holds."""
        return tuple(sorted(c.coverage_id for c in self.coverage if covers(c)))

    def _matched(self, entry: Entry) -> Iterator[int]:
        index = self.systems.get(entry.system)
        if index is not None:
            yield from index.matched_by(entry.code)


def read_catalog(
    connection: duckdb.DuckDBPyConnection, value_sets: Iterable[ValueSet] = ()
) -> Catalog:
    """Read the names that the database uses; of concepts' texts, only those that are ordinals."""
    texts = sorted({t for v in value_sets for o in v.ordinals for t in o.texts})
    return Catalog(
        systems=_read_systems(connection),
        units={NO_UNIT: None}
        | dict(connection.execute("SELECT unit_id, text FROM unit").fetchall()),
        coverage=_read_coverage(connection),
        ordinal_texts=_read_concepts_written(connection, texts) if texts else {},
    )


def _read_systems(connection: duckdb.DuckDBPyConnection) -> dict[str, CodeIndex]:
    rows = connection.execute(
        "SELECT system, code, list(DISTINCT concept_id) FROM coding GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    concepts: dict[str, dict[str, tuple[int, ...]]] = {}
    for system, code, concept_ids in rows:
        concepts.setdefault(system, {})[code] = tuple(concept_ids)
    # Python's order of strings decides, for `bisect` relies on it.
    return {system: CodeIndex(tuple(sorted(codes)), codes) for system, codes in concepts.items()}


def _read_coverage(connection: duckdb.DuckDBPyConnection) -> tuple[Coverage, ...]:
    rows = connection.execute(
        "SELECT coverage_id, kind, since, until FROM coverage WHERE patient_no IS NULL"
    ).fetchall()
    return tuple(Coverage(number, Kind(kind), since, until) for number, kind, since, until in rows)


def _read_concepts_written(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> dict[str, tuple[int, ...]]:
    rows = connection.execute(
        "SELECT stripped(text), list(concept_id) FROM concept"
        " WHERE list_contains($texts::VARCHAR[], stripped(text)) GROUP BY ALL",
        {"texts": texts},
    ).fetchall()
    return {text: tuple(concept_ids) for text, concept_ids in rows}
