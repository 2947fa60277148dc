"""A whole screening of a small clinic against a protocol file, and of clinics at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.screening.clinic import database, read_clinic
from tests.screening.trial import read_trial
from tests.spec.world import INDEX

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.criteria.wording import render
from trialrun.engine.answers import Answers
from trialrun.engine.export import Dates
from trialrun.errors import DisagreementError
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import OWN_NAMES, Naming
from trialrun.records.rows import PatientRecord
from trialrun.screening.agreement import Shown
from trialrun.screening.attrition import Loss
from trialrun.screening.judging import judge_patient
from trialrun.screening.plan import plan
from trialrun.screening.result import JudgedPatient
from trialrun.screening.screen import READY, Screened, screen
from trialrun.screening.verdict import Verdict

PROTOCOL = """\
name: small
version: "1"
registry:
  id: NCT00000000
  title: A small trial
  status: Completed
  sponsor: A hospital
  summary: Small.
  phase: Phase 2
  sex: All
  study_type: Interventional
  healthy_volunteers: false
  ages: {minimum: 18, maximum: 70}
design: {}
criteria:
  - {id: I1, category: inclusion, stage: record, text: 18 to 70 years old,
     logic: "age from 18 to 70 years"}
  - {id: I2, category: inclusion, stage: record, confirm: true, text: ALS,
     logic: "condition in [als-here]"}
  - {id: E1, category: exclusion, stage: record, text: Vaccinated within 6 months,
     logic: "immunisation in [any-vaccine] within 6 months"}
  - {id: E2, category: exclusion, stage: record, text: Platelets below 80000,
     logic: "latest [platelets] within 30 days < 80000 /mm3"}
  - {id: E3, category: exclusion, stage: visit, text: In another trial,
     logic: 'attested "takes part in another trial"'}
  - {id: O1, category: inclusion, stage: follow-up, obligation: true, text: No vaccination,
     logic: "no immunisation in [any-vaccine] within 1 month after enrolment"}
"""
ALS_HERE = """\
id: als-here
title: ALS
source: a test
codes:
  ICD-10: {G12.2: motor neuron disease}
"""

COVERED = "C1 covers immunisations; C2 covers conditions"
ALS = "#1 condition ALS from 2019 to now"
PLATELETS = "#2 measurement platelets on 2022-01-10: 150 10*9/L"
VISITED = '#4 attestation "takes part in another trial" on 2022-01-12: no'
WHOLE = f"{COVERED}; {ALS}; {PLATELETS}; {VISITED}"
VACCINE = "#5 immunisation influenza vaccine on 2021-09-20"


def confirmed(answer: str) -> str:
    question = "I2: a person has confirmed that this criterion permits enrolment"
    return f'#3 attestation "{question}" on 2022-01-12: {answer}'


RECORDS = {
    "eligible": f"born 1970-03-05; {WHOLE}; {confirmed('yes')}",
    "soon 71": f"born 1951-02-01; {WHOLE}; {confirmed('yes')}",
    "to confirm": f"born 1970-03-05; {WHOLE}",
    "to ask": f"born 1970-03-05; {COVERED}; {ALS}; {PLATELETS}",
    "to measure": f"born 1970-03-05; {COVERED}; {ALS}; {VISITED}; {confirmed('yes')}",
    "vaccinated": f"born 1970-03-05; {WHOLE}; {confirmed('yes')}; {VACCINE}",
    "vaccinated, soon 71": f"born 1951-02-01; {WHOLE}; {confirmed('yes')}; {VACCINE}",
    "few platelets": f"born 1970-03-05; {COVERED}; {ALS}; {VISITED}; {confirmed('yes')};"
    "#2 measurement platelets on 2022-01-10: 79 10*9/L",
    "not ALS": f"born 1970-03-05; {WHOLE}; {confirmed('no')}",
    "too old and vaccinated": f"born 1940-01-01; {WHOLE}; {VACCINE}",
    "nothing known": "",
    "died": f"born 1970-03-05; {WHOLE}; {confirmed('yes')}; died 2022-01-15",
    "may have died": f"born 1970-03-05; {WHOLE}; {confirmed('yes')}; died 2022",
    "died later": f"born 1970-03-05; {WHOLE}; {confirmed('yes')}; died 2022-01-16",
}
EXPECTED: dict[str, tuple[Verdict, str | None, str | None]] = {
    "eligible": (Verdict.ELIGIBLE, None, "2022-02-09"),
    "soon 71": (Verdict.ELIGIBLE, None, "2022-01-31"),
    "died later": (Verdict.ELIGIBLE, None, "2022-01-15"),
    "to confirm": (Verdict.UNDETERMINED, None, None),
    "to ask": (Verdict.UNDETERMINED, None, None),
    "to measure": (Verdict.UNDETERMINED, None, None),
    "nothing known": (Verdict.UNDETERMINED, None, None),
    "few platelets": (Verdict.INELIGIBLE, "2022-02-10", None),
    "vaccinated": (Verdict.INELIGIBLE, "2022-03-21", None),
}
"""Whoever is opened, with verdict, opening and lapse."""


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> TrialProtocol:
    folder = tmp_path_factory.mktemp("protocol")
    (folder / "value_sets").mkdir()
    (folder / "value_sets" / "als-here.yaml").write_text(ALS_HERE, encoding="utf-8")
    (folder / "small.yaml").write_text(PROTOCOL, encoding="utf-8")
    return read_protocol(folder / "small.yaml")


def named(record: PatientRecord | str) -> str:
    """Turn a patient's id into the name in the table above."""
    number = record if isinstance(record, str) else record.patient_id
    return list(RECORDS)[int(number.removeprefix("H-")) - 1]


