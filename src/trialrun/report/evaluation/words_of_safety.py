"""The words of the analyses of safety: adverse events, stopping rule, listings."""

from __future__ import annotations

_EVENTS: dict[str, tuple[str, str]] = {
    "adverse_events": ("Adverse events", "不良事件"),
    "events_overview": ("Overview of adverse events", "不良事件概况"),
    "events_incidence": (
        "Treatment-emergent adverse events: shares and rates",
        "治疗期间不良事件：发生率与暴露校正率",
    ),
    "events_of_interest": ("Adverse events of interest", "特别关注的不良事件"),
    "events_emergent": (
        "Treatment-emergent adverse events by class and term",
        "按系统器官分类和首选术语汇总的治疗期间不良事件",
    ),
    "events_serious": (
        "Serious treatment-emergent adverse events by class and term",
        "按系统器官分类和首选术语汇总的治疗期间严重不良事件",
    ),
    "events_related": (
        "Related treatment-emergent adverse events by class and term",
        "按系统器官分类和首选术语汇总的与药物相关的治疗期间不良事件",
    ),
    "events_by_grade": (
        "treatment-emergent adverse events by worst grade",
        "按最高分级汇总的治疗期间不良事件",
    ),
    "events_dots": ("The {n} most frequent adverse events", "最常见的{n}种不良事件"),
    "event_recorded": ("Any adverse event", "任何不良事件"),
    "event_emergent": ("Treatment-emergent", "治疗期间出现"),
    "event_related": ("Related to the drug", "与药物相关"),
    "event_serious": ("Serious", "严重"),
    "event_serious_related": ("Serious and related", "严重且与药物相关"),
    "event_severe": ("Grade 3 or worse", "3级及以上"),
    "event_stopped": ("Led to withdrawal of the drug", "导致停药"),
    "event_fatal": ("Fatal", "致死"),
    "died": ("Died, from any cause", "死亡（任何原因）"),
    "any_of_these": ("Any of these events", "任一上述事件"),
    "any_grade": ("Any grade", "任何级别"),
    "class_and_term": ("System organ class, preferred term", "系统器官分类、首选术语"),
    "no_class": ("No class given", "未写分类"),
    "cannot_be_told": ("cannot be told", "无法判定"),
    "not_known": ("not known", "不详"),
    "grade_n": ("grade {n}", "{n}级"),
    "severity_mild": ("mild", "轻度"),
    "severity_moderate": ("moderate", "中度"),
    "severity_severe": ("severe", "重度"),
    "p_against": ("p: {arm} against {first}", "p值：{arm}与{first}比较"),
    "p_against_first": ("p against {first}", "与{first}比较的p值"),
    "column_subjects": ("Subjects, n/N (%)", "受试者 n/N（%）"),
    "column_share_interval": ("Exact interval, %", "精确区间（%）"),
    "column_events": ("Events", "事件数"),
    "column_years": ("Person-years", "人年"),
    "column_event_rate": ("Events per 100 person-years", "每100人年事件数"),
    "column_first_event_rate": ("First events per 100 person-years", "每100人年首次事件数"),
    "subjects_events": (
        "Subjects (share) [events].",
        "受试者数（比例）[事件数]。",
    ),
    "fisher_rule": (
        "p by Fisher's exact test of subjects, two-sided, unadjusted.",
        "p值为按受试者计的双侧Fisher精确检验，未校正多重性。",
    ),
    "emergent_rule": (
        "Rows below the treatment-emergent ones count events that are known to be so.",
        "“治疗期间出现”以下各行只计已知为治疗期间出现的事件。",
    ),
    "severe_rule": (
        "Without a grade, the word severe counts as grade 3.",
        "没有分级时，“重度”视为3级。",
    ),
    "worst_rule": (
        "Each subject counts once in a row, by the worst grade; it is not known if one of the "
        "events has no grade and no other is of the highest.",
        "每行中每名受试者按最高级别计一次；如某一事件未分级且无其他事件达到最高一级，则最高级别不详。",
    ),
    "interest_is_reported": (
        "Events as they were reported; what laboratory results alone amount to stands among the "
        "shifts of CTCAE grades.",
        "按报告的不良事件计；仅由实验室结果判定的CTCAE分级见“实验室检查”。",
    ),
    "rate_rule": (
        "Exact intervals: Clopper and Pearson for shares, Garwood for rates. Time at risk runs "
        "from the first dose to the last day in the trial, for first events to the first event, "
        "both days included.",
        "精确区间：比例用Clopper-Pearson法，率用Garwood法。暴露时间自首次给药至试验最后一日，"
        "首次事件则至首次事件发生日，首尾两日均计入。",
    ),
    "events_unanswered": (
        "Not counted: {n} events of {subjects} subjects, of which it cannot be told whether they "
        "belong here.",
        "未计入：{subjects}名受试者的{n}起事件，无法判定是否属于本表。",
    ),
    "of_what": ("{what}: {said}", "{what}：{said}"),
    "no_time_at_risk": (
        "No time at risk is known of {n} subjects; the rates leave them out.",
        "{n}名受试者的暴露时间不详，率的计算不包括他们。",
    ),
    "no_day_of_first": (
        "{what}: the rate of first events leaves out {n} subjects with an event without a day.",
        "{what}：{n}名受试者有日期不详的事件，首次事件率不包括他们。",
    ),
    "no_adverse_events": (
        "No adverse event is recorded of the {n} subjects of the safety set.",
        "安全性分析集的{n}名受试者均无不良事件记录。",
    ),
    "events_outside": (
        "{n} adverse events befell subjects outside the safety set: they are only listed.",
        "{n}起不良事件发生于安全性分析集以外的受试者，仅列出。",
    ),
    "no_subjects": ("There are no subjects.", "没有受试者。"),
    "courses": (
        "Doses, severe adverse events and end of each subject",
        "各受试者的给药、重度不良事件与结束",
    ),
}

