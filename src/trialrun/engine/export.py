"""Writing verdicts and judgements as Parquet and CSV, for whoever goes on computing.

Names and references are what the caller says: with pseudonyms, evidence goes by table and row
number, because a hospital's reference may hold a patient's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.engine.tallies import Tally
from trialrun.errors import Problem, StoreError, says_damaged
from trialrun.records.pseudonyms import Naming
from trialrun.records.schema import RECORD_TABLES

_WRITTEN = {
    "verdicts": ("place", ("refused_by", "open_criteria")),
    "judgements": ("place, question", ("evidence",)),
}
"""Each table's order, and its columns that are lists."""

_BY_NUMBER = "CASE WHEN regexp_full_match(name, '[0-9]{1,18}') THEN name::BIGINT END NULLS LAST"
"""129 before 1026, and names that are no number last, in the order of their letters."""

_TRUTHS = tuple(truth.value for truth in Truth)
_GAPS = tuple(gap.name.lower() for gap in Gap)
_FORMULAS = "=+-@＝＋－＠\t\r"
"""What a formula may begin with; the wide ones where Chinese is written."""
_MARKED = 'patient AS "\ufeffpatient"'
"""The file's first word behind the mark of UTF-8: without it Excel reads a file in the encoding of
its country, and garbles ids in Chinese."""
_REFS = "SELECT row_id, {ref} AS ref FROM {table}"


@dataclass(frozen=True)
class Dates:
    """Opening and lapse dates by patient."""

    opens_on: Mapping[int, date]
    lapses_on: Mapping[int, date]


def export(
    tallied: Tally, criteria: Sequence[str], ready: str, dates: Dates, folder: Path, naming: Naming
) -> None:
    """Write `verdicts` and `judgements`, each as .parquet and .csv, into a folder.

    verdicts: patient, verdict, ready_for_visit, opens_on, lapses_on, refused_by, open_criteria,
    deceased (died, may_have_died, or NULL). Whoever has died, or may have, is ineligible whatever
    the criteria say, and in no other file and no count of the judged.
    judgements: patient, criterion, truth, permits, gap, presumed, evidence. CSV begins with the
    mark of UTF-8, and there an apostrophe stands before an id or a list that a spreadsheet would
    compute. `ready` names the question that says whether the record permits as far as it goes.
    Patients come in the order of their names (of their numbers, where these are numbers), and
    evidence in that of its own. docs/manual/results.md says what each column means.

    Raises:
        StoreError: a file cannot be written.
    """
    connection = tallied.answers.connection
    _load_names(connection, naming)
    _load_dates(connection, dates)
    _load_evidence(tallied, by_ref=not naming.hides)
    written: dict[str, tuple[str, dict[str, date]]] = {
        "verdicts": (_verdicts(tallied, criteria, ready), {"on": tallied.on}),
        "judgements": (_judgements(tallied, criteria), {}),
    }
    with _in_order(connection):
        for name, (select, values) in written.items():
            order, _ = _WRITTEN[name]
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE written_{name} AS {select} ORDER BY {order}", values
            )
            _copy(connection, name, folder)
            connection.execute(f"DROP TABLE temp.written_{name}")


