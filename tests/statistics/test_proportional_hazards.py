import numpy as np
import pytest
from tests.statistics.survival_data import (
    AGE,
    DAYS,
    DEATHS,
    FREIREICH_ARMS,
    FREIREICH_EVENTS,
    FREIREICH_WEEKS,
    PERFORMANCE,
    RESIDUAL,
    TREATMENT,
)

from trialrun.statistics.cox import cox
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.proportional_hazards import TimeScale, proportional_hazards_test
from trialrun.statistics.risk_sets import Ties

ON_DRUG = [int(arm == "6-mp") for arm in FREIREICH_ARMS]


@pytest.mark.parametrize(
    ("ties", "scale", "statistic"),
    [
        # R 4.2.2, survival 3.5.3: f <- coxph(Surv(weeks, event) ~ drug, ties = ...);
        # cox.zph(f, transform = ...)$table
        (Ties.EFRON, TimeScale.KAPLAN_MEIER, 0.0228633780528),
        (Ties.EFRON, TimeScale.RANK, 0.00659528050019),
        (Ties.EFRON, TimeScale.IDENTITY, 0.000196625426277),
        (Ties.EFRON, TimeScale.LOG, 0.253228544783),
        (Ties.BRESLOW, TimeScale.KAPLAN_MEIER, 0.064179686381),
        (Ties.BRESLOW, TimeScale.RANK, 0.0354395810475),
    ],
)
def test_freireich(ties: Ties, scale: TimeScale, statistic: float) -> None:
    fit = cox(FREIREICH_WEEKS, FREIREICH_EVENTS, ON_DRUG, ties=ties)
    found = proportional_hazards_test(fit, scale)
    assert found.covariates[0].statistic == pytest.approx(statistic, rel=1e-7)
    assert found.together.statistic == pytest.approx(statistic, rel=1e-7)


@pytest.mark.parametrize(
    ("scale", "single", "together"),
    [
        # R 4.2.2, survival 3.5.3: f <- coxph(Surv(futime, fustat) ~ age + rx + resid.ds, ovarian);
        # cox.zph(f, transform = ...)$table
        (TimeScale.KAPLAN_MEIER, (0.209668562454, 0.630797152313, 1.120344869836), 1.958395019915),
        (TimeScale.RANK, (0.235833151017, 0.546636336159, 0.902563437053), 1.669380288307),
        (TimeScale.IDENTITY, (0.428444765277, 0.344025757035, 1.346371554908), 1.874085023362),
        (TimeScale.LOG, (0.620893905064, 0.670457678695, 0.892109910647), 1.485423885720),
    ],
)
def test_three_covariates(
    scale: TimeScale, single: tuple[float, float, float], together: float
) -> None:
    fit = cox(DAYS, DEATHS, np.column_stack([AGE, TREATMENT, RESIDUAL]))
    found = proportional_hazards_test(fit, scale)
    assert [test.statistic for test in found.covariates] == pytest.approx(single, rel=1e-7)
    assert found.together.statistic == pytest.approx(together, rel=1e-7)
    assert found.together.df == 3


def test_strata() -> None:
    # R 4.2.2, survival 3.5.3:
    # cox.zph(coxph(Surv(futime, fustat) ~ age + rx + strata(ecog.ps), ovarian))$table
    fit = cox(DAYS, DEATHS, np.column_stack([AGE, TREATMENT]), strata=PERFORMANCE)
    found = proportional_hazards_test(fit)
    single = [test.statistic for test in found.covariates]
    assert single == pytest.approx((0.251918706124, 0.734241662673), rel=1e-7)
    assert found.together.statistic == pytest.approx(1.026081758969, rel=1e-7)
    assert found.together.p_value == pytest.approx(0.598672317690, rel=1e-7)


def test_events_at_one_time_say_nothing_of_time() -> None:
    fit = cox([3, 3, 3, 5], [1, 1, 0, 0], [0.0, 1.0, 1.0, 0.5])
    with pytest.raises(NotEstimableError) as caught:
        proportional_hazards_test(fit)
    assert caught.value.reason is Reason.NO_VARIATION


def test_an_event_at_time_0_has_no_logarithm() -> None:
    fit = cox([0, 1, 2, 3, 4], [1, 1, 1, 0, 1], [0.0, 1.0, 0.0, 1.0, 0.5])
    with pytest.raises(NotEstimableError, match="logarithm"):
        proportional_hazards_test(fit, TimeScale.LOG)
    assert proportional_hazards_test(fit, TimeScale.IDENTITY).together.df == 1
