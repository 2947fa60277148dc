"""The one way in which values are written down to be hashed, compared and sealed.

JSON with sorted keys, no blanks, and every value as text or number that reads back the same on any
machine and either database. Refuses values that have no such form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from trialrun.conduct.tables.base import Base, utc_text
from trialrun.conduct.tables.trail import Event


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plain_values(row: Base | type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of columns as JSON can hold them; of a secret only its hash."""
    columns = row.__table__.columns
    return {
        name: _hidden(value) if columns[name].info.get("secret") else plain(value)
        for name, value in values.items()
    }


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it.

    Raises:
        TypeError: it has no canonical form.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case datetime():
            return utc_text(value)
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case list() | tuple():
            return [plain(part) for part in value]
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case _:
            raise TypeError(f"no canonical form for a {type(value).__name__}")


def sealed(
    previous: str,
    event: Event,
    table: str,
    row_id: int | None,
    row_version: int | None,
    changes: str,
) -> str:
    """Return the hash of an audit event: over the one before it, its act and its row."""
    act = {"id": event.id, **plain_values(event, event.values())}
    row = {"table": table, "id": row_id, "version": row_version, "changes": changes}
    return digest(canonical({"previous": previous, "act": act, "row": row}))


def _hidden(value: Any) -> str | None:
    return None if value is None else f"sha256:{digest(str(value))}"
