"""Acts and roles of the audit trail in Chinese, as the pages say them."""

from __future__ import annotations

from collections.abc import Mapping

from trialrun.conduct.roles import Role, Verb
from trialrun.criteria.wording import Language

ACTS: Mapping[str, str] = {
    Verb.SIGN_IN: "登录",
    Verb.FAIL_TO_SIGN_IN: "登录失败",
    Verb.SIGN_OUT: "退出登录",
    Verb.CHANGE_PASSWORD: "修改密码",
    Verb.CHANGE_LANGUAGE: "切换语言",
    Verb.CREATE_ACCOUNT: "创建账户",
    Verb.CHANGE_ACCOUNT: "修改账户",
    Verb.TAKE_IN_SCREENING: "导入病历筛选结果",
    Verb.FINISH_SCREENING: "完成写入筛选结果",
    Verb.ANSWER_CRITERION: "回答标准",
    Verb.ASK_PARTICIPANT: "询问受试者",
    Verb.INVITE: "邀请",
    Verb.DECLINE: "候选者拒绝参加",
    Verb.RECORD_CONSENT_FORM: "登记知情同意书版本",
    Verb.OBTAIN_CONSENT: "取得知情同意",
    Verb.WITHDRAW_CONSENT: "撤回知情同意",
    Verb.RECORD_SCREEN_FAILURE: "记录筛选失败",
    Verb.WAIVE_CRITERION: "豁免标准",
    Verb.ENROL: "入组",
    Verb.END_PARTICIPATION: "结束参与",
    Verb.RECORD_VISIT: "记录访视",
    Verb.CORRECT_VISIT: "更正访视",
    Verb.VOID_VISIT: "作废访视",
    Verb.FILL_IN_FORM: "填写表单",
    Verb.CORRECT_FORM: "更正表单",
    Verb.RECORD_DOSE: "记录给药",
    Verb.CORRECT_DOSE: "更正给药",
    Verb.VOID_DOSE: "作废给药",
    Verb.ENTER_LEDGER: "登记药品台账",
    Verb.VOID_LEDGER_ENTRY: "作废台账条目",
    Verb.RECORD_MEDICATION: "记录合并用药",
    Verb.CHANGE_MEDICATION: "更改合并用药",
    Verb.STOP_MEDICATION: "停用合并用药",
    Verb.CORRECT_MEDICATION: "更正合并用药",
    Verb.VOID_MEDICATION: "作废合并用药",
    Verb.REPORT_ADVERSE_EVENT: "报告不良事件",
    Verb.FOLLOW_UP_ADVERSE_EVENT: "随访不良事件",
    Verb.CORRECT_ADVERSE_EVENT: "更正不良事件",
    Verb.VOID_ADVERSE_EVENT: "作废不良事件",
    Verb.CONFIRM_GRADE: "确认分级",
    Verb.RECORD_SAFETY_REPORT: "记录安全性报告",
    Verb.VOID_SAFETY_REPORT: "作废安全性报告",
    Verb.PROPOSE_DEVIATION: "提议方案偏离",
    Verb.REPORT_DEVIATION: "报告方案偏离",
    Verb.JUDGE_DEVIATION: "评判方案偏离",
    Verb.REPORT_TO_ETHICS: "向伦理委员会报告方案偏离",
    Verb.OPEN_QUERY: "提出质疑",
    Verb.ANSWER_QUERY: "回复质疑",
    Verb.CLOSE_QUERY: "关闭质疑",
    Verb.REOPEN_QUERY: "重新打开质疑",
    Verb.VERIFY_SOURCE: "核查源数据",
    Verb.LOCK: "锁定",
    Verb.UNLOCK: "解锁",
    Verb.SIGN: "签名",
    Verb.EXPORT: "导出",
    Verb.MIGRATE: "升级数据库",
}
ROLES: Mapping[str, str] = {
    Role.INVESTIGATOR: "研究者",
    Role.COORDINATOR: "研究协调员",
    Role.DATA_MANAGER: "数据管理员",
    Role.MONITOR: "监查员",
    Role.PHARMACIST: "药师",
    Role.ADMINISTRATOR: "管理员",
    "program": "程序",
}


def act_in_words(word: str, language: Language) -> str:
    """Return an act or a role as people say it; one that is not known stays as it is."""
    return ACTS.get(word) or ROLES.get(word, word) if language == "zh" else word