def screened(
    trial: TrialProtocol,
    records: list[str],
    naming: Naming = OWN_NAMES,
    shown: Shown = Shown(),  # noqa: B008
) -> Screened:
    with database(read_clinic(records)) as connection:
        return screen(connection, trial, INDEX, naming, shown, lambda _: None)


@pytest.fixture(scope="module")
def found(protocol: TrialProtocol) -> Iterator[Screened]:
    with database(read_clinic(RECORDS.values())) as connection:
        yield screen(connection, protocol, INDEX, OWN_NAMES, Shown(), lambda _: None)


def test_everyone_alive_is_counted_once(found: Screened) -> None:
    screening = found.screening
    assert screening.verdicts == {
        Verdict.ELIGIBLE: 3,
        Verdict.UNDETERMINED: 4,
        Verdict.INELIGIBLE: 5,
    }
    assert (screening.patients, screening.deceased) == (12, 2)


def test_ready_are_those_of_whom_only_people_are_left_to_ask(found: Screened) -> None:
    assert found.screening.ready_for_visit == 2  # to confirm, to ask


def test_those_worth_looking_at_are_opened_with_their_dates(found: Screened) -> None:
    opened = {
        named(c.record): (c.verdict, _day(c.opens_on), _day(c.lapses_on))
        for c in found.screening.opened
    }
    assert opened == EXPECTED
    sorts = [c.verdict for c in found.screening.opened]
    assert sorts == [
        *[Verdict.ELIGIBLE] * 3,
        *[Verdict.INELIGIBLE] * 2,
        *[Verdict.UNDETERMINED] * 4,
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def test_near_misses_are_those_whom_time_alone_lets_in(found: Screened) -> None:
    assert found.screening.near_misses == 2
    numbers = {name: n for n, name in enumerate(RECORDS, 1)}
    assert found.dates.opens_on == {
        numbers["few platelets"]: date(2022, 2, 10),
        numbers["vaccinated"]: date(2022, 3, 21),
    }
    assert found.dates.lapses_on == {
        numbers["eligible"]: date(2022, 2, 9),
        numbers["soon 71"]: date(2022, 1, 31),
        numbers["died later"]: date(2022, 1, 15),
    }


def test_losses(found: Screened) -> None:
    assert found.screening.losses == (
        Loss("I1", before=12, lost=1, unknown=1, own=1, sole=0),
        Loss("I2", before=11, lost=1, unknown=3, own=1, sole=1),
        Loss("E1", before=10, lost=2, unknown=1, own=3, sole=2),
        Loss("E2", before=8, lost=1, unknown=2, own=1, sole=1),
        Loss("E3", before=7, lost=0, unknown=2, own=0, sole=0),
    )


def test_gaps_are_ranked_by_how_many_they_settle_alone(found: Screened) -> None:
    gaps = [
        (g.asked.criterion.id, g.gap, g.candidates, g.settles) for g in found.screening.open_gaps
    ]
    assert gaps == [
        ("I2", Gap.NEEDS_A_PERSON, 2, 1),
        ("E2", Gap.NO_RECORD, 2, 1),
        ("E3", Gap.NEEDS_A_PERSON, 2, 0),
        ("I1", Gap.BIRTH_DATE_IMPRECISE, 1, 0),
        ("I2", Gap.NOT_COVERED, 1, 0),
        ("E1", Gap.NOT_COVERED, 1, 0),
    ]


def test_gains_are_of_those_refused_and_within_their_bounds(found: Screened) -> None:
    gains = {
        (g.criterion, g.change and render(g.change)): (g.eligible, g.possible)
        for g in found.screening.gains
    }
    vaccine, platelets = "immunisation in [any-vaccine]", "latest [platelets] within 30 days"
    assert gains == {
        ("I2", None): (1, 1),
        ("E1", None): (2, 2),
        # The vaccination of September is more than 3 months ago, and less than 4.
        ("E1", f"{vaccine} within 3 months"): (2, 2),
        ("E2", None): (1, 1),
        # That 40,000 gains no more is not told.
        ("E2", f"{platelets} < 60000 /mm3"): (1, 1),
    }


def test_no_more_are_opened_than_were_asked_for(protocol: TrialProtocol) -> None:
    few = Shown(eligible=1, near_misses=1, undetermined=2)
    screening = screened(protocol, list(RECORDS.values()), shown=few).screening
    assert [named(c.record) for c in screening.opened] == [
        "eligible",
        "few platelets",
        "to confirm",
        "to measure",
    ]
    assert screening.near_misses == 2


def test_under_pseudonyms_everything_says_so(protocol: TrialProtocol) -> None:
    naming = Naming(lambda patient_id: f"P-{len(patient_id)}", hides=True)
    screening = screened(protocol, [RECORDS["eligible"]], naming).screening
    assert screening.pseudonymised
    assert [(c.name, c.pseudonymised) for c in screening.opened] == [("P-3", True)]
    plain = screened(protocol, [RECORDS["eligible"]]).screening
    assert not plain.pseudonymised
    assert [(c.name, c.pseudonymised) for c in plain.opened] == [("H-1", False)]


def open_by_name(name: str, protocol: TrialProtocol) -> JudgedPatient:
    (patient,) = read_clinic([RECORDS[name]])
    return judge_patient(patient, plan(protocol), protocol, INDEX, OWN_NAMES)


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items(), ids=list(EXPECTED))
def test_a_patient_opened_alone_is_the_same(
    name: str, expected: tuple[Verdict, str | None, str | None], protocol: TrialProtocol
) -> None:
    opened = open_by_name(name, protocol)
    assert (opened.verdict, _day(opened.opens_on), _day(opened.lapses_on)) == expected


