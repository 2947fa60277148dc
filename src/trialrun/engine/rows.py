"""The rows of any kind of record in one shape, as a view: so that one statement fits all kinds.

An instant lasts from its day to the same day. What a kind does not say is TRUE (`present`) or NULL.
"""

from __future__ import annotations

from trialrun.engine.catalog import NO_UNIT
from trialrun.records.schema import RECORD_TABLES, Kind


def record_rows(kind: Kind) -> str:
    """Return the SELECT of a kind's rows."""
    own = {column.name for column in RECORD_TABLES[kind].columns}
    has_dose = "dose_unit_id" in own
    columns = {
        "kind": f"'{kind.value}'",
        "end_lo": "end_lo" if kind.is_period else "start_lo",
        "end_hi": "end_hi" if kind.is_period else "start_hi",
        "lasts": str(kind.is_period).upper(),
        "present": "present" if "present" in own else "TRUE",
        "route": "route" if "route" in own else "NULL::VARCHAR",
        "daily_dose": "daily_dose" if has_dose else "NULL::DOUBLE",
        "dose_unit_id": f"coalesce(dose_unit_id, {NO_UNIT})" if has_dose else "NULL::INTEGER",
    }
    said = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT row_id, patient_no, concept_id, start_lo, start_hi, {said} FROM {kind.value}"
