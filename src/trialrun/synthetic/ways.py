"""Ways in which something can be recorded: a mechanism, and the writer of the rows that make it so.

A `Way` says which planned facts its rows make; a `Table` draws one way for a patient. What a fact
is, and how facts are joined, is said in `states`.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from random import Random

from trialrun.synthetic.scene import Scene
from trialrun.synthetic.states import Fact, Planned


def always(_: Scene) -> bool:
    """Say that a way is open to every patient and every index date."""
    return True


def nothing(_: Scene) -> None:
    """Write no row at all."""


Writer = Callable[[Scene], None]
"""Writes the rows of a mechanism."""


def in_turn(*writers: Writer) -> Writer:
    """Return the writer that writes what each of the writers writes."""

    def write(scene: Scene) -> None:
        for writer in writers:
            writer(scene)

    return write


@dataclass(frozen=True)
class Way:
    """A mechanism: what it makes of the named facts, how often, and the rows that make it so.

    `fits` says for whom and on which index dates it is possible.
    """

    because: str
    weight: int
    says: Mapping[str, Planned]
    write: Writer = nothing
    fits: Callable[[Scene], bool] = field(default=always)

    def fact(self, name: str) -> Fact:
        """Return one of the planned facts."""
        return Fact(self.says[name], self.because)


class Table:
    """The ways in which something can be, of which each patient is given one."""

    def __init__(self, *ways: Way) -> None:
        """Hold the ways in the order written."""
        self.ways = ways
        self._wished: dict[tuple[tuple[str, Planned], ...], _Choice] = {}

    def draw(self, scene: Scene, wish: Mapping[str, Planned] | None = None) -> Way:
        """Draw a way that fits, if wished for one that says so, and write its rows."""
        choice = self._choice(wish or {})
        way = choice.draw(scene.draw)
        while not way.fits(scene):
            way = choice.draw(scene.draw)
        way.write(scene)
        return way

    def _choice(self, wish: Mapping[str, Planned]) -> _Choice:
        key = tuple(wish.items())
        if key not in self._wished:
            self._wished[key] = _Choice(
                [w for w in self.ways if all(w.says[name] is said for name, said in key)]
            )
        return self._wished[key]


@dataclass(frozen=True)
class _Choice:
    ways: list[Way]

    @cached_property
    def _up_to(self) -> list[int]:
        return list(accumulate(way.weight for way in self.ways))

    def draw(self, draw: Random) -> Way:
        return self.ways[bisect(self._up_to, draw.random() * self._up_to[-1])]
