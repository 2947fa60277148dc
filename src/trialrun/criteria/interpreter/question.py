"""What every meaning is given: the patient, the setting, and the adverse truth.

Refuses a value set that the setting does not hold: the type check names it before anyone asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.errors import ProtocolError
from trialrun.records.rows import PatientRecord
from trialrun.terminology.value_sets import ValueSet


@dataclass(frozen=True, slots=True)
class Question:
    """One patient, one setting, and the truth that speaks against enrolment."""

    patient: PatientRecord
    setting: Setting
    adverse: Truth

    def __post_init__(self) -> None:
        if self.adverse is Truth.UNKNOWN:
            raise ValueError("the adverse truth is TRUE or FALSE, never UNKNOWN")

    def value_set(self, name: str) -> ValueSet:
        """Return the value set that a name in an expression stands for."""
        try:
            return self.setting.value_sets[name]
        except KeyError:
            raise ProtocolError(f"there is no value set [{name}]") from None
