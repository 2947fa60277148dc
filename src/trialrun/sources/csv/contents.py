"""What the contents of a column say of how it is to be read: formats, systems, words to explain.

Yields lines of a mapping. Of what a column of ids, dates or results holds, only its form is told.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.certainty import Certainty
from trialrun.sources.csv.code_systems import SURE, codes_in, may_be_of, system_of
from trialrun.sources.csv.date_formats import DEFAULT_FORMATS, EXCEL, pattern_of
from trialrun.sources.csv.fields import DATE_FIELDS, WORDS
from trialrun.sources.csv.hints import Medicines, hints_of, plain_name
from trialrun.sources.csv.raw import RAW, RawTable
from trialrun.sources.csv.rows import LISTS
from trialrun.sources.csv.several import parts_of
from trialrun.sources.decimals import COMMA, has_decimal_comma
from trialrun.sources.words import meaning_of
from trialrun.terminology.units import is_known
from trialrun.terminology.value_sets import ValueSet

_MONTHS_NAMED = ("DD-MON-YYYY", "DD/MON/YYYY", "DD MON YYYY", "DDMONYYYY")
_DAY_FIRST, _MONTH_FIRST = ("D/M/YYYY", "D.M.YYYY", "D-M-YYYY"), ("M/D/YYYY",)
_SAMPLE = 5000
_CODES_LISTED, _WORDS_LISTED, _LONGEST = 200, 30, 60
_HALF, _SOME = 0.5, 0.1
"""How much of the rows speaks for a code system: rather than not, or as a question."""
_EXAMPLE = defaultdict(
    lambda: "{SYSTEM: CODE}",
    {
        Kind.CONDITION.value: "{ICD-10: G12.2}",
        Kind.MEASUREMENT.value: "{LOINC: 6690-2}",
        Kind.MEDICATION.value: "{ATC: H02AB07}",
    },
)
_UNIT_FIELDS = {Kind.MEASUREMENT.value: "unit", Kind.MEDICATION.value: "dose_unit"}
_NUMBER_FIELDS = ("value", "ref_range", "ref_low", "ref_high", "dose", "daily_dose", "strength")
_NUMBER_LIKE = r"^[<>≤≥＜＞=]*\s*[0-9０-９]+([.,．][0-9０-９]+)?\s*[↑↓HL]*$"
_DECIMAL_POINT = re.compile(r"(?<![\d.,])\d+\.\d{1,2}(?![\d.,])")
_MAY_PART = "、，,+＋"
"""Signs that part several names, or stand within one."""


@dataclass(frozen=True)
class Contents:
    """One sheet that stands in `csv_raw`, and the value sets that its names may be those of."""

    connection: duckdb.DuckDBPyConnection
    raw: RawTable
    value_sets: Sequence[ValueSet]

    def lines(self, table: str, columns: Mapping[str, str]) -> Iterator[str]:
        """Yield what the mapping should say of a table beside its columns."""
        dated = [columns[name] for name in DATE_FIELDS if name in columns]
        texts = [text for column in dated for text in self.texts(column)]
        yield from _dates([text for text in texts if meaning_of("end", text) is None])
        yield from self._values(columns)
        yield from self._numbers(table, columns)
        yield from self._joined(table, columns)
        system, share = (
            system_of(table, self._parted(table, columns)) if "code" in columns else ("", 0)
        )
        if share >= _HALF:
            yield from self._standard(table, columns, system, share)
        elif names := [columns[name] for name in ("code", "text") if name in columns]:
            if share >= _SOME:
                yield f"# TODO system: {system} ? Some codes look so ({share:.0%} of the rows)"
            yield from self._codes(table, names)
        if (field := _UNIT_FIELDS.get(table)) in columns:
            yield from self._units(columns[str(field)])

    def counts(self, name: str, most: int = _SAMPLE) -> list[tuple[str, int]]:
        """Return the most frequent texts of a column, and in how many rows each stands."""
        column = self.raw.column(name)
        return self.connection.execute(
            f"SELECT {column}, count(*) FROM {RAW} WHERE {column} <> '' "
            f"GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT {most}"
        ).fetchall()

    def texts(self, name: str) -> list[str]:
        """Return the most frequent texts of a column."""
        return [text for text, _ in self.counts(name, _SAMPLE)]

    def _parted(self, table: str, columns: Mapping[str, str]) -> Counter[str]:
        """Return the codes of the code column, and in how many rows each stands."""
        found: Counter[str] = Counter()
        for cell, rows in self.counts(columns["code"]):
            for code in codes_in(table, cell):
                found[code] += rows
        return found

    def _standard(
        self, table: str, columns: Mapping[str, str], system: str, share: float
    ) -> Iterator[str]:
        """Yield the system of the codes, and those that are none of it."""
        how = "as its codes look" if share >= SURE else "TODO as most of its codes look"
        yield f"system: {system}  # {how}: change it if that is wrong"
        codes = self._parted(table, columns)
        odd = [(code, rows) for code, rows in codes.most_common() if not may_be_of(system, code)]
        if odd:
            named = [
                f"{_quoted(code)} ({rows:,})" for code, rows in odd if _can_be_shown(code, rows)
            ]
            listed = f": {', '.join(named[:_WORDS_LISTED])}" if named else ""
            yield f"# {sum(rows for _, rows in odd):,} rows hold something else{listed}"

    def _values(self, columns: Mapping[str, str]) -> Iterator[str]:
        """Yield the words of fixed vocabularies that nobody but the hospital can explain."""
        unknown = {
            name: [
                (text, count)
                for text, count in self.counts(columns[name], _WORDS_LISTED)
                if meaning_of(name, text) is None and _can_be_shown(text, count)
            ]
            for name in WORDS.keys() & columns.keys()
        }
        if any(unknown.values()):
            yield "values:"
        for name, words in sorted(unknown.items()):
            if words:
                yield f"  {name}:"
            for word, count in words:
                yield f"    # {_quoted(word)}: TODO {' or '.join(WORDS[name])} ({count:,} rows)"

    def _numbers(self, table: str, columns: Mapping[str, str]) -> Iterator[str]:
        """Yield what parts decimals, and how many numbers have no unit."""
        named = [columns[name] for name in _NUMBER_FIELDS if name in columns]
        texts = [text for name in named for text in self.texts(name)]
        if commas := [text for text in texts if has_decimal_comma(text)]:
            points = any(_DECIMAL_POINT.search(text) for text in texts)
            sure = not points and len(commas) > 1
            found = "some" if points else f"{len(commas):,}"
            yield f"# TODO {found} numbers are written with a comma, as 0,5: does it part decimals?"
            yield f'{"" if sure else "# "}decimal: "{COMMA}"'
        if table == Kind.MEASUREMENT and {"text", "code"} & columns.keys():
            yield from self._bare_numbers(columns)

    def _bare_numbers(self, columns: Mapping[str, str]) -> Iterator[str]:
        value = self.raw.column(columns["value"])
        unit = (
            f"coalesce({self.raw.column(columns['unit'])}, '') = ''"
            if "unit" in columns
            else "true"
        )
        found = self.connection.execute(
            f"SELECT count(*) FROM {RAW} WHERE {unit} AND regexp_matches({value}, '{_NUMBER_LIKE}')"
        ).fetchone()
        if found and found[0]:
            yield f"# TODO {found[0]:,} numbers have no unit, and can be compared with nothing"

    def _joined(self, table: str, columns: Mapping[str, str]) -> Iterator[str]:
        """Yield the signs of which nobody can tell whether they part several names in one cell."""
        if table not in LISTS or "text" not in columns:
            return
        texts = self.texts(columns["text"])
        for sign in _MAY_PART:
            if count := sum(sign in text for text in texts):
                yield f"# between: {_quoted(sign)}  # TODO if it parts several names ({count:,})"

    def _codes(self, table: str, names: Sequence[str]) -> Iterator[str]:
        """Yield the hospital's own codes, the most frequent first, and what they may stand for."""
        rows = self._locals(table, names)
        named = hints_of(self.value_sets)
        medicines = Medicines(self.value_sets if table == Kind.MEDICATION else ())
        listed = [
            row for row in rows if _can_be_shown(row[0], row[2]) or medicines.is_plain(row[0])
        ][:_CODES_LISTED]
        yield "codes:  # what each stands for, e.g. {LOINC: 6690-2}; {} is not understood"
        for local, name, count in listed:
            what = f" {name}" if name != local and name and _can_be_shown(name, count) else ""
            hint = named.get(plain_name(name or "")) or named.get(plain_name(local))
            hint = hint or medicines.hint(name or local)
            yield f"  {_quoted(local)}: {{}}  # TODO{what} ({count:,} rows){hint}"
        if len(rows) > len(listed):
            yield f"  # not listed, too rare or too long: {len(rows) - len(listed):,}"
            yield f'  # TODO add a line for each that matters: "as in the file": {_EXAMPLE[table]}'

    def _locals(self, table: str, names: Sequence[str]) -> list[tuple[str, str | None, int]]:
        """Return each code (or name, where there is none), its name, and in how many rows it is."""
        code, text = self.raw.column(names[0]), self.raw.column(names[-1])
        own = f"nullif({code}, '')" if len(names) > 1 else "NULL"
        rows = self.connection.execute(
            f"SELECT {own} AS own, nullif({text}, '') AS name, count(*), min(line) FROM {RAW} "
            "WHERE own IS NOT NULL OR name IS NOT NULL GROUP BY ALL ORDER BY 4"
        ).fetchall()
        counts: Counter[str] = Counter()
        named: dict[str, str | None] = {}
        for written, name, count, _ in rows:
            for local, said in _things(table, written, name):
                counts[local] += count
                named.setdefault(local, said)
        found = [(local, named[local], count) for local, count in counts.items()]
        return sorted(found, key=lambda row: (-row[2], row[0]))

    def _units(self, name: str) -> Iterator[str]:
        unknown = [
            (text, count)
            for text, count in self.counts(name, _CODES_LISTED)
            if not is_known(text) and _can_be_shown(text, count)
        ]
        if unknown:
            yield "units:  # units that no converter knows: what they are in UCUM"
        for text, count in unknown:
            yield f"  # {_quoted(text)}: TODO ({count:,} rows)"


