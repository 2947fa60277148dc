"""An expression in words: the canonical line, and a sentence for a clinician in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from trialrun.criteria import wording_en, wording_zh
from trialrun.criteria.expressions import Expression, Window
from trialrun.criteria.rendering import render

__all__ = ["Language", "in_words", "render", "when"]

Language: TypeAlias = Literal["en", "zh"]


def in_words(expression: Expression, language: Language, titles: Mapping[str, str]) -> str:
    """Write an expression as a sentence; value sets go by their titles (id -> title).

    What people are asked goes by its translation, where `titles` has one under its words.
    """
    if language == "zh":
        return f"{wording_zh.clause(expression, titles)}。"
    clause = wording_en.clause(expression, titles)
    return f"{clause[0].upper()}{clause[1:]}."


def when(window: Window, language: Language) -> str:
    """Write a window as it stands within a sentence."""
    words: str = (wording_zh if language == "zh" else wording_en).WINDOWS[type(window)](window)
    return words
