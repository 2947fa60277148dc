"""The codes that the synthetic hospital writes: diagnoses, tests, medicines, vaccines, units.

Plain data. Each thing has one or more spellings, because a hospital writes it in several ways: in
the Chinese insurance edition of ICD-10, in the WHO's, in two systems at once. Refuses to know
which of them any trial asks for.
"""

from __future__ import annotations

import json
from functools import cache
from typing import NewType

from trialrun.terminology.codes import SYSTEM_URIS

Codeable = NewType("Codeable", str)
"""A FHIR CodeableConcept as JSON."""

# Reversed, so that of several URIs the first one listed wins.
_URIS = {name: uri for uri, name in reversed(SYSTEM_URIS.items())}
LOCAL = "https://fhir.hospital.example/codes"


@cache
def quoted(text: str) -> str:
    """Return a text as JSON, Chinese characters as they are."""
    return json.dumps(text, ensure_ascii=False)


def codeable(text: str | None, *codings: tuple[str, str]) -> Codeable:
    """Return a concept: its text, and pairs of a system's short name (or URI) and a code."""
    listed = ",".join(
        f'{{"system":"{_URIS.get(system, system)}","code":"{code}"'
        + (f',"display":{quoted(text)}}}' if text else "}")
        for system, code in codings
    )
    parts = [f'"coding":[{listed}]'] if codings else []
    if text:
        parts.append(f'"text":{quoted(text)}')
    return Codeable(f"{{{','.join(parts)}}}")


def text_only(text: str) -> Codeable:
    """Return a concept that nobody coded."""
    return codeable(text)


_CN, _CM, _WHO, _SCT = "ICD-10-CN", "ICD-10-CM", "ICD-10", "SNOMED CT"

# --- diagnoses --------------------------------------------------------------------------------

ALS = (
    codeable("肌萎缩侧索硬化", (_CN, "G12.201")),
    codeable("肌萎缩侧索硬化", (_CN, "G12.201"), (_SCT, "86044005")),
    codeable("肌萎缩侧索硬化症(ALS)", (_CM, "G12.21")),
)
MMN = (
    codeable("多灶性运动神经病", (_CN, "G62.909")),
    codeable("多灶性运动神经病(MMN)", (_CM, "G61.82"), (_SCT, "230591002")),
)
LEWIS_SUMNER = (codeable("获得性多灶性感觉运动神经病", (_CN, "G61.800x003")),)
CIDP = (
    codeable("慢性炎症性脱髓鞘性多发性神经病", (_CN, "G61.801")),
    codeable("慢性炎症性脱髓鞘性多发性神经根神经病", (_CM, "G61.81")),
)
PLS = (codeable("原发性侧索硬化", (_CM, "G12.23")),)
PMA = (codeable("进行性肌萎缩", (_CM, "G12.25")),)
CERVICAL_MYELOPATHY = (
    codeable("脊髓型颈椎病", (_CM, "M47.12")),
    codeable("脊髓型颈椎病", (_WHO, "M47.1")),
)
KENNEDY = (codeable("肯尼迪病", (_WHO, "G12.1")),)
MYOSITIS = (codeable("包涵体肌炎", (_CM, "G72.41")), codeable("包涵体肌炎", (_WHO, "G72.4")))
STROKE = (codeable("脑梗死", (_WHO, "I63.9")), codeable("脑梗死", (_CM, "I63.9")))
EPILEPSY = (codeable("癫痫", (_WHO, "G40.9")), codeable("癫痫", (_CM, "G40.909")))
MIGRAINE = (codeable("偏头痛", (_WHO, "G43.9")), codeable("偏头痛", (_CM, "G43.909")))
PARKINSON = (codeable("帕金森病", (_WHO, "G20")), codeable("帕金森病", (_CM, "G20")))
CIDP_UNTOLD = codeable("慢性炎症性脱髓鞘性多发性神经病", (_WHO, "G61.8"))
IMMUNE_MND = codeable("免疫介导性运动神经元病", (_CN, "G12.200x015"))
MMN_WHO = codeable("多灶性运动神经病", (_WHO, "G61.8"))

