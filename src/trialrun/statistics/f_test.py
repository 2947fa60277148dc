"""What a test of several contrasts at once yields."""

from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class FTest:
    """An F statistic with its degrees of freedom and its p-value."""

    statistic: float
    numerator_df: float
    denominator_df: float
    p_value: float


def f_test_from(statistic: float, numerator_df: float, denominator_df: float) -> FTest:
    """The upper-tail test of an F statistic."""
    p_value = float(stats.f.sf(statistic, numerator_df, denominator_df))
    return FTest(float(statistic), float(numerator_df), float(denominator_df), p_value)
