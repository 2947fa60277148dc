"""The report of a screening: one HTML file that needs nothing else and reaches for nothing.

The content security policy in its head forbids every connection, and every script and
style but the page's own, so that text from a hospital can neither call home nor run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from itertools import groupby
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from trialrun.criteria.wording import Language
from trialrun.records.dates import LATEST
from trialrun.records.schema import Kind
from trialrun.report.changes import moved
from trialrun.report.figures import attrition_figure, gains_figure, openings_figure
from trialrun.report.numbers import count, in_order, signed
from trialrun.report.opened import OpenedPatient, by_opening, lay_out
from trialrun.report.phrases import Phrases
from trialrun.report.self_contained import environment, own
from trialrun.report.symbols import SYMBOLS
from trialrun.report.voice import Voice
from trialrun.screening.result import Declared, Screening
from trialrun.screening.verdict import Verdict

FIRST_QUESTIONS = 12
"""How many questions stand open; the others are a click away."""


def screening_page(screening: Screening, language: Language, caveats: Sequence[str] = ()) -> str:
    """Lay a screening out as one HTML file; its caveats stand at its head."""
    voice = Voice.of(screening.protocol, language)
    opened = [lay_out(c, n, voice) for n, c in enumerate(screening.opened, start=1)]
    phrases = Phrases()
    shared = {
        "voice": voice,
        "say": voice.say,
        "symbols": SYMBOLS,
        "opened": opened,
        "phrase": phrases.name,
    }
    details = _templates().get_template("patients.html").render(shared)
    return (
        _templates()
        .get_template("page.html")
        .render(
            shared,
            screening=screening,
            caveats=caveats,
            program=f"trialrun {version('trialrun')}",
            registry=screening.protocol.registry,
            language=language,
            details=Markup(details),
            style=own("style.css") + phrases.rules(),
            script=own("page.js"),
            **_shown(screening, opened),
            **_figures(screening, voice),
            gains=_gains(screening, voice),
        )
    )


@cache
def _templates() -> Environment:
    templates = environment()
    templates.filters.update(count=count, signed=signed)
    return templates


def _shown(screening: Screening, opened: list[OpenedPatient]) -> dict[str, Any]:
    eligible = [c for c in opened if c.verdict is Verdict.ELIGIBLE]
    near = [c for c in opened if c.is_near_miss]
    undetermined = [c for c in opened if c.verdict is Verdict.UNDETERMINED]
    return {
        "eligible": sorted(eligible, key=lambda c: (c.lapses_on or LATEST, in_order(c.name))),
        "near": sorted(near, key=by_opening),
        "undetermined": undetermined,
        "rest": screening.patients - len(opened),
        "verdicts": {verdict.value: n for verdict, n in screening.verdicts.items()},
        "losses": list(zip(screening.losses, screening.plan, strict=True)),
        "coverage": _coverage(screening.coverage),
        "first_questions": FIRST_QUESTIONS,
    }


def _coverage(declared: Sequence[Declared]) -> list[tuple[Declared, list[Kind]]]:
    """Return the declarations of one source over the same days together, with their kinds."""
    together: dict[tuple[str, date, date], list[Declared]] = {}
    for one in declared:
        together.setdefault((one.source, one.since, one.until), []).append(one)
    return [(same[0], [one.kind for one in same]) for same in together.values()]


def _figures(screening: Screening, voice: Voice) -> dict[str, Markup]:
    names = {a.criterion.id: voice.named(a.criterion) for a in screening.plan}
    days = screening.openings
    drops = [gain for gain in screening.gains if gain.change is None]
    return {
        "attrition": Markup(attrition_figure(screening.losses, names, voice)),
        "openings": Markup(openings_figure(days, screening.on, voice) if days else ""),
        "dropping": Markup(gains_figure(drops, names, voice) if drops else ""),
    }


def _gains(screening: Screening, voice: Voice) -> list[dict[str, Any]]:
    """Return the gains by criterion, each change in words."""
    logic = {asked.criterion.id: asked.criterion.expression for asked in screening.plan}
    return [
        {
            "criterion": criterion,
            "changes": [
                (gain, gain.change and moved(logic[criterion], gain.change, voice))
                for gain in gains
            ],
        }
        for criterion, gains in groupby(screening.gains, key=lambda gain: gain.criterion)
    ]
