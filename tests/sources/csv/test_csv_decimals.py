"""Commas that part decimals, and commas of which nobody can know what they part."""

from __future__ import annotations

import pytest
from tests.sources.csv.loading import Folder

COMMA = "a number with a comma: of thousands or of decimals?"
Number = float | None


@pytest.mark.parametrize(
    ("decimal", "written", "read"),
    [
        # nothing is said: a comma parts thousands, where no number beside it contradicts
        ("", ["1,234", "5.6"], [1234, 5.6]),
        ("", ["1,234,567", "12"], [1234567, 12]),
        ("", ["71,5", "5.6"], [None, 5.6]),
        ("", ["71,5", "1,234"], [None, None]),
        ("", ["0,123", "1,234"], [None, None]),
        ("", ["1,2345", "1,234,567"], [None, 1234567]),
        # the mapping says that commas part decimals
        ("','", ["71,5", "1,234"], [71.5, 1.234]),
        ("','", ["1.234,5", "1.234", "12"], [1234.5, 1234, 12]),
        ("','", ["<0,5", "7,1↑"], [0.5, 7.1]),
        ("','", ["5.6", "1.2.3"], [None, None]),
        ("','", ["5,2 10^9/L", "60 mL/min/1.73m2"], [5.2, 60]),
        # the mapping says that points do
        ("'.'", ["1,234", "71,5"], [1234, None]),
    ],
)
def test_what_parts_decimals(
    folder: Folder, decimal: str, written: list[str], read: list[Number]
) -> None:
    rows = "".join(f"001;W{i};2021-05-03;{text}\n" for i, text in enumerate(written))
    folder.write("x.csv", f"号;名;日;值\n{rows}")
    staged = folder.stage(
        "files:\n  x.csv:\n    table: measurement\n    delimiter: ;\n"
        "    columns: {patient_id: 号, text: 名, date: 日, value: 值}\n"
        + (f"    decimal: {decimal}\n" if decimal else "")
    )
    assert [value for (value,) in staged.rows("measurement", "value_hi")] == read
    unread = [f"x.csv:{i}" for i, value in enumerate(read, start=2) if value is None]
    commas = [place for _, place, reason in staged.rejections if reason == COMMA]
    assert commas == unread
    kept = [text for (text,) in staged.rows("measurement", "value_text")]
    assert kept == [
        text if value is None else None for text, value in zip(written, read, strict=True)
    ]


@pytest.mark.parametrize(
    ("decimal", "limits", "reasons"),
    [("','", (3.5, 9.5), []), ("'.'", (None, None), ["the reference range cannot be read"])],
)
def test_reference_ranges(
    folder: Folder, decimal: str, limits: tuple[Number, Number], reasons: list[str]
) -> None:
    folder.write("x.csv", "号;名;日;值;范围\n001;W;2021-05-03;5;3,5-9,5\n")
    staged = folder.stage(
        f"files:\n  x.csv:\n    table: measurement\n    delimiter: ;\n    decimal: {decimal}\n"
        "    columns: {patient_id: 号, text: 名, date: 日, value: 值, ref_range: 范围}\n"
    )
    assert staged.one("measurement", "ref_lo", "ref_hi") == limits
    assert [reason for _, _, reason in staged.rejections] == reasons


@pytest.mark.parametrize(
    ("decimal", "doses"),
    [("", [None, None]), ("    decimal: ','\n", [2.5, 1.25])],
)
def test_doses(folder: Folder, decimal: str, doses: list[Number]) -> None:
    folder.write("x.csv", "号;药;量;次\n001;A;2,5mg;qd\n001;B;1,250mg;qd\n")
    staged = folder.stage(
        "files:\n  x.csv:\n    table: medication\n    delimiter: ;\n"
        f"    columns: {{patient_id: 号, text: 药, dose: 量, frequency: 次}}\n{decimal}"
    )
    assert [dose for (dose,) in staged.rows("medication", "daily_dose")] == doses
