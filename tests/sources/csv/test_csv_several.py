"""Several diagnoses in one cell, and names that are no diagnosis of the patient."""

from __future__ import annotations

import pytest
from tests.sources.csv.loading import Folder, Staged

from trialrun.sources.certainty import certainty_of
from trialrun.sources.csv.codings import codings_of

DOUBT, NOT_PAIRED, ODD, NONE = (
    "a suspicion, a denial or a relative's: it counts as a doubt only",
    "it is not clear which of its names goes with which of its codes",
    "its code does not look like one of the code system",
    "it says that there is none",
)


@pytest.mark.parametrize(
    ("written", "certainty"),
    [
        # what the patient has
        ("肌萎缩侧索硬化", "stated"),
        ("乙型肝炎病史", "stated"),
        ("肝癌术后", "stated"),
        ("无脉症", "stated"),
        ("无痛性甲状腺炎", "stated"),
        ("无症状性HIV感染", "stated"),
        ("无精子症", "stated"),
        ("疑病症", "stated"),
        ("出血倾向", "stated"),
        ("待产", "stated"),
        ("未特指的肝炎", "stated"),
        ("未分化结缔组织病", "stated"),
        ("不明原因肝炎", "stated"),
        ("血清阴性脊柱关节炎", "stated"),
        ("家族性肌萎缩侧索硬化", "stated"),
        ("子宫内膜癌", "stated"),
        ("女性乳腺癌", "stated"),
        ("父子鉴定", "stated"),
        ("familial ALS", "stated"),
        # suspected, to be ruled out, planned
        ("肌萎缩侧索硬化？", "doubtful"),
        ("肌萎缩侧索硬化?", "doubtful"),
        ("慢性乙型病毒性肝炎（待排）", "doubtful"),
        ("疑似肺结核", "doubtful"),
        ("可疑肝癌", "doubtful"),
        ("排除肺结核", "doubtful"),
        ("肺结核待除外", "doubtful"),
        ("不能排除淋巴瘤", "doubtful"),
        ("肝炎待查", "doubtful"),
        ("肝占位性质待定", "doubtful"),
        ("淋巴瘤可能", "doubtful"),
        ("考虑肌萎缩侧索硬化", "doubtful"),
        ("临床拟诊ALS", "doubtful"),
        ("倾向于结核", "doubtful"),
        ("乙肝表面抗原阴性", "doubtful"),
        ("Babinski征(-)", "doubtful"),
        ("拟行胃造瘘术", "doubtful"),
        ("Suspected tuberculosis", "doubtful"),
        ("r/o lymphoma", "doubtful"),
        ("probable ALS", "doubtful"),
        ("no evidence of malignancy", "doubtful"),
        # of somebody else
        ("父亲肝癌", "doubtful"),
        ("母亲患糖尿病", "doubtful"),
        ("母：乳腺癌", "doubtful"),
        ("肝癌家族史", "doubtful"),
        ("family history of ALS", "doubtful"),
        # a denial beside something else may not take it along
        ("否认肝炎史，高血压10年", "doubtful"),
        ("否认肝炎史、高血压史", "doubtful"),
        ("否认肝炎 高血压病3级", "doubtful"),
        ("无明确诊断", "doubtful"),
        # nothing at all
        ("无", "none"),
        ("否认", "none"),
        ("否认肝炎", "none"),
        ("否认肝炎、结核史", "none"),
        ("无药物过敏史", "none"),
        ("否认药物及食物过敏史", "none"),
        ("无已知过敏", "none"),
        ("未接种", "none"),
        ("否认近期疫苗接种史", "none"),
        ("既往无手术史", "none"),
        ("NKDA", "none"),
        ("No known drug allergies", "none"),
    ],
)
def test_what_a_name_says_of_the_patient(written: str, certainty: str) -> None:
    assert certainty_of(written) == certainty


@pytest.mark.parametrize(
    ("code", "written", "certainty"),
    [
        # the code is of the family history, of the observation, of the symptom
        ("Z80.900", "恶性肿瘤家族史", "stated"),
        ("Z03.000", "可疑结核病的观察", "stated"),
        ("R50.900", "发热待查", "stated"),
        ("R50.900", "发热（原因待查）", "stated"),
        ("R50.900", "发热，结核待查？", "doubtful"),
        ("R65.100", "脓毒症待查", "doubtful"),
        ("B18.100", "乙肝待查", "doubtful"),
    ],
)
def test_codes_that_are_sure_of_themselves(code: str, written: str, certainty: str) -> None:
    assert certainty_of(written, code) == certainty