SEPSIS = codeable("脓毒症", (_CN, "A41.900"))
PNEUMONIA = codeable("细菌性肺炎", (_WHO, "J15.9"))
HEART_FAILURE = codeable("心力衰竭", (_WHO, "I50.9"))
RESPIRATORY_FAILURE = codeable("慢性呼吸衰竭", (_CN, "J96.100"))
HEPATIC_FAILURE = codeable("肝衰竭", (_WHO, "K72.9"))
DIALYSIS = codeable("依赖肾透析", (_WHO, "Z99.2"))
CORONARY = codeable("冠状动脉粥样硬化性心脏病", (_CN, "I25.103"))
HYSTERECTOMY = codeable("后天性子宫及宫颈缺失", (_CM, "Z90.710"))
PREGNANT = codeable("妊娠状态", (_WHO, "Z33"))
BREAST_FEEDING = codeable("哺乳期母亲的检查", (_WHO, "Z39.1"))
ANAEMIA = codeable("缺铁性贫血", (_WHO, "D50.9"))
HEPATITIS_B = codeable("慢性乙型病毒性肝炎", (_WHO, "B18.1"))
TUBERCULOSIS = codeable("肺结核", (_WHO, "A16.2"))
HIV = codeable("人类免疫缺陷病毒病", (_WHO, "B24"))
SYPHILIS = codeable("梅毒", (_WHO, "A53.9"))
DEPRESSION = codeable("抑郁发作", (_WHO, "F32.9"))
DEMENTIA = codeable("阿尔茨海默病性痴呆", (_WHO, "G30.9"))
HYPOTENSION = codeable("直立性低血压", (_WHO, "I95.1"))
ALCOHOL = codeable("酒精依赖综合征", (_WHO, "F10.2"))
ALCOHOLIC_NEUROPATHY = codeable("酒精性多神经病", (_WHO, "G62.1"))
BREAST_CANCER = codeable("乳房恶性肿瘤", (_WHO, "C50.9"))
CANCER_FOLLOWED_UP = codeable("恶性肿瘤治疗后的随诊检查", (_WHO, "Z08.1"))
CANCER_IN_FAMILY = codeable("乳房恶性肿瘤家族史", (_WHO, "Z80.3"))
CANCER_HISTORY = codeable("恶性肿瘤个人史", (_WHO, "Z85.9"))
KIDNEY_STATUS = codeable("肾移植状态", (_WHO, "Z94.0"))
HYPERTENSION = codeable("高血压病", (_WHO, "I10"))
DIABETES = codeable("2型糖尿病", (_WHO, "E11.9"))
LIPIDS = codeable("高脂血症", (_WHO, "E78.5"))
BENIGN_PAST = (HYPERTENSION, DIABETES, LIPIDS, codeable("腰椎间盘突出", (_WHO, "M51.2")))

# --- signs, procedures ------------------------------------------------------------------------

HYPERREFLEXIA = codeable("腱反射亢进", (_SCT, "86854008"))
ABNORMAL_REFLEX = codeable("异常反射", (_WHO, "R29.2"))
FASCICULATION_DIAGNOSED = codeable("肌束震颤", (_CN, "R25.300"))
FASCICULATION = codeable("肌束颤动", (_SCT, "82470000"))
NEURO_EXAMINATION = codeable("神经系统查体", ("LOINC", "8716-3"))
KIDNEY_TRANSPLANT = codeable("肾移植术", (_SCT, "70536003"))
LOCAL_PROCEDURE = text_only("肌电图检查（外院）")

# --- tests that answer in words ---------------------------------------------------------------

