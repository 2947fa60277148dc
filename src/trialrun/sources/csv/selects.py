"""The SQL that turns the rows of one file into the rows of one staged table.

Each kind is a `Select`: its columns, what is joined to read them, and the conditions under which a
row is repaired (kept, with a gap where something could not be read) or refused.
The rows stand in `csv_rows`, a column per field (NULL: empty, or not mapped); see `readings`.
"""

from __future__ import annotations

from trialrun.records.schema import Kind
from trialrun.sources.csv.amounts import measurement, medication
from trialrun.sources.csv.fields import needs_a_name
from trialrun.sources.csv.mapping import EmptyEnd, TableMapping
from trialrun.sources.csv.select import Select, unknown

_LAST = "DATE '9999-12-31'"


def select_of(mapping: TableMapping) -> Select:
    """Return the select of a table's kind of record."""
    kind = Kind(mapping.table)
    times = _period(kind, mapping) if kind.is_period else _instant()
    own = {
        Kind.FINDING: _finding,
        Kind.MEDICATION: medication,
        Kind.MEASUREMENT: measurement,
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
            "the sex is a word that is not known": unknown("sex"),
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
        repaired={"present is a word that is not known": unknown("present")},
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
        repaired={"the answer is a word that is not known": unknown("answer")},
        refused={"there is no question": "r.question IS NULL"},
    )


def _yes_no(name: str) -> str:
    return f"CASE {name}.meaning WHEN 'yes' THEN true WHEN 'no' THEN false END"
