"""The words of comparisons between arms: baseline, exposure, changes, models, responders."""

from __future__ import annotations

WORDS_OF_ARMS: dict[str, tuple[str, str]] = {
    # --- the baseline table
    "baseline": ("Baseline", "基线"),
    "baseline_of": ("Baseline characteristics: {set}", "基线特征：{set}"),
    "baseline_percent": (
        "Percents are of everybody in the column; who lacks a value is counted as missing.",
        "百分比以该列全部人数为分母；缺失者单独计数。",
    ),
    "baseline_of_hospital": (
        "Age and sex stand in the hospital's records; those were not named (--records).",
        "年龄与性别载于医院病历数据；本次评价未指定该数据（--records）。",
    ),
    "baseline_tests": (
        "p: one-way analysis of variance for numbers, Pearson's chi-square without a continuity "
        "correction for words; those who lack the value are left out of the test.",
        "p值：数值用单因素方差分析，分类用Pearson卡方检验（无连续性校正）；缺失者不参与检验。",
    ),
    "characteristic_age": ("Age, years", "年龄（岁）"),
    "characteristic_sex": ("Sex", "性别"),
    "characteristic_site": ("Site", "中心"),
    "missing_value": ("missing", "缺失"),
    # --- exposure
    "exposure": ("Exposure and compliance", "暴露与依从性"),
    "no_doses": ("The data have no doses.", "数据中没有给药记录。"),
    "exposure_days": ("Days with a dose", "给药天数"),
    "exposure_duration": ("Duration of treatment, days", "治疗持续时间（天）"),
    "exposure_total": ("Total dose, {unit}", "总剂量（{unit}）"),
    "exposure_daily": ("Mean daily dose, {unit}", "平均日剂量（{unit}）"),
    "exposure_compliance": ("Compliance, %", "依从性（%）"),
    "rule_exposure_stated": (
        "The data have no doses: this is what ADSL says of each participant (TRTDURD, CUMDOSE, "
        "AVGDD). Its unit is taken to be the design's.",
        "数据中没有给药记录：此处为ADSL对每名受试者的记载（TRTDURD、CUMDOSE、AVGDD），单位按试验设计。",
    ),
    "rule_exposure_days": (
        "Days with a dose: every day on which a dose was given; a dose of 0 (placebo) counts. Who "
        "was given none is counted nowhere but in the compliance.",
        "给药天数：每个实际给药的日子；剂量为0（安慰剂）也计入。未用药者仅计入依从性。",
    ),
    "rule_exposure_duration": (
        "Duration: the days from the first to the last dose, both included.",
        "持续时间：首次至末次给药的天数，含首末两日。",
    ),
    "rule_exposure_daily": (
        "Mean daily dose: the total dose divided by the duration of treatment.",
        "平均日剂量：总剂量除以治疗持续时间。",
    ),
    "rule_exposure_compliance": (
        "Compliance: the amount given in percent of the amount planned so far (of a placebo, the "
        "doses); where the data do not say what was planned there is none.",
        "依从性：已给药量占截至目前计划药量的百分比（安慰剂按给药次数计）；数据未记录计划剂量时无法计算。",
    ),
    # --- changes from baseline
    "baseline_value": ("Baseline", "基线"),
    "change": ("Change from baseline", "相对基线的变化"),
    "summary_of": ("{what}: summary", "{what}：汇总"),
    "at_visit": ("{visit}: {what}", "{visit}：{what}"),
    "changes_no_baseline": (
        "Left out: no baseline value (n = {n}).",
        "未纳入：缺基线值（n = {n}）。",
    ),
    "changes_no_value": (
        "Left out: no value that may be used (n = {n}).",
        "未纳入：无可用数值（n = {n}）。",
    ),
    "changes_carried": (
        "Carried forward from the last value after baseline (n = {n}).",
        "由基线后末次观测值结转（n = {n}）。",
    ),
    "column_baseline_sd": ("Baseline, mean (SD)", "基线，均值（标准差）"),
    "column_value_sd": ("Value, mean (SD)", "数值，均值（标准差）"),
    "column_change_sd": ("Change, mean (SD)", "变化，均值（标准差）"),
    "paired_t_within": (
        "Interval and p: paired t-test of the change within the arm.",
        "置信区间与p值：组内变化的配对t检验。",
    ),
    # --- models of changes
    "analysis_failed": ("{what}: {why}.", "{what}：{why}。"),
    "means_of": ("{what}: least-squares means", "{what}：最小二乘均值"),
    "contrasts_of": ("{what}: comparisons of arms", "{what}：组间比较"),
    "difference_of_arms": ("{later} less {earlier}", "{later}减{earlier}"),
    "dose_response": (
        "Dose response: change per {unit}",
        "剂量反应：每{unit}的变化",
    ),
    "column_error": ("SE", "标准误"),
    "column_df": ("df", "自由度"),
    "column_mean_observed": ("Mean, observed margins", "均值（观测边际）"),
    "column_error_observed": ("SE, observed margins", "标准误（观测边际）"),
    "column_interval_observed": (
        "Confidence interval, observed margins",
        "置信区间（观测边际）",
    ),
    "column_mean_equal": ("Mean, equal weights", "均值（等权）"),
    "column_error_equal": ("SE, equal weights", "标准误（等权）"),
    "column_interval_equal": ("Confidence interval, equal weights", "置信区间（等权）"),
    "ancova_model": (
        "Least squares of the change on arm and: {terms}.",
        "以变化值为因变量、组别及下列变量为自变量的最小二乘：{terms}。",
    ),
    "ancova_weights": (
        "Observed margins weigh the levels of other factors as they occur, equal weights alike; "
        "numbers are held at their means. Differences of arms do not depend on the weights.",
        "观测边际按各因素水平的实际频数加权，等权则各水平权重相同；连续变量取均值。组间差值与权重无关。",
    ),
    "covariate_missing": (
        "Left out of the model: a factor or covariate is missing (values: {n}).",
        "未纳入模型：缺因素或协变量（数值个数：{n}）。",
    ),
    "unadjusted_p": (
        "p-values are not adjusted for the number of comparisons.",
        "p值未作多重性校正。",
    ),
    "mmrm_model_of_change": (
        "Change from baseline by: {terms}. Means weigh the levels of other factors alike.",
        "相对基线变化的模型，含：{terms}。均值对其他因素各水平等权。",
    ),
    "mmrm_model_of_value": (
        "Value by: {terms}. Means weigh the levels of other factors alike.",
        "数值本身的模型，含：{terms}。均值对其他因素各水平等权。",
    ),
    "mmrm_arm_by_visit": ("arm, visit, arm by visit", "组别、访视、组别×访视"),
    "mmrm_baseline_by_visit": ("baseline, baseline by visit", "基线、基线×访视"),
    "mmrm_covariance": (
        "REML; covariance of visits: {covariance}; degrees of freedom by {df}; {values} values of "
        "{subjects} participants.",
        "REML；访视间协方差：{covariance}；自由度：{df}；{subjects}名受试者的{values}个数值。",
    ),
    "covariance_unstructured": ("unstructured", "无结构"),
    "covariance_compound_symmetry": ("compound symmetry", "复合对称"),
    "covariance_heterogeneous_compound_symmetry": (
        "heterogeneous compound symmetry",
        "异方差复合对称",
    ),
    "covariance_autoregressive": ("first-order autoregressive", "一阶自回归"),
    "covariance_heterogeneous_autoregressive": (
        "heterogeneous first-order autoregressive",
        "异方差一阶自回归",
    ),
    "covariance_toeplitz": ("Toeplitz", "Toeplitz"),
    "covariance_heterogeneous_toeplitz": ("heterogeneous Toeplitz", "异方差Toeplitz"),
    "covariance_exponential": ("exponential in the distance", "按时间距离指数衰减"),
    "covariance_heterogeneous_exponential": (
        "heterogeneous, exponential in the distance",
        "异方差，按时间距离指数衰减",
    ),
    "covariance_antedependence": ("first-order ante-dependence", "一阶前依赖"),
    "covariance_heterogeneous_antedependence": (
        "heterogeneous first-order ante-dependence",
        "异方差一阶前依赖",
    ),
    # --- responders
    "analysed": ("Analysed", "纳入分析"),
    "answer_response": ("Response", "应答"),
    "answer_too_little": ("no response: the change is not good enough", "无应答：变化未达标准"),
    "answer_event": ("no response: an event before the visit", "无应答：访视前发生事件"),
    "answer_missing": ("no response: the change is missing", "无应答：变化值缺失"),
    "exact_interval": ("Clopper-Pearson interval, %", "Clopper-Pearson区间（%）"),
    "response_at_least": (
        "Response: a change from baseline to {visit} of at least {change}.",
        "应答：{visit}相对基线的变化不小于{change}。",
    ),
    "response_at_most": (
        "Response: a change from baseline to {visit} of at most {change} (lower is better).",
        "应答：{visit}相对基线的变化不大于{change}（越低越好）。",
    ),
    "missing_non_response": (
        "A missing change counts as no response.",
        "变化值缺失计为无应答。",
    ),
    "missing_left_out": ("Whoever has no change is left out.", "无变化值者不纳入。"),
    "missing_carried_forward": (
        "A missing value is that of the last visit after baseline; whoever has none is left out.",
        "缺失值以基线后末次访视值结转；无可结转者不纳入。",
    ),
    "not_yet_n": (
        "Left out: still in the trial, and not yet at the visit (n = {n}).",
        "未纳入：仍在研究中，尚未到该访视（n = {n}）。",
    ),
    "missing_left_out_n": ("Left out: no change (n = {n}).", "未纳入：无变化值（n = {n}）。"),
    "share_of": ("{what}, share", "{what}，比例"),
    "column_difference_percent": ("Difference, percentage points", "差值（百分点）"),
    "column_odds_ratio": ("Odds ratio", "比值比"),
    "column_ratio_interval": ("Interval of the odds ratio", "比值比置信区间"),
    "shares_tests": (
        "Interval of the difference: Newcombe's hybrid score. Odds ratio: conditional, with its "
        "exact interval. p: Fisher's exact test.",
        "差值区间：Newcombe混合得分法。比值比：条件估计及精确区间。p值：Fisher精确检验。",
    ),
    "by_strata": ("by strata", "分层"),
    "shares_strata": (
        "By strata ({strata}): common odds ratio of Mantel and Haenszel, p of Cochran, Mantel and "
        "Haenszel.",
        "分层（{strata}）：Mantel-Haenszel共同比值比，p值为Cochran-Mantel-Haenszel检验。",
    ),
    "stratum_missing": (
        "Not in the comparison by strata: the stratum is not known (n = {n}).",
        "未纳入分层比较：层别未知（n = {n}）。",
    ),
}
