"""The tables of a trial beside its forms, column by column, with their titles in two languages.

ODM and the plain CSV files are both made of them, so that neither can forget what the other has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trialrun.exchange.columns import (
    Column,
    Kind,
    Line,
    Table,
    lines_of,
    lines_within,
    of_parent,
    own,
)
from trialrun.protocol.model import Wording
from trialrun.records.trial_data import Subject

_REASON = own("reason", "Reason", "原因")


def _participation(subject: Subject) -> Iterable[Line]:
    return () if subject.participation is None else (Line(subject.participation),)


def _grades(subject: Subject) -> Iterable[Line]:
    for visit in subject.visits:
        for form in visit.forms:
            for value in form.values:
                yield from (Line(grade, value) for grade in value.grades)


def _criterion(name: str, en: str, zh: str) -> Column:
    def met(line: Line) -> Any:
        return name in line.entry.criteria

    return Column(name, Wording(en, zh), Kind.YES_NO, met)


CONSENT = Table(
    "consent",
    Wording("Informed consent", "知情同意"),
    (
        own("form_version", "Version of the form", "知情同意书版本"),
        own("signed_at", "Signed at", "签署时间", Kind.MOMENT),
        own("signed_on", "Signed on", "签署日期", Kind.DAY),
        own("obtained_by", "Obtained by", "知情人员"),
    ),
    lines_of("consents"),
)
WITHDRAWAL = Table(
    "withdrawal",
    Wording("Withdrawal of consent", "撤回知情同意"),
    (
        own("withdrawn_at", "Withdrawn at", "撤回时间", Kind.MOMENT),
        own("withdrawn_on", "Withdrawn on", "撤回日期", Kind.DAY),
        own("scope", "What it ends", "撤回范围"),
        _REASON,
    ),
    lines_of("withdrawals"),
)
ANSWER = Table(
    "criterion_answer",
    Wording("Answers to criteria", "标准的回答"),
    (
        own("criterion", "Criterion", "标准"),
        own("statement", "Statement", "陈述"),
        own("answer", "Answer", "回答", Kind.YES_NO),
        own("answered_on", "Answered on", "回答日期", Kind.DAY),
        _REASON,
    ),
    lines_of("answers"),
)
WAIVER = Table(
    "waiver",
    Wording("Waived criteria", "豁免的标准"),
    (own("criterion", "Criterion", "标准"), _REASON),
    lines_of("waivers"),
)
FAILURE = Table(
    "screen_failure",
    Wording("Screen failures", "筛选失败"),
    (
        own("failed_on", "Day", "日期", Kind.DAY),
        own("criteria", "Criteria", "标准"),
        _REASON,
    ),
    lines_of("failures"),
)
PARTICIPATION = Table(
    "participant",
    Wording("Enrolment and end of participation", "入组与参与结束"),
    (
        own("enrolled_at", "Enrolled at", "入组时间", Kind.MOMENT),
        own("enrolled_on", "Enrolled on", "入组日期", Kind.DAY),
        own("arm", "Arm", "组别"),
        own("status", "Status", "状态"),
        own("first_dose_on", "First dose on", "首次给药日期", Kind.DAY),
        own("ended_on", "Ended on", "结束日期", Kind.DAY),
        own("ended_why", "Why it ended", "结束原因"),
        own("ended_note", "Note", "备注"),
    ),
    _participation,
)
VISIT = Table(
    "visit",
    Wording("Visits", "访视"),
    (
        own("planned", "Planned visit", "计划访视"),
        own("day", "Day", "日期", Kind.DAY),
        own("contact", "Kind of contact", "访视方式"),
        own("window_from", "Window from", "时间窗起", Kind.DAY),
        own("window_to", "Window to", "时间窗止", Kind.DAY),
        own("missed_reason", "Why it was missed", "未访视原因"),
        own("note", "Note", "备注"),
    ),
    lines_of("visits"),
)
DOSE = Table(
    "dose",
    Wording("Doses", "给药"),
    (
        own("status", "What became of it", "给药情况"),
        own("planned_on", "Planned on", "计划日期", Kind.DAY),
        own("course", "Course", "疗程", Kind.INTEGER),
        own("number", "Number within the course", "疗程内序号", Kind.INTEGER),
        own("planned_amount", "Planned amount", "计划剂量", Kind.DECIMAL),
        own("given_at", "Given at", "给药时间", Kind.MOMENT),
        own("given_on", "Given on", "给药日期", Kind.DAY),
        own("amount", "Amount", "剂量", Kind.DECIMAL),
        own("unit", "Unit", "单位"),
        own("site", "Site", "部位"),
        own("lot", "Lot", "批号"),
        _REASON,
    ),
    lines_of("doses"),
)
MEDICATION = Table(
    "medication",
    Wording("Concomitant medication", "合并用药"),
    (
        own("name", "Name", "药名"),
        own("code", "Code", "编码"),
        own("system", "Code system", "编码系统"),
        own("indication", "Indication", "适应证"),
        own("route", "Route", "途径"),
        own("is_vaccination", "Vaccination", "疫苗接种", Kind.YES_NO),
    ),
    lines_of("medication"),
)
PERIOD = Table(
    "medication_period",
    Wording("Doses of concomitant medication", "合并用药的剂量"),
    (
        of_parent("medication", "Medication (its row)", "合并用药（行号）"),
        own("started", "First day", "开始日期", Kind.PARTIAL),
        own("stopped", "Last day", "结束日期", Kind.PARTIAL),
        own("ongoing", "Goes on", "仍在使用", Kind.YES_NO),
        own("amount", "Amount", "剂量", Kind.DECIMAL),
        own("unit", "Unit", "单位"),
        own("per_day", "Times a day", "每日次数", Kind.DECIMAL),
    ),
    lines_within("medication", "periods"),
)
EVENT = Table(
    "adverse_event",
    Wording("Adverse events", "不良事件"),
    (
        own("reported_term", "As reported", "报告用语"),
        own("term", "Term (CTCAE)", "术语（CTCAE）"),
        own("soc", "System organ class", "系统器官分类"),
        own("onset", "First day", "开始日期", Kind.PARTIAL),
        own("ended", "Last day", "结束日期", Kind.PARTIAL),
        own("first_grade", "Grade at onset", "发生时分级", Kind.INTEGER),
        own("grade", "Highest grade", "最高分级", Kind.INTEGER),
        own("serious", "Serious", "严重不良事件", Kind.YES_NO),
        _criterion("death", "Death", "死亡"),
        _criterion("life_threatening", "Life-threatening", "危及生命"),
        _criterion("hospitalisation", "In hospital, or longer there", "住院或住院时间延长"),
        _criterion("disability", "Disability", "致残"),
        _criterion("congenital_anomaly", "Birth defect", "先天异常"),
        _criterion("medically_important", "As important as these", "其他重要医学事件"),
        own("aware_at", "Known since", "获知时间", Kind.MOMENT),
        own("serious_aware_at", "Known to be serious since", "获知严重的时间", Kind.MOMENT),
        own("causality", "Causality", "与研究药物的关系"),
        own("expectedness", "Expectedness", "是否预期"),
        own("action_taken", "Action taken with the drug", "对研究药物采取的措施"),
        own("outcome", "Outcome", "转归"),
        own("treatment", "Treatment", "治疗"),
        own("narrative", "Narrative", "描述"),
        own("emergent", "Treatment-emergent", "治疗期出现", Kind.YES_NO),
    ),
    lines_of("adverse_events"),
)
_EVENT_ROW = ("adverse_event", "Adverse event (its row)", "不良事件（行号）")
FOLLOW_UP = Table(
    "adverse_event_follow_up",
    Wording("Course of adverse events", "不良事件随访"),
    (
        of_parent(*_EVENT_ROW),
        own("observed", "Observed on", "观察日期", Kind.PARTIAL),
        own("grade", "Grade", "分级", Kind.INTEGER),
        own("outcome", "Outcome", "转归"),
        own("aware_at", "Known since", "获知时间", Kind.MOMENT),
        own("note", "Note", "备注"),
    ),
    lines_within("adverse_events", "follow_ups"),
)
REPORT = Table(
    "safety_report",
    Wording("Reports of serious adverse events", "严重不良事件报告"),
    (
        of_parent(*_EVENT_ROW),
        own("recipient", "Recipient", "接收方"),
        own("number", "Number", "序号", Kind.INTEGER),
        own("sent_at", "Sent at", "发送时间", Kind.MOMENT),
        own("means", "Sent by", "发送方式"),
        own("reference", "Reference", "编号"),
    ),
    lines_within("adverse_events", "reports"),
)
GRADE = Table(
    "grade_decision",
    Wording("Grades of laboratory results", "实验室结果分级"),
    (
        of_parent("form_value", "Value (its row)", "数值（行号）"),
        own("term", "Term (CTCAE)", "术语（CTCAE）"),
        own("grade", "Grade", "分级", Kind.INTEGER),
        _REASON,
    ),
    _grades,
)
DEVIATION = Table(
    "deviation",
    Wording("Deviations", "方案偏离"),
    (
        own("origin", "How it became known", "来源"),
        own("kind", "Kind", "类别"),
        own("concerns", "Concerns", "涉及"),
        own("description", "Description", "描述"),
        own("occurred", "Day", "发生日期", Kind.PARTIAL),
        own("status", "Status", "状态"),
        own("important", "Important", "是否重要", Kind.YES_NO),
        own("judgement", "Judgement", "判断"),
        own("action_taken", "Action taken", "采取的措施"),
        own("ethics_reported_on", "Reported to the ethics committee", "报告伦理委员会", Kind.DAY),
    ),
    lines_of("deviations"),
)
LEDGER_COLUMNS = (
    own("kind", "What moved", "类型"),
    own("day", "Day", "日期", Kind.DAY),
    own("lot", "Lot", "批号"),
    own("amount", "Amount", "数量", Kind.INTEGER),
    own("unit", "Unit", "单位"),
    own("expires_on", "Use before the end of", "有效期至", Kind.DAY),
    _REASON,
)
LEDGER_TITLE = Wording("Ledger of the drug", "药物台账")

TABLES = (
    CONSENT,
    WITHDRAWAL,
    ANSWER,
    WAIVER,
    FAILURE,
    PARTICIPATION,
    VISIT,
    DOSE,
    MEDICATION,
    PERIOD,
    EVENT,
    FOLLOW_UP,
    REPORT,
    GRADE,
    DEVIATION,
)
"""Every table of a subject, but for the values of forms."""
