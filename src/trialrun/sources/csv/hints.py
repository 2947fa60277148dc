"""Which codes the names of a hospital may stand for: hints, for a person to judge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

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


_CHINESE: Mapping[str, str] = {
    "prednisone": "泼尼松 强的松",
    "prednisolone": "泼尼松龙 氢化泼尼松 强的松龙",
    "methylprednisolone": "甲泼尼龙 甲基泼尼松龙 甲强龙 甲基强的松龙",
    "dexamethasone": "地塞米松",
    "hydrocortisone": "氢化可的松",
    "betamethasone": "倍他米松",
    "triamcinolone": "曲安西龙",
    "deflazacort": "地夫可特",
    "cyclophosphamide": "环磷酰胺",
    "hydroxychloroquine": "羟氯喹",
    "rituximab": "利妥昔单抗",
    "methotrexate": "甲氨蝶呤",
    "riluzole": "利鲁唑",
    "edaravone": "依达拉奉",
    "aldesleukin": "白介素-2 白细胞介素-2 阿地白介素",
}
"""International nonproprietary names and those of the Chinese Pharmacopoeia, with older ones."""
_SYSTEMS_OF_MEDICINES = ("ATC", "RxNorm")
_FOR_ONE_PLACE = re.compile(
    "滴眼|眼膏|滴耳|滴鼻|鼻喷|软膏|乳膏|吸入|气雾|eye|nasal|cream|ointment|inhal"
)
"""Forms that do not reach the whole body: they have other codes."""
_ABOUT_A_MEDICINE = re.compile(
    r"(?:[\s()（）]|醋酸|磷酸|琥珀酸|盐酸|硫酸|钠|注射用|注射液|肠溶|缓释|分散|胶囊|粉针剂?|片|重组人"
    r"|acetate|sodium|succinate|phosphate|sulfate|hydrochloride|tablets?|capsules?|injection|for)*"
)
"""Salts and forms: a name that holds nothing else tells of no patient."""


class Medicines:
    """The medicines that value sets name, looked for within what a hospital writes."""

    def __init__(self, value_sets: Sequence[ValueSet]) -> None:
        self._hints = dict(_of_medicines(value_sets))
        # The longest name first: 泼尼松龙 is no 泼尼松.
        names = sorted(self._hints, key=len, reverse=True)
        self._name = re.compile("|".join(map(re.escape, names)) or "(?!)")

    def hint(self, text: str) -> str:
        """Return the hint of the medicine that a text names, or ""."""
        found = self._name.search(plain_name(text))
        return self._hints[found[0]] if found and not _FOR_ONE_PLACE.search(text.lower()) else ""

    def is_plain(self, text: str) -> bool:
        """Say whether a text holds nothing but one known medicine, its salt and form."""
        parts = self._name.split(plain_name(text))
        return len(parts) == 2 and all(map(_ABOUT_A_MEDICINE.fullmatch, parts))


def _of_medicines(value_sets: Sequence[ValueSet]) -> Iterator[tuple[str, str]]:
    """Yield each name of a medicine with its hint; the earlier value set goes before the later."""
    for value_set in reversed(value_sets):
        for system in reversed(_SYSTEMS_OF_MEDICINES):
            for entry in value_set.entries:
                if entry.system != system or entry.code.endswith("*"):
                    continue
                name = plain_name(entry.display)
                hint = f"; perhaps {{{entry.system}: {entry.code}}} of [{value_set.id}]"
                yield from ((known, hint) for known in (name, *_CHINESE.get(name, "").split()))


def plain_name(text: str) -> str:
    """Return a name as it is looked up."""
    return " ".join(text.casefold().split())
