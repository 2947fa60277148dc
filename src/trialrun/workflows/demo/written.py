"""What people of the demonstration write down in their own words, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from trialrun.criteria.wording import Language

WORDS: Mapping[str, tuple[str, str]] = {
    # recruitment and visits
    "asked": ("asked at the screening visit", "筛选访视时询问"),
    "not reached": ("not reached on three days", "连续三天未能联系上"),
    "wishes to end": (
        "wishes to end the injections and the visits",
        "受试者要求停止注射和后续访视",
    ),
    "vials": ("vials", "支"),
    # doses that were not given, as the invented courses have them
    "held for fever": ("held for fever", "因发热暂停给药"),
    "forgotten": ("forgotten", "忘记注射"),
    "travelling": ("travelling", "外出"),
    # treatments
    "riluzole": ("riluzole", "利鲁唑"),
    "edaravone": ("edaravone", "依达拉奉"),
    "influenza vaccine": ("influenza vaccine", "流感疫苗"),
    "amyotrophic lateral sclerosis": ("amyotrophic lateral sclerosis", "肌萎缩侧索硬化"),
    "prevention": ("prevention", "预防"),
    "oral": ("oral", "口服"),
    "intravenous": ("intravenous", "静脉滴注"),
    "intramuscular": ("intramuscular", "肌内注射"),
    "halved": (
        "nausea; the family doctor halved the dose",
        "因恶心，外院医生将剂量减半",
    ),
    # adverse events, in the words of whoever reported them
    "Injection site reaction": ("injection site reaction", "注射部位红肿"),
    "Fever": ("fever", "发热"),
    "Flu like symptoms": ("flu like symptoms", "流感样症状"),
    "Upper respiratory infection": ("upper respiratory infection", "上呼吸道感染"),
    "Lung infection": ("lung infection", "肺部感染"),
    "Fall": ("fall", "跌倒"),
    "Constipation": ("constipation", "便秘"),
    "Respiratory failure": ("respiratory failure", "呼吸衰竭"),
    "narrative": (
        "Told by the family, and confirmed from the hospital's record.",
        "由家属告知，并经住院病历核实。",
    ),
    "mail": ("electronic mail", "电子邮件"),
    # ends
    "journeys": (
        "the journeys to the clinic have become too hard",
        "往返医院就诊已过于困难",
    ),
    "died": ("died of respiratory failure", "死于呼吸衰竭"),
    "last visit": ("the last visit was made", "已完成末次访视"),
    # oversight
    "query": (
        "The sheet of the visit shows another value; please compare.",
        "与访视原始记录的数值不一致，请核对。",
    ),
    "answer": (
        "Compared: the value here is that of the sheet.",
        "已核对：系统数值与原始记录一致。",
    ),
    "closed": ("Seen; thank you.", "已确认，谢谢。"),
    "meaning": (
        "I have reviewed these data; they are complete and correct",
        "本人已审核上述数据，确认完整、准确",
    ),
    "signed": (
        "participation has ended, and the investigator has signed",
        "受试者已结束参与，研究者已签名",
    ),
    "drawn late": (
        "The blood for the T cells was drawn after the first injection.",
        "T细胞检测的血样在首次注射之后才采集。",
    ),
    "told": ("the nurses were told the order", "已向护士说明先采血、后注射的顺序"),
    "hardly change": (
        "the cells hardly change within an hour",
        "一小时内细胞比例变化甚微",
    ),
}


def written(key: str, language: Language) -> str:
    """Return what somebody wrote, in the language of the demonstration."""
    english, chinese = WORDS[key]
    return chinese if language == "zh" else english
