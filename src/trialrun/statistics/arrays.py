"""What the room computes with: arrays of numbers, and what becomes one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Numbers = Sequence[Any] | npt.NDArray[Any]
"""Rows of numbers, nested where a table is meant; each function says of which shape."""
