"""The words of the figures: axes, lines, and what is drawn where there are no data."""

from __future__ import annotations

WORDS_OF_FIGURES: dict[str, tuple[str, str]] = {
    "figure_empty": ("No data: nothing to draw.", "无数据，无图可绘。"),
    "figure_months": ("Months from day 0", "自第0天起的月数"),
    "figure_turn": ("change point", "转折点"),
    "figure_estimate_interval": ("Estimate (confidence interval)", "估计值（置信区间）"),
    # --- survival
    "figure_means": (
        "Thin: each participant; bold: mean of those with a value at the visit",
        "细线：每名受试者；粗线：该访视有数值者的均值",
    ),
    "figure_model": (
        "Thin: each participant; bold: the model",
        "细线：每名受试者；粗线：模型估计",
    ),
    "figure_survival": ("Without the event", "未发生事件的比例"),
    "figure_band": (
        "Kaplan-Meier estimate; the band is the pointwise {percent} confidence interval, a tick "
        "marks a censored participant",
        "Kaplan-Meier估计；阴影为逐点{percent}置信区间，短竖线为删失",
    ),
    "figure_at_risk": ("Number at risk", "风险人数"),
    # --- safety
    "figure_share": ("Participants with the event, %", "发生该事件的受试者，%"),
    "figure_difference": (
        "Difference, percentage points (confidence interval)",
        "差值，百分点（置信区间）",
    ),
    "figure_baseline": ("Baseline", "基线"),
    "figure_worst": ("Worst later value", "基线后最差值"),
    "figure_aminotransferase": (
        "Peak ALT or AST, × upper limit of normal",
        "ALT或AST峰值，正常上限倍数",
    ),
    "figure_bilirubin": (
        "Peak total bilirubin, × upper limit of normal",
        "总胆红素峰值，正常上限倍数",
    ),
    "figure_hys_law": ("Hy's law range", "Hy氏法则区域"),
    "figure_temple": ("Temple's corollary", "Temple推论区域"),
    "figure_cholestasis": ("Cholestasis range", "胆汁淤积区域"),
    "figure_near_normal": ("Normal or near normal", "正常或接近正常"),
    "lane_trial": ("In the trial", "在试验中"),
    "lane_dose": ("Dose", "给药"),
    "lane_severe_event": ("Adverse event of grade 3 or worse", "3级及以上不良事件"),
    "lane_death": ("Death", "死亡"),
    "lane_completed": ("Completed", "完成试验"),
    "lane_discontinued": ("Discontinued", "提前退出"),
    "figure_participants": ("Participants", "受试者人数"),
    "figure_stops": ("the trial stops", "停止试验"),
    # --- simulation
    "figure_significance": ("level of significance, {level}", "显著性水平，{level}"),
    # --- flow
    "flow_box": ("{label} (n\u00a0=\u00a0{n})", "{label}（n\u00a0=\u00a0{n}）"),
}