def diagnoses(folder: Folder, code: str, text: str, more: str = "") -> Staged:
    folder.write("诊断.csv", f"号\t编码\t名称\t日期\n001\t{code}\t{text}\t2021-05-03\n")
    return folder.stage(
        "files:\n  诊断.csv:\n    table: condition\n    delimiter: tab\n    system: ICD-10-CN\n"
        f"    columns: {{patient_id: 号, code: 编码, text: 名称, start: 日期}}\n{more}"
    )


def icd(*codes: str) -> list[tuple[str, str]]:
    return [("ICD-10-CN", code) for code in codes]


@pytest.mark.parametrize(
    ("code", "text", "read", "reasons"),
    [
        ("G12.201", "肌萎缩侧索硬化", [(icd("G12.201"), "肌萎缩侧索硬化")], []),
        *(
            (code, text, [(icd("G12.201"), "肌萎缩侧索硬化"), (icd("I10.x00"), "高血压")], [])
            for code, text in [
                ("G12.201|I10.x00", "肌萎缩侧索硬化|高血压"),
                ("G12.201;I10.x00", "肌萎缩侧索硬化;高血压"),
                ("G12.201；I10.x00；", "肌萎缩侧索硬化；高血压；"),
                ("G12.201,I10.x00", "肌萎缩侧索硬化、高血压"),
                ("G12.201 I10.x00", "1.肌萎缩侧索硬化 2.高血压"),
                ("G12.201/I10.x00", "（1）肌萎缩侧索硬化（2）高血压"),
                ("G12.201、I10.x00", "1、肌萎缩侧索硬化；2、高血压"),
            ]
        ),
        ("G12.201|I10.x00", "", [(icd("G12.201"), None), (icd("I10.x00"), None)], []),
        ("", "肌萎缩侧索硬化;高血压", [([], "肌萎缩侧索硬化"), ([], "高血压")], []),
        # one name, whatever it looks like
        ("B08.400", "手、足、口病", [(icd("B08.400"), "手、足、口病")], []),
        ("E10.400† G63.2*", "糖尿病", [(icd("E10.400", "G63.2"), "糖尿病")], []),
        ("I10.x00", "高血压1.5级", [(icd("I10.x00"), "高血压1.5级")], []),
        # what is doubtful loses its code: it speaks neither for nor against
        ("B18.100", "乙肝？", [([], "乙肝？")], [DOUBT]),
        ("C22.900", "父亲肝癌", [([], "父亲肝癌")], [DOUBT]),
        ("B18.100", "否认乙肝", [([], "否认乙肝")], [DOUBT]),
        ("G12.201|B18.100", "ALS|乙肝待排", [(icd("G12.201"), "ALS"), ([], "乙肝待排")], [DOUBT]),
        ("", "1.肌萎缩侧索硬化 2.肝炎待查", [([], "肌萎缩侧索硬化"), ([], "肝炎待查")], [DOUBT]),
        # more names than codes: the one without a code may be anything
        (
            "G12.201",
            "ALS;慢性乙肝",
            [(icd("G12.201"), "ALS;慢性乙肝"), ([], "ALS"), ([], "慢性乙肝")],
            [NOT_PAIRED] * 3,
        ),
        ("G12.201|I10|B18.1", "ALS 乙肝?", [([], "ALS 乙肝?")] * 3, [DOUBT] * 3 + [NOT_PAIRED] * 3),
        # no codes of the system: taken for such, they would prove that there is nothing else
        ("待编码", "肝癌", [([("local", "待编码")], "肝癌")], [ODD]),
        ("M80000/3", "腺癌", [([("local", "M80000/3")], "腺癌")], [ODD]),
        ("", "无", [], [NONE]),
    ],
)
def test_cells_that_hold_several(
    folder: Folder,
    code: str,
    text: str,
    read: list[tuple[list[tuple[str, str]], str | None]],
    reasons: list[str],
) -> None:
    staged = diagnoses(folder, code, text)
    assert staged.concepts("condition") == read
    assert sorted(reason for _, _, reason in staged.rejections) == sorted(reasons)
    refs = [ref for (ref,) in staged.rows("condition", "ref")]
    assert len(set(refs)) == len(refs)
    numbers = [n for (n,) in staged.rows("condition", "seq")]
    assert len(set(numbers)) == len(numbers)
    assert {str(ref).split("#")[0] for ref in refs} <= {"诊断.csv"}


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ("", ["肌萎缩侧索硬化、高血压，3级"]),
        ("    between: 、\n", ["肌萎缩侧索硬化", "高血压，3级"]),
        ("    between: [、, ，]\n", ["肌萎缩侧索硬化", "高血压", "3级"]),
    ],
)
def test_a_mapping_says_what_else_parts_names(folder: Folder, more: str, names: list[str]) -> None:
    staged = diagnoses(folder, "", "肌萎缩侧索硬化、高血压，3级", more)
    assert [name for _, name in staged.concepts("condition")] == names


