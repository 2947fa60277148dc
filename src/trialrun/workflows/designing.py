"""Compute a design that may stop a trial early, before there is a protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from trialrun.errors import UsageError
from trialrun.evaluation.designs import boundaries_table, exact_binomial_table, two_stage_table
from trialrun.evaluation.results import Table
from trialrun.statistics.errors import StatisticsError
from trialrun.statistics.exact_binomial import one_sided_design
from trialrun.statistics.group_sequential import (
    Boundaries,
    Sides,
    equal_looks,
    obrien_fleming_boundaries,
    pocock_boundaries,
    spending_boundaries,
)
from trialrun.statistics.simon import two_stage_designs
from trialrun.statistics.spending import (
    Spending,
    hwang_shih_decani_spending,
    obrien_fleming_spending,
    pocock_spending,
)


class BoundaryKind(StrEnum):
    """The shape of boundaries; those of Lan and DeMets need not know how many looks will come."""

    OBRIEN_FLEMING = "obrien-fleming"
    POCOCK = "pocock"
    LAN_DEMETS_OBRIEN_FLEMING = "lan-demets-obrien-fleming"
    LAN_DEMETS_POCOCK = "lan-demets-pocock"
    HWANG_SHIH_DECANI = "hwang-shih-decani"


@dataclass(frozen=True)
class GroupSequentialOrder:
    """Looks at fractions of the information; `gamma` is asked for by Hwang, Shih and DeCani only.

    `information` empty: `looks` equal steps.
    """

    kind: BoundaryKind
    looks: int
    information: Sequence[float]
    alpha: float
    two_sided: bool
    gamma: float | None


def group_sequential(order: GroupSequentialOrder) -> Table:
    """Return where each look stops the trial.

    Raises:
        UsageError: there are no such boundaries.
    """
    of_kind = order.kind is BoundaryKind.HWANG_SHIH_DECANI
    if of_kind is not (order.gamma is not None):
        raise UsageError(f"--gamma goes with --kind {BoundaryKind.HWANG_SHIH_DECANI}, and only so")
    with _said_as_usage():
        looks = tuple(order.information) or equal_looks(order.looks)
        return boundaries_table(_boundaries(order, looks))


def exact_binomial(stages: Sequence[tuple[int, int]], rates: Sequence[float]) -> Table:
    """Return how a design behaves that stops with so many events (second) of so many participants.

    Raises:
        UsageError: there is no such design, or no such rate.
    """
    with _said_as_usage():
        design = one_sided_design([n for n, _ in stages], [events for _, events in stages])
        return exact_binomial_table(design, rates)


def two_stage(null: float, alternative: float, *, alpha: float, beta: float) -> Table:
    """Return Simon's designs for two rates of response and two errors.

    Raises:
        UsageError: no design keeps the errors.
    """
    with _said_as_usage():
        return two_stage_table(two_stage_designs(null, alternative, alpha=alpha, beta=beta))


def _boundaries(order: GroupSequentialOrder, looks: Sequence[float]) -> Boundaries:
    sides: Sides = 2 if order.two_sided else 1
    if order.kind is BoundaryKind.OBRIEN_FLEMING:
        return obrien_fleming_boundaries(looks, order.alpha, sides=sides)
    if order.kind is BoundaryKind.POCOCK:
        return pocock_boundaries(looks, order.alpha, sides=sides)
    return spending_boundaries(looks, order.alpha, _spending(order), sides=sides)


def _spending(order: GroupSequentialOrder) -> Spending:
    of_kind: dict[BoundaryKind, Callable[[], Spending]] = {
        BoundaryKind.LAN_DEMETS_OBRIEN_FLEMING: lambda: obrien_fleming_spending,
        BoundaryKind.LAN_DEMETS_POCOCK: lambda: pocock_spending,
        BoundaryKind.HWANG_SHIH_DECANI: lambda: hwang_shih_decani_spending(order.gamma or 0.0),
    }
    return of_kind[order.kind]()


@contextmanager
def _said_as_usage() -> Iterator[None]:
    try:
        yield
    except StatisticsError as error:
        raise UsageError(f"there is no such design: {error}") from error
