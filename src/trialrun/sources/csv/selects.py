"""The SQL that turns the rows of one file into the rows of one staged table.

Each kind is a `Select`: its columns, what is joined to read them, and the conditions under which a
row is repaired (kept, with a gap where something could not be read) or refused.
The rows stand in `csv_rows`, a column per field (NULL: empty, or not mapped); see `readings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialrun.records.schema import Kind
from trialrun.sources.csv.fields import needs_a_name
from trialrun.sources.csv.mapping import EmptyEnd, TableMapping
from trialrun.sources.csv.readings import ROWS, quoted
from trialrun.sources.strengths import ML

_LAST = "DATE '9999-12-31'"


@dataclass(frozen=True)
class Select:
    """Column -> expression, the joins they need, and reason -> condition."""

    columns: Mapping[str, str]
    joins: tuple[str, ...] = ()
    repaired: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: Select) -> Select:
        return Select(
            {**self.columns, **other.columns},
            self.joins + other.joins,
            {**self.repaired, **other.repaired},
            {**self.refused, **other.refused},
        )

    def sql(self) -> str:
        """Return the query; `repaired` and `refused` list the reasons that hold for a row."""
        columns = ",\n".join(f"{sql} AS {name}" for name, sql in self.columns.items())
        return (
            f"SELECT r.line AS line, {columns},\n{_reasons(self.repaired)} AS repaired,\n"
            f"{_reasons(self.refused)} AS refused\nFROM {ROWS} r\n" + "\n".join(self.joins)
        )


def select_of(mapping: TableMapping) -> Select:
    """Return the select of a table's kind of record."""
    kind = Kind(mapping.table)
    times = _period(kind, mapping) if kind.is_period else _instant()
    own = {
        Kind.FINDING: _finding,
        Kind.MEDICATION: _medication,
        Kind.MEASUREMENT: _measurement,
        Kind.ATTESTATION: _attestation,
    }
    select = _record(kind) + times
    return select + own[kind](mapping) if kind in own else select


def patient_select() -> Select:
    """Return the select of patients."""
    return Select(
        columns={
            "patient_id": "r.patient_id",
            "sex": "nullif(sex.meaning, 'unknown')",
            "birth_lo": "birth.lo",
            "birth_hi": "birth.hi",
            "death_lo": f"CASE WHEN r.death IS NULL THEN {_LAST} ELSE death.lo END",
            "death_hi": f"CASE WHEN r.death IS NULL THEN {_LAST} ELSE death.hi END",
            "place": "r.place",
        },
        joins=(
            "LEFT JOIN read_sex sex ON sex.text = r.sex",
            "LEFT JOIN read_date birth ON birth.text = r.birth",
            "LEFT JOIN read_date death ON death.text = r.death",
        ),
        repaired={
            "the sex is a word that is not known": _unknown("sex"),
            "the date of birth cannot be read": "r.birth IS NOT NULL AND birth.lo IS NULL",
            "the date of death cannot be read": "r.death IS NOT NULL AND death.lo IS NULL",
        },
    )


def _record(kind: Kind) -> Select:
    nameless = {"neither a code nor a name": "r.code IS NULL AND r.text IS NULL"}
    # A measurement without a name proves nothing; any other row without one leaves a doubt whether
    # it is what was asked for, and so must not be lost.
    refused = nameless if kind is Kind.MEASUREMENT else {}
    repaired = nameless if needs_a_name(kind.value) and kind is not Kind.MEASUREMENT else {}
    return Select(
        columns={
            "patient_id": "r.patient_id",
            "concept_key": "what.concept_key",
            "ref": "r.ref",
            "place": "r.place",
        },
        joins=(
            "LEFT JOIN csv_concept what ON what.code IS NOT DISTINCT FROM r.code "
            "AND what.text IS NOT DISTINCT FROM r.text AND what.doubtful = r.doubtful",
        ),
        repaired=repaired
        | {
            "a suspicion, a denial or a relative's: it counts as a doubt only": "r.doubtful",
            "its code does not look like one of the code system": "what.is_odd",
            "it is not clear which of its names goes with which of its codes": "r.unpaired",
        },
        refused=refused,
    )


def _instant() -> Select:
    return Select(
        columns={"start_lo": "began.lo", "start_hi": "began.hi"},
        joins=("LEFT JOIN read_date began ON began.text = r.date",),
        repaired={
            "there is no date": "r.date IS NULL",
            "the date cannot be read": "r.date IS NOT NULL AND began.lo IS NULL",
        },
    )


