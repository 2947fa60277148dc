"""Figures of made-up data, at least one of each kind, for the tests of how they are drawn."""

from __future__ import annotations

import math

from trialrun.evaluation.figure_data import (
    AdverseEventDots,
    Boundary,
    Curve,
    DotRow,
    FlowBox,
    Forest,
    ForestRow,
    HysLaw,
    LaboratoryShift,
    Lane,
    LiverPoint,
    ParticipantFlow,
    Path,
    PowerCurves,
    ShiftPoint,
    Survival,
    Swimmer,
    Trajectories,
)
from trialrun.evaluation.results import Figure, wording

IL2 = wording("Interleukin-2", "白介素-2")
PLACEBO = wording("Placebo", "安慰剂")
TITLE = wording("A figure of <made up> data", "虚构数据的图")
SCORE = wording("ALSFRS-R total", "ALSFRS-R总分")


def _paths(group: object, start: float, slopes: tuple[float, float]) -> tuple[Path, ...]:
    months = (0.0, 2.8, 5.5, 8.3, 11.0)
    return tuple(
        Path(
            f"{n:03}",
            group,  # type: ignore[arg-type]
            tuple(
                (m, start + n - slopes[0] * min(m, 5.5) - slopes[1] * max(m - 5.5, 0) + (n % 3) / 2)
                for m in months
            ),
        )
        for n in range(8)
    )


def _shifts(rise: float) -> tuple[ShiftPoint, ...]:
    return tuple(
        ShiftPoint(f"{n}", (IL2, PLACEBO)[n % 2], 0.3 + 0.06 * n, rise * (0.3 + 0.08 * n))
        for n in range(10)
    )


