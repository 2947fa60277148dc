"""Two small public data sets of survival, used by several tests.

FREIREICH: remission in weeks on 6-mercaptopurine and on placebo (Freireich et al., Blood
1963;21:699; printed in nearly every textbook). OVARIAN: Edmonson et al., Cancer Treat Rep
1979;63:241, as R's package survival carries it (`ovarian`): days, death, age, residual disease,
treatment, performance status.
"""

MERCAPTOPURINE_WEEKS = [
    6,
    6,
    6,
    6,
    7,
    9,
    10,
    10,
    11,
    13,
    16,
    17,
    19,
    20,
    22,
    23,
    25,
    32,
    32,
    34,
    35,
]
MERCAPTOPURINE_EVENTS = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO_WEEKS = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
PLACEBO_EVENTS = [1] * 21

FREIREICH_WEEKS = MERCAPTOPURINE_WEEKS + PLACEBO_WEEKS
FREIREICH_EVENTS = MERCAPTOPURINE_EVENTS + PLACEBO_EVENTS
FREIREICH_ARMS = ["6-mp"] * 21 + ["placebo"] * 21

OVARIAN = [
    (59, 1, 72.3315, 2, 1, 1),
    (115, 1, 74.4932, 2, 1, 1),
    (156, 1, 66.4658, 2, 1, 2),
    (421, 0, 53.3644, 2, 2, 1),
    (431, 1, 50.3397, 2, 1, 1),
    (448, 0, 56.4301, 1, 1, 2),
    (464, 1, 56.937, 2, 2, 2),
    (475, 1, 59.8548, 2, 2, 2),
    (477, 0, 64.1753, 2, 1, 1),
    (563, 1, 55.1781, 1, 2, 2),
    (638, 1, 56.7562, 1, 1, 2),
    (744, 0, 50.1096, 1, 2, 1),
    (769, 0, 59.6301, 2, 2, 2),
    (770, 0, 57.0521, 2, 2, 1),
    (803, 0, 39.2712, 1, 1, 1),
    (855, 0, 43.1233, 1, 1, 2),
    (1040, 0, 38.8932, 2, 1, 2),
    (1106, 0, 44.6, 1, 1, 1),
    (1129, 0, 53.9068, 1, 2, 1),
    (1206, 0, 44.2055, 2, 2, 1),
    (1227, 0, 59.589, 1, 2, 2),
    (268, 1, 74.5041, 2, 1, 2),
    (329, 1, 43.137, 2, 1, 1),
    (353, 1, 63.2192, 1, 2, 2),
    (365, 1, 64.4247, 2, 2, 1),
    (377, 0, 58.3096, 1, 2, 1),
]
DAYS, DEATHS, AGE, RESIDUAL, TREATMENT, PERFORMANCE = (
    list(column) for column in zip(*OVARIAN, strict=True)
)
