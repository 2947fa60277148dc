"""The words of designs that may stop a trial early."""

from __future__ import annotations

WORDS_OF_DESIGNS: dict[str, tuple[str, str]] = {
    # --- group sequential
    "design_boundaries": ("Boundaries of a group sequential test", "成组序贯检验的界值"),
    "design_look": ("Look", "期中分析"),
    "design_information": ("Information, %", "信息比例（%）"),
    "design_lower": ("Stops at or below Z", "Z不大于此值时停止"),
    "design_upper": ("Stops at or above Z", "Z不小于此值时停止"),
    "design_nominal_p": ("One-sided p", "单侧p值"),
    # --- exact binomial
    "design_exact_binomial": ("Exact binomial design", "精确二项设计"),
    "design_true_rate": ("True rate", "真实率"),
    "design_stops_at": (
        "First stops with {events} of {n} or more",
        "{n}例中首次达{events}例而停止",
    ),
    "design_stops_at_all": ("Stops by events at all", "因事件数停止的总概率"),
    "design_expected_n": ("Expected n", "期望例数"),
    # --- Simon's two stages
    "design_two_stage": ("Simon’s two-stage designs", "Simon两阶段设计"),
    "design_two_stage_means": (
        "With at most r1 responses of n1 the trial stops; more than r of n reject the null rate. "
        "Expected n, and the chance to stop early, are at the null rate.",
        "前n1例中应答不超过r1例时停止；n例中应答超过r例时拒绝无效应答率。期望例数与提前停止概率均按无效应答率计算。",
    ),
    "design_kind": ("Design", "设计"),
    "design_minimax": ("minimax", "极小极大"),
    "design_optimal": ("optimal", "最优"),
    "design_admissible": ("admissible", "可接受"),
    "design_minimax_and_optimal": ("minimax and optimal", "极小极大且最优"),
    "design_r1": ("r1", "r1"),
    "design_n1": ("n1", "n1"),
    "design_r": ("r", "r"),
    "design_n": ("n", "n"),
    "design_alpha": ("Type I error", "I类错误"),
    "design_power": ("Power", "检验效能"),
    "design_stops_early": ("Stops early", "提前停止概率"),
}
