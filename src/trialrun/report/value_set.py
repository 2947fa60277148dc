"""A value set as it is shown: what it lists, from where, and what its silence proves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType

from trialrun.criteria.wording import Language
from trialrun.report.numbers import quantity
from trialrun.report.tables import pairs, table, title
from trialrun.report.voice import Voice
from trialrun.report.wrapping import Text
from trialrun.terminology.value_sets import ValueSet


def value_set_words(shown: ValueSet, language: Language) -> RenderableType:
    """Print a value set for people: every code with its name, and how the list is to be read."""
    voice = Voice(language, {})
    named = shown.title_zh if language == "zh" and shown.title_zh else shown.title
    codes = [(entry.system, entry.code, entry.display) for entry in shown.entries]
    heads = [voice.say(head) for head in ("system", "code", "name")]
    return Group(
        Text.assemble((named, "bold"), f" [{shown.id}]"),
        pairs([(label, said) for label, said in _facts(shown, voice) if said]),
        title(voice.say("codes_listed", n=len(codes))),
        table(heads, [], codes),
    )


def value_set_json(shown: ValueSet) -> dict[str, Any]:
    """Return a value set for programs: codes as written, numbers as text that loses nothing."""
    plausible = shown.plausible
    return {
        "id": shown.id,
        "title": shown.title,
        "title_zh": shown.title_zh,
        "source": shown.source,
        "note": shown.note,
        "codes": [
            asdict(entry) | {"attributes": dict(entry.attributes)} for entry in shown.entries
        ],
        "open": shown.is_open,
        "partial": sorted(shown.partial),
        "reads": sorted(shown.reads),
        "molar_mass": None if shown.molar_mass is None else quantity(shown.molar_mass),
        "plausible": None
        if plausible is None
        else {
            "low": quantity(plausible.low),
            "high": quantity(plausible.high),
            "unit": plausible.unit,
        },
        "ordinals": [
            {
                "number": quantity(one.number),
                "codes": [[entry.system, entry.code] for entry in one.entries],
                "texts": list(one.texts),
            }
            for one in shown.ordinals
        ],
    }


def _facts(shown: ValueSet, voice: Voice) -> list[tuple[str, str]]:
    plausible, mass = shown.plausible, shown.molar_mass
    ordinals = [f"{quantity(one.number)} = {', '.join(one.texts)}" for one in shown.ordinals]
    return [
        (voice.say("list_source"), shown.source),
        (voice.say("list_note"), shown.note),
        (voice.say("list_extent"), voice.say("list_open" if shown.is_open else "list_closed")),
        (voice.say("list_partial"), voice.listed(sorted(shown.partial))),
        (voice.say("list_reads"), voice.listed(sorted(shown.reads))),
        (
            voice.say("list_plausible"),
            f"{quantity(plausible.low)}–{quantity(plausible.high)} {plausible.unit}"
            if plausible
            else "",
        ),
        (voice.say("list_molar_mass"), f"{quantity(mass)} g/mol" if mass else ""),
        *((voice.say("list_ordinal"), said) for said in ordinals),
    ]