@pytest.mark.parametrize("name", ["died", "may have died"])
def test_whoever_may_have_died_is_no_candidate(name: str, protocol: TrialProtocol) -> None:
    opened = open_by_name(name, protocol)
    assert all(j.permission is Truth.TRUE for j in opened.judgements)
    assert opened.verdict is Verdict.INELIGIBLE
    assert (opened.opens_on, opened.lapses_on) == (None, None)


# --- when the program contradicts itself ----------------------------------------------------------


@pytest.mark.parametrize("name", ["eligible", "vaccinated", "to ask"])
@pytest.mark.parametrize("said", [Truth.FALSE, Truth.UNKNOWN])
def test_nobody_is_shown_if_the_engines_disagree(
    name: str, said: Truth, protocol: TrialProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Answers.truths

    def wrong(answers: Answers, numbers: list[int]) -> dict[int, dict[str, Truth]]:
        return {n: {**truths, "I1": said} for n, truths in original(answers, numbers).items()}

    monkeypatch.setattr(Answers, "truths", wrong)
    with pytest.raises(DisagreementError, match="disagree about H-1 on I1: no result is shown"):
        screened(protocol, [RECORDS[name]])


NOBODY = Shown(eligible=0, near_misses=0, undetermined=0)


@pytest.mark.parametrize("said", [Truth.TRUE, Truth.UNKNOWN])
@pytest.mark.parametrize("at_once", [1, 2000])
def test_eligible_patients_are_judged_twice_though_nobody_is_opened(
    at_once: int, said: Truth, protocol: TrialProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [RECORDS[name] for name in ("eligible", "to ask", "soon 71")]
    assert screened(protocol, records, shown=NOBODY).screening.opened == ()
    original = Answers.truths

    def wrong(answers: Answers, numbers: list[int]) -> dict[int, dict[str, Truth]]:
        found = original(answers, numbers)
        return {n: {**truths, "E1": said} if n == 3 else truths for n, truths in found.items()}

    def other(answers: Answers, numbers: list[int]) -> dict[int, dict[str, Truth]]:
        found = original(answers, numbers)
        return {
            n: {**truths, "E1": Truth.TRUE} if n == 2 else truths for n, truths in found.items()
        }

    monkeypatch.setattr("trialrun.screening.agreement.AT_ONCE", at_once)
    # Of those who are neither eligible nor opened the engine alone is asked.
    monkeypatch.setattr(Answers, "truths", other)
    screened(protocol, records, shown=NOBODY)
    monkeypatch.setattr(Answers, "truths", wrong)
    with pytest.raises(DisagreementError, match="disagree about H-3 on E1: no result is shown"):
        screened(protocol, records, shown=NOBODY)


@pytest.mark.parametrize("shown", [NOBODY, Shown()], ids=["not opened", "opened"])
@pytest.mark.parametrize("name", ["to ask", "vaccinated", "may have died"])
def test_whom_the_engine_alone_calls_eligible_stops_the_run(
    name: str, shown: Shown, protocol: TrialProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialrun.screening.agreement.permitted", lambda _: [1])
    monkeypatch.setattr("trialrun.screening.screen.find_dates", lambda *_: Dates({}, {}))
    monkeypatch.setattr("trialrun.screening.agreement.undetermined", lambda *_: [])
    with pytest.raises(DisagreementError, match="disagree about H-1 on the verdict: no result"):
        screened(protocol, [RECORDS[name]], shown=shown)


@pytest.mark.parametrize(
    ("name", "found", "wrong"),
    [
        # Nothing refuses from 21 March on; the eligibility lapses after 9 February.
        ("vaccinated", Dates({1: date(2022, 3, 20)}, {}), "the opening date"),
        ("vaccinated", Dates({1: date(2022, 3, 21)}, {}), ""),
        ("vaccinated", Dates({1: date(2022, 3, 22)}, {}), ""),
        ("too old and vaccinated", Dates({1: date(2022, 3, 22)}, {}), "the opening date"),
        ("eligible", Dates({}, {1: date(2022, 2, 10)}), "the lapse date"),
        ("eligible", Dates({}, {}), "the lapse date"),
        ("eligible", Dates({}, {1: date(2022, 2, 9)}), ""),
        ("eligible", Dates({}, {1: date(2022, 2, 8)}), ""),
    ],
)
def test_a_date_that_promises_too_much_stops_the_run(
    name: str, found: Dates, wrong: str, protocol: TrialProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialrun.screening.screen.find_dates", lambda *_: found)
    if wrong:
        with pytest.raises(DisagreementError, match=f"disagree about H-1 on {wrong}: no result"):
            screened(protocol, [RECORDS[name]])
        return
    (opened,) = screened(protocol, [RECORDS[name]]).screening.opened
    assert (opened.verdict, _day(opened.opens_on), _day(opened.lapses_on)) == EXPECTED[name]


# --- clinics and protocols at the edge ------------------------------------------------------------


def test_an_empty_database(protocol: TrialProtocol) -> None:
    screening = screened(protocol, []).screening
    assert screening.verdicts == dict.fromkeys(Verdict, 0)
    assert (screening.patients, screening.ready_for_visit, screening.near_misses) == (0, 0, 0)
    assert not any([screening.opened, screening.gains, screening.open_gaps])
    assert [loss.before for loss in screening.losses] == [0] * 5


def test_a_database_of_the_dead(protocol: TrialProtocol) -> None:
    screening = screened(protocol, [RECORDS["died"], RECORDS["may have died"]]).screening
    assert (screening.patients, screening.deceased, screening.ready_for_visit) == (0, 2, 0)
    assert screening.opened == ()


def test_no_candidates_at_all(protocol: TrialProtocol) -> None:
    screening = screened(protocol, [RECORDS["too old and vaccinated"]] * 3).screening
    assert screening.verdicts[Verdict.INELIGIBLE] == 3
    assert (screening.opened, screening.near_misses) == ((), 0)


UNKNOWN, TEN, ADULT = "", "born 2012-01-01", "born 1970-01-01; female"


@pytest.mark.parametrize(
    ("criteria", "records", "verdicts", "ready"),
    [
        # One criterion.
        ("I1 inclusion: age from 18 to 70 years", [ADULT, TEN, UNKNOWN], (1, 1, 1), 0),
        ("E1 exclusion: age at most 17 years", [ADULT, TEN, UNKNOWN], (1, 1, 1), 0),
        # One that only has to be confirmed: the record permits, the person has not spoken.
        ("I1 inclusion, confirm: age from 18 to 70 years", [ADULT, TEN, UNKNOWN], (0, 2, 1), 1),
        ("E1 exclusion, confirm: age at most 17 years", [ADULT, TEN, UNKNOWN], (0, 2, 1), 1),
        # All at the visit: the record is asked nothing, and so permits nothing.
        ('I1 inclusion, visit: attested "signed"', [ADULT, UNKNOWN], (0, 2, 0), 0),
        (
            'I1 inclusion, visit: attested "signed"\nE1 exclusion, visit: sex is male',
            [ADULT, UNKNOWN],
            (0, 2, 0),
            0,
        ),
        # Nothing in it has a number to move.
        ("I1 inclusion: sex is female", [ADULT, UNKNOWN], (1, 1, 0), 0),
        # An open criterion of the record keeps the others from making anyone ready.
        (
            'I1 inclusion: sex is female\nI2 inclusion, visit: attested "signed"',
            [ADULT, UNKNOWN],
            (0, 2, 0),
            1,
        ),
    ],
)
def test_small_protocols(
    criteria: str, records: list[str], verdicts: tuple[int, int, int], ready: int
) -> None:
    screening = screened(read_trial(criteria), records).screening
    sorts = (Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.INELIGIBLE)
    assert tuple(screening.verdicts[v] for v in sorts) == verdicts
    assert screening.ready_for_visit == ready


def test_a_gain_is_never_surer_than_it_is_possible() -> None:
    trial = read_trial(
        """
        I1 inclusion: age from 18 to 70 years
        I2 inclusion, visit: attested "signed"
        """
    )
    signed = '#1 attestation "signed" on 2022-01-12: no'
    screening = screened(trial, [ADULT, ADULT, ADULT, f"{ADULT}; {signed}"]).screening
    # Three more would be eligible without the signature; but none of them is refused for it.
    assert [(g.criterion, g.eligible, g.possible) for g in screening.gains] == [("I2", 1, 1)]


@pytest.mark.parametrize(
    ("criteria", "record", "gains"),
    [
        # Nobody would be eligible for sure, and still numbers are moved.
        (
            'I1 inclusion: age at least 18 years\nI2 inclusion, visit: attested "signed"',
            "born 2008-01-01",
            {None: (0, 1), "age at least 13 years": (0, 1)},
        ),
        # What a person must confirm must still be confirmed when its number is moved.
        (
            "E1 exclusion, confirm: immunisation in [vaccines] within 8 months",
            f"{COVERED}; #5 immunisation influenza vaccine on 2021-08-01",
            {None: (1, 1), "immunisation in [vaccines] within 4 months": (0, 1)},
        ),
    ],
)
def test_gains_of_small_protocols(
    criteria: str, record: str, gains: dict[str | None, tuple[int, int]]
) -> None:
    screening = screened(read_trial(criteria), [record]).screening
    assert {
        g.change and render(g.change): (g.eligible, g.possible) for g in screening.gains
    } == gains


def test_the_question_of_readiness_is_no_criterion(found: Screened) -> None:
    assert READY not in {a.criterion.id for a in found.screening.plan}
    assert {loss.criterion for loss in found.screening.losses} == {"I1", "I2", "E1", "E2", "E3"}
