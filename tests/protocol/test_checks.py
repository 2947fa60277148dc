"""What a protocol says against itself, found without a patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from trialrun.errors import ProtocolError
from trialrun.protocol.checks import Finding, Severity, check, refuse_unsound
from trialrun.protocol.file import read_protocol

Write = Callable[..., Path]
ON = date(2022, 1, 15)


def found_in(path: Path) -> list[Finding]:
    return check(read_protocol(path), ON)


def one(category: str, logic: str, name: str = "X", stage: str = "record") -> str:
    return (
        f"- id: {name}\n  category: {category}\n  text: A sentence\n  stage: {stage}\n"
        f"  logic: >\n    {logic}\n"
    )


AGE = one("inclusion", "age from 18 to 70 years", "I1")


def test_a_sound_protocol(write: Write) -> None:
    assert found_in(write(AGE)) == []


ERRORS = [
    # --- names, units, types
    ("condition in [dementai]", "there is no value set [dementai]", "did you mean 'dementia'?"),
    ("latest [platelets] within 30 days < 2 mg/L", "", "10*9/L"),
    ("latest creatinine clearance within 90 days <= 30 kg", "", "mL/min"),
    ("prednisone-equivalent dose > 1 mg", "", "mg/kg/d"),
    ("condition in [dementia] from enrolment to end of follow-up", "no end of follow-up", ""),
    ("latest [nyha-class] >= 5", "5 lies outside what [nyha-class] can be", ""),
    # --- what can never hold, or always does
    (
        "latest [platelets] < 50 10*9/L and latest [platelets] > 80000 /mm3",
        "'latest [platelets] < 50 10*9/L and latest [platelets] > 80000 /mm3' can never hold",
        "",
    ),
    ("latest [platelets] >= 0 10*9/L", "always holds", ""),
    ("latest [alt] > 3 x ULN and latest [alt] <= 3 x ULN", "can never hold", ""),
    (
        "latest [hcg-urine] is positive and latest [hcg-urine] is negative",
        "can never hold",
        "",
    ),
    (
        "latest creatinine clearance < 30 mL/min and latest creatinine clearance > 60 mL/min",
        "can never hold",
        "",
    ),
    (
        "prednisone-equivalent dose > 1 mg/kg/d and prednisone-equivalent dose < 0.5 mg/kg/d",
        "can never hold",
        "",
    ),
    ("condition in [dementia] and not condition in [dementia]", "can never hold", ""),
    ("condition in [dementia] or not condition in [dementia]", "always holds", ""),
    ("sex is female and sex is male", "can never hold", ""),
    ("age at most 40 years and age at least 41 years", "can never hold", ""),
    ("if sex is male then sex is male", "always holds", ""),
    ("age at least 0 years", "always holds", ""),
    ("age at most 130 years", "always holds", ""),
    ("at least 2 of (sex is male, sex is female, age at least 131 years)", "131 is no age", ""),
    (
        "condition in [hiv] and (sex is male or sex is female)",
        "'sex is male or sex is female' always holds",
        "",
    ),
]


@pytest.mark.parametrize(("logic", "found", "remedy"), ERRORS)
def test_logic_that_makes_no_sense_is_refused(
    write: Write, logic: str, found: str, remedy: str
) -> None:
    errors = [f for f in found_in(write(AGE + one("exclusion", logic))) if f.criterion == "X"]
    assert [f.severity for f in errors] == [Severity.ERROR] * len(errors)
    assert any(found in f.found and remedy in f.remedy for f in errors), errors
    assert {f.where for f in errors} == {"small.yaml:31"}


def test_only_the_smallest_part_is_named(write: Write) -> None:
    logic = "sex is male and (latest [alt] > 9 U/L and latest [alt] < 8 U/L) and sex is male"
    assert [f.found for f in found_in(write(AGE + one("exclusion", logic)))] == [
        "'latest [alt] > 9 U/L and latest [alt] < 8 U/L' can never hold"
    ]


SENSIBLE = [
    "latest [platelets] < 50 10*9/L or latest [platelets] > 80000 /mm3",
    "latest [alt] within 30 days < 50 U/L and latest [alt] within 1 year > 80 U/L",
    "any [platelets] < 50 10*9/L and any [platelets] > 80 10*9/L",
    "latest [platelets] < 50 10*9/L and first [platelets] > 80 10*9/L",
    "latest [creatinine] > 2 mg/dL and latest [creatinine] < 200 umol/L",
    "condition in [dementia] active and condition in [hiv]",
    "at least 2 of (sex is male, condition in [hiv], condition in [dementia])",
    "if sex is female then latest [hcg-urine] within 7 days is negative",
]


@pytest.mark.parametrize("logic", SENSIBLE)
def test_sensible_logic_is_left_alone(write: Write, logic: str) -> None:
    assert found_in(write(AGE + one("exclusion", logic))) == []


def test_a_hint_is_checked_too(write: Write) -> None:
    criteria = AGE + one("inclusion", 'attested "so it is"', stage="visit")
    (found,) = found_in(write(criteria + "  hint: medication in [glucocorticiods]\n"))
    assert (found.found, found.remedy) == (
        "there is no value set [glucocorticiods]",
        "did you mean 'glucocorticoids'?",
    )


PAIRS = [
    (
        one("inclusion", "condition in [hiv]", "I2"),
        one("inclusion", "condition in [hiv]", "I3"),
        "says the same as I2",
    ),
    (
        one("inclusion", "condition in [hiv]", "I2"),
        one("exclusion", "condition in [hiv]", "E1"),
        "nobody can meet both this and I2",
    ),
    (
        one("inclusion", "latest [platelets] >= 100 10*9/L", "I2"),
        one("exclusion", "latest [platelets] > 90000 /mm3", "E1"),
        "nobody can meet both this and I2",
    ),
    (
        one("inclusion", "sex is female", "I2"),
        one("exclusion", "age from 10 to 80 years", "E1"),
        "nobody can meet both this and I1",
    ),
]


@pytest.mark.parametrize(("first", "second", "found"), PAIRS)
def test_criteria_that_contradict_or_repeat_each_other(
    write: Write, first: str, second: str, found: str
) -> None:
    assert any(found in f.found for f in found_in(write(AGE + first + second)))


def test_a_signed_consent_answers_one_attested_statement_of_an_inclusion(write: Write) -> None:
    good = one("inclusion", 'attested "has signed"', "I2", "visit") + "  consent: true\n"
    two = one("inclusion", 'attested "signs" or sex is male', "I3", "visit") + "  consent: true\n"
    other = one("exclusion", 'attested "has not signed"', "E1", "visit") + "  consent: true\n"
    found = found_in(write(AGE + good + two + other))
    assert [(f.criterion, f.found) for f in found] == [
        ("I3", "the signed consent cannot answer this criterion"),
        ("E1", "the signed consent cannot answer this criterion"),
    ]


def test_only_exclusions_are_watched(write: Write) -> None:
    inclusion = one("inclusion", "sex is female", "I2") + "  watch: true\n"
    obligation = one("inclusion", "no condition in [hiv]", "O1", stage="follow-up")
    obligation += "  obligation: true\n  watch: true\n"
    exclusion = one("exclusion", "condition in [hepatitis]", "E1") + "  watch: true\n"
    found = found_in(write(AGE + inclusion + obligation + exclusion))
    assert [(f.criterion, f.found) for f in found] == [
        ("I2", "an inclusion is not watched"),
        ("O1", "an obligation is not watched"),
    ]


def test_an_obligation_may_ask_for_what_was_no_reason_to_enrol(write: Write) -> None:
    obligation = one("inclusion", "no condition in [hiv]", "O1", stage="follow-up")
    criteria = AGE + one("inclusion", "condition in [hiv]", "I2") + obligation
    assert found_in(write(criteria + "  obligation: true\n")) == []


@pytest.mark.parametrize(
    ("criteria", "limits", "found"),
    [
        (
            AGE,
            "{minimum: 18, maximum: 75}",
            "ages 18 to 70 are let in, and 18 to 75 in the registry",
        ),
        (AGE, "{minimum: 18}", "ages 18 to 70 are let in, and from 18 in the registry"),
        (
            one("inclusion", "age at least 18 years", "I1")
            + one("exclusion", "age at least 65 years", "E1"),
            "{minimum: 18, maximum: 70}",
            "ages 18 to 64 are let in, and 18 to 70 in the registry",
        ),
        (
            one("inclusion", "age at least 18 years", "I1")
            + one("exclusion", "age at least 71 years", "E1"),
            "{minimum: 18, maximum: 70}",
            None,
        ),
    ],
)
def test_ages_are_those_of_the_registry(
    write: Write, criteria: str, limits: str, found: str | None
) -> None:
    expected = [] if found is None else [found]
    assert [f.found for f in found_in(write(criteria, ages=f"  ages: {limits}"))] == expected


@pytest.mark.parametrize(
    ("criteria", "is_refused"),
    [
        ("", True),
        (one("exclusion", "condition in [dementia]"), True),
        (one("inclusion", "no medication in [glucocorticoids] within 2 months"), True),
        (one("exclusion", "latest [platelets] < 80 10*9/L"), False),
        (one("inclusion", "condition in [hiv]"), False),
        (AGE, False),
    ],
)
def test_a_protocol_that_an_empty_record_would_satisfy(
    write: Write, criteria: str, is_refused: bool
) -> None:
    found = [f.found for f in found_in(write(criteria))]
    assert ("a patient with an empty record would be eligible" in found) is is_refused


STAGES = [
    ("inclusion", "follow-up", "condition in [hiv]", "", "asked of candidates", Severity.ERROR),
    ("inclusion", "record", 'attested "x"', "", "the logic asks a person", Severity.WARNING),
    (
        "inclusion",
        "visit",
        'attested "x"',
        "  obligation: true\n",
        "asked of participants",
        Severity.ERROR,
    ),
]


@pytest.mark.parametrize(("category", "stage", "logic", "more", "found", "severity"), STAGES)
def test_stages_that_do_not_fit(
    write: Write, category: str, stage: str, logic: str, more: str, found: str, severity: Severity
) -> None:
    (only,) = found_in(write(AGE + one(category, logic, stage=stage) + more))
    assert found in only.found
    assert only.severity is severity


@pytest.mark.parametrize(
    ("logic", "more"),
    [
        ('attested "x" within 200 years', ""),
        ("condition in [hiv]", "  confirm: true\n  confirmed_within: 200 years\n"),
    ],
)
def test_a_window_that_no_answer_reaches(write: Write, logic: str, more: str) -> None:
    (only,) = found_in(write(AGE + one("exclusion", logic, stage="visit") + more))
    assert (only.severity, only.found) == (Severity.WARNING, "no record reaches back 200 years")


def test_a_window_that_no_record_reaches(write: Write) -> None:
    (only,) = found_in(write(AGE + one("exclusion", "condition in [hiv] within 200 years")))
    assert (only.severity, only.found, only.remedy) == (
        Severity.WARNING,
        "no record reaches back 200 years",
        "write 'at any time'",
    )


VISIT = "visits: [{id: V1, title: First, day: 0, before: 0, after: 0}]"
DESIGNS = [
    (
        {"assessments": "  assessments: [{id: a, title: A, visits: [V9], basis: ours}]"},
        "no visit 'V9'",
    ),
    (
        {"endpoints": "  endpoints: [{id: e, type: safety, title: E, basis: ours, assessment: b}]"},
        "no assessment 'b'",
    ),
    (
        {"periods": "  periods: [{id: p, title: P, first_day: 9, last_day: 8}]"},
        "'p' ends before it starts",
    ),
    (
        {"visits": "  visits: [{id: V1, title: First, day: 0, before: -1, after: 0}]"},
        "the window of V1 has a negative length",
    ),
    (
        {"visits": f"  {VISIT.replace('day: 0', 'day: 9')}\n  end_of_follow_up_day: 8"},
        "V1 is on day 9, after the end of follow-up (day 8)",
    ),
]


@pytest.mark.parametrize(("changes", "found"), DESIGNS)
def test_designs_that_do_not_fit(write: Write, changes: dict[str, str], found: str) -> None:
    (only,) = found_in(write(AGE, **changes))
    assert found in only.found
    assert only.severity is Severity.ERROR


REGIMEN = (
    "{{drug: d, dose: 1, unit: mg, route: oral, every_days: 2, injections: {injections}, "
    "course_days: {course_days}, courses: 2}}"
)


COUNTING = "counting: {first_dose: 1, doses_from: first dose}"


@pytest.mark.parametrize(
    ("injections", "course_days", "end", "found"),
    [
        (7, 28, 40, []),
        (7, 12, 40, ["the courses of A overlap"]),
        (0, 28, 40, ["the regimen of A gives nothing"]),
        (7, 28, 39, ["A is given until day 40, after the end of follow-up (day 39)"]),
    ],
)
def test_regimens(
    write: Write, injections: int, course_days: int, end: int, found: list[str]
) -> None:
    regimen = REGIMEN.format(injections=injections, course_days=course_days)
    arms = (
        f"  arms: [{{id: A, title: A, type: t, description: d, regimen: {regimen}}}]\n"
        f"  {COUNTING}\n"
        f"  end_of_follow_up_day: {end}"
    )
    errors = [f.found for f in found_in(write(AGE, arms=arms)) if f.severity is Severity.ERROR]
    assert errors == found


DATES = (
    "  status: {status}\n  dates: {{start: {start}, completion: {end}, first_posted: 2021-07-07}}"
)
RECORDS = [
    ("Recruiting", "2021-08-01", "2022-01-14", "2022-01-14, has passed"),
    ("Recruiting", "2021-08-01", "2022-01-15", None),
    ("Completed", "2021-08-01", "2022-01-14", None),
    ("Completed", "2020-01-01", "2022-01-14", "started 18 months before it was registered"),
    ("Completed", "2022-02-01", "2022-01-14", "the trial ends before it starts"),
]


@pytest.mark.parametrize(("status", "start", "end", "found"), RECORDS)
def test_the_dates_of_the_record(
    write: Write, status: str, start: str, end: str, found: str | None
) -> None:
    path = write(AGE, status=DATES.format(status=status, start=start, end=end))
    said = [f.found for f in found_in(path)]
    assert len(said) == (found is not None)
    assert found is None or found in said[0]


@pytest.mark.parametrize(
    ("targets", "found"),
    [
        ("[{number: 13, source: the record}]", []),
        ("[{number: 0, source: the page}]", ["the target enrolment is 0, says the page"]),
        (
            "[{number: 13, source: the record}, {number: 10, source: the description}]",
            ["several target enrolments: 13 (the record), 10 (the description)"],
        ),
    ],
)
def test_target_enrolments(write: Write, targets: str, found: list[str]) -> None:
    path = write(AGE, phase=f"  phase: Phase 2\n  target_enrolment: {targets}")
    assert [f.found for f in found_in(path)] == found


def test_findings_come_in_the_order_of_the_file(write: Write) -> None:
    criteria = AGE + one("exclusion", "condition in [nothing]")
    path = write(criteria, ages="  ages: {minimum: 20, maximum: 70}")
    assert [f.where for f in found_in(path)] == ["small.yaml:25", "small.yaml:31"]


def test_an_unsound_protocol_is_refused_with_every_error(write: Write) -> None:
    criteria = AGE + one("exclusion", "condition in [a] or condition in [b]")
    with pytest.raises(ProtocolError) as caught:
        refuse_unsound(read_protocol(write(criteria)), ON)
    assert [str(p) for p in caught.value.problems] == [
        "small.yaml:31: X: there is no value set [a] (add its file to the protocol)",
        "small.yaml:31: X: there is no value set [b] (add its file to the protocol)",
    ]


# logic | what is said of it; "" where nothing is
CODES = [
    ("condition in [platelets]", "[platelets] holds only LOINC, in which no condition is coded"),
    ("any [dementia] is positive", ""),
    ("any [glucocorticoids] is positive", "in which no measurement is coded"),
    ("medication in [alt]", "in which no medication is coded"),
    ("change in [glucocorticoids] from first to latest < 0 mg", "no measurement is coded"),
    ("procedure in [organ-transplantation]", ""),
    ("finding in [nyha-class]", ""),
]


@pytest.mark.parametrize(("logic", "said"), CODES)
def test_a_value_set_of_codes_of_something_else(write: Write, logic: str, said: str) -> None:
    found = [f.found for f in found_in(write(AGE + one("exclusion", logic)))]
    assert [text for text in found if "is coded" in text] == [text for text in found if said]
    assert bool(found) == bool(said)
    assert all(said in text for text in found)


def test_assumptions_that_are_translated_in_part(write: Write) -> None:
    said = "  assumptions: [one, two]\n  assumptions_zh: [一]\n"
    (found,) = found_in(write(AGE + said))
    assert found.found == "2 assumptions, and 1 of them in Chinese"


COUGHS = one("exclusion", 'attested "has a cough"', "E1", "visit")
TRANSLATIONS = [
    (["has a cough"], []),
    (["has a caugh"], [("no criterion asks 'has a caugh'", "did you mean 'has a cough'?")]),
    (["has a cough"] * 2, [("'has a cough' is translated twice", "keep one")]),
]


@pytest.mark.parametrize(("written", "said"), TRANSLATIONS)
def test_only_what_is_asked_is_translated_and_once(
    write: Write, written: list[str], said: list[tuple[str, str]]
) -> None:
    path = write(AGE + COUGHS)
    lines = "".join(f"  - {{en: {statement}, zh: 咳嗽}}\n" for statement in written)
    text = path.read_text("utf-8")
    path.write_text(f"{text}statements:\n{lines}", "utf-8")
    found = [f for f in found_in(path) if "translated" in f.found or "asks" in f.found]
    assert [(f.found, f.remedy) for f in found] == said
    last = len(path.read_text("utf-8").splitlines())
    assert all(f.where == f"small.yaml:{last}" for f in found)
