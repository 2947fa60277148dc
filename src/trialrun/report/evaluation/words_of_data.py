"""Chinese for words that the trial's own data are written in; any other stands as it is."""

from __future__ import annotations

WORDS_OF_DATA: dict[str, str] = {
    # --- why participation ended
    "death": "死亡",
    "adverse event": "不良事件",
    "lost to follow-up": "失访",
    "withdrawal by participant": "受试者退出",
    "decision of the investigator": "研究者决定",
    "ended by the sponsor": "申办者终止",
    "pregnancy": "妊娠",
    # --- what is not used, and why
    "planned dose without record": "无记录的计划给药",
    "its day has come, and nobody has said whether it was given: it is not counted as left out": (
        "计划日期已到，但无人记录是否给药：不计为漏用"
    ),
    "deviation not confirmed": "未确认的方案偏离",
    "no investigator has confirmed it": "尚无研究者确认",
    "deviation dismissed": "被否定的方案偏离",
    "an investigator has found that it is none": "研究者认定不属于方案偏离",
    "day known in part": "日期不完整",
    "an adverse event or a deviation counts, its day does not": (
        "不良事件或方案偏离计入，其日期不计入"
    ),
    "fatal event without a day": "无日期的致死事件",
    "the day of death is not known, and no analysis counts it": "死亡日期不详，未计入任何分析",
    "answer to a criterion": "对入排标准的回答",
    "waiver": "入排豁免",
    "eligibility is no outcome": "入排资格不是结局",
    "concomitant medication": "合并用药",
    "the plan has no analysis of it": "分析计划未涉及",
    "step in the course of an adverse event": "不良事件的随访记录",
    "the event counts as it is known now": "按该事件目前所知计入",
    "report of a serious event": "严重不良事件报告",
    "the event itself counts": "事件本身已计入",
    "movement of the drug": "药品出入记录",
    "doses given are counted instead": "改按实际给药计入",
    "taken back: entered in error, or no longer true": "已撤回：录入错误或不再成立",
}
