"""What the text of a result, a reference range or an amount says."""

from __future__ import annotations

import math

import pytest

from trialrun.sources.numbers import Limits, Value, read_amount, read_limits, read_value

INF = math.inf


@pytest.mark.parametrize(
    ("written", "lo", "hi", "lo_open", "hi_open", "unit", "abnormal"),
    [
        # exact numbers
        ("2.1", 2.1, 2.1, False, False, None, None),
        ("0", 0, 0, False, False, None, None),
        (".5", 0.5, 0.5, False, False, None, None),
        ("-1.5", -1.5, -1.5, False, False, None, None),
        ("１２．５", 12.5, 12.5, False, False, None, None),
        ("1,234", 1234, 1234, False, False, None, None),
        ("1,234,567.8", 1234567.8, 1234567.8, False, False, None, None),
        ("1.2E3", 1200, 1200, False, False, None, None),
        ("2.5×10^3", 2500, 2500, False, False, None, None),
        ("2.5×10³", 2500, 2500, False, False, None, None),
        ("=5", 5, 5, False, False, None, None),
        # bounds
        ("<5", -INF, 5, False, True, None, None),
        ("＜5", -INF, 5, False, True, None, None),
        ("≤5", -INF, 5, False, False, None, None),
        ("<=5.0", -INF, 5, False, False, None, None),
        (">100", 100, INF, True, False, None, None),
        (">=100", 100, INF, False, False, None, None),
        ("≥100", 100, INF, False, False, None, None),
        ("小于0.5", -INF, 0.5, False, True, None, None),
        ("大于等于3", 3, INF, False, False, None, None),
        # ranges
        ("5-10", 5, 10, False, False, None, None),
        ("5～10", 5, 10, False, False, None, None),
        ("5 – 10", 5, 10, False, False, None, None),
        ("5至10", 5, 10, False, False, None, None),
        ("3-5×10^9", 3e9, 5e9, False, False, None, None),
        ("(3-5)×10^9/L", 3e9, 5e9, False, False, "/L", None),
        ("1×10^3-2×10^3", 1e3, 2e3, False, False, None, None),
        # a unit in the cell
        ("5.6 mg/L", 5.6, 5.6, False, False, "mg/L", None),
        ("5.6mmol/L", 5.6, 5.6, False, False, "mmol/L", None),
        ("<0.5 mg/L", -INF, 0.5, False, True, "mg/L", None),
        ("45%", 45, 45, False, False, "%", None),
        ("3.5 L", 3.5, 3.5, False, False, "L", None),
        ("2.1 10^9/L", 2.1, 2.1, False, False, "10^9/L", None),
        ("2.1×10^9/L", 2.1e9, 2.1e9, False, False, "/L", None),
        # a flag in the cell
        ("5.6↑", 5.6, 5.6, False, False, None, True),
        ("↓2.1", 2.1, 2.1, False, False, None, True),
        ("2.1 (↓)", 2.1, 2.1, False, False, None, True),
        ("5.6 H", 5.6, 5.6, False, False, None, True),
        ("5.6H", 5.6, 5.6, False, False, None, True),
        ("2.1(L)", 2.1, 2.1, False, False, None, True),
        ("<5↓", -INF, 5, False, True, None, True),
    ],
)  # fmt: skip
def test_numbers(
    written: str,
    lo: float,
    hi: float,
    lo_open: bool,
    hi_open: bool,
    unit: str | None,
    abnormal: bool | None,
) -> None:
    assert read_value(written) == Value(lo, hi, lo_open, hi_open, unit, None, abnormal, None)


@pytest.mark.parametrize(
    ("written", "polarity", "abnormal"),
    [
        ("阴性", "negative", None),
        ("阳性", "positive", None),
        ("(-)", "negative", None),
        ("+", "positive", None),
        ("2+", "positive", None),
        ("阳性↑", "positive", True),
        ("阴性(-)", "negative", None),
        ("弱阳性(+)", "positive", None),
        ("阳性(1:100)", "positive", None),
        ("1:100 阳性", "positive", None),
        # the bound may be what is normal
        ("阳性(<1.0)", "positive", None),
        ("阴性<1.0", None, None),
        ("阴性(阳性)", None, None),
        ("2021-05 阴性", None, None),
        ("5.2 (3.5-9.5)", None, None),
        ("III级", None, None),
        ("3级", None, None),
        ("3b", None, None),
        ("2a", None, None),
        ("1:80", None, None),
        ("±", None, None),
        ("120/80", None, None),
        ("2021-05", None, None),
        ("10-5", None, None),
        ("5,6", None, None),
        ("1,23,456", None, None),
        ("1.2.3", None, None),
        ("5.6*", None, None),
        ("约5", None, None),
        ("见报告", None, None),
        ("5 10", None, None),
        ("9" * 400, None, None),
        ("1234567890123456", None, None),
    ],
)
def test_what_has_no_number_stays_a_text(
    written: str, polarity: str | None, abnormal: bool | None
) -> None:
    value = read_value(written)
    assert (value.lo, value.hi, value.unit) == (None, None, None)
    assert (value.polarity, value.abnormal, value.text) == (polarity, abnormal, written)


@pytest.mark.parametrize(
    ("written", "number", "unit", "polarity"),
    [
        ("0.02(-)", 0.02, None, "negative"),
        ("阴性(0.02)", 0.02, None, "negative"),
        ("阴性 0.02", 0.02, None, "negative"),
        ("1.53（阳性）", 1.53, None, "positive"),
        ("5.2 mg/L 阴性", 5.2, "mg/L", "negative"),
        ("5.2", 5.2, None, None),
    ],
)
def test_a_result_in_words_and_in_numbers(
    written: str, number: float, unit: str | None, polarity: str | None
) -> None:
    value = read_value(written)
    assert (value.lo, value.hi, value.unit) == (number, number, unit)
    assert (value.polarity, value.text) == (polarity, None)


@pytest.mark.parametrize(
    ("written", "limits"),
    [
        ("3.5-9.5", Limits(3.5, 9.5)),
        ("3.5--9.5", Limits(3.5, 9.5)),
        ("3.5～9.5", Limits(3.5, 9.5)),
        ("3.5—9.5", Limits(3.5, 9.5)),
        ("(3.5-9.5)", Limits(3.5, 9.5)),
        ("<40", Limits(None, 40)),
        ("≤40", Limits(None, 40)),
        ("≥90", Limits(90, None)),
        (">90", Limits(90, None)),
        ("0-40 U/L", Limits(0, 40, "U/L")),
        ("阴性", Limits()),
        ("<1:100", Limits()),
        ("3.5-9.5×10^9/L", Limits(3.5e9, 9.5e9, "/L")),
        ("(3.5-9.5)×10^9/L", Limits(3.5e9, 9.5e9, "/L")),
        ("0-1.0E5", Limits(0, 1e5)),
        ("男:130-175;女:115-150", Limits(understood=False)),
        ("40", Limits(understood=False)),
        ("9.5-3.5", Limits(understood=False)),
        ("见说明", Limits(understood=False)),
    ],
)
def test_reference_ranges(written: str, limits: Limits) -> None:
    assert read_limits(written) == limits


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("20", 20, None),
        ("1,000", 1000, None),
        ("0.5 g", 0.5, "g"),
        ("2片", 2, "片"),
        ("<5", None, None),
        ("5-10", None, None),
    ],
)
def test_amounts(written: str, number: float | None, unit: str | None) -> None:
    assert read_amount(written) == (number, unit)
