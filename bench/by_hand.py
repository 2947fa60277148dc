"""Runs by_hand.sql in the folder of the flattened Parquet files.

python bench/by_hand.py FLATTENED
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb

if __name__ == "__main__":
    sql = Path(__file__).with_suffix(".sql").read_text("utf-8")
    os.chdir(sys.argv[1])
    duckdb.connect().execute(sql)
