"""The invented course of participants: what was put in comes out."""

from __future__ import annotations

from statistics import fmean

import pytest

from trialrun.synthetic.course import DAYS_PER_MONTH, Course, CourseModel, courses

DOSES = [course * 28 + day for course in range(6) for day in range(0, 14, 2)]
MODEL = CourseModel()


def some(number: int, model: CourseModel = MODEL, seed: int = 1) -> tuple[Course, ...]:
    return courses(participants=number, seed=seed, doses=DOSES, last_day=336, model=model)


def slopes(course: Course) -> tuple[float, float]:
    """The slopes between weeks 0, 24 and 48, in points a month, without noise."""
    weeks = [course.function(day) for day in (0, 168, 336)]
    months = 168 / DAYS_PER_MONTH
    return (weeks[1] - weeks[0]) / months, (weeks[2] - weeks[1]) / months


def test_the_same_seed_gives_the_same_courses_and_another_seed_others() -> None:
    assert some(5) == some(5)
    assert some(5) != some(5, seed=2)
    assert some(5)[:3] == some(3)


def test_the_slopes_that_were_put_in_come_out() -> None:
    found = [slopes(course) for course in some(4000)]
    assert fmean(a - b for a, b in found) == pytest.approx(MODEL.true_difference, abs=0.02)
    assert fmean(b for _, b in found) == pytest.approx(MODEL.slope_follow_up, abs=0.04)


@pytest.mark.parametrize(("count", "highest"), [(12, 4), (40, 4), (28, 2), (12, 5)])
def test_items_make_the_total_and_never_get_better_as_it_falls(count: int, highest: int) -> None:
    (course,) = some(1)
    before = (highest,) * count
    for total in range(count * highest, -1, -1):
        items = course.items(total, count, highest, "scale")
        assert sum(items) == total
        assert all(0 <= now <= then for now, then in zip(items, before, strict=True))
        before = items


def test_nothing_happens_after_the_last_day() -> None:
    for course in some(300):
        assert all(missed.day <= course.last_day for missed in course.missed)
        assert all(event.onset <= course.last_day for event in course.events)
        assert all(event.end is None or event.end <= course.last_day for event in course.events)
        assert (course.last_day == 336) == (course.why == "completed")


def test_usual_events_come_as_often_as_published() -> None:
    with_site = [
        any(event.term == "Injection site reaction" for event in course.events)
        for course in some(3000)
    ]
    assert fmean(with_site) == pytest.approx(9 / 29, abs=0.03)


def test_who_measures_twice_on_a_day_measures_the_same() -> None:
    (course,) = some(1)
    assert course.measured(84) == course.measured(84)
    assert course.value("wbc", 84, 6, 1) == course.value("wbc", 84, 6, 1)