_NARRATIVES: dict[str, tuple[str, str]] = {
    "narratives": ("Deaths and serious adverse events", "死亡与严重不良事件"),
    "narrative": ("{who}: {term}. {facts}.", "{who}：{term}。{facts}。"),
    "narrative_and_words": (
        "{said} The investigator writes: “{words}”",
        "{said}研究者记述：“{words}”",
    ),
    "who": ("{subject} ({sex}, {age}, {arm})", "{subject}（{sex}，{age}，{arm}）"),
    "years_old": ("{n} years", "{n}岁"),
    "sex_female": ("female", "女"),
    "sex_male": ("male", "男"),
    "sex_unknown": ("sex not known", "性别不详"),
    "no_arm": ("no arm", "未分组"),
    "fact_grade": ("Grade: {said}", "分级：{said}"),
    "fact_criteria": ("seriousness: {said}", "严重性标准：{said}"),
    "fact_causality": ("causality: {said}", "因果关系：{said}"),
    "fact_action": ("action taken: {said}", "对药物采取的措施：{said}"),
    "fact_outcome": ("outcome: {said}", "转归：{said}"),
    "fact_days": ("began on day {onset}, ended on day {end}", "开始于第{onset}天，结束于第{end}天"),
    "never_dosed": ("never dosed", "从未给药"),
    "before_first_dose": ("before the first dose", "首次给药之前"),
    "doses_not_known": (
        "the doses before it are not known, because its day is not",
        "因日期不详，此前的给药情况不详",
    ),
    "doses_not_recorded": (
        "{first} days after the first dose; no single doses are recorded",
        "首次给药后{first}天；无逐次给药记录",
    ),
    "doses_so_far": (
        "after doses on {n} days, {total} in all, the last one {since} days before",
        "此前给药{n}天，累计{total}，末次给药在{since}天前",
    ),
    "death_without_event": (
        "{who}: died on day {day}; no fatal adverse event is recorded.",
        "{who}：第{day}天死亡；无致死不良事件记录。",
    ),
    "no_serious_events": (
        "No death and no serious adverse event is recorded of {n} subjects.",
        "{n}名受试者均无死亡或严重不良事件记录。",
    ),
    "not_judged_serious": (
        "Of {n} other adverse events nobody has judged whether they are serious or fatal.",
        "另有{n}起不良事件尚未判定是否严重或致死。",
    ),
}

