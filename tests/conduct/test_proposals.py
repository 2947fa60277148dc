"""Which deviations are proposed, under which key, in which words."""

from __future__ import annotations

import pytest
from tests.conduct.participant import day, participation, told

from trialrun.conduct.proposals import (
    DeviationCategory,
    Planned,
    PlannedKind,
    ProposedDeviation,
    proposal_of,
    proposals_of_schedule,
)
from trialrun.conduct.surveillance import surveil
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import Wording

PROTOCOL = read_protocol("ld-il2-immune-als")
RAISED = (
    "riluzole 100 mg from 2021-03-01 to day 39; riluzole 150 mg from day 40 to now;"
    "asked until day {asked}"
)

FOUND = [
    # what is told | as of day | key | category | from day | to day
    (RAISED.format(asked=84), 84, "I5b/treatment/2", "OBLIGATION", 40, None),
    # The same thing on a later day, and corrected by a day.
    (RAISED.format(asked=112), 200, "I5b/treatment/2", "OBLIGATION", 40, None),
    (
        RAISED.format(asked=84).replace("39", "38").replace("day 40", "day 39"),
        84,
        "I5b/treatment/2",
        "OBLIGATION",
        39,
        None,
    ),
    ("riluzole 100 mg from 2021 to day 20", 84, "I5b/treatment/1", "OBLIGATION", 21, None),
    ("vaccinated on day 100", 112, "E3b/vaccination/1", "OBLIGATION", 100, None),
    ("vaccinated on 2022-04", 112, "E3b/vaccination/1", "OBLIGATION", 105, None),
    ("contraception no on day 56", 84, "I7/statement/1", "OBLIGATION", 56, None),
    ("hospital: breast cancer from day 200 to now", 300, "E6/Resource/1", "EXCLUSION", 200, None),
    # Nothing began on the first day that is asked about: it was so already.
    ("hospital: breast cancer from 2021 to now", 300, "E6/2022-01-15", "EXCLUSION", 0, None),
]


@pytest.mark.parametrize(("text", "as_of", "key", "category", "first", "last"), FOUND)
def test_what_is_broken_for_sure_is_proposed(
    text: str, as_of: int, key: str, category: str, first: int, last: int | None
) -> None:
    (proposed,) = _proposed(text, as_of)
    assert (proposed.key, proposed.category) == (key, DeviationCategory[category])
    assert proposed.first_day == day(first)
    assert proposed.last_day == (None if last is None else day(last))
    assert proposed.about == key.split("/")[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asked until day 84; contraception yes on day 84",
        "vaccinated on 2022-01",
        "contraception not known on day 28",
    ],
)
def test_what_is_kept_or_not_known_is_not_proposed(text: str) -> None:
    assert _proposed(text, 84) == []


def test_it_says_what_and_since_when_in_both_languages() -> None:
    (proposed,) = _proposed("vaccinated on day 100", 112)
    assert proposed.description.en.startswith(
        "E3b Vaccination during the trial: not kept, as of 2022-04-25. What must hold: "
        "The patient has had no vaccination with “Any vaccine” from enrolment to the end"
    )
    assert proposed.description.zh.startswith("E3b 试验期间接种疫苗：自2022-04-25起未遵守。要求：")
    text = "hospital: sepsis from day 30 to day 37; hospital: covers conditions"
    (ended,) = _proposed(text, 84)
    assert ended.last_day == day(37)
    assert ended.description.en.startswith(
        "E5 Severe infection or inflammation: the exclusion holds from 2022-02-14 to 2022-02-21. "
    )
    assert ended.description.zh.startswith(
        "E5 严重感染或炎症：自2022-02-14起至2022-02-21出现排除标准所列情况。"
    )
    (proposed,) = _proposed("hospital: sepsis from day 30 to day 37", 33)
    assert ": the exclusion holds since 2022-02-14. " in proposed.description.en


def _proposed(text: str, as_of: int) -> list[ProposedDeviation]:
    findings = surveil(PROTOCOL, told(text), participation(as_of))
    return [p for finding in findings if (p := proposal_of(PROTOCOL, finding)) is not None]


# --- visits and doses ---------------------------------------------------------------------------

SCHEDULE = [
    # kind | window | done on day | as of day | over on day | what is proposed
    ("visit", (77, 91), 77, 112, None, None),
    ("visit", (77, 91), 91, 112, None, None),
    ("visit", (77, 91), 76, 112, None, "visit/X/day: 1 day early"),
    ("visit", (77, 91), 94, 112, None, "visit/X/day: 3 days late"),
    ("visit", (77, 91), None, 91, None, None),
    ("visit", (77, 91), None, 92, None, "visit/X/missed: missed"),
    ("dose", (28, 28), None, 29, None, "dose/X/missed: missed"),
    ("dose", (28, 28), 30, 30, None, "dose/X/day: 2 days late"),
    # The end of participation stops what was not yet due.
    ("visit", (77, 91), None, 112, 90, None),
    ("visit", (77, 91), None, 112, 91, "visit/X/missed: missed"),
    ("visit", (77, 91), 100, 112, 90, "visit/X/day: 9 days late"),
    # The last visit's window ends after the end of follow-up, day 336.
    ("visit", (329, 343), None, 343, None, None),
    ("visit", (329, 343), None, 344, None, "visit/X/missed: missed"),
]


@pytest.mark.parametrize(("kind", "window", "done", "as_of", "over", "expected"), SCHEDULE)
def test_visits_and_doses(
    kind: str,
    window: tuple[int, int],
    done: int | None,
    as_of: int,
    over: int | None,
    expected: str | None,
) -> None:
    planned = Planned(
        "X",
        PlannedKind(kind),
        Wording("Week 12", "第12周"),
        day(window[0]),
        day(window[1]),
        None if done is None else day(done),
    )
    found = proposals_of_schedule([planned], participation(as_of, over))
    said = [f"{p.key}: {p.description.en.split(': ')[1].split(';')[0]}" for p in found]
    assert said == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("kind", "done", "category", "chinese"),
    [
        ("visit", None, "VISIT_MISSED", "X 第12周：未完成；计划时间 2022-02-11 – 2022-02-13"),
        ("dose", None, "DOSE_MISSED", "X 第12周：未完成；计划时间 2022-02-11 – 2022-02-13"),
        (
            "visit",
            31,
            "VISIT_DAY",
            "X 第12周：推迟2天；计划时间 2022-02-11 – 2022-02-13，实际日期 2022-02-15",
        ),
        (
            "dose",
            26,
            "DOSE_DAY",
            "X 第12周：提前1天；计划时间 2022-02-11 – 2022-02-13，实际日期 2022-02-10",
        ),
    ],
)
def test_their_categories_and_chinese_words(
    kind: str, done: int | None, category: str, chinese: str
) -> None:
    planned = Planned(
        "X",
        PlannedKind(kind),
        Wording("Week 12", "第12周"),
        day(27),
        day(29),
        None if done is None else day(done),
    )
    (found,) = proposals_of_schedule([planned], participation(84))
    assert (found.category, found.description.zh) == (DeviationCategory[category], chinese)
