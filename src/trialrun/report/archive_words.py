"""The words of a participant's archive, in English and Chinese. What people wrote stays so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trialrun.criteria.wording import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "archive": ("Archive of a participant", "受试者完整档案"),
    "participant": ("Participant", "受试者"),
    "not_enrolled": ("not enrolled", "未入组"),
    "registry": ("Registry", "注册号"),
    "protocol": ("Protocol", "方案"),
    "version": ("version {version}", "第{version}版"),
    "arm": ("Arm", "组别"),
    "enrolled": ("Enrolled on", "入组日期"),
    "taken": ("As of", "截至"),
    "head": ("Head of the audit trail", "稽查轨迹链首"),
    "head_means": (
        "The head names the state of the whole trail: `trialrun audit verify --head` finds any "
        "change of what is shown here.",
        "链首对应整条稽查轨迹的状态：用 `trialrun audit verify --head` "
        "可发现对此处内容的任何改动。",
    ),
    "contents": ("Contents", "目录"),
    "criteria": ("Criteria", "入选与排除标准"),
    "criterion": ("Criterion", "标准"),
    "sentence": ("Sentence of the protocol", "方案原句"),
    "screened": ("What the records said", "病历判定"),
    "permits": ("permits", "通过"),
    "refuses": ("refuses", "不通过"),
    "answers": ("What people answered", "人工回答"),
    "visits": ("Visits and forms", "访视与表单"),
    "visit": ("Visit", "访视"),
    "unscheduled": ("Unscheduled", "计划外"),
    "missed": ("missed", "未访视"),
    "window": ("window", "时间窗"),
    "item": ("Item", "条目"),
    "value": ("Value", "数值"),
    "limits": ("Limits of normal", "参考值"),
    "reason": ("Reason", "原因"),
    "grade": ("Grade", "分级"),
    "not_done": ("not done", "未做"),
    "left_out": ("not entered", "未录入"),
    "computed": ("computed", "计算所得"),
    "by": ("Written by", "记录人"),
    "at": ("Written at", "记录时间"),
    "why": ("Why it was changed", "修改原因"),
    "queries": ("Queries", "质疑"),
    "query": ("Query", "质疑"),
    "status": ("Status", "状态"),
    "step": ("Step", "步骤"),
    "words": ("Words", "内容"),
    "marks": ("Source verification", "源数据核查"),
    "row": ("Row", "行"),
    "holds": ("Holds", "仍然有效"),
    "locks": ("Locks", "锁定"),
    "locked": ("Locked at", "锁定时间"),
    "unlocked": ("Unlocked at", "解锁时间"),
    "signatures": ("Electronic signatures", "电子签名"),
    "name": ("Name", "姓名"),
    "meaning": ("Meaning", "含义"),
    "hash": ("Hash of what was signed", "签署内容的哈希值"),
    "trail": ("Audit trail", "稽查轨迹"),
    "trail_means": (
        "What was written stands as the database and its chain of hashes hold it: names of tables "
        "and columns, codes and times (UTC) are not put into words.",
        "“写入内容”按数据库及其哈希链中的原样列出：表名、列名和代码为英文，时间为协调世界时（UTC）。",
    ),
    "number": ("No.", "序号"),
    "time": ("Time", "时间"),
    "person": ("Person", "人员"),
    "act": ("Act", "操作"),
    "written": ("What was written", "写入内容"),
    "new": ("new", "新增"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "unknown": ("not known", "未知"),
    "nothing": ("Nothing is recorded.", "无记录。"),
}


def sayer(language: Language) -> Callable[..., str]:
    """Return what says a word in a language."""

    def say(word: str, **values: object) -> str:
        return _WORDS[word][language == "zh"].format(**values)

    return say
