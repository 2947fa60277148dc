"""The shape of forms in a protocol file, and how what is written once becomes many items.

`repeat: 40` makes items `id-1` to `id-40`; `of: [item-1 to item-10]` names all the items from one
to the other, in the order of the form. A name that stands for nothing is for `form_checks` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from trialrun.criteria.formulas import Sex
from trialrun.protocol.forms import Bounds, Choice, Derived, Form, Item, ItemType, Rule, bounds_of
from trialrun.terminology.yaml_file import YamlFile

_DECIMALS = 2
"""To how many decimals percentages and means are rounded where the file does not say."""

Written = Annotated[Bounds, BeforeValidator(bounds_of)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemEntry(_Entry):
    """One item as written, or as many like it as `repeat` says."""

    id: str
    title: str
    type: ItemType
    title_zh: str = ""
    unit: str = ""
    range: Written | None = None
    plausible: Written | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = True
    measures: tuple[str, ...] = ()
    limits_of_normal: bool = False
    detection_limit: bool = False
    repeat: Annotated[int, Field(ge=2, le=200)] | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        _refuse_misfits(self)
        return self


def _refuse_misfits(item: ItemEntry) -> None:
    """Raise ValueError for a key that means nothing for the item's type."""
    for key in ("unit", "range", "plausible", "limits_of_normal"):
        if getattr(item, key) and not item.type.is_numeric:
            raise ValueError(f"'{key}' is for numbers, and {item.id} is of type {item.type}")
    if item.detection_limit and item.type is not ItemType.NUMBER:
        raise ValueError(f"'detection_limit' is for numbers, and {item.id} is of type {item.type}")
    if bool(item.choices) != (item.type is ItemType.CHOICE):
        raise ValueError(f"{item.id}: a choice, and nothing else, has 'choices'")


class DerivedEntry(_Entry):
    """One derived item as written."""

    id: str
    title: str
    rule: Rule
    of: tuple[str, ...]
    title_zh: str = ""
    source: str = ""
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None


class FormEntry(_Entry):
    """One form as written."""

    id: str
    assessment: str
    title: str
    items: tuple[ItemEntry, ...]
    title_zh: str = ""
    derived: tuple[DerivedEntry, ...] = ()
    source: str = ""
    note: str = ""
    note_zh: str = ""
    only_for: Sex | None = None


def forms_of(entries: tuple[FormEntry, ...], file: YamlFile) -> tuple[Form, ...]:
    """Write the forms of a file out, each part with its place."""
    return tuple(_form(entry, i, file) for i, entry in enumerate(entries))


def _form(entry: FormEntry, i: int, file: YamlFile) -> Form:
    items = tuple(
        item
        for j, written in enumerate(entry.items)
        for item in _items(written, file.where("forms", i, "items", j))
    )
    names = [*(item.id for item in items), *(derived.id for derived in entry.derived)]
    return Form(
        id=entry.id,
        assessment=entry.assessment,
        title=entry.title,
        title_zh=entry.title_zh,
        items=items,
        derived=tuple(
            _derived(written, names, file.where("forms", i, "derived", j))
            for j, written in enumerate(entry.derived)
        ),
        source=entry.source,
        note=entry.note.strip(),
        note_zh=entry.note_zh.strip(),
        only_for=entry.only_for,
        where=file.where("forms", i),
    )


def _items(entry: ItemEntry, where: str) -> Iterator[Item]:
    shared = {key: getattr(entry, key) for key in _SHARED}
    if entry.repeat is None:
        yield Item(id=entry.id, title=entry.title, title_zh=entry.title_zh, where=where, **shared)
        return
    for n in range(1, entry.repeat + 1):
        title_zh = entry.title_zh and f"{entry.title_zh}{n}"
        yield Item(
            id=f"{entry.id}-{n}",
            title=f"{entry.title} {n}",
            title_zh=title_zh,
            where=where,
            **shared,
        )


_SHARED = frozenset(ItemEntry.model_fields) - {"id", "title", "title_zh", "repeat"}


def _derived(entry: DerivedEntry, names: list[str], where: str) -> Derived:
    decimals = entry.decimals
    if decimals is None and entry.rule is not Rule.SUM:
        decimals = _DECIMALS
    return Derived(
        id=entry.id,
        title=entry.title,
        title_zh=entry.title_zh,
        rule=entry.rule,
        of=tuple(name for written in entry.of for name in _named(written, names)),
        source=entry.source,
        decimals=decimals,
        where=where,
    )


def _named(written: str, names: list[str]) -> list[str]:
    """Return the names from one to another; or what is written, where it does not say that."""
    first, to, last = written.partition(" to ")
    if not to or first not in names or last not in names:
        return [written]
    return names[names.index(first) : names.index(last) + 1] or [written]
