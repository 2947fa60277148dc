"""Every mechanism that the tables name occurs among 2,000 patients, and every truth it can give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from trialrun.synthetic import (
    attestations,
    comorbidities,
    diagnoses,
    medicines,
    results,
    tests_in_words,
    vaccines,
)
from trialrun.synthetic.criteria import CRITERIA
from trialrun.synthetic.patients import make_patient
from trialrun.synthetic.states import NO, UNKNOWN, YES, Fact, Planned, all_of, one_of, opposite
from trialrun.synthetic.ways import Table, Way

ON = date(2022, 1, 15)

TABLES: dict[str, Table] = {
    "disease": diagnoses.DISEASE,
    "infection": comorbidities.INFECTION,
    "comorbidity": comorbidities.COMORBIDITY,
    "heart": comorbidities.HEART,
    "organ failure": comorbidities.FAILURE,
    "childbearing": comorbidities.CHILDBEARING,
    "glucocorticoids": medicines.GLUCOCORTICOIDS,
    "immunoglobulin": medicines.IMMUNOGLOBULIN,
    "vaccination": vaccines.VACCINATION,
    "weight": results.WEIGHT,
    "kidney": results.KIDNEY,
    "indicators": tests_in_words.INDICATORS,
    "hCG": tests_in_words.HCG,
    "allergy": attestations.ALLERGY,
    "study": attestations.STUDY,
    **results.COUNTS,
    **results.LIVER,
    **attestations.QUESTIONS,
    **attestations.CONFIRMATIONS,
}
# An open list never makes I3 false; every other answer can occur.
IMPOSSIBLE = {("I3", "false")}
ANSWERS = [
    (criterion, word)
    for criterion in CRITERIA
    for word in ("true", "false", "unknown")
    if (criterion, word) not in IMPOSSIBLE
]


@dataclass(frozen=True)
class Drawn:
    """What every table drew for 2,000 patients, and which answers came of it."""

    ways: Counter[str]
    answers: Counter[tuple[str, str]]
    verdicts: Counter[str]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    found = Drawn(Counter(), Counter(), Counter())
    patch = pytest.MonkeyPatch()
    plain = Table.draw
    names = {id(table): name for name, table in TABLES.items()}

    def counting(self: Table, *arguments: Any) -> Way:
        way = plain(self, *arguments)
        found.ways[f"{names[id(self)]}: {way.because}"] += 1
        return way

    patch.setattr(Table, "draw", counting)
    for number in range(1, 2001):
        facts = make_patient(number, 2, ON).facts
        found.answers.update((criterion, fact.planned.word) for criterion, fact in facts.items())
        found.verdicts[verdict(facts)] += 1
    patch.undo()
    return found


def verdict(facts: dict[str, Fact]) -> str:
    """Say what a screening would say, by the planned facts and confirmations."""
    refusing = {c: YES if c[0] == "E" and not c.endswith("confirmed") else NO for c in facts}
    refused = [c for c, fact in facts.items() if fact.planned is refusing[c]]
    if refused:
        return f"refused by {refused[0]} only" if len(refused) == 1 else "refused"
    return "open" if any(f.planned is UNKNOWN for f in facts.values()) else "eligible"


@pytest.mark.parametrize("name", TABLES)
def test_every_way_occurs(name: str, drawn: Drawn) -> None:
    missing = [w.because for w in TABLES[name].ways if not drawn.ways[f"{name}: {w.because}"]]
    assert missing == []


@pytest.mark.parametrize("name", TABLES)
def test_ways_have_names_of_their_own(name: str) -> None:
    facts = {(way.because, tuple(way.says.items())) for way in TABLES[name].ways}
    assert len({because for because, _ in facts}) == len(facts)


@pytest.mark.parametrize(("criterion", "word"), ANSWERS)
def test_every_answer_occurs(criterion: str, word: str, drawn: Drawn) -> None:
    assert drawn.answers[criterion, word] > 0


@pytest.mark.parametrize(("criterion", "word"), sorted(IMPOSSIBLE))
def test_an_open_list_is_never_settled(criterion: str, word: str, drawn: Drawn) -> None:
    assert drawn.answers[criterion, word] == 0


def test_a_demonstration_has_something_of_everything(drawn: Drawn) -> None:
    assert 20 <= drawn.verdicts["eligible"] <= 200
    assert drawn.verdicts["open"] >= 200
    assert drawn.verdicts["refused"] >= 200
    for bound_by_time in ("E2a", "E2b", "E3a", "E4"):
        assert drawn.verdicts[f"refused by {bound_by_time} only"] > 0


# NO, UNKNOWN, YES joined: Kleene's tables, written out.
JOINED = [
    # one, other, and, or
    (NO, NO, NO, NO),
    (NO, UNKNOWN, NO, UNKNOWN),
    (NO, YES, NO, YES),
    (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    (UNKNOWN, YES, UNKNOWN, YES),
    (YES, YES, YES, YES),
]


@pytest.mark.parametrize(("one", "other", "both", "either"), JOINED)
def test_planned_truths_join_as_kleene_says(
    one: Planned, other: Planned, both: Planned, either: Planned
) -> None:
    first, second = Fact(one, "first"), Fact(other, "second")
    assert all_of(first, second).planned is both
    assert all_of(second, first).planned is both
    assert one_of(first, second).planned is either
    assert opposite(all_of(first, second)) == one_of(opposite(first), opposite(second))


def test_the_reason_is_that_of_the_part_that_decides() -> None:
    assert one_of(Fact(NO, "fine"), Fact(YES, "low")).because == "low"
    assert one_of(Fact(YES, "low"), Fact(YES, "lower")).because == "low; lower"
