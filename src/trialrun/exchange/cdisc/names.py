"""Names of the data matched with those of the protocol: arms, visits, parameters.

Case and punctuation do not count: `WEEK 8` is `Week 8`, and `week-8`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from trialrun.errors import Problem, UsageError
from trialrun.exchange.sdtm.tests_of_forms import tests_of
from trialrun.protocol.analysis import AnalysisPlan
from trialrun.protocol.model import TrialProtocol

NO_ARM = frozenset({"screen failure", "scrnfail", "not assigned", "notassgn", "not treated"})
"""What SDTM and ADaM write in the place of an arm."""


@cache
def plain(name: str) -> str:
    """Return a name as it is compared."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


@dataclass(frozen=True)
class Names:
    """The names of a protocol."""

    protocol: TrialProtocol

    @cached_property
    def _arms(self) -> Mapping[str, str]:
        arms = self.protocol.design.arms
        return {plain(name): arm.id for arm in arms for name in (arm.title, arm.id)}

    @cached_property
    def _visits(self) -> Mapping[str, str]:
        visits = self.protocol.design.visits
        return {plain(name): visit.id for visit in visits for name in (visit.title, visit.id)}

    def arm(self, *said: str) -> str | None:
        """Return the arm that the first known of some names means; None: none is meant."""
        return next((self._arms[plain(name)] for name in said if plain(name) in self._arms), None)

    def visit(self, said: str) -> str | None:
        """Return the planned visit that a name means; None: it is none of them."""
        return self._visits.get(plain(said))

    def is_unknown_arm(self, *said: str) -> bool:
        """Say whether names are those of an arm, and of none of the protocol."""
        names = [plain(name) for name in said if name]
        return bool(names) and self.arm(*said) is None and not NO_ARM.intersection(names)

    def refuse_unknown_arms(self, where: str, unknown: Iterable[str]) -> None:
        """Refuse data with arms that the protocol does not have.

        Raises:
            UsageError: with the names that were found, and those that are known.
        """
        names = sorted(set(unknown))
        if names:
            known = ", ".join(f"{arm.id} ({arm.title})" for arm in self.protocol.design.arms)
            raise UsageError(
                f"The data have arms that the protocol {self.protocol.name} does not have",
                [
                    Problem(
                        where,
                        f"found: {', '.join(names)}; known: {known or 'none'}",
                        "take the protocol of this trial, or name its arms as the data do",
                    )
                ],
            )

    @cached_property
    def items(self) -> Mapping[tuple[str, str], str]:
        """The items of the trial's own forms (`form.item`), by domain and code of SDTM."""
        found = tests_of(self.protocol.forms)
        return {(test.domain, test.code): ".".join(item) for item, test in found.items()}


@dataclass(frozen=True)
class Parameters:
    """What the codes of the data are called in an evaluation.

    A code stands for itself, unless several datasets have it: then for itself in the dataset that
    a variable of the plan names, and as `DATASET.CODE` in the others. A plan that says
    `DATASET.CODE` is always understood.
    """

    plan: AnalysisPlan | None
    datasets: Mapping[str, frozenset[str]]
    """The datasets of each code."""

    def name(self, dataset: str, code: str) -> str:
        """Return the name of a parameter."""
        qualified = f"{dataset}.{code}"
        if qualified in self._planned:
            return qualified
        chosen = self._chosen.get(code)
        if chosen in self.datasets.get(code, frozenset()):
            return code if chosen == dataset else qualified
        return code if len(self.datasets.get(code, ())) < 2 else qualified

    @cached_property
    def _planned(self) -> frozenset[str]:
        return frozenset(_parameters(self.plan)) if self.plan else frozenset()

    @cached_property
    def _chosen(self) -> Mapping[str, str]:
        variables = self.plan.variables if self.plan else ()
        return {one.parameter: one.dataset.upper() for one in variables if one.dataset}


def _parameters(plan: AnalysisPlan) -> Iterator[str]:
    """Yield every parameter that a plan speaks of."""
    yield from (variable.parameter for variable in plan.variables)
    for event in plan.events:
        if event.marked is not None:
            yield from (event.marked.parameter, event.marked.day or "")
    if plan.safety is not None:
        yield from plan.safety.laboratory
        if liver := plan.safety.liver:
            yield from (liver.alt, liver.ast, liver.bilirubin, liver.alkaline_phosphatase)


def datasets_of(codes: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Return the datasets of each code, from pairs of dataset and code."""
    found: dict[str, set[str]] = defaultdict(set)
    for dataset, code in codes:
        found[code].add(dataset)
    return {code: frozenset(those) for code, those in found.items()}
