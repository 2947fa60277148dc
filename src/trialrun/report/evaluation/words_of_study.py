"""The words of an evaluation's page, of the flow of participants, and of why there is no number."""

from __future__ import annotations

WORDS_OF_STUDY: dict[str, tuple[str, str]] = {
    # --- the page
    "title": ("Evaluation of efficacy and safety", "有效性与安全性评价"),
    "contents": ("Contents", "目录"),
    "data": ("Data", "数据"),
    "made_by": ("Made by", "生成程序"),
    "protocol": ("Protocol", "方案"),
    "protocol_version": ("{name}, version {version}", "{name}，第{version}版"),
    "registry_id": ("Registry", "注册号"),
    "sponsor": ("Sponsor", "申办者"),
    "limits": ("What this trial cannot show", "本试验不能说明什么"),
    "assumptions": ("Choices of the plan that are ours", "分析计划中由我方作出的选择"),
    "left_out": ("Left out of the data", "未使用的数据"),
    "left_out_n": ("{what}: {n}, {reason}", "{what}：{n}，{reason}"),
    "rows_behind": ("rows behind this table", "本表所依据的数据行"),
    # --- the flow of participants
    "flow": ("Flow of participants", "受试者流程"),
    "flow_screened": ("Screened", "筛选"),
    "flow_consented": ("Gave consent", "签署知情同意"),
    "flow_failed": ("Screen failures", "筛选失败"),
    "flow_enrolled": ("Enrolled", "入组"),
    "flow_dosed": ("Received the study drug", "接受研究药物"),
    "flow_analysed": ("Set of the primary analysis: {set}", "主要分析：{set}"),
    "flow_completed": ("Completed the trial", "完成试验"),
    "flow_discontinued": ("Discontinued", "提前退出"),
    "flow_ongoing": ("Still in the trial", "仍在试验中"),
    "disposition": ("Disposition", "受试者去向"),
    "ended_because": ("{reason}", "{reason}"),
    "no_reason_given": ("no reason given", "未写原因"),
    "arm_n": ("{arm} (N = {n})", "{arm}（N = {n}）"),
    "total_n": ("Total (N = {n})", "合计（N = {n}）"),
    "analysis_sets": ("Analysis sets", "分析集"),
    "set_holds_all": ("{set}: everybody who was enrolled.", "{set}：包括全部入组者。"),
    "set_leaves_out": ("{set}: not in it: {reasons}.", "{set}：不包括：{reasons}。"),
    "reason_n": ("{reason} ({n})", "{reason}（{n}）"),
    "not_consented": ("no consent", "未签署知情同意"),
    "not_enrolled": ("not enrolled", "未入组"),
    "not_dosed": ("no dose of the study drug", "未接受研究药物"),
    "not_completed": ("did not complete the trial", "未完成试验"),
    "not_no_important_deviation": (
        "a protocol deviation that is important, or that nobody has judged",
        "有重要的或尚未判定的方案偏离",
    ),
    "flag_unsaid": ("the data do not say {flag}", "数据未说明{flag}"),
    "not_flagged": ("not marked {flag} in the data", "数据中未标记{flag}"),
    "no_baseline": ("no baseline value of {variable}", "{variable}缺基线值"),
    "no_later_value": ("no value of {variable} after baseline", "{variable}缺基线后数值"),
    "low_compliance": (
        "less than {percent}% of the planned amount given",
        "给药量少于计划的{percent}%",
    ),
    # --- an invented trial
    "truth": ("What was put in, and what was found", "设定的真值与估计结果"),
    "column_truth": ("Put in", "设定值"),
    "column_truth_drawn": ("Of these participants", "这些受试者的实际值"),
    "column_holds_truth": ("Interval holds it", "区间是否包含"),
    "truth_of_course": (
        "Each participant's ALSFRS-R follows a line from the baseline ({baseline}) with a slope of "
        "{slope_follow_up} points a month in follow-up, and one that is higher by {slope_gain} "
        "during administration; what is measured scatters about it by {noise}, rounded and held "
        "between 0 and 48. Means ± standard deviations.",
        "每名受试者的ALSFRS-R自基线（{baseline}）沿直线变化：随访期斜率为每月{slope_follow_up}分，"
        "给药期斜率较之高{slope_gain}；测量值在其周围波动（标准差{noise}），取整并限于0至48。数值为均值±标准差。",
    ),
    "truth_means": (
        "The trial is invented. The first column is the mean of the model; the second is the mean "
        "over the {n} participants as they were drawn, whether or not they were analysed.",
        "本试验为虚拟试验。第一列为模型的均值；第二列为实际抽得的{n}名受试者的均值，不论是否纳入分析。",
    ),
    # --- why there is no number
    "not_estimable": ("not estimable: {reason}", "无法估计：{reason}"),
    "reason_no_data": ("no data", "无数据"),
    "reason_too_few": ("too few observations", "观测太少"),
    "reason_no_variation": ("no variation", "数值无变异"),
    "reason_no_events": ("no events", "无事件"),
    "reason_singular": ("the model has no single solution", "模型无唯一解"),
    "reason_not_converged": ("the model did not converge", "模型未收敛"),
    "reason_not_reached": ("not reached", "未达到"),
}
