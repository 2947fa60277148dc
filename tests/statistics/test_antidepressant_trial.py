"""Reference-based imputation on a real trial, against R's rbmi as its documentation prints it.

openpharma/rbmi 1.x, vignettes "quickstart" (Bayesian imputation, jump to reference, 150 data sets)
and "conditional mean imputation" (the limit of many). Effects are placebo less drug.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from trialrun.statistics.ancova_of_completed import fit_completed
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.covariances import Correlation, VisitCovariance
from trialrun.statistics.design_matrix import Variable, factor
from trialrun.statistics.imputation import longitudinal_data, posterior_draws
from trialrun.statistics.mixed_inference import DegreesOfFreedom, contrast
from trialrun.statistics.mixed_models import fit_repeated_measures
from trialrun.statistics.reference_based import Strategy, completed_data
from trialrun.statistics.rubin import pooled

WEEKS = ["week1", "week2", "week4", "week6"]
with (Path(__file__).parent / "data" / "antidepressant.csv").open(encoding="utf-8") as _file:
    ROWS = list(csv.DictReader(_file))
CHANGES = np.array([[float(row[week] or "nan") for week in WEEKS] for row in ROWS])
ARMS = [row["arm"] for row in ROWS]
BASELINE = np.array([float(row["baseline"]) for row in ROWS])
COVARIATES: dict[str, Variable] = {"arm": factor(ARMS, "DRUG"), "baseline": BASELINE}


def _effects(completed: FloatArray) -> list[tuple[float, float]]:
    """Of each week, the pooled effect and its standard error."""
    found = []
    for week in range(4):
        fits = fit_completed(completed[:, :, week], COVARIATES, [("arm",), ("baseline",)])
        values, errors = fits.contrasts(fits.design.column("arm=PLACEBO"))
        estimate = pooled(values, errors, complete_df=fits.residual_df).estimate
        found.append((estimate.value, estimate.standard_error))
    return found


def test_the_trial_is_the_one_of_rbmi() -> None:
    # 43 participants with an intercurrent event, one gap between visits; missing 0, 8, 13, 25 %.
    assert len(ROWS) == 172
    missing = np.isnan(CHANGES)
    assert [round(100 * share) for share in missing.mean(axis=0)] == [0, 8, 13, 25]
    assert int(missing[:, 3].sum()) == 43


def test_jump_to_reference_is_that_of_rbmi() -> None:
    generator = np.random.default_rng(20)
    data = longitudinal_data(CHANGES, ARMS, BASELINE[:, None])
    draws = posterior_draws(
        data, by_arm=False, draws=300, generator=generator, burn_in=100, spacing=10
    )
    completed = completed_data(
        data, draws, Strategy.JUMP_TO_REFERENCE, reference="PLACEBO", generator=generator
    )
    found = _effects(completed)
    # The first week is complete: as.data.frame(poolObj) to all digits.
    assert found[0] == pytest.approx((-0.09180645, 0.6826279), abs=5e-8)
    # Conditional means: 1.305, 1.929, 2.126; quickstart: standard errors 0.922, 0.995, 1.108. Both
    # sides draw: a between-imputation deviation of .5 in 300 data sets leaves .03.
    assert [value for value, _ in found[1:]] == pytest.approx([1.305, 1.929, 2.126], abs=0.1)
    assert [error for _, error in found[1:]] == pytest.approx([0.922, 0.995, 1.108], rel=0.04)


def test_strategies_are_in_order() -> None:
    """From none to full loss of what the drug had gained; at random is the largest effect."""
    generator = np.random.default_rng(21)
    data = longitudinal_data(CHANGES, ARMS, BASELINE[:, None])
    draws = posterior_draws(
        data, by_arm=False, draws=300, generator=generator, burn_in=100, spacing=10
    )
    effect = {
        strategy: _effects(
            completed_data(
                data,
                draws,
                strategy,
                reference="PLACEBO",
                generator=np.random.default_rng(22),
            )
        )[3][0]
        for strategy in Strategy
    }
    # By the conditional means of the REML fit below: 2.802, 2.449, 2.371, 2.126.
    order = [
        Strategy.AT_RANDOM,
        Strategy.COPY_INCREMENTS,
        Strategy.COPY_REFERENCE,
        Strategy.JUMP_TO_REFERENCE,
    ]
    found = [effect[strategy] for strategy in order]
    assert found == sorted(found, reverse=True)
    assert found == pytest.approx([2.802, 2.449, 2.371, 2.126], abs=0.1)


def test_imputation_at_random_agrees_with_the_model_for_repeated_measures() -> None:
    long: dict[str, Variable] = {
        "arm": factor(np.repeat(ARMS, 4).tolist(), "DRUG"),
        "baseline": np.repeat(BASELINE, 4),
        "week": factor(WEEKS * len(ROWS), "week6"),
    }
    fit = fit_repeated_measures(
        CHANGES.ravel(),
        long,
        [("arm",), ("baseline",), ("week",), ("baseline", "week"), ("arm", "week")],
        subjects=np.repeat([row["patient"] for row in ROWS], 4).tolist(),
        times=np.tile([1.0, 2.0, 4.0, 6.0], len(ROWS)),
        covariance=VisitCovariance(Correlation.UNSTRUCTURED),
    )
    effect = contrast(fit, fit.design.column("arm=PLACEBO"), DegreesOfFreedom.SATTERTHWAITE)
    assert (fit.n_subjects, fit.n_left_out) == (172, int(np.isnan(CHANGES).sum()))
    # R 4.2.2, nlme 3.1-162, tolerances as in test_mixed_models: m <- gls(y ~ arm + baseline * w +
    # arm * w, l, corSymm(form = ~k | patient), varIdent(form = ~1 | k)); summary(m)$tTable;
    # -2 * logLik(m) = 3494.20285007
    assert effect.value == pytest.approx(2.8018340850, abs=2e-5)
    assert effect.standard_error == pytest.approx(1.1140272967, rel=2e-5)
    assert fit.minus_two_log_likelihood == pytest.approx(3494.20285007, abs=1e-6)