@contextmanager
def _in_order(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let tables keep the order in which they were made; else it is that in which threads end."""
    (before,) = connection.execute(
        "SELECT current_setting('preserve_insertion_order')"
    ).fetchone() or (True,)
    connection.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        connection.execute(f"SET preserve_insertion_order = {before}")


def _load_names(connection: duckdb.DuckDBPyConnection, naming: Naming) -> None:
    """Name the patients, and put them in the order of their names.

    The order in which they were loaded would tell whose pseudonym is whose.
    """
    rows = connection.execute("SELECT patient_no, patient_id FROM patient").fetchall()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE patient_name AS"
        f" SELECT patient_no, name, row_number() OVER (ORDER BY {_BY_NUMBER}, name) AS place"
        " FROM (SELECT"
        " unnest($numbers::INTEGER[]) AS patient_no, unnest($names::VARCHAR[]) AS name)",
        {"numbers": [number for number, _ in rows], "names": [naming(id_) for _, id_ in rows]},
    )


def _load_dates(connection: duckdb.DuckDBPyConnection, dates: Dates) -> None:
    for column, found in (("opens_on", dates.opens_on), ("lapses_on", dates.lapses_on)):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE verdict_{column} AS SELECT"
            f" unnest($numbers::INTEGER[]) AS patient_no, unnest($days::DATE[]) AS {column}",
            {"numbers": list(found), "days": list(found.values())},
        )


def _load_evidence(tallied: Tally, *, by_ref: bool) -> None:
    """Name the rows that decide.

    A table of its own, made before the names are gathered: in one statement DuckDB would gather
    the names of all rows of the database first.
    """
    refs = " UNION ALL ".join(
        _REFS.format(ref="ref" if by_ref else f"'{table.name}#' || row_id", table=table.name)
        for table in RECORD_TABLES.values()
    )
    tallied.answers.connection.execute(
        "CREATE OR REPLACE TEMP TABLE evidence_ref AS SELECT patient_no, question, ref"
        f" FROM {tallied.evidence} JOIN ({refs}) USING (row_id)"
    )


def _verdicts(tallied: Tally, criteria: Sequence[str], ready: str) -> str:
    ids = _texts(criteria)
    return (
        "SELECT place, name AS patient,"
        " CASE permits WHEN TRUE THEN 'eligible' WHEN FALSE THEN 'ineligible'"
        " ELSE 'undetermined' END AS verdict,"
        f" permits IS NULL AND coalesce({tallied.answers.truth_column(ready)}, FALSE)"
        " AS ready_for_visit,"
        " opens_on, lapses_on,"
        f" [c FOR c, i IN [{ids}] IF permissions[i] IS FALSE] AS refused_by,"
        f" [c FOR c, i IN [{ids}] IF permissions[i] IS NULL] AS open_criteria,"
        " NULL::VARCHAR AS deceased"
        f" FROM {tallied.verdicts} JOIN patient_name USING (patient_no)"
        f" JOIN {tallied.answers.truth_table} USING (patient_no)"
        " LEFT JOIN verdict_opens_on USING (patient_no)"
        " LEFT JOIN verdict_lapses_on USING (patient_no)"
        " UNION ALL SELECT place, name, 'ineligible', FALSE, NULL, NULL, [], [],"
        " CASE WHEN death_hi <= $on THEN 'died' ELSE 'may_have_died' END"
        " FROM patient JOIN patient_name USING (patient_no) WHERE death_lo <= $on"
    )


def _judgements(tallied: Tally, criteria: Sequence[str]) -> str:
    """Select the judgements; words that recur are enums, which are sorted and written faster."""
    ids, truths, gaps = (_texts(words) for words in (criteria, _TRUTHS, _GAPS))
    adverse = [question.adverse.as_sql() for question in tallied.answers.questions]
    named_gap = " ".join(
        f"WHEN {int(gap)} THEN '{name}'" for gap, name in zip(Gap, _GAPS, strict=True)
    )
    return (
        "WITH named AS (SELECT patient_no, question, list_sort(list(ref)) AS evidence"
        " FROM evidence_ref GROUP BY ALL)"
        " SELECT place, question, name AS patient,"
        f" [{ids}][question + 1]::ENUM({ids}) AS criterion,"
        " CASE truth WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' ELSE 'unknown'"
        f" END::ENUM({truths}) AS truth,"
        f" CASE truth = {adverse}[question + 1] WHEN TRUE THEN 'false' WHEN FALSE THEN 'true'"
        f" ELSE 'unknown' END::ENUM({truths}) AS permits,"
        f" CASE gap {named_gap} END::ENUM({gaps}) AS gap,"
        " presumed, coalesce(evidence, []) AS evidence"
        f" FROM {tallied.judgements} JOIN {tallied.verdicts} USING (patient_no)"
        " JOIN patient_name USING (patient_no)"
        " LEFT JOIN named USING (patient_no, question)"
    )


def _texts(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _no_formula(text: str) -> str:
    """Mark as text, the way spreadsheets do, what they would compute: an id such as `=1+1`."""
    first = ", ".join(str(ord(character)) for character in _FORMULAS)
    return f"CASE WHEN unicode({text}) IN ({first}) THEN '''' || {text} ELSE {text} END"


def _copy(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    order, lists = _WRITTEN[name]
    rows = f"SELECT * EXCLUDE ({order}){{}} FROM written_{name}"
    texts = {"patient": "patient"}
    texts |= {column: f"list_aggregate({column}, 'string_agg', ';')" for column in lists}
    joined = ", ".join(f"{_no_formula(text)} AS {column}" for column, text in texts.items())
    targets = {
        folder / f"{name}.parquet": (rows.format(""), "FORMAT parquet"),
        folder / f"{name}.csv": (
            f"SELECT * RENAME ({_MARKED}) FROM ({rows.format(f' REPLACE ({joined})')})",
            "FORMAT csv, HEADER",
        ),
    }
    for path, (written, options) in targets.items():
        literal = "'" + str(path).replace("'", "''") + "'"
        try:
            connection.execute(f"COPY ({written}) TO {literal} ({options})")
        except duckdb.IOException as error:
            if says_damaged(str(error)):
                raise
            raise StoreError(
                f"{path} cannot be written",
                [Problem(str(path), "it cannot be written", "make room, or name another place")],
            ) from None
