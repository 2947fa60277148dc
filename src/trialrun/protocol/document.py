"""The shape of a protocol file: what its keys are, and in words what is wrong with them.

Refuses unknown keys. Does not read logic: that is `logic`'s.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import chain
from typing import Annotated, Any, Self, TypeAlias, TypeGuard, get_args, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails

from trialrun.criteria.expressions import Within
from trialrun.errors import Problem
from trialrun.protocol.analysis import AnalysisPlan
from trialrun.protocol.analysis_methods import METHODS
from trialrun.protocol.analysis_simulation import ParallelTruth, SlopesTruth
from trialrun.protocol.design import Design
from trialrun.protocol.form_entries import FormEntry
from trialrun.protocol.limits import beyond_reason, wrong_id
from trialrun.protocol.model import Category, InChinese, Registry, Stage, Wording
from trialrun.records.dates import DateUnit
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.hidden import hidden_characters
from trialrun.terminology.yaml_file import YamlFile


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_LENGTH = re.compile(r"(\d{1,4}) (day|week|month|year)s?")


def window_of(length: str) -> Within:
    """Return the window that reaches back as long as is written: `30 days`."""
    read = _LENGTH.fullmatch(length)
    if read is None:
        raise ValueError(f"'{length}' is no length of time: write it like 30 days")
    return Within(int(read[1]), DateUnit(f"{read[2]}s"))


def _length(written: object) -> str:
    window_of(str(written))
    return str(written)


class _Confirmed(_Entry):
    """Whether a person must confirm, and how long that stands."""

    confirm: bool = False
    confirmed_within: Annotated[str, BeforeValidator(_length)] | None = None

    @model_validator(mode="after")
    def _says_what_stands(self) -> Self:
        if self.confirmed_within is not None and not self.confirm:
            raise ValueError("confirmed_within is about a confirmation: write confirm: true")
        return self


class PartEntry(_Confirmed):
    """One criterion, as written."""

    id: str
    logic: str
    stage: Stage
    obligation: bool = False
    watch: bool = False
    consent: bool = False
    hint: str | None = None
    assumptions: tuple[str, ...] = ()
    assumptions_zh: tuple[str, ...] = ()
    asks: Wording | None = None
    title: Wording | None = None


class SentenceEntry(_Confirmed):
    """One sentence of the registry, with its parts, or as a criterion of its own."""

    id: str
    category: Category
    text: str
    parts: tuple[PartEntry, ...] = ()
    logic: str | None = None
    stage: Stage | None = None
    obligation: bool = False
    watch: bool = False
    consent: bool = False
    hint: str | None = None
    assumptions: tuple[str, ...] = ()
    assumptions_zh: tuple[str, ...] = ()
    asks: Wording | None = None
    title: Wording | None = None

    @model_validator(mode="after")
    def _is_one_or_many(self) -> SentenceEntry:
        if self.category is Category.OBLIGATION:
            raise ValueError("the registry lists inclusions and exclusions: write obligation: true")
        if self.parts and self.model_fields_set & _OF_A_CRITERION:
            raise ValueError("a sentence with parts has no logic of its own: write it in the parts")
        if not self.parts and (self.logic is None or self.stage is None):
            raise ValueError("a sentence needs logic and stage, or parts that have them")
        return self

    @property
    def criteria(self) -> tuple[PartEntry, ...]:
        """The parts; or the sentence itself, as the only one."""
        own = self.model_dump(include={"id"} | _OF_A_CRITERION)
        return self.parts or (PartEntry.model_validate(own),)


_OF_A_CRITERION = frozenset(PartEntry.model_fields) - {"id"}


class Document(_Entry):
    """A whole protocol file."""

    name: str
    version: str
    registry: Registry
    design: Design
    forms: tuple[FormEntry, ...] = ()
    criteria: tuple[SentenceEntry, ...]
    statements: tuple[Wording, ...] = ()
    in_chinese: InChinese = InChinese()
    analysis: AnalysisPlan | None = None


def read_document(file: YamlFile) -> Document | list[Problem]:
    """Return the document, or everything that is wrong with its keys and values."""
    if not isinstance(file.data, dict):
        return [Problem(file.where(), "not a protocol: no keys", "begin with 'name: ...'")]
    problems = [*_wrong_ids(file, file.data), *hidden_characters(file)]
    try:
        document = Document.model_validate(file.data)
    except ValidationError as error:
        return [*(_problem(file, details) for details in error.errors()), *problems]
    problems += beyond_reason(file, document.registry, document.design)
    return problems or document


def without_unknown_keys(file: YamlFile) -> YamlFile:
    """Return the file less the keys that nobody knows, so that the rest of it can be checked."""
    data = deepcopy(file.data)
    try:
        Document.model_validate(data)
    except ValidationError as error:
        for details in error.errors():
            if details["type"] in _UNKNOWN_KEY:
                _remove(data, _in_the_file(details["loc"]))
    return dataclasses.replace(file, data=data)


def _remove(data: Any, place: tuple[int | str, ...]) -> None:
    *around, key = place
    for step in around:
        data = data[step]
    del data[key]


def _in_the_file(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return a place as the file has it: the validation names a method or model as a step."""
    return tuple(step for step in place if step not in _NAMED)


