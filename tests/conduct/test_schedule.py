"""When what is due: tables of participants, days and where a visit or a dose stands on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import pytest

from trialrun.conduct.plans import DoseRecorded, Participation, PlannedVisit, Status, VisitMade
from trialrun.conduct.schedule import calendar, schedule
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.protocol.design import (
    Anchor,
    Arm,
    Counting,
    Design,
    Regimen,
    Visit,
)
from trialrun.protocol.file import read_protocol
from trialrun.records.schema import Route

SHIPPED = read_protocol("ld-il2-immune-als").design
DAY_0 = date(2022, 1, 15)
BEGUN = Participation("01", "IL-2", DAY_0, DAY_0, visits=(VisitMade("V0", date(2022, 1, 10)),))


def on_day(day: int) -> date:
    return DAY_0 + timedelta(day)


def made(*visits: tuple[str, int]) -> Participation:
    return replace(BEGUN, visits=tuple(VisitMade(name, on_day(day)) for name, day in visits))


def visit_of(design: Design, participation: Participation, name: str, on: date) -> PlannedVisit:
    (found,) = [p for p in schedule(design, participation, on).visits if p.visit.id == name]
    return found


# --- the real schedule: PMC10203426, table 2; weeks after 2022-01-15 counted on a calendar --------

REAL = """
V0  2022-01-15 2022-01-08 2022-01-15
V1  2022-01-15 2022-01-15 2022-01-15
V2  2022-02-12 2022-02-09 2022-02-15
V3  2022-03-12 2022-03-09 2022-03-15
V4  2022-04-09 2022-04-02 2022-04-16
V5  2022-05-07 2022-05-04 2022-05-10
V6  2022-06-04 2022-06-01 2022-06-07
V7  2022-07-02 2022-06-25 2022-07-09
V8  2022-07-30 2022-07-27 2022-08-02
V9  2022-08-27 2022-08-24 2022-08-30
V10 2022-09-24 2022-09-17 2022-10-01
V11 2022-10-22 2022-10-19 2022-10-25
V12 2022-11-19 2022-11-16 2022-11-22
V13 2022-12-17 2022-12-10 2022-12-24
"""


def test_the_days_and_windows_of_the_real_schedule() -> None:
    plans = schedule(SHIPPED, BEGUN, DAY_0).visits
    assert [f"{p.visit.id:3} {p.day} {p.first} {p.last}" for p in plans] == (
        REAL.strip().split("\n")
    )


@pytest.mark.parametrize(
    ("enrolled", "week_4"),
    [
        (date(2023, 1, 31), date(2023, 2, 28)),
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2023, 2, 1), date(2023, 3, 1)),
        (date(2023, 12, 31), date(2024, 1, 28)),
    ],
)
def test_days_are_counted_across_the_ends_of_months(enrolled: date, week_4: date) -> None:
    participation = Participation("01", "IL-2", enrolled)
    assert visit_of(SHIPPED, participation, "V2", enrolled).day == week_4


# what was done (day of V2; of V3) | on day | where V2 (day 28, from 25 to 31) stands
STANDS = [
    (None, None, 17, Status.NOT_YET_DUE),
    (None, None, 18, Status.DUE_SOON),
    (None, None, 24, Status.DUE_SOON),
    (None, None, 25, Status.DUE),
    (None, None, 31, Status.DUE),
    (None, None, 32, Status.OVERDUE),
    (None, None, 52, Status.OVERDUE),
    (None, None, 53, Status.MISSED),
    (None, 50, 50, Status.MISSED),
    (24, None, 40, Status.DONE_OUT_OF_WINDOW),
    (25, None, 40, Status.DONE_IN_WINDOW),
    (31, None, 31, Status.DONE_IN_WINDOW),
    (32, None, 40, Status.DONE_OUT_OF_WINDOW),
    (55, 56, 60, Status.DONE_OUT_OF_WINDOW),
    (31, None, 30, Status.DUE),
]


@pytest.mark.parametrize(("week_4", "week_8", "on", "status"), STANDS)
def test_where_a_visit_stands(
    week_4: int | None, week_8: int | None, on: int, status: Status
) -> None:
    days = (("V1", 0), ("V2", week_4), ("V3", week_8))
    participation = made(*((name, day) for name, day in days if day is not None))
    plan = visit_of(SHIPPED, participation, "V2", on_day(on))
    assert plan.status is status
    assert (plan.done_on is not None) == status.startswith("done")


# withdrawn from doses, from visits on day; ended on day | as of day 40: dose 7 of course 1 (day
# 12), 1 of course 2 (day 28), 2 (day 30); visit V2 (to day 31), V3 (day 49 to 63); ET
WITHDRAWN = [
    (None, None, None, "missed", "missed", "missed", "overdue", "not yet due", None),
    (28, None, None, "missed", "no longer due", "no longer due", "overdue", "not yet due", None),
    (29, 29, None, "missed", "missed", "no longer due", "no longer due", "no longer due", None),
    (29, 29, 35, "missed", "missed", "no longer due", "no longer due", "no longer due", None),
    (31, 31, 31, "missed", "missed", "missed", "no longer due", "no longer due", None),
    (28, None, 32, "missed", "no longer due", "no longer due", "missed", "no longer due", "due"),
    (41, 41, None, "missed", "missed", "missed", "overdue", "not yet due", None),
    (35, 35, 32, "missed", "missed", "missed", "missed", "no longer due", None),
]


@pytest.mark.parametrize(("no_doses", "no_visits", "ended", *"abcdef"), WITHDRAWN)
def test_a_withdrawal_ends_what_its_scope_says(
    no_doses: int | None,
    no_visits: int | None,
    ended: int | None,
    a: str,
    b: str,
    c: str,
    d: str,
    e: str,
    f: str | None,
) -> None:
    known = replace(
        made(("V1", 0)),
        no_doses_from=None if no_doses is None else on_day(no_doses),
        no_visits_from=None if no_visits is None else on_day(no_visits),
        ended_on=None if ended is None else on_day(ended),
        ended_why=None if ended is None else EndOfParticipation.PARTICIPANT,
    )
    plan = schedule(SHIPPED, known, on_day(40))
    doses = {(dose.course, dose.number): dose.status for dose in plan.doses}
    visits = {visit.visit.id: visit.status for visit in plan.visits}
    assert (doses[1, 7], doses[2, 1], doses[2, 2]) == (a, b, c)
    assert (visits["V2"], visits["V3"], visits.get("ET")) == (d, e, f)


def test_a_person_may_declare_a_visit_missed() -> None:
    participation = replace(made(("V1", 0)), missed_visits=frozenset({"V2"}))
    assert visit_of(SHIPPED, participation, "V2", on_day(32)).status is Status.MISSED


def test_of_a_visit_that_was_made_twice_the_first_counts() -> None:
    plan = visit_of(SHIPPED, made(("V2", 31), ("V2", 27)), "V2", on_day(40))
    assert plan.done_on == on_day(27)


LEFT, DIED = EndOfParticipation.PARTICIPANT, EndOfParticipation.DEATH
COMPLETED = EndOfParticipation.COMPLETED
# ended on day, why | visit | where it stands on day 360
ENDS = [
    (31, LEFT, "V2", Status.NO_LONGER_DUE),
    (32, LEFT, "V2", Status.MISSED),
    (24, LEFT, "V2", Status.NO_LONGER_DUE),
    (100, LEFT, "V13", Status.NO_LONGER_DUE),
    (336, COMPLETED, "V13", Status.MISSED),
    (329, COMPLETED, "V13", Status.MISSED),
    (328, COMPLETED, "V13", Status.NO_LONGER_DUE),
    (337, DIED, "V13", Status.NO_LONGER_DUE),
]


@pytest.mark.parametrize(("ended", "why", "name", "status"), ENDS)
def test_where_a_visit_stands_after_the_end(
    ended: int, why: EndOfParticipation, name: str, status: Status
) -> None:
    participation = replace(made(("V1", 0)), ended_on=on_day(ended), ended_why=why)
    assert visit_of(SHIPPED, participation, name, on_day(360)).status is status


# ended on day 100, why | ET made on day | declared missed | on day | where ET (to day 114) stands
EARLY = [
    (LEFT, None, False, 99, None),
    (LEFT, None, False, 100, Status.DUE),
    (LEFT, None, False, 114, Status.DUE),
    (LEFT, None, False, 115, Status.OVERDUE),
    (LEFT, None, True, 115, Status.MISSED),
    (LEFT, 114, False, 120, Status.DONE_IN_WINDOW),
    (LEFT, 115, False, 120, Status.DONE_OUT_OF_WINDOW),
    (LEFT, 99, False, 120, Status.DONE_OUT_OF_WINDOW),
    (DIED, None, False, 101, None),
    (COMPLETED, None, False, 101, None),
    (DIED, 100, False, 101, Status.DONE_IN_WINDOW),
]


@pytest.mark.parametrize(("why", "made_on", "declared", "on", "status"), EARLY)
def test_early_termination(
    why: EndOfParticipation,
    made_on: int | None,
    declared: bool,
    on: int,
    status: Status | None,
) -> None:
    participation = replace(
        made(("V1", 0), *((("ET", made_on),) if made_on is not None else ())),
        missed_visits=frozenset({"ET"} if declared else ()),
        ended_on=on_day(100),
        ended_why=why,
    )
    found = [p for p in schedule(SHIPPED, participation, on_day(on)).visits if p.visit.id == "ET"]
    assert [p.status for p in found] == ([] if status is None else [status])


def test_unscheduled_visits_stand_apart() -> None:
    participation = made(("V1", 0), ("UV", 9), ("UV", 40))
    seen = schedule(SHIPPED, participation, on_day(30))
    assert seen.unscheduled == (VisitMade("UV", on_day(9)),)
    assert "UV" not in {plan.visit.id for plan in seen.visits}


# --- anchors ----------------------------------------------------------------------------------

CHAIN = Design(
    visits=(
        Visit("A", "A", 0, 0, 0),
        Visit("B", "B", 28, 3, 10, anchor=Anchor.PREVIOUS_VISIT),
        Visit("C", "C", 28, 1, 1, anchor=Anchor.PREVIOUS_VISIT),
    )
)
# days on which A and B were made | the days for which B and C are planned
CHAINED = [
    ((), (28, 56)),
    ((("A", 0),), (28, 56)),
    ((("A", 5),), (33, 61)),
    ((("A", 0), ("B", 38)), (28, 66)),
    ((("B", 20),), (28, 48)),
]


@pytest.mark.parametrize(("visits", "days"), CHAINED)
def test_a_visit_counted_from_the_one_before(
    visits: tuple[tuple[str, int], ...], days: tuple[int, int]
) -> None:
    """From the day on which it was made; while it is not, from the day for which it is planned."""
    plans = schedule(CHAIN, made(*visits), on_day(60)).visits
    assert [plan.day for plan in plans[1:]] == [on_day(day) for day in days]
    b, planned = plans[1], on_day(days[0])
    assert (b.first, b.last) == (planned - timedelta(3), planned + timedelta(10))


def with_doses(first_dose: Literal[0, 1], doses_from: Anchor, first_day: int = 0) -> Design:
    regimen = Regimen(
        "d", Decimal(1), "mg", Route.ORAL, every_days=2, injections=2, course_days=28, courses=2,
        first_day=first_day,
    )  # fmt: skip
    assert doses_from is not Anchor.PREVIOUS_VISIT
    return Design(
        arms=(Arm("IL-2", "A", "t", "d", regimen),),
        counting=Counting(first_dose, doses_from),
        visits=(
            Visit("F", "F", 28, 3, 3, anchor=Anchor.FIRST_DOSE),
            Visit("G", "G", 28, 3, 3),
            Visit("H", "H", 7, 1, 1, anchor=Anchor.PREVIOUS_VISIT),
        ),
    )


@pytest.mark.parametrize(
    ("first_dose", "given", "day"),
    [(0, 0, 28), (1, 0, 27), (0, 3, 31), (1, 3, 30)],
)
def test_whether_the_first_dose_is_day_0_or_day_1_moves_the_window(
    first_dose: Literal[0, 1], given: int, day: int
) -> None:
    participation = replace(BEGUN, first_dose_on=on_day(given), visits=())
    design = with_doses(first_dose, Anchor.FIRST_DOSE)
    plan = visit_of(design, participation, "F", on_day(5))
    assert (plan.day, plan.first) == (on_day(day), on_day(day - 3))
    assert visit_of(design, participation, "G", on_day(5)).day == on_day(28)


def test_what_waits_for_the_first_dose() -> None:
    participation = replace(BEGUN, first_dose_on=on_day(9), visits=())
    plan = visit_of(with_doses(0, Anchor.FIRST_DOSE), participation, "F", on_day(8))
    assert (plan.day, plan.first, plan.status) == (None, None, Status.WAITING)
    begun = visit_of(with_doses(0, Anchor.FIRST_DOSE), participation, "F", on_day(9))
    assert begun.day == on_day(37)
    ended = replace(participation, ended_on=on_day(8), ended_why=LEFT)
    plan = visit_of(with_doses(0, Anchor.FIRST_DOSE), ended, "F", on_day(8))
    assert plan.status is Status.NO_LONGER_DUE


# --- doses ------------------------------------------------------------------------------------


def test_the_42_doses() -> None:
    """7 every other day, 6 courses of 28 days: NCT04952155, detailed description."""
    doses = schedule(SHIPPED, BEGUN, DAY_0).doses
    assert [(d.course, d.number, d.day) for d in doses] == [
        (course + 1, number + 1, 28 * course + 2 * number)
        for course in range(6)
        for number in range(7)
    ]
    assert [d.on for d in doses] == [on_day(d.day) for d in doses]


# days count from | the first dose is day | planned on day | given on day | where the doses are
MOVED = [
    (Anchor.ENROLMENT, 0, 0, None, [0, 2, 28, 30], [0, 2, 28, 30]),
    (Anchor.ENROLMENT, 1, 0, 3, [0, 2, 28, 30], [1, 3, 29, 31]),
    (Anchor.FIRST_DOSE, 0, 0, 3, [3, 5, 31, 33], [0, 2, 28, 30]),
    (Anchor.FIRST_DOSE, 1, 1, None, [1, 3, 29, 31], [1, 3, 29, 31]),
    (Anchor.FIRST_DOSE, 0, 1, 4, [4, 6, 32, 34], [0, 2, 28, 30]),
]


@pytest.mark.parametrize(("doses_from", "first_dose", "planned", "given", "on", "days"), MOVED)
def test_doses_move_with_the_first_if_the_design_says_so(
    doses_from: Anchor,
    first_dose: Literal[0, 1],
    planned: int,
    given: int | None,
    on: list[int],
    days: list[int],
) -> None:
    first = None if given is None else on_day(given)
    participation = replace(BEGUN, first_dose_on=first)
    doses = schedule(with_doses(first_dose, doses_from, planned), participation, on_day(5)).doses
    assert [d.on for d in doses] == [on_day(day) for day in on]
    assert [d.day for d in doses] == days


# recorded (course, number, day, given) | on day | where doses 1 to 3 (days 0, 2, 4) stand
GIVEN, DUE, SOON = Status.DONE_IN_WINDOW, Status.DUE, Status.DUE_SOON
DOSES = [
    ((), 0, (DUE, SOON, SOON)),
    ((), 1, (Status.OVERDUE, SOON, SOON)),
    ((), 2, (Status.MISSED, DUE, SOON)),
    (((1, 1, 0, True),), 0, (GIVEN, SOON, SOON)),
    (((1, 1, 0, True), (1, 2, 3, True)), 3, (GIVEN, Status.DONE_OUT_OF_WINDOW, SOON)),
    (((1, 1, 0, True), (1, 2, 2, False)), 2, (GIVEN, Status.MISSED, SOON)),
    (((1, 3, 1, True),), 1, (Status.MISSED, SOON, Status.DONE_OUT_OF_WINDOW)),
    (((1, 1, 1, True),), 0, (DUE, SOON, SOON)),
]


@pytest.mark.parametrize(("recorded", "on", "stand"), DOSES)
def test_where_a_dose_stands(
    recorded: tuple[tuple[int, int, int, bool], ...], on: int, stand: tuple[Status, ...]
) -> None:
    doses = tuple(DoseRecorded(c, n, on_day(day), given) for c, n, day, given in recorded)
    found = schedule(SHIPPED, replace(BEGUN, doses=doses), on_day(on)).doses
    assert tuple(dose.status for dose in found[:3]) == stand


def test_no_dose_is_due_after_the_end() -> None:
    ended = replace(BEGUN, ended_on=on_day(2), ended_why=LEFT)
    doses = schedule(SHIPPED, ended, on_day(50)).doses
    assert [dose.status for dose in doses[:3]] == [
        Status.MISSED,
        Status.NO_LONGER_DUE,
        Status.NO_LONGER_DUE,
    ]


def test_a_protocol_that_was_not_checked_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="unchecked protocol"):
        schedule(replace(SHIPPED, counting=None), BEGUN, DAY_0)


# --- everybody --------------------------------------------------------------------------------


def entries(first: int, last: int, on: int, *everybody: Participation) -> list[str]:
    found = calendar(VISITS_ONLY, everybody, on_day(first), on_day(last), on_day(on))
    return [
        f"{e.participant} {e.what.visit.id} {(e.first - DAY_0).days} {(e.last - DAY_0).days} "
        f"{e.status}"
        for e in found
        if isinstance(e.what, PlannedVisit)
    ]


VISITS_ONLY = replace(SHIPPED, arms=())
LATE = replace(made(("V0", 0), ("V1", 0)), participant="02")
GOOD = replace(made(("V0", 0), ("V1", 0), ("V2", 28)), participant="01")
GONE = replace(LATE, participant="03", ended_on=on_day(10), ended_why=DIED)


@pytest.mark.parametrize(
    ("first", "last", "on", "expected"),
    [
        (25, 30, 26, ["01 V2 25 31 due", "02 V2 25 31 due"]),
        (32, 40, 32, ["02 V2 25 32 overdue"]),
        (33, 40, 32, []),
        (33, 40, 40, ["02 V2 25 40 overdue"]),
        (30, 31, 40, ["01 V2 25 31 done in its window", "02 V2 25 40 overdue"]),
        (50, 60, 46, ["01 V3 53 59 due soon", "02 V3 53 59 due soon"]),
    ],
)
def test_the_calendar(first: int, last: int, on: int, expected: list[str]) -> None:
    assert entries(first, last, on, GONE, LATE, GOOD) == expected


def test_doses_stand_in_the_calendar_in_order() -> None:
    found = calendar(SHIPPED, [BEGUN], on_day(26), on_day(30), on_day(26))
    names = [
        e.what.visit.id if isinstance(e.what, PlannedVisit) else (e.what.course, e.what.number)
        for e in found
    ]
    # The last dose of course 1 can be made up for until the first of course 2 is due.
    assert names == [(1, 7), (2, 1), (2, 2), "V2"]