def test_what_the_mapping_explains_is_one_name(folder: Folder) -> None:
    more = "    codes: {'A;B': {ICD-10-CN: G12.201}, '肝炎?': {ICD-10-CN: B18.100}}\n"
    assert diagnoses(folder, "", "A;B", more).concepts("condition") == [(icd("G12.201"), "A;B")]
    # Not even a mapping makes a diagnosis of a suspicion.
    assert diagnoses(folder, "", "肝炎?", more).concepts("condition") == [([], "肝炎?")]


@pytest.mark.parametrize(
    ("status", "read", "reasons"),
    [
        ("确诊", [(icd("A16.200"), "肺结核")], []),
        ("疑似", [([], "肺结核")], [DOUBT]),
        ("待查", [([], "肺结核")], [DOUBT]),
        ("排除", [], ["its status says that it does not count"]),
        ("门诊", [([], "肺结核")], [DOUBT]),
    ],
)
def test_a_status_may_be_uncertain(
    folder: Folder, status: str, read: list[object], reasons: list[str]
) -> None:
    folder.write("诊断.csv", f"号,编码,名称,状态\n001,A16.200,肺结核,{status}\n")
    staged = folder.stage(
        "files:\n  诊断.csv:\n    table: condition\n    system: ICD-10-CN\n"
        "    columns: {patient_id: 号, code: 编码, text: 名称, status: 状态}\n"
        "    values: {status: {门诊: uncertain}}\n"
    )
    assert staged.concepts("condition") == read
    assert [reason for _, _, reason in staged.rejections] == reasons


@pytest.mark.parametrize(
    ("table", "date", "text", "names", "reasons"),
    [
        ("allergy", "start", "无", [], [NONE]),
        ("allergy", "start", "青霉素;磺胺", ["青霉素", "磺胺"], []),
        ("allergy", "start", "对白介素-2过敏", ["对白介素-2过敏"], []),
        ("immunisation", "date", "未接种", [], [NONE]),
        ("immunisation", "date", "流感疫苗", ["流感疫苗"], []),
        ("procedure", "start", "无", [], [NONE]),
        ("procedure", "start", "拟行胃造瘘术", ["拟行胃造瘘术"], [DOUBT]),
        ("finding", "date", "Babinski征(-)", ["Babinski征(-)"], [DOUBT]),
    ],
)
def test_other_lists(
    folder: Folder, table: str, date: str, text: str, names: list[str], reasons: list[str]
) -> None:
    folder.write("x.csv", f"号,名称,日期\n001,{text},2021-05-03\n")
    staged = folder.stage(
        f"files:\n  x.csv:\n    table: {table}\n"
        f"    columns: {{patient_id: 号, text: 名称, {date}: 日期}}\n"
        f"    codes: {{'{text}': {{SNOMED CT: 91936005}}}}\n"
    )
    found = staged.concepts(table)
    assert [name for _, name in found] == (names if len(names) == 1 else names and [text])
    assert all(bool(codings) is (DOUBT not in reasons) for codings, _ in found)
    assert [reason for _, _, reason in staged.rejections] == reasons


@pytest.mark.parametrize(
    ("system", "written", "systems"),
    [
        ("ICD-10-CN", "G12.201", ["ICD-10-CN"]),
        ("ICD-10-CN", "g12201", ["ICD-10-CN"]),
        ("ICD-10-CN", "Ｉ１０", ["ICD-10-CN"]),
        ("ICD-10-CN", "I10.x00x002", ["ICD-10-CN"]),
        ("ICD-10", "G12.201", ["ICD-10"]),
        ("ICD-10-CM", "G12.21", ["ICD-10-CM"]),
        ("ICD-10-CN", "E10.400†G63.2*", ["ICD-10-CN", "ICD-10-CN"]),
        ("ICD-10-CN", "待查", ["local"]),
        ("ICD-10-CN", "-", ["local"]),
        ("ICD-10-CN", "M80000/3", ["local"]),
        ("LOINC", "6690-2", ["LOINC"]),
        ("LOINC", "6690-3", ["local"]),
        ("ATC", "H02AB07", ["ATC"]),
        ("ATC", "泼尼松", ["local"]),
        ("local", "anything", ["local"]),
        ("urn:oid:1.2.3", "anything", ["urn:oid:1.2.3"]),
    ],
)
def test_a_code_must_look_like_one_of_its_system(
    system: str, written: str, systems: list[str]
) -> None:
    assert [coding.system for coding in codings_of(system, written)] == systems
