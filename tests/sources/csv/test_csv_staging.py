"""From files to staged rows, one kind of record at a time."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl  # type: ignore[import-untyped]
import pytest
from tests.partial_dates import parse_span
from tests.sources.csv.loading import Folder

ENDLESS = date(9999, 12, 31)


def span(text: str) -> tuple[date, date]:
    found = parse_span(text)
    return found.lo, found.hi


def test_patients(folder: Folder) -> None:
    folder.write(
        "病人.csv",
        """\
        病历号,性别,出生日期,死亡日期
        001,男,1960-05-03,
        002,女,1970年5月,2021/6/1
        003,未知,1980,
        """,
        encoding="gb18030",
    )
    staged = folder.stage(
        """\
        format: csv
        files:
          病人.csv:
            table: patient
            encoding: GB18030
            columns: {patient_id: 病历号, sex: 性别, birth: 出生日期, death: 死亡日期}
        """
    )
    assert staged.rows("patient", "patient_id", "sex", "birth_lo", "birth_hi", "death_lo") == [
        ("001", "male", *span("1960-05-03"), ENDLESS),
        ("002", "female", *span("1970-05"), date(2021, 6, 1)),
        ("003", None, *span("1980"), ENDLESS),
    ]
    assert staged.rows("patient", "place")[1] == ("病人.csv:3",)
    assert staged.rejections == []


LABS = """\
format: csv
files:
  检验.csv:
    table: measurement
    columns:
      {patient_id: 病历号, code: 代码, text: 名称, date: 时间, value: 结果, unit: 单位,
       ref_range: 参考范围, flag: 提示}
    codes:
      WBC: {LOINC: 6690-2}
      白蛋白: {LOINC: 1751-7, SNOMED CT: 104485008}
    units: {10^9/L: 10*9/L}
