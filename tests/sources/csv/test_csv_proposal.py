"""A first mapping from the files alone: right where it can be, silent about patients."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from tests.sources.csv.loading import Folder

from trialrun.errors import SourceError
from trialrun.protocol.file import read_protocol
from trialrun.sources.csv import propose, read_mapping
from trialrun.sources.csv.mapping import TableMapping
from trialrun.terminology.value_sets import Entry, ValueSet

WHITE_CELLS = ValueSet(
    id="white-blood-cells",
    title="White blood cells",
    title_zh="白细胞计数",
    source="LOINC",
    entries=(Entry("LOINC", "6690-*"), Entry("LOINC", "6690-2", "Leukocytes")),
    molar_mass=Fraction(1),
)


def proposed(folder: Folder, *value_sets: ValueSet) -> dict[str, TableMapping]:
    """Return the tables of the mapping that is proposed: it must be one that can be read."""
    text = propose(folder.path, value_sets)
    file = folder.path.parent / f"{folder.path.name}-proposed.yaml"
    file.write_text(text, encoding="utf-8")
    return {
        f"{one.key} {table.table}": table
        for one in read_mapping(file).files
        for table in one.tables
    }


@pytest.mark.parametrize(
    ("header", "table", "fields"),
    [
        ("病历号,性别,出生日期,死亡日期", "patient", "patient_id sex birth death"),
        ("患者ID,姓名,性别,出生年月", "patient", "patient_id sex birth"),
        ("MRN,Sex,DOB,Date of death", "patient", "patient_id sex birth death"),
        ("patient_id,gender,birth_date", "patient", "patient_id sex birth"),
        (
            "住院号,项目代码,项目名称,采样时间,结果,单位,参考下限,参考上限,异常提示",
            "measurement",
            "patient_id code text date value unit ref_low ref_high flag",
        ),
        (
            *("病历号,检验项目,检验时间,检验结果,单位,参考范围", "measurement"),
            "patient_id text date value unit ref_range",
        ),
        (
            *("Patient ID,Test Name,Collection Date,Result,Units,Reference Range", "measurement"),
            "patient_id text date value unit ref_range",
        ),
        ("病案号,诊断编码,诊断名称,诊断日期", "condition", "patient_id code text start"),
        ("mrn,icd10_code,diagnosis,onset_date", "condition", "patient_id code text start"),
        (
            *("病历号,药品名称,单次剂量,剂量单位,频次,给药途径,开始时间,停止时间", "medication"),
            "patient_id text route dose dose_unit frequency start end",
        ),
        ("pid,drug,dose,freq,route,start,stop", "medication",
         "patient_id text route dose frequency start end"),
        ("病历号,疫苗名称,接种日期", "immunisation", "patient_id text date"),
        ("病历号,手术名称,手术编码,手术日期", "procedure", "patient_id code text start"),
        ("病历号,过敏原,发现日期", "allergy", "patient_id text start"),
        ("病历号,体征,有无,记录日期", "finding", "patient_id text date present"),
        ("病历号,就诊类型,入院日期,出院日期", "encounter", "patient_id text start end"),
        (
            *("病历号,日期,问题,回答,回答人,理由", "attestation"),
            "patient_id date question answer by reason",
        ),
        ("mrn,date,question,answer,answered by", "attestation",
         "patient_id date question answer by"),
        # what a result says beside itself is no table of its own
        (
            *("病历号,性别,临床诊断,项目名称,检验日期,结果", "measurement"),
            "patient_id text date value",
        ),
    ],
)  # fmt: skip
def test_headers_are_recognised(folder: Folder, header: str, table: str, fields: str) -> None:
    folder.write("x.csv", f"{header}\n{'1,' * header.count(',')}1\n")
    tables = proposed(folder)
    assert list(tables) == [f"x.csv {table}"]
    assert set(tables[f"x.csv {table}"].columns) == set(fields.split())


@pytest.mark.parametrize(
    ("name", "header", "table", "fields"),
    [
        ("diagnoses", "patient_id,code,name,date", "condition", "patient_id code text start"),
        ("诊断", "病历号,编码,名称,诊断日期", "condition", "patient_id code text start"),
        ("drugs", "mrn,name,dose,start", "medication", "patient_id text dose start"),
        ("prescriptions", "mrn,code,description", "medication", "patient_id code text"),
        ("疫苗", "病历号,名称,接种日期", "immunisation", "patient_id text date"),
        # what the headers say outweighs the name
        ("diagnoses", "mrn,name,icd10,diagnosis", "condition", "patient_id code text"),
        ("diagnoses", "mrn,code,result,date", "measurement", "patient_id code date value"),
    ],
)
def test_the_name_of_a_file_says_what_bare_headers_leave_open(
    folder: Folder, name: str, header: str, table: str, fields: str
) -> None:
    folder.write(f"{name}.csv", f"{header}\n{'1,' * header.count(',')}1\n")
    tables = proposed(folder)
    assert list(tables) == [f"{name}.csv {table}"]
    assert set(tables[f"{name}.csv {table}"].columns) == set(fields.split())


def test_a_front_page_fills_several_tables(folder: Folder) -> None:
    folder.write(
        "首页.csv", "病案号,性别,出生日期,诊断编码,入院日期\n1,男,1960-05-03,G12.201,2021-05-03\n"
    )
    assert set(proposed(folder)) == {f"首页.csv {t}" for t in ("patient", "condition", "encounter")}


@pytest.mark.parametrize(
    ("header", "codes", "system"),
    [
        ("病历号,诊断编码", ["G12.201", "G12.200x015", "I10.x00"], "ICD-10-CN"),
        ("mrn,icd10", ["G12.2", "I10", "E11.9"], "ICD-10"),
        ("mrn,icd10", ["G12.21", "G61.82", "C50.911"], "ICD-10-CM"),
        ("mrn,icd10", ["dx1", "dx2"], "local"),
        ("mrn,code,result,date", ["6690-2", "777-3"], "LOINC"),
        ("mrn,code,result,date", ["6690-3", "777-4"], "local"),
        ("mrn,drug_code,drug", ["H02AB06", "N07XX02"], "ATC"),
    ],
)
def test_code_systems_are_recognised(
    folder: Folder, header: str, codes: list[str], system: str
) -> None:
    rest = ",1" * (header.count(",") - 1)
    folder.write("x.csv", header + "\n" + "".join(f"1,{code}{rest}\n" for code in codes))
    (table,) = proposed(folder).values()
    assert table.system == system


def coded(folder: Folder, *codes: str) -> list[str]:
    """Return what is proposed of a system for diagnoses with these codes."""
    rows = "".join(f"{i},{code},2021-05-{i % 28 + 1:02}\n" for i, code in enumerate(codes))
    folder.write("诊断.csv", f"病历号,诊断编码,诊断日期\n{rows}合计,{len(codes)},\n")
    lines = [line.strip() for line in propose(folder.path).splitlines()]
    return [line for line in lines if "system:" in line or "something else" in line]


SURE = "system: ICD-10-CN  # as its codes look: change it if that is wrong"
MOST = "system: ICD-10-CN  # TODO as most of its codes look: change it if that is wrong"


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        # the line of totals says nothing of the codes
        (["I63.900"], [SURE]),
        # rows count, and not how many codes there are
        (["I63.900"] * 200 + ["待编码"], [SURE, "# 1 rows hold something else"]),
        (
            ["I63.900"] * 6 + ["待编码"] * 2,
            [MOST, '# 2 rows hold something else: "待编码" (2)'],
        ),
        (
            ["I63.900"] * 2 + ["待编码"] * 6,
            ["# TODO system: ICD-10-CN ? Some codes look so (25% of the rows)"],
        ),
        (["dx1", "dx2"], []),
    ],
)
def test_an_odd_code_hides_no_system(folder: Folder, codes: list[str], said: list[str]) -> None:
    assert coded(folder, *codes) == said


@pytest.mark.parametrize(
    ("dates", "formats", "todo"),
    [
        (["1960-05-03", "1961-05-03", "1970-05"], ("YYYY-MM-DD", "YYYY-MM"), ""),
        (["1960年5月3日", "19600503"], ("YYYYMMDD", "YYYY年M月D日"), ""),
        (["13/5/1960", "5/6/1960"], ("D/M/YYYY",), ""),
        (["5/13/1960", "5/6/1960"], ("M/D/YYYY",), ""),
        (["1960-05-03", "soon"], ("YYYY-MM-DD",), "1 different dates are in no known format"),
    ],
)
def test_date_formats_are_recognised(
    folder: Folder, dates: list[str], formats: tuple[str, ...], todo: str
) -> None:
    folder.write("x.csv", "病历号,出生日期\n" + "".join(f"{i},{d}\n" for i, d in enumerate(dates)))
    (table,) = proposed(folder).values()
    assert sorted(table.dates) == sorted(formats)
    assert todo in propose(folder.path)


def test_nobody_can_tell_days_from_months(folder: Folder) -> None:
    folder.write("x.csv", "mrn,dob\n1,5/6/1960\n")
    assert "# TODO dates: D/M/YYYY or M/D/YYYY?" in propose(folder.path)


def test_codes_units_and_words_are_listed_the_most_frequent_first(folder: Folder) -> None:
    folder.write(
        "检验.csv",
        """\
        病历号,项目代码,项目名称,采样时间,结果,单位,异常提示
        1,PLT,血小板计数,2021-05-03,90,10^9/L,H
        1,PLT,血小板计数,2021-05-04,91,10^9/L,H
        1,WBC,白细胞计数,2021-05-03,2.1,10^9/L,M
        2,WBC,白细胞计数,2021-05-04,2.2,某单位,M
        2,WBC,白细胞计数,2021-05-05,2.2,某单位,
        2,,抗核抗体,2021-05-04,阳性,,
        3,,抗核抗体,2021-05-04,阳性,,
        3,RARE,罕见,2021-05-04,1,罕,R
        """,
    )
    text = propose(folder.path, [WHITE_CELLS])
    codes = [line.strip() for line in text.splitlines() if ": {}  # TODO" in line]
    assert codes == [
        '"WBC": {}  # TODO 白细胞计数 (3 rows); perhaps {LOINC: 6690-2} of [white-blood-cells]',
        '"PLT": {}  # TODO 血小板计数 (2 rows)',
        '"抗核抗体": {}  # TODO (2 rows)',
    ]
    assert '# "某单位": TODO (2 rows)' in text
    assert "# not listed, too rare or too long: 1" in text
    assert "罕" not in text
    assert "10^9/L" not in text
    assert '# "M": TODO abnormal or normal or unknown (2 rows)' in text
    assert proposed(folder)["检验.csv measurement"].codes == {}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("醋酸泼尼松片", "{ATC: H02AB07} of [glucocorticoids]"),
        ("醋酸泼尼松龙片", "{ATC: H02AB06} of [glucocorticoids]"),
        ("注射用甲泼尼龙琥珀酸钠", "{ATC: H02AB04} of [glucocorticoids]"),
        ("Prednisone acetate tablets", "{ATC: H02AB07} of [glucocorticoids]"),
        ("利鲁唑片", "{ATC: N07XX02} of [concomitant-medication]"),
    ],
)
def test_medicines_are_recognised_however_rare(folder: Folder, name: str, hint: str) -> None:
    folder.write("药.csv", f"病历号,药品名称,开始时间\n1,{name},2021-05-03\n")
    protocol = read_protocol("ld-il2-immune-als")
    text = propose(folder.path, tuple(protocol.value_sets.values()))
    assert f'"{name}": {{}}  # TODO (1 rows); perhaps {hint}' in text


@pytest.mark.parametrize("name", ["泼尼松 张三丰", "醋酸泼尼松龙滴眼液", "自备药"])
def test_rare_names_that_may_tell_more_are_only_counted(folder: Folder, name: str) -> None:
    folder.write("药.csv", f"病历号,药品名称,开始时间\n1,{name},2021-05-03\n")
    text = propose(folder.path, tuple(read_protocol("ld-il2-immune-als").value_sets.values()))
    assert name not in text
    assert "# not listed, too rare or too long: 1" in text
    assert '# TODO add a line for each that matters: "as in the file": {ATC: H02AB07}' in text


def test_a_medicine_for_the_eye_is_no_tablet(folder: Folder) -> None:
    row = "醋酸泼尼松龙滴眼液,2021-05-0"
    folder.write("药.csv", f"病历号,药品名称,开始时间\n1,{row}3\n1,{row}4\n")
    text = propose(folder.path, tuple(read_protocol("ld-il2-immune-als").value_sets.values()))
    assert '"醋酸泼尼松龙滴眼液": {}  # TODO (2 rows)\n' in text


def test_encodings_delimiters_header_lines_and_workbooks(folder: Folder) -> None:
    folder.write("a.csv", "病历号;性别\n1;男\n", "gb18030")
    folder.write("b.txt", "病历号\t性别\n1\t男\n")
    folder.write("c.csv", "导出,\n2021,\n病历号,性别\n1,男\n", "utf-8-sig")
    book = openpyxl.Workbook()
    book.worksheets[0].title = "病人"
    for row in (["病历号", "性别"], [1, "男"]):
        book.worksheets[0].append(row)
    content = BytesIO()
    book.save(content)
    folder.write_bytes("d.xlsx", content.getvalue())
    file = folder.write("mapping.yaml", propose(folder.path))
    assert [
        (one.key, one.encoding, one.delimiter, one.header) for one in read_mapping(file).files
    ] == [
        ("a.csv", "GB18030", ";", 1),
        ("b.txt", "UTF-8", "\t", 1),
        ("c.csv", "UTF-8", ",", 3),
        ("d.xlsx#病人", "UTF-8", ",", 1),
    ]


def test_a_proposal_can_be_loaded_as_it_is(folder: Folder) -> None:
    folder.write("病人.csv", "病历号,性别,出生日期\n001,男,1960-05-03\n", "gb18030")
    folder.write("检验.csv", "病历号,项目名称,采样时间,结果,单位\n001,白细胞,2021-05-03,2.1,g/L\n")
    staged = folder.stage(propose(folder.path))
    assert len(staged.rows("patient", "patient_id")) == 1
    assert staged.one("measurement", "value_lo", "unit") == (2.1, "g/L")
    assert staged.rejections == []


PERSONAL = {
    "id": "ID-77341",
    "name": "张三丰",
    "birth": "1961-07-09",
    "phone": "13900001234",
    "value": "77.31",
    "date": "2021-08-17",
}


def test_nothing_of_a_patient_is_told(folder: Folder) -> None:
    person = PERSONAL
    folder.write(
        "病人.csv",
        f"患者ID,姓名,出生日期,电话,性别\n{person['id']},{person['name']},{person['birth']},"
        f"{person['phone']},{person['name']}\n",
    )
    folder.write(
        "检验.csv",
        f"患者ID,姓名,项目名称,检验日期,结果\n{person['id']},{person['name']},WBC,"
        f"{person['date']},{person['value']}\n{person['id']},{person['name']},WBC,2021-08,1\n",
    )
    # A file without a header, whose first line is a patient.
    folder.write("无头.csv", f"{person['id']},{person['name']},{person['birth']}\n")
    text = propose(folder.path)
    assert '"WBC": {}' in text
    assert [what for what, value in person.items() if value in text] == []
    assert "无头.csv: no header that is known" in text


def test_columns_that_are_not_used_are_named(folder: Folder) -> None:
    folder.write("病人.csv", "病历号,性别,民族,婚姻\n1,男,汉,已婚\n")
    text = propose(folder.path)
    assert "# not used: 民族, 婚姻" in text
    assert "汉" not in text


@pytest.mark.parametrize("name", ["empty", "notes.pdf"])
def test_nothing_to_map(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_text("x")
    with pytest.raises(SourceError) as caught:
        propose(tmp_path / "folder")
    assert "no CSV or Excel file" in str(caught.value)


def test_a_single_file(folder: Folder) -> None:
    file = folder.write("病人.csv", "病历号,性别\n1,男\n")
    folder.write("other.csv", "mrn,sex\n")
    assert "other" not in propose(file)


def test_a_sheet_with_a_column_for_each_test(folder: Folder) -> None:
    folder.write(
        "血常规.csv",
        """\
        住院号,姓名,年龄,床号,采集日期,WBC(10^9/L),ALT（U/L）,白细胞计数,肌酐(μmol/L),备注(次)
        1,某人,45,12,2022-01-12,5.3,35,5.1,--,溶血
        2,某人,46,13,2022-01-13,<0.5,45,5.2,60,复查
        """,
    )
    text = propose(folder.path, [WHITE_CELLS])
    file = folder.write("mapping.yaml", text)
    (one,) = read_mapping(file).files
    assert [(t.table, t.columns["value"], t.fixed) for t in one.tables] == [
        ("measurement", "WBC(10^9/L)", {"text": "WBC", "unit": "10^9/L"}),
        ("measurement", "ALT（U/L）", {"text": "ALT", "unit": "U/L"}),
        ("measurement", "白细胞计数", {"text": "白细胞计数"}),
        ("measurement", "肌酐(μmol/L)", {"text": "肌酐", "unit": "μmol/L"}),
    ]
    assert "perhaps {LOINC: 6690-2} of [white-blood-cells]" in text
    assert text.count("# TODO write its `unit:`") == 1
    assert '# not used: 姓名, 年龄, 床号, "备注(次)"' in text
    staged = folder.stage(text)
    assert staged.rows("measurement", "value_hi", "unit")[0] == (5.3, "10^9/L")
    assert len(staged.rows("measurement", "ref")) == 8


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["1,5", "0,25"], 'decimal: ","'),
        (["1,5", "7.25"], '# decimal: ","'),
        (["1,5", "12"], '# decimal: ","'),
        (["1,234", "7.25"], None),
    ],
)
def test_decimal_commas_are_asked_about(
    folder: Folder, values: list[str], said: str | None
) -> None:
    rows = "".join(f"1;A{i};2021-05-03;{value};g/L\n" for i, value in enumerate(values))
    folder.write("x.csv", f"病历号;项目名称;检验日期;结果;单位\n{rows}")
    lines = [line.strip() for line in propose(folder.path).splitlines()]
    assert [line for line in lines if "decimal:" in line] == ([said] if said else [])
    assert any("does it part decimals?" in line for line in lines) is (said is not None)


def test_numbers_without_a_unit_are_counted(folder: Folder) -> None:
    folder.write(
        "x.csv",
        "病历号,项目名称,检验日期,结果,单位\n1,A,2021-05-03,5.1,g/L\n1,A,2021-05-04,５.2,\n"
        "1,A,2021-05-05,阴性,\n1,A,2021-05-06,<3↓,\n",
    )
    assert "# TODO 2 numbers have no unit" in propose(folder.path)


def test_several_diagnoses_in_a_cell(folder: Folder) -> None:
    folder.write(
        "诊断.csv",
        """\
        病历号,诊断编码,诊断名称,诊断状态
        1,G12.201|I10.x00,肌萎缩侧索硬化|高血压,确诊
        2,g12.201,肌萎缩侧索硬化、肺部感染,疑似
        3,E10.400†G63.2*,糖尿病性周围神经病,某种
        4,I10.x00,高血压,某种
        """,
    )
    text = propose(folder.path)
    table = proposed(folder)["诊断.csv condition"]
    assert (table.system, table.columns["status"]) == ("ICD-10-CN", "诊断状态")
    assert '# between: "、"  # TODO if it parts several names (1)' in text
    assert '# "某种": TODO counts or ignored or uncertain (2 rows)' in text
    assert "确诊" not in text


def test_names_are_listed_one_by_one_and_doubts_are_not(folder: Folder) -> None:
    folder.write(
        "诊断.csv",
        "病历号,诊断名称\n"
        + "".join(f"{i},肌萎缩侧索硬化;高血压\n{i},高血压\n{i},肝炎？\n{i},无\n" for i in (1, 2)),
    )
    text = propose(folder.path)
    codes = [line.strip() for line in text.splitlines() if ": {}  # TODO" in line]
    assert codes == ['"高血压": {}  # TODO (4 rows)', '"肌萎缩侧索硬化": {}  # TODO (2 rows)']


def test_a_header_that_stands_twice_is_named(folder: Folder) -> None:
    folder.write("诊断.csv", "病历号,诊断编码,诊断编码,诊断日期\n1,G12.201,I10.x00,2021-05-03\n")
    assert "# TODO 诊断编码 stands above more than one column" in propose(folder.path)
    with pytest.raises(SourceError) as caught:
        folder.stage(propose(folder.path))
    assert "more than one column '诊断编码'" in str(caught.value)


def test_the_words_of_an_end_are_no_unknown_dates(folder: Folder) -> None:
    folder.write("x.csv", "病历号,药品名称,开始时间,停止时间\n1,A,2021-05-03,长期\n")
    assert "no known format" not in propose(folder.path)
