"""Every reason for which a row is rejected, ignored or repaired has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import trialrun.sources
from trialrun.records.schema import Kind
from trialrun.report.words_of_reasons import CHINESE_REASONS, chinese_reason
from trialrun.sources import rejections
from trialrun.sources.csv.mapping import TableMapping
from trialrun.sources.csv.selects import patient_select, select_of
from trialrun.sources.fhir import unpack
from trialrun.sources.intake import records, replaced

SOURCES = Path(trialrun.sources.__file__).parent
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCES.rglob("*.py"))}

CALLS = {
    "_refuse": (1, 3),
    "_Unusable": (0, 1),
    "Rejected": (0, 2),
    "Fault": (2, 3),
    "_take_out": (3, 5),
    "add": (1, 4),
}
"""Function that gives a reason -> the place of the reason among its arguments, and how many it has
at least: a set has an `add` as well."""

OF_A_FILE = "coverage_file.py"
"""Refuses a file that a person has written, as a whole: an error, and no row's reason."""

SQL = "\n".join(path.read_text("utf-8") for path in sorted(SOURCES.rglob("*.sql")))
IGNORED = r"(?:CASE|coalesce)\b[^;]*?AS (?:ignored|repaired)"


def texts(node: ast.AST) -> Iterator[str]:
    """Yield what a constant, or a format with one value of two words, may say."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        said = "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
        filled = ("fewer", "more") if "the row has" in said else ("131,072",)
        yield from (said.replace("{}", word) for word in filled)


def of_calls() -> Iterator[str]:
    """Yield what stands as a reason in a call, or in the variable `reason` beside one."""
    for path, tree in TREES.items():
        for node in ast.walk(tree) if path.name != OF_A_FILE else ():
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "reason" for t in node.targets
            ):
                yield from texts(node.value)
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place, least = CALLS.get(name, (0, len(node.args) + 1))
            if len(node.args) >= least:
                yield from texts(node.args[place])


def of_statements() -> Iterator[str]:
    """Yield what SQL within Python says of a row that it counts."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant | ast.JoinedStr)):
                continue
            said = ast.get_source_segment(path.read_text("utf-8"), node) or ""
            if "_rejection" in said and "SELECT" in said:
                yield from re.findall(r"'([a-z][^'|\n]+ [^'|\n]+)'", said)
            yield from re.findall(r"(?:rejected|repaired)\|([^{}'\"]+)'", said)
            yield from re.findall(r"SET ignored = '([^']+)'", said)


def of_sql() -> Iterator[str]:
    """Yield what the statements of FHIR's resource types say."""
    said = "'((?:[^'\n]|'')*)'"
    for part in re.findall(IGNORED, SQL):
        yield from re.findall(f"THEN {said}(?! *THEN)", part)
    yield from re.findall(rf"THEN {said} END;", SQL)
    yield from re.findall(rf"reasons\(\s*{said}", SQL)
    yield from re.findall(rf"SET ignored = {said}", SQL)


def of_tables() -> Iterator[str]:
    """Yield the conditions under which a row of a CSV table is repaired or refused."""
    every = {"date": "d", "start": "s", "end": "e"}
    selects = [select_of(TableMapping(kind.value, "", every, {}, ())) for kind in Kind]
    for select in (patient_select(), *selects):
        yield from (*select.repaired, *select.refused)


def of_names() -> Iterator[str]:
    """Yield the reasons that have a name."""
    yield unpack._NOT_FHIR
    yield from (rejections.NOT_USED, rejections.UNNAMED_PATIENT)
    yield from (records._NAMELESS, records._DOUBT)
    yield from (replaced._FOLLOWED, replaced._NOT_FOLLOWED, replaced._WITHDRAWN)


KINDS_OF_SOURCE = {
    "calls": of_calls,
    "statements": of_statements,
    "sql": of_sql,
    "tables": of_tables,
    "names": of_names,
}


def reasons(found: Iterator[str]) -> set[str]:
    return {text.replace("''", "'") for text in found}


@pytest.mark.parametrize("where", KINDS_OF_SOURCE)
def test_every_reason_is_known_in_chinese(where: str) -> None:
    found = reasons(KINDS_OF_SOURCE[where]())
    assert len(found) >= 5
    assert sorted(reason for reason in found if chinese_reason(reason) == reason) == []


def test_no_reason_is_left_over() -> None:
    given = set[str]().union(*(reasons(found()) for found in KINDS_OF_SOURCE.values()))
    assert sorted(CHINESE_REASONS.keys() - given) == []


def test_a_reason_that_is_not_known_stays_as_it_is() -> None:
    assert chinese_reason("struck by lightning") == "struck by lightning"


def test_reasons_that_name_a_part_of_a_format() -> None:
    assert chinese_reason("not the shape of FHIR R4 at code") == "code 处不符合 FHIR R4 的结构"
    assert chinese_reason("a cell is longer than 131,072 characters") == "单元格超过 131,072 个字符"