"""
LAB_HEADER = "病历号,代码,名称,时间,结果,单位,参考范围,提示\n"


def test_a_measurement_keeps_its_value_unit_range_and_codes(folder: Folder) -> None:
    folder.write("检验.csv", LAB_HEADER + "001,WBC,白细胞,2021-05-03 08:30,2.1,10^9/L,3.5-9.5,↓\n")
    staged = folder.stage(LABS)
    assert staged.one("measurement", "patient_id", "start_lo", "start_hi", "ref", "place") == (
        *("001", *span("2021-05-03")),
        *("检验.csv#2", "检验.csv:2"),
    )
    assert staged.one("measurement", "value_lo", "value_hi", "lo_open", "hi_open", "unit") == (
        *(2.1, 2.1, False, False),
        "10*9/L",
    )
    assert staged.one("measurement", "ref_lo", "ref_hi", "abnormal") == (3.5, 9.5, True)
    assert staged.concepts("measurement") == [([("local", "WBC"), ("LOINC", "6690-2")], "白细胞")]


@pytest.mark.parametrize(
    ("cells", "value", "polarity", "abnormal", "text"),
    [
        ("2.1,10^9/L,,", (2.1, 2.1, "10*9/L"), None, None, None),
        ("<5,mg/L,,", (-float("inf"), 5, "mg/L"), None, None, None),
        ("5.6 mg/L,,,", (5.6, 5.6, "mg/L"), None, None, None),
        ("5.6 mg/L,mg/L,,", (5.6, 5.6, "mg/L"), None, None, None),
        # an L is a unit, unless the unit stands in its column
        ("3.5 L,,,", (3.5, 3.5, "L"), None, None, None),
        ("3.5 L,L,,", (3.5, 3.5, "L"), None, None, None),
        ("2.1 L,g/L,,", (2.1, 2.1, "g/L"), None, True, None),
        ("2.1↓,g/L,,", (2.1, 2.1, "g/L"), None, True, None),
        ("2.1,g/L,,N", (2.1, 2.1, "g/L"), None, False, None),
        ("2.1↓,g/L,,N", (2.1, 2.1, "g/L"), None, False, None),
        ("阳性,,阴性,", (None, None, None), "positive", None, "阳性"),
        ("III级,,,", (None, None, None), None, None, "III级"),
        (",,,", (None, None, None), None, None, None),
        # contradictory units: no number is better than a wrong one
        ("5.6 mg/L,g/L,,", (None, None, None), None, None, "5.6 mg/L"),
    ],
)
def test_values(
    folder: Folder,
    cells: str,
    value: tuple[float | None, float | None, str | None],
    polarity: str | None,
    abnormal: bool | None,
    text: str | None,
) -> None:
    folder.write("检验.csv", f"{LAB_HEADER}001,X,名称,2021-05-03,{cells}\n")
    staged = folder.stage(LABS)
    assert staged.one("measurement", "value_lo", "value_hi", "unit") == value
    assert staged.one("measurement", "polarity", "abnormal", "value_text") == (
        polarity,
        abnormal,
        text,
    )


@pytest.mark.parametrize(
    ("code", "text", "codings"),
    [
        ("WBC", "任何", [("local", "WBC"), ("LOINC", "6690-2")]),
        ("WBC", "白蛋白", [("local", "WBC"), ("LOINC", "6690-2")]),
        ("", "白蛋白", [("LOINC", "1751-7"), ("SNOMED CT", "104485008")]),
        ("ALB", "白蛋白", [("local", "ALB"), ("LOINC", "1751-7"), ("SNOMED CT", "104485008")]),
        ("XYZ", "别的", [("local", "XYZ")]),
        ("", "别的", []),
    ],
)
def test_local_codes_and_names(
    folder: Folder, code: str, text: str, codings: list[tuple[str, str]]
) -> None:
    folder.write("检验.csv", f"{LAB_HEADER}001,{code},{text},2021-05-03,1,,,\n")
    assert folder.stage(LABS).concepts("measurement") == [(codings, text)]


@pytest.mark.parametrize(
    ("system", "written", "codings"),
    [
        ("ICD-10-CN", "G12.201", [("ICD-10-CN", "G12.201")]),
        ("ICD-10-CN", "E10.400†G63.2*", [("ICD-10-CN", "E10.400"), ("ICD-10-CN", "G63.2")]),
        ("ICD-10-CN", "M35.001+G73.7*", [("ICD-10-CN", "M35.001"), ("ICD-10-CN", "G73.7")]),
        ("http://loinc.org", "6690-2", [("LOINC", "6690-2")]),
        ("urn:oid:1.2.3", "A+B", [("urn:oid:1.2.3", "A+B")]),
    ],
)
def test_standard_codes_of_the_hospital(
    folder: Folder, system: str, written: str, codings: list[tuple[str, str]]
) -> None:
    folder.write("诊断.csv", f"病历号,编码,日期\n001,{written},2021-05-03\n")
    staged = folder.stage(
        f"""\
        files:
          诊断.csv:
            table: condition
            columns: {{patient_id: 病历号, code: 编码, start: 日期}}
            system: {system}
        """
    )
    assert staged.concepts("condition") == [(codings, None)]


@pytest.mark.parametrize(
    ("cells", "dose", "unit", "route"),
    [
        ("20,mg,bid,,口服", 40, "mg", "oral"),
        ("20mg,,tid,,po", 60, "mg", "oral"),
        ("20mg qd,,,,iv", 20, "mg", "intravenous"),
        ("20mg,,隔日一次,,", 10, "mg", None),
        ("2,片,一日三次,,", 6, "片", None),
        ("20,mg,,,", None, "mg", None),
        ("20,mg,prn,,", None, "mg", None),
        ("20mg qd,,prn,,", None, "mg", None),
        ("20,mg,qd,40,", 40, "mg", None),
        (",mg,qd,40,", 40, "mg", None),
        # what contradicts itself is no dose
        ("20mg qd,,bid,,", None, "mg", None),
        ("20mg,g,qd,,", None, None, None),
        (",,,,", None, None, None),
    ],
)
def test_medications(
    folder: Folder, cells: str, dose: float | None, unit: str | None, route: str | None
) -> None:
    folder.write("用药.csv", f"号,药,剂量,单位,频次,日量,途径\n001,泼尼松,{cells}\n")
    staged = folder.stage(
        """\
        files:
          用药.csv:
            table: medication
            columns: {patient_id: 号, text: 药, dose: 剂量, dose_unit: 单位, frequency: 频次,
                      daily_dose: 日量, route: 途径}
        """
    )
    assert staged.one("medication", "daily_dose", "dose_unit", "route", "basis") == (
        *(dose, unit, route),
        "stated",
    )


MEDICATION_PERIOD = """\
files:
  用药.csv:
    table: medication
    columns: {patient_id: 号, text: 药, start: 开始, end: 结束}
