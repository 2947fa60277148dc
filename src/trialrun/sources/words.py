"""The words that hospitals use for what has a fixed vocabulary: sex, route, yes and no, flags.

A word that is not here is not understood, unless the mapping's `values` says what it means. Numbers
are never here: whether 1 is a man, a yes, or a code of nothing, only the hospital knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from trialrun.records.schema import Route
from trialrun.terminology.did_you_mean import did_you_mean

_BETWEEN = re.compile(r"[\s.()\-_,;]")

_ROUTES: Mapping[Route, str] = {
    Route.ORAL: "po oral orally bymouth ng 口服 经口 嚼服 冲服 鼻饲 经鼻胃管 胃管注入",
    Route.INTRAVENOUS: """
        iv ivgtt ivdrip ivp ivpb ivvp intravenous intravenously
        静脉 静滴 静脉滴注 静脉点滴 续静滴 静脉注射 静注 静推 静脉推注
        静脉输注 静脉泵入 静脉泵注 微泵静注 静脉给药""",
    Route.SUBCUTANEOUS: "sc sq ih subcut subq subcutaneous subcutaneously 皮下 皮下注射",
    Route.INTRAMUSCULAR: "im intramuscular intramuscularly 肌注 肌肉注射 肌内注射",
    Route.TOPICAL: """
        topical topically ophthalmic
        外用 外涂 外敷 涂抹 局部外用 皮肤外用 滴眼 点眼 滴鼻 滴耳 贴敷""",
    Route.INHALED: """
        inh inhale inhaled inhalation neb nebulized nebulised
        吸入 雾化 雾化吸入 氧气雾化吸入""",
    Route.OTHER: """
        other pr rectal sl sublingual it intrathecal id transdermal
        其他 直肠 直肠给药 灌肠 舌下 舌下含服 含服 含漱 鞘内 鞘内注射 皮内 皮内注射
        透皮 阴道给药 膀胱灌注 关节腔注射 腔内注射 球后注射""",
}
_YES_NO = {
    "yes": "yes y true present positive 是 有 阳性 存在 +",
    "no": "no n false absent negative 否 无 没有 阴性 未见 -",
    "unknown": "unknown unsure 不详 未知 不清楚",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": {
        "male": "male m man 男 男性",
        "female": "female f woman 女 女性",
        "unknown": "unknown other u 未知 不详 未说明 未说明的性别 其他",
    },
    "status": {
        "counts": "final active confirmed completed amended corrected 有效 确诊 正常",
        "ignored": """
            enteredinerror refuted cancelled canceled deleted void
            作废 已作废 撤销 已撤销 取消 已取消 删除 已删除 排除 已排除""",
        "uncertain": """
            unconfirmed provisional differential suspected
            疑似 可疑 疑诊 拟诊 待查 待排 待排除 待诊 待确诊 未确诊""",
    },
    "present": _YES_NO,
    "answer": _YES_NO,
    "flag": {
        "abnormal": """
            h hh l ll a aa high low abnormal critical ↑ ↑↑ ↓ ↓↓
            高 低 偏高 偏低 升高 降低 异常 危急 危急值 阳性""",
        "normal": "n normal 正常 阴性 未见异常",
        "unknown": "unknown 未知",
    },
    "route": {route.value: words for route, words in _ROUTES.items()},
    "basis": {"requested": "requested order 医嘱", "stated": "stated", "given": "given 已执行"},
    "end": {"goes on": "ongoing current continuing present 至今 长期 在用 持续 继续 服用中"},
}


_KINDS: Mapping[str, str] = {
    "condition": "diagnosis diagnoses disease problem 诊断 疾病",
    "finding": "symptom symptoms sign 症状 体征",
    "procedure": "operation operations surgery 手术 操作",
    "allergy": "allergies 过敏",
    "immunisation": "vaccination vaccinations vaccine vaccines 接种 疫苗",
    "medication": "drug drugs medicine medicines prescription prescriptions 用药 药品 处方",
    "study_participation": "trial study 临床试验",
    "encounter": "hospitalcontact visit visits admission admissions 就诊 住院",
    "measurement": "lab labs laboratory result results test tests 检验 检验结果",
    "attestation": "answer answers questionnaire 回答 问卷",
    "patient": "person persons demographics 患者 病人",
}
"""What people also call the kinds of record."""


def meant_kind(word: str, known: Iterable[str]) -> str:
    """Return "did you mean 'condition'?" for another name of a kind, or what is written so."""
    names = sorted(known)
    for kind, others in _KINDS.items():
        if squeezed(word) in others.split() and kind in names:
            return f"did you mean '{kind}'?"
    return did_you_mean(word, names)


def squeezed(text: str) -> str:
    """Return a word as it is looked up: small letters, narrow digits, nothing between them."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _BETWEEN.sub("", plain) or plain


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    return {squeezed(word): meaning for meaning, words in table.items() for word in words.split()}


_MEANING = {field: _by_word(table) for field, table in _WORDS.items()}


def meaning_of(field: str, text: str) -> str | None:
    """Return what a word means in a field; None if it is not known here."""
    return _MEANING[field].get(squeezed(text))


def reader_of(field: str, own: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return the reading of a field: the hospital's `own` words first, then the usual ones."""
    return lambda text: own.get(text) or meaning_of(field, text)