HCG_URINE = codeable("尿妊娠试验", ("LOINC", "2106-3"))
ANA = codeable("抗核抗体", ("LOINC", "8061-4"))
GM1 = codeable("抗GM1抗体IgM", ("LOINC", "51703-7"))
NYHA = codeable("NYHA心功能分级", ("LOINC", "88020-3"))
NYHA_II = codeable("心功能II级", ("LOINC", "LA28405-1"))
NYHA_III = codeable("心功能III级", ("LOINC", "LA28406-9"))

# --- medicines, allergies, vaccines, routes ---------------------------------------------------

_ATC = "ATC"
MEDICINES: dict[str, Codeable] = {
    "riluzole": codeable("利鲁唑片", (_ATC, "N07XX02")),
    "edaravone": codeable("依达拉奉注射液", (_ATC, "N07XX14")),
    "prednisone": codeable("醋酸泼尼松片", (_ATC, "H02AB07")),
    "methylprednisolone": codeable("甲泼尼龙", (_ATC, "H02AB04")),
    "dexamethasone": codeable("地塞米松", (_ATC, "H02AB02")),
    "immunoglobulin": codeable("静注人免疫球蛋白(pH4)", (_ATC, "J06BA02")),
    "immunoglobulin-sc": codeable("人免疫球蛋白(皮下)", (_ATC, "J06BA01")),
    "cyclophosphamide": codeable("环磷酰胺", (_ATC, "L01AA01")),
    "tacrolimus": codeable("他克莫司胶囊", (_ATC, "L04AD02")),
    "baclofen": codeable("巴氯芬片", (_ATC, "M03BX01")),
    "aspirin": codeable("阿司匹林肠溶片", (_ATC, "B01AC06")),
    "atorvastatin": codeable("阿托伐他汀钙片", (_ATC, "C10AA05")),
    "levetiracetam": codeable("左乙拉西坦片", (_ATC, "N03AX14")),
    "flunarizine": codeable("氟桂利嗪胶囊", (_ATC, "N07CA03")),
    "levodopa": codeable("多巴丝肼片", (_ATC, "N04BA02")),
    "mecobalamin": codeable("甲钴胺片", (_ATC, "B03BA05")),
}
"""The hospital's medicines by a short name, which is also the id of their Medication resource."""

DECOCTION = text_only("中药汤剂（外院）")
ORAL = codeable("口服", (_SCT, "26643006"))
INTRAVENOUS = codeable("静脉滴注", (_SCT, "47625008"))
INTRAMUSCULAR = codeable("肌内注射", (_SCT, "78421000"))
SUBCUTANEOUS = codeable("皮下注射", (_SCT, "34206005"))
TOPICAL = codeable("外用", (_SCT, "6064005"))

INTERLEUKIN = codeable("重组人白介素-2", (_ATC, "L03AC01"))
PENICILLIN = codeable("青霉素", (_ATC, "J01CE01"))
NO_ALLERGY = codeable("无已知过敏", (_SCT, "716186003"))
INTERLEUKIN_TEXT = text_only("白介素类药物过敏（患者自述）")

INFLUENZA = codeable("流感疫苗", ("CVX", "150"))
COVID = codeable("新型冠状病毒灭活疫苗", ("CVX", "511"))
RABIES = codeable("狂犬病疫苗", (_ATC, "J07BG01"))
VACCINE_TEXT = text_only("新冠疫苗（社区接种，批号不详）")
VACCINES = (INFLUENZA, COVID, RABIES)

RESEARCH_CONSENT = codeable("科研样本采集知情同意", (LOCAL, "research-sample"))
CLINIC_VISIT = codeable("神经内科门诊", (LOCAL, "neurology-outpatient"))
WARD_STAY = codeable("神经内科住院", (LOCAL, "neurology-ward"))
IGG = codeable("免疫球蛋白G", ("LOINC", "2465-3"))
CRP = codeable("C反应蛋白", ("LOINC", "1988-5"))
C3 = codeable("补体C3", ("LOINC", "4485-9"))
NEGATIVE = codeable("阴性", (_SCT, "260385009"))
POSITIVE = codeable("阳性", (_SCT, "10828004"))