"""


@pytest.mark.parametrize(
    ("end", "extra", "bounds"),
    [
        ("2021-06-01", "", span("2021-06-01")),
        ("2021-06", "", span("2021-06")),
        ("", "", (None, None)),
        ("", "end_when_empty: goes on", (ENDLESS, ENDLESS)),
        ("", "end_when_empty: same day", span("2021-05-03")),
        ("至今", "", (ENDLESS, ENDLESS)),
        ("9999-12-31", "", (ENDLESS, ENDLESS)),
        ("无", "", (None, None)),
    ],
)
def test_ends(folder: Folder, end: str, extra: str, bounds: tuple[object, object]) -> None:
    folder.write("用药.csv", f"号,药,开始,结束\n001,泼尼松,2021-05-03,{end}\n")
    staged = folder.stage(MEDICATION_PERIOD + f"    {extra}\n")
    assert staged.one("medication", "end_lo", "end_hi") == bounds


@pytest.mark.parametrize(
    ("table", "bounds"),
    [
        ("procedure", span("2021-05-03")),
        ("encounter", span("2021-05-03")),
        ("condition", (None, None)),
        ("allergy", (None, None)),
        ("consent", (None, None)),
        ("study_participation", (None, None)),
    ],
)
def test_an_end_without_a_column(folder: Folder, table: str, bounds: tuple[object, object]) -> None:
    folder.write("x.csv", "id,what,on\n001,thing,2021-05-03\n")
    staged = folder.stage(
        f"files:\n  x.csv:\n    table: {table}\n"
        "    columns: {patient_id: id, text: what, start: on}\n"
    )
    assert staged.one(table, "end_lo", "end_hi") == bounds


def test_findings_immunisations_and_attestations(folder: Folder) -> None:
    folder.write(
        "signs.csv", "id,sign,on,found\n001,wasting,2021-05-03,有\n001,clonus,2021-05-03,\n"
    )
    folder.write("listed.csv", "id,sign,on\n001,wasting,2021-05-03\n")
    folder.write("vaccines.csv", "id,vaccine,on\n001,influenza,2021-05-03\n")
    folder.write("asked.csv", "id,q,a,on,who,why\n001,poor response,是,2021-05-03,Dr X,seen\n")
    staged = folder.stage(
        """\
        files:
          signs.csv:
            table: finding
            columns: {patient_id: id, text: sign, date: on, present: found}
          listed.csv:
            table: finding
            columns: {patient_id: id, text: sign, date: on}
          vaccines.csv:
            table: immunisation
            columns: {patient_id: id, text: vaccine, date: on}
          asked.csv:
            table: attestation
            columns: {patient_id: id, question: q, answer: a, date: on, by: who, reason: why}
        """
    )
    assert staged.rows("finding", "ref", "present") == [
        ("signs.csv#2", True),
        ("signs.csv#3", None),
        ("listed.csv#2", True),
    ]
    assert staged.concepts("immunisation") == [([], "influenza")]
    assert staged.one("attestation", "question", "answer", "attested_by", "reason") == (
        *("poor response", True),
        *("Dr X", "seen"),
    )
    assert staged.concepts("attestation") == [([], "poor response")]


def test_one_file_may_fill_several_tables(folder: Folder) -> None:
    folder.write(
        "首页.csv",
        """\
        病案号,性别,出生,诊断,入院,WBC,PLT
        001,男,1960-05-03,G12.201,2021-05-03,2.1,90
        001,男,1960-05-03,G62.909,2021-06-03,3.5,
        """,
    )
    staged = folder.stage(
        """\
        files:
          首页.csv:
            tables:
              - table: patient
                columns: {patient_id: 病案号, sex: 性别, birth: 出生}
              - table: condition
                columns: {patient_id: 病案号, code: 诊断, start: 入院}
                system: ICD-10-CN
              - table: measurement
                columns: {patient_id: 病案号, date: 入院, value: WBC}
                fixed: {code: WBC, unit: 10*9/L}
                codes: {WBC: {LOINC: 6690-2}}
              - table: measurement
                columns: {patient_id: 病案号, date: 入院, value: PLT}
                fixed: {text: 血小板, unit: 10*9/L}
        """
    )
    assert staged.rows("patient", "patient_id", "place") == [("001", "首页.csv:2")]
    assert staged.rows("condition", "ref") == [("首页.csv#2#2",), ("首页.csv#3#2",)]
    assert staged.rows("measurement", "ref", "value_lo", "unit") == [
        ("首页.csv#2#3", 2.1, "10*9/L"),
        ("首页.csv#3#3", 3.5, "10*9/L"),
        ("首页.csv#2#4", 90, "10*9/L"),
        ("首页.csv#3#4", None, "10*9/L"),
    ]
    assert staged.concepts("measurement")[0] == ([("local", "WBC"), ("LOINC", "6690-2")], None)
    numbers = [n for (n,) in staged.rows("measurement", "seq")]
    assert len(set(numbers)) == len(numbers)


def test_names_that_the_hospital_gives(folder: Folder) -> None:
    folder.write(
        "labs.csv",
        """\
        id,row,what,on,value,state
        001,17,WBC,2021-05-03,2.1,有效
        001,18,WBC,2021-05-04,2.2,作废
        001,19,WBC,2021-05-05,2.3,
        001,20,WBC,2021-05-06,2.4,
        001,20,PLT,2021-05-06,99,
        001,,WBC,2021-05-07,2.5,
        """,
    )
    staged = folder.stage(
        """\
        files:
          labs.csv:
            table: measurement
            columns: {patient_id: id, id: row, text: what, date: on, value: value, status: state}
        """
    )
    assert [ref for (ref,) in staged.rows("measurement", "ref")] == [
        "measurement/17",
        "measurement/19",
        "measurement/20#labs.csv:5",
        "measurement/20#labs.csv:6",
        "labs.csv#7",
    ]
    # A row that is withdrawn is spoken of, so that what was loaded earlier under its name goes.
    assert sorted(str(ref) for (ref,) in staged.rows("seen", "ref")) == [
        "labs.csv",
        "measurement/17",
        "measurement/18",
        "measurement/19",
        "measurement/20",
    ]
    assert staged.rejections == [
        ("ignored", "labs.csv:3", "its status says that it does not count"),
        ("repaired", "labs.csv:5", "its id is also that of another row"),
        ("repaired", "labs.csv:6", "its id is also that of another row"),
    ]


def test_words_of_the_hospital(folder: Folder) -> None:
    folder.write("p.csv", "id,sex\n001,1\n002,2\n003,9\n")
    staged = folder.stage(
        """\
        files:
          p.csv:
            table: patient
            columns: {patient_id: id, sex: sex}
            values: {sex: {1: male, 2: female, 9: unknown}}
        """
    )
    assert staged.rows("patient", "sex") == [("male",), ("female",), (None,)]
    assert staged.rejections == []


@pytest.mark.parametrize(
    ("zone", "written", "day"),
    [
        ("Asia/Shanghai", "2021-05-03T23:30:00Z", "2021-05-04"),
        ("Asia/Shanghai", "2021-05-03T23:30:00+08:00", "2021-05-03"),
        ("Asia/Shanghai", "2021-05-03 23:30", "2021-05-03"),
        ("America/New_York", "2021-05-03T02:00:00Z", "2021-05-02"),
        ("America/New_York", "2021-05-03 02:00", "2021-05-03"),
    ],
)
def test_days_are_those_of_the_hospital(folder: Folder, zone: str, written: str, day: str) -> None:
    folder.write("v.csv", f"id,vaccine,on\n001,influenza,{written}\n")
    staged = folder.stage(
        "files:\n  v.csv:\n    table: immunisation\n"
        "    columns: {patient_id: id, text: vaccine, date: on}\n",
        time_zone=zone,
    )
    assert staged.one("immunisation", "start_lo", "start_hi") == span(day)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_workbooks(folder: Folder) -> None:
    content = workbook(
        ("病人", [["病历号", "出生"], [1001, date(1960, 5, 3)], ["P2", "1970-05"], [1003, 22039]]),
        (
            "检验",
            [
                ["检验结果导出", None, None, None],
                ["病历号", "项目", "时间", "结果"],
                [1001, "WBC", date(2021, 5, 3), 0.1 + 0.2],
                [],
                [1001, "PLT", "2021年5月", "<80"],
                [1001, "ANA", date(2021, 5, 3), 160.0],
            ],
        ),
    )
    folder.write_bytes("导出.xlsx", content)
    staged = folder.stage(
        """\
        files:
          导出.xlsx#病人:
            table: patient
            columns: {patient_id: 病历号, birth: 出生}
            dates: [YYYY-MM-DD, YYYY-MM, EXCEL]
          导出.xlsx#检验:
            header: 2
            table: measurement
            columns: {patient_id: 病历号, text: 项目, date: 时间, value: 结果}
        """
    )
    assert staged.rows("patient", "patient_id", "birth_lo", "birth_hi", "place") == [
        ("1001", *span("1960-05-03"), "导出.xlsx#病人:2"),
        ("P2", *span("1970-05"), "导出.xlsx#病人:3"),
        ("1003", *span("1960-05-03"), "导出.xlsx#病人:4"),
    ]
    assert staged.rows("measurement", "value_hi", "start_lo", "start_hi", "place") == [
        (0.3, *span("2021-05-03"), "导出.xlsx#检验:3"),
        (80, *span("2021-05"), "导出.xlsx#检验:5"),
        (160, *span("2021-05-03"), "导出.xlsx#检验:6"),
    ]


def test_patterns_fill_a_table_from_many_files(folder: Folder) -> None:
    for month in ("01", "02"):
        folder.write(f"labs/{month}.csv", f"id,what,on,value\n001,WBC,2021-{month}-03,2.{month}\n")
    staged = folder.stage(
        "files:\n  labs/*.csv:\n    table: measurement\n"
        "    columns: {patient_id: id, text: what, date: on, value: value}\n"
    )
    assert staged.rows("measurement", "ref", "value_lo") == [
        ("labs/01.csv#2", 2.01),
        ("labs/02.csv#2", 2.02),
    ]


def test_a_table_may_take_only_some_of_the_rows(folder: Folder) -> None:
    folder.write(
        "labs.csv",
        "id,what,specimen,on,value\n"
        "001,WBC,血,2021-05-03,5.1\n001,WBC,尿,2021-05-03,12\n"
        "001,WBC,全血,2021-05-04,5.2\n001,WBC,脑脊液,2021-05-03,3\n001,WBC,,2021-05-03,4\n",
    )
    columns = "columns: {patient_id: id, text: what, date: on, value: value}"
    staged = folder.stage(
        f"""\
        files:
          labs.csv:
            tables:
              - table: measurement
                {columns}
                only: {{specimen: [血, 全血]}}
                codes: {{WBC: {{LOINC: 6690-2}}}}
              - table: measurement
                {columns}
                only: {{specimen: 尿}}
        """
    )
    assert staged.rows("measurement", "value_lo") == [(5.1,), (5.2,), (12,)]
    assert staged.concepts("measurement") == [
        ([("LOINC", "6690-2")], "WBC"),
        ([("LOINC", "6690-2")], "WBC"),
        ([], "WBC"),
    ]
    reason = "left out, as the mapping says under `only`"
    assert staged.rejections == [
        ("ignored", "labs.csv:5", reason),
        ("ignored", "labs.csv:6", reason),
    ]
