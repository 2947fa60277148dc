"""Common risks against R's metafor, on public data."""

import math

import numpy as np
import pytest

from trialrun.statistics.common_effects import common_relative_risk, common_risk_difference
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.proportion_differences import relative_risk

# R's UCBAdmissions, department by department: women then men, admitted and rejected.
BERKELEY = [
    [[89, 19], [512, 313]],
    [[17, 8], [353, 207]],
    [[202, 391], [120, 205]],
    [[131, 244], [138, 279]],
    [[94, 299], [53, 138]],
    [[24, 317], [22, 351]],
]
# metafor's dat.bcg (Colditz et al., JAMA 1994;271:698): tuberculosis with the vaccine and without,
# in 13 trials: events and no events of both.
BCG = np.array(
    [
        [[4, 119], [11, 128]],
        [[6, 300], [29, 274]],
        [[3, 228], [11, 209]],
        [[62, 13536], [248, 12619]],
        [[33, 5036], [47, 5761]],
        [[180, 1361], [372, 1079]],
        [[8, 2537], [10, 619]],
        [[505, 87886], [499, 87892]],
        [[29, 7470], [45, 7232]],
        [[17, 1699], [65, 1600]],
        [[186, 50448], [141, 27197]],
        [[5, 2493], [3, 2338]],
        [[27, 16886], [29, 17825]],
    ]
)


@pytest.mark.parametrize(
    ("tables", "value", "error"),
    [
        # R 4.2.2, metafor 3.8-1: rma.mh(ai, bi, ci, di, measure = "RD")
        (BERKELEY, 0.0184251961909, 0.0148253944383),
        (BCG, -0.003288181832613, 0.000286656748527),
    ],
)
def test_risk_differences_are_those_of_metafor(tables: object, value: float, error: float) -> None:
    found = common_risk_difference(np.asarray(tables))
    assert found.value == pytest.approx(value, rel=1e-10)
    assert found.standard_error == pytest.approx(error, rel=1e-10)


@pytest.mark.parametrize(
    ("tables", "value", "error"),
    [
        # the same, measure = "RR": exp(beta), se
        (BERKELEY, 1.0583074235892, 0.0442239944392),
        (BCG, 0.6352671850778, 0.0393373668713),
    ],
)
def test_relative_risks_are_those_of_metafor(tables: object, value: float, error: float) -> None:
    found = common_relative_risk(np.asarray(tables))
    assert found.value == pytest.approx(value, rel=1e-10)
    assert found.log.standard_error == pytest.approx(error, rel=1e-10)


def test_one_stratum_has_the_risks_of_its_table() -> None:
    table = [[[7, 13], [3, 18]]]
    assert common_risk_difference(table).value == pytest.approx(7 / 20 - 3 / 21)
    alone = relative_risk(7, 20, 3, 21)
    found = common_relative_risk(table)
    assert (found.value, found.log.standard_error) == pytest.approx(
        (alone.value, alone.log.standard_error)
    )


def test_a_stratum_of_one_group_says_nothing() -> None:
    more = [*BERKELEY, [[0, 0], [5, 5]], [[0, 0], [0, 0]]]
    assert common_risk_difference(more) == common_risk_difference(BERKELEY)
    assert common_relative_risk(more) == common_relative_risk(BERKELEY)


def test_what_has_no_common_risk() -> None:
    with pytest.raises(NotEstimableError) as nobody:
        common_risk_difference([[[0, 0], [5, 5]]])
    assert nobody.value.reason is Reason.NO_DATA
    with pytest.raises(NotEstimableError) as without:
        common_relative_risk([[[0, 5], [5, 5]]])
    assert without.value.reason is Reason.NO_EVENTS
    with pytest.raises(NotEstimableError) as alike:
        common_risk_difference([[[0, 5], [0, 5]]])
    assert alike.value.reason is Reason.NO_VARIATION
    with pytest.raises(InvalidInputError):
        common_risk_difference([[[1, 2, 3], [4, 5, 6]]])
    assert math.isfinite(common_risk_difference([[[0, 5], [3, 2]]]).p_value)
