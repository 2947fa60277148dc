"""A small export folder that tests fill, load and look into."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from trialrun.sources.intake import CoverageFile, LoadSummary, load

Resource = dict[str, Any]

FIRST = date(1, 1, 1)
LAST = date(9999, 12, 31)


def patient(patient_id: str = "1", **fields: Any) -> Resource:
    return {"resourceType": "Patient", "id": patient_id, "birthDate": "1970-01-01", **fields}


def coded(code: str, system: str = "http://snomed.info/sct", **fields: Any) -> Resource:
    return {"coding": [{"system": system, "code": code}], **fields}


@dataclass
class Export:
    """A folder of files, and the database that it is loaded into."""

    folder: Path
    database: Path
    summaries: list[LoadSummary] = field(default_factory=list)

    def write(self, name: str, *resources: Resource) -> None:
        """Write a file of lines."""
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in resources)
        self.write_text(name, lines)

    def write_text(self, name: str, text: str | bytes) -> None:
        """Write a file as it stands."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def clear(self) -> None:
        """Remove every file, for the next export."""
        for path in self.folder.iterdir():
            path.unlink()

    def load(
        self,
        *,
        time_zone: str = "Asia/Shanghai",
        source_name: str | None = "hospital",
        coverage: CoverageFile | None = None,
        whole: bool = False,
        loaded_on: date | None = None,
    ) -> LoadSummary:
        """Load the folder."""
        summary = load(
            self.folder,
            self.database,
            source_name=source_name,
            time_zone=time_zone,
            coverage=coverage,
            whole=whole,
            loaded_on=loaded_on,
        )
        self.summaries.append(summary)
        return summary

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def by_ref(self, kind: str, columns: str) -> dict[str, tuple[Any, ...]]:
        """Return the columns of each row of a table, by the row's name in the source."""
        found = self.rows(f"SELECT ref, {columns} FROM {kind} ORDER BY row_id")
        return {ref.partition("/")[2]: tuple(values) for ref, *values in found}

    def reasons(self, severity: str | None = None) -> dict[tuple[str, str], int]:
        """Return what was counted by the last load, by kind and reason."""
        return {
            (reason.kind, reason.reason): reason.counted
            for reason in self.summaries[-1].reasons
            if severity in (None, reason.severity.value)
        }
