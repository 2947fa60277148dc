"""What of CDISC datasets is not used, in Chinese: the names of datasets and columns stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PATTERNS: tuple[tuple[str, str], ...] = (
    # --- what is not used
    ("(.+) row", r"\1的行"),
    ("end of a row of (.+)", r"\1中一行的结束日期"),
    (r"(\S+) of (ADSL|SUPPDM)", r"\2的\1"),
    ("day known in part", "日期不完整"),
    ("day that is none", "不成立的日期"),
    ("day of a subject without day 0", "无第0天的受试者的日期"),
    ("planned dose", "计划剂量"),
    ("first dose", "首次给药"),
    ("death", "死亡"),
    ("age", "年龄"),
    # --- why: the subject
    ("its subject has an arm, and is not in ADSL", "其受试者已分组，但不在ADSL中"),
    ("its subject is not in (.+)", r"其受试者不在\1中"),
    ("its subject is not known", "其受试者未知"),
    ("it names no subject", "未写明受试者"),
    # --- why: the value
    ("it is no number", "不是数字"),
    ("its (.+) is no number", r"其\1不是数字"),
    ("it says neither Y nor N", "既不是Y也不是N"),
    ("it repeats another row, cell by cell", "与另一行逐格相同"),
    ("it repeats the value of a planned visit", "与计划访视的数值重复"),
    ("ANL01FL does not choose it", "未被ANL01FL选中"),
    (
        "DTYPE says that nobody measured it: no analysis uses it",
        "DTYPE表明并非实测值：任何分析均不采用",
    ),
    # --- why: the day
    ("it has no day: no analysis of values uses it", "没有日期：任何数值分析均不采用"),
    ("the value is kept, its day is not", "数值保留，日期不保留"),
    ("the adverse event counts, its day does not", "不良事件计入，其日期不计入"),
    ("the deviation counts, its day does not", "方案偏离计入，其日期不计入"),
    ("its day is not known, and no analysis counts it", "日期不详，未计入任何分析"),
    ("its day is not known: its subject counts as not treated", "日期不详：其受试者按未治疗计"),
    # --- why: the dose
    ("it is a plan", "仅为计划"),
    ("its frequency gives no dose of each day", "由其频次得不出每日剂量"),
    ("it has no amount", "没有剂量"),
    ("its amount is below 0", "剂量小于0"),
    ("its first day is not known", "首日不详"),
    ("it ends before it begins", "结束早于开始"),
    (
        "it is missing, and taken to be the end of treatment, or of participation",
        "缺失，按治疗结束或参与结束计",
    ),
    # --- why: the file
    ("no analysis reads this dataset", "没有分析读取该数据集"),
    ("the dataset stands there in another format too", "该数据集另有其他格式的文件"),
    ("it is no Dataset-JSON", "不是Dataset-JSON"),
    ("(.+) stands in another file too", r"\1另有一个文件"),
)


def in_chinese(said: str) -> str | None:
    """Return what is not used, or why, in Chinese; None: it is nothing of these."""
    return next(_matching(said), None)


def _matching(said: str) -> Iterator[str]:
    for pattern, chinese in _PATTERNS:
        found = re.fullmatch(pattern, said)
        if found:
            yield found.expand(chinese)