_NAMED: Mapping[Any, type[Any]] = {
    **METHODS,
    "slopes": SlopesTruth,
    "parallel arms": ParallelTruth,
}
"""What one key (`method`, `model`) decides the other keys of."""

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
"""The validation's own names of a key that nobody knows."""


def _problem(file: YamlFile, details: ErrorDetails) -> Problem:
    place = _in_the_file(details["loc"])
    where = file.where(*place)
    last = place[-1] if place else ""
    named = f"item {last + 1}" if isinstance(last, int) else f"'{last}'"
    if details["type"] in _UNKNOWN_KEY:
        known = sorted(_keys_at(Document, details["loc"][:-1]))
        remedy = did_you_mean(str(last), known) or f"known here: {', '.join(known)}"
        return Problem(where, f"unknown key '{last}'", remedy)
    if details["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return Problem(where, "the analysis has no known method", f"known: {', '.join(_NAMED)}")
    if details["type"] in ("missing", "missing_argument"):
        return Problem(where, f"the key '{last}' is missing", "add it")
    if details["type"] == "value_error":
        return Problem(where, details["msg"].removeprefix("Value error, "))
    kind = next((said for types, said in _SHOULD_BE.items() if details["type"] in types), None)
    if kind is None:
        return Problem(where, f"{named}: {details['msg'][:1].lower()}{details['msg'][1:]}")
    return Problem(where, f"{named} is not {kind[0]}", kind[1])


_SHOULD_BE: dict[tuple[str, ...], tuple[str, str]] = {
    ("string_type",): ("a text", "put it in quotes"),
    ("int_type", "int_parsing", "int_parsing_size", "int_from_float"): (
        "a whole number",
        "write digits only",
    ),
    ("decimal_type", "decimal_parsing"): ("a number", "write digits, without a unit"),
    ("bool_type", "bool_parsing"): ("true or false", "write true or false"),
    ("tuple_type",): ("a list", "begin each of its items with '- '"),
    ("model_type", "model_attributes_type", "dataclass_type"): (
        "something with keys of its own",
        "write them below it, indented",
    ),
    ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"): (
        "a day",
        "write it like 2022-01-15",
    ),
}
"""What a value should have been, by the validation's own names of what it is not."""


def _keys_at(owner: Any, place: tuple[int | str, ...]) -> frozenset[str]:
    """Return the keys that may stand where a path of keys and indexes leads to."""
    for step in place:
        if isinstance(step, str):
            owner = _NAMED.get(step) or _owner_of(get_type_hints(owner).get(step))
    if _is_model(owner):
        return frozenset(owner.model_fields)
    return frozenset(f.name for f in dataclasses.fields(owner)) if owner else frozenset()


def _owner_of(hint: Any) -> Any:
    """Return the class with keys within a type, such as `Visit` in `tuple[Visit, ...]`."""
    if _is_model(hint) or dataclasses.is_dataclass(hint):
        return hint
    return next((owner for owner in map(_owner_of, get_args(hint)) if owner), None)


def _is_model(owner: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(owner, type) and issubclass(owner, BaseModel)


def _wrong_ids(file: YamlFile, data: dict[str, object]) -> Iterator[Problem]:
    """Yield the ids that are none, or are used twice, whatever else is wrong with the file."""
    design = data.get("design")
    named = [
        *(_ids(design.get(key), ("design", key)) for key in _WITH_IDS if isinstance(design, dict)),
        _ids(data.get("criteria"), ("criteria",)),
        _ids(data.get("forms"), ("forms",)),
        *_form_ids(data.get("forms")),
    ]
    for ids in named:
        first: dict[str, str] = {}
        for name, place in ids:
            where = file.where(*place)
            if wrong := wrong_id(name):
                yield Problem(where, *wrong)
            if name in first:
                yield Problem(where, f"the id '{name}' is used twice", f"first at {first[name]}")
            first.setdefault(name, where)


def _form_ids(forms: object) -> Iterator[Iterator[tuple[str, Place]]]:
    """Yield the ids within each form: two forms may use the same."""
    for index, form in enumerate(forms if isinstance(forms, list) else []):
        if isinstance(form, dict):
            yield chain.from_iterable(
                _ids(form.get(key), ("forms", index, key)) for key in ("items", "derived")
            )


_WITH_IDS = ("arms", "periods", "visits", "unplanned_visits", "assessments", "endpoints")
Place: TypeAlias = tuple[str | int, ...]


def _ids(entries: object, place: Place) -> Iterator[tuple[str, Place]]:
    """Yield the ids of a list and of the parts of its items, with their places."""
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            if isinstance(name := entry.get("id"), str):
                yield name, (*place, index, "id")
            yield from _ids(entry.get("parts"), (*place, index, "parts"))
