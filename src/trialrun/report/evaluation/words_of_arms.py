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
    "baseline_tests": (
        "p: one-way analysis of variance for numbers, Pearson's chi-square without a continuity "
        "correction for words; those who lack the value are left out of the test.",
        "p值：数值用单因素方差分析，分类用Pearson卡方检验（无连续性校正）；缺失者不参与检验。",
    ),
    "characteristic_age": ("Age, years", "年龄（岁）"),
    "characteristic_sex": ("Sex", "性别"),
    "characteristic_site": ("Site", "中心"),
    "sex_female": ("female", "女"),
    "sex_male": ("male", "男"),
    "with_unit": ("{what}, {unit}", "{what}（{unit}）"),
    "missing_value": ("missing", "缺失"),
    # --- exposure
    "exposure": ("Exposure and compliance", "暴露与依从性"),
    "no_doses": ("The data have no doses.", "数据中没有给药记录。"),
    "exposure_days": ("Days with a dose", "给药天数"),
    "exposure_duration": ("Duration of treatment, days", "治疗持续时间（天）"),
    "exposure_total": ("Total dose, {unit}", "总剂量（{unit}）"),
    "exposure_daily": ("Mean daily dose, {unit}", "平均日剂量（{unit}）"),
    "exposure_compliance": ("Compliance, %", "依从性（%）"),
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
        "Compliance: the doses given in percent of those planned so far; where the data do not say "
        "what was planned there is none.",
        "依从性：已给药次数占截至目前计划次数的百分比；数据未记录计划剂量时无法计算。",
    ),
}
