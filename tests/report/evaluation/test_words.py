"""Every key that an evaluation writes has words in both languages, and no word is left over."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

import trialrun
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    Causality,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.deviations import DeviationKind
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.evaluation import left_out_of_conduct
from trialrun.report import evaluation as report
from trialrun.report.evaluation.left_out_in_chinese import in_chinese
from trialrun.report.evaluation.voice import ALL_WORDS, EvaluationVoice
from trialrun.report.evaluation.words_of_data import WORDS_OF_DATA

ROOT = Path(trialrun.__file__).parent
WRITERS = ("evaluation", "report/evaluation", "workflows", "cli")
"""The rooms that write keys; workflows and the command line have other voices, too."""
TELLERS = (*WRITERS, "protocol", "statistics", "terminology")
"""The rooms whose names may stand in the gap of a key, such as a method's."""
NO_CHINESE = {
    *("ended_because", "program_version", "covariance_toeplitz"),
    *("design_r1", "design_n1", "design_r", "design_n"),
}
"""What is the same in both languages."""


class Written(NamedTuple):
    """A key as a call writes it: whole, or with gaps; and the names that the call gives."""

    key: str
    is_pattern: bool
    given: frozenset[str] | None
    where: str


@cache
def trees(*rooms: str) -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(
        (path, ast.parse(path.read_text("utf-8")))
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if not path.name.startswith("words_of_")
    )


def written() -> Iterator[Written]:
    """Yield the keys of every `phrase(...)` and `voice.say(...)`, and those of the template."""
    for path, tree in trees(*WRITERS):
        if not path.is_relative_to(ROOT / "evaluation") and "EvaluationVoice" not in ast.dump(tree):
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and call.args and _speaks(call.func):
                yield from _keys(call, f"{path.relative_to(ROOT)}:{call.lineno}")
    template = (ROOT / "report/templates/evaluation.html").read_text("utf-8")
    for key in re.findall(r'\bsay\("(\w+)"', template):
        yield Written(key, False, None, "evaluation.html")


def _speaks(function: ast.expr) -> bool:
    """Whether it is `phrase`, or the `say` of a voice."""
    if isinstance(function, ast.Name):
        return function.id == "phrase"
    return isinstance(function, ast.Attribute) and function.attr == "say"


def _keys(call: ast.Call, where: str) -> Iterator[Written]:
    names = [keyword.arg for keyword in call.keywords]
    given = None if None in names else frozenset(name for name in names if name)
    first = call.args[0]
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield Written(first.value, False, given, where)
    if isinstance(first, ast.JoinedStr):
        parts = (
            re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"(\w+)"
            for one in first.values
        )
        yield Written("".join(parts), True, given, where)


@cache
def tokens() -> frozenset[str]:
    """Return every name and word in the rooms that may fill the gap of a key."""
    found: set[str] = set()
    for _, tree in trees(*TELLERS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.sub(r"[ -]", "_", node.value.lower()))
            elif isinstance(node, ast.Name):
                found.add(node.id.lower())
    return frozenset(found)


def test_every_key_that_is_written_has_words() -> None:
    missing = [
        f"{one.where}: {one.key}"
        for one in written()
        if not (
            any(re.fullmatch(one.key, key) for key in ALL_WORDS)
            if one.is_pattern
            else one.key in ALL_WORDS
        )
    ]
    assert missing == []


def test_every_call_fills_the_gaps_of_its_words() -> None:
    unfilled = [
        f"{one.where}: {one.key}"
        for one in written()
        if not one.is_pattern
        and one.given is not None
        and one.key in ALL_WORDS
        and _gaps(ALL_WORDS[one.key][0]) != one.given
    ]
    assert unfilled == []


def test_no_word_is_left_over() -> None:
    patterns = [re.compile(one.key) for one in written() if one.is_pattern]
    whole = {one.key for one in written() if not one.is_pattern}

    def is_used(key: str) -> bool:
        filled = (pattern.fullmatch(key) for pattern in patterns)
        return key in whole | tokens() or any(
            match and all(gap in tokens() for gap in match.groups()) for match in filled
        )

    assert [key for key in ALL_WORDS if not is_used(key)] == []


def test_both_languages_say_the_same_gaps() -> None:
    differ = [key for key, (en, zh) in ALL_WORDS.items() if _gaps(en) != _gaps(zh)]
    assert differ == []


