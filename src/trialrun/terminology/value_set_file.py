"""Reads value sets from YAML files, and says with file and line everything that is wrong with them.

Refuses unknown keys and code systems, codes whose form or check digit is wrong, empty lists, and
texts that stand for two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import cast

from trialrun.errors import Problem, ProtocolError
from trialrun.terminology.code_forms import form_problem
from trialrun.terminology.codes import SYSTEMS
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.hidden import hidden_characters
from trialrun.terminology.units import is_known
from trialrun.terminology.value_sets import Entry, Ordinal, Plausible, ValueSet
from trialrun.terminology.yaml_file import YamlFile, read_yaml

ATTRIBUTES = frozenset({"prednisone_5mg"})
"""What an entry may say beside its display: the mg that are worth 5 mg of prednisone."""

LOCAL = "local:"
"""How the name of a hospital's own code system begins."""

_KEYS = (
    "id", "title", "title_zh", "source", "open", "plausible", "molar_mass", "note", "codes",
    "partial", "reads", "ordinals",
)  # fmt: skip
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_PLAUSIBLE = re.compile(rf"({_NUMBER}) +to +({_NUMBER})(?: +(\S.*))?")
_MOLAR_MASS = re.compile(rf"({_NUMBER}) *g/mol")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load_value_sets(*folders: Path) -> dict[str, ValueSet]:
    """Read every value set in the folders; one in a later folder replaces its namesake.

    Raises:
        ProtocolError: with the problems of all the files.
    """
    found: dict[str, ValueSet] = {}
    problems: list[Problem] = []
    for folder in folders:
        if not folder.is_dir():
            problems.append(Problem(str(folder), "not a folder", "name one that holds value sets"))
            continue
        seen: dict[str, str] = {}
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            try:
                value_set = load_value_set(path)
            except ProtocolError as error:
                problems.extend(error.problems)
                continue
            if value_set.id in seen:
                remedy = f"{seen[value_set.id]} has it already: keep one"
                problems.append(Problem(f"{path.name}:1", f"a second '{value_set.id}'", remedy))
            seen[value_set.id] = path.name
            found[value_set.id] = value_set
    if problems:
        raise ProtocolError("The value sets cannot be used", problems)
    return found


def load_value_set(path: Path) -> ValueSet:
    """Read one value set.

    Raises:
        ProtocolError: with every problem of the file.
    """
    file = read_yaml(path)
    reading = _Reading(file)
    value_set = reading.value_set()
    reading.problems.extend(hidden_characters(file))
    if reading.problems:
        raise ProtocolError(f"{path} is not a value set", reading.problems)
    return value_set


