"""Whether the name of a diagnosis, operation or allergy says that the patient has it.

Hospitals write doubts, denials and the illnesses of relatives into the same column as diagnoses:
肝炎待查, 排除结核, 父亲肝癌. Such a name never counts as established. Neither does it count for
nothing, unless all that it says is that there is none: a suspicion is no proof of an absence.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Certainty(StrEnum):
    """What a name says of its patient."""

    STATED = "stated"
    """The patient has it."""
    DOUBTFUL = "doubtful"
    """Suspected, to be ruled out, denied in part, planned, or somebody else's."""
    NONE = "none"
    """There is nothing to list: 无, 否认药物过敏史."""


_DOUBTS = (
    r"\?",
    # 疑病症 is hypochondria, 疑核 a nucleus; 待产 and 等待移植 are no doubts.
    r"疑(?![病核难])|待(?:排|查|诊|除|确|明|鉴|定|证|病理|观察)",
    "诊断不明|[未无]明确诊断|拟诊|拟行|拟施|可能|考虑|倾向于|倾向性|除外|排除|不详|鉴别诊断",
    r"阴性$|\(-\)$|未引出",
    "否认|未见|未发现|未行|不支持|(?:^|[^不])无(?:明显|明确)?证据",
    r"\b(?:suspect(?:ed)?|suspicious|suspicion|possibl[ey]|probabl[ey]|query|likely|unlikely)\b",
    r"\b(?:rule[sd]?[ -]?out|r/o|excluded?|differential|provisional|presumed|planned)\b",
    r"\b(?:den(?:y|ies|ied)|negative for|no (?:evidence|history|known|signs?) )",
)
_OF_A_RELATIVE = (
    "家族史|家族性?遗传史|[父母]亲|祖[父母]|爷爷|奶奶|外公|外婆|姥[姥爷]|哥哥|弟弟|姐姐|妹妹|[兄弟姐妹]患"
    "|[兄胞][兄弟姐妹]|儿子|女儿|[父母兄弟姐妹子女](?:[:：]|患|有)|其[父母兄弟姐妹子女]"
    r"|\b(?:family|father|mother|brother|sister|grandmother|grandfather|fhx?)\b"
)
_DOUBT = re.compile("|".join((*_DOUBTS, _OF_A_RELATIVE)), re.IGNORECASE)
_ONLY_UNEXPLAINED = re.compile(r"[(\[]?(?:原因|病因|性质)?待[查诊][)\]]?$")

# Made of nothing but these words, a name that begins with 无 denies; 无脉症 is an illness.
_DENIED_THINGS = (
    "已知|明确|明显|特殊|药物|食物|药食|其他|外伤|输血|手术|疫苗|预防|接种|过敏原?|近期|既往|重大|慢性|疾病|病"
    "|异常|不适|史|者|及|与|或|和|等|[、,/]"
)
_NOTHING = re.compile(
    rf"(?:近期|既往)?(?:无|没有|未(?:行|做|见|发现|曾|接种|手术))(?:{_DENIED_THINGS})*"
    r"|(?:患者|家属|本人|自述|均|既往|近期)*否认(?:(?![史但除有无，。,;\s\d]).)*史?"
    r"|(?:none|nil|no|nka|nkda|nkfa|no known (?:drug |food |medication )?allerg(?:y|ies))",
    re.IGNORECASE,
)
# Codes that themselves speak of a suspicion, of the family, of mother and child, or of a symptom
# without its cause.
_SAYS_SO_ITSELF = re.compile(r"Z03|Z20|Z39|Z8[0-4]|O3[56]|P0[0-4]", re.IGNORECASE)
_SYMPTOM = re.compile(r"R(?!57|65)\d\d", re.IGNORECASE)


def certainty_of(text: str, code: str | None = None) -> Certainty:
    """Say what a name says, beside which a code may stand.

    The code of a family history or of an observation for a suspicion is as sure as any; and in
    "fever, cause to be found" (R50) the fever is.
    """
    plain = unicodedata.normalize("NFKC", text).strip(" .。")
    if _NOTHING.fullmatch(plain):
        return Certainty.NONE
    if code is not None and _SAYS_SO_ITSELF.match(code):
        return Certainty.STATED
    if code is not None and _SYMPTOM.match(code):
        plain = _ONLY_UNEXPLAINED.sub("", plain)
    return Certainty.DOUBTFUL if _DOUBT.search(plain) else Certainty.STATED
