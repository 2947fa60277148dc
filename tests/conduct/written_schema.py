"""Write the first revision anew from the tables: python -m tests.conduct.written_schema.

For as long as no version has been released, and only until then: afterwards a change of a table
is a new revision, and the test that compares both says when one is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateIndex, CreateTable

from trialrun.conduct.migrations.versions import r0001_first as first
from trialrun.conduct.tables import Base
from trialrun.conduct.triggers import triggers

DIALECTS: tuple[Dialect, ...] = tuple(
    registry.load(name)() for name in ("sqlite", "postgresql.psycopg")
)


def statements(dialect: Dialect) -> Iterator[str]:
    """Yield what makes the schema of the tables as they are in the program now."""
    for table in Base.metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
    yield from triggers(dialect.name)


if __name__ == "__main__":
    from pathlib import Path

    for each in DIALECTS:
        lines = (
            line.rstrip()
            for line in first.SEPARATOR.join(statement.strip() for statement in statements(each))
            .replace("\t", "  ")
            .split("\n")
        )
        place = Path(first.__file__).with_name(f"r0001_{each.name}.sql")
        place.write_text("\n".join(lines) + "\n", encoding="utf-8")
