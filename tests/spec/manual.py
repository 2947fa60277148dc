"""Writes docs/manual/language.md from the chapters: `python -m tests.spec.manual`.

The manual shows the very rows that the tests run, so that it cannot say what is not so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.spec.cases import CHAPTERS
from tests.spec.tables import Chapter, Table
from tests.spec.world import END_OF_FOLLOW_UP, INDEX, VALUE_SETS

from trialrun.terminology.value_sets import Entry, ValueSet

PATH: Final = Path(__file__).parents[2] / "docs" / "manual" / "language.md"

_OPENING: Final = f"""\
# The language of criteria, by example

Every row of every table here is run as a test, by the reference interpreter and by the engine.
This file is generated (`make manual`): edit `tests/spec/chapters`, not this text. The rules in
full are in [meaning.md](meaning.md).

## How to read the tables

A record is written one fact per line, or with `;` between them: `#1`, `#2` are its rows, `C1` is a
source's word that it knows everything of a kind. `from … to now` still goes on; `from …` without
an end means that nobody recorded one. Unless said otherwise a question is asked on the index date
{INDEX.isoformat()}, follow-up ends on {END_OF_FOLLOW_UP.isoformat()}, and FALSE is the answer that
speaks against enrolment, as for an inclusion.

| column | what it says |
|---|---|
| record | what the patient's record holds, beside what stands above the table |
| statement | what is asked |
| on | the index date |
| against | the answer that speaks against enrolment (FALSE: an inclusion; TRUE: an exclusion) |
| answer | TRUE, FALSE or UNKNOWN |
| evidence | the rows behind the answer |
| because | why it is UNKNOWN |
| covered by | the coverage from which an absence was presumed |
| until | the last day on which the answer still stands if only time passes; – for no end |

These value sets are used. An open list is not exhaustive; a list that is partial for a system
understands only its own codes of that system.
"""


def manual() -> str:
    """Return the whole manual."""
    parts = [_OPENING, _value_sets(), *(_chapter(chapter) for chapter in CHAPTERS)]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _value_sets() -> str:
    rows = ([f"`[{name}]`", _codes(s), _remarks(s)] for name, s in sorted(VALUE_SETS.items()))
    return "\n".join(_pipes(["value set", "codes", "remarks"], rows))


def _codes(value_set: ValueSet) -> str:
    return ", ".join(_code(entry) for entry in value_set.entries)


def _code(entry: Entry) -> str:
    equivalent = entry.attributes.get("prednisone_5mg")
    weight = f", {equivalent} mg equal 5 mg of prednisone" if equivalent else ""
    return f"{entry.display} ({entry.system} {entry.code}{weight})"


def _remarks(value_set: ValueSet) -> str:
    remarks = []
    if value_set.is_open:
        remarks.append("open list")
    if value_set.partial:
        remarks.append(f"partial for {', '.join(sorted(value_set.partial))}")
    if value_set.molar_mass is not None:
        remarks.append(f"molar mass {float(value_set.molar_mass)} g/mol")
    if value_set.plausible is not None:
        low, high = value_set.plausible.low, value_set.plausible.high
        remarks.append(f"plausible from {low} to {high} {value_set.plausible.unit}")
    if value_set.ordinals:
        said = (f"{', '.join(o.texts)} is {o.number}" for o in value_set.ordinals)
        remarks.append("; ".join(said))
    return "; ".join(remarks)


def _chapter(chapter: Chapter) -> str:
    parts = [f"## {chapter.title}", "", chapter.introduction, ""]
    for table in chapter.tables:
        parts += [table.rule, "", *_said_once(table), *_rows(table), ""]
    return "\n".join(parts)


def _said_once(table: Table) -> Iterator[str]:
    """Say above the table what is the same in all of its rows."""
    record = "\n".join(part.strip() for part in table.record.replace(";", "\n").split("\n"))
    if record.strip():
        yield f"```text\n{record.strip()}\n```\n"
    once = []
    if table.statement:
        once.append(f"Statement: `{table.statement}`.")
    if table.on != INDEX.isoformat():
        once.append(f"Asked on {table.on}.")
    if table.against == "TRUE":
        once.append("Asked as an exclusion: TRUE speaks against enrolment.")
    if once:
        yield " ".join(once) + "\n"


def _rows(table: Table) -> list[str]:
    header = table.header()
    rows = ([_cell(name, row[name]) for name in header] for row in table.body())
    return _pipes(header, rows)


def _cell(column: str, text: str) -> str:
    if text == "–":
        return "none" if column == "record" else text
    if column == "record":
        return "<br>".join(f"`{line.strip()}`" for line in text.split(";"))
    return f"`{text}`" if column == "statement" else text


def _pipes(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(header)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


if __name__ == "__main__":
    PATH.write_text(manual(), encoding="utf-8")
