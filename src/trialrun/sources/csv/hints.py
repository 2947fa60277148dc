"""Which codes the names of a hospital may stand for: hints, for a person to judge."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.terminology.value_sets import ValueSet


def hints_of(value_sets: Sequence[ValueSet]) -> dict[str, str]:
    """Return, for each name of a value set and of its codes, the hint that it gives."""
    hints: dict[str, str] = {}
    for value_set in value_sets:
        entries = [entry for entry in value_set.entries if not entry.code.endswith("*")]
        named = [(entry.display, entry) for entry in entries]
        named += [(title, entries[0]) for title in (value_set.title, value_set.title_zh) if entries]
        for name, entry in named:
            hint = f"; perhaps {{{entry.system}: {entry.code}}} of [{value_set.id}]"
            hints.setdefault(plain_name(name), hint)
    hints.pop("", None)
    return hints


def plain_name(text: str) -> str:
    """Return a name as it is looked up."""
    return " ".join(text.casefold().split())
