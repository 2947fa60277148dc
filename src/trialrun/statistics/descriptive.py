"""Numbers described where the field has more than one convention for it."""

import numpy as np
import numpy.typing as npt

from trialrun.statistics.paired import complete_sample


def quartiles(values: npt.ArrayLike) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile of values (n,).

    Averages of order statistics: definition 5 of SAS PROC UNIVARIATE, type 2 of R's quantile.
    Source: Hyndman and Fan, Am Stat 1996;50:361. Raises InvalidInputError for a gap,
    NotEstimableError if there are no values.
    """
    sample = complete_sample(values)
    low, middle, high = np.quantile(sample, (0.25, 0.5, 0.75), method="averaged_inverted_cdf")
    return float(low), float(middle), float(high)
