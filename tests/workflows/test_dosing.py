"""Doses of a participant by the protocol's plan: the grid, exposure, rotation, corrections."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select
from tests.conduct.clinic import ZONE, day, end, noon, refused_fields
from tests.conduct.safety_world import FEVER, entry
from tests.workflows.clinic import DESIGN, IL2, PROTOCOL, Clinic, clinic

from trialrun.conduct.actions.adverse_events import report_adverse_event
from trialrun.conduct.actions.ledger import Receipt, receive_drug
from trialrun.conduct.database import Database
from trialrun.conduct.dosing import Given, NotGiven
from trialrun.conduct.tables.deviations import Deviation, DeviationKind
from trialrun.conduct.tables.doses import DoseSite, DoseStatus
from trialrun.errors import NotFoundError, RefusedError
from trialrun.records.dates import parse_span
from trialrun.records.rows import PatientRecord, Row
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Coding, Concept
from trialrun.workflows.dosing import (
    Doses,
    correct_participant_dose,
    doses_on,
    planned_dose,
    record_participant_dose,
    regimen_of,
    site_hint,
)
from trialrun.workflows.report_facts import report_facts
from trialrun.workflows.watching import watch_participants


@pytest.fixture
def here(database: Database) -> Clinic:
    return clinic(database)


def on_day(here: Clinic, number: int) -> Doses:
    with here.database.reading() as session:
        return doses_on(session, DESIGN, here.participant.id, day(number), zone=ZONE)


def test_the_grid_is_the_protocols(here: Clinic) -> None:
    doses = on_day(here, 0)
    assert [len(course) for course in doses.courses] == [7] * 6
    assert doses.courses[5][6].slot.on == day(5 * 28 + 12)


def test_the_plan_moves_with_the_first_dose_and_nothing_is_lost(here: Clinic) -> None:
    """The protocol: `doses_from: first dose`."""
    here.dose(1, 1, 3)
    doses = on_day(here, 4)
    assert doses.courses[0][1].slot.on == day(5)
    assert doses.courses[0][0].word == "done in its window"
    sum_ = doses.exposure
    assert (sum_.due, sum_.given_as_due, sum_.unrecorded) == (1, 1, 0)
    assert sum_.percent_lo == sum_.percent_hi == 100


def test_a_first_dose_that_moves_back_leaves_every_dose_its_own_place(here: Clinic) -> None:
    """The second dose was planned for the day on which the third is planned from now on."""
    first = here.dose(1, 1, 2)
    second = here.dose(1, 2, 4)
    correct_participant_dose(
        here.database,
        here.actor,
        noon(9),
        DESIGN,
        first.id,
        Given(noon(0), IL2, "[iU]", DoseSite.THIGH_LEFT, "A1"),
        version=first.version,
        zone=ZONE,
        reason="misread the diary",
    )
    third = here.dose(1, 3, 5)
    assert third.planned_on == second.planned_on == day(4)
    assert refused_fields(lambda: here.dose(1, 3, 6)) == ["number"]


def test_compliance_has_two_bounds_while_doses_are_unrecorded(here: Clinic) -> None:
    here.dose(1, 1, 0)
    here.left_out(1, 2)
    here.dose(1, 3, 4, IL2 / 2)
    sum_ = on_day(here, 6).exposure
    # Due on days 0, 2, 4, 6: given 1 and a half of 4; one is not recorded.
    assert (sum_.due, sum_.left_out, sum_.unrecorded) == (4, 1, 1)
    assert (sum_.percent_lo, sum_.percent_hi) == (Fraction(75, 2), Fraction(125, 2))
    assert (sum_.amount, sum_.days) == (IL2 * 3 / 2, 5)


def test_what_is_no_longer_due_is_not_asked_for(here: Clinic) -> None:
    here.dose(1, 1, 0)
    end(here.database, here.actor, here.participant, 1)
    assert on_day(here, 300).exposure.due == 1


def test_a_dose_that_no_plan_asked_for_needs_a_reason_and_stands_apart(here: Clinic) -> None:
    def give(reason: str) -> object:
        what = Given(noon(3), IL2, "[iU]", DoseSite.THIGH_LEFT, "A1", reason)
        return record_participant_dose(
            here.database,
            here.actor,
            noon(3),
            DESIGN,
            here.participant.id,
            what,
            zone=ZONE,
            slot=None,
        )

    assert refused_fields(lambda: give("")) == ["reason"]
    give("mistaken day")
    assert [dose.reason for dose in on_day(here, 3).unplanned] == ["mistaken day"]


def test_too_much_to_be_meant_is_ten_doses(here: Clinic) -> None:
    here.dose(1, 1, 0, IL2 * 10)
    assert refused_fields(lambda: here.dose(1, 2, 2, IL2 * 10 + 1)) == ["amount"]


def test_a_correction_keeps_its_place_in_the_plan(here: Clinic) -> None:
    here.dose(1, 1, 0)
    dose = here.dose(1, 2, 2)
    corrected = correct_participant_dose(
        here.database,
        here.actor,
        noon(9),
        DESIGN,
        dose.id,
        NotGiven(DoseStatus.REFUSED, "did not want it"),
        version=dose.version,
        zone=ZONE,
        reason="wrong participant",
    )
    assert (corrected.course, corrected.number, corrected.planned_on) == (1, 2, day(2))
    assert planned_dose(on_day(here, 9), 1, 2).word == "missed"


def test_the_place_that_was_spared_the_longest_is_next(here: Clinic) -> None:
    assert site_hint([]).next is DoseSite.ABDOMEN_LEFT
    sites = [site for site in DoseSite if site not in (DoseSite.ELSEWHERE, DoseSite.NOT_APPLICABLE)]
    for number, site in enumerate((*sites[1:], sites[0])):
        what = Given(
            noon(number) + timedelta(hours=2), IL2, "[iU]", site, "A1", "to fill every place"
        )
        record_participant_dose(
            here.database,
            here.actor,
            noon(60),
            DESIGN,
            here.participant.id,
            what,
            zone=ZONE,
            slot=None,
        )
    given = on_day(here, 60).unplanned
    assert site_hint(given[:1]).next is sites[0]
    hint = site_hint(given)
    assert (hint.last, hint.last_on) == (sites[0], day(len(sites) - 1))
    assert hint.next is sites[1]


@pytest.mark.parametrize("slot", [(7, 1), (1, 8), (0, 1)])
def test_the_plan_has_no_such_dose(here: Clinic, slot: tuple[int, int]) -> None:
    with pytest.raises(NotFoundError):
        planned_dose(on_day(here, 0), *slot)


def test_an_arm_that_the_protocol_does_not_have() -> None:
    with pytest.raises(NotFoundError):
        regimen_of(DESIGN, "placebo")


# course, number | day | lot | what a reason is wanted for; dose 1.1 was given on day 0, 1.2 on day
# 2. Lot A1 is in the ledger and may be used up to day 9.
DEPARTS = [
    (3, 4, "A1", []),
    (3, 5, "A1", ["the day is not the planned one"]),
    (
        3,
        3,
        "A1",
        ["the day is not the planned one", "it is closer to another dose than the regimen allows"],
    ),
    (3, 4, "NOSUCHLOT", ["the ledger has no receipt of this lot"]),
    (6, 10, "A1", ["the lot had expired by that day"]),
]


@pytest.mark.parametrize(("number", "on", "lot", "wanted"), DEPARTS)
def test_a_dose_that_departs_needs_a_reason_and_is_proposed_as_a_deviation(
    here: Clinic, number: int, on: int, lot: str, wanted: list[str]
) -> None:
    received(here, "A1")
    here.dose(1, 1, 0)
    here.dose(1, 2, 2)
    assert deviations(here) == []
    if wanted:
        with pytest.raises(RefusedError) as refused:
            give(here, number, on, lot, " ")
        assert [problem.found for problem in refused.value.problems] == wanted
        assert {problem.where for problem in refused.value.problems} == {"reason"}
    give(here, number, on, lot, "on holiday" if wanted else "")
    found = deviations(here)
    assert len(found) == len(wanted)
    assert {one.concerns for one in found} <= {f"1.{number}"}
    assert {(one.status, one.occurred_lo) for one in found} <= {("proposed", day(on))}
    watch_participants(here.database, PROTOCOL, here.actor, noon(12), day(12), zone=ZONE, data=None)
    dose_kinds = [one for one in deviations(here) if one.kind == DeviationKind.DOSE]
    assert len(dose_kinds) == len(wanted), "nothing is proposed twice"


@pytest.mark.parametrize("slot", [(1, 2), None])
def test_another_amount_than_planned_needs_a_reason_and_is_proposed_as_a_deviation(
    here: Clinic, slot: tuple[int, int] | None
) -> None:
    """Five times the dose; of a dose that no plan asked for, too."""

    def given(reason: str) -> None:
        what = Given(noon(2), 5 * IL2, "[iU]", DoseSite.THIGH_LEFT, "A1", reason)
        of = here.participant.id
        record_participant_dose(
            here.database, here.actor, noon(12), DESIGN, of, what, zone=ZONE, slot=slot
        )

    here.dose(1, 1, 0)
    with pytest.raises(RefusedError) as refused:
        given(" ")
    asked = [problem.found for problem in refused.value.problems]
    assert asked.count("the amount is not the planned one") == 1
    given("five vials were taken for one")
    (found,) = deviations(here)
    assert found.description == "dose given on 2022-01-19: 5,000,000 IU, planned 1,000,000 IU"
    watch_participants(here.database, PROTOCOL, here.actor, noon(12), day(12), zone=ZONE, data=None)
    assert len([one for one in deviations(here) if one.kind == DeviationKind.DOSE]) == 1


def test_the_first_dose_is_planned_for_whatever_day_it_is_given(here: Clinic) -> None:
    """The protocol: `doses_from: first dose`."""
    give(here, 1, 3, "A1", "")
    assert deviations(here) == []


def test_a_dose_recorded_before_the_first_one_is_none_that_departs(here: Clinic) -> None:
    give(here, 2, 2, "A1", "")
    give(here, 1, 0, "A1", "")
    assert deviations(here) == []


def test_without_a_ledger_no_lot_is_asked_about(here: Clinic) -> None:
    give(here, 1, 0, "NOSUCHLOT", "")
    assert deviations(here) == []


def received(here: Clinic, lot: str) -> None:
    receipt = Receipt(day(0), lot, 100, "vials", day(9))
    receive_drug(here.database, here.actor, noon(0), receipt, today=day(0))


def give(here: Clinic, number: int, on: int, lot: str, reason: str) -> None:
    at = noon(on) + timedelta(hours=1)
    what = Given(at, IL2, "[iU]", DoseSite.THIGH_LEFT, lot, reason)
    record_participant_dose(
        here.database,
        here.actor,
        noon(12),
        DESIGN,
        here.participant.id,
        what,
        zone=ZONE,
        slot=(1, number),
    )


def deviations(here: Clinic) -> list[Deviation]:
    with here.database.reading() as session:
        return list(session.scalars(select(Deviation).order_by(Deviation.id)))


def test_the_report_of_an_event_says_what_was_given_before_it(here: Clinic) -> None:
    for number in (1, 2, 3):
        here.dose(1, number, 2 * (number - 1))
    event = report_adverse_event(
        here.database,
        here.actor,
        noon(5),
        here.participant.id,
        entry(onset=day(3).isoformat(), aware_at=noon(4)),
        terms=[FEVER],
    )
    with here.database.reading() as session:
        facts = report_facts(session, DESIGN, event.id, None)
    assert facts.history == ()
    assert facts.first is not None
    assert facts.last is not None
    assert (facts.first.given_on, facts.last.given_on, facts.given) == (day(0), day(2), 2)
    assert (facts.last.lot, facts.planned, facts.unit) == ("A1", IL2, "[iU]")
    assert (facts.sex, facts.ages, facts.medications) == (None, None, ())


def test_the_report_of_an_event_says_what_the_hospital_had_diagnosed_before_it(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each diagnosis once, since its first record; what was diagnosed later is no history."""

    def diagnosis(row_id: int, concept: Concept, start: str) -> Row:
        return Row(row_id=row_id, kind=Kind.CONDITION, concept=concept, start=parse_span(start))

    asthma = Concept((Coding("ICD-10", "J45"),), "asthma")
    rows = (
        diagnosis(1, asthma, "2021-03-02"),
        diagnosis(2, asthma, "2014-05"),
        diagnosis(3, Concept((Coding("ICD-10", "I10"),)), "2019"),
        diagnosis(4, Concept(text="sepsis"), day(4).isoformat()),
    )
    monkeypatch.setattr(
        "trialrun.workflows.report_facts.hospital_record",
        lambda _data, patient_id: PatientRecord(patient_id=patient_id, rows=rows),
    )
    here.dose(1, 1, 0)
    told = entry(onset=day(3).isoformat(), aware_at=noon(4))
    of = here.participant.id
    event = report_adverse_event(here.database, here.actor, noon(5), of, told, terms=[FEVER])
    with here.database.reading() as session:
        facts = report_facts(session, DESIGN, event.id, None)
    assert [(name, str(start)) for name, start in facts.history] == [
        ("asthma", "2014-05"),
        ("ICD-10 I10", "2019"),
    ]
