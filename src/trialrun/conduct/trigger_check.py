"""Whether the triggers that hold the trail together stand in the database as the program made them.

Without them rows can be changed past the gateway and changed back again, which no seal shows.
Refuses to say of a trigger that stands there who may have stood it up again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from trialrun.conduct.triggers import triggers
from trialrun.errors import Problem

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+) ")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\).*?AS \$\$(.*?)\$\$", re.DOTALL)
_REMEDY = "find out who has changed the database; put back a copy of before"
_OF_SQLITE = "SELECT name, sql AS body FROM sqlite_master WHERE type = 'trigger'"
_OF_POSTGRESQL = (
    "SELECT tgname AS name, '' AS body FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    " UNION ALL SELECT proname || '()', prosrc FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace"
)


def trigger_problems(session: Session) -> Iterator[Problem]:
    """Yield the triggers (on PostgreSQL, their functions too) that are gone, off, or otherwise."""
    dialect = session.get_bind().dialect.name
    made = dict(_postgresql() if dialect == "postgresql" else _sqlite())
    asked = text(_OF_POSTGRESQL if dialect == "postgresql" else _OF_SQLITE)
    found = {row.name: row.body for row in session.execute(asked)}
    for name in sorted(made):
        if name not in found:
            yield Problem(f"trigger {name}", "it is gone, or switched off", _REMEDY)
        elif found[name] != made[name]:
            yield Problem(f"trigger {name}", "it is not as the program has made it", _REMEDY)


def _sqlite() -> Iterator[tuple[str, str]]:
    for statement in triggers("sqlite"):
        if match := _TRIGGER.match(statement):
            yield match[1], statement


def _postgresql() -> Iterator[tuple[str, str]]:
    """Yield the names of triggers, and functions with their bodies, which PostgreSQL keeps."""
    for statement in triggers("postgresql"):
        yield from ((match[1], "") for match in _TRIGGER.finditer(statement))
        yield from ((f"{match[1]}()", match[2]) for match in _FUNCTION.finditer(statement))
