"""Workbooks as people keep them: errors, formulas, merged and hidden cells, totals at the foot."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl  # type: ignore[import-untyped]
import pytest
from tests.partial_dates import parse_span
from tests.sources.csv.loading import Folder

from trialrun.sources.csv import propose

ERROR = "a cell holds an error such as #N/A"
FOOT = "a line of totals or remarks, of no patient"

LABS = """\
files:
  x.xlsx#检验:
    table: measurement
    columns: {patient_id: 号, text: 项目, date: 日期, value: 结果}
"""


def book(
    folder: Folder, rows: list[list[object]], *merged: str, hidden: tuple[str, ...] = ()
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "检验"
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for name in hidden:
        extra = workbook.create_sheet(name)
        extra.append(["病历号", "性别"])
        extra.append(["001", "男"])
        extra.sheet_state = "hidden"
    content = BytesIO()
    workbook.save(content)
    folder.write_bytes("x.xlsx", content.getvalue())


DAY = date(2021, 5, 3)


@pytest.mark.parametrize("cell", ["#N/A", "#DIV/0!", "=1/0", "=D2+1"])
def test_an_error_or_a_formula_that_was_not_computed_is_no_empty_cell(
    folder: Folder, cell: str
) -> None:
    book(
        folder,
        [["号", "项目", "日期", "结果"], ["001", "WBC", DAY, 2.5], ["001", "PLT", DAY, cell]],
    )
    staged = folder.stage(LABS)
    assert staged.rows("measurement", "value_lo", "value_text") == [(2.5, None), (None, None)]
    assert staged.rejections == [("repaired", "x.xlsx#检验:3", ERROR)]


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"])
def test_errors_that_a_spreadsheet_left_in_a_csv_file(folder: Folder, cell: str) -> None:
    folder.write(
        "x.csv", f"号,项目,日期,结果\n001,WBC,2021-05-03,{cell}\n{cell},WBC,2021-05-03,1\n"
    )
    staged = folder.stage(LABS.replace("x.xlsx#检验", "x.csv"))
    assert staged.rows("measurement", "value_lo", "value_text") == [(None, None)]
    assert staged.rejections == [
        ("repaired", "x.csv:2", ERROR),
        ("repaired", "x.csv:3", ERROR),
        ("rejected", "x.csv:3", "there is no patient id"),
    ]


def test_a_diagnosis_that_is_an_error_leaves_a_doubt(folder: Folder) -> None:
    book(folder, [["号", "编码", "日期"], ["001", "#N/A", DAY]])
    staged = folder.stage(
        "files:\n  x.xlsx#检验:\n    table: condition\n    system: ICD-10-CN\n"
        "    columns: {patient_id: 号, code: 编码, start: 日期}\n"
    )
    assert staged.concepts("condition") == [([], "(no name)")]


def test_a_merged_cell_stands_in_each_of_its_lines(folder: Folder) -> None:
    rows: list[list[object]] = [
        ["检验结果", None, None, None],
        ["号", "项目", "日期", "结果"],
        ["001", "WBC", DAY, 1],
        [None, "PLT", None, 2],
        ["002", "WBC", DAY, 3],
    ]
    book(folder, rows, "A1:D1", "A3:A4", "C3:C4")
    staged = folder.stage(LABS.replace("    table", "    header: 2\n    table"))
    day = parse_span("2021-05-03")
    assert staged.rows("measurement", "patient_id", "value_lo", "start_lo", "start_hi") == [
        ("001", 1, day.lo, day.hi),
        ("001", 2, day.lo, day.hi),
        ("002", 3, day.lo, day.hi),
    ]
    assert staged.rejections == []


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("合计：2人", FOOT),
        ("总计", FOOT),
        ("Total", FOOT),
        ("制表人：某某", FOOT),
        ("病历号", "it repeats the header"),
    ],
)
def test_what_is_no_patient(folder: Folder, last: str, reason: str) -> None:
    folder.write("x.csv", f"病历号,性别\n001,男\n{last},\nTotal01,女\n")
    staged = folder.stage(
        "files:\n  x.csv:\n    table: patient\n    columns: {patient_id: 病历号, sex: 性别}\n"
    )
    assert [name for (name,) in staged.rows("patient", "patient_id")] == ["001", "Total01"]
    assert staged.rejections == [("ignored", "x.csv:3", reason)]


def test_sheets_that_nobody_maps_are_named(folder: Folder) -> None:
    header: list[object] = ["病历号", "项目名称", "检验日期", "结果"]
    book(folder, [header, ["001", "WBC", DAY, 1]], hidden=("旧数据",))
    text = propose(folder.path)
    assert "  x.xlsx#检验:\n" in text
    assert "# x.xlsx#旧数据: hidden in the workbook; map it only if it belongs here" in text
    assert folder.stage(text).rejections == [
        ("ignored", "x.xlsx#旧数据", "the mapping does not speak of the sheet")
    ]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        # 1965.10 typed as a number is shown, and sent, as 1965.1
        ("1965.1", "1965-01", "1965-10"),
        (1965.1, "1965-01", "1965-10"),
        ("1965.10", "1965-10", "1965-10"),
        ("1965.2", "1965-02", "1965-02"),
        ("1965.12", "1965-12", "1965-12"),
        ("1965.1.5", "1965-01-05", "1965-01-05"),
        ("1965-1", "1965-01", "1965-01"),
    ],
)
def test_a_month_after_a_point(folder: Folder, written: object, first: str, last: str) -> None:
    book(folder, [["病历号", "出生"], ["001", written]])
    staged = folder.stage(
        "files:\n  x.xlsx:\n    table: patient\n    columns: {patient_id: 病历号, birth: 出生}\n"
        "    dates: [YYYY.M.D, YYYY.M, YYYY-MM]\n"
    )
    bounds = (parse_span(first).lo, parse_span(last).hi)
    assert staged.one("patient", "birth_lo", "birth_hi") == bounds
