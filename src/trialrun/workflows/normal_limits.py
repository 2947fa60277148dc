"""Limits of normal to begin with: those that were entered last, of the participant or elsewhere.

A suggestion and no more: nothing is kept that nobody saves. Of somebody else's values only those of
the same recorded sex are taken, because limits differ by sex. Refuses nothing; where nothing was
entered, nothing is suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from trialrun.conduct.forms import LOWER, UPPER
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.protocol.forms import Form

_LOOKED_AT = 400
"""So many of the values of others that were entered last are looked at."""


@dataclass(frozen=True)
class SuggestedLimits:
    """Limits of an item as they were entered last; `day`: of that visit, `own`: of this person."""

    item: str
    low: Decimal | None
    high: Decimal | None
    day: date
    own: bool

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form that hold them."""
        limits = {LOWER: self.low, UPPER: self.high}
        return {
            f"{self.item}:{part}": format(limit, "f")
            for part, limit in limits.items()
            if limit is not None
        }


def suggested_limits(
    session: Session, form: Form, visit: Visit, is_alike: Callable[[int], bool]
) -> Mapping[str, SuggestedLimits]:
    """Return the limits to suggest at a visit, by item.

    `is_alike` says of another candidate, by id, whether the same limits may be theirs.
    """
    items = {item.id for item in form.items if item.limits_of_normal}
    if not items:
        return {}
    entered = _entered(form).where(Visit.id != visit.id)
    own = session.execute(
        entered.where(Visit.candidate_id == visit.candidate_id).order_by(
            Visit.day.desc(), FormValue.id.desc()
        )
    )
    others = session.execute(
        entered.where(Visit.candidate_id != visit.candidate_id)
        .order_by(FormValue.id.desc())
        .limit(_LOOKED_AT)
    )
    alike = cache(is_alike)
    found: dict[str, SuggestedLimits] = {}
    for at, value in chain(own, others):
        if items <= found.keys():
            break  # whoever else is alike need not be asked
        if value.item not in items - found.keys() or at.day is None:
            continue
        is_own = at.candidate_id == visit.candidate_id
        if is_own or alike(at.candidate_id):
            low, high = value.normal_low, value.normal_high
            found[value.item] = SuggestedLimits(value.item, low, high, at.day, is_own)
    return found


def without_unused(
    typed: Mapping[str, str], suggested: Mapping[str, SuggestedLimits]
) -> dict[str, str]:
    """Return what was typed, without suggested limits beside which no value stands.

    Limits that somebody wrote there stay, so that the form can ask for their value.
    """
    unused = {
        field: text
        for name, limits in suggested.items()
        if not typed.get(name, "").strip()
        for field, text in limits.fields.items()
    }
    return {field: text for field, text in typed.items() if unused.get(field) != text.strip()}


def _entered(form: Form) -> Select[Visit, FormValue]:
    return (
        select(Visit, FormValue)
        .join(FormEntry, FormEntry.visit_id == Visit.id)
        .join(FormValue, FormValue.entry_id == FormEntry.id)
        .where(~Visit.voided, FormEntry.form == form.id)
        .where(or_(FormValue.normal_low.is_not(None), FormValue.normal_high.is_not(None)))
    )
