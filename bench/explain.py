"""`explain` inside one process: the median of 20 calls, each of another patient.

python bench/explain.py DATABASE
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date
from pathlib import Path

from trialrun.engine.store import open_store
from trialrun.workflows.screening import explain_patient

CALLS = 20
ON = date(2022, 1, 15)


def main(database: Path) -> None:
    """Print the median in milliseconds."""
    with open_store(database) as connection:
        rows = connection.execute("SELECT patient_id FROM patient ORDER BY patient_no").fetchall()
    patients = [id_ for (id_,) in rows[:: max(1, len(rows) // CALLS)]][:CALLS]
    took = []
    for patient in patients:
        start = time.perf_counter()
        explain_patient("ld-il2-immune-als", patient, database, ON, language="en", key_file=None)
        took.append(1000 * (time.perf_counter() - start))
    print(f"{statistics.median(took):.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
