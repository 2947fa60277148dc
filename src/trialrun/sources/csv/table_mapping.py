"""Reads one table of a mapping file: which column is which field, and how its cells are read."""

from __future__ import annotations

from collections.abc import Mapping

from trialrun.records.schema import Kind
from trialrun.sources.csv.date_formats import DEFAULT_FORMATS, clash_of, fault_of
from trialrun.sources.csv.fields import (
    PATIENT,
    TABLES,
    WORDS,
    fields_of,
    needs_a_name,
    required_of,
)
from trialrun.sources.csv.mapping import LOCAL, EmptyEnd, TableMapping
from trialrun.sources.csv.yaml_reading import YamlReading
from trialrun.sources.decimals import COMMA, POINT
from trialrun.sources.words import meant_kind
from trialrun.terminology.code_forms import form_problem
from trialrun.terminology.codes import SYSTEM_URIS, SYSTEMS, Coding
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.yaml_file import Keys

TABLE_KEYS = (
    *("table", "columns", "fixed", "values", "dates", "codes", "units", "system"),
    *("only", "between", "decimal", "end_when_empty"),
)


def read_table(reading: YamlReading, keys: Keys, block: Mapping[str, object]) -> TableMapping:
    """Read one table; where something was refused, the result is not to be used."""
    table = _table(reading, keys, block.get("table"))
    columns = _fields(reading, (*keys, "columns"), block, table)
    fixed = _fields(reading, (*keys, "fixed"), block, table)
    only = _only(reading, (*keys, "only"), block.get("only"))
    _check_required(reading, keys, table, columns, fixed)
    return TableMapping(
        table=table or PATIENT,
        place=reading.yaml.where(*keys),
        columns=columns,
        column_places={name: reading.yaml.where(*keys, "columns", name) for name in columns}
        | {f"only {name}": reading.yaml.where(*keys, "only", name) for name in only},
        fixed=fixed,
        dates=_dates(reading, (*keys, "dates"), block.get("dates")),
        values=_values(reading, (*keys, "values"), block.get("values"), {*columns, *fixed}),
        codes=_codes(reading, (*keys, "codes"), block.get("codes")),
        units=reading.texts((*keys, "units"), block.get("units")),
        system=_system(reading, (*keys, "system"), block.get("system")) or LOCAL,
        only=only,
        between=_between(reading, (*keys, "between"), block.get("between")),
        decimal=reading.choice((*keys, "decimal"), block.get("decimal"), (COMMA, POINT)),
        empty_end=_empty_end(reading, (*keys, "end_when_empty"), block, table),
    )


def _table(reading: YamlReading, keys: Keys, data: object) -> str | None:
    if data is None:
        reading.refuse(keys, "no table is named", f"say `table:` one of {', '.join(TABLES)}")
        return None
    place = (*keys, "table")
    word = reading.text(place, data)
    if word is None or word in TABLES:
        return word
    remedy = meant_kind(word, TABLES) or f"one of: {', '.join(TABLES)}"
    reading.refuse(place, f"unknown word '{word}'", remedy)
    return None


def _fields(
    reading: YamlReading, keys: Keys, block: Mapping[str, object], table: str | None
) -> dict[str, str]:
    found = reading.texts(keys, block.get(str(keys[-1])))
    if table is not None:
        known = fields_of(table)
        for name in found:
            if name not in known:
                remedy = _other_time(name, known) or did_you_mean(name, known)
                remedy = remedy or f"known here: {', '.join(known)}"
                reading.refuse((*keys, name), f"{table} has no field '{name}'", remedy)
    return found


def _other_time(name: str, known: tuple[str, ...]) -> str:
    if name == "date" and "start" in known:
        return "records of this table last: use 'start', and 'end'"
    if name in ("start", "end") and "date" in known:
        return "records of this table happen on a day: use 'date'"
    return ""


def _check_required(
    reading: YamlReading,
    keys: Keys,
    table: str | None,
    columns: Mapping[str, str],
    fixed: Mapping[str, str],
) -> None:
    if table is None:
        return
    for name in required_of(table):
        if name not in columns and name not in fixed:
            reading.refuse((*keys, "columns"), f"{table} needs '{name}'", "say which column it is")
    if needs_a_name(table) and not {"code", "text"} & {*columns, *fixed}:
        reading.refuse(
            (*keys, "columns"), f"{table} needs 'code' or 'text'", "say what each row is"
        )
    for name in sorted({*columns} & {*fixed}):
        reading.refuse((*keys, "fixed", name), f"'{name}' is also a column", "keep one of the two")


