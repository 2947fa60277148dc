"""The words of the flow of participants, as the CONSORT diagram shows it."""

from __future__ import annotations

WORDS_OF_FLOW: dict[str, tuple[str, str]] = {
    "flow": ("Flow of participants", "受试者流程图"),
    "flow_assessed": (
        "Patients screened from their records (n = {n})",
        "经病历筛选的患者（n = {n}）",
    ),
    "flow_last_screening": ("in the last screening: {n}", "最近一次病历筛选：{n}"),
    "flow_earlier": (
        "candidates of earlier screenings only: {n}",
        "仅见于此前病历筛选的候选者：{n}",
    ),
    "flow_refused": ("Not eligible by the records (n = {n})", "按病历不符合条件（n = {n}）"),
    "flow_candidates": ("Candidates (n = {n})", "候选者（n = {n}）"),
    "flow_not_taken_in": (
        "Open by the records, not taken in (n = {n})",
        "按病历待定，未列入候选者（n = {n}）",
    ),
    "flow_no_longer": (
        "No longer eligible by the records (n = {n})",
        "按病历不再符合条件（n = {n}）",
    ),
    "flow_declined_later": ("Declined after signing (n = {n})", "签署后不参加（n = {n}）"),
    "flow_declined": ("Declined (n = {n})", "不参加（n = {n}）"),
    "flow_waiting": ("Not yet approached or deciding (n = {n})", "尚未邀请或考虑中（n = {n}）"),
    "flow_consented": ("Signed the consent (n = {n})", "签署知情同意（n = {n}）"),
    "flow_failed": ("Screen failures (n = {n})", "筛选失败（n = {n}）"),
    "flow_in_screening": ("In screening (n = {n})", "筛选中（n = {n}）"),
    "flow_enrolled": ("Enrolled (n = {n})", "入组（n = {n}）"),
    "flow_ended_early": ("Ended early (n = {n})", "提前结束（n = {n}）"),
    "flow_on_trial": ("On the trial (n = {n})", "试验中（n = {n}）"),
    "flow_completed": ("Completed (n = {n})", "完成试验（n = {n}）"),
    "flow_reason": ("{reason}: {n}", "{reason}：{n}"),
    "flow_other_reasons": ("other reasons: {n}", "其他原因：{n}"),
    "flow_no_reason": ("no reason given", "未写原因"),
}
