"""The words of a simulation: what was put in, and how the analysis behaves."""

from __future__ import annotations

WORDS_OF_SIMULATION: dict[str, tuple[str, str]] = {
    "simulation": ("Simulation of the analysis plan", "分析计划的模拟"),
    "simulation_of": (
        "{trials} trials of {participants} participants were invented at each point, and each was "
        "analysed as planned: {analysis}. Seed of the random numbers: {seed}.",
        "每个设定点虚拟{trials}次试验，每次{participants}名受试者，均按计划分析：{analysis}。随机数种子：{seed}。",
    ),
    "truth_slopes": (
        "Each participant's values follow a line whose slope changes at the change point; "
        "what is measured scatters about it, and is rounded as the scale is. Slopes and effects "
        "are per month:",
        "每名受试者的数值沿一条在转折点改变斜率的直线变化；测量值围绕其波动，并按量表取整。斜率与效应均以每月计：",
    ),
    "truth_parallel_arms": (
        "Each participant has a baseline, and a change that follows it in part; arms are of equal "
        "size:",
        "每名受试者有一个基线值，其变化部分取决于基线；各组人数相等：",
    ),
    "put_in_baseline": ("baseline {value}", "基线{value}"),
    "put_in_baseline_spread": ("standard deviation of baselines {value}", "基线标准差{value}"),
    "put_in_slope": ("slope after the change point {value}", "转折后斜率{value}"),
    "put_in_slope_spread": ("standard deviation of slopes {value}", "斜率标准差{value}"),
    "put_in_effect_spread": ("standard deviation of effects {value}", "效应标准差{value}"),
    "put_in_noise": ("standard deviation of a measurement {value}", "测量标准差{value}"),
    "put_in_change": ("mean change {value}", "平均变化{value}"),
    "put_in_change_spread": ("standard deviation of changes {value}", "变化标准差{value}"),
    "put_in_regression": (
        "change for each point of baseline above its mean {value}",
        "基线每高于均值一分的变化{value}",
    ),
    "simulation_means": (
        "Mean n: participants in the analysis. Rejects: the share of trials that reject “no "
        "effect”; at a true effect of 0 it is the type I error, at any other the power. SD: of the "
        "estimates. Coverage: the share of intervals that hold the true effect. In brackets: "
        "standard errors of the simulation itself. A trial without a result rejects nothing.",
        "平均例数：纳入分析的受试者数。拒绝率：拒绝“无效应”的试验所占比例；真实效应为0时即I类错误，否则为检验效能。"
        "标准差：估计值的标准差。覆盖率：包含真实效应的区间所占比例。"
        "括号内为模拟本身的标准误。无法估计的试验不计为拒绝。",
    ),
    "operating_characteristics": ("Operating characteristics", "操作特性"),
    "true_effect": ("True effect", "真实效应"),
    "simulated_dropout": ("Dropout", "脱落率"),
    "simulated_in_analysis": ("Mean n", "平均例数"),
    "simulated_rejects": ("Rejects (SE)", "拒绝率（标准误）"),
    "simulated_bias": ("Bias (SE)", "偏倚（标准误）"),
    "simulated_spread": ("SD", "标准差"),
    "simulated_coverage": ("Coverage", "覆盖率"),
    "simulated_no_estimate": ("No result", "无法估计"),
    "invented": ("invented, from the seed {seed}", "虚拟数据，随机数种子{seed}"),
    "written_to": ("the report is {file}", "报告见{file}"),
    "dropout_of": ("{percent} dropout", "脱落{percent}"),
    "power": ("Power", "检验效能"),
}