def _period(kind: Kind, mapping: TableMapping) -> Select:
    goes_on = "coalesce(ongoing.meaning = 'goes on', false)"
    empty_lo, empty_hi = _empty_end(kind, mapping)
    end = f'CASE WHEN {goes_on} THEN {_LAST} WHEN r."end" IS NULL THEN {{}} ELSE {{}} END'
    return Select(
        columns={
            "start_lo": "began.lo",
            "start_hi": "began.hi",
            "end_lo": end.format(empty_lo, "ended.lo"),
            "end_hi": end.format(empty_hi, "ended.hi"),
        },
        joins=(
            "LEFT JOIN read_date began ON began.text = r.start",
            'LEFT JOIN read_date ended ON ended.text = r."end"',
            'LEFT JOIN read_end ongoing ON ongoing.text = r."end"',
        ),
        repaired=_no_start(mapping)
        | {
            "the start cannot be read": "r.start IS NOT NULL AND began.lo IS NULL",
            "the end cannot be read": f'r."end" IS NOT NULL AND ended.lo IS NULL AND NOT {goes_on}',
        },
    )


def _no_start(mapping: TableMapping) -> dict[str, str]:
    return {"there is no start": "r.start IS NULL"} if "start" in mapping.columns else {}


def _empty_end(kind: Kind, mapping: TableMapping) -> tuple[str, str]:
    """Return the bounds that an empty end stands for; NULL is not known."""
    # A procedure or contact of which only one date is asked for is over on that day.
    is_of_a_day = kind in (Kind.PROCEDURE, Kind.ENCOUNTER) and "end" not in mapping.columns
    meaning = mapping.empty_end or (EmptyEnd.SAME_DAY if is_of_a_day else EmptyEnd.NOT_RECORDED)
    return {
        EmptyEnd.GOES_ON: (_LAST, _LAST),
        EmptyEnd.SAME_DAY: ("began.lo", "began.hi"),
        EmptyEnd.NOT_RECORDED: ("CAST(NULL AS DATE)", "CAST(NULL AS DATE)"),
    }[meaning]


def _finding(mapping: TableMapping) -> Select:
    # A list of findings that has no column for it lists what was found.
    is_said = "present" in mapping.columns or "present" in mapping.fixed
    return Select(
        columns={"present": _yes_no("present") if is_said else "true"},
        joins=("LEFT JOIN read_present present ON present.text = r.present",),
        repaired={"present is a word that is not known": _unknown("present")},
    )


def _attestation(_: TableMapping) -> Select:
    return Select(
        columns={
            "question": "r.question",
            "answer": _yes_no("answer"),
            "attested_by": 'r."by"',
            "reason": "r.reason",
        },
        joins=("LEFT JOIN read_answer answer ON answer.text = r.answer",),
        repaired={"the answer is a word that is not known": _unknown("answer")},
        refused={"there is no question": "r.question IS NULL"},
    )


def _unknown(name: str) -> str:
    return f"r.{name} IS NOT NULL AND {name}.meaning IS NULL"


def _yes_no(name: str) -> str:
    return f"CASE {name}.meaning WHEN 'yes' THEN true WHEN 'no' THEN false END"


def _medication(_: TableMapping) -> Select:
    per_day = "CASE WHEN r.frequency IS NULL THEN dose.per_day ELSE often.per_day END"
    clash = f"(dose.per_day <> often.per_day OR {_clash('dose.unit', 'r.dose_unit')})"
    computed = f"CASE WHEN NOT coalesce({clash}, false) THEN dose.amount * ({per_day}) END"
    unit = (
        f"CASE WHEN daily.amount IS NOT NULL THEN {_unit('daily.unit', 'r.dose_unit')} "
        f"ELSE {_unit('dose.unit', 'r.dose_unit')} END"
    )
    unread = "r.{0} IS NOT NULL AND NOT {1}.understood"
    # Two tablets of 5 mg are 10 mg, unless the mapping says what a tablet is.
    each = (
        "CASE WHEN unit.unit IS NOT NULL THEN NULL "
        "WHEN list_contains(strength.pieces, piece.piece) THEN strength.amount "
        f"WHEN piece.piece = '{ML}' THEN strength.amount / strength.ml END"
    )
    return Select(
        columns={
            "route": "route.meaning",
            "daily_dose": f"coalesce(daily.amount, {computed}) * coalesce({each}, 1)",
            "dose_unit": f"coalesce(unit.unit, CASE WHEN ({each}) > 0 THEN strength.unit "
            f"ELSE {unit} END)",
            "basis": "coalesce(basis.meaning, 'stated')",
        },
        joins=(
            "LEFT JOIN read_dose dose ON dose.text = r.dose",
            "LEFT JOIN read_dose daily ON daily.text = r.daily_dose",
            "LEFT JOIN read_frequency often ON often.text = r.frequency",
            "LEFT JOIN read_route route ON route.text = r.route",
            "LEFT JOIN read_basis basis ON basis.text = r.basis",
            "LEFT JOIN read_strength strength ON strength.text = r.strength",
            f"LEFT JOIN csv_unit unit ON unit.local = {unit}",
            f"LEFT JOIN read_piece piece ON piece.text = {unit}",
        ),
        repaired={
            "its strength does not say how much is in one of what the dose counts": "unit.unit IS "
            f"NULL AND r.strength IS NOT NULL AND piece.piece <> '{ML}' AND ({each}) IS NULL",
            "the dose cannot be read": unread.format("dose", "dose"),
            "the daily dose cannot be read": unread.format("daily_dose", "daily"),
            "the frequency is a word that is not known": unread.format("frequency", "often"),
            "the dose and the columns beside it differ": f"daily.amount IS NULL AND {clash}",
            "the route is a word that is not known": _unknown("route"),
            "the basis is a word that is not known": _unknown("basis"),
        },
    )


