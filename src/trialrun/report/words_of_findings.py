"""What a check says of a protocol, in Chinese.

The checks give each finding in English. What the language's own type check says of a line of logic
stays English, as the language is.
"""

from __future__ import annotations

import re

_PATTERNS: tuple[tuple[str, str], ...] = (
    # --- the registry's record
    (
        "the status is '(.+)', although the trial's end date, (.+), has passed",
        r"状态为“\1”，但试验结束日期 \2 已过",
    ),
    ("the trial ends before it starts", "试验结束早于开始"),
    ("the maximum age is below the minimum age", "最大年龄小于最小年龄"),
    ("the trial started (.+) months before it was registered", r"试验在注册前 \1 个月已开始"),
    ("the target enrolment is 0, says (.+)", r"目标入组人数为 0（\1）"),
    ("several target enrolments: (.+)", r"目标入组人数不一致：\1"),
    (
        "no control arm: what the treatment does cannot be told from what time does",
        "没有对照组：无法区分治疗的作用与时间的作用",
    ),
    (
        r"the primary endpoint is planned at (.+) points \(weeks (.+)\): "
        "within each of (.+) periods a slope is a difference of two points",
        r"主要终点计划在 \1 个时间点（第 \2 周）测量：\3 个时期中，每期的斜率只是两点之差",
    ),
    # --- the design
    ("there is no visit '(.+)'", r"没有访视“\1”"),
    ("there is no assessment '(.+)'", r"没有评估“\1”"),
    ("'(.+)' ends before it starts", r"“\1”结束早于开始"),
    ("the window of (.+) has a negative length", r"\1 的时间窗长度为负"),
    (
        r"(.+) is on day (.+), after the end of follow-up \(day (.+)\)",
        r"\1 在第 \2 天，晚于随访结束（第 \3 天）",
    ),
    ("the regimen of (.+) gives nothing", r"\1 的给药方案没有任何给药"),
    ("the courses of (.+) overlap", r"\1 的疗程互相重叠"),
    (
        r"(.+) is given until day (.+), after the end of follow-up \(day (.+)\)",
        r"\1 给药至第 \2 天，晚于随访结束（第 \3 天）",
    ),
    # --- the criteria
    ("(.+) assumptions, and (.+) of them in Chinese", r"共 \1 条假设，其中 \2 条有中文"),
    ("'(.+)' always holds", r"“\1”恒成立"),
    ("'(.+)' can never hold", r"“\1”永不成立"),
    ("the stage is '(.+)', and this is asked of participants", r"阶段为“\1”，但这是对受试者的要求"),
    ("the stage is '(.+)', and this is asked of candidates", r"阶段为“\1”，但这是对候选者的要求"),
    ("the stage is 'record', and the logic asks a person", "阶段为“record”，但逻辑需要人员作答"),
    ("no record reaches back (.+) (days|weeks|months|years)", r"没有记录能追溯 \1 \2"),
    (
        r"\[(.+)\] holds only (.+), in which no (.+) is coded",
        r"[\1] 只含 \2 的编码，而 \3 类记录不使用这些编码",
    ),
    (
        "ages (.+) are let in, and (.+) in the registry",
        r"标准允许的年龄为 \1，而注册信息为 \2",
    ),
    ("says the same as (.+)", r"与 \1 内容相同"),
    (r"nobody can meet both this and (.+) \((.+)\)", r"无人能同时满足本条与 \1（\2）"),
    ("a patient with an empty record would be eligible", "没有任何记录的患者将符合条件"),
    # --- what to do
    ("ask the sponsor; the record is quoted as it stands", "请询问申办者；此处按原记录引用"),
    ("say so wherever a result is reported", "报告结果时均须说明"),
    ("did you mean '(.+)'\\?", r"是否指“\1”？"),
    ("write the earlier day first", "请将较早的日期写在前面"),
    ("write days", "请写天数"),
    ("correct one of them", "请更正其中之一"),
    ("write how many injections", "请写明注射次数"),
    ("write longer courses", "请延长疗程"),
    ("write all of them, in the same order", "请按相同顺序全部写出"),
    ("correct it, or leave it out", "请更正或删去"),
    ("obligations, and only they, have the stage follow-up", "仅义务的阶段为 follow-up"),
    ("write stage: visit", "请写 stage: visit"),
    ("write 'at any time'", "请写 'at any time'"),
    (
        "name another value set, or list the codes of such records in it",
        "请改用其他值集，或在其中列出此类记录的编码",
    ),
    ("compare (.+)", r"请对照 \1"),
    ("leave one out", "请删去其中之一"),
    (
        "write a criterion that asks for something to be recorded, such as an age",
        "请写一条要求有所记录的标准，例如年龄",
    ),
)
_CHINESE = tuple((re.compile(pattern), chinese) for pattern, chinese in _PATTERNS)


def chinese_finding(said: str) -> str:
    """Return what a finding says, or what to do about it, in Chinese; else as it stands."""
    for pattern, chinese in _CHINESE:
        if pattern.fullmatch(said):
            return pattern.sub(chinese, said)
    return said
