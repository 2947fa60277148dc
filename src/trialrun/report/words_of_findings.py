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
    # --- the analysis plan
    ("an interval cannot have a level of (.+) %", r"区间的置信水平不能为\1%"),
    ("the answer (.+) is named twice", r"答案 \1 命名了两次"),
    (
        "the answer (.+) does not lie between lowest and highest",
        r"答案 \1 不在 lowest 与 highest 之间",
    ),
    ("no form has an item '(.+)'", r"没有表单包含条目“\1”"),
    (
        "'(.+)' has to be either known to the trial or marked on a form",
        r"“\1”必须由试验本身得知，或在表单上标记，二者取一",
    ),
    ("there is no set '(.+)'", r"没有分析集“\1”"),
    ("there is no variable '(.+)'", r"没有变量“\1”"),
    ("there is no event '(.+)'", r"没有事件“\1”"),
    ("there is no endpoint '(.+)'", r"没有终点“\1”"),
    ("there is no estimand '(.+)'", r"没有估计目标“\1”"),
    ("there is no analysis '(.+)'", r"没有分析“\1”"),
    ("the slope of '(.+)' has no visit on both sides of (.+)", r"“\1”的斜率在\2两侧没有访视"),
    (
        "a slope has no value for '(.+)', and the strategy is composite",
        r"斜率对“\1”没有取值，而策略为复合策略",
    ),
    (
        "a change has no value for '(.+)', and the strategy is composite",
        r"变化值对“\1”没有取值，而策略为复合策略",
    ),
    (
        "no direction of '(.+)' is the better one, and nobody can respond",
        r"“\1”没有更好的方向，无法判断应答",
    ),
    (
        "'(.+)' has no responses that a missing value could count as",
        r"“\1”没有应答，缺失值不能计为无应答",
    ),
    (
        r"'(.+)' \((.+)\) cannot be carried out on imputed values",
        r"“\1”（\2）不能在插补值上进行",
    ),
    (
        "name one whose method is slope difference or ancova",
        "请指定方法为slope difference或ancova的分析",
    ),
    ("there is no arm '(.+)'", r"没有试验组“\1”"),
    (r"'(.+)' has nothing by which anybody could win", r"“\1”没有可判定胜负的依据"),
    ("name events, or a visit", "请写明事件或访视"),
    (r"the margin of '(.+)' is below 0", r"“\1”的界值小于0"),
    ("write margin: 0, or more", "请写margin: 0或更大"),
    ("pooling needs two imputations or more", "合并至少需要两次插补"),
    ("write imputations: 200", "请写imputations: 200"),
    (
        "the arms have doses in several units, and no dose response",
        "各组剂量单位不同，无法分析剂量反应",
    ),
    (
        "all arms have one dose, and there is no dose response",
        "各组剂量相同，无法分析剂量反应",
    ),
    ("choose another strategy, or responders", "请选择其他策略，或应答者分析"),
    ("write better: higher or better: lower", "请写better: higher或better: lower"),
    (
        "write missing: left out, or last observation carried forward",
        "请写missing: left out，或last observation carried forward",
    ),
    ("leave it out", "请删去"),
    ("the limit of a stopping rule cannot be (.+)", r"停止规则的界限不能为\1"),
    ("the certainty of a stopping rule cannot be (.+)", r"停止规则的把握度不能为\1"),
    ("a beta prior has two parameters above 0", "Beta先验分布的两个参数均须大于0"),
    ("CTCAE has no grade (.+)", r"CTCAE没有\1级"),
    ("the looks of a stopping rule do not grow", "停止规则的监查时点没有递增"),
    ("write a share between 0 and 1, like 0.30", "请写0与1之间的比例，例如0.30"),
    (r"write both, like \[0.3, 0.7\]", "请写出两个参数，例如[0.3, 0.7]"),
    ("write 1 to 5", "请写1至5"),
    (
        r"write after how many participants, like \[3, 6, 9\]",
        "请写明在多少名受试者之后，例如[3, 6, 9]",
    ),
    ("write percent, like 95", "请写百分数，例如95"),
    ("write one of known and marked", "请在known与marked中选写一个"),
    ("name the visits before, at and after the turn", "请写明转折之前、当时和之后的访视"),
    ("choose another strategy, or a joint rank", "请选择其他策略，或联合秩分析"),
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
    # --- visits, doses and safety of the design
    ("'(.+)' is the id of a planned visit", r"“\1”已是计划访视的编号"),
    ("(.+) is a second visit for early termination", r"\1 是第二个提前终止访视"),
    (
        r"(.+) is before its anchor, the first dose \(day (.+)\)",
        r"\1 早于其基准，即首次给药（第 \2 天）",
    ),
    (
        "(.+) is counted from the first dose, which the design does not say",
        r"\1 从首次给药起算，但设计未说明首次给药",
    ),
    (
        "(.+) is counted from the previous visit, and is the first",
        r"\1 从上次访视起算，但它是第一次访视",
    ),
    ("(.+) is unscheduled: it has no window", r"\1 为计划外访视：没有时间窗"),
    (
        "the window of (.+) begins before its anchor, the previous visit, is over",
        r"\1 的时间窗在其基准（上次访视）的时间窗结束前开始",
    ),
    ("CTCAE has no system organ class '(.+)'", r"CTCAE 没有系统器官分类“\1”"),
    (
        "the design does not say by when a serious adverse event is reported",
        "设计未说明严重不良事件须在何时之前报告",
    ),
    (
        "the design gives doses, and does not say how days are counted around the first",
        "设计有给药，但未说明首次给药前后如何计日",
    ),
    # --- what participants are watched for, and the signed consent
    ("an (.+) is not watched", r"\1 类标准不作持续监测"),
    ("the signed consent cannot answer this criterion", "签署的知情同意不能回答本条标准"),
    # --- forms
    (r"'(.+)' cannot be compared with what \[(.+)\] is measured in", r"“\1”无法与 [\2] 的单位换算"),
    (
        "'(.+)' is a percentage of '(.+)', which is computed itself",
        r"“\1”是“\2”的百分数，而后者本身是算出来的",
    ),
    (
        "'(.+)' is a percentage, and '(.+)' has no lowest and highest value",
        r"“\1”是百分数，而“\2”没有最低值和最高值",
    ),
    ("'(.+)' is computed of '(.+)' twice", r"“\1”的计算两次用到“\2”"),
    (
        "'(.+)' is computed of '(.+)', which is no item above it",
        r"“\1”的计算用到“\2”，但其上方没有该条目",
    ),
    (
        "'(.+)' is computed of '(.+)', which is of type (.+)",
        r"“\1”的计算用到“\2”，但其类型为 \3",
    ),
    ("'(.+)' is computed of nothing", r"“\1”没有计算来源"),
    ("'(.+)' is no unit", r"“\1”不是单位"),
    ("first at (.+)", r"首次出现于 \1"),
    ("the code '(.+)' stands for two choices of '(.+)'", r"编码“\1”代表“\2”的两个选项"),
    ("the form '(.+)' asks for nothing", r"表单“\1”没有任何条目"),
    ("the id '(.+)' is used twice in the form '(.+)'", r"编号“\1”在表单“\2”中用了两次"),
    ("the unit '(.+)' is not UCUM", r"单位“\1”不是 UCUM 单位"),
    ("no criterion asks '(.+)'", r"没有标准询问“\1”"),
    ("write it word for word as the logic has it", "请与逻辑中的原文逐字一致"),
    ("'(.+)' is translated twice", r"“\1”有两个译文"),
    ("keep one", "只保留一个"),
    (r"there is no value set \[(.+)\]", r"没有值集 [\1]"),
    (
        r"what is plausible for '(.+)' \((.+)\) lies outside of its range \((.+)\)",
        r"“\1”的合理范围（\2）超出其允许范围（\3）",
    ),
    # --- what to do
    ("count it from enrolment: write anchor: enrolment", "请从入组起算：写 anchor: enrolment"),
    ("keep one", "请只保留一个"),
    ("remove before and after", "请删去 before 和 after"),
    ("write a later day, or fewer days before", "请写较晚的日期，或减少窗前天数"),
    ("write anchor: enrolment", "请写 anchor: enrolment"),
    ("write another id", "请换一个编号"),
    ("write arms with their regimen, and counting", "请写出各组及其给药方案，以及 counting"),
    (
        r"write counting: \{first_dose: 0, doses_from: first dose\}, if the day of the first dose"
        r" is day 0 \(1 if it is day 1\), and the later doses move with it \(else: enrolment\)",
        "若首次给药日为第 0 天（若为第 1 天则写 1），且其后给药随之移动（否则写 enrolment），"
        "请写 counting: {first_dose: 0, doses_from: first dose}",
    ),
    (
        r"write safety_reporting: \{sponsor_hours: 24, ethics_hours: 24\}",
        "请写 safety_reporting: {sponsor_hours: 24, ethics_hours: 24}",
    ),
    (
        "leave watch out: obligations are looked after anyway, inclusions at enrolment only",
        "请删去 watch：义务本就持续监测，入选标准只在入组时判断",
    ),
    (
        "write consent: true at an inclusion whose logic is one attested statement",
        "请把 consent: true 写在逻辑为单个人员确认陈述的入选标准上",
    ),
    ("name it once", "请只写一次"),
    ("name items", "请写出条目"),
    ("name items that are numbers", "请写数值型条目"),
    ("name the items that it is computed of", "请写出用于计算的条目"),
    (
        "nothing outside of the range is taken: narrow the plausible",
        "允许范围之外的值不被接受：请缩小合理范围",
    ),
    ("write UCUM, such as (.+)", r"请写 UCUM 单位，例如 \1"),
    ("write a unit such as (.+)", r"请写单位，例如 \1"),
    ("write another code", "请换一个编码"),
    ("write its items", "请写出其条目"),
    ("write its range", "请写出其范围"),
    # The last, because it fits every other of this kind.
    (r"write ([\w .*/\[\]{}%-]+)", r"请写 \1"),
)
_CHINESE = tuple((re.compile(pattern), chinese) for pattern, chinese in _PATTERNS)


def chinese_finding(said: str) -> str:
    """Return what a finding says, or what to do about it, in Chinese; else as it stands."""
    for pattern, chinese in _CHINESE:
        if pattern.fullmatch(said):
            return pattern.sub(chinese, said)
    return said
