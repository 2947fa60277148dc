"""Bootstrap intervals against R's boot, within the error of drawing."""

import numpy as np
import pytest

from trialrun.statistics.bootstrap import BootstrapInterval, bootstrap_interval
from trialrun.statistics.errors import InvalidInputError, NotEstimableError
from trialrun.statistics.estimates import Interval

VALUES = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30, 6.2, 4.4, 0.2]


def interval(method: BootstrapInterval, *, resamples: int, seed: int = 1) -> Interval:
    generator = np.random.default_rng(seed)
    return bootstrap_interval(VALUES, np.mean, method, generator=generator, resamples=resamples)


@pytest.mark.parametrize(
    ("method", "lower", "upper"),
    [
        # R 4.2.2, boot 1.3-28.1, set.seed(1): boot.ci(boot(x, function(d, i) mean(d[i]), R = 4e5),
        # type = "perc"), and "bca" with R = 1e5
        (BootstrapInterval.PERCENTILE, 1.408, 3.196),
        (BootstrapInterval.BCA, 1.509, 3.408),
    ],
)
def test_intervals_are_those_of_boot(method: BootstrapInterval, lower: float, upper: float) -> None:
    found = interval(method, resamples=100_000)
    # An end's error by drawing: sqrt(.025 × .975 / 1e5) over the density there, about .005.
    assert found.lower == pytest.approx(lower, abs=0.015)
    assert found.upper == pytest.approx(upper, abs=0.025)
    assert found.level == 0.95


@pytest.mark.parametrize("method", list(BootstrapInterval))
def test_intervals_repeat_with_their_generator(method: BootstrapInterval) -> None:
    assert interval(method, resamples=500) == interval(method, resamples=500)
    assert interval(method, resamples=500) != interval(method, resamples=500, seed=2)


def test_constant_samples_and_statistics_have_no_interval() -> None:
    generator = np.random.default_rng(1)
    for values in ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]):
        with pytest.raises(NotEstimableError):
            bootstrap_interval(
                values,
                lambda sample, axis: np.zeros(sample.shape[:axis]),
                BootstrapInterval.BCA,
                generator=generator,
                resamples=50,
            )


def test_resamples_and_level_are_checked() -> None:
    for resamples, level in ((0, 0.95), (1, 0.95), (100, 1.5)):
        with pytest.raises(InvalidInputError):
            bootstrap_interval(
                [1.0, 2.0, 4.0],
                np.mean,
                BootstrapInterval.PERCENTILE,
                generator=np.random.default_rng(1),
                resamples=resamples,
                level=level,
            )
