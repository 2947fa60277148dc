"""The forms of a trial in words: one line per item and per derived item.

Titles that have no Chinese stay English. Items that a file writes once are said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from trialrun.criteria.wording import Language
from trialrun.protocol.forms import Bounds, Derived, Form, Item, ItemType, Rule

_ZH: dict[str, str] = {
    ItemType.INTEGER: "整数",
    ItemType.NUMBER: "数值",
    ItemType.CHOICE: "单选",
    ItemType.YES_NO: "是/否",
    ItemType.DATE: "日期",
    ItemType.TEXT: "文字",
}
_RULES: dict[Rule, tuple[str, str]] = {
    Rule.SUM: ("the sum of {of}", "{of}之和"),
    Rule.PERCENT: (
        "the sum of {of}, scaled so that the lowest possible is 0 and the highest 100",
        "{of}之和，按最低分为0、最高分为100换算",
    ),
    Rule.MEAN: ("the mean of {of}", "{of}的均值"),
}
_FEW = 2
"""So many parts of a derived item are named each."""
_COMPLETE = ("; missing if one of them is", "；缺任何一项则缺失")


_ONLY_FOR = {"female": ("only for women", "仅限女性"), "male": ("only for men", "仅限男性")}


@dataclass(frozen=True)
class ShownForm:
    """One form in words; `source` and `note` are "" where there are none."""

    id: str
    title: str
    assessment: str
    lines: tuple[str, ...]
    source: str
    note: str


def form_in_words(form: Form, titles: Mapping[str, str], language: Language) -> ShownForm:
    """Put a form into words; `titles` are those of the value sets in that language."""
    zh = language == "zh"
    return ShownForm(
        id=form.id,
        title=_title(form, language),
        assessment=form.assessment,
        lines=(
            *_only_for(form, language),
            *_items(form.items, titles, language),
            *(_derived(derived, form, language) for derived in form.derived),
        ),
        source=form.source,
        note=form.note_zh if zh and form.note_zh else form.note,
    )


def _only_for(form: Form, language: Language) -> Iterator[str]:
    if form.only_for is not None:
        yield _ONLY_FOR[form.only_for][language == "zh"]


def _title(thing: Form | Item | Derived, language: Language) -> str:
    return thing.title_zh if language == "zh" and thing.title_zh else thing.title


def _items(items: Sequence[Item], titles: Mapping[str, str], language: Language) -> Iterator[str]:
    for _, alike in groupby(items, key=lambda item: item.where):
        first, *others = alike
        title = _title(first, language)
        if others:
            last = _title(others[-1], language)
            title = f"{title}至{last}" if language == "zh" else f"{title} to {last}"
        details = list(_details(first, titles, language))
        yield (
            f"{title}：{'；'.join(details)}"
            if language == "zh"
            else f"{title}: {'; '.join(details)}"
        )


def _details(item: Item, titles: Mapping[str, str], language: Language) -> Iterator[str]:
    zh = language == "zh"
    kind = _ZH[item.type] if zh else str(item.type)
    yield f"{kind} {item.unit}" if item.unit else kind
    if item.range:
        yield _bounds(item.range, language)
    if item.plausible:
        said = _bounds(item.plausible, language)
        yield f"超出{said}须说明理由" if zh else f"outside of {said} with a reason only"
    if item.choices:
        offered = [c.title_zh if zh and c.title_zh else c.title for c in item.choices]
        yield "、".join(offered) if zh else " | ".join(offered)
    if item.measures:
        named = [titles.get(name, name) for name in item.measures]
        yield f"计为“{'、'.join(named)}”" if zh else f"counts as “{', '.join(named)}”"
    if item.limits_of_normal:
        yield "可录入参考值上下限" if zh else "with the laboratory's limits of normal"
    if item.detection_limit:
        yield "可低于或高于检测限" if zh else "may be below or above the limit of detection"
    if not item.required:
        yield "选填" if zh else "may be left empty"


def _bounds(bounds: Bounds, language: Language) -> str:
    if language != "zh":
        return str(bounds)
    if bounds.low is None:
        return f"不高于{bounds.high}"
    return f"不低于{bounds.low}" if bounds.high is None else f"{bounds.low}至{bounds.high}"


def _derived(derived: Derived, form: Form, language: Language) -> str:
    zh = language == "zh"
    of = _named(derived.of, form, language)
    said = _RULES[derived.rule][zh].format(of=of) + _COMPLETE[zh]
    return f"{_title(derived, language)}：{said}" if zh else f"{_title(derived, language)}: {said}"


def _named(names: Sequence[str], form: Form, language: Language) -> str:
    """Name the parts of a derived item: the ends of a run of them, else each."""
    zh = language == "zh"
    titles = {item.id: _title(item, language) for item in form.items}
    titles |= {derived.id: _title(derived, language) for derived in form.derived}
    every, said = list(titles), [titles.get(name, name) for name in names]
    start = every.index(names[0]) if names[0] in titles else 0
    if len(names) > _FEW and every[start : start + len(names)] == list(names):
        if zh:
            return f"{said[0]}至{said[-1]}（{len(names)}项）"
        return f"{said[0]} to {said[-1]} ({len(names)} items)"
    return ("、" if zh else ", ").join(said)
