"""Age and sex: read from the patient, never from records.

Refuses to guess an age from a birth date known in part: all its days must give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Age, SexIs
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.relation import AskedLeaf, Default, Relation, statement, table
from trialrun.engine.compiler.shared import Shared
from trialrun.records.dates import LATEST, DateUnit, add

_AGE = (
    ("leaf", "INTEGER"),
    ("low", "INTEGER"),
    ("high", "INTEGER"),
    ("youngest", "DATE"),
    ("oldest", "DATE"),
)
_SEX = (("leaf", "INTEGER"), ("sex", "VARCHAR"))
_UNKNOWN = {
    Age: Default(Truth.UNKNOWN, Gap.BIRTH_DATE_IMPRECISE),
    SexIs: Default(Truth.UNKNOWN, Gap.SEX_NOT_RECORDED),
}


def person(asked: Sequence[AskedLeaf[Age | SexIs]], shared: Shared) -> list[Relation]:
    """Return the relation of statements about age and sex."""
    ages = [(a.number, a.leaf) for a in asked if isinstance(a.leaf, Age)]
    sexes = [(a.number, a.leaf.sex) for a in asked if isinstance(a.leaf, SexIs)]
    index = shared.context.setting.index
    return [
        Relation(
            statement("person"),
            (
                table("age", _AGE, [(number, *_age(leaf, index)) for number, leaf in ages]),
                table("sex", _SEX, sexes),
            ),
            tuple((a.number, _UNKNOWN[type(a.leaf)]) for a in asked),
        )
    ]


def last_birth(index: date, years: int) -> date:
    """Return the last day of birth of whoever has completed these years on the index date."""
    day = add(index, -years, DateUnit.YEARS)
    # On 28 February those born on 29 February have their birthday too.
    following = day + timedelta(days=1) if day < LATEST else day
    return following if add(following, years, DateUnit.YEARS) <= index else day


def _age(leaf: Age, index: date) -> tuple[int | None, int | None, date, date | None]:
    youngest = LATEST if leaf.low is None else last_birth(index, leaf.low)
    oldest = None if leaf.high is None else last_birth(index, leaf.high + 1)
    return leaf.low, leaf.high, youngest, oldest
