"""The headers that hospitals give to columns, in Chinese and English: which field each is.

Only a proposal is made of them: a person reads it before anything is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trialrun.records.schema import Kind
from trialrun.sources.csv.fields import PATIENT, fields_of
from trialrun.sources.words import squeezed

_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")

_EVERYWHERE: Mapping[str, str] = {
    "patient_id": """
        患者id 病人id 患者编号 患者标识 病人编号 病历号 病案号 登记号 患者号 住院号 门诊号
        就诊卡号 受试者编号
        patientid patient patientno patno pid mrn medicalrecordnumber subjectid subject usubjid""",
    "id": "记录id 记录号 流水号 唯一标识 recordid rowid uid",
    "status": """
        状态 记录状态 医嘱状态 诊断状态 诊断标志 确诊标志 是否确诊 是否疑似 有效标志 作废标志
        status verificationstatus""",
}
_TABLES: Mapping[str, Mapping[str, str]] = {
    PATIENT: {
        "sex": "性别 性别名称 sex gender",
        "birth": """
            出生日期 出生年月 出生年月日 生日 dob birthdate dateofbirth birth birthday brthdtc""",
        "death": "死亡日期 死亡时间 dod deathdate dateofdeath death dthdtc",
    },
    Kind.MEASUREMENT: {
        "value": """
            结果 检验结果 检查结果 结果值 测定值 检测结果 定量结果 测量值
            result value resultvalue labresult testresult lborres""",
        "code": """
            项目代码 项目编码 检验项目代码 检验项目编码 指标代码 项目编号
            itemcode testcode code loinc loinccode labcode lbtestcd""",
        "text": """
            项目名称 检验项目 检验项目名称 测量项目 体征项目 检验指标 检查项目 项目 指标 指标名称
            检测项目 分项名称
            itemname testname test item analyte labtest parameter lbtest""",
        "date": """
            采样时间 采样日期 采集时间 标本采集时间 检验时间 检验日期 检测时间 检测日期
            采集日期 标本采集日期 送检日期 送检时间 检查时间 检查日期 测量时间 测量日期
            报告时间 报告日期 日期 collectiondate collectedat sampledate specimendate resultdate
            testdate date datetime time lbdtc""",
        "unit": "单位 结果单位 计量单位 unit units resultunit lborresu",
        "ref_low": "参考下限 参考值下限 下限 参考低值 reflow lowerlimit lln lowernormal",
        "ref_high": "参考上限 参考值上限 上限 参考高值 refhigh upperlimit uln uppernormal",
        "ref_range": """
            参考范围 参考值 参考区间 正常范围 正常值 参考值范围 referencerange refrange
            normalrange""",
        "flag": "异常提示 异常标志 异常标识 结果提示 提示 高低标志 abnormalflag abnormal flag",
    },
    Kind.CONDITION: {
        "code": """
            诊断编码 诊断代码 疾病编码 疾病代码 疾病诊断编码 出院诊断编码 入院诊断编码
            主要诊断代码 icd icd10 icdcode icd10code icd10编码 icd编码
            主要诊断编码 diagnosiscode dxcode""",
        "text": """
            诊断名称 诊断 疾病名称 主要诊断 主要诊断名称 出院诊断 入院诊断 临床诊断
            diagnosis diagnosisname condition disease dx""",
        "start": "诊断日期 诊断时间 确诊日期 发病日期 diagnosisdate dxdate onsetdate onset date",
        "end": "痊愈日期 转归日期 resolveddate abatementdate enddate",
    },
    Kind.MEDICATION: {
        "text": """
            药品名称 药品 药名 通用名 药物名称 药物 医嘱名称 drug drugname medication medicine
            cmtrt""",
        "code": "药品编码 药品代码 药物编码 drugcode medicationcode atc atccode rxnorm",
        "dose": """
            剂量 单次剂量 用量 每次剂量 次剂量 每次用量 单次用量 一次剂量 给药剂量 用法用量
            dose dosage cmdose""",
        "dose_unit": """
            剂量单位 用量单位 单次剂量单位 单次用量单位 每次剂量单位 给药单位 单位
            doseunit dosageunit cmdosu""",
        "strength": "规格 药品规格 包装规格 剂型规格 strength specification",
        "frequency": "频次 频率 用药频次 给药频次 用药频率 frequency freq cmdosfrq",
        "daily_dose": "日剂量 每日剂量 每日用量 dailydose",
        "route": """
            给药途径 用药途径 途径 用法 给药方式 给药方法 route routeofadministration cmroute""",
        "start": """
            开始时间 开始日期 开始 医嘱开始时间 用药开始时间 开立时间 开具时间 处方日期
            startdate start starttime from prescribedon date cmstdtc""",
        "end": """
            停止时间 停止日期 停止 结束 结束时间 结束日期 医嘱停止时间 用药结束时间 停嘱时间
            enddate stopdate stop end endtime to cmendtc""",
    },
    Kind.IMMUNISATION: {
        "text": "疫苗 疫苗名称 接种疫苗 vaccine vaccinename immunization immunisation",
        "code": "疫苗编码 疫苗代码 vaccinecode cvx",
        "date": "接种日期 接种时间 vaccinationdate immunizationdate date",
    },
    Kind.PROCEDURE: {
        "text": """
            手术名称 手术 操作名称 手术操作名称 手术及操作名称 procedure procedurename
            operation surgery""",
        "code": "手术编码 手术代码 操作编码 手术操作编码 procedurecode operationcode",
        "start": """
            手术日期 手术时间 操作日期 手术操作日期 proceduredate operationdate surgerydate
            date""",
    },
    Kind.ALLERGY: {
        "text": "过敏原 过敏药物 过敏源 过敏史 过敏物质 allergen allergy allergicto",
        "code": "过敏原编码 过敏原代码 allergencode allergycode",
        "start": "过敏日期 过敏时间 发现日期 allergydate onsetdate date",
    },
    Kind.FINDING: {
        "text": "体征 症状 体征名称 症状名称 finding symptom sign",
        "present": "有无 是否存在 是否有 present",
        "date": "检查日期 记录日期 记录时间 日期 date findingdate",
    },
    Kind.ENCOUNTER: {
        "text": "就诊类型 就诊类别 就诊科室 科室 encountertype visittype department",
        "start": "入院日期 入院时间 就诊日期 就诊时间 admissiondate visitdate encounterdate",
        "end": "出院日期 出院时间 dischargedate",
    },
    Kind.ATTESTATION: {
        "question": "问题 提问 问题内容 询问内容 核实问题 question questiontext statement",
        "answer": "回答 答案 答复 回答结果 answer response",
        "by": "回答人 回答者 答复人 确认人 判定人 填写人 研究者 answeredby by investigator",
        "reason": "理由 回答理由 原因 依据 reason",
        "date": "回答日期 回答时间 答复日期 确认日期 判定日期 填写日期 日期 answerdate date",
    },
}
_UNDER_A_NAME: Mapping[str, str] = {
    "code": "code 编码 代码",
    "text": "name description display text term 名称 描述",
}
"""Headers that say what a row is only where the name of the file says of what kind."""
_NAMES: Mapping[str, str] = {
    Kind.CONDITION: "diagnos condition problem disease 诊断 疾病",
    Kind.MEDICATION: "medication drug prescription 药 处方",
    Kind.PROCEDURE: "procedure operation surger 手术 操作",
    Kind.IMMUNISATION: "vaccin immuni 疫苗 接种",
    Kind.ALLERGY: "allerg 过敏",
}
"""What the name of a file or sheet holds when it lists such records."""
_SIGNS: Mapping[str, tuple[str, ...]] = {
    PATIENT: ("sex", "birth"),
    Kind.MEASUREMENT: ("value",),
    Kind.ENCOUNTER: ("start",),
    Kind.ATTESTATION: ("question",),
}
"""The fields whose headers show that a file fills a table; of other tables, the code or text."""


_LISTS = {str(kind) for kind in (Kind.MEASUREMENT, Kind.MEDICATION, Kind.IMMUNISATION)}


def tables_of(header: Sequence[str], name: str = "") -> dict[str, dict[str, str]]:
    """Return each table that a file with this header seems to fill: field -> column.

    The name of the file decides only what the headers leave open, such as `code` and `name`.
    """
    everywhere = _found(_EVERYWHERE, header)
    tables = {str(table): _found(names, header) for table, names in _TABLES.items()}
    named = [table for table, words in _NAMES.items() if _is_named(name, words)]
    if len(named) == 1:
        tables[named[0]] = _found(_UNDER_A_NAME, header) | tables[named[0]]
    seen = {table for table, columns in tables.items() if _shows(table, columns)}
    if "patient_id" not in everywhere:
        return {}
    # Lists of results and prescriptions repeat the diagnosis and the sex of whoever they are of.
    if seen & _LISTS:
        seen &= _LISTS | ({PATIENT} if "birth" in tables[PATIENT] else set())
    return {
        table: _in_order(table, everywhere | columns)
        for table, columns in tables.items()
        if table in seen
    }


def wide_columns(header: Sequence[str]) -> dict[str, str]:
    """Return `patient_id` and `date` of a list in which each test may have a column of its own."""
    found = _found(_EVERYWHERE, header)
    dated = _found({"date": _TABLES[Kind.MEASUREMENT]["date"]}, header)
    is_wide = "patient_id" in found and "date" in dated
    return {"patient_id": found["patient_id"], **dated} if is_wide else {}


def name_and_unit(column: str) -> tuple[str, str]:
    """Return what a header such as `WBC(10^9/L)` names, and the unit in its brackets, or ""."""
    unit = _BRACKETS.search(column)
    return _BRACKETS.sub("", column).strip() or column, unit[0][1:-1].strip() if unit else ""


def known_columns(header: Sequence[str]) -> int:
    """Return how many of the names are headers that are known."""
    every = (_EVERYWHERE, _UNDER_A_NAME, *_TABLES.values())
    known = {name for names in every for name in _words(names)}
    return sum(_plain(name) in known for name in header)


def _is_named(name: str, words: str) -> bool:
    return any(word in name.lower() for word in words.split())


def _shows(table: str, columns: Mapping[str, str]) -> bool:
    return any(sign in columns for sign in _SIGNS.get(table, ("code", "text")))


def _found(names: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    found = {}
    for field, words in names.items():
        rank = {word: i for i, word in enumerate(words.split())}
        known = [name for name in header if _plain(name) in rank]
        if known:
            found[field] = min(known, key=lambda name: rank[_plain(name)])
    return found


def _in_order(table: str, columns: Mapping[str, str]) -> dict[str, str]:
    return {name: columns[name] for name in fields_of(table) if name in columns}


def _words(names: Mapping[str, str]) -> list[str]:
    return [word for words in names.values() for word in words.split()]


def _plain(name: str) -> str:
    return squeezed(_BRACKETS.sub("", name).strip() or name)
