"""What binds participants, in tables that a clinician can read.

Day 0 is enrolment, 15 January 2022; follow-up ends on day 336. The protocol is the shipped one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conduct.participant import ENROLLED, day, participation, told

from trialrun.conduct.record import Source
from trialrun.conduct.surveillance import (
    Participation,
    State,
    SurveillanceFinding,
    exclusion_as_of,
    obligation_as_of,
    surveil,
)
from trialrun.conduct.turning import turns_of_index, turns_of_window_end
from trialrun.criteria.answers import Gap
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import Category, Criterion
from trialrun.records.rows import PatientRecord

PROTOCOL = read_protocol("ld-il2-immune-als")
RILUZOLE = "riluzole 100 mg from 2021-03-01 to now"
RAISED = "riluzole 100 mg from 2021-03-01 to day 39; riluzole 150 mg from day 40 to now"
STOPPED = "riluzole 100 mg from 2021 to 2022-03; asked until day 112"
FORGOTTEN = "contraception yes on day 56; contraception yes on day 112"
NOT_KNOWN = "contraception not known on day 28; contraception yes on day 56"

OBLIGATIONS = [
    # criterion | what is told | as of day | state | broken since | kept until | because
    # --- the dose of riluzole is raised on day 40
    ("I5b", f"{RILUZOLE}; asked until day 28", 28, "kept", None, 28, None),
    ("I5b", f"{RAISED}; asked until day 28", 39, "unknown", None, 28, Gap.NOT_COVERED),
    ("I5b", f"{RAISED}; asked until day 84", 39, "kept", None, 39, None),
    ("I5b", f"{RAISED}; asked until day 84", 40, "broken", 40, 39, None),
    ("I5b", f"{RAISED}; asked until day 84", 300, "broken", 40, 39, None),
    ("I5b", RAISED, 84, "broken", 40, None, None),
    # --- asked at every visit: kept for sure up to the last one, unknown after it
    ("I5b", f"{RILUZOLE}; asked until day 56", 84, "unknown", None, 56, Gap.NOT_COVERED),
    ("I5b", RILUZOLE, 84, "unknown", None, None, Gap.NOT_COVERED),
    ("I5b", "asked until day 84", 84, "kept", None, 84, None),
    ("I5b", "riluzole 100 mg from day 10 to now; asked until day 84", 84, "broken", 10, 9, None),
    ("I5b", "riluzole 100 mg from 2021 to day 20; asked until day 84", 84, "broken", 21, 20, None),
    # --- stopped in March, days 45 to 75
    ("I5b", STOPPED, 60, "unknown", None, 45, Gap.DATE_IMPRECISE),
    ("I5b", STOPPED, 75, "unknown", None, 45, Gap.DATE_IMPRECISE),
    ("I5b", STOPPED, 76, "broken", 76, 45, None),
    # --- a medicine that nobody can read may be one of those
    (
        "I5b",
        "something 5 mg from 2021 to now; asked until day 84",
        84,
        "unknown",
        None,
        None,
        Gap.CODE_NOT_UNDERSTOOD,
    ),
    # --- a vaccination on day 100
    ("E3b", "asked until day 84", 84, "kept", None, 84, None),
    ("E3b", "asked until day 84", 100, "unknown", None, 84, Gap.NOT_COVERED),
    ("E3b", "vaccinated on day 100; asked until day 112", 99, "kept", None, 99, None),
    ("E3b", "vaccinated on day 100; asked until day 112", 112, "broken", 100, 99, None),
    ("E3b", "hospital: vaccinated on day 100", 112, "broken", 100, None, None),
    ("E3b", "vaccinated on day -1; asked until day 112", 112, "kept", None, 112, None),
    # --- in April, days 76 to 105; in January, perhaps before enrolment
    ("E3b", "vaccinated on 2022-04; asked until day 112", 90, "unknown", None, 75, 1),
    ("E3b", "vaccinated on 2022-04; asked until day 112", 112, "broken", 105, 75, None),
    ("E3b", "vaccinated on 2022-01; asked until day 112", 112, "unknown", None, None, 1),
    # --- without a hospital record, and without the trial asking
    ("E3b", "hospital: covers immunisations", 112, "kept", None, 112, None),
    ("E3b", "", 112, "unknown", None, None, Gap.NOT_COVERED),
    # --- contraception, asked at the visits
    ("I7", "contraception yes on day 28", 0, "kept", None, 0, None),
    ("I7", "contraception yes on day 28", 28, "kept", None, 28, None),
    ("I7", "contraception yes on day 28", 29, "unknown", None, 28, Gap.NEEDS_A_PERSON),
    ("I7", "contraception no on day -3; contraception yes on day 28", 28, "kept", None, 28, None),
    # --- not asked at week 12: the answer of week 16 makes it good
    ("I7", "contraception yes on day 56", 84, "unknown", None, 56, Gap.NEEDS_A_PERSON),
    ("I7", FORGOTTEN, 112, "kept", None, 112, None),
    ("I7", NOT_KNOWN, 56, "unknown", None, None, Gap.NEEDS_A_PERSON),
    ("I7", "contraception yes on day 56; contraception no on day 84", 83, "unknown", None, 56, 19),
    ("I7", "contraception yes on day 56; contraception no on day 84", 84, "broken", 84, 56, None),
    ("I7", "contraception no on day 56; contraception yes on day 84", 84, "broken", 56, None, None),
    # --- the last visit may lie after the end of follow-up, day 336
    ("I7", "contraception yes on day 340", 340, "kept", None, 336, None),
    ("I7", "contraception yes on day 330", 340, "unknown", None, 330, Gap.NEEDS_A_PERSON),
]


@pytest.mark.parametrize(
    ("criterion", "text", "as_of", "state", "since", "kept", "because"), OBLIGATIONS
)
def test_whether_an_obligation_is_kept(
    criterion: str,
    text: str,
    as_of: int,
    state: str,
    since: int | None,
    kept: int | None,
    because: int | None,
) -> None:
    (found,) = _found(criterion, text, participation(as_of))
    assert (found.state, _number(found.since), _number(found.kept_until), found.gap) == (
        state,
        since,
        kept,
        because,
    )


SEVERAL = [
    # criterion | what is told | as of day | broken since each of these days
    ("I5b", f"{RAISED}; asked until day 84", 84, [40]),
    (
        "I5b",
        "riluzole 100 mg from 2021 to day 39; riluzole 150 mg from day 40 to day 59; "
        "riluzole 100 mg from day 60 to now; asked until day 84",
        84,
        [40, 60],
    ),
    (
        "I5b",
        "riluzole 100 mg from 2021 to day 39; riluzole 150 mg from day 40 to day 40; "
        "riluzole 200 mg from day 41 to now; asked until day 84",
        84,
        [40, 41],
    ),
    ("I5b", "riluzole 100 mg from 2021 to day 20; asked until day 84", 84, [21]),
    ("E3b", "vaccinated on day 30; vaccinated on day 100; asked until day 112", 99, [30]),
    ("E3b", "vaccinated on day 30; vaccinated on day 100; asked until day 112", 112, [30, 100]),
    ("E3b", "vaccinated on day 30; vaccinated on day 31; asked until day 112", 112, [30, 31]),
    ("E3b", "vaccinated on day 30; vaccinated on 2022-04; asked until day 112", 112, [30, 105]),
    ("I7", "contraception no on day 56; contraception yes on day 84", 84, [56]),
    ("I7", "contraception no on day 56; contraception no on day 84", 84, [56, 84]),
]


@pytest.mark.parametrize(("criterion", "text", "as_of", "since"), SEVERAL)
def test_every_departure_is_found(criterion: str, text: str, as_of: int, since: list[int]) -> None:
    found = _found(criterion, text, participation(as_of))
    assert [_number(one.since) for one in found] == since
    assert all(one.state is State.BROKEN for one in found)


@pytest.mark.parametrize(
    ("criterion", "text", "ended", "state"),
    [
        ("E3b", "vaccinated on day 100; asked until day 112", 99, "kept"),
        ("E3b", "vaccinated on day 100; asked until day 112", 100, "broken"),
        ("I5b", f"{RAISED}; asked until day 84", 39, "kept"),
        ("I5b", f"{RILUZOLE}; asked until day 84", 84, "kept"),
        ("I7", "contraception yes on day 56", 56, "kept"),
        ("I7", "contraception yes on day 56", 57, "unknown"),
        ("E5", "hospital: sepsis from day 30 to day 37", 29, "unknown"),
        ("E5", "hospital: sepsis from day 30 to day 37", 30, "broken"),
    ],
)
def test_nothing_binds_after_the_participation(
    criterion: str, text: str, ended: int, state: str
) -> None:
    (found,) = _found(criterion, text, participation(300, ended))
    assert found.state == state


def test_a_woman_who_cannot_become_pregnant_needs_no_contraception() -> None:
    (old,) = _found("I7", "", participation(28), sex="female", born="1960-01-01")
    (young,) = _found("I7", "", participation(28), sex="female", born="1990-01-01")
    assert (old.state, young.state) == (State.KEPT, State.UNKNOWN)


COMPLETE = "hospital: covers conditions; hospital: covers procedures; hospital: covers studies"
TWICE = "hospital: sepsis from day 30 to day 37; hospital: sepsis from day 90 to day 95"
EXCLUSIONS = [
    # criterion | what is told | as of day | (state, from day, to day) ...
    ("E5", COMPLETE, 84, [("kept", None, None)]),
    ("E5", "", 84, [("unknown", None, None)]),
    ("E5", f"{COMPLETE}; hospital: sepsis from day 30 to day 37", 29, [("kept", None, None)]),
    ("E5", f"{COMPLETE}; hospital: sepsis from day 30 to day 37", 33, [("broken", 30, None)]),
    ("E5", f"{COMPLETE}; hospital: sepsis from day 30 to day 37", 84, [("broken", 30, 37)]),
    ("E5", f"{COMPLETE}; {TWICE}", 84 + 8, [("broken", 30, 37), ("broken", 90, None)]),
    ("E5", f"{COMPLETE}; hospital: sepsis from day -9 to day -2", 84, [("kept", None, None)]),
    # Only a sure end is one.
    ("E5", "hospital: sepsis from day 30 to day 37", 84, [("broken", 30, None)]),
    (
        "E6",
        f"{COMPLETE}; hospital: breast cancer from day 200 to now",
        300,
        [("broken", 200, None)],
    ),
    # Written down later, and said to have been there at enrolment.
    ("E6", f"{COMPLETE}; hospital: breast cancer from 2021 to now", 300, [("broken", 0, None)]),
    # Known to the month: for sure from the month's last day on.
    ("E6", f"{COMPLETE}; hospital: breast cancer from 2022-03 to now", 99, [("broken", 75, None)]),
    ("E8", "pregnancy test positive on day 60", 59, [("unknown", None, None)]),
    ("E8", "pregnancy test positive on day 60", 84, [("broken", 60, None)]),
    ("E8", "pregnant yes on day 60", 84, [("broken", 60, None)]),
    ("E8", "hospital: pregnancy from day 70 to now", 84, [("broken", 70, None)]),
    (
        "E9",
        f"{COMPLETE}; hospital: takes part in another trial from day 50 to now",
        84,
        [("broken", 50, None)],
    ),
    (
        "E9",
        f"{COMPLETE}; hospital: takes part in this trial from day 0 to now",
        84,
        [("unknown", None, None)],
    ),
]


@pytest.mark.parametrize(("criterion", "text", "as_of", "expected"), EXCLUSIONS)
def test_an_exclusion_that_comes_up(
    criterion: str, text: str, as_of: int, expected: list[tuple[str, int | None, int | None]]
) -> None:
    found = _found(criterion, text, participation(as_of), sex="female", born="1990-05-05")
    assert [(f.state.value, _number(f.since), _number(f.until)) for f in found] == expected


def test_a_laboratory_value_is_no_matter_of_surveillance() -> None:
    found = {f.criterion.id for f in surveil(PROTOCOL, told(""), participation(84))}
    assert found == {"I5b", "I7", "E3b", "E1", "E5", "E6", "E8", "E9"}


def test_the_evidence_tells_who_wrote_it_down() -> None:
    text = "vaccinated on day 100; hospital: vaccinated on day 100"
    (found,) = _found("E3b", text, participation(112))
    assert [(e.source, e.row.ref) for e in found.rows] == [
        (Source.HOSPITAL, "Resource/1"),
        (Source.TRIAL, "vaccination/1"),
    ]


def test_what_would_settle_it_is_what_the_protocol_asks_for() -> None:
    (found,) = _found("I7", "", participation(28))
    assert found.settled_by("en") == "the contraceptive measures, at every visit"
    assert found.settled_by("zh") == "每次访视询问避孕措施"
    silent = replace(found, criterion=replace(found.criterion, asks=None))
    assert silent.settled_by("en") == "let an investigator answer, by name and with a date"
    (kept,) = _found("I7", "contraception yes on day 28", participation(28))
    assert kept.settled_by("en") == ""


def test_nobody_is_asked_about_before_enrolment() -> None:
    with pytest.raises(ValueError, match="before enrolment"):
        Participation(ENROLLED, day(336), day(-1))


# --- asked on the days on which it may turn, it is found as if asked on every day ---------------

_TOLD = sorted({row[1] for row in OBLIGATIONS} | {row[1] for row in EXCLUSIONS})


@pytest.mark.parametrize("text", _TOLD)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_asking_where_it_may_turn_misses_nothing(text: str, sex: str) -> None:
    record = told(text, sex=sex, born="1972-06-15")
    for criterion in (*PROTOCOL.obligations, *PROTOCOL.watched_exclusions):
        truths = [_truth(criterion, record, day(number)) for number in range(130)]
        turned = {day(n) for n in range(1, 130) if truths[n] is not truths[n - 1]}
        assert turned <= set(_turns(criterion, record)), criterion.id


def _turns(criterion: Criterion, record: PatientRecord) -> list[date]:
    if criterion.category is Category.OBLIGATION:
        return turns_of_window_end(criterion.expression, record, ENROLLED, day(336))
    setting = Setting(ENROLLED, PROTOCOL.value_sets, day(336))
    return turns_of_index(criterion.expression, record, setting, day(336))


def _truth(criterion: Criterion, record: PatientRecord, on: date) -> Truth:
    is_obligation = criterion.category is Category.OBLIGATION
    asked = obligation_as_of if is_obligation else exclusion_as_of
    return asked(PROTOCOL, criterion, record, participation(336), on).truth


def _found(
    criterion: str, text: str, taken: Participation, **person: str
) -> list[SurveillanceFinding]:
    found = surveil(PROTOCOL, told(text, **person), taken)
    return [finding for finding in found if finding.criterion.id == criterion]


def _number(found: date | None) -> int | None:
    return None if found is None else (found - ENROLLED) // timedelta(days=1)
