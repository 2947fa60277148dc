"""Every word that a report says by itself, in English and Chinese, in one table.

What people wrote (the registry's sentences, hospitals' texts) is never translated. A row is a key,
the English and the Chinese; `one|many` holds an English singular and plural, chosen by `n`.
"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- the head
    "report": ("Screening report", "病历筛选报告"),
    "registry_id": ("Registry", "注册号"),
    "protocol": ("Protocol", "方案"),
    "protocol_version": ("{name}, version {version}", "{name}，第{version}版"),
    "sponsor": ("Sponsor", "申办者"),
    "index_date": ("Index date", "判定日期"),
    "patients_judged": ("Patients judged", "判定患者"),
    "made_by": ("Made by", "生成程序"),
    "caveats": ("Read this first", "请先阅读"),
    "caveat_nobody": (
        "The database holds no patients: nobody was judged, and every count is 0. See in the "
        "summary of the load what was rejected.",
        "数据库中没有患者：未判定任何人，所有计数均为0。请查看载入摘要中被拒收的内容。",
    ),
    "caveat_no_record": (
        "There is no record that is dated {on} or earlier.",
        "没有{on}当日或更早的记录。",
    ),
    "caveat_old": (
        "The newest record is more than {n} days older than {on}: what has happened since is not "
        "known; load a newer export.",
        "最新记录早于{on}超过{n}天：此后情况不明，请载入更新的导出数据。",
    ),
    "caveat_coverage": (
        "Coverage of {kinds} ends on {until}, before {on}: where nothing is recorded, the answer "
        "is unknown.",
        "{kinds}的覆盖范围截至{until}，早于{on}：凡无记录者，答案均为未知。",
    ),
    "caveat_unasked": (
        "{n} answer of a person is to a question that this protocol does not ask, and counts for "
        "nothing here. A question must be written word for word as in the protocol, and a "
        "confirmation as “I2: a person has confirmed that this criterion permits enrolment”.|"
        "{n} answers of people are to questions that this protocol does not ask, and count for "
        "nothing here. A question must be written word for word as in the protocol, and a "
        "confirmation as “I2: a person has confirmed that this criterion permits enrolment”.",
        "有{n}条人工回答对应的问题不在本方案之内，此处不起作用。问题须与方案原文逐字一致，"
        "确认则须写作“I2: a person has confirmed that this criterion permits enrolment”。",
    ),
    "caveat_lost": (
        "When the records were loaded, rows could not be used ({rows}) though their source says "
        "that it knows everything: what they say is missing here, and may have been presumed "
        "absent. See the summary of the load, and mend them.",
        "载入时有数据行无法使用（{rows}），而其来源声明记录完整：这些内容在此缺失，可能被推定为“无”。"
        "请查看载入摘要并更正。",
    ),
    "rows_lost": ("{n} {kind}", "{kind} {n} 行"),
    "unknown_means": (
        "“Unknown” means that the records show neither that it is so nor that it is not; "
        "it is never counted as “no”.",
        "“未知”指记录既不能证明“是”，也不能证明“否”；绝不按“否”处理。",
    ),
    "pseudonyms_used": (
        "Patients go by pseudonyms. The hospital's ids, free texts, names of persons and birthdays "
        "are left out; a date that would tell a birthday is moved to the end of a month, an "
        "eligibility earlier and a refusal later.",
        "患者以化名显示；医院编号、自由文本、人员姓名和具体生日均已隐去；"
        "凡会透露生日的日期均移至月末：有效期提前，不通过期推后。",
    ),
    "days_moved": (
        "Under pseudonyms, days that would tell a birthday are moved to the end of a month: "
        "right to the month only.",
        "使用化名时，凡会透露生日的日期均移至月末，仅精确到月。",
    ),
    "contents": ("Contents", "目录"),
    "from_records": (
        "Verdicts come from the records alone, as read by the protocol's logic. "
        "An investigator decides on enrolment.",
        "结论仅依据记录和方案逻辑得出；是否入组由研究者决定。",
    ),
    # --- verdicts
    "eligible": ("eligible", "符合条件"),
    "undetermined": ("undetermined", "待定"),
    "ineligible": ("ineligible", "不符合条件"),
    "near_miss": ("near miss", "暂不符合"),
    "eligible_means": ("every criterion permits", "所有标准均通过"),
    "undetermined_means": (
        "none refuses, some unknown; {n} ready for a visit",
        "无不通过项，尚有未知项；其中{n}人可安排访视",
    ),
    "ineligible_means": ("at least one criterion refuses", "至少一条标准不通过"),
    "near_misses": ("near misses", "暂不符合（仅因时间）"),
    "near_misses_mean": (
        "of the ineligible: refused only by what time alone will lift",
        "不符合条件者中，仅因时间原因未通过",
    ),
    "deceased": ("deceased", "已故"),
    "deceased_mean": (
        "by the index date, or may have died ({n}); not judged",
        "判定日期前已故（其中{n}人为可能已故），未判定",
    ),
    "deceased_left_out": (
        "{n} patient who has died by the index date, or may have, is not judged and not counted "
        "here.|{n} patients who have died by the index date, or may have, are not judged and not "
        "counted here.",
        "判定日期前已故或可能已故的{n}名患者未判定，不计入此处。",
    ),
    "died": (
        "has died by the index date, so no candidate, whatever the criteria say",
        "判定日期前已故，无论各条标准如何，均非候选者",
    ),
    "may_have_died": (
        "may have died by the index date, so no candidate, whatever the criteria say",
        "判定日期前可能已故（死亡日期不确切），无论各条标准如何，均非候选者",
    ),
    "ready_means": (
        "Ready for a visit: whatever the record can answer permits; only people are left to ask.",
        "可安排访视：凡记录能回答的均已通过，只剩需人员作答的项目。",
    ),
    # --- permissions
    "permits": ("permits", "通过"),
    "refuses": ("refuses", "不通过"),
    "unknown": ("unknown", "未知"),
    "presumed": ("permits, presumed from absence", "通过（按无记录推定）"),
    "asked": ("unknown, a person is asked", "未知，需人员作答"),
    "titled": ("{title}: {said}", "{title}：{said}"),
    # --- attrition
    "attrition": ("Who is lost, and where", "逐条流失"),
    "attrition_intro": (
        "In the order written. Whoever is refused by a criterion is lost there and not counted "
        "again; whoever is unknown goes on.",
        "按标准书写顺序。被某条标准拒绝者计为在该处流失，不再重复计数；未知者继续向后判定。",
    ),
    "attrition_alt": (
        "Patients left, unknown and lost at each criterion, in the order written",
        "各条标准处剩余、未知与流失的患者数（按书写顺序）",
    ),
    "left": ("permitted", "通过"),
    "lost": ("lost", "流失"),
    "patients_axis": ("patients", "患者数"),
    "n_left": ("{n} left", "余{n}"),
    "criterion": ("Criterion", "标准"),
    "before": ("Before", "判定前"),
    "lost_head": ("Lost", "流失"),
    "unknown_head": ("Unknown", "未知"),
    "after": ("After", "判定后"),
    "own": ("Own losses", "单项流失"),
    "sole": ("Sole losses", "唯一原因"),
    "own_sole_means": (
        "Before: whom no criterion above refuses. Lost: those of them whom this one refuses. "
        "Unknown: those of them for whom this one has no answer yet; they go on. "
        "After: before less lost. "
        "Own losses: all whom the criterion refuses, wherever it stands. "
        "Sole losses: those whom no other criterion refuses.",
        "判定前：未被以上各条拒绝者。流失：其中被本条拒绝者。未知：其中本条尚无答案者，"
        "仍继续向后判定。判定后：判定前减去流失。"
        "单项流失：该标准拒绝的全部患者，与顺序无关。唯一原因：仅被该标准拒绝的患者。",
    ),
    # --- what to ask next
    "ask_next": ("What to ask next", "下一步问什么"),
    "ask_next_intro": (
        "Undetermined candidates hang on these questions; the one that alone would settle most "
        "comes first. Kept open: candidates for whom it is one of the open questions. Alone: those "
        "for whom nothing else is open, so that its answer is their verdict.",
        "以下问题决定待定候选者的结论；能单独解决最多候选者的问题排在最前。"
        "涉及候选者：该问题为其未决问题之一。可单独解决：该问题是其唯一未决问题，有答案即有结论。",
    ),
    "ask_next_none": ("Nothing is open.", "没有未决问题。"),
    "reason": ("Why it is unknown", "未知原因"),
    "to_ask": ("What to ask for", "所需信息"),
    "kept_open": ("Kept open", "涉及候选者"),
    "alone_settles": ("Alone", "可单独解决"),
    "n_more": ("… and {n} more", "……另有{n}项"),
    "first_of": (
        "Listed are the first {n} of {of}; all are in verdicts.csv.",
        "仅列出前{n}名（共{of}名），全部名单见 verdicts.csv。",
    ),
    "person": ("Sex and birth", "性别与出生"),
    # --- eligible and near misses
    "eligible_title": ("Eligible", "符合条件者"),
    "eligible_intro": (
        "They stay eligible up to and including the date shown, if nothing new is recorded and "
        "every source stays as complete as it is. On the day after, a criterion refuses or is no "
        "longer known: a value has become too old, or somebody a year older.",
        "若无新记录且各来源保持现有完整性，则至所示日期（含当日）一直符合条件；次日起有标准不通过"
        "或变为未知（如检验结果过期或年龄增长）。",
    ),
    "eligible_none": (
        "Nobody is eligible from the records alone.",
        "仅凭记录，目前无人符合条件。",
    ),
    "patient": ("Patient", "患者"),
    "lapses_on": ("Eligible until", "有效至"),
    "lapses_by": ("Ended by", "届时由此失效"),
    "no_end": ("no end by time alone", "不因时间失效"),
    "near_title": ("Near misses", "暂不符合者"),
    "near_intro": (
        "Refused today, and time alone ends every refusal: a wash-out is over, or a result or a "
        "person's answer is too old to count and is asked for again. On the day shown nothing "
        "refuses, if nothing new is recorded. What is unknown today may still be unknown then.",
        "目前不通过，但所有不通过项都会随时间解除：洗脱期结束，或检验结果、人员作答过旧不再计入，须重新检查"
        "或询问。若无新记录，所示日期当日无任何不通过项。目前未知的项目届时可能仍然未知。",
    ),
    "near_sorted": (
        "Refused until: the last day on which the criterion refuses. Opens on: the first day on "
        "which none does.",
        "不通过至：该标准拒绝的最后一天。解除日期：不再有任何标准拒绝的第一天。",
    ),
    "near_none": (
        "Nobody is refused by time-bound criteria alone.",
        "无人仅因时间性标准而不通过。",
    ),
    "opens_on": ("Opens on", "解除日期"),
    "refused_until": ("Refused until", "不通过至"),
    "still_unknown": ("Unknown today", "目前未知"),
    "openings_alt": ("Near misses by the month in which they open", "暂不符合者按解除月份分布"),
    "later": ("later", "更晚"),
    "openings_axis": (
        "near misses, by the month in which the last refusal ends",
        "各月解除的人数",
    ),
    # --- the matrix
    "matrix": ("Patients and criteria", "患者与标准"),
    "matrix_intro": (
        "One row per opened patient.",
        "每行一名已展开的患者。",
    ),
    "matrix_on_screen": (
        "A column's sentence shows when it is pointed at; a patient's name leads to the evidence.",
        "鼠标指向列名可显示原句，点击患者可查看依据。",
    ),
    "more_on_screen": (
        "{n} more question is not printed: open the list in the report first."
        "|{n} more questions are not printed: open the list in the report first.",
        "另有{n}项未打印：请先在报告中展开该列表。",
    ),
    "verdict": ("Verdict", "结论"),
    "opened_counts": (
        "Opened here: {eligible} of {all_eligible} eligible, {near} of {all_near} near misses, "
        "{undetermined} of {all_undetermined} undetermined.",
        "此处展开：符合条件{eligible}/{all_eligible}人，暂不符合{near}/{all_near}人，"
        "待定{undetermined}/{all_undetermined}人。",
    ),
    "rest_in_csv": (
        "The other {n} patient is in verdicts.csv.|The other {n} patients are in verdicts.csv.",
        "其余{n}名患者见 verdicts.csv。",
    ),
    "nobody_opened": ("No patient is opened in this report.", "本报告未展开任何患者。"),
    # --- gains
    "gains": ("What relaxing a criterion would gain", "放宽标准可增加多少"),
    "gains_intro": (
        "What the trial would gain of the patients it refuses today, by dropping one criterion or "
        "moving one of its numbers, all else as written. Eligible, for sure: those who would be "
        "eligible at once. No longer refused, at most: these, and those about whom something else "
        "is still unknown. The true gain lies between the two numbers. A change that gains nobody, "
        "or no more than a smaller one, is not shown.",
        "删去一条标准或移动其中一个数值（其余不变），目前被拒的患者中可增加的人数。"
        "确定符合：改动后立即符合条件者。至多不再被拒：另含尚有其他未知项者。"
        "真实增加人数介于两者之间。无增加、或不多于更小改动的改动不列出。",
    ),
    "gains_none": ("No single change would gain anybody.", "任何单项改动均不增加人数。"),
    "change": ("Change", "改动"),
    "dropped": ("leave it out", "删去该标准"),
    "gains_alt": (
        "Patients gained by leaving out each criterion: for sure, and at most",
        "删去各条标准可增加的患者数：确定与至多",
    ),
    "gain_sure": ("eligible, for sure", "确定符合"),
    "gain_possible": ("no longer refused, at most", "至多不再被拒"),
    "gains_axis": ("patients gained if the criterion is left out", "删去该标准可增加的患者数"),
    "from_sure_to_possible": ("{sure} to {possible}", "{sure}至{possible}"),
    "sure": ("Eligible, for sure", "确定符合"),
    "possible": ("No longer refused, at most", "至多不再被拒"),
    # --- coverage
    "coverage": ("What the sources cover", "数据来源的覆盖范围"),
    "coverage_intro": (
        "Only where a source is complete does the absence of a record prove anything. "
        "Measurements are never presumed.",
        "仅在来源声明完整的范围内，“无记录”才有证明力。检验结果从不推定。",
    ),
    "coverage_none": (
        "No source declares anything complete: no absence proves anything.",
        "没有来源声明完整覆盖：“无记录”不能证明任何事。",
    ),
    "source": ("Source", "来源"),
    "kind": ("Kind of record", "记录类型"),
    "since": ("Complete since", "完整起始"),
    "until": ("Complete until", "完整截止"),
    "whole_life": ("birth", "出生"),
    "kept_current": ("now (kept current)", "现在（持续更新）"),
    "covered": ("{kind} complete{ends}", "{kind}记录{ends}完整"),
    "covered_since": (" since {day}", "自{day}起"),
    "covered_until": (" until {day}", "至{day}"),
    # --- the criteria as read
    "criteria": ("The criteria as read", "标准的解读"),
    "criteria_intro": (
        "The registry's own sentence, and the logic that stands for it. Assumptions are ours, not "
        "the registry's.",
        "注册信息原句及其对应逻辑。所列假设为我方解读，并非注册原文。",
    ),
    "logic": ("Logic", "逻辑"),
    "in_words": ("In words", "含义"),
    "assumption": ("Our assumption", "我方假设"),
    "hint": ("Hint", "提示"),
    "asks": ("Asks for", "所需信息"),
    "asks_for": ("Asks for: {what}", "所需信息：{what}"),
    "watched": ("looked for in participants, too", "入组后继续监测"),
    "confirmed_by_person": (
        "a person must confirm before it permits",
        "须经人员确认方可通过",
    ),
    "confirmed_by_person_when": (
        "a person must confirm {when}",
        "{when}须经人员确认方可通过",
    ),
    "inclusion": ("inclusion", "纳入"),
    "exclusion": ("exclusion", "排除"),
    "obligation": ("obligation", "义务"),
    "stage_record": ("answered from the record", "由记录判定"),
    "stage_visit": ("answered at the visit", "访视时判定"),
    "stage_follow-up": ("asked of participants, during follow-up", "随访期间对受试者的要求"),
}