ONE_ARM = Trajectories(
    "one-arm",
    TITLE,
    SCORE,
    _paths(IL2, 35, (0.5, 1.0)),
    (Path("", IL2, ((0, 39), (5.5, 36.2), (11, 30.7))),),
    5.5,
)
TWO_ARMS = Trajectories(
    "two-arms",
    TITLE,
    SCORE,
    (*_paths(IL2, 35, (0.5, 0.5)), *_paths(PLACEBO, 34, (1.0, 1.0))),
    (
        Path("", IL2, ((0, 39), (11, 33.5))),
        Path("", PLACEBO, ((0, 38), (11, 27))),
    ),
    None,
)
FOREST = Forest(
    "forest",
    TITLE,
    wording("Difference", "差值"),
    (
        ForestRow(
            wording(
                "Difference of the ALSFRS-R slope between administration and follow-up: "
                "difference of slopes",
                "给药期与随访期ALSFRS-R斜率之差：斜率之差",
            ),
            0.313,
            -0.051,
            0.676,
            "0.313 (−0.051 to 0.676)",
        ),
        ForestRow("ROADS 'raw'", -0.2, -math.inf, 0.4, "−0.200 (−∞ to 0.400)"),
        ForestRow("MRC", 0.9, 0.2, 1.6, "0.900 (0.200 to 1.600)"),
    ),
    0.0,
)
RATIOS = Forest(
    "ratios",
    TITLE,
    wording("Hazard ratio", "风险比"),
    (ForestRow("Death", 0.5, 0.25, math.inf, "0.50 (0.25 to ∞)"),),
    1.0,
)
SURVIVAL = Survival(
    "survival",
    TITLE,
    (
        Curve(
            IL2,
            ((0, 1, 1, 1), (3.1, 0.92, 0.57, 0.99), (7.4, 0.83, 0.48, 0.95)),
            ((9, 0.83), (11, 0.83), (12, 0.83)),
            ((0, 13), (3, 13), (6, 12), (9, 10), (12, 1)),
        ),
        Curve(
            PLACEBO,
            ((2.0, 0.85, 0.5, 0.96), (5.0, 0.7, 0.35, 0.88), (8.0, 0.5, 0.2, 0.74)),
            ((10, 0.5),),
            ((0, 13), (3, 11), (6, 9), (9, 5), (12, 0)),
        ),
    ),
    0.95,
)
DOTS = AdverseEventDots(
    "dots",
    TITLE,
    tuple(
        DotRow(term, ((IL2, a), (PLACEBO, b)), (a - b, a - b - 17.5, a - b + 18.25))
        for term, a, b in (
            ("Injection site reaction", 53.8, 7.7),
            ("Fever", 38.5, 15.4),
            ("Fatigue", 15.4, 23.1),
            ("Eosinophil count increased", 15.4, 0.0),
        )
    ),
)
DOTS_OF_ONE = AdverseEventDots(
    "dots-one", TITLE, (DotRow("Fever", ((IL2, 38.5),), None), DotRow("Rash", ((IL2, 7.7),), None))
)
_RISES = (("ALT", 3.6), ("AST", 1.4), ("Bilirubin, total", 1.1), ("CK", 12.0))
SHIFT = LaboratoryShift(
    "shift",
    TITLE,
    (
        *((name, _shifts(rise)) for name, rise in _RISES),
        ("Creatinine", ()),
    ),
)
HYS_LAW = HysLaw(
    "hys-law",
    TITLE,
    (
        LiverPoint("004", IL2, 4.4, 2.6, is_candidate=True),
        LiverPoint("007", IL2, 5.2, 0.8, is_candidate=False),
        LiverPoint("009", PLACEBO, 0.7, 2.4, is_candidate=False),
        *(
            LiverPoint(f"1{n}", PLACEBO, 0.4 + 0.1 * n, 0.3 + 0.07 * n, is_candidate=False)
            for n in range(6)
        ),
    ),
    3,
    2,
)
SWIMMER = Swimmer(
    "swimmer",
    TITLE,
    (
        Lane(
            "001",
            IL2,
            (("trial", 0, 11), *(("dose", 0.2 * n, 0.2 * n + 0.03) for n in range(25))),
            (("severe event", 2.2), ("completed", 11)),
            False,
        ),
        Lane("002", IL2, (("trial", 0, 4.0), ("dose", 0, 0.03), ("dose", 1, 1.03)), (), True),
        Lane(
            "003",
            IL2,
            (("trial", 0, 3.0), ("dose", 0, 0.03)),
            (("severe event", 1.9), ("death", 3.0)),
            False,
        ),
    ),
)
BOUNDARY = Boundary(
    "boundary",
    TITLE,
    ((3, 3), (6, 4), (9, 6), (13, 7)),
    ((3, 0), (6, 1), (9, 2)),
    wording("Participants with a related event of grade 3", "发生3级相关事件的受试者"),
)
_DISCONTINUED = (("adverse event", 1), ("lost to follow-up", 1))
FLOW_OF_ONE = ParticipantFlow(
    "flow",
    TITLE,
    (
        FlowBox("screened", wording("Screened", "筛选"), 2000),
        FlowBox("consented", wording("Gave consent", "知情同意"), 20),
        FlowBox(
            "screen-failures", wording("Screen failures", "筛选失败"), 7, (("E4", 4), ("I6", 3))
        ),
        FlowBox("enrolled", wording("Enrolled", "入组"), 13),
    ),
    (
        (
            FlowBox("arm", IL2, 13),
            FlowBox("dosed", wording("Received the study drug", "接受研究药物"), 13),
            FlowBox("completed", wording("Completed", "完成"), 8),
            FlowBox("ongoing", wording("Still in the trial", "仍在试验中"), 3),
            FlowBox("discontinued", wording("Discontinued", "提前退出"), 2, _DISCONTINUED),
        ),
    ),
)
FLOW_OF_THREE = ParticipantFlow(
    "flow-three",
    TITLE,
    FLOW_OF_ONE.trunk[1:],
    (
        FLOW_OF_ONE.branches[0],
        tuple(
            FlowBox(one.id, PLACEBO if one.id == "arm" else one.label, one.count)
            for one in FLOW_OF_ONE.branches[0]
        ),
        (FlowBox("arm", "Standard care", 9), FlowBox("analysed", "Analysed", 9)),
    ),
)
POWER = PowerCurves(
    "power",
    wording("Power", "检验效能"),
    tuple(
        (f"{dropout}% dropout", tuple((e / 10, max(0.05, e / 8 - d)) for e in range(0, 9, 2)))
        for dropout, d in ((0, 0.0), (15, 0.08), (30, 0.17))
    ),
    wording("True effect", "真实效应"),
    0.05,
)

FIGURES: tuple[Figure, ...] = (
    ONE_ARM,
    TWO_ARMS,
    FOREST,
    RATIOS,
    SURVIVAL,
    DOTS,
    DOTS_OF_ONE,
    SHIFT,
    HYS_LAW,
    SWIMMER,
    BOUNDARY,
    FLOW_OF_ONE,
    FLOW_OF_THREE,
    POWER,
)
EMPTY: tuple[Figure, ...] = (
    Trajectories("none", TITLE, SCORE, (), (), 5.5),
    Forest("none", TITLE, SCORE, (), 0.0),
    Survival("none", TITLE, (), 0.95),
    AdverseEventDots("none", TITLE, ()),
    LaboratoryShift("none", TITLE, (("ALT", ()),)),
    HysLaw("none", TITLE, (), 3, 2),
    Swimmer("none", TITLE, ()),
    Boundary("none", TITLE, (), (), SCORE),
    ParticipantFlow("none", TITLE, (), ()),
    PowerCurves("none", TITLE, (), SCORE, 0.05),
)
