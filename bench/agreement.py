"""How far the truths by hand are ours: a yardstick that measures something else is none.

python bench/agreement.py ANSWERED FLATTENED
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb


def main(answered: Path, flat: Path) -> None:
    """Print the share of equal truths over all patients and criteria, and the least of any."""
    rows = (
        duckdb.connect()
        .execute(
            f"""
            SELECT answered.criterion, avg((ours IS NOT DISTINCT FROM theirs)::INTEGER) AS alike
            FROM (
              SELECT patient, criterion,
                CASE truth WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END AS ours
              FROM '{answered}/judgements.parquet'
            ) AS answered
            JOIN (
              FROM '{flat}/by_hand.parquet' UNPIVOT INCLUDE NULLS (
                theirs FOR criterion IN (COLUMNS(* EXCLUDE (patient_id)))
              )
            ) AS by_hand ON patient = patient_id AND by_hand.criterion = answered.criterion
            GROUP BY ALL ORDER BY alike"""
        )
        .fetchall()
    )
    mean = sum(alike for _, alike in rows) / len(rows)
    print(f"{mean:.2%} of {len(rows)} criteria, least {rows[0][1]:.2%} ({rows[0][0]})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
