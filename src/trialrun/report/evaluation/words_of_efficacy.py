"""The words of the analyses of efficacy: methods, rows and columns, notes."""

from __future__ import annotations

WORDS_OF_EFFICACY: dict[str, tuple[str, str]] = {
    # --- key results
    "key_results": ("Key results", "主要结果"),
    "primary_estimate": (
        "Primary estimate: {what}: {value} ({precision}).",
        "主要估计：{what}：{value}（{precision}）。",
    ),
    "primary_estimate_of": (
        "Primary estimate: {what}: {value} ({precision}), n = {n} of N = {of} participants.",
        "主要估计：{what}：{value}（{precision}），N = {of}名受试者中n = {n}名。",
    ),
    "precision_interval": ("{percent} CI {interval}", "{percent}置信区间 {interval}"),
    "precision_interval_p": ("{percent} CI {interval}; {p}", "{percent}置信区间 {interval}；{p}"),
    "no_estimate": ("see its table", "见相应表格"),
    "of_analysis": ("{what} [{id}]", "{what} [{id}]"),
    "by_analysis": ("{what}: by each analysis", "{what}：各分析的估计值"),
    "primary_tested": ("Primary analysis: {what}: {p}.", "主要分析：{what}：{p}。"),
    "primary_no_estimate": (
        "Primary analysis: {what}: the data hold no estimate; its table says why.",
        "主要分析：{what}：现有数据无法给出估计，原因见相应表格。",
    ),
    "interim": (
        "Interim: {n} of {of} participants are still in the trial. These estimates will change, "
        "and a test now and another at the end reject too often together, unless the plan provides "
        "for both.",
        "期中结果：{of}名受试者中{n}名仍在试验中。估计值还会改变；若计划未作规定，此时检验、结束时再检验，会使总的I类错误增大。",
    ),
    "estimand_by_method": ("{estimand}: {method}", "{estimand}：{method}"),
    "listing_of": ("{what}: every participant", "{what}：每名受试者"),
    "in_arm": ("{arm}: {what}", "{arm}：{what}"),
    "unused_values": (
        "Not used: values after {event} (n = {n}).",
        "未使用：{event}之后的数值（n = {n}）。",
    ),
    "impossible_values": (
        "Not used: values beyond the limits of the variable, which cannot be right (n = {n}).",
        "未使用：超出变量取值范围、不可能正确的数值（n = {n}）。",
    ),
    "values_beside": (
        "Not used: further values at a visit (n = {n}). The one nearest to the planned day is "
        "used; of two equally near the earlier, of two on one day the first in the data.",
        "未使用：同一访视的其他数值（n = {n}）。采用最接近计划日的数值；"
        "同样接近时取较早者，同一天时取数据中的第一个。",
    ),
    "estimates": ("Estimates of all analyses", "全部分析的估计值"),
    # --- an estimand
    "estimand_treatment": ("Treatment: {words}.", "治疗：{words}。"),
    "estimand_population": ("Population: {words}.", "人群：{words}。"),
    "estimand_variable": ("Variable: {words}.", "变量：{words}。"),
    "time_to": ("time to the first of: {events}", "至下列首个事件的时间：{events}"),
    "estimand_intercurrent": ("Intercurrent events: {words}.", "伴发事件：{words}。"),
    "estimand_summary": ("Summary: {words}.", "群体层面汇总：{words}。"),
    "event_by_strategy": ("{event}: {strategy}", "{event}：{strategy}"),
    "strategy_treatment_policy": ("treatment policy", "疗法策略"),
    "strategy_hypothetical": ("hypothetical", "假想策略"),
    "strategy_composite": ("composite", "复合变量策略"),
    "strategy_while_on_treatment": ("while on treatment", "在治策略"),
    "strategy_while_alive": ("while alive", "在世期间策略"),
    # --- methods
    "method_slope_difference": ("difference of slopes", "斜率之差"),
    "method_slope_change": ("mixed model with a change of slope", "斜率改变的混合模型"),
    "method_change_from_baseline": ("change from baseline", "相对基线的变化"),
    "method_ancova": ("analysis of covariance", "协方差分析"),
    "method_mmrm": ("mixed model for repeated measures", "重复测量混合模型"),
    "method_responders": ("responders", "应答者"),
    "method_time_to_event": ("time to event", "事件发生时间分析"),
    "method_joint_rank": ("joint rank of function and survival", "功能与生存的联合秩"),
    "method_categories": ("ordered answers", "有序分类"),
    "method_win_ratio": ("win ratio", "胜率比"),
    "method_multiple_imputation": ("multiple imputation", "多重插补"),
    # --- summaries
    "summary_n": ("n", "n"),
    "summary_mean": ("mean (SD)", "均值（标准差）"),
    "summary_median": ("median (quartiles)", "中位数（四分位数）"),
    "summary_range": ("minimum, maximum", "最小值，最大值"),
    # --- columns
    "column_n": ("n", "n"),
    "column_arm": ("Arm", "组别"),
    "column_estimate": ("Estimate", "估计值"),
    "column_interval": ("Confidence interval", "置信区间"),
    "column_p": ("p", "p值"),
    "column_scale": ("Scale", "单位与有利方向"),
    "value_in_unit": ("{value} {unit}", "{value} {unit}"),
    "points": ("points", "分"),
    "per_month": ("{unit} per month", "{unit}/月"),
    "scale_higher": ("{unit}; better above 0", "{unit}；大于0为优"),
    "scale_lower": ("{unit}; better below 0", "{unit}；小于0为优"),
    "scale_share": ("share, from 0 to 1", "比例，0至1"),
    "scale_share_difference": (
        "difference of shares; better above 0",
        "比例之差；大于0为优",
    ),
    "scale_hazard": ("hazard ratio; below 1: later events", "风险比；小于1：事件较晚"),
    "scale_wins": ("ratio; better above 1", "比值；大于1为优"),
    "column_before": ("Up to {turn}", "{turn}前"),
    "column_after": ("From {turn} on", "{turn}后"),
    "column_difference": ("Difference", "差值"),
    "column_months": ("Months", "月"),
    "column_ended_by": ("Ended by", "结束原因"),
    "column_hazard_ratio": ("Hazard ratio", "风险比"),
    "column_ph": ("p of proportional hazards", "比例风险检验p值"),
    # --- times to an event
    "followed": ("Followed", "随访人数"),
    "with_event": ("With an event", "发生事件人数"),
    "median_months": ("Median time in months (interval)", "中位时间，月（区间）"),
    "free_at": ("Without an event at {month} months", "{month}个月时无事件比例"),
    "censored": ("censored", "删失"),
    "time_unknown": (
        "It is not known how long {n} were followed; they are left out.",
        "{n}人随访时长不明，未纳入。",
    ),
    "survival_rule": (
        "The first of: {events}. Kaplan and Meier, intervals by log(−log); days are counted from "
        "day 0 with both ends included; whoever had no event is censored on the last day in the "
        "trial, or on the day that the data name.",
        "首个事件：{events}。Kaplan-Meier法，区间按log(−log)变换；自第0天起计，首尾两日均计入；无事件者于末次在试日或数据注明之日删失。",
    ),
    "log_rank": ("Log-rank test of all arms", "各组log-rank检验"),
    "versus": ("{one} v {other}", "{one}对{other}"),
    "hazard_rule": (
        "Cox's model with Efron's handling of ties; proportional hazards by the score test of "
        "scaled Schoenfeld residuals (Grambsch and Therneau).",
        "Cox模型，Efron法处理结点；比例风险假定用缩放Schoenfeld残差的得分检验（Grambsch-Therneau）。",
    ),
    # --- joint rank
    "joint_rank_periods": (
        "Each period of each participant is compared with every other: who lived without {events} "
        "for longer fares better, then who lost less of the score. The periods of one participant "
        "are compared by the signed ranks of the differences of their joint ranks.",
        "每名受试者的每个时期与其他所有时期逐一比较：先比无{events}的生存时间，再比评分变化。"
        "同一受试者两个时期的联合秩之差用符号秩检验比较。",
    ),
    "joint_rank_arms": (
        "Every participant is compared with every other: who lived without {events} for longer "
        "fares better, then who lost less of the score by the last visit of both. Higher ranks are "
        "better.",
        "每名受试者与其他所有受试者逐一比较：先比无{events}的生存时间，再比双方最后共同访视时的评分变化。秩高者较好。",
    ),
    "joint_rank_needs_two": (
        "A joint rank needs several arms, or a turn between two periods.",
        "联合秩分析需要多个组，或两个时期之间的转折点。",
    ),
    "rank_before": ("Joint rank of the period up to {turn}", "{turn}前的联合秩"),
    "rank_after": ("Joint rank of the period after {turn}", "{turn}后的联合秩"),
    "rank_difference": (
        "Difference: period up to {turn} less period after it",
        "差值：{turn}前减{turn}后",
    ),
    "rank_test": ("Wilcoxon signed rank, exact: p", "精确Wilcoxon符号秩检验p值"),
    "rank_sum_test": ("Wilcoxon rank sum: p", "Wilcoxon秩和检验p值"),
    "joint_rank": ("Joint rank", "联合秩"),
    # --- ordered answers
    "means_differ": ("All arms: row mean scores", "各组：行均分"),
    "any_association": ("All arms: general association", "各组：一般关联"),
    "column_statistic": ("Chi-square", "卡方值"),
    "categories_tests": (
        "Cochran-Mantel-Haenszel tests; answers are scored by their own numbers, and two arms are "
        "compared by row mean scores.",
        "Cochran-Mantel-Haenszel检验；各类别以其自身数值计分，两组间按行均分比较。",
    ),
    "within_strata": ("Within strata: {strata}.", "分层因素：{strata}。"),
    # --- win ratio
    "wins_need_two": ("A win ratio needs two arms.", "胜率比至少需要两组。"),
    "all_levels": ("All together", "合计"),
    "column_wins": ("Wins", "胜"),
    "column_losses": ("Losses", "负"),
    "column_neither": ("Neither", "平"),
    "wins_rule": (
        "Of all pairs of one participant of each arm. Each line decides only what those before it "
        "leave open; of an event the later wins, where both were followed for long enough to tell.",
        "按两组受试者的全部配对计。每一行仅判定此前各行未分胜负的配对；事件以较晚发生者为胜，且双方随访时间须足以判定。",
    ),
    "win_ratio": ("Win ratio", "胜率比"),
    "win_odds": ("Win odds", "胜算比"),
    "net_benefit": ("Net benefit", "净获益"),
    # --- imputed values
    "imputed_n": (
        "{n} values of {subjects} participants are missing and imputed; values after a death are "
        "not.",
        "{subjects}名受试者中有{n}个缺失值经插补；死亡之后的值不插补。",
    ),
    "imputed_how": (
        "{imputations} imputations from the posterior of a multivariate normal model of {model} in "
        "each arm ({assumption}; seed {seed}), pooled by Rubin's rules with the degrees of freedom "
        "of Barnard and Rubin.",
        "各组按{model}的多元正态模型后验进行{imputations}次插补（{assumption}；随机数种子{seed}），"
        "按Rubin规则合并，自由度按Barnard-Rubin法。",
    ),
    "model_of_visits": ("all planned visits", "全部计划访视"),
    "model_given_baseline": (
        "the visits up to the one compared, given the baseline,",
        "截至比较访视的各次访视（以基线为条件）",
    ),
    "sparse_visits": (
        "Not in the model, for too few values in an arm: {visits}.",
        "因某组数值过少而未纳入模型：{visits}。",
    ),
    "shift_of_arms": (
        "Every imputed value is shifted by so many points, but for those of {arm}, with which the "
        "others are compared.",
        "除参照组{arm}外，每个插补值均按所示分值平移。",
    ),
    "shift_of_slopes": (
        "Every imputed value is shifted by so many points. A shift after {turn} changes the "
        "later slope, one before it the earlier: both directions are shown.",
        "每个插补值均按所示分值平移。{turn}之后的平移改变后段斜率，之前的平移改变前段斜率：故两个方向均列出。",
    ),
    "shifted_by": ("Imputed values shifted by {delta}", "插补值平移{delta}"),
    "tips_towards": ("Tipping point towards {limit}", "朝{limit}方向的翻转点"),
    "tips_at": ("the answer tips at {delta}", "平移{delta}时结论翻转"),
    "nothing_to_tip": (
        "not significant without a shift: nothing to tip",
        "未平移时即不显著：无可翻转",
    ),
    "does_not_tip": ("does not tip so far", "至此未翻转"),
    "assumption_at_random": ("missing at random", "随机缺失"),
    "assumption_jump_to_reference": ("jump to reference", "跳至参照组"),
    "assumption_copy_reference": ("copy reference", "复制参照组"),
    "assumption_copy_increments": ("copy increments in reference", "复制参照组增量"),
    "assumption_last_mean": ("last mean carried forward", "末次均值结转"),
    # --- slopes
    "slope_unit": ("In {unit}", "单位：{unit}"),
    "slope_before": ("Slope up to {turn}", "{turn}前的斜率"),
    "slope_after": ("Slope from {turn} on", "{turn}后的斜率"),
    "slope_difference": (
        "Difference: up to {turn} less from {turn} on",
        "差值：{turn}前减{turn}后",
    ),
    "slope_rule": (
        "Slopes through the values at {visits}, on the days on which they were taken; the change "
        "point is at {turn} and belongs to both sides.",
        "斜率由{visits}的数值按实际测量日期计算；转折点为{turn}，同属前后两段。",
    ),
    "slope_model": (
        "Random intercept and slope of each participant, restricted maximum likelihood, degrees of "
        "freedom by Kenward and Roger; every value counts, on the day on which it was taken.",
        "每名受试者具有随机截距和随机斜率，限制性最大似然估计，Kenward-Roger自由度；所有数值按实际测量日期纳入。",
    ),
    "known_of_nobody": (
        "{what}: the plan asks for {name}, of which the data say nothing.",
        "{what}：分析计划要求{name}，但数据中无此信息。",
    ),
    "model_says": ("The model gives no estimate ({reason}).", "模型未给出估计（{reason}）。"),
    "model_singular": (
        "The random effects lie on the edge of what is possible: participants differ in level or "
        "in slope no more than by chance.",
        "随机效应的方差估计位于边界：受试者之间水平或斜率的差异不超过随机波动。",
    ),
    "test_paired_t": ("Paired t-test: mean difference", "配对t检验：平均差值"),
    "test_wilcoxon": (
        "Wilcoxon signed rank, exact: pseudomedian",
        "精确Wilcoxon符号秩检验：伪中位数",
    ),
    "test_bootstrap": ("Bootstrap (BCa): mean difference", "自助法（BCa）：平均差值"),
    "bootstrap_of": (
        "The bootstrap draws {resamples} samples with the seed {seed}.",
        "自助法抽取{resamples}个样本，随机数种子{seed}。",
    ),
}
