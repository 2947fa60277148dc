"""Exposure to the drug and compliance with its plan, derived from the doses. Stores nothing.

Definitions, as of a day:
- *due*: planned doses whose day has come. *unrecorded*: due, and nobody said what became of them.
- *amount*: the sum of all doses given, whether planned or not.
- *days*: from the first dose to the last, both included, as TRTDURD of CDISC ADaM ADSL is
  usually derived: TRTEDT - TRTSDT + 1.
- *compliance*: 100 x amount given / amount due. What is unrecorded may or may not have been
  given, so compliance lies between `percent_lo` (none of it was) and `percent_hi` (all was, as
  planned); the two are equal when everything is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialrun.conduct.dosing import PlannedDose
from trialrun.conduct.tables.doses import DoseStatus


@dataclass(frozen=True)
class RecordedDose:
    """What became of a dose; `given_on` and `amount` are None unless it was given."""

    status: DoseStatus
    planned_on: date | None
    given_on: date | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Exposure:
    """Exposure and compliance as of a day; amounts in the unit of the regimen.

    `given` counts all doses given, `given_as_due` those among them that the plan asked for.
    """

    due: int
    given: int
    given_as_due: int
    left_out: int
    unrecorded: int
    amount: Decimal
    amount_due: Decimal
    first_on: date | None
    last_on: date | None
    percent_lo: Fraction | None
    percent_hi: Fraction | None

    @property
    def days(self) -> int | None:
        """Days from the first dose to the last, both included; None before the first."""
        if self.first_on is None or self.last_on is None:
            return None
        return (self.last_on - self.first_on).days + 1


def exposure(plan: Iterable[PlannedDose], doses: Sequence[RecordedDose], on: date) -> Exposure:
    """Return what a participant was exposed to up to a day, that day included.

    `doses` are those that stand, each in the unit of the plan. A plan that is cut where treatment
    ended gives compliance while taking part; a whole one, compliance with the protocol.
    """
    due = {dose.on: dose.amount for dose in plan if dose.on <= on}
    given = [dose for dose in doses if dose.given_on is not None and dose.given_on <= on]
    settled = {dose.planned_on for dose in doses}
    unrecorded = [amount for day, amount in due.items() if day not in settled]
    amount = sum((dose.amount for dose in given if dose.amount is not None), Decimal(0))
    amount_due = sum(due.values(), Decimal(0))
    days = [dose.given_on for dose in given if dose.given_on is not None]
    return Exposure(
        due=len(due),
        given=len(given),
        given_as_due=sum(dose.planned_on in due for dose in given),
        left_out=sum(
            dose.status is not DoseStatus.GIVEN and dose.planned_on in due for dose in doses
        ),
        unrecorded=len(unrecorded),
        amount=amount,
        amount_due=amount_due,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        percent_lo=_percent(amount, amount_due),
        percent_hi=_percent(amount + sum(unrecorded, Decimal(0)), amount_due),
    )


def _percent(amount: Decimal, of: Decimal) -> Fraction | None:
    return Fraction(amount) * 100 / Fraction(of) if of else None
