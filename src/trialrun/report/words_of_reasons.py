"""Why rows were rejected, ignored or repaired, in Chinese.

The sources give each reason in English, as it is stored. A reason that this table lacks stays
English, and a test finds it.
"""

from __future__ import annotations

import re

CHINESE_REASONS: dict[str, str] = {
    # --- whoever the row is about
    "it names no patient": "未注明患者",
    "of a patient that no source has named": "所属患者未出现在任何数据源的患者表中",
    "there is no patient id": "没有患者编号",
    "the patient id was rounded by a spreadsheet program": "患者编号已被电子表格软件舍入",
    "different birth dates: any day from the first to the last is possible": (
        "出生日期不一致：从最早到最晚的任何一天均有可能"
    ),
    "both male and female: taken as not recorded": "性别既有男又有女：按未记录处理",
    "no birth date: every day is possible": "没有出生日期：任何一天均有可能",
    "the sex is a word that is not known": "性别用词无法识别",
    "the date of birth cannot be read": "出生日期无法读取",
    "the date of death cannot be read": "死亡日期无法读取",
    "replaced by another patient, to whom its rows go": "已被另一患者记录取代，其数据行归入后者",
    "replaced by a patient that no source has named, or by no certain one: kept apart": (
        "取代它的患者未出现在任何数据源中或无法确定：分开保留"
    ),
    "no longer replaced by another patient, who keeps the rows of earlier loads: load the source"
    " again as a whole": "不再被另一患者记录取代，而此前载入的行仍归后者：请将该数据源整体重新载入",
    "linked to another record, perhaps of the same person: each is judged apart": (
        "与另一份记录相关联，可能为同一人：分别判定"
    ),
    # --- rows that never count
    "a resource type that is not used": "不使用的资源类型",
    "not a FHIR file": "不是 FHIR 文件",
    "the mapping does not speak of the file": "映射文件未提及该文件",
    "the mapping does not speak of the sheet": "映射文件未提及该工作表",
    "left out, as the mapping says under `only`": "按映射文件中 `only` 的规定略去",
    "says the same as an earlier row": "与前面的行内容相同",
    "the same resource again, or an older version of it": "同一资源重复出现，或为其旧版本",
    "it repeats the header": "重复了表头",
    "a line of totals or remarks, of no patient": "合计行或备注行，不属于任何患者",
    "its status says that it does not count": "其状态表明不应计入",
    "it says that there is none": "注明“无”",
    "entered in error": "录入错误",
    "refuted": "已被否定",
    "cancelled": "已取消",
    "not done": "未执行",
    "planned": "尚在计划中",
    "a draft": "草稿",
    "proposed, not ordered": "仅为建议，未下医嘱",
    "prepared, not begun": "已准备，未开始",
    "intended, not taken yet": "拟用，尚未使用",
    "not taken": "未使用",
    "not given yet": "尚未给药",
    "an order not to give it": "医嘱为不予使用",
    "refused": "已拒绝",
    "did not enter the study": "未进入该研究",
    "an entry without a resource": "条目中没有资源",
    # --- lines that cannot be used
    "not JSON": "不是 JSON",
    "not JSON: NaN or Infinity": "不是 JSON：含 NaN 或 Infinity",
    "not UTF-8": "不是 UTF-8 编码",
    "nested too deeply": "嵌套过深",
    "JSON, but not a FHIR resource": "是 JSON，但不是 FHIR 资源",
    "its entries are no list of entries": "其 entry 不是条目列表",
    "an entry that is not a FHIR resource": "条目不是 FHIR 资源",
    "over 8 MB in the parts that are read": "所读取部分超过 8 MB",
    "a character that is none (half of a surrogate pair)": "含无效字符（半个代理对）",
    "the quotes of the row do not match": "该行引号不配对",
    "the row has fewer cells than the header": "该行的单元格少于表头",
    "the row has more cells than the header": "该行的单元格多于表头",
    "a cell holds an error such as #N/A": "单元格为错误值，如 #N/A",
    "its id is also that of another row": "其编号与另一行相同",
    # --- names and codes
    "it has neither a code nor a name": "既无编码也无名称",
    "neither a code nor a name": "既无编码也无名称",
    "it has neither a code nor a name: it counts as a doubt only": "既无编码也无名称：仅作存疑处理",
    "a suspicion, a denial or a relative's: it counts as a doubt only": (
        "疑似、否认或属于亲属：仅作存疑处理"
    ),
    "its code does not look like one of the code system": "编码不符合该编码系统的格式",
    "it is not clear which of its names goes with which of its codes": "名称与编码无法一一对应",
    # --- days
    "it ends before it starts: only the span is kept": "结束早于开始：仅保留其时间跨度",
    "in the future: kept, and does not count before its day": "日期在将来：予以保留，到期前不计入",
    "a date that cannot be read or cannot be true: taken as unknown": (
        "日期无法读取或不可能成立：按未知处理"
    ),
    "a date in words: taken as unknown": "日期为文字描述：按未知处理",
    "an age that gives no day: the date is taken as unknown": "年龄无法换算为日期：日期按未知处理",
    "there is no date": "没有日期",
    "the date cannot be read": "日期无法读取",
    "there is no start": "没有开始日期",
    "the start cannot be read": "开始日期无法读取",
    "the end cannot be read": "结束日期无法读取",
    # --- results
    "a number that is none: taken as no value": "数值无效：按无结果处理",
    "the reference range is in another unit: not used": "参考范围的单位不同：不予采用",
    "the reference range cannot be read": "参考范围无法读取",
    "the unit of the value and of its own column differ": "结果中的单位与单位列不一致",
    "a number with a comma: of thousands or of decimals?": "数字含逗号：是千分位还是小数点？",
    "the flag is a word that is not known": "异常标记用词无法识别",
    "present is a word that is not known": "“是否存在”用词无法识别",
    # --- doses
    "several dosages in one order: no daily dose": "一条医嘱含多种用法：无法得出每日剂量",
    "its strength does not say how much is in one of what the dose counts": (
        "规格未说明每个剂量单位的含量"
    ),
    "the dose cannot be read": "剂量无法读取",
    "the daily dose cannot be read": "每日剂量无法读取",
    "the frequency is a word that is not known": "频次用词无法识别",
    "the dose and the columns beside it differ": "剂量与相邻各列不一致",
    "the route is a word that is not known": "给药途径用词无法识别",
    "the basis is a word that is not known": "依据用词无法识别",
    # --- answers of people
    "the answer is a word that is not known": "答复用词无法识别",
    "there is no question": "没有问题",
}

_WITH_A_PLACE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"not the shape of FHIR R4 at (.+)"), r"\1 处不符合 FHIR R4 的结构"),
    (re.compile(r"a cell is longer than ([\d,]+) characters"), r"单元格超过 \1 个字符"),
)
"""Reasons that name a part of a format or a limit of ours."""


def chinese_reason(reason: str) -> str:
    """Return a reason in Chinese; one that is not known stays as it is."""
    if reason in CHINESE_REASONS:
        return CHINESE_REASONS[reason]
    for pattern, chinese in _WITH_A_PLACE:
        if pattern.fullmatch(reason):
            return pattern.sub(chinese, reason)
    return reason
