"""Laboratory results graded, shifted and summarised, by hand from the text of CTCAE v5.0."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import subject
from tests.evaluation.safety.made import il2_plan, made, people, result, row, shown

from trialrun.evaluation.figure_data import HysLaw, LaboratoryShift, Trajectories
from trialrun.evaluation.results import Row, Table, phrase
from trialrun.evaluation.safety.laboratory import laboratory
from trialrun.evaluation.safety.laboratory_changes import changes
from trialrun.evaluation.safety.laboratory_grades import Shift, grade_shifts, shift_of
from trialrun.evaluation.safety.laboratory_ranges import range_of
from trialrun.evaluation.safety.laboratory_results import course_of, value_sets_of
from trialrun.evaluation.safety.liver import liver_figure, liver_table, peaks_of
from trialrun.protocol.analysis import SafetyPlan
from trialrun.records.analysis_data import Observation
from trialrun.terminology.ctcae.results import Why
from trialrun.terminology.ctcae.rule_file import ctcae_terms
from trialrun.terminology.laboratory_codes import value_set_of

ALT = "Alanine aminotransferase increased"
ONLY = {
    name: SafetyPlan("safety", laboratory=(f"laboratory.{name}",))
    for name in ("alt", "haemoglobin", "platelets", "eosinophils")
}


def shift(observations: list[Observation], item: str, value_set: str, term: str) -> Shift:
    study = made(people(1), (), observations).study
    (who,) = study.data.subjects
    return shift_of(course_of(study, f"laboratory.{item}", who), value_set, term)


def alt(*values: tuple[int, float]) -> Shift:
    rows = [result("001", "alt", day, value) for day, value in values]
    return shift(rows, "alt", "alt", ALT)


def test_the_worst_later_grade_counts() -> None:
    """ALT with a normal baseline: >ULN is grade 1, >3.0 x ULN 2, >5.0 x ULN 3; ULN is 50."""
    found = alt((-7, 30), (14, 151), (28, 51), (56, 20))
    assert (found.baseline, found.worst) == (0, 2)
    assert alt((-7, 30), (14, 150)).worst == 1
    assert alt((-7, 30), (14, 50)).worst == 0


def test_an_abnormal_baseline_is_what_later_results_are_compared_with() -> None:
    """>=1.5 x baseline is grade 1, and >3.0 x baseline grade 2, if the baseline was abnormal."""
    assert alt((-7, 100), (14, 149)).worst == 0
    assert alt((-7, 100), (14, 150)).worst == 1
    assert alt((-7, 100), (14, 301)).worst == 2


def test_both_directions_of_haemoglobin() -> None:
    """Anemia: <LLN is 1, <100 g/L 2. Hemoglobin increased: above ULN by >0-2 g/dL 1, >2-4 2."""
    rows = [
        result("001", "haemoglobin", day, value) for day, value in ((0, 150), (9, 99), (20, 196))
    ]
    low = shift(rows, "haemoglobin", "hemoglobin", "Anemia")
    high = shift(rows, "haemoglobin", "hemoglobin", "Hemoglobin increased")
    assert (low.baseline, low.worst) == (0, 2)
    assert (high.baseline, high.worst) == (0, 2)
    (table,) = grade_shifts(made(people(1), (), rows, plan=ONLY["haemoglobin"]))
    assert sum(one.depth == 0 for one in table.rows) == 2


def test_the_baseline_is_the_last_one_up_to_the_first_dose() -> None:
    found = alt((-20, 300), (0, 30), (14, 151))
    assert (found.baseline, found.worst) == (0, 2)


def test_the_baseline_that_the_source_marks_counts() -> None:
    rows = [
        result("001", "alt", -20, 100, baseline=True),
        result("001", "alt", 0, 30),
        result("001", "alt", 14, 149),
    ]
    assert shift(rows, "alt", "alt", ALT).worst == 0


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"normal_high": None}, Why.LIMIT),
        ({"unit": "g/L"}, None),
        ({"value": None, "text": "<60"}, Why.IMPRECISE),
    ],
)
def test_what_the_number_leaves_open_is_not_gradable(
    known: dict[str, object], why: Why | None
) -> None:
    rows = [result("001", "alt", -7, 30), replace(result("001", "alt", 14, 60), **known)]  # type: ignore[arg-type]
    found = shift(rows, "alt", "alt", ALT)
    if why is None:
        # Multiples of the upper limit need no unit.
        assert found.worst == 1
    else:
        assert found.worst == "not_gradable"
        assert why in found.reasons


def test_a_unit_that_cannot_be_compared_is_not_gradable() -> None:
    rows = [result("001", "platelets", day, 30, unit="g") for day in (-7, 14)]
    found = shift(rows, "platelets", "platelets", "Platelet count decreased")
    assert (found.baseline, found.worst) == ("not_gradable", "not_gradable")
    assert found.reasons[0] is Why.UNIT


def test_a_missing_baseline_that_is_needed() -> None:
    """Eosinophilia is >ULN and >baseline: within the limits none is needed."""
    above = [result("001", "eosinophils", 14, 0.8)]
    found = shift(above, "eosinophils", "eosinophils", "Eosinophilia")
    assert (found.baseline, found.worst) == ("no_result", "not_gradable")
    within = [result("001", "eosinophils", 14, 0.5)]
    assert shift(within, "eosinophils", "eosinophils", "Eosinophilia").worst == 0


def test_one_open_result_leaves_the_worst_open_only_if_it_may_be_worse() -> None:
    """Bounds "<160" may be grade 2 (>150); grade 3 (>250) known already is worse."""
    bounded = result("001", "alt", 20, None, text="<160")
    rows = [result("001", "alt", -7, 30), bounded, result("001", "alt", 14, 60)]
    assert shift(rows, "alt", "alt", ALT).worst == "not_gradable"
    rows.append(result("001", "alt", 28, 251))
    assert shift(rows, "alt", "alt", ALT).worst == 3


def test_a_grade_that_a_person_gave_stands() -> None:
    rows = [result("001", "alt", -7, 30), result("001", "alt", 14, 60, grades={ALT: 0})]
    assert shift(rows, "alt", "alt", ALT).worst == 0


def test_a_limit_that_a_float_misses_is_met() -> None:
    """5.3999999999999995 is 5.4 as SAS stores it: a result of 5.4 is not above it."""
    rows = [
        result("001", "alt", day, 5.4, normal_low=1.0, normal_high=5.3999999999999995)
        for day in (-7, 14)
    ]
    assert shift(rows, "alt", "alt", ALT).worst == 0


def cells(table: Table, start: object) -> dict[object, object]:
    found = row(table, start)
    return {
        head: cell.value
        for head, cell in zip(table.columns, found.cells, strict=True)
        if cell.value
    }


def test_everybody_has_one_place_in_the_table() -> None:
    observations = [
        *(result("001", "alt", day, value) for day, value in ((-7, 30), (14, 151))),
        *(result("002", "alt", day, value) for day, value in ((-7, 30), (14, 40))),
        result("003", "alt", -7, 30),
        result("004", "alt", 14, 70),
    ]
    (table,) = grade_shifts(made(people(5), (), observations, plan=ONLY["alt"]))
    grade_0, none = phrase("grade_n", n="0"), phrase("no_result")
    assert cells(table, grade_0) == {grade_0: 1, phrase("grade_n", n="2"): 1, none: 1}
    assert cells(table, none) == {phrase("not_gradable"): 1, none: 1}
    assert row(table, grade_0).cells[2].rows == ("alt/001--7", "alt/001-14")
    because = phrase("not_gradable_because", reason=phrase("why_baseline"), n="1")
    assert because in table.notes


def test_results_that_nobody_can_read_are_counted() -> None:
    observations = [
        result("001", "alt", -7, 30),
        result("001", "alt", 14, None, text="haemolysed"),
        replace(result("001", "alt", 20, 70), day=None),
        result("001", "alt", 21, 70, imputed="LOCF"),
        result("001", "alt", 28, None),
    ]
    safety = made(people(1), (), observations, plan=ONLY["alt"])
    (who,) = safety.subjects
    course = course_of(safety.study, "laboratory.alt", who)
    assert (course.later, course.unread) == ((), 3)
    notes = changes(safety).notes
    assert any(note.key == "results_unused" for note in notes)  # type: ignore[union-attr]


def one(value: float | None, low: float | None, high: float | None, text: str = "") -> str:
    study = made(
        people(1),
        (),
        [result("001", "alt", 14, value, text=text, normal_low=low, normal_high=high)],
    ).study
    (who,) = study.data.subjects
    return range_of(course_of(study, "laboratory.alt", who).later)


def test_the_range_of_normal_belongs_to_normal() -> None:
    assert [one(value, 9, 50) for value in (8.9, 9, 50, 50.1)] == [
        "range_low",
        "range_normal",
        "range_normal",
        "range_high",
    ]


def test_without_a_limit_the_range_is_not_known() -> None:
    assert one(30, None, 50) == "range_unknown"
    assert one(60, None, 50) == "range_high"
    assert one(None, 9, 50, "<60") == "range_unknown"
    assert range_of(()) == "no_result"


def test_changes_by_visit() -> None:
    """Changes of 6 and 10: mean 8, standard deviation 2.83; 0.6 mmol/L of another kind is left."""
    observations = [
        *(
            result("001", "alt", day, v, visit=at)
            for day, v, at in ((-7, 30, "V0"), (84, 36, "V4"))
        ),
        *(
            result("002", "alt", day, v, visit=at)
            for day, v, at in ((-7, 20, "V0"), (84, 30, "V4"))
        ),
        result("003", "alt", -7, 25, visit="V0"),
        result("003", "alt", 84, 0.6, visit="V4", unit="mmol/L"),
    ]
    safety = made(people(3), (), observations, plan=ONLY["alt"])
    table = changes(safety)
    baseline, change = (found.cells[0] for found in table.rows[1:])
    assert baseline.shown == phrase("n_mean", n="3", mean="25.0 (5.00)")
    assert change.shown == phrase("n_mean", n="2", mean="8.0 (2.83)")
    assert change.value == 8
    assert table.notes[1].gaps[1:] == (("unread", "0"), ("unused", "1"))  # type: ignore[union-attr]


def test_units_of_one_kind_are_converted() -> None:
    observations = [
        result("001", "haemoglobin", -7, 150),
        result("001", "haemoglobin", 14, 160),
        result("001", "haemoglobin", 84, 14.5, unit="g/dL", visit="V4"),
    ]
    table = changes(made(people(1), (), observations, plan=ONLY["haemoglobin"]))
    assert table.rows[-1].cells[0].value == pytest.approx(-5)


def liver(*peaks: tuple[float, float, float | None]) -> list[Observation]:
    """ALT, bilirubin and ALP of subjects 001, 002, ... on day 14, in multiples of the limit."""
    rows = []
    for n, (at, bilirubin, alp) in enumerate(peaks, 1):
        number = f"{n:03}"
        rows += [
            result(number, "alt", 14, 50 * at),
            result(number, "ast", 14, 20),
            result(number, "bilirubin", 20, 20 * bilirubin),
        ]
        if alp is not None:
            rows.append(result(number, "alp", 14, 120 * alp))
    return rows


def test_candidates_of_hys_law() -> None:
    """FDA 2009: ALT or AST of 3 times or more, bilirubin above 2 times."""
    plan = il2_plan()
    assert plan.liver is not None
    rows = liver((3, 2.1, 1), (3, 2, 1), (2.9, 5, 1), (8, 3, None))
    safety = made(people(5), (), rows)
    table = liver_table(safety, plan.liver)
    assert [found.label for found in table.rows] == ["001", "004"]
    assert table.rows[0].cells[1].shown == phrase("peak_on_day", times="3.00", day="14")
    assert shown(table.rows[1])[-1] == phrase("not_known")
    assert phrase("hys_law_n", n="2", of="4") in table.notes
    assert phrase("hys_law_untold", n="1") in table.notes
    (figure,) = liver_figure(safety, plan.liver)
    assert isinstance(figure, HysLaw)
    assert (figure.points[0].aminotransferase, figure.points[0].bilirubin) == (3, 2.1)
    assert [point.subject for point in figure.points if point.is_candidate] == ["001", "004"]
    assert len(figure.points) == 4


@pytest.mark.parametrize(
    ("limits", "judged"),
    [({"ast": None}, None), ({"ast": None, "bilirubin": 1.0}, False), ({"alt": 4.0}, True)],
)
def test_a_missing_limit_leaves_open_only_what_depends_on_it(
    limits: dict[str, float | None], judged: bool | None
) -> None:
    """ALT 1 and AST 1 times normal, bilirubin 3 times, unless said; None: no limit of normal."""
    times = {"alt": 1.0, "ast": 1.0, "bilirubin": 3.0} | limits
    rows = [
        result("001", item, 14, (factor or 1) * 10, normal_high=None if factor is None else 10)
        for item, factor in times.items()
    ]
    plan = il2_plan()
    assert plan.liver is not None
    (peaks,) = peaks_of(made(people(1), (), rows), plan.liver)
    assert peaks.is_candidate is judged


def test_the_figures() -> None:
    rows = [
        *(
            result("001", "platelets", day, value)
            for day, value in ((-7, 200), (14, 90), (28, 300))
        ),
        *(result("001", "alt", day, value) for day, value in ((-7, 25), (14, 100))),
        result("002", "alt", -7, 25),
    ]
    section = laboratory(made(people(2), (), rows))
    (course,) = (one for one in section.figures if isinstance(one, Trajectories))
    assert [value for _, value in course.paths[0].points] == [200, 90, 300]
    (shifts,) = (one for one in section.figures if isinstance(one, LaboratoryShift))
    found = [[(p.subject, p.baseline, p.worst) for p in points] for _, points in shifts.panels]
    # Platelets get worse downwards only; both in multiples of the upper limit (350 and 50).
    assert found == [[("001", 200 / 350, 90 / 350)], [("001", 0.5, 2)]]


def test_no_laboratory_is_said() -> None:
    assert laboratory(made(people(2))).said == (phrase("no_laboratory_results"),)
    nothing = laboratory(made(people(2), plan=SafetyPlan("safety")))
    assert (nothing.said, nothing.tables) == ((phrase("no_laboratory_planned"),), ())


def test_every_code_leads_to_a_value_set_that_ctcae_grades() -> None:
    graded = {name for term in ctcae_terms() for name in (*term.reads, *term.uncorrected)}
    codes = ("ALT", "ADLBC.BILI", "hgb", "CA", "EOS", "PLAT", "WBC", "SODIUM", "K", "CREAT", "CK")
    assert all(value_set_of(code) in graded for code in codes)
    assert value_set_of("PH") is None
    assert value_set_of("laboratory.unheard") is None


def test_a_parameter_without_a_term_is_said() -> None:
    plan = SafetyPlan("safety", laboratory=("MCV", "ALT"))
    rows = [replace(result("001", "alt", 14, 30), parameter="MCV")]
    safety = made([subject("001")], (), rows, plan=plan)
    assert value_sets_of(safety.study, "MCV") == ()
    (table,) = grade_shifts(safety)
    assert phrase("no_term", what="MCV") in table.notes


def test_an_arm_of_nobody_has_headings_only() -> None:
    (table,) = grade_shifts(made([], plan=ONLY["alt"]))
    assert all(isinstance(found, Row) and found.depth == 0 for found in table.rows)


def test_three_times_a_limit_with_decimals_is_three_times() -> None:
    """As floats 99.9 / 33.3 is 3.0000000000000004 and 0.3 / 0.1 is 2.9999999999999996."""
    study = made(
        people(1),
        (),
        [
            result("001", "alt", 14, 99.9, normal_high=33.3),
            result("001", "alt", 20, 0.3, normal_high=0.1),
        ],
    ).study
    (who,) = study.data.subjects
    later = course_of(study, "laboratory.alt", who).later
    assert [found.times_normal for found in later] == [3, 3]


def test_a_result_on_the_day_of_the_first_dose_is_not_later() -> None:
    rows = [
        result("001", "alt", -7, 30, baseline=True),
        result("001", "alt", 0, 400),
        result("001", "alt", 14, 40),
    ]
    assert shift(rows, "alt", "alt", ALT).worst == 0


def test_of_two_results_at_a_visit_the_nearer_one_counts() -> None:
    """V4 is planned on day 84."""
    rows = [
        result("001", "alt", -7, 30, visit="V0"),
        result("001", "alt", 80, 50, visit="V4"),
        result("001", "alt", 85, 33, visit="V4"),
    ]
    table = changes(made(people(1), (), rows, plan=ONLY["alt"]))
    assert table.rows[-1].cells[0].value == 3


def test_what_is_a_finding_in_both_directions_is_worst_farthest_from_the_baseline() -> None:
    rows = [result("001", "haemoglobin", day, v) for day, v in ((0, 150), (9, 100), (20, 180))]
    section = laboratory(made(people(1), (), rows, plan=ONLY["haemoglobin"]))
    (shifts,) = (one for one in section.figures if isinstance(one, LaboratoryShift))
    ((_, (point,)),) = shifts.panels
    assert point.worst == 100 / 175