def _dates(texts: Iterable[str]) -> Iterator[str]:
    """Yield the formats that the dates are in, and what nobody can tell from them."""
    found: Counter[str] = Counter(_format_of(text) for text in texts)
    unknown = found.pop("", 0)
    ambiguous = found.pop(f"{_DAY_FIRST[0]} {_MONTH_FIRST[0]}", 0)
    if ambiguous:
        sure = {*_DAY_FIRST, *_MONTH_FIRST} & found.keys()
        if not sure:
            yield f"# TODO dates: {_DAY_FIRST[0]} or {_MONTH_FIRST[0]}? Add the right one."
    if found:
        yield f"dates: [{', '.join(name for name, _ in found.most_common())}]"
    if unknown:
        yield f"# TODO {unknown:,} different dates are in no known format"


def _format_of(text: str) -> str:
    """Return the format of a date; two formats where nobody can tell; "" if none fits."""
    if re.fullmatch(r"\d{5}", text):
        return EXCEL
    for name in (*DEFAULT_FORMATS, *_MONTHS_NAMED):
        if _fits(name, text):
            return name
    fitting = [name for name in (*_DAY_FIRST, *_MONTH_FIRST) if _fits(name, text)]
    return " ".join(fitting)


def _fits(name: str, text: str) -> bool:
    pattern, parts = pattern_of(name)
    match = re.fullmatch(pattern, text)
    if match is None:
        return False
    found = dict(zip(parts, match.groups(), strict=True))
    month, day = found.get("m", "1"), found.get("d", "1")
    return (not month.isdigit() or 1 <= int(month) <= 12) and 1 <= int(day) <= 31


def _things(table: str, code: str | None, text: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield the code (or the name, where there is none) and the name of all that two cells list."""
    if table not in LISTS:
        yield str(code or text), text
        return
    for part in parts_of(code, text, "").parts:
        if part.code or part.certainty == Certainty.STATED:
            yield str(part.code or part.text), part.text


def _can_be_shown(text: str, count: int) -> bool:
    """Say whether a text is a word of a list: what stands in one row only may be of one patient."""
    return count > 1 and len(text) <= _LONGEST and text.isprintable()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
