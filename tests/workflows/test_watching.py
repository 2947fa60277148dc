"""Looking after participants: from the trial's own rows to findings and proposed deviations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.conduct.clinic import ZONE
from tests.conduct.safety_world import World, world
from tests.workflows.trial_in_progress import TRIAL, day, dose, given, noon, visit

from trialrun.conduct.actions.asking import StatementAnswer
from trialrun.conduct.actions.deviations import Judgement, judge_deviation
from trialrun.conduct.actions.form_entries import EnteredValue, Form, fill_in_form
from trialrun.conduct.actions.medication import Drug, record_medication
from trialrun.conduct.actions.medication_periods import (
    add_medication_period,
    change_medication_dose,
)
from trialrun.conduct.actions.oversight import lock
from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    correct_visit,
    record_visit,
    void_visit,
)
from trialrun.conduct.acts import PROGRAM, act
from trialrun.conduct.asked import statements_of_participants
from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.conduct.dosing import NotGiven
from trialrun.conduct.periods import Period, Regimen
from trialrun.conduct.reading.medication import medications_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.surveillance import State, SurveillanceFinding
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.deviations import Deviation, DeviationKind, DeviationStatus
from trialrun.conduct.tables.doses import DoseStatus
from trialrun.conduct.tables.trail import Event
from trialrun.conduct.tables.visits import Contact
from trialrun.workflows.asking import answer_at_visit
from trialrun.workflows.loading import ExportToLoad, load_hospital
from trialrun.workflows.looking_after import look_at
from trialrun.workflows.watching import Watch, watch_participants, watch_trial

CONTRACEPTION = "takes reasonable and effective contraceptive measures, or needs none"


def look(trial: World, on: int, at: int | None = None, data: Path | None = None) -> Watch:
    return watch_participants(
        trial.database, TRIAL, PROGRAM, noon(at or on), day(on), zone=ZONE, data=data
    )


def states(trial: World, on: int, data: Path | None = None) -> Mapping[str, State]:
    found = look_at(trial.database, TRIAL, 1, day(on), zone=ZONE, data=data)
    return {finding.criterion.id: finding.state for finding in found}


def riluzole(trial: World, on: int) -> int:
    drug = Drug("riluzole", "N07XX02", "http://www.whocc.no/atc", "ALS", "oral")
    taken = Period("2021-11", Regimen(Decimal(50), "mg", Decimal(2)))
    return record_medication(
        trial.database, trial.coordinator, noon(on), 1, drug, taken, today=day(on)
    ).id


def test_what_was_never_asked_is_unknown_and_proposes_nothing(trial: World) -> None:
    watch = look(trial, 84)
    assert watch.new == ()
    assert [one.number for one in watch.participants] == ["001", "002"]
    found = watch.participants[0]
    assert found.count(State.BROKEN) == found.count(State.KEPT) == 0
    assert found.count(State.UNKNOWN) == len(TRIAL.obligations) + len(TRIAL.watched_exclusions)


def test_nobody_who_was_not_yet_enrolled_is_looked_at(trial: World) -> None:
    assert look(trial, -1, at=84).participants == ()
    assert look_at(trial.database, TRIAL, 1, day(-1), zone=ZONE, data=None) == ()


def test_a_dose_that_was_changed_is_a_deviation_once(trial: World) -> None:
    medication = riluzole(trial, 1)
    visit(trial, "V2", 28, (25, 31))
    assert states(trial, 28)["I5b"] is State.KEPT
    with trial.database.reading() as session:
        (history,) = medications_of(session, 1)
    change_medication_dose(
        trial.database,
        trial.coordinator,
        noon(56),
        history.periods[0].id,
        Regimen(Decimal(100), "mg", Decimal(2)),
        on=day(40).isoformat(),
        version=history.periods[0].version,
        reason="the neurologist raised it",
        today=day(56),
    )
    visit(trial, "V3", 56, (53, 59))
    (deviation,) = look(trial, 56).new
    assert (deviation.kind, deviation.concerns) == (DeviationKind.OBLIGATION, "I5b")
    assert deviation.occurred == day(40).isoformat()
    assert deviation.evidence["zh"].startswith("I5b 伴随用药不变：自2022-02-24起未遵守")
    assert {row["what"] for row in deviation.evidence["rows"]} == {"riluzole"}
    assert {row["source"] for row in deviation.evidence["rows"]} == {"trial"}
    assert medication == 1
    assert look(trial, 84).new == ()


def test_a_dismissed_deviation_does_not_come_back(trial: World) -> None:
    visit(trial, "V2", 33, (25, 31))
    (deviation,) = look(trial, 34).new
    assert deviation.kind == DeviationKind.VISIT_WINDOW
    judge_deviation(
        trial.database,
        trial.investigator,
        noon(35),
        deviation.id,
        Judgement(DeviationStatus.DISMISSED, None, ""),
        version=deviation.version,
        reason="the ward was closed",
    )
    assert look(trial, 60).new == ()


def answer(trial: World, statement: str, said: bool, on: int) -> None:
    with act(
        trial.database, Verb.ANSWER_CRITERION, trial.investigator, at=noon(on), reason="asked"
    ) as doing:
        doing.add(
            CriterionAnswer(
                candidate_id=1,
                criterion="I7",
                statement=statement,
                answer=said,
                answered_on=day(on),
                answered_at=noon(on),
                account_id=1,
                reason="asked",
            )
        )


def test_what_a_person_said_binds(trial: World) -> None:
    answer(trial, CONTRACEPTION, said=False, on=28)
    assert states(trial, 28)["I7"] is not State.KEPT
    answer(
        trial,
        "takes part in another clinical study or uses another investigational drug",
        said=True,
        on=28,
    )
    found = {deviation.concerns: deviation for deviation in look(trial, 30).new}
    assert found["E9"].kind == DeviationKind.EXCLUSION
    assert found["E9"].occurred == day(28).isoformat()


def asked(trial: World, visit_id: int, on: int, name: str, said: bool, reason: str = "") -> None:
    statement = next(one for one in statements_of_participants(TRIAL) if one.name == name).statement
    given = {name: StatementAnswer(statement, said, reason)}
    answer_at_visit(trial.database, trial.coordinator, noon(on), TRIAL, visit_id, given)


def contraception(trial: World, on: int) -> SurveillanceFinding:
    found = look_at(trial.database, TRIAL, 1, day(on), zone=ZONE, data=None)
    return next(finding for finding in found if finding.criterion.id == "I7")


def test_what_is_asked_at_visits_is_kept_until_the_last_of_them(trial: World) -> None:
    """An answer speaks for the days since the one before it; the first, since enrolment."""
    first, second = visit(trial, "V2", 28, (25, 31)), visit(trial, "V3", 56, (53, 59))
    asked(trial, first.id, 28, "I7-1", True)
    assert (contraception(trial, 28).state, contraception(trial, 20).state) == (State.KEPT,) * 2
    asked(trial, second.id, 57, "I7-1", True)
    later = contraception(trial, 60)
    assert (later.state, later.kept_until) == (State.UNKNOWN, day(56))


def test_a_denial_is_not_kept_whatever_is_said_after_it_at_the_visit(trial: World) -> None:
    """Of a participant whose sex nobody recorded it stays unknown whether it was asked of them."""
    held = visit(trial, "V2", 28, (25, 31))
    asked(trial, held.id, 28, "I7-1", False, "forgot the pill for a week")
    asked(trial, held.id, 29, "I7-1", True, "it was another participant")
    assert (contraception(trial, 28).state, contraception(trial, 28).kept_until) == (
        State.UNKNOWN,
        None,
    )


def test_the_adverse_one_of_two_answers_of_a_visit_counts(trial: World) -> None:
    held = visit(trial, "V2", 28, (25, 31))
    asked(trial, held.id, 28, "E9-1", True, "another trial since last week")
    asked(trial, held.id, 29, "E9-1", False, "it was another participant")
    assert states(trial, 28)["E9"] is State.BROKEN
    (deviation,) = look(trial, 30).new
    assert (deviation.concerns, deviation.occurred) == ("E9", day(28).isoformat())


def test_answers_move_with_their_visit_and_are_taken_back_with_it(trial: World) -> None:
    held = visit(trial, "V2", 28, (25, 31))
    asked(trial, held.id, 28, "I7-1", True)
    moved = correct_visit(
        trial.database,
        trial.coordinator,
        noon(31),
        held.id,
        Held(day(27), Contact.VISIT),
        version=held.version,
        zone=ZONE,
        plan=VisitPlan("V2", (day(25), day(31))),
        reason="misread",
    )
    assert contraception(trial, 27).state is State.KEPT
    assert contraception(trial, 28).kept_until == day(27)
    void_visit(
        trial.database, trial.coordinator, noon(31), held.id, version=moved.version, reason="error"
    )
    assert contraception(trial, 27).state is State.UNKNOWN
    assert contraception(trial, 27).kept_until is None


@pytest.mark.parametrize(
    ("system", "state"),
    [
        ("ATC", State.BROKEN),
        ("atc ", State.BROKEN),
        ("https://www.whocc.no/atc/", State.BROKEN),
        ("the ward's own list", State.UNKNOWN),
    ],
)
def test_a_code_is_read_by_the_name_of_its_system(trial: World, system: str, state: State) -> None:
    visit(trial, "V2", 28, (25, 31))
    vaccine = Drug("influenza vaccine", "J07BB02", system, "", "intramuscular")
    once = Period(day(20).isoformat(), Regimen(), day(20).isoformat(), ongoing=False)
    record_medication(trial.database, trial.coordinator, noon(28), 1, vaccine, once, today=day(28))
    assert states(trial, 28)["E3b"] is state


def test_a_vaccination_that_was_asked_for_is_found(trial: World) -> None:
    visit(trial, "V2", 28, (25, 31))
    assert states(trial, 28)["E3b"] is State.KEPT
    assert states(trial, 30)["E3b"] is State.UNKNOWN, "nobody has asked since day 28"
    vaccine = Drug("influenza vaccine", "J07BB02", "http://www.whocc.no/atc", "", "intramuscular")
    once = Period(day(20).isoformat(), Regimen(), day(20).isoformat(), ongoing=False)
    record_medication(trial.database, trial.coordinator, noon(28), 1, vaccine, once, today=day(28))
    (deviation,) = look(trial, 28).new
    assert (deviation.concerns, deviation.occurred) == ("E3b", day(20).isoformat())


def test_two_vaccinations_are_two_deviations_each_proposed_once(trial: World) -> None:
    visit(trial, "V2", 28, (25, 31))
    vaccine = Drug("influenza vaccine", "J07BB02", "ATC", is_vaccination=True)
    first, second = (
        Period(day(on).isoformat(), Regimen(), day(on).isoformat(), ongoing=False)
        for on in (10, 20)
    )
    who, at = trial.coordinator, noon(28)
    held = record_medication(trial.database, who, at, 1, vaccine, second, today=day(28))
    assert [one.occurred for one in look(trial, 28).new] == [day(20).isoformat()]
    add_medication_period(trial.database, who, at, held.id, first, today=day(28))
    # The one of day 20, known since before, is proposed no second time.
    assert [one.occurred for one in look(trial, 28).new] == [day(10).isoformat()]
    assert look(trial, 28).new == ()


def test_how_far_the_hospital_is_known_is_said_and_that_it_is_old(
    trial: World, hospital: Path
) -> None:
    fresh = look(trial, 84, data=hospital).hospital
    assert fresh is not None
    assert (fresh.newest, fresh.known_until) == (day(60), None)
    assert not any("newest" in caveat or "record" in caveat for caveat in fresh.caveats("en"))
    old = look(trial, 100, data=hospital).hospital
    assert old is not None
    assert any("30" in caveat for caveat in old.caveats("en"))
    assert any("30" in caveat for caveat in old.caveats("zh"))


@pytest.mark.parametrize("code", [("J07BB02", "ATC"), (None, None)])
def test_a_vaccination_that_is_recorded_as_one_is_found_with_and_without_a_code(
    trial: World, code: tuple[str | None, str | None]
) -> None:
    visit(trial, "V2", 28, (25, 31))
    vaccine = Drug("the shot at the chemist's", *code, is_vaccination=True)
    once = Period(day(20).isoformat(), Regimen(), day(20).isoformat(), ongoing=False)
    record_medication(trial.database, trial.coordinator, noon(28), 1, vaccine, once, today=day(28))
    (deviation,) = look(trial, 28).new
    assert (deviation.concerns, deviation.occurred) == ("E3b", day(20).isoformat())
    assert [row["kind"] for row in deviation.evidence["rows"]] == ["immunisation"]
    assert states(trial, 28)["I5b"] is not State.BROKEN


def test_a_positive_test_is_read_from_its_form(trial: World) -> None:
    """Pregnancy concerns women only: without a sex in the record, it stays unknown."""
    held = visit(trial, "V4", 84, (77, 91))
    form = Form("pregnancy-test", "1", ["result"])
    fill_in_form(
        trial.database,
        trial.coordinator,
        noon(84),
        held.id,
        form,
        {"result": EnteredValue("positive")},
    )
    assert states(trial, 84)["E8"] is State.UNKNOWN


def test_missed_is_what_somebody_said_and_unrecorded_is_counted(trial: World) -> None:
    dose(trial, 1, 0, given(0), 0)
    dose(trial, 2, 2, NotGiven(DoseStatus.MISSED, "forgotten"), 3)
    dose(trial, 3, 4, given(5), 5)
    watch = look(trial, 9)
    assert sorted((one.kind, one.concerns) for one in watch.new) == [
        (DeviationKind.DOSE, "1.3"),
        (DeviationKind.MISSED_DOSE, "1.2"),
    ]
    # Of the fourth dose, of day 6, nobody has said anything when that of day 8 is due; nor of
    # the screening visit. V1 can still be made up for until V2.
    assert watch.participants[0].unrecorded == 2


def test_a_visit_that_was_missed(trial: World) -> None:
    plan = VisitPlan("V2", (day(25), day(31)))
    record_visit(
        trial.database, trial.coordinator, noon(32), 1, Missed("travelling"), zone=ZONE, plan=plan
    )
    (deviation,) = look(trial, 32).new
    assert (deviation.kind, deviation.concerns) == (DeviationKind.MISSED_VISIT, "V2")


def test_a_locked_participant_is_told_of_and_the_others_go_on(trial: World) -> None:
    visit(trial, "V2", 33, (25, 31))
    lock(trial.database, trial.data_manager, noon(34), 1, reason="the data are final")
    watch = look(trial, 34)
    assert watch.new == ()
    assert [one.held_back for one in watch.participants] == [True, False]
    with trial.database.reading() as session:
        assert session.scalars(select(Deviation)).all() == []


def test_looking_twice_leaves_no_second_act(trial: World) -> None:
    visit(trial, "V2", 33, (25, 31))

    def acts() -> int:
        with trial.database.reading() as session:
            return session.scalar(select(func.count(Event.id))) or 0

    before = acts()
    look(trial, 34)
    assert acts() == before + 1
    look(trial, 35)
    assert acts() == before + 1


def test_the_program_watches_a_database_by_its_address(tmp_path: Path) -> None:
    url = private_sqlite_url(tmp_path / "trial.db")
    database = connect(url)
    create(database)
    trial = world(database)
    visit(trial, "V2", 33, (25, 31))
    database.close()
    watch = watch_trial("ld-il2-immune-als", url, None, noon(34), day(34), zone=ZONE)
    assert [one.concerns for one in watch.new] == ["V2"]
    assert not watch.has_hospital


@pytest.fixture
def hospital(tmp_path: Path) -> Path:
    """A hospital that knows participant 001, a woman: sepsis of day 60, and this very trial."""
    export = tmp_path / "export"
    export.mkdir()
    patient = {"reference": "Patient/H001"}
    resources: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": "H001", "gender": "female", "birthDate": "1980-02-03"},
        {
            "resourceType": "Condition",
            "id": "c1",
            "subject": patient,
            "code": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "A41.9"}],
                "text": "sepsis",
            },
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                        "code": "active",
                    }
                ]
            },
            "onsetDateTime": day(60).isoformat(),
        },
        {
            "resourceType": "ResearchSubject",
            "id": "r1",
            "individual": patient,
            "status": "on-study",
            "study": {"reference": "ResearchStudy/NCT04952155", "display": "NCT04952155"},
            "period": {"start": day(0).isoformat()},
        },
    ]
    for resource in resources:
        path = export / f"{resource['resourceType']}.ndjson"
        path.write_text(json.dumps(resource) + "\n", encoding="utf-8")
    into = tmp_path / "hospital.duckdb"
    asked = ExportToLoad(export, into, day(70), form="fhir", time_zone="Asia/Shanghai")
    load_hospital(asked, lambda _doing, _part: None)
    return into


def test_the_hospital_tells_what_the_trial_does_not_know(trial: World, hospital: Path) -> None:
    assert states(trial, 70)["E5"] is State.UNKNOWN
    watch = look(trial, 70, data=hospital)
    assert watch.without_record == ("002",)
    (deviation,) = watch.new
    assert (deviation.kind, deviation.concerns) == (DeviationKind.EXCLUSION, "E5")
    assert deviation.occurred == day(60).isoformat()
    assert deviation.evidence["rows"] == [
        {
            "source": "hospital",
            "kind": "condition",
            "ref": "Condition/c1",
            "what": "sepsis",
            "from": day(60).isoformat(),
            "to": day(60).isoformat(),
        }
    ]


def test_sex_and_age_come_from_the_hospital(trial: World, hospital: Path) -> None:
    held = visit(trial, "V4", 84, (77, 91))
    fill_in_form(
        trial.database,
        trial.coordinator,
        noon(84),
        held.id,
        Form("pregnancy-test", "1", ["result"]),
        {"result": EnteredValue("positive")},
    )
    assert states(trial, 84, hospital)["E8"] is State.BROKEN
