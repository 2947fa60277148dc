"""The report of a screening: one HTML file that needs nothing else and reaches for nothing.

The content security policy in its head forbids every connection, and every script but the page's
own, so that text from a hospital can neither call home nor run.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from trialrun.criteria.tree import until
from trialrun.criteria.wording import Language
from trialrun.protocol.model import Stage
from trialrun.report.changes import moved
from trialrun.report.figures import attrition_figure, openings_figure
from trialrun.report.numbers import count, signed
from trialrun.report.opened import OpenedCandidate, open_candidate
from trialrun.report.voice import Voice
from trialrun.screening.result import Screening
from trialrun.screening.verdict import Verdict

SYMBOLS = {"permits": "✓", "presumed": "(✓)", "refuses": "✗", "unknown": "?", "person_asked": "✎"}
"""Mark of a judgement -> what stands in its cell, so that colour is never alone."""


def screening_page(screening: Screening, language: Language) -> str:
    """Lay a screening out as one HTML file."""
    voice = Voice.of(screening.protocol, language)
    opened = [open_candidate(c, n, voice) for n, c in enumerate(screening.candidates, start=1)]
    return _templates().get_template("page.html").render(
        screening=screening,
        registry=screening.protocol.registry,
        language=language,
        voice=voice,
        say=voice.say,
        symbols=SYMBOLS,
        candidates=opened,
        **_shown(screening, opened),
        **_figures(screening, opened, voice),
        gains=_gains(screening, voice),
        **_assets(),
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("trialrun.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=count, signed=signed, joined=" ".join)
    return environment


def _shown(screening: Screening, opened: list[OpenedCandidate]) -> dict[str, Any]:
    eligible = [c for c in opened if c.verdict is Verdict.ELIGIBLE]
    near = [c for c in opened if c.is_near_miss]
    undetermined = [c for c in opened if c.verdict is Verdict.UNDETERMINED]
    return {
        "eligible": eligible,
        "near": sorted(near, key=lambda c: (c.opens_on, c.name)),
        "undetermined": undetermined,
        "rest": screening.patients - len(opened),
        "verdicts": {verdict.value: n for verdict, n in screening.verdicts.items()},
        "losses": list(zip(screening.losses, screening.plan, strict=True)),
    }


def _figures(
    screening: Screening, opened: list[OpenedCandidate], voice: Voice
) -> dict[str, Markup]:
    texts = [asked.criterion.text for asked in screening.plan]
    days = [c.opens_on for c in opened if c.opens_on is not None]
    return {
        "attrition": Markup(attrition_figure(screening.losses, texts, voice)),  # noqa: S704
        "openings": Markup(openings_figure(days, voice) if days else ""),  # noqa: S704
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


def _assets() -> dict[str, Any]:
    style, script = _read("style.css"), _read("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {"style": Markup(style), "script": Markup(script), "script_hash": digest}  # noqa: S704


def _read(name: str) -> str:
    source, _, _ = _templates().loader.get_source(_templates(), name)  # type: ignore[union-attr]
    return source.strip()
