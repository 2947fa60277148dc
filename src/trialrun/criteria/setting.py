"""What a statement is asked against: the index date, the end of follow-up, the value sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trialrun.terminology.value_sets import ValueSet


@dataclass(frozen=True)
class Setting:
    """The index date, and what names in expressions stand for.

    `end_of_follow_up` is None where the protocol has none; a window that needs it is then a
    `ProtocolError` of the type check, not of the engine.
    """

    index: date
    value_sets: Mapping[str, ValueSet]
    end_of_follow_up: date | None = None
