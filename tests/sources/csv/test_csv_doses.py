"""How much a day, as prescriptions are written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trialrun.sources.doses import Dose, Frequency, read_dose, read_frequency
from trialrun.sources.words import meaning_of


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


@pytest.mark.parametrize("written", ["3", "abc", "q0h", "qd8am", "12-13次"])
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
    ],
)
def test_doses(written: str, amount: float, unit: str | None, per_day: str | None) -> None:
    assert read_dose(written) == Dose(amount, unit, Fraction(per_day) if per_day else None)


@pytest.mark.parametrize(
    "written",
    ["20-40mg", "20mg×2", "1片(5mg)", "适量", "mg", "20mg 看情况", "1g/日 bid", "1.2.3mg"],
)
def test_a_dose_that_is_not_wholly_understood_is_none(written: str) -> None:
    assert read_dose(written) == Dose(understood=False)


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
