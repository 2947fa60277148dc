"""Faults in the reference interpreter.

The tables of the manual are asked first; then the small world, where the compiler is the judge.
"""

from __future__ import annotations

from tests.engine.planting import Fault

SPEC = "tests/spec/test_spec.py"


def _interpreter(asks: str, file: str, *rows: tuple[str, str, str]) -> tuple[Fault, ...]:
    place = f"criteria/interpreter/{file}"
    return tuple(Fault(what, (SPEC, asks), place, before, after) for what, before, after in rows)


INTERPRETER: tuple[Fault, ...] = (
    *_interpreter(
        "Recorded",
        "silence.py",
        ("codes not understood prove absence", "if unread:", "if False:"),
        ("an open list proves absence", "if value_set.is_open:", "if False:"),
        (
            "absence needs no coverage",
            "if covering else Silence(Gap.NOT_COVERED)",
            "if True else Silence()",
        ),
        (
            "codes not understood must be in the window for sure",
            "membership(row, days) is not Truth.FALSE",
            "membership(row, days) is Truth.TRUE",
        ),
        (
            "what was absent takes a presumption away",
            "if not _was_absent(row)",
            "if True",
        ),
        (
            "days before birth need coverage",
            "days.last, patient.birth.lo)",
            "days.last, days.first)",
        ),
        (
            "the last possible birthday counts",
            "days.last, patient.birth.lo)",
            "days.last, patient.birth.hi)",
        ),
    ),
    *_interpreter(
        "Recorded",
        "records.py",
        (
            "an uncertain row is no row",
            ".truth is not Truth.FALSE\n    ]",
            ".truth is Truth.TRUE\n    ]",
        ),
        (
            "one possible record is enough",
            "if len(matches) >= leaf.count:",
            "if len(matches) > len(sure):",
        ),
        ("one more record is needed", "if len(sure) >= leaf.count:", "if len(sure) > leaf.count:"),
        (
            "not said is present",
            "_known(row.present, Gap.NOT_SAID)",
            "_known(row.present is not False, Gap.NOT_SAID)",
        ),
        (
            "an unknown route is no route",
            "None if row.route is None else row.route is leaf.route",
            "row.route is leaf.route",
        ),
        (
            "a dose that is not recorded fails",
            "Reading(Truth.UNKNOWN, Gap.DOSE_NOT_RECORDED)",
            "Reading(Truth.FALSE)",
        ),
        (
            "the largest reason is given",
            "gap = min(match.gap for",
            "gap = max(match.gap for",
        ),
        (
            "the first of the ends decides",
            "nth_last(leaf.count, leaving)",
            "nth_last(len(sure), leaving)",
        ),
    ),
    *_interpreter(
        "Recorded",
        "windows.py",
        (
            "an end on the first day is outside",
            "end.lo >= days.first:",
            "end.lo > days.first:",
        ),
        (
            "a start on the last day is outside",
            "row.start.hi <= days.last and",
            "row.start.hi < days.last and",
        ),
        (
            "what may be outside is outside",
            "row.start.lo > days.last or end.hi < days.first",
            "row.start.hi > days.last or end.lo < days.first",
        ),
        ("`active` is any time", "return Days(index, index)", "return Days(EARLIEST, index)"),
        (
            "a window begins a day late",
            "Days(add(index, -count, unit), index)",
            "Days(add(index, 1 - count, unit), index)",
        ),
        (
            "the end of a month is a day like others",
            "or not _ends_its_month(day)",
            "or True",
        ),
    ),
    *_interpreter(
        "Measured",
        "values.py",
        (
            "a unit that cannot be compared is passed over",
            "or Gap.UNIT_NOT_COMPARABLE\n",
            "or (Comparison(Comparator.GE, Fraction(0)),)\n",
        ),
        (
            "an implausible number counts",
            "if is_implausible(number, row.unit, value_set):\n        return Reading",
            "if False:\n        return Reading",
        ),
        (
            "no flag is normal",
            "None if row.abnormal is None else row.abnormal ==",
            "bool(row.abnormal) ==",
        ),
        (
            "no polarity is negative",
            "None if row.polarity is None else row.polarity ==",
            '(row.polarity or "negative") ==',
        ),
        ("`<5` may be 5", "and number.hi_open)):", "and False)):"),
        (
            "the limits of normal are swapped",
            "row.ref_hi if test.limit is Limit.UPPER else row.ref_lo",
            "row.ref_lo if test.limit is Limit.UPPER else row.ref_hi",
        ),
        ("`<=` is `<`", "return _at_most(number, limit)", "return _less(number, limit)"),
        (
            "a bound is its number",
            "if number.lo is None or not number.is_exact:",
            "if number.lo is None:",
        ),
    ),
    *_interpreter(
        "Measured",
        "measurements.py",
        (
            "a row without a value is a measurement",
            "if row.has_value and within is Truth.TRUE",
            "if within is Truth.TRUE",
        ),
        (
            "what may be in the window is for sure",
            "if maybe:\n        return Found(sure, maybe, Gap.DATE_IMPRECISE)",
            "if maybe:\n        return Found(maybe, (), None)",
        ),
        (
            "a later day in part is not the latest",
            "if row.start.hi >= day]",
            "if row.start.lo >= day]",
        ),
        ("the latest is the first", "leaves = max(row.start.lo", "leaves = min(row.start.lo"),
        (
            "ties are decided in favour of enrolment",
            "join = disjunction if adverse is Truth.TRUE else conjunction",
            "join = conjunction if adverse is Truth.TRUE else disjunction",
        ),
        (
            "`any` looks at what may be in the window, too",
            "for row in found.sure if readings",
            "for row in found.rows if readings",
        ),
        (
            "an UNKNOWN row is against `any`",
            "is not negate(decisive)]",
            "is decisive]",
        ),
        (
            "`each of` is `any of`",
            "len(parts) if leaf.spread is Spread.EACH else 1",
            "1 if leaf.spread is Spread.EACH else len(parts)",
        ),
        (
            "the lowest is the highest",
            "below is (selector is Selector.LOWEST)",
            "below is (selector is Selector.HIGHEST)",
        ),
        (
            "nothing measured is FALSE",
            "return LeafAnswer(Truth.UNKNOWN, ids(found.rows), found.gap)",
            "return LeafAnswer(Truth.FALSE, ids(found.rows))",
        ),
    ),
    *_interpreter(
        "Derived",
        "numbers.py",
        (
            "a gap among numbers is passed over",
            "    if gaps:\n",
            "    if gaps and not _numbers(others):\n",
        ),
        (
            "ties collapse to the side that favours enrolment",
            "Side.LEAST if small_passes is (adverse is Truth.TRUE) else Side.GREATEST",
            "Side.GREATEST if small_passes is (adverse is Truth.TRUE) else Side.LEAST",
        ),
        (
            "only the least of the possible numbers counts",
            "Bounds(min(found), max(found))",
            "Bounds(min(found), min(found))",
        ),
        ("what is zero is a number", "<= 0:", "< 0:"),
    ),
    *_interpreter(
        "Change",
        "change.py",
        ("percent of the number, not of its magnitude", "abs(before)", "before"),
        ("later less earlier, turned round", "else after - before", "else before - after"),
        (
            "both ends collapse to one side",
            "earlier.towards(side.opposite())",
            "earlier.towards(side)",
        ),
    ),
    *_interpreter(
        "Derived",
        "derived.py",
        (
            "a birth date in part is no obstacle",
            "if youngest != age_on(question.setting.index, patient.birth.lo):",
            "if False:",
        ),
        ("an unknown sex is male", "if patient.sex is None:", "if False:"),
        (
            "creatinine is looked at the wrong way round",
            '_CREATININE = Input("creatinine", "mg/dL", rising=False)',
            '_CREATININE = Input("creatinine", "mg/dL", rising=True)',
        ),
    ),
    *_interpreter(
        "PrednisoneEquivalent",
        "dose.py",
        (
            "inhaled medicines count",
            "(Route.TOPICAL, Route.INHALED)",
            "(Route.TOPICAL,)",
        ),
        (
            "an unknown dose is nothing",
            "return self.dose if isinstance(self.dose, Fraction) else None",
            "return self.dose if isinstance(self.dose, Fraction) else Fraction(0)",
        ),
        (
            "without coverage nothing else was taken",
            "unbounded=silence.gap is not None",
            "unbounded=False",
        ),
        ("the heaviest weight", "dose.hi / min(weights)", "dose.hi / max(weights)"),
        (
            "an unknown route counts for sure",
            "Truth.UNKNOWN if row.route is None else Truth.TRUE",
            "Truth.TRUE",
        ),
        ("only the first day is looked at", "if days.first < day <= days.last", "if False"),
        ("the first such dose to end is the last", "max(found,", "min(found,"),
        (
            "a dose that begins after the window is taken in it",
            "if course.row.start.hi <= days.last]",
            "]",
        ),
    ),
    *_interpreter(
        "DoseUnchanged",
        "unchanged.py",
        (
            "an unknown dose is no change",
            "return Truth.UNKNOWN\n    if one.dose_unit",
            "return Truth.TRUE\n    if one.dose_unit",
        ),
        ("the dose is no matter", "one.daily_dose == other.daily_dose)", "True)"),
        (
            "what may have been taken was not",
            "other.start.lo, end_of(other).hi",
            "other.start.hi, end_of(other).lo",
        ),
        (
            "silence is agreement",
            "if silence.gap is not None:",
            "if False:",
        ),
        ("a window that moves keeps its change", "if moves else None", "if False else None"),
    ),
    *_interpreter(
        "RecordedThroughout",
        "throughout.py",
        (
            "what may be there is there",
            "row.start.hi <= day <= end_of(row).lo",
            "row.start.lo <= day <= end_of(row).hi",
        ),
        ("the day after an end is not looked at", "        day + one\n", "        day\n"),
        (
            "the beginning of a coverage is not looked at",
            "coverage.since for coverage in",
            "days.first for coverage in",
        ),
        ("silence is absence", "if proof.gap is None:", "if True:"),
    ),
    *_interpreter(
        "AttestedThroughout",
        "throughout.py",
        (
            "not known is yes",
            "all(row.answer for row in speaking)",
            "all(row.answer is not False for row in speaking)",
        ),
        ("nobody need speak for the last days", "if closing and all", "if all"),
        (
            "a denial that may be in the window is",
            "r.answer is False and membership(r, days) is Truth.TRUE]",
            "r.answer is False]",
        ),
    ),
    *_interpreter(
        "Age",
        "person.py",
        (
            "a birth date in part is its first day",
            "age_on(day, birth.hi), age_on(day, birth.lo)",
            "age_on(day, birth.lo), age_on(day, birth.lo)",
        ),
        ("the birthday itself is too late", "<= day else years - 1", "< day else years - 1"),
        ("no sex is not the sex asked", "if question.patient.sex is None:", "if False:"),
    ),
    *_interpreter(
        "Attested",
        "person.py",
        ("what is said later counts", "if within is not Truth.FALSE]", "]"),
        (
            "answers do not grow old",
            "(row, membership(row, days))",
            "(row, Truth.TRUE if row.start.hi <= days.last else membership(row, days))",
        ),
        (
            "an answer too old was never given",
            "too_old = not possible and any(",
            "too_old = False and any(",
        ),
        (
            "an answer stands for ever",
            "until=last_index_holding(day, leaf.window, question.setting)",
            "until=None",
        ),
        (
            "contradictions are decided in favour of enrolment",
            "join = disjunction if question.adverse is Truth.TRUE else conjunction",
            "join = conjunction if question.adverse is Truth.TRUE else disjunction",
        ),
        (
            "nobody asked is no",
            "return LeafAnswer(Truth.UNKNOWN, ids(possible)",
            "return LeafAnswer(Truth.FALSE, ids(possible)",
        ),
    ),
    Fault(
        "a period without an end ended at once",
        ("tests/criteria/test_interpreter.py",),
        "criteria/interpreter/windows.py",
        "Span(row.start.lo, LATEST)",
        "row.start",
    ),
    Fault(
        "if is and",
        ("connectives",),
        "criteria/interpreter/__init__.py",
        "disjunction((negate(truths[0]), truths[1]))",
        "conjunction(truths)",
    ),
    *_interpreter(
        "connectives",
        "__init__.py",
        (
            "`not` leaves what is adverse",
            "return [(part, negate(adverse))]",
            "return [(part, adverse)]",
        ),
        (
            "the premise leaves what is adverse",
            "(premise, negate(adverse)),",
            "(premise, adverse),",
        ),
    ),
)
