"""The tables of an evaluation as CSV: words of the data are words, in every spreadsheet."""

from __future__ import annotations

import csv
import io

from trialrun.evaluation.results import Cell, Evaluation, Row, Section, Table
from trialrun.report.evaluation.files import table_files
from trialrun.report.evaluation.voice import EvaluationVoice

FORMULA = "=cmd|' /C calc'!A0"


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_no_word_of_the_data_is_computed() -> None:
    rows = (
        Row(FORMULA, (Cell("@SUM(1)", None, (f"AE:{FORMULA}:1", "+AE:2")),)),
        Row("Mean", (Cell("−1.5", -1.5, ("AE:3",)),)),
        Row("Least", (Cell("−0.0", -1e-05, ("AE:4",)),)),
    )
    table = Table("events", "Events", (f"Arm {FORMULA}",), rows, corner=FORMULA)
    files = table_files(Evaluation((Section("s", "S", (), (table,)),)), EvaluationVoice("en"))
    shown, traced = read(files["events.csv"]), read(files["events.rows.csv"])
    assert shown == [
        [f"'{FORMULA}", f"Arm {FORMULA}"],
        [f"'{FORMULA}", "'@SUM(1)"],
        ["Mean", "−1.5"],
        ["Least", "−0.0"],
    ]
    assert [row[-1] for row in traced[1:]] == [f"AE:{FORMULA}:1", "'+AE:2", "AE:3", "AE:4"]
    assert [row[3] for row in traced[1:]] == ["", "", "-1.5", "-1e-05"]


def test_a_number_is_named_by_all_heads_above_it() -> None:
    """Of two characteristics each has its n: "n" alone tells neither."""
    rows = (
        Row("Age", (Cell(""),)),
        Row("n", (Cell("2", 2, ("DM:1",)),), depth=1),
        Row("Weight", (Cell(""),)),
        Row("n", (Cell("1", 1, ("VS:1",)),), depth=1),
        Row("All", (Cell("3", 3, ("DM:2",)),)),
    )
    table = Table("baseline", "Baseline", ("N",), rows)
    files = table_files(Evaluation((Section("s", "S", (), (table,)),)), EvaluationVoice("en"))
    traced = read(files["baseline.rows.csv"])
    assert [row[0] for row in traced[1:]] == ["Age / n", "Weight / n", "All"]
