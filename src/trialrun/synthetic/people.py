"""Who the patients are: sex, age, name, and how their birthday is written.

The age is drawn first and the birthday after it; how the birthday is written decides whether the
age is known. Nobody here ever lived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from trialrun.records.dates import EARLIEST, DateUnit, add
from trialrun.synthetic.codes import quoted
from trialrun.synthetic.diseases import Disease
from trialrun.synthetic.states import NO, UNKNOWN, YES, Fact

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_FEMALE = ("秀英", "桂兰", "丽", "敏", "静", "艳", "娟", "玉珍", "雪梅", "晓燕")
_MALE = ("建国", "伟", "强", "磊", "军", "勇", "志明", "国栋", "文华", "立新")

YOUNGEST, OLDEST, LAST_FERTILE = 18, 70, 49


@dataclass(frozen=True, slots=True)
class Person:
    """One patient as the generator knows them."""

    patient_id: str
    sex: str
    disease: Disease


@dataclass(frozen=True, slots=True)
class Birthday:
    """A birthday as it is written, and the ages that the writing leaves open on the index date."""

    text: str | None
    youngest: int
    oldest: int
    earliest: date
    because: str

    @property
    def is_age_known(self) -> bool:
        """Whether the writing leaves one age only."""
        return self.youngest == self.oldest

    def aged(self, low: int, high: int) -> Fact:
        """Return whether the patient is from `low` to `high` years old."""
        if low <= self.youngest and self.oldest <= high:
            return Fact(YES, self.because)
        if self.oldest < low or high < self.youngest:
            return Fact(NO, self.because)
        return Fact(UNKNOWN, self.because)


def draw_age(disease: Disease, draw: Random, *, adult: bool) -> int:
    """Draw an age by the disease; `adult` keeps it well within 18 to 70 years."""
    age = round(draw.gauss(disease.age, disease.age_spread))
    return min(68, max(20, age)) if adult else min(92, max(6, age))


def plain_birthday(age: int, on: date, draw: Random) -> Birthday:
    """Return a birthday known to the day, never within a week of the index date."""
    day = _turned(age, draw.randrange(7, 355), on)
    return Birthday(day.isoformat(), age, age, day, _band(age))


def _band(age: int) -> str:
    if age < YOUNGEST:
        return "younger than 18"
    return "older than 70" if age > OLDEST else "aged 18 to 70"


def _turned(age: int, days_ago: int, on: date) -> date:
    return add(on - timedelta(days=days_ago), -age, DateUnit.YEARS)


def _exact(age: int, days_ago: int, because: str) -> Callable[[int, date], Birthday]:
    """Turned (or, with negative days, not yet turned) `age` so many days ago."""

    def make(_: int, on: date) -> Birthday:
        day = _turned(age, days_ago, on)
        years = age if days_ago >= 0 else age - 1
        return Birthday(day.isoformat(), years, years, day, because)

    return make


def _straddling(age: int) -> Callable[[int, date], Birthday]:
    """Turns `age` some day of this month, or of this year where the month is over."""

    def make(_: int, on: date) -> Birthday:
        because = f"turns {age} in the month or year of the index date, the day is not known"
        year = on.year - age
        month = date(year, on.month, 1)
        for text, first, last in (
            (month.isoformat()[:7], month, add(month, 1, DateUnit.MONTHS) - timedelta(days=1)),
            (f"{year}", date(year, 1, 1), date(year, 12, 31)),
        ):
            if add(last, age, DateUnit.YEARS) > on:
                return Birthday(text, age - 1, age, first, because)
        return _missing(age, on)

    return make


def _year_only(age: int, on: date) -> Birthday:
    year = on.year - age
    last_of_year = (on + timedelta(days=1)).year != on.year
    youngest = age if last_of_year else age - 1
    return Birthday(f"{year}", youngest, age, date(year, 1, 1), "birth known to the year")


def _missing(_age: int, _on: date) -> Birthday:
    # Every age that a birthday from the first day of the calendar to its last can give.
    return Birthday(None, -9999, 9999, EARLIEST, "no birth date")


_ODD: tuple[tuple[int, Callable[[int, date], Birthday]], ...] = (
    (4, _exact(18, 0, "18th birthday on the index date")),
    (4, _exact(18, -1, "18th birthday one day after the index date")),
    (4, _exact(71, -1, "71st birthday one day after the index date")),
    (4, _exact(71, 0, "71st birthday on the index date")),
    (4, _exact(50, 0, "50th birthday on the index date")),
    (4, _exact(50, -1, "50th birthday one day after the index date")),
    (5, _straddling(18)),
    (5, _straddling(71)),
    (5, _straddling(50)),
    (10, _year_only),
    (6, _missing),
)
_ODD_WEIGHTS = [weight for weight, _ in _ODD]


def odd_birthday(age: int, on: date, draw: Random) -> Birthday:
    """Return a birthday on an edge, known in part, or not known."""
    make = draw.choices(_ODD, _ODD_WEIGHTS)[0][1]
    made = make(age, on)
    tomorrow = on + timedelta(days=1)
    # Who was born on 29 February has birthdays on the 28th, so that "tomorrow" would be today.
    if "one day after" in made.because and (tomorrow.month, tomorrow.day) == (2, 29):
        return plain_birthday(age, on, draw)
    return made


def draw_name(sex: str, draw: Random) -> str:
    """Draw a name as the FHIR element."""
    given = draw.choice(_FEMALE if sex == "female" else _MALE)
    family = draw.choice(_FAMILY)
    return (
        f'"name":[{{"use":"official","text":{quoted(family + given)},'
        f'"family":{quoted(family)},"given":[{quoted(given)}]}}]'
    )


def patient_line(
    person: Person, name: str, birthday: Birthday, deceased: str | None, *, says_sex: bool
) -> str:
    """Return the Patient resource; sex, birth and death only if the hospital wrote them."""
    parts = [f'"resourceType":"Patient","id":"{person.patient_id}","active":true', name]
    if says_sex:
        parts.append(f'"gender":"{person.sex}"')
    if birthday.text:
        parts.append(f'"birthDate":"{birthday.text}"')
    if deceased:
        parts.append(f'"deceasedDateTime":"{deceased}"')
    return f"{{{','.join(parts)}}}\n"
