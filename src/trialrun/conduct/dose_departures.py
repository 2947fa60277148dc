"""How a dose that was given departs from the plan and from the ledger: rules without a database.

A departure is not refused: whoever records it says why, and it is proposed as a deviation. The day
has no tolerance: the regimen plans each dose for one day, and surveillance calls every other day a
deviation. Lots are compared only where the ledger knows any: a trial may account for its drug
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trialrun.conduct.proposals import DeviationCategory, ProposedDeviation
from trialrun.protocol.model import Wording
from trialrun.terminology.written_units import written_unit


@dataclass(frozen=True)
class DoseGiven:
    """A dose that was given; `name` is its course and number, or the day of an unplanned one.

    `planned_on` is None for a dose that no plan asked for, or whose day the plan follows.
    `planned_amount` of a dose that no plan asked for is the regimen's.
    """

    name: str
    on: date
    lot: str
    planned_on: date | None
    amount: Decimal
    planned_amount: Decimal
    unit: str


def departures(
    dose: DoseGiven, others: Iterable[date], every_days: int, lots: Mapping[str, date]
) -> Iterator[DeviationCategory]:
    """Yield how a dose departs.

    `others` are the days of the participant's other doses, `every_days` is the regimen's, and
    `lots` holds the day up to which each lot that was received may be used.
    """
    if dose.planned_on is not None and dose.on != dose.planned_on:
        yield DeviationCategory.DOSE_DAY
    if any(abs((dose.on - other).days) < every_days for other in others):
        yield DeviationCategory.DOSE_INTERVAL
    if dose.amount != dose.planned_amount:
        yield DeviationCategory.DOSE_AMOUNT
    if lots and dose.lot not in lots:
        yield DeviationCategory.DOSE_LOT
    elif lots and dose.on > lots[dose.lot]:
        yield DeviationCategory.DOSE_EXPIRED


def proposed(dose: DoseGiven, category: DeviationCategory, every_days: int) -> ProposedDeviation:
    """Return the deviation that a departure proposes; of a day it is the schedule that does."""
    en, zh = _WORDS[category]
    values = {
        "lot": dose.lot,
        "on": dose.on,
        "days": every_days,
        "amount": _amount(dose.amount, dose.unit),
        "planned": _amount(dose.planned_amount, dose.unit),
    }
    return ProposedDeviation(
        key=f"dose/{dose.name}/{_KEYS[category]}",
        category=category,
        about=dose.name,
        description=Wording(en.format(**values), zh.format(**values)),
        first_day=dose.on,
        last_day=dose.on,
    )


def _amount(amount: Decimal, unit: str) -> str:
    return f"{amount.normalize():,f} {written_unit(unit)}"


_KEYS = {
    DeviationCategory.DOSE_INTERVAL: "interval",
    DeviationCategory.DOSE_AMOUNT: "amount",
    DeviationCategory.DOSE_LOT: "lot",
    DeviationCategory.DOSE_EXPIRED: "expired",
}
_WORDS = {
    DeviationCategory.DOSE_INTERVAL: (
        "dose given on {on}, less than {days} days from another one",
        "{on}给药，与另一次给药间隔不足{days}天",
    ),
    DeviationCategory.DOSE_AMOUNT: (
        "dose given on {on}: {amount}, planned {planned}",
        "{on}给药：{amount}，计划{planned}",
    ),
    DeviationCategory.DOSE_LOT: (
        "dose given on {on} of lot {lot}, which was never received",
        "{on}给药，批号{lot}无接收记录",
    ),
    DeviationCategory.DOSE_EXPIRED: (
        "dose given on {on} of lot {lot}, which had expired",
        "{on}给药，批号{lot}已过有效期",
    ),
}
