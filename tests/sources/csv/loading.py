"""Stages small files as a test writes them, and shows what was staged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import duckdb

from trialrun.sources.csv import CsvSource, read_mapping


@dataclass(frozen=True)
class Staged:
    """The staged relations of one load."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        """Return some columns of a staged relation, in order."""
        named = ", ".join(f'"{column}"' for column in columns)
        return self.connection.execute(f"SELECT {named} FROM staged_{table}").fetchall()

    def one(self, table: str, *columns: str) -> tuple[object, ...]:
        """Return some columns of the only row."""
        (row,) = self.rows(table, *columns)
        return row

    def concepts(self, table: str) -> list[tuple[list[tuple[str, str]], str | None]]:
        """Return the codings and the name of what each row is of."""
        rows = self.connection.execute(
            f"SELECT list_transform(codings, lambda c: [c.system, c.code]), c.text "
            f"FROM staged_{table} JOIN staged_concept c USING (concept_key) ORDER BY seq"
        ).fetchall()
        return [([(system, code) for system, code in codings], text) for codings, text in rows]

    @property
    def rejections(self) -> list[tuple[str, str, str]]:
        """Return severity, place and reason of everything that was rejected, in order of places."""
        return [
            (str(severity), str(place), str(reason))
            for severity, place, reason in sorted(
                self.rows("rejection", "severity", "place", "reason"), key=lambda r: str(r[1])
            )
        ]


@dataclass(frozen=True)
class Folder:
    """A folder in which a test writes the files of a hospital."""

    path: Path

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """Write one file, without the indentation of the test."""
        return self.write_bytes(name, dedent(text).encode(encoding))

    def write_bytes(self, name: str, content: bytes) -> Path:
        """Write one file as it is."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def stage(self, mapping: str, time_zone: str = "Asia/Shanghai") -> Staged:
        """Stage the folder by a mapping."""
        file = self.write("mapping.yaml", mapping)
        connection = duckdb.connect()
        connection.execute(f"SET TimeZone = '{time_zone}'")
        workspace = self.path / "workspace"
        workspace.mkdir(exist_ok=True)
        source = CsvSource(self.path, read_mapping(file))
        source.stage(connection, workspace, lambda what, share: None)
        assert list(workspace.iterdir()) == []
        return Staged(connection)
