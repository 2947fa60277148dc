"""The words of what is said in the terminal about files: protocols, findings, loads."""

from __future__ import annotations

WORDS_OF_FILES: dict[str, tuple[str, str]] = {
    # --- a load
    "loaded": ("Loaded {source}", "已载入 {source}"),
    "load_facts": ("{format}, days of {time_zone}", "{format}，日期按 {time_zone} 时区"),
    "zone_declared": ("as declared", "按声明"),
    "zone_by_default": ("by default", "默认"),
    "zone_may_be_another": (
        "Nothing declares the hospital's time zone, which decides on which day a timestamp falls: "
        "{time_zone} was taken. If it is another, load again with --time-zone, or time_zone in "
        "coverage.yaml.",
        "未声明医院所在时区（它决定时间戳属于哪一天），已按 {time_zone} 处理。若不符，"
        "请用 --time-zone 或在 coverage.yaml 中写明 time_zone 后重新载入。",
    ),
    "table": ("Table", "数据表"),
    "rows": ("Rows", "行数"),
    "patient_rows": ("patients", "患者"),
    "patient_row": ("patient", "患者"),
    "file": ("file", "文件"),
    "line": ("line", "数据行"),
    "sheet": ("sheet", "工作表"),
    "resource": ("resource", "资源"),
    "left_out": ("{how}: {kind}, {reason}", "{how}：{kind}，{reason}"),
    "not_used": ("{how}: {reason} ({types})", "{how}：{reason}（{types}）"),
    "key_exposed": (
        "others can read the key {path}, and tell whose pseudonym is whose: chmod 600 it",
        "他人可读取密钥文件 {path}，从而得知化名对应的患者：请执行 chmod 600",
    ),
    "written_to": (
        "Written to {folder}: report.html, verdicts and judgements (.parquet, .csv)",
        "已写入 {folder}：report.html、verdicts 与 judgements（.parquet、.csv）",
    ),
    "warned": ("warning: {said}", "警告：{said}"),
    "rows_left_out": ("Rows that did not count as sent", "未按原样计入的行"),
    "rows_all_counted": ("Every row counts as it was sent.", "所有行均按原样计入。"),
    "rejected": ("rejected", "拒收"),
    "ignored": ("ignored", "按规则忽略"),
    "repaired": ("repaired", "修正"),
    "unknown_units": ("Units that cannot be converted", "无法换算的单位"),
    "unit": ("Unit", "单位"),
    "unknown_concepts": (
        "Codes that no value set lists, most frequent first",
        "值集未收录的编码（按频次）",
    ),
    "code": ("Code", "编码"),
    "name": ("Name", "名称"),
    "uncoded": (
        "{kind}: {n} of {of} row has no code of a known system|"
        "{kind}: {n} of {of} rows have no code of a known system",
        "{kind}：{of}行中有{n}行没有已知系统的编码",
    ),
    "withheld_name": (
        "{kind}: {n} name or code is not shown (rows: {rows}): fewer than {patients} patients have"
        " it, and it could say who they are|"
        "{kind}: {n} names and codes are not shown (rows: {rows}): fewer than {patients} patients"
        " have each, and it could say who they are",
        "{kind}：{n}个名称或编码未显示（共{rows}行）：各不足{patients}名患者，可能暴露身份",
    ),
    "withheld_unit": (
        "{kind}: {n} unit that cannot be converted is not shown (rows: {rows}): fewer than"
        " {patients} patients have it|"
        "{kind}: {n} units that cannot be converted are not shown (rows: {rows}): fewer than"
        " {patients} patients have each",
        "{kind}：{n}个无法换算的单位未显示（共{rows}行）：各不足{patients}名患者",
    ),
    "coverage_of_load_none": (
        "This source declares nothing complete: where it has no record, the answer is unknown.",
        "该数据源未声明任何完整记录：没有记录之处，回答为未知。",
    ),
    "withdrawn": (
        "An earlier load declared what this one does not, and it no longer holds: {lines}."
        " Answers that rested on it are unknown now. If it is still true, load again with"
        " coverage.yaml beside the export, or with --coverage FILE.",
        "此前载入时的声明本次未再声明，已不再有效：{lines}。依赖它的回答现为未知。"
        "若仍属实，请在导出文件旁放置 coverage.yaml 或用 --coverage FILE 重新载入。",
    ),
    "coverage_unused": (
        "{path} was not read: it stands beside the folder of the export, and may be that of"
        " another. If it is this one's, put it into the folder, or name it with --coverage.",
        "未读取 {path}：它位于导出文件夹之外，可能属于其他导出。"
        "若属于本次导出，请移入该文件夹，或用 --coverage 指定。",
    ),
    # --- a protocol
    "registry_record": ("The registry's record", "注册信息"),
    "design": ("Design", "设计"),
    "form_title": ("Form: {title}", "表单：{title}"),
    "criteria_title": ("Criteria", "标准"),
    "our_assumptions": ("Our assumptions", "我方假设"),
    # --- a value set
    "system": ("System", "编码系统"),
    "codes_listed": ("{n} code|{n} codes", "{n}个编码"),
    "list_source": ("Source", "出处"),
    "list_note": ("Note", "说明"),
    "list_extent": ("Extent", "范围"),
    "list_open": (
        "open: that nothing of it is recorded proves nothing",
        "开放：没有相关记录不能证明任何事",
    ),
    "list_closed": ("exhaustive in the systems below", "对下列编码系统而言是完整的"),
    "list_partial": ("Only some codes of", "仅列出部分编码"),
    "list_reads": ("Holds nothing of", "不含其编码"),
    "list_plausible": ("Plausible values", "合理数值"),
    "list_molar_mass": ("Molar mass", "摩尔质量"),
    "list_ordinal": ("Stands for", "对应数值"),
    # --- findings
    "sound": ("Nothing is wrong.", "未发现问题。"),
    "error": ("error", "错误"),
    "warning": ("warning", "警告"),
    "errors_found": ("{n} error|{n} errors", "{n}个错误"),
    "warnings_found": ("{n} warning|{n} warnings", "{n}个警告"),
}
