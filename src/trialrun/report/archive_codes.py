"""The coded values of a participant's archive in Chinese, as the pages say them.

Only columns that hold codes are read so: what people wrote stays as they wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping

from trialrun.criteria.wording import Language
from trialrun.terminology.ctcae.chinese import CTCAE_IN_CHINESE
from trialrun.terminology.written_units import written_unit

CODED: Mapping[str, frozenset[str]] = {
    "withdrawal": frozenset({"scope"}),
    "participant": frozenset({"status", "ended_why"}),
    "visit": frozenset({"contact"}),
    "dose": frozenset({"status", "site"}),
    "adverse_event": frozenset({"causality", "expectedness", "action_taken", "outcome"}),
    "adverse_event_follow_up": frozenset({"outcome"}),
    "safety_report": frozenset({"recipient"}),
    "deviation": frozenset({"origin", "kind", "status"}),
    "ledger": frozenset({"kind"}),
}
"""Table -> those of its columns that hold codes."""

_TERMS = {"adverse_event": frozenset({"term", "soc"}), "grade_decision": frozenset({"term"})}
_IN_CHINESE: Mapping[str, str] = {
    "taking part": "参加中",
    "completed": "已完成",
    "ended early": "提前退出",
    "death": "死亡",
    "adverse event": "不良事件",
    "lost to follow-up": "失访",
    "withdrawal by participant": "受试者退出",
    "decision of the investigator": "研究者决定",
    "ended by the sponsor": "申办方终止",
    "pregnancy": "妊娠",
    "visit": "现场访视",
    "phone": "电话访视",
    "given": "已给药",
    "missed": "未完成",
    "refused": "受试者拒绝",
    "held": "研究者暂停给药",
    "left abdomen": "左侧腹部",
    "right abdomen": "右侧腹部",
    "left thigh": "左侧大腿",
    "right thigh": "右侧大腿",
    "left upper arm": "左上臂",
    "right upper arm": "右上臂",
    "left buttock": "左侧臀部",
    "right buttock": "右侧臀部",
    "elsewhere": "其他部位",
    "not applicable": "不适用",
    "received": "入库",
    "dispensed": "发放",
    "returned": "回收",
    "destroyed": "销毁",
    "lost": "遗失",
    "void": "作废",
    "drug withdrawn": "停药",
    "drug interrupted": "暂停用药",
    "dose reduced": "减量",
    "dose increased": "增量",
    "dose not changed": "剂量不变",
    "unknown": "未知",
    "certain": "肯定有关",
    "probable": "很可能有关",
    "possible": "可能有关",
    "unlikely": "可能无关",
    "not related": "无关",
    "not assessable": "无法评价",
    "expected": "预期",
    "unexpected": "非预期",
    "recovered": "痊愈",
    "recovering": "好转",
    "not recovered": "未好转",
    "recovered with sequelae": "痊愈但有后遗症",
    "fatal": "死亡",
    "sponsor": "申办者",
    "ethics committee": "伦理委员会",
    "consent": "知情同意",
    "eligibility": "入选资格",
    "obligation": "试验期间义务",
    "exclusion that came to hold": "入组后出现排除标准所列情况",
    "visit out of its window": "访视超窗",
    "missed visit": "访视未完成",
    "dose": "给药",
    "missed dose": "给药未完成",
    "procedure or assessment": "操作或评估",
    "other": "其他",
    "surveillance": "程序监测",
    "person": "人员报告",
    "waiver": "标准豁免",
    "proposed": "待评判",
    "confirmed": "已确认",
    "dismissed": "已排除",
    "open": "待回复",
    "answered": "已回复",
    "closed": "已关闭",
    "opened": "提出",
    "reopened": "重新提出",
    "treatment": "治疗",
    "treatment and follow-up": "治疗和随访",
    "treatment, follow-up and use of data not yet collected": "治疗、随访及尚未收集数据的使用",
}


def code_in_words(code: str, language: Language) -> str:
    """Return a code as people say it; one that is not known stays as it is."""
    return _IN_CHINESE.get(code, code) if language == "zh" else code


def cell_in_words(table: str, column: str, text: str, language: Language) -> str:
    """Return the text of a cell as people read it: codes, terms of CTCAE and units in words."""
    if column == "unit":
        return written_unit(text)
    if column in CODED.get(table, ()):
        return code_in_words(text, language)
    if language == "zh" and column in _TERMS.get(table, ()):
        return CTCAE_IN_CHINESE.get(text, text)
    return text
