"""How much a day, as prescriptions are written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.sources.csv.loading import Folder

from trialrun.sources.doses import Dose, Frequency, read_dose, read_frequency
from trialrun.sources.strengths import Strength, read_strength
from trialrun.sources.words import meaning_of

STRENGTH = "its strength does not say how much is in one of what the dose counts"


@pytest.mark.parametrize(
    ("written", "per_day"),
    [
        ("qd", "1"), ("QD", "1"), ("q.d.", "1"), ("Qd po", "1"), ("qn", "1"), ("每晚", "1"),
        ("每日一次", "1"), ("每天1次", "1"), ("一日1次", "1"), ("1次/日", "1"), ("once daily", "1"),
        ("daily", "1"), ("every 24 hours", "1"), ("每24小时一次", "1"),
        ("bid", "2"), ("一日两次", "2"), ("2次/天", "2"), ("q12h", "2"), ("twice a day", "2"),
        ("tid", "3"), ("TID pc", "3"), ("一日三次", "3"), ("每日3次", "3"), ("3/日", "3"),
        ("three times a day", "3"), ("3 times daily", "3"), ("q8h", "3"), ("每8小时一次", "3"),
        ("日三次", "3"), ("tid 饭后", "3"), ("3x/day", "3"),
        ("qid", "4"), ("q6h", "4"), ("每日四次", "4"),
        ("q2h", "12"), ("每十二小时一次", "2"),
        ("qod", "1/2"), ("隔日一次", "1/2"), ("every other day", "1/2"), ("q2d", "1/2"),
        ("每2日1次", "1/2"), ("每3天2次", "2/3"),
        ("qw", "1/7"), ("每周一次", "1/7"), ("biw", "2/7"), ("一周两次", "2/7"), ("2次/周", "2/7"),
        ("QD(8:00)", "1"), ("Bid（8-16）", "2"), ("tid(8,12,16)", "3"), ("每日晨起顿服", "1"),
        ("tiw", "3/7"), ("q2w", "1/14"), ("once weekly", "1/7"),
    ],
)  # fmt: skip
def test_frequencies(written: str, per_day: str) -> None:
    assert read_frequency(written) == Frequency(Fraction(per_day))


@pytest.mark.parametrize(
    "written", ["prn", "PRN", "必要时", "st", "立即", "once", "一次", "遵医嘱", "临时"]
)
def test_some_frequencies_have_no_daily_dose_by_their_nature(written: str) -> None:
    assert read_frequency(written) == Frequency(None, understood=True)


@pytest.mark.parametrize(
    "written", ["3", "abc", "q0h", "qd8am", "12-13次", "tid(8-16)", "qd×5天", "长期"]
)
def test_other_frequencies_are_not_understood(written: str) -> None:
    assert read_frequency(written) == Frequency(None, understood=False)


@pytest.mark.parametrize(
    ("written", "amount", "unit", "per_day"),
    [
        ("20", 20, None, None),
        ("20mg", 20, "mg", None),
        ("0.5 g", 0.5, "g", None),
        ("20mg bid", 20, "mg", "2"),
        ("20 mg, tid", 20, "mg", "3"),
        ("20mg 每日一次", 20, "mg", "1"),
        ("20mg po", 20, "mg", None),
        ("20mg qd po", 20, "mg", "1"),
        ("40mg/日", 40, "mg", "1"),
        ("20mg/次", 20, "mg", None),
        ("1 mg/kg/d", 1, "mg/kg", "1"),
        ("2片", 2, "片", None),
        ("100万IU", 1_000_000, "IU", None),
        ("1,000 IU", 1000, "IU", None),
        # so many of so much
        ("5mg×2片", 10, "mg", None),
        ("5mg×2片 bid", 10, "mg", "2"),
        ("0.5g*2粒,一日3次", 1, "g", "3"),
        ("5 mg x 3 tablets tid", 15, "mg", "3"),
        ("每次2片", 2, "片", None),
        ("半片 qd", 0.5, "片", "1"),
        ("每次两片 每日一次", 2, "片", "1"),
        ("1天2次 1次1片", 1, "片", "2"),
        ("2.5g×8瓶", 20, "g", None),
        ("一次10mg,一日2次", 10, "mg", "2"),
        ("2片/次 3次/日", 2, "片", "3"),
        ("每日3次 每次2片", 2, "片", "3"),
        ("口服 每次20mg 每日1次", 20, "mg", "1"),
        ("每次2片 每日3次, 规格5mg", 10, "mg", "3"),
        ("每次2片，每日3次（规格：5mg*100片）", 10, "mg", "3"),
    ],
)
def test_doses(written: str, amount: float, unit: str | None, per_day: str | None) -> None:
    assert read_dose(written) == Dose(amount, unit, Fraction(per_day) if per_day else None)


@pytest.mark.parametrize(
    "written",
    [
        "20-40mg",
        "20mg×2",
        "1片(5mg)",
        "适量",
        "mg",
        "20mg 看情况",
        "1g/日 bid",
        "1.2.3mg",
        "5mg×2片×3",
        "5mg×2",
        "2片(5mg)",
        "5mg×2盒",
        "2片 规格不详",
        "5mg×2片 7天",
        "2瓶 规格5mg*100片",
    ],
)
def test_a_dose_that_is_not_wholly_understood_is_none(written: str) -> None:
    assert read_dose(written) == Dose(understood=False)


@pytest.mark.parametrize(
    ("written", "amount", "unit", "pieces", "ml"),
    [
        ("5mg", 5, "mg", "片 粒 支 袋", None),
        ("5 mg", 5, "mg", "片 粒 支 袋", None),
        ("50μg", 50, "μg", "片 粒 支 袋", None),
        ("100万IU", 1_000_000, "IU", "片 粒 支 袋", None),
        ("5mg*100片", 5, "mg", "片", None),
        ("5mg×7片×2板/盒", 5, "mg", "片", None),
        ("250mg*50粒/瓶", 250, "mg", "粒", None),
        ("5mg/片", 5, "mg", "片", None),
        ("2.5g/瓶", 2.5, "g", "瓶", None),
        ("20ml:30mg", 30, "mg", "支 瓶 袋", 20),
        ("2.5g:50ml", 2.5, "g", "支 瓶 袋", 50),
        ("1ml:5mg*10支", 5, "mg", "支", 1),
        ("10mg/ml", 10, "mg", "", 1),
    ],
)
def test_strengths(written: str, amount: float, unit: str, pieces: str, ml: float | None) -> None:
    assert read_strength(written) == Strength(amount, unit, tuple(pieces.split()), ml)


@pytest.mark.parametrize(
    "written", ["", "100片", "5mg/盒", "5mg/12.5mg", "5%", "0.25g(25万U)", "5mg*2ml", "0mg", "1盒"]
)
def test_other_strengths_say_nothing(written: str) -> None:
    assert not read_strength(written).understood


@pytest.mark.parametrize(
    ("cells", "dose", "unit", "reasons"),
    [
        ("2,片,bid,5mg", 20, "mg", []),
        ("2片,,bid,5mg*100片/盒", 20, "mg", []),
        ("每次2片,,每日3次,5mg", 30, "mg", []),
        ("5mg×2片,,bid,", 20, "mg", []),
        ("5mg×2片,,bid,5mg", 20, "mg", []),
        ("2,tab,bid,5mg*30片", 20, "mg", []),
        ("8,瓶,qd,2.5g/瓶", 20, "g", []),
        ("2,支,qd,1ml:5mg", 10, "mg", []),
        ("2,ml,qd,1ml:5mg*10支", 10, "mg", []),
        ("20,mg,qd,5mg", 20, "mg", []),
        ("20,ml,qd,5%", 20, "ml", []),
        # a bottle of tablets is no dose, nor is a capsule a tablet
        ("1,瓶,qd,5mg*100片", 1, "瓶", [STRENGTH]),
        ("1,粒,qd,5mg*100片", 1, "粒", [STRENGTH]),
        ("1,瓶,qd,5mg", 1, "瓶", [STRENGTH]),
        ("2,片,bid,复方", 4, "片", [STRENGTH]),
        ("2,片,bid,", 4, "片", []),
        # what the mapping says of a unit stands
        ("2,half,bid,5mg", 4, "(2.5.mg)", []),
    ],
)
def test_tablets_and_their_strength(
    folder: Folder, cells: str, dose: float, unit: str, reasons: list[str]
) -> None:
    folder.write("用药.csv", f"号,药,剂量,单位,频次,规格\n001,泼尼松,{cells}\n")
    staged = folder.stage(
        """\
        files:
          用药.csv:
            table: medication
            columns: {patient_id: 号, text: 药, dose: 剂量, dose_unit: 单位, frequency: 频次,
                      strength: 规格}
            units: {half: (2.5.mg)}
        """
    )
    assert staged.one("medication", "daily_dose", "dose_unit") == (dose, unit)
    assert [reason for _, _, reason in staged.rejections] == reasons


@pytest.mark.parametrize(
    ("field", "written", "meaning"),
    [
        ("route", "口服", "oral"),
        ("route", "p.o.", "oral"),
        ("route", "静滴", "intravenous"),
        ("route", "ivgtt", "intravenous"),
        ("route", "IV drip", "intravenous"),
        ("route", "皮下注射", "subcutaneous"),
        ("route", "im", "intramuscular"),
        ("route", "外用", "topical"),
        ("route", "雾化吸入", "inhaled"),
        ("route", "鞘内注射", "other"),
        ("route", "某途径", None),
        ("sex", "女", "female"),
        ("sex", "M", "male"),
        ("sex", "未知", "unknown"),
        # numbers are the hospital's secret
        ("sex", "1", None),
        ("flag", "↑", "abnormal"),
        ("flag", "H", "abnormal"),
        ("flag", "正常", "normal"),
        ("present", "有", "yes"),
        ("present", "无", "no"),
        ("answer", "否", "no"),
        ("status", "作废", "ignored"),
        ("status", "entered-in-error", "ignored"),
        ("status", "疑似", "uncertain"),
        ("status", "停止", None),
        ("end", "至今", "goes on"),
    ],
)
def test_words(field: str, written: str, meaning: str | None) -> None:
    assert meaning_of(field, written) == meaning