def _gaps(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def test_the_chinese_is_chinese() -> None:
    plain = {
        key
        for key, (_, zh) in ALL_WORDS.items()
        if re.search(r"[A-Za-z]{3}", re.sub(r"\{\w+\}", "", zh)) and not _is_chinese(zh)
    }
    assert plain <= NO_CHINESE
    assert all(en.strip() and zh.strip() for en, zh in ALL_WORDS.values())
    assert not [key for key, (en, _) in ALL_WORDS.items() if _is_chinese(en)]


def _is_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def test_no_key_has_two_meanings() -> None:
    modules = [
        importlib.import_module(f"{report.__name__}.{one.name}")
        for one in pkgutil.iter_modules(report.__path__)
        if one.name.startswith("words_of_") and one.name != "words_of_data"
    ]
    tables = [
        table
        for module in modules
        for name, table in vars(module).items()
        if name.startswith("WORDS_OF_")
    ]
    counted = Counter(key for table in tables for key in table)
    assert [key for key, n in counted.items() if n > 1] == []
    assert set(counted) == set(ALL_WORDS)


OWN_WORDS: tuple[type[StrEnum], ...] = (
    EndOfParticipation,
    SeriousnessCriterion,
    Causality,
    ActionTaken,
    Outcome,
    DeviationKind,
)


@pytest.mark.parametrize("words", OWN_WORDS)
def test_the_words_of_our_own_database_have_chinese(words: type[StrEnum]) -> None:
    without = {word for word in words if word.replace("_", " ") not in WORDS_OF_DATA}
    # Who completed the trial has no reason to have stopped.
    assert without <= {EndOfParticipation.COMPLETED}


def test_an_interval_reads_in_chinese_and_a_text_of_the_data_stays() -> None:
    voice = EvaluationVoice("zh")
    assert voice.words("−0.085 to 0.900") == "−0.085至0.900"
    assert voice.words("0.50 (0.25 to ∞)") == "0.50 (0.25至∞)"
    assert voice.words("91.7% (53.9 to 98.8)") == "91.7% (53.9至98.8)"
    assert voice.words("3 to 5 mg") == "3 to 5 mg"
    assert EvaluationVoice("en").words("−0.085 to 0.900") == "−0.085 to 0.900"


def test_terms_of_ctcae_are_chinese_and_those_of_others_stand_as_they_are() -> None:
    voice = EvaluationVoice("zh")
    assert voice.words("Injection site reaction") == "注射部位反应"
    # ADaM writes reasons as people do, SDTM in capitals.
    assert voice.words("Adverse Event") == voice.words("ADVERSE EVENT") == "不良事件"
    assert voice.words("Lack of Efficacy") == "缺乏疗效"
    assert voice.words("APPLICATION SITE PRURITUS") == "APPLICATION SITE PRURITUS"
    assert EvaluationVoice("en").words("Injection site reaction") == "Injection site reaction"


def test_what_is_left_out_of_our_own_data_has_chinese() -> None:
    tree = ast.parse(Path(left_out_of_conduct.__file__).read_text("utf-8"))
    (why,) = (
        one.value
        for one in tree.body
        if isinstance(one, ast.AnnAssign)
        and isinstance(one.target, ast.Name)
        and one.target.id == "_WHY"
    )
    assert isinstance(why, ast.Dict)
    said = {*map(ast.literal_eval, filter(None, why.keys)), *map(ast.literal_eval, why.values)}
    assert len(said) > 10
    assert said <= set(WORDS_OF_DATA)


CDISC = Path(trialrun.__file__).parent / "exchange" / "cdisc"
TALLIES = {"add", "counted", "LeftOut"}
"""What counts something that is not used: a method, or the row itself."""
REASONS = {"_unusable", "_without_amount", "_without_days", "_unknown"}
"""Functions that return why a row, or a day, is not used."""
NAMES = {"kept", "why", "NEITHER", "UNDATED_DEATH"}
"""Names that hold such a reason."""


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts in a piece of code; what is filled in later is an X."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values):
            yield "".join("X" if isinstance(v, ast.FormattedValue) else v.value for v in values)  # type: ignore[attr-defined]
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _texts(part)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))


def _counted(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args):
            if name in TALLIES:
                for arg in args:
                    yield from _texts(arg)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMES:
            yield from _texts(value)
        case ast.FunctionDef(name=name) if name in REASONS:
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and part.value is not None:
                    yield from _texts(part.value)


def test_what_is_left_out_of_cdisc_datasets_has_chinese() -> None:
    said = {
        text
        for file in CDISC.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for text in _counted(node)
        if text
    }
    assert len(said) > 25
    without = {text for text in said if in_chinese(text) is None}
    # The names of columns, in which `add` and `counted` look.
    assert without <= {"ASTDY", "AENDY", "DVSTDY", "DVSTDTC"}, without
    assert all(_is_chinese(in_chinese(text) or "") for text in said - without)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("LB row", "LB的行"),
        ("ITTFL of ADSL", "ADSL的ITTFL"),
        ("its LBSTRESN is no number", "其LBSTRESN不是数字"),
        ("something else", None),
    ],
)
def test_names_of_datasets_and_columns_stay(english: str, chinese: str | None) -> None:
    assert in_chinese(english) == chinese
