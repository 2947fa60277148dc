"""Walks the plain data of a YAML file, and keeps every problem with its line and a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from trialrun.errors import Problem
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.yaml_file import Keys, YamlFile


class YamlReading:
    """Reads one file; `problems` holds everything that was refused on the way."""

    def __init__(self, yaml: YamlFile) -> None:
        self.yaml = yaml
        self.problems: list[Problem] = []

    def refuse(self, keys: Keys, found: str, remedy: str = "") -> None:
        """Note a problem at the place that the keys lead to."""
        self.problems.append(Problem(self.yaml.where(*keys), found, remedy))

    def block(self, keys: Keys, data: object) -> Mapping[str, object]:
        """Return a mapping of keys; an absent one is empty."""
        if data is None:
            return {}
        if isinstance(data, dict):
            return data
        self.refuse(
            keys, f"'{keys[-1] if keys else 'the file'}' holds no keys", "write `key: value`"
        )
        return {}

    def items(self, data: object) -> list[object]:
        """Return a list; one thing alone is a list of it, an absent one is empty."""
        if data is None:
            return []
        return data if isinstance(data, list) else [data]

    def only(self, keys: Keys, block: Mapping[str, object], known: Iterable[str]) -> None:
        """Refuse the keys that are not known."""
        names = tuple(known)
        for key in block:
            if key not in names:
                remedy = did_you_mean(key, names) or f"known here: {', '.join(names)}"
                self.refuse((*keys, key), f"unknown key '{key}'", remedy)

    def text(self, keys: Keys, data: object) -> str | None:
        """Return one word or number as it was written."""
        if isinstance(data, str) and data.strip():
            return data.strip()
        if isinstance(data, int | Decimal) and not isinstance(data, bool):
            return str(data)
        if isinstance(data, bool):
            self.refuse(keys, f"'{keys[-1]}' is true or false", "put the word in quotes")
        elif data is not None:
            self.refuse(keys, f"'{keys[-1]}' is not a single word", "write one word or number")
        return None

    def choice(self, keys: Keys, data: object, known: Iterable[str]) -> str | None:
        """Return one of the words that are known."""
        word = self.text(keys, data)
        names = tuple(known)
        if word is None or word in names:
            return word
        remedy = did_you_mean(word, names) or f"one of: {', '.join(names)}"
        self.refuse(keys, f"unknown word '{word}'", remedy)
        return None

    def texts(self, keys: Keys, data: object) -> dict[str, str]:
        """Return a mapping of words to words."""
        found = {
            key: self.text((*keys, key), value) for key, value in self.block(keys, data).items()
        }
        return {key: value for key, value in found.items() if value is not None}