class _Reading:
    """One file being read: what it should hold, and the problems found on the way."""

    def __init__(self, file: YamlFile) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def value_set(self) -> ValueSet:
        """Read the file; the result counts only if there are no problems."""
        found = self.file.data
        if not isinstance(found, dict):
            self._problem("not a value set", "write keys such as 'id: platelets'")
            found = dict.fromkeys(("id", "title", "source", "codes"), "?")
        self._known_keys(found, _KEYS)
        return ValueSet(
            id=self._id(found),
            title=self._text(found, "title", required=True),
            source=self._text(found, "source", required=True),
            entries=self._entries(found.get("codes")),
            is_open=self._yes_no(found),
            molar_mass=self._molar_mass(self._text(found, "molar_mass")),
            plausible=self._plausible(self._text(found, "plausible")),
            ordinals=self._ordinals(found.get("ordinals", [])),
            partial=self._partial(found),
            reads=self._reads(found),
            title_zh=self._text(found, "title_zh"),
            note=self._text(found, "note"),
        )

    def _problem(self, found: str, remedy: str, *keys: str | int) -> None:
        self.problems.append(Problem(self.file.where(*keys), found, remedy))

    def _known_keys(self, found: Mapping[str, object], known: tuple[str, ...], *at: int) -> None:
        within: tuple[str | int, ...] = ("ordinals", *at) if at else ()
        for key in found:
            if key not in known:
                remedy = did_you_mean(key, known) or f"known are {', '.join(known)}"
                self._problem(f"unknown key '{key}'", remedy, *within, key)

    def _text(self, found: Mapping[str, object], key: str, *, required: bool = False) -> str:
        value = found.get(key)
        if value is None and key not in found:
            if required:
                self._problem(f"no {key}", f"add '{key}: ...'")
            return ""
        if not isinstance(value, str) or not value.strip():
            self._problem(f"{key} is not a text", f"write '{key}: ...' in words", key)
            return ""
        return value.strip()

    def _id(self, found: Mapping[str, object]) -> str:
        value, stem = self._text(found, "id", required=True), self.file.path.stem
        if value and value != stem:
            self._problem(f"the id '{value}' is not the file's name", f"write '{stem}'", "id")
        elif value and _ID.fullmatch(value) is None:
            remedy = "use small letters, digits and single hyphens"
            self._problem(f"'{value}' is no id", remedy, "id")
        return value

    def _yes_no(self, found: Mapping[str, object]) -> bool:
        value = found.get("open", False)
        if not isinstance(value, bool):
            self._problem("open is neither true nor false", "write 'open: true'", "open")
        return value is True

    def _molar_mass(self, written: str) -> Fraction | None:
        match = _MOLAR_MASS.fullmatch(written)
        if match and Fraction(match[1]) > 0:
            return Fraction(match[1])
        if written:
            remedy = "write it like '113.12 g/mol'"
            self._problem(f"'{written}' is not a molar mass", remedy, "molar_mass")
        return None

    def _plausible(self, written: str) -> Plausible | None:
        match = _PLAUSIBLE.fullmatch(written)
        if match is None:
            if written:
                remedy = "write it like '0 to 5000 10*9/L'"
                self._problem(f"'{written}' is not a range with a unit", remedy, "plausible")
            return None
        low, high, unit = Fraction(match[1]), Fraction(match[2]), match[3] or ""
        if low >= high:
            self._problem(f"no value lies in '{written}'", "write the lower one first", "plausible")
        if not is_known(unit):
            self._problem(f"unknown unit '{unit}'", "write it in UCUM", "plausible")
        return Plausible(low, high, unit)

    # --- codes -------------------------------------------------------------------------------

    def _entries(self, codes: object) -> tuple[Entry, ...]:
        if not isinstance(codes, dict) or not codes:
            self._problem("no codes", "list them under 'codes:', by system", "codes")
            return ()
        return tuple(
            entry for system, listed in codes.items() for entry in self._of_system(system, listed)
        )

    def _of_system(self, system: str, listed: object) -> Iterator[Entry]:
        self._check_system(system, "codes", system)
        if not isinstance(listed, dict) or not listed:
            remedy = "write a line such as '\"777-3\": Platelets' for each"
            self._problem(f"no codes of {system}", remedy, "codes", system)
            return
        for code, said in listed.items():
            self._check_code(system, code, "codes", system, code)
            display, attributes = self._said(said, "codes", system, code)
            yield Entry(system, code, display, attributes)

    def _check_system(self, system: str, *keys: str | int) -> None:
        if system in SYSTEMS or (system.startswith(LOCAL) and len(system) > len(LOCAL)):
            return
        remedy = did_you_mean(system, SYSTEMS) or f"a hospital's own is written '{LOCAL}name'"
        self._problem(f"unknown code system '{system}'", remedy, *keys)

    def _check_code(self, system: str, code: str, *keys: str | int) -> None:
        if not code or "*" in code[:-1] or code != "".join(code.split()):
            remedy = "write a code, or the beginning of codes and one '*' after it, without blanks"
            self._problem(f"'{code}' is no code", remedy, *keys)
        elif wrong := form_problem(system, code):
            self._problem(f"'{code}' is no code of {system}", wrong, *keys)

    def _said(self, said: object, *keys: str) -> tuple[str, dict[str, str]]:
        if isinstance(said, str | int | Decimal) and not isinstance(said, bool):
            return str(said), {}
        if not isinstance(said, dict):
            self._problem("no display", "write the code's name after it", *keys)
            return "", {}
        for key in said:
            if key != "display" and key not in ATTRIBUTES:
                known = sorted({"display", *ATTRIBUTES})
                remedy = did_you_mean(key, known) or f"known are {', '.join(known)}"
                self._problem(f"unknown key '{key}'", remedy, *keys, key)
        attributes = {key: str(said[key]) for key in sorted(ATTRIBUTES & said.keys())}
        for key, value in attributes.items():
            if re.fullmatch(_NUMBER, value) is None or Fraction(value) <= 0:
                self._problem(f"{key} is not a positive number", "write it in mg", *keys, key)
        return str(said.get("display", "")), attributes

    def _partial(self, found: Mapping[str, object]) -> frozenset[str]:
        codes = found.get("codes")
        listed = codes.keys() if isinstance(codes, dict) else ()
        partial = self._texts(found.get("partial", []), "partial")
        for system in partial:
            if system not in listed:
                remedy = did_you_mean(system, listed) or "name a system that has codes above"
                self._problem(f"no codes of '{system}'", remedy, "partial")
        return frozenset(partial)

    def _reads(self, found: Mapping[str, object]) -> frozenset[str]:
        reads = self._texts(found.get("reads", []), "reads")
        for system in reads:
            if system not in SYSTEMS:
                remedy = did_you_mean(system, SYSTEMS) or "name a code system of the program"
                self._problem(f"no code system '{system}'", remedy, "reads")
        return frozenset(reads)

    # --- ordinals ----------------------------------------------------------------------------

    def _ordinals(self, listed: object) -> tuple[Ordinal, ...]:
        if not isinstance(listed, list):
            self._problem("ordinals is not a list", "begin each with '- number: 1'", "ordinals")
            return ()
        found = tuple(self._ordinal(item, i) for i, item in enumerate(listed))
        meanings: dict[str, Fraction] = {}
        for i, ordinal in enumerate(found):
            names = [*ordinal.texts, *(f"{e.system} {e.code}" for e in ordinal.entries)]
            for name in names:
                if meanings.setdefault(name, ordinal.number) != ordinal.number:
                    remedy = f"it stands for {meanings[name]} already"
                    self._problem(f"'{name}' stands for two numbers", remedy, "ordinals", i)
        return found

    def _ordinal(self, item: object, i: int) -> Ordinal:
        if not isinstance(item, dict):
            self._problem("not an ordinal", "write 'number:' and 'texts:'", "ordinals", i)
            return Ordinal(Fraction(0))
        self._known_keys(item, ("number", "codes", "texts"), i)
        number = item.get("number")
        if isinstance(number, bool) or not isinstance(number, int | Decimal):
            self._problem("no number", "add 'number: 3'", "ordinals", i)
            number = 0
        entries = tuple(self._ordinal_codes(item.get("codes", {}), i))
        texts = self._texts(item.get("texts", []), "ordinals", i, "texts")
        if not entries and not texts:
            self._problem("nothing stands for this number", "list texts or codes", "ordinals", i)
        return Ordinal(Fraction(number), entries, texts)

    def _ordinal_codes(self, codes: object, i: int) -> Iterator[Entry]:
        if not isinstance(codes, dict):
            self._problem("codes is not by system", "write 'LOINC: [...]'", "ordinals", i, "codes")
            return
        for system, listed in codes.items():
            at = ("ordinals", i, "codes", system)
            self._check_system(system, *at)
            for code in self._texts(listed, *at):
                self._check_code(system, code, *at)
                yield Entry(system, code)

    def _texts(self, listed: object, *keys: str | int) -> tuple[str, ...]:
        if not isinstance(listed, list) or any(isinstance(x, dict | list | bool) for x in listed):
            self._problem(f"{keys[-1]} is not a list of words", "write '[a, b]'", *keys)
            return ()
        return tuple(str(item).strip() for item in cast("list[object]", listed))
