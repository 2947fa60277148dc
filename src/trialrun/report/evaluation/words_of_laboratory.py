"""The words of the analyses of laboratory results."""

from __future__ import annotations

WORDS_OF_LABORATORY: dict[str, tuple[str, str]] = {
    "laboratory": ("Laboratory", "实验室检查"),
    "no_laboratory_planned": (
        "The plan names no laboratory parameter.",
        "分析计划未列出实验室参数。",
    ),
    "no_laboratory_results": (
        "The data hold no result of the laboratory parameters of the plan.",
        "数据中没有计划所列实验室参数的结果。",
    ),
    "grade_shifts": (
        "CTCAE grades, from baseline to the worst later one",
        "CTCAE分级：基线至其后最高分级",
    ),
    "baseline_against_worst": ("Baseline; columns: worst later", "基线；列：其后最高分级"),
    "parameter_term": ("{what}: {term}", "{what}：{term}"),
    "not_gradable": ("not gradable", "无法分级"),
    "no_result": ("no result", "无结果"),
    "grade_rule": (
        "CTCAE v5.0; a grade that a person gave stands, else the number decides. The worst grade "
        "is not gradable if a result that cannot be graded may be worse than all others.",
        "CTCAE v5.0；已有人工分级者以人工分级为准，否则按数值分级。"
        "如有无法分级的结果可能比其他结果更差，则最高分级为无法分级。",
    ),
    "not_gradable_because": (
        "Single results not gradable because {reason}: {n}.",
        "无法分级的单项结果，原因为{reason}：{n}。",
    ),
    "no_term": (
        "CTCAE is not applied to {what}: no term of it is known.",
        "{what}未按CTCAE分级：无已知术语。",
    ),
    "why_limits": ("the limits of normal contradict each other", "正常值上下限相互矛盾"),
    "why_uncorrected": ("it must be corrected for albumin first", "须先经白蛋白校正"),
    "why_unit": ("the unit cannot be compared with those of CTCAE", "单位无法与CTCAE的单位比较"),
    "why_limit": ("there is no limit of normal", "无正常值上下限"),
    "why_baseline": ("a baseline is needed, and there is none", "需要基线而无基线"),
    "why_baseline_day": ("the baseline is later than the result", "基线晚于结果"),
    "why_baseline_unit": ("the unit of the baseline is another", "基线单位不可比"),
    "why_baseline_limit": ("the baseline has no limit of normal", "基线无正常值上下限"),
    "why_baseline_zero": ("the baseline is zero", "基线为零"),
    "why_albumin": ("there is no albumin of the same day", "无同日白蛋白"),
    "why_imprecise": ("the value is not exact enough", "数值不够精确"),
    "range_shifts": (
        "range of normal, from baseline to later results",
        "正常范围：基线至其后结果",
    ),
    "range_rule": (
        "A later result counts as low or high if one of them is; normal if all are known to be.",
        "其后任一结果偏低或偏高即计为偏低或偏高；全部已知正常方计为正常。",
    ),
    "baseline_against_later": ("Baseline; columns: later", "基线；列：其后"),
    "range_low": ("low", "偏低"),
    "range_normal": ("normal", "正常"),
    "range_high": ("high", "偏高"),
    "range_both": ("low and high", "偏低及偏高"),
    "range_unknown": ("not known", "不详"),
    "laboratory_changes": ("Laboratory: mean change by visit", "实验室检查：各访视平均变化"),
    "with_unit": ("{what}, {unit}", "{what}（{unit}）"),
    "at_baseline": ("Baseline", "基线"),
    "change_at": ("Change at {visit}", "{visit}的变化"),
    "n_mean": ("n = {n}: {mean}", "n = {n}：{mean}"),
    "change_rule": (
        "n: mean (SD). The baseline is the result that the data mark, else the last one up to the "
        "day of the first dose.",
        "n：均值（标准差）。基线为数据所标记的结果，否则为首次给药当日或之前的末次结果。",
    ),
    "results_unused": (
        "{what}, not used: {unread} results that cannot be read or have no day, {unused} that are "
        "no number in a comparable unit.",
        "{what}，未使用：{unread}项结果无法读取或无日期，{unused}项无可比单位的数值。",
    ),
    "laboratory_shifts": ("Baseline against the worst later result", "基线与其后最差结果"),
    "times_normal": ("{what}, times the upper limit of normal", "{what}（正常值上限的倍数）"),
    "hys_law": (
        "Hy's law: peaks of aminotransferase and bilirubin",
        "海氏法则：转氨酶与胆红素峰值",
    ),
    "hys_law_rule": (
        "Listed: peak ALT or AST of at least 3 times and peak bilirubin above 2 times the upper "
        "limit of normal after the first dose (FDA 2009); the law also asks for alkaline "
        "phosphatase below 2 times, and for no other cause.",
        "列出：首次给药后ALT或AST峰值不低于正常值上限3倍且胆红素峰值高于2倍者（FDA 2009）；"
        "该法则还要求碱性磷酸酶低于2倍且无其他原因。",
    ),
    "hys_law_n": ("{n} of {of} subjects who can be judged.", "可判定的{of}名受试者中有{n}名。"),
    "hys_law_untold": (
        "Of {n} subjects it cannot be told: a result or its limit of normal is missing.",
        "{n}名受试者无法判定：缺结果或正常值上限。",
    ),
    "peak_on_day": ("{times} (day {day})", "{times}（第{day}天）"),
    "column_alt": ("ALT, times normal", "ALT（正常值上限倍数）"),
    "column_ast": ("AST, times normal", "AST（正常值上限倍数）"),
    "column_bilirubin": ("Bilirubin, times normal", "胆红素（正常值上限倍数）"),
    "column_alkaline_phosphatase": ("ALP, times normal", "碱性磷酸酶（正常值上限倍数）"),
}
