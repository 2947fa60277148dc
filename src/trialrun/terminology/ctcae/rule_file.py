"""Reads `rules.yaml`, the laboratory terms of CTCAE, and says by line what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeVar

from trialrun.errors import Problem, ProtocolError
from trialrun.terminology.ctcae.rule_language import read_clause
from trialrun.terminology.ctcae.terms import Clause, Clinical, Direction, Grade, Term
from trialrun.terminology.yaml_file import Keys, YamlFile, read_yaml

_RULES = Path(__file__).parent / "rules.yaml"
_MOLAR_MASS = re.compile(r"([0-9]+(?:\.[0-9]+)?) g/mol")
_TERM_KEYS = frozenset(
    {"term", "soc", "direction", "reads", "uncorrected", "molar_mass", "readings", "grades"}
)
_GRADE_KEYS = frozenset({"text", "rule", "clinical"})
_GRADES = ("1", "2", "3", "4", "5")
T = TypeVar("T")


@cache
def ctcae_terms() -> tuple[Term, ...]:
    """Return the laboratory terms of CTCAE v5.0, in the order of the file."""
    return read_terms(_RULES)


@cache
def terms_reading(value_set: str) -> tuple[Term, ...]:
    """Return the terms that results of one value set can raise, whether corrected first or not."""
    return tuple(t for t in ctcae_terms() if value_set in (*t.reads, *t.uncorrected))


def read_terms(path: Path) -> tuple[Term, ...]:
    """Read the terms of one file.

    Raises:
        ProtocolError: with every problem of the file.
    """
    reading = _Reading(read_yaml(path))
    terms = reading.terms()
    if reading.problems:
        raise ProtocolError(f"{path} cannot be used", reading.problems)
    return terms


class _Reading:
    """One file being read, and the problems found on the way."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def terms(self) -> tuple[Term, ...]:
        data = self.file.data
        listed = data.get("terms") if isinstance(data, dict) else None
        if not isinstance(listed, list):
            self._problem("no terms", "write 'terms:' and a list")
            return ()
        return tuple(self._term(item, ("terms", i)) for i, item in enumerate(listed))

    def _term(self, item: object, at: Keys) -> Term:
        found = self._mapping(item, _TERM_KEYS, at)
        direction = self._text(found.get("direction"), (*at, "direction"))
        if direction not in ("low", "high"):
            self._problem("no direction", "write 'low' or 'high'", *at, "direction")
            direction = "low"
        grades = self._mapping(found.get("grades"), frozenset(_GRADES), (*at, "grades"))
        return Term(
            term=self._text(found.get("term"), (*at, "term")),
            soc=self._text(found.get("soc"), (*at, "soc")),
            direction=Direction(direction),
            reads=self._texts(found.get("reads"), (*at, "reads")),
            uncorrected=self._texts(found.get("uncorrected", []), (*at, "uncorrected")),
            molar_mass=self._molar_mass(found.get("molar_mass"), (*at, "molar_mass")),
            readings=self._texts(found.get("readings", []), (*at, "readings")),
            grades=tuple(
                self._grade(number, grades[number], (*at, "grades", number), direction)
                for number in _GRADES
                if number in grades
            ),
        )

    def _grade(self, number: str, item: object, at: Keys, direction: str) -> Grade:
        found = self._mapping(item, _GRADE_KEYS, at)
        rule = self._texts(found.get("rule", []), (*at, "rule"))
        clinical = found.get("clinical", [])
        if not rule and not clinical:
            self._problem("nothing decides this grade", "add 'rule:' or 'clinical:'", *at)
        return Grade(
            number=int(number),
            text=self._text(found.get("text"), (*at, "text")),
            clauses=_present(self._clause(w, direction, (*at, "rule")) for w in rule),
            clinical=_present(
                self._clinical(part, direction, (*at, "clinical"))
                for part in (clinical if isinstance(clinical, list) else [clinical])
            ),
        )

    def _clinical(self, part: object, direction: str, at: Keys) -> Clinical | None:
        if not isinstance(part, dict):
            return Clinical(self._text(part, at))
        found = self._mapping(part, frozenset({"words", "when"}), at)
        when = self._clause(self._text(found.get("when"), at), direction, at)
        return Clinical(self._text(found.get("words"), at), when)

    def _clause(self, written: str, direction: str, at: Keys) -> Clause | None:
        try:
            clause = read_clause(written)
        except ValueError as error:
            self._problem(str(error), "see the examples in rule_language.py", *at)
            return None
        signs = {comparison.operator[0] for comparison in clause.comparisons}
        if signs != {"<" if direction == "low" else ">"}:
            remedy = "turn the sign, or correct the term's direction"
            self._problem(f"'{written}' points the other way than the term", remedy, *at)
        return clause

    def _molar_mass(self, written: object, at: Keys) -> Fraction | None:
        if written is None:
            return None
        match = _MOLAR_MASS.fullmatch(str(written))
        if match is None:
            self._problem("no molar mass", "write '113.12 g/mol'", *at)
            return None
        return Fraction(match[1])

    def _mapping(self, item: object, known: frozenset[str], at: Keys) -> dict[str, object]:
        if not isinstance(item, dict):
            self._problem("not what is expected here", f"write {', '.join(sorted(known))}", *at)
            return {}
        for key in item.keys() - known:
            self._problem(f"unknown key '{key}'", f"known are {', '.join(sorted(known))}", *at, key)
        return item

    def _texts(self, listed: object, at: Keys) -> tuple[str, ...]:
        if not isinstance(listed, list):
            self._problem("not a list of texts", "begin each with '- '", *at)
            return ()
        return tuple(self._text(item, (*at, i)) for i, item in enumerate(listed))

    def _text(self, item: object, at: Keys) -> str:
        if not isinstance(item, str) or not item.strip():
            self._problem("not a text", "write it in words", *at)
            return ""
        return item.strip()

    def _problem(self, found: str, remedy: str, *keys: str | int) -> None:
        self.problems.append(Problem(self.file.where(*keys), found, remedy))


def _present(found: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(item for item in found if item is not None)
