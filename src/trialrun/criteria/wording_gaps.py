"""Words for truths and gaps: why an answer is unknown, and what would settle it.

A gap that has no words in some language is a fault, and a test finds it.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import Language


@dataclass(frozen=True)
class GapWords:
    """Why the answer is unknown, and what would settle it."""

    reason: str
    settled_by: str


TRUTH_WORDS: dict[Language, dict[Truth, str]] = {
    "en": {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"},
    "zh": {Truth.TRUE: "是", Truth.FALSE: "否", Truth.UNKNOWN: "未知"},
}

GAP_WORDS: dict[Language, dict[Gap, GapWords]] = {
    "en": {
        Gap.DATE_IMPRECISE: GapWords(
            "the date is not precise enough", "find the exact day in the chart"
        ),
        Gap.END_NOT_RECORDED: GapWords(
            "it is not recorded whether, or when, it ended", "record the end, or that it goes on"
        ),
        Gap.NOT_SAID: GapWords(
            "the record does not say whether the sign was present", "record it as present or absent"
        ),
        Gap.ROUTE_NOT_RECORDED: GapWords(
            "the route of the medicine is not recorded", "find the route in the prescription"
        ),
        Gap.DOSE_NOT_RECORDED: GapWords(
            "the daily dose is not recorded", "find dose and frequency in the prescription"
        ),
        Gap.UNIT_NOT_COMPARABLE: GapWords(
            "the unit cannot be compared",
            "tell the unit's meaning in the mapping, or repeat the test",
        ),
        Gap.VALUE_IMPRECISE: GapWords(
            "the value is only a bound, such as <5, and the limit lies beyond it",
            "ask the laboratory for the number, or repeat the test",
        ),
        Gap.VALUE_IMPLAUSIBLE: GapWords(
            "the value cannot be true",
            "check the value and its unit at the source, or repeat the test",
        ),
        Gap.NO_LIMIT_OF_NORMAL: GapWords(
            "the result has no limit of normal", "add the laboratory's reference range"
        ),
        Gap.NO_NUMBER: GapWords(
            "the result holds no number that can be compared",
            "add the number, or list in the value set what number the answer stands for",
        ),
        Gap.NO_VALUE: GapWords(
            "the test is recorded without the result that is asked for",
            "find the result, or repeat the test",
        ),
        Gap.OUT_OF_WINDOW: GapWords(
            "the only results or answers lie outside the period asked for",
            "repeat the test, or ask again",
        ),
        Gap.NO_RECORD: GapWords("it was never measured", "do the test"),
        Gap.CODE_NOT_UNDERSTOOD: GapWords(
            "a record has no code that the list can read, or is only a suspicion",
            "read the record: map its code to a standard one if it has none,"
            " or have the suspicion confirmed or refuted",
        ),
        Gap.LIST_OPEN: GapWords(
            "nothing was found, but the list of codes is not exhaustive", "read the chart"
        ),
        Gap.NOT_COVERED: GapWords(
            "nothing was found, but the sources do not cover the whole period",
            "ask the patient or another hospital, or declare what the source covers",
        ),
        Gap.BIRTH_DATE_IMPRECISE: GapWords(
            "the date of birth is missing or not precise enough", "ask for the date of birth"
        ),
        Gap.SEX_NOT_RECORDED: GapWords("the sex is not recorded", "record the sex"),
        Gap.NEEDS_A_PERSON: GapWords(
            "only a person can say", "let an investigator answer, by name and with a date"
        ),
    },
    "zh": {
        Gap.DATE_IMPRECISE: GapWords("日期不够精确", "查阅病历，补充具体日期"),
        Gap.END_NOT_RECORDED: GapWords("未记录是否结束或何时结束", "补记结束日期，或注明仍在持续"),
        Gap.NOT_SAID: GapWords("记录中未说明该体征是否存在", "补记为“存在”或“不存在”"),
        Gap.ROUTE_NOT_RECORDED: GapWords("未记录给药途径", "查阅医嘱，补充给药途径"),
        Gap.DOSE_NOT_RECORDED: GapWords("未记录每日剂量", "查阅医嘱，补充剂量和频次"),
        Gap.UNIT_NOT_COMPARABLE: GapWords(
            "单位无法换算比较", "在映射文件中说明该单位的含义，或复查"
        ),
        Gap.VALUE_IMPRECISE: GapWords(
            "结果仅为界限值（如“<5”），无法与标准比较", "向检验科索取具体数值，或复查"
        ),
        Gap.VALUE_IMPLAUSIBLE: GapWords("数值不合常理", "在来源系统核对数值和单位，或复查"),
        Gap.NO_LIMIT_OF_NORMAL: GapWords("该结果没有参考范围", "补充检验科的参考范围"),
        Gap.NO_NUMBER: GapWords(
            "结果中没有可比较的数值", "补充数值，或在值集中注明该结果对应的数值"
        ),
        Gap.NO_VALUE: GapWords("有检查记录，但没有所需的结果", "补查结果，或复查"),
        Gap.OUT_OF_WINDOW: GapWords("现有结果或答复均不在规定的时间范围内", "复查，或重新询问"),
        Gap.NO_RECORD: GapWords("从未检测", "安排检测"),
        Gap.CODE_NOT_UNDERSTOOD: GapWords(
            "有记录没有值集可识别的编码，或仅为疑似诊断",
            "人工查阅该记录：若无标准编码，将其映射到标准编码；若为疑似，予以确认或排除",
        ),
        Gap.LIST_OPEN: GapWords("未发现相关记录，但编码列表并不完整", "人工查阅病历"),
        Gap.NOT_COVERED: GapWords(
            "未发现相关记录，但数据来源未覆盖整个时间范围",
            "询问患者或其他医院，或声明数据来源的覆盖范围",
        ),
        Gap.BIRTH_DATE_IMPRECISE: GapWords("出生日期缺失或不够精确", "核实出生日期"),
        Gap.SEX_NOT_RECORDED: GapWords("未记录性别", "补记性别"),
        Gap.NEEDS_A_PERSON: GapWords("需由人员判断", "请研究者作答，并署名和注明日期"),
    },
}

LIST_IS_SILENT: dict[Language, GapWords] = {
    "en": GapWords(
        "a record has a standard code, and the list does not say whether it belongs",
        "read the record and decide; if the code belongs, have it added to the value set",
    ),
    "zh": GapWords(
        "有记录已有标准编码，但值集未说明该编码是否属于其中",
        "人工查阅该记录并判断；若属于，请将该编码加入值集",
    ),
}
"""Instead of CODE_NOT_UNDERSTOOD, where no row lacks a standard code: mapping would not help."""

NO_UNIT: dict[Language, GapWords] = {
    "en": GapWords(
        "the number has no unit",
        "add its unit, in the mapping or at the source, or repeat the test",
    ),
    "zh": GapWords("数值没有单位", "在映射文件或来源系统中补充单位，或复查"),
}
"""Instead of UNIT_NOT_COMPARABLE, where a row has a number and no unit at all."""
