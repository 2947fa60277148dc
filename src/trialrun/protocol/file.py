"""Reads a protocol file, with the value sets that it speaks of, or says everything that is wrong.

What a protocol says against itself is for `checks`; here stands what cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from trialrun.criteria.typecheck import check as check_types
from trialrun.errors import NotFoundError, Problem, ProtocolError
from trialrun.protocol.checks import check, problems_of
from trialrun.protocol.document import (
    Document,
    PartEntry,
    SentenceEntry,
    read_document,
    window_of,
    without_unknown_keys,
)
from trialrun.protocol.form_entries import forms_of
from trialrun.protocol.logic import Expressions, Place, read_logic
from trialrun.protocol.model import Category, Criterion, Sentence, TrialProtocol
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.value_set_file import load_value_sets
from trialrun.terminology.value_sets import ValueSet
from trialrun.terminology.yaml_file import YamlFile, read_yaml

_LIBRARY = Path(__file__).parent / "library"
_COMMON_VALUE_SETS = _LIBRARY / "value_sets"
_FILE_NAME = "protocol.yaml"
_ANY_DAY = date(2000, 1, 1)
"""What refuses a protocol does not depend on the day; warnings may."""
_NAMED = 5
"""How many files of a folder are named where none is a protocol by its name."""


def shipped_protocols() -> tuple[str, ...]:
    """Return the names of the protocols that come with the program."""
    return tuple(sorted(path.parent.name for path in _LIBRARY.glob(f"*/{_FILE_NAME}")))


def read_protocol(name_or_path: str | Path) -> TrialProtocol:
    """Read a protocol: the name of a shipped one, or the path of a file.

    Raises:
        NotFoundError: it is neither.
        ProtocolError: with every problem of the file and of the value sets beside it.
    """
    path = _path_of(name_or_path)
    file = read_yaml(path)
    document = read_document(file)
    logic = read_logic(file)
    value_sets, own, problems = _value_sets_beside(path)
    problems = [*(document if isinstance(document, list) else []), *logic.problems, *problems]
    if problems or isinstance(document, list):
        rest = read_document(without_unknown_keys(file))
        if isinstance(rest, list) or logic.problems or not value_sets:
            problems += _badly_typed(file, logic.expressions, value_sets)
        else:
            whole = _protocol(file, rest, logic.expressions, value_sets, own)
            problems += problems_of(check(whole, _ANY_DAY))
        raise ProtocolError(f"The protocol {path} cannot be used", _in_order(problems))
    return _protocol(file, document, logic.expressions, value_sets, own)


def _protocol(
    file: YamlFile,
    document: Document,
    expressions: Expressions,
    value_sets: dict[str, ValueSet],
    own: frozenset[str],
) -> TrialProtocol:
    return TrialProtocol(
        name=document.name,
        version=document.version,
        registry=document.registry,
        design=document.design,
        forms=forms_of(document.forms, file),
        analysis=document.analysis,
        sentences=_sentences(document, expressions, file),
        value_sets=value_sets,
        path=file.path,
        places={".".join(map(str, keys)): file.where(*keys) for keys in file.lines},
        own_value_sets=own,
        statements=document.statements,
        in_chinese=document.in_chinese,
    )


def _path_of(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.is_file():
        return path
    if (path / _FILE_NAME).is_file():
        return path / _FILE_NAME
    names = shipped_protocols()
    if str(name_or_path) in names:
        return _LIBRARY / str(name_or_path) / _FILE_NAME
    if path.is_dir():
        raise _no_protocol_in(path)
    remedy = did_you_mean(str(name_or_path), names)
    shipped = f"shipped are: {', '.join(names)}"
    raise NotFoundError(
        f"no protocol is called '{name_or_path}'",
        [
            Problem(
                str(name_or_path),
                "neither a file nor the name of a shipped protocol",
                f"{remedy} {shipped}".strip(),
            )
        ],
    )


def _no_protocol_in(folder: Path) -> NotFoundError:
    """Say what may have been meant by a folder."""
    files = sorted(str(path) for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    found = f"a folder without a {_FILE_NAME}"
    remedy = f"name the file: {', '.join(files[:_NAMED])}" if files else "name a protocol file"
    return NotFoundError(f"{folder} is no protocol", [Problem(str(folder), found, remedy)])


def _badly_typed(
    file: YamlFile, expressions: Expressions, value_sets: Mapping[str, ValueSet]
) -> Iterator[Problem]:
    """Yield what `checks` would say of the logic, had the rest of the file been in order.

    Not where the value sets themselves cannot be read: every name would be unknown.
    """
    for place, expression in expressions.items() if value_sets else ():
        for found in check_types(expression, value_sets, has_end_of_follow_up=True):
            yield Problem(file.where(*place), found.message, found.remedy)


def _value_sets_beside(
    path: Path,
) -> tuple[dict[str, ValueSet], frozenset[str], list[Problem]]:
    """Return the common value sets and those beside the file, and which are the file's own."""
    folder = path.parent / _COMMON_VALUE_SETS.name
    try:
        own = load_value_sets(folder) if folder.is_dir() else {}
        return {**common_value_sets(), **own}, frozenset(own), []
    except ProtocolError as error:
        return {}, frozenset(), list(error.problems)


@cache
def common_value_sets() -> Mapping[str, ValueSet]:
    """Return the value sets that every protocol may speak of."""
    return load_value_sets(_COMMON_VALUE_SETS)


def shipped_value_sets() -> Mapping[str, ValueSet]:
    """Return the common value sets, and those that belong to one shipped protocol (`name/id`)."""
    own = {
        f"{name}/{id_}": value_set
        for name in shipped_protocols()
        if (folder := _LIBRARY / name / _COMMON_VALUE_SETS.name).is_dir()
        for id_, value_set in load_value_sets(folder).items()
    }
    return {**common_value_sets(), **own}


def _in_order(problems: list[Problem]) -> list[Problem]:
    def by_line(problem: Problem) -> tuple[str, int]:
        name, _, line = problem.where.rpartition(":")
        return (name, int(line)) if line.isdigit() else (problem.where, 0)

    return sorted(problems, key=by_line)


def _sentences(
    document: Document, expressions: Expressions, file: YamlFile
) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            id=entry.id,
            category=entry.category,
            text=entry.text.strip(),
            criteria=tuple(
                _criterion(entry, part, _place(entry, i, j), expressions, file)
                for j, part in enumerate(entry.criteria)
            ),
        )
        for i, entry in enumerate(document.criteria)
    )


def _place(entry: SentenceEntry, i: int, j: int) -> Place:
    return ("criteria", i, "parts", j) if entry.parts else ("criteria", i)


def _criterion(
    entry: SentenceEntry, part: PartEntry, place: Place, expressions: Expressions, file: YamlFile
) -> Criterion:
    return Criterion(
        id=part.id,
        sentence=entry.id,
        category=Category.OBLIGATION if part.obligation else entry.category,
        text=entry.text.strip(),
        logic=part.logic.strip(),
        expression=expressions[*place, "logic"],
        stage=part.stage,
        confirm=part.confirm,
        confirmed_within=window_of(part.confirmed_within) if part.confirmed_within else None,
        watch=part.watch,
        consent=part.consent,
        hint=expressions.get((*place, "hint")),
        assumptions=part.assumptions,
        assumptions_zh=part.assumptions_zh,
        asks=part.asks,
        title=part.title,
        where=file.where(*place, "logic"),
    )