def _dates(reading: YamlReading, keys: Keys, data: object) -> tuple[str, ...]:
    written = [
        (index, text)
        for index, item in enumerate(reading.items(data))
        if (text := reading.text((*keys, index), item)) is not None
    ]
    for index, text in written:
        if fault := fault_of(text):
            reading.refuse((*keys, index), f"'{text}': {fault}", "e.g. YYYY-MM-DD, YYYY年M月D日")
    formats = tuple(text for _, text in written)
    if clash := clash_of([text for text in formats if fault_of(text) is None]):
        found = f"{clash[0]} and {clash[1]} read the same text as different days"
        reading.refuse(keys, found, "keep the one that the hospital writes")
    return formats or DEFAULT_FORMATS


def _values(
    reading: YamlReading, keys: Keys, data: object, mapped: set[str]
) -> dict[str, dict[str, str]]:
    block = reading.block(keys, data)
    reading.only(keys, block, WORDS)
    found: dict[str, dict[str, str]] = {}
    for name in WORDS.keys() & block.keys():
        if name not in mapped:
            reading.refuse((*keys, name), f"'{name}' is no column of this table", "remove it")
        words = reading.block((*keys, name), block[name])
        meanings = {w: reading.choice((*keys, name, w), v, WORDS[name]) for w, v in words.items()}
        found[name] = {word: meaning for word, meaning in meanings.items() if meaning}
    return found


def _codes(reading: YamlReading, keys: Keys, data: object) -> dict[str, tuple[Coding, ...]]:
    """Return local code or text -> standard codings; one that is still to do has none."""
    found: dict[str, tuple[Coding, ...]] = {}
    for local, targets in reading.block(keys, data).items():
        place = (*keys, local)
        codings = [
            coding
            for system, codes in reading.block(place, targets).items()
            for item in reading.items(codes)
            if (coding := _coding(reading, (*place, system), system, item)) is not None
        ]
        if codings:
            found[local] = tuple(codings)
    return found


def _coding(reading: YamlReading, keys: Keys, system: str, data: object) -> Coding | None:
    name, code = _system(reading, keys, system), reading.text(keys, data)
    if name is None or code is None:
        return None
    if problem := form_problem(name, code):
        reading.refuse(keys, f"'{code}': {problem}", "look the code up again")
    return Coding(name, code)


def _system(reading: YamlReading, keys: Keys, data: object) -> str | None:
    name = reading.text(keys, data)
    if name is None or name in SYSTEMS or name == LOCAL:
        return name
    if name in SYSTEM_URIS:
        return SYSTEM_URIS[name]
    if name.startswith(("http://", "https://", "urn:")):
        return name
    known = sorted({*SYSTEMS, LOCAL})
    remedy = did_you_mean(name, known) or f"one of {', '.join(known)}, or a URI"
    reading.refuse(keys, f"unknown code system '{name}'", remedy)
    return None


def _only(reading: YamlReading, keys: Keys, data: object) -> dict[str, tuple[str, ...]]:
    """Return column -> the words of it with which a row belongs to the table."""
    found = {}
    for column, words in reading.block(keys, data).items():
        texts = [reading.text((*keys, column), word) for word in reading.items(words)]
        found[column] = tuple(text for text in texts if text is not None)
        if not texts:
            reading.refuse((*keys, column), f"no word of '{column}' is named", "list the words")
    return found


def _between(reading: YamlReading, keys: Keys, data: object) -> str:
    """Return the signs that part several names in one cell, beside those that always do."""
    signs = [reading.text(keys, item) or "" for item in reading.items(data)]
    for sign in signs:
        if len(sign) != 1 or sign.isalnum():
            reading.refuse(keys, f"'{sign}' is not one sign", "e.g. `between: [、, ，]`")
    return "".join(signs)


def _empty_end(
    reading: YamlReading, keys: Keys, block: Mapping[str, object], table: str | None
) -> EmptyEnd | None:
    word = reading.choice(keys, block.get("end_when_empty"), EmptyEnd)
    if word is None:
        return None
    if table == PATIENT or (table is not None and not Kind(table).is_period):
        reading.refuse(keys, f"records of {table} have no end", "remove the line")
    return EmptyEnd(word)
