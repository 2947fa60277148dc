"""The resource types of FHIR R4 that are read: what each SQL file in `sql/` says.

A file has a part `@columns` (what is read of the resource; everything else is skipped), a part
`@read` (one row per resource, from the relation `resource`) and may have a part `@then` (what is
made of the rows when all are read). The rules of a type stand in its file, each with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_PART = re.compile(r"^-- @(columns|read|then)\n", re.MULTILINE)
_TYPE_NAME = re.compile(r"[A-Za-z]{1,64}")
_COLUMN = re.compile(r'"?(\w+)"? (.+)')

# The order of reading: what others build upon comes first.
_NAMES = (
    "Patient",
    "Medication",
    "Condition",
    "Observation",
    "QuestionnaireResponse",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "Immunization",
    "AllergyIntolerance",
    "Procedure",
    "ResearchSubject",
    "Consent",
    "Encounter",
)


@dataclass(frozen=True)
class ResourceType:
    """One resource type: the columns read, and the SQL that reads and follows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    read: str
    then: str

    @property
    def table(self) -> str:
        """The table of what was read."""
        return "read_" + _snake(self.name)


@cache
def resource_types() -> dict[str, ResourceType]:
    """Return every resource type that is read, by name, in the order of reading."""
    return {name: _load(name) for name in _NAMES}


def shown_type(named: str) -> str:
    """Return the name of a type as it may be shown: what is no name of a type may be anything."""
    return named if _TYPE_NAME.fullmatch(named) else "resource"


def sql_text(name: str) -> str:
    """Return the text of one SQL file."""
    return (files("trialrun.sources.fhir") / "sql" / f"{name}.sql").read_text("utf-8")


def _load(name: str) -> ResourceType:
    _, *parts = _PART.split(sql_text(_snake(name)))
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    columns = tuple(
        (found[1], found[2])
        for line in texts["columns"].splitlines()
        if (found := _COLUMN.match(line))
    )
    return ResourceType(name, columns, texts["read"], texts.get("then", ""))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