_STOPPING: dict[str, tuple[str, str]] = {
    "stopping": ("Stopping rule for toxicity", "毒性停止规则"),
    "stopping_says": (
        "The trial stops if the probability that the true rate exceeds {limit}% is above "
        "{certainty}%; prior Beta({a}, {b}).",
        "若真实发生率超过{limit}%的概率高于{certainty}%，则停止试验；先验分布Beta({a}, {b})。",
    ),
    "posterior": (
        "{events} of {n} participants have such an event; the probability of a rate above {limit}% "
        "is {chance}",
        "{n}名受试者中{events}名发生此类事件；发生率超过{limit}%的概率为{chance}",
    ),
    "posterior_open": (
        "Of {n} further participants it cannot be told; if all of them count, the probability is "
        "{chance}.",
        "另有{n}名受试者无法判定；若全部计入，概率为{chance}。",
    ),
    "stopping_boundary": ("Boundaries at each look", "各次监查的界值"),
    "stopping_characteristics": ("How the rules behave", "规则的操作特征"),
    "rule_bayes": ("Bayesian rule", "贝叶斯规则"),
    "rule_pointwise": ("Exact test at each look", "逐次精确检验"),
    "rule_overall": ("Exact test over all looks", "总体精确检验"),
    "error_at_limit": (
        "{rule}: stops with probability {error} if the true rate is the limit.",
        "{rule}：真实发生率等于界限时停止的概率为{error}。",
    ),
    "looks_rule": (
        "Participants in the order of enrolment; their events count whenever they happened.",
        "受试者按入组顺序计；其事件无论何时发生均计入。",
    ),
    "after_n": ("After {n} participants", "{n}名受试者之后"),
    "never_stops": ("cannot stop", "不会停止"),
    "column_seen": ("Seen", "实际"),
    "column_verdict": ("Bayesian rule says", "贝叶斯规则结论"),
    "seen_open": ("{events}, and {n} that cannot be told", "{events}，另{n}名无法判定"),
    "rule_stops": ("stop", "停止"),
    "rule_goes_on": ("go on", "继续"),
    "not_reached_yet": ("not reached yet", "尚未达到"),
    "true_rate": ("True rate", "真实发生率"),
    "column_stops": ("{rule}: stops", "{rule}：停止概率"),
    "column_expected": ("{rule}: expected participants", "{rule}：期望受试者数"),
    "participants_with_event": ("Participants with such an event", "发生此类事件的受试者数"),
}

_LISTINGS: dict[str, tuple[str, str]] = {
    "listings": ("Listings", "列表"),
    "listing_adverse_events_listing": ("All adverse events", "全部不良事件"),
    "listing_deaths": ("Deaths", "死亡"),
    "listing_deviations": ("Protocol deviations", "方案偏离"),
    "listing_discontinuations": ("Discontinuations", "提前退出"),
    "none_listed": ("There are none.", "无。"),
    "subject": ("Subject", "受试者"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "column_soc": ("System organ class", "系统器官分类"),
    "column_term": ("Term", "术语"),
    "column_onset": ("Began on day", "开始（天）"),
    "column_end": ("Ended on day", "结束（天）"),
    "column_grade": ("Grade", "分级"),
    "column_serious": ("Serious", "严重"),
    "column_causality": ("Causality", "因果关系"),
    "column_emergent": ("Treatment-emergent", "治疗期间出现"),
    "column_action": ("Action taken", "采取的措施"),
    "column_outcome": ("Outcome", "转归"),
    "column_death": ("Died on day", "死亡（天）"),
    "column_last_dose": ("Last dose on day", "末次给药（天）"),
    "column_last_day": ("Last day in the trial", "试验最后一日（天）"),
    "column_reason": ("Reason", "原因"),
    "column_kind": ("Kind", "类别"),
    "column_description": ("Description", "描述"),
    "column_day": ("Day", "天"),
    "column_important": ("Important", "重要"),
}

WORDS_OF_SAFETY = _EVENTS | _NARRATIVES | _STOPPING | _LISTINGS
