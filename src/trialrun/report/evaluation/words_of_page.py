"""The words of the page itself: what stands around tables and figures, and how it was made."""

from __future__ import annotations

WORDS_OF_PAGE: dict[str, tuple[str, str]] = {
    "rows_of_data": ("rows of the data behind this number: {n}", "此数字所依据的数据行数：{n}"),
    "listing_rows": ("{title} ({n} rows)", "{title}（{n}行）"),
    # --- the command line
    "evaluated": (
        "{tables} tables of {subjects} subjects are in {out}",
        "{subjects}名受试者的{tables}张表已写入{out}",
    ),
    "evaluated_without": (
        "not used of the data: {n} rows or parts of rows; the end of the report says why",
        "数据中有{n}行（或其部分）未使用；报告末尾列出其类别与原因",
    ),
    "evaluated_open": (
        "open {report}; each number's rows are in tables/*.rows.csv",
        "请打开{report}；各数字所依据的数据行见tables/*.rows.csv",
    ),
    # --- tables and how they were made
    "no_rows": ("none", "无"),
    "how_made": ("Methods and provenance", "方法与来源"),
    "own_database": ("the trial's own database, {at}", "本试验自身数据库，{at}"),
    "made_from": ("Data", "数据来源"),
    "plan_of": ("Analysis plan", "分析计划"),
    "plan_version": (
        "protocol {name}, version {version}, SHA-256 {digest}",
        "方案{name}，第{version}版，SHA-256 {digest}",
    ),
    "level_of_intervals": ("Level of intervals", "置信水平"),
    "random_seeds": ("Seeds of random numbers", "随机数种子"),
    "seed_of": ("{what}: {seed}", "{what}：{seed}"),
    "no_random_numbers": ("no analysis draws random numbers", "分析未使用随机数"),
    "programs": ("Programs", "程序"),
    "program_version": ("{name} {version}", "{name} {version}"),
    "how_numbers": ("Numbers", "数字"),
    "how_rounded": (
        "Rounded half up when they are written, never before; tables/ holds every table as CSV, "
        "and beside it (.rows.csv) the rows of the data behind each number.",
        "仅在书写时四舍五入，计算中不舍入；tables/中有各表的CSV文件，及每个数字所依据的数据行（.rows.csv）。",
    ),
}
