"""Plants faults in the program, one at a time, and lists which of them the tests miss.

`python -m tests.engine.mutants` tries the faults in the compiler that are named here, those in the
interpreter, in screening and in its dates, and some of those that rules give; `planting` says what
is done with each. The result is written to docs/mutation.md; a fault named by hand that survives
unexplained is an error (exit code 1).
"""

from __future__ import annotations

import argparse
import sys

from tests.engine.faults_in_dates import DATES
from tests.engine.faults_in_interpreter import INTERPRETER
from tests.engine.faults_in_screening import SCREENING, SHARED
from tests.engine.mutation_report import report
from tests.engine.planting import ROOT, Fault, try_all
from tests.engine.systematic import sample, systematic

REPORT = ROOT / "docs" / "mutation.md"
SAMPLED, SEED = 60, 1
"""How many of the faults that rules give are tried in a run, and which draw of them."""


def _faults(asks: str, file: str, *rows: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(what, (asks,), file, before, after) for what, before, after in rows)


COMPILER: tuple[Fault, ...] = (
    *_faults(
        "Age",
        "engine/sql/person.sql",
        ("the birthday itself is too late", "birth_hi <= youngest AND", "birth_hi < youngest AND"),
        ("a birth date in part is its last day", "OR birth_lo > oldest)", "OR birth_hi > oldest)"),
        (
            "too old is counted from the first possible day",
            "birth_hi <= oldest",
            "birth_lo <= oldest",
        ),
        ("the end of an age is its birthday", "(high + 1))::DATE", "(high))::DATE"),
        (
            "whoever is too young stays so",
            "WHEN birth_lo > youngest THEN least",
            "WHEN FALSE THEN least",
        ),
    ),
    *_faults(
        "Age",
        "engine/compiler/person.py",
        (
            "29 February has no birthday in other years",
            "return following if add(following, years, DateUnit.YEARS) <= index else day",
            "return day",
        ),
    ),
    *_faults(
        "SexIs",
        "engine/sql/person.sql",
        (
            "no sex is not the sex asked",
            "patient.sex = sex.sex,",
            "coalesce(patient.sex = sex.sex, FALSE),",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/sql/records.sql",
        (
            "a start on the last day is outside",
            "r.start_hi <= asked.last AND",
            "r.start_hi < asked.last AND",
        ),
        (
            "an end on the first day is outside",
            "r.end_lo >= asked.first THEN TRUE",
            "r.end_lo > asked.first THEN TRUE",
        ),
        (
            "dates in part count only if they are sure",
            "AND r.start_lo <= asked.last AND r.end_hi >= asked.first",
            "AND r.start_hi <= asked.last AND r.end_lo >= asked.first",
        ),
        ("UNKNOWN rows are FALSE", "WHERE fits IS DISTINCT FROM FALSE", "WHERE fits"),
        (
            "not said is present",
            "in_window AND r.present AND",
            "in_window AND coalesce(r.present, TRUE) AND",
        ),
        (
            "an unknown route is no route",
            "OR r.route = asked.route AS",
            "OR coalesce(r.route = asked.route, FALSE) AS",
        ),
        ("an unknown dose is no dose", "ELSE passes(", "ELSE r.daily_dose IS NOT NULL AND passes("),
        (
            "one record is enough",
            "WHEN coalesce(sure, 0) >= asked.count",
            "WHEN coalesce(sure, 0) >= 1",
        ),
        ("one possible record is enough", "WHEN possible >= asked.count", "WHEN possible >= 1"),
        ("codes not understood prove absence", "WHEN unread_rows IS NOT NULL", "WHEN FALSE"),
        ("an open list proves absence", "WHEN asked.is_open", "WHEN FALSE"),
        (
            "absence needs no coverage",
            "WHEN len(coalesce(silent.coverage, asked.coverage)) = 0",
            "WHEN FALSE",
        ),
        (
            "patients are covered like everyone",
            "coalesce(silent.coverage, asked.coverage) AS",
            "asked.coverage AS",
        ),
        ("the first of n ends decides", "ends[asked.count]", "ends[len(ends)]"),
        ("the last of n ends decides", "ends[asked.count]", "ends[1]"),
        (
            "instants have ends to be recorded",
            "IS NULL AND r.lasts AND r.start_hi",
            "IS NULL AND r.start_hi",
        ),
        (
            "the route is asked before the dates",
            "WHEN in_window IS NULL AND r.lasts",
            "WHEN route_fits IS NULL THEN gap_route_not_recorded()"
            " WHEN in_window IS NULL AND r.lasts",
        ),
        ("the largest reason is given", "min(reason) FILTER", "max(reason) FILTER"),
        (
            "what may match is no evidence",
            "ELSE list_concat(sure_rows, perhaps_rows)",
            "ELSE perhaps_rows",
        ),
        (
            "what is not understood replaces the evidence",
            "list_concat(list_concat(sure_rows, perhaps_rows), unread_rows)",
            "unread_rows",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/sql/covered.sql",
        (
            "days before birth need coverage",
            "AND everyones.since <= greatest(everyones.first, patient.birth_lo)",
            "AND everyones.since <= everyones.first",
        ),
        ("own coverage may end early", " AND own.last <= own.until", ""),
        (
            "own coverage may begin late",
            "own.since <= greatest(own.first, patient.birth_lo) AND ",
            "",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/sql/unread_concept.sql",
        (
            "what is listed is not understood",
            "listed.concept_id = concept.concept_id",
            "listed.concept_id = -1",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/sql/unread_row.sql",
        (
            "codes not understood must be in the window for sure",
            "r.end_hi >= silence.first",
            "r.end_lo >= silence.first",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/compiler/silence.py",
        (
            "a system listed in part is understood",
            "value_set.systems - value_set.partial",
            "value_set.systems",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/compiler/windows.py",
        (
            "a window begins a day late",
            "Days(add(index, -count, unit), index)",
            "Days(add(index, 1 - count, unit), index)",
        ),
        ("`active` is any time", "return Days(index, index)", "return Days(EARLIEST, index)"),
        (
            "a window after the index date begins before it",
            "return Days(index, add(index, count, unit))",
            "return Days(EARLIEST, add(index, count, unit))",
        ),
        ("weeks have six days", "Exit(days=7 * count)", "Exit(days=6 * count)"),
    ),
    *_faults(
        "Recorded",
        "engine/sql/macros.sql",
        (
            "the end of a month is a day like others",
            "WHEN day = last_day(day) THEN",
            "WHEN FALSE THEN",
        ),
    ),
    *_faults(
        "Recorded",
        "engine/catalog.py",
        ("a prefix is a code", 'if not code.endswith("*"):', "if True:"),
    ),
    *_faults(
        "Measured",
        "engine/sql/macros.sql",
        ("`<5` may be 5", "(v_hi_open OR NOT hi_open)", "(NOT hi_open)"),
        (
            "`<5` may be at least 5",
            "v_hi <= lo_above AND (v_hi_open OR lo_open)",
            "v_hi <= lo_above AND lo_open",
        ),
        (
            "`>5` may be at most 5",
            "v_lo >= hi_below AND (v_lo_open OR hi_open)",
            "v_lo >= hi_below AND hi_open",
        ),
    ),
    *_faults(
        "Measured",
        "engine/compiler/bounds.py",
        ("`<` is `<=`", "Target(None, number, hi_open=True)", "Target(None, number)"),
        (
            "`>=` is `>`",
            "return Target(number, None)\n",
            "return Target(number, None, lo_open=True)\n",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/tested_row.sql",
        ("implausible numbers count", "WHEN comparable AND NOT implausible", "WHEN comparable"),
        (
            "the limits of normal are swapped",
            "WHEN 'upper' THEN r.ref_hi",
            "WHEN 'upper' THEN r.ref_lo",
        ),
        ("no tolerance at the limit of normal", "abs(bound) * tolerance()", "abs(bound) * 0"),
        ("no flag is normal", "THEN NOT abnormal", "THEN NOT coalesce(abnormal, FALSE)"),
        (
            "positive is not negative",
            "THEN polarity = 'negative'",
            "THEN polarity IS DISTINCT FROM 'positive'",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/measured_row.sql",
        (
            "a date in part is its first day",
            "m.start_hi <= part.last AS is_sure",
            "m.start_lo <= part.last AS is_sure",
        ),
        (
            "a row without a value is a measurement",
            "m.value_lo IS NOT NULL OR m.polarity",
            "TRUE OR m.polarity",
        ),
        ("a text is no value", "OR m.value_text IS NOT NULL", "OR FALSE"),
    ),
    *_faults(
        "Measured",
        "engine/sql/window_row.sql",
        (
            "an ordinal outranks a number",
            "coalesce(r.value_lo, ordinal)",
            "coalesce(ordinal, r.value_lo)",
        ),
        (
            "a text outranks a code",
            "coalesce(coded.place, 1000000) <= coalesce",
            "coalesce(coded.place, 1000000) > coalesce",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/part_overview.sql",
        ("the latest is the first", "max(start_lo) FILTER", "min(start_lo) FILTER"),
        (
            "the latest may be outside the window",
            "max(start_lo) FILTER (WHERE is_sure)",
            "max(start_lo)",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/chosen_row.sql",
        (
            "a later day in part is not the latest",
            "OR r.start_hi >= days.latest_lo",
            "OR r.start_lo >= days.latest_lo",
        ),
        (
            "an earlier day in part is not the first",
            "OR r.start_lo <= days.first_hi",
            "OR r.start_hi <= days.first_hi",
        ),
        (
            "the first stands until the latest leaves",
            "ELSE days.first_lo END AS day",
            "ELSE days.latest_lo END AS day",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/tested_one.sql",
        ("what is adverse is ignored in a tie", "WHEN truth = adverse THEN 2", "WHEN truth THEN 2"),
        (
            "an UNKNOWN row of a tie is silent",
            "max(CASE WHEN truth IS NULL THEN 1 WHEN truth = adverse",
            "max(CASE WHEN truth IS NULL THEN NULL WHEN truth = adverse",
        ),
        ("a tie outvotes all others", "AND coalesce(least, 2) = 2 THEN TRUE", "THEN TRUE"),
        ("imprecise days settle it", "WHEN day IS NULL THEN NULL\n    WHEN (voice", "WHEN (voice"),
    ),
    *_faults(
        "Measured",
        "engine/sql/tested_several.sql",
        (
            "a row that may be in the window decides",
            "list(row_id) FILTER (WHERE is_sure AND speaks)",
            "list(row_id) FILTER (WHERE speaks)",
        ),
        ("`every` is `any`", "ELSE NOT truth END AS speaks", "ELSE truth END AS speaks"),
        (
            "what decides leaves with the latest",
            "CASE WHEN spoken THEN decided_on ELSE latest END",
            "latest",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/joined.sql",
        (
            "a part without a record is ignored",
            "= any_value(siblings) THEN FALSE",
            "= count(*) THEN FALSE",
        ),
        (
            "a part without a record is no gap",
            "CASE WHEN count(*) < any_value(siblings) THEN gap_no_record() END",
            "NULL",
        ),
        (
            "the first of the parts that hold ends it",
            "max(until) FILTER (WHERE speaks)",
            "min(until) FILTER (WHERE speaks)",
        ),
    ),
    *_faults(
        "Measured",
        "engine/sql/part_missing.sql",
        (
            "later measurements are outside the window too",
            "WHEN has_value AND start_lo <= index THEN",
            "WHEN has_value THEN",
        ),
        (
            "a row without a value is no row",
            "WHEN is_possible THEN 4::UBIGINT",
            "WHEN is_possible THEN 0::UBIGINT",
        ),
    ),
    *_faults(
        "Measured",
        "engine/compiler/measurements.py",
        (
            "the lowest is the highest",
            "below is (selector is Selector.LOWEST)",
            "below is (selector is Selector.HIGHEST)",
        ),
        ("`each of` is `any of`", "is Spread.EACH)", "is Spread.ANY)"),
    ),
    *_faults(
        "Change",
        "engine/sql/change.sql",
        (
            "the later end is looked at first",
            "WHEN earlier.day IS NULL THEN coalesce(earlier.gap, gap_no_record())",
            "WHEN later.day IS NULL THEN coalesce(later.gap, gap_no_record())",
        ),
        (
            "percent of the number, not of its magnitude",
            "100 / abs(earlier_low)",
            "100 / earlier_low",
        ),
        ("percent of nothing", "WHEN percent AND earlier.least_value <= 0 AND", "WHEN FALSE AND"),
        ("units need not be comparable", "THEN gap_unit_not_comparable()", "THEN NULL"),
        (
            "one end of the interval is enough",
            "greatest((later_high - earlier_low)",
            "least((later_high - earlier_low)",
        ),
    ),
    *_faults(
        "Change",
        "engine/sql/part_value.sql",
        (
            "ties collapse to the other side",
            "CASE WHEN asked.side = 'high' THEN tied_high ELSE tied_low END",
            "CASE WHEN asked.side = 'low' THEN tied_high ELSE tied_low END",
        ),
        (
            "a bound is a number",
            "WHEN r.lo < r.hi OR r.lo_open OR r.hi_open THEN gap_value_imprecise()",
            "WHEN FALSE THEN gap_value_imprecise()",
        ),
    ),
    *_faults(
        "Derived",
        "engine/sql/derived.sql",
        (
            "a birth date in part is no obstacle",
            "WHEN needs_birth AND most_years <> least_years",
            "WHEN FALSE",
        ),
        ("an unknown sex is male", "WHEN needs_sex AND patient.sex IS NULL", "WHEN FALSE"),
        (
            "creatinine is looked at the wrong way round",
            "THEN clearance(most_years, is_female, creatinine_high, weight_low)",
            "THEN clearance(most_years, is_female, creatinine_low, weight_low)",
        ),
        (
            "the last measurement to leave ends it",
            "least(creatinine.until, weight.until, height.until)",
            "greatest(creatinine.until, weight.until, height.until)",
        ),
    ),
    *_faults(
        "Derived",
        "engine/sql/macros.sql",
        ("women are men (Cockcroft-Gault)", "THEN 0.85::DOUBLE ELSE 1", "THEN 1.0::DOUBLE ELSE 1"),
        ("women are men (CKD-EPI)", "THEN 1.012::DOUBLE ELSE 1", "THEN 1.0::DOUBLE ELSE 1"),
        ("a birthday is the day after", ")::DATE > day THEN 1", ")::DATE >= day THEN 1"),
    ),
    *_faults(
        "Derived",
        "engine/compiler/derived.py",
        (
            "a weight may be a day older",
            "Within(12, DateUnit.MONTHS)",
            "Within(366, DateUnit.DAYS)",
        ),
    ),
    *_faults(
        "PrednisoneEquivalent",
        "engine/sql/prednisone.sql",
        ("inhaled medicines count", "NOT IN ('topical', 'inhaled')", "NOT IN ('topical')"),
        ("an unknown route counts for sure", "r.route IS NOT NULL AS counts", "TRUE AS counts"),
        ("all glucocorticoids are alike", "/ equivalent.equal_to_5_mg", "/ 5"),
        (
            "a row that may be active counts for sure",
            "counts AND start_hi <= day AND end_lo >= day), 0",
            "counts AND start_lo <= day AND end_hi >= day), 0",
        ),
        (
            "a row without a dose is nothing",
            "coalesce(prednisone, 'Infinity'::DOUBLE)",
            "coalesce(prednisone, 0)",
        ),
        ("only the first day is looked at", "WHERE start_hi BETWEEN first AND last", "WHERE FALSE"),
        (
            "codes not understood are nothing",
            "WHEN silence_gap IS NOT NULL THEN 'Infinity'::DOUBLE ELSE",
            "WHEN FALSE THEN 0 ELSE",
        ),
        ("the heaviest weight", "dose_high / weight_low", "dose_high / weight_high"),
        ("the first such dose to end is the last", "max(falling.day)", "min(falling.day)"),
        (
            "a dose that begins after the window is taken in it",
            "AND begun.start_hi <= begun.last AND",
            "AND",
        ),
        (
            "what may be taken makes a dose for sure",
            "ends.day BETWEEN start_hi AND end_lo",
            "ends.day BETWEEN start_lo AND end_hi",
        ),
    ),
    *_faults(
        "PrednisoneEquivalent",
        "engine/compiler/bounds.py",
        ("no tolerance", "TOLERANCE = 1e-12", "TOLERANCE = 0.0"),
    ),
    *_faults(
        "DoseUnchanged",
        "engine/sql/doses.sql",
        (
            "nothing changes where a row ends",
            "end_hi + 1 FROM taken WHERE end_hi + 1 BETWEEN first AND last",
            "end_hi FROM taken WHERE FALSE",
        ),
        (
            "what may have been taken was not",
            "bool_or(some_day) AND NOT bool_and(possible)",
            "bool_or(some_day) AND NOT bool_and(sure)",
        ),
        ("an unknown dose is no change", "bool_and(dose IS NOT NULL)", "bool_and(TRUE)"),
        (
            "units that cannot be compared differ",
            "OR taken.scale <> thing.scale AS may_be_it",
            "AS may_be_it",
        ),
        (
            "the dose is no matter",
            "coalesce(taken.dose = thing.dose AND taken.scale = thing.scale, FALSE)",
            "TRUE",
        ),
    ),
    *_faults(
        "Attested",
        "engine/sql/attested.sql",
        ("what is said later counts", "(a.start_lo <= asked.index OR is_possible)", "TRUE"),
        ("answers do not grow old", "a.start_lo >= asked.first AND", "TRUE AND"),
        (
            "answers that may be too old are passed over",
            "AND a.start_hi >= asked.first AS is_possible",
            "AND a.start_lo >= asked.first AS is_possible",
        ),
        (
            "an answer too old was never given",
            "(a.start_lo <= asked.index OR is_possible)",
            "is_possible",
        ),
        ("an answer stands for ever", "CASE WHEN truth IS NOT NULL THEN leaves END", "NULL::DATE"),
        (
            "what is adverse is ignored in a contradiction",
            "WHEN answer = adverse THEN 2",
            "WHEN answer THEN 2",
        ),
        (
            "not known is no",
            "max(CASE WHEN answer IS NULL THEN 1",
            "max(CASE WHEN answer IS NULL THEN 0",
        ),
        ("the first answer counts", "max(start_lo) FILTER", "min(start_lo) FILTER"),
    ),
    *_faults(
        "RecordedThroughout",
        "engine/sql/recorded_throughout.sql",
        (
            "one row must cover all",
            "UNION\n  SELECT leaf, first, last, patient_no, end_lo + 1 FROM matching\n",
            "",
        ),
        (
            "nothing begins to be bare where a row ends",
            "UNION\n  SELECT leaf, first, last, patient_no, end_hi + 1 FROM matching\n",
            "",
        ),
        (
            "nothing begins to be bare where an unread row ends",
            "UNION\n  SELECT leaf, first, last, patient_no, end_hi + 1 FROM unread\n",
            "",
        ),
        (
            "silence proves nothing after a coverage began",
            "UNION\n  SELECT leaf, first, last, patient_no, since FROM known\n",
            "",
        ),
        (
            "what may be there is there",
            "m.start_hi <= turn.day AND m.end_lo",
            "m.start_lo <= turn.day AND m.end_hi",
        ),
        (
            "what may be there is not",
            "m.start_lo <= turn.day AND m.end_hi",
            "m.start_hi <= turn.day AND m.end_lo",
        ),
        ("days before birth need coverage", "coverage.since <= patient.birth_lo", "FALSE"),
        ("an open list proves absence", "AND NOT asked.is_open THEN 'bare'", "THEN 'bare'"),
        (
            "an unread row takes no day from the proof",
            "AND daily.day BETWEEN unread.start_lo AND unread.end_hi",
            "AND FALSE",
        ),
        ("an end not recorded is a date", "THEN 2 ELSE 1 END", "THEN 1 ELSE 1 END"),
    ),
    *_faults(
        "AttestedThroughout",
        "engine/sql/attested_throughout.sql",
        (
            "a denial before the window counts",
            "a.start_lo >= asked.first AND a.start_hi",
            "a.start_hi",
        ),
        ("not known is yes", "coalesce(answer, FALSE)) FILTER", "coalesce(answer, TRUE)) FILTER"),
        ("nobody need speak for the last days", "bool_or(closes) AND bool_and", "bool_and"),
        (
            "whoever may be the first after the window is",
            "WHERE start_lo >= last",
            "WHERE start_hi >= last",
        ),
        (
            "all later answers speak",
            "coalesce(start_lo <= closing.day, FALSE)",
            "closing.day IS NOT NULL",
        ),
    ),
    *_faults(
        "tests/engine/test_spec_cases.py",
        "engine/sql/change.sql",
        ("rounding decides", "* tolerance() AS slack", "* 0 AS slack"),
    ),
    *_faults(
        "tests/engine/test_spec_cases.py",
        "engine/compiler/connectives.py",
        (
            "at least n of: UNKNOWN parts cannot hold",
            "exp.LT(this=exp.paren(possible)",
            "exp.LT(this=exp.paren(sure)",
        ),
    ),
    *_faults(
        "connectives",
        "engine/compiler/connectives.py",
        ("if is and", "exp.or_(exp.not_(parts[0]), parts[1])", "exp.and_(parts[0], parts[1])"),
        ("what is adverse is not turned round", "turned = {0} if", "turned = set() if"),
    ),
    *_faults(
        "connectives",
        "engine/duckdb.py",
        ("whoever has nothing is UNKNOWN", "WHEN 0 THEN {otherwise}", "WHEN 0 THEN NULL"),
        ("UNKNOWN is FALSE", "WHEN 2 THEN FALSE", "WHEN 2 THEN FALSE WHEN 3 THEN FALSE"),
    ),
)


def main() -> int:
    """Try the faults, write the report, and say how many survived."""
    asked = _arguments()
    named = (*COMPILER, *INTERPRETER, *SHARED, *SCREENING, *DATES)
    drawn = sample(asked.sample, asked.seed)
    outcomes = try_all([*named, *drawn], asked.workers)
    drawn_from = len(list(systematic()))
    by_hand, by_rule = outcomes[: len(named)], outcomes[len(named) :]
    REPORT.write_text(report(by_hand, by_rule, drawn_from, asked.seed), encoding="utf-8")
    caught = sum(outcome.caught for outcome in outcomes)
    sys.stdout.write(f"{caught} of {len(outcomes)} caught; see {REPORT}\n")
    return 0 if all(o.caught or o.fault.equivalent for o in by_hand) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--workers", type=int, default=1, help="how many faults to try at once")
    parser.add_argument("--sample", type=int, default=SAMPLED, help="faults made by rule to try")
    parser.add_argument("--seed", type=int, default=SEED, help="which of them are drawn")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