def _measurement(_: TableMapping) -> Select:
    # An L after a number is its unit, or says that it is low where the unit stands elsewhere.
    is_low = "(v.unit = 'L' AND r.unit IS NOT NULL AND r.unit <> 'L')"
    unit = f"CASE WHEN {is_low} THEN r.unit ELSE {_unit('v.unit', 'r.unit')} END"
    clash = f"coalesce({_clash('v.unit', 'r.unit')} AND NOT {is_low}, false)"
    value_lo, value_hi = (f"CASE WHEN NOT {clash} THEN v.{end} END" for end in ("lo", "hi"))
    foreign = f"coalesce(within.unit <> ({unit}), false)"
    low = f"coalesce(low.number, CASE WHEN NOT {foreign} THEN within.lo END)"
    high = f"coalesce(high.number, CASE WHEN NOT {foreign} THEN within.hi END)"
    crossed = f"coalesce({low} > {high}, false)"
    ref_lo, ref_hi = (f"CASE WHEN NOT {crossed} THEN {limit} END" for limit in (low, high))
    return Select(
        columns={
            "value_lo": value_lo,
            "value_hi": value_hi,
            "lo_open": "coalesce(v.lo_open, false)",
            "hi_open": "coalesce(v.hi_open, false)",
            "unit": f"coalesce(unit.unit, {unit})",
            "ref_lo": ref_lo,
            "ref_hi": ref_hi,
            "polarity": "v.polarity",
            "abnormal": "CASE WHEN flag.meaning IN ('abnormal', 'normal') "
            "THEN flag.meaning = 'abnormal' "
            f"WHEN v.abnormal OR {is_low} THEN true END",
            "value_concept_key": "CAST(NULL AS VARCHAR)",
            "value_text": f"CASE WHEN {clash} THEN r.value ELSE v.words END",
        },
        joins=(
            "LEFT JOIN read_value v ON v.text = r.value",
            "LEFT JOIN read_ref_range within ON within.text = r.ref_range",
            "LEFT JOIN read_ref_limit low ON low.text = r.ref_low",
            "LEFT JOIN read_ref_limit high ON high.text = r.ref_high",
            "LEFT JOIN read_flag flag ON flag.text = r.flag",
            f"LEFT JOIN csv_unit unit ON unit.local = {unit}",
        ),
        repaired={
            "the unit of the value and of its own column differ": clash,
            "the reference range cannot be read": f"(r.ref_range IS NOT NULL AND NOT "
            f"within.understood) OR {foreign} OR {crossed} "
            "OR (r.ref_low IS NOT NULL AND low.number IS NULL) "
            "OR (r.ref_high IS NOT NULL AND high.number IS NULL)",
            "a number with a comma: of thousands or of decimals?": "NOT v.known_comma",
            "the flag is a word that is not known": _unknown("flag"),
        },
    )


def _unit(cell: str, column: str) -> str:
    """Return the unit that stands with the value, or in its own column; NULL if they differ."""
    return (
        f"CASE WHEN {cell} = {column} OR {column} IS NULL THEN {cell} "
        f"WHEN {cell} IS NULL THEN {column} END"
    )


def _clash(cell: str, column: str) -> str:
    return f"({cell} <> {column})"


def _reasons(conditions: Mapping[str, str]) -> str:
    cases = ", ".join(f"CASE WHEN {sql} THEN {quoted(why)} END" for why, sql in conditions.items())
    return f"list_filter([{cases}]::VARCHAR[], lambda why: why IS NOT NULL)"
