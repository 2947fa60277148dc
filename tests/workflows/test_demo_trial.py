"""The demonstration's trial has something of everything, the same each time, and a whole trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from trialrun.conduct import passwords
from trialrun.conduct.audit import verify
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.roles import Role
from trialrun.conduct.tables.adverse_events import AdverseEvent, SafetyReport
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.doses import Dose
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.conduct.tables.oversight import DataLock, Signature
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.queries import Query, SourceMark
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.conduct.tables.visits import FormEntry, FormValue, Visit
from trialrun.criteria.wording import Language
from trialrun.protocol.file import read_protocol
from trialrun.records.rows import PatientRecord
from trialrun.screening.plan import plan
from trialrun.screening.result import JudgedPatient, Screening
from trialrun.screening.verdict import Verdict
from trialrun.workflows.demo.trial import AS_OF, PARTICIPANTS, DemoTrial, make_demo_trial
from trialrun.workflows.demo.written import WORDS

ON = date(2022, 1, 15)


def screening(patients: int) -> Screening:
    """A screening that found so many eligible, women and men in turn."""
    trial = read_protocol("ld-il2-immune-als")
    opened = tuple(
        JudgedPatient(
            f"H-{number}",
            Verdict.ELIGIBLE,
            PatientRecord(
                patient_id=f"H-{number}", rows=(), coverage=(), sex=("female", "male")[number % 2]
            ),
            (),
        )
        for number in range(patients)
    )
    return Screening(
        protocol=trial,
        on=ON,
        plan=plan(trial),
        patients=patients,
        deceased=0,
        may_have_died=0,
        verdicts={Verdict.ELIGIBLE: patients},
        ready_for_visit=patients,
        losses=(),
        gains=(),
        open_gaps=(),
        openings=(),
        opened=opened,
        coverage=(),
    )


@dataclass(frozen=True)
class Made:
    database: Database
    trial: DemoTrial

    def count(self, of: type, *where: object) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(of).where(*where)) or 0  # type: ignore[arg-type]


def make(folder: Path, language: Language = "en") -> Made:
    database = connect(private_sqlite_url(folder / "trial.db"))
    return Made(database, make_demo_trial(database, screening(20), seed=1, language=language))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
        done = make(tmp_path_factory.mktemp("demo"))
        yield done
        done.database.close()


def test_it_is_in_the_middle(made: Made) -> None:
    with made.database.reading() as session:
        people = session.scalars(select(Participant).order_by(Participant.number)).all()
        last = session.scalar(select(func.max(Event.at)))
    assert [one.number for one in people] == [f"{n:03}" for n in range(1, PARTICIPANTS + 1)]
    assert made.trial.as_of == ON + timedelta(days=AS_OF)
    assert last is not None
    assert made.trial.as_of - timedelta(days=3) < last.date() <= made.trial.as_of
    days = [(made.trial.as_of - one.enrolled_on).days for one in people]
    assert (min(days), max(days)) == (63, 231)
    assert sorted(str(one.ended_why) for one in people if one.ended_on) == [
        "death",
        "withdrawal by participant",
    ]


def test_its_trail_is_whole_and_in_the_order_of_time(made: Made) -> None:
    assert verify(made.database).problems == ()
    with made.database.reading() as session:
        times = session.scalars(select(Event.at).order_by(Event.id)).all()
        roles = set(session.scalars(select(Event.role)))
    assert all(later >= before for before, later in pairwise(times))
    assert roles >= set(Role) | {"program"}


def test_it_has_something_of_everything(made: Made) -> None:
    assert made.count(Visit) > 70
    assert made.count(Visit, Visit.missed_reason != "") == 1
    with made.database.reading() as session:
        forms = set(session.scalars(select(FormEntry.form)))
        statuses = set(session.scalars(select(Dose.status)))
        stages = sorted(session.scalars(select(Query.status)))
        drugs = set(session.scalars(select(Medication.name)))
    assert forms == {form.id for form in read_protocol("ld-il2-immune-als").forms}
    assert statuses >= {"given", "missed"}
    assert stages == ["answered", "closed", "open"]
    assert drugs == {"riluzole", "edaravone", "influenza vaccine"}
    assert made.count(MedicationPeriod) == made.count(Medication) + 1
    assert made.count(AdverseEvent, AdverseEvent.serious) == 2
    assert made.count(SafetyReport) == 4
    assert made.count(SourceMark) > 20
    assert (made.count(Signature), made.count(DataLock)) == (1, 1)


def test_the_drug_raises_eosinophils_and_regulatory_cells(made: Made) -> None:
    """He et al., Ann Rheum Dis 2020;79:141-9: both rise under low-dose interleukin-2."""

    def at(visit: str, item: str) -> float:
        with made.database.reading() as session:
            found = session.scalars(
                select(FormValue.number)
                .join(FormEntry, FormEntry.id == FormValue.entry_id)
                .join(Visit, Visit.id == FormEntry.visit_id)
                .where(Visit.planned == visit, FormValue.item == item)
            ).all()
        return mean(float(number) for number in found if number is not None)

    assert at("V4", "eosinophils") > 2 * at("V0", "eosinophils")
    assert at("V7", "treg-percent") > 1.5 * at("V1", "treg-percent")


def test_the_truth_stands_beside_it(made: Made) -> None:
    truth = json.loads(json.dumps(made.trial.truth()))
    assert list(truth["participants"]) == [f"{n:03}" for n in range(1, PARTICIPANTS + 1)]
    assert truth["model"]["true_difference"] == 0.4
    assert truth["against_the_protocol"]["influenza vaccination"]["participant"] == "006"
    left = truth["participants"]["005"]
    with made.database.reading() as session:
        ended = session.scalars(select(Participant).where(Participant.number == "005")).one()
    assert ended.ended_on == ended.enrolled_on + timedelta(days=left["last_day"])


def test_it_is_the_same_each_time(made: Made, tmp_path: Path, quick_hashes: None) -> None:
    again = make(tmp_path)
    both = [told(one.database) for one in (made, again)]
    again.database.close()
    assert both[0] == both[1]


def told(database: Database) -> list[tuple[str, int | None, str]]:
    """What the trail says of every row but the accounts, whose passwords differ."""
    with database.reading() as session:
        rows = session.execute(
            select(AuditEvent.table, AuditEvent.row_id, AuditEvent.changes)
            .where(AuditEvent.table.not_in(("account", "signature")))
            .order_by(AuditEvent.id)
        )
        return [(table, row, changes) for table, row, changes in rows]


def test_what_people_wrote_is_in_the_language_of_the_demonstration(
    made: Made, tmp_path: Path, quick_hashes: None
) -> None:
    chinese = make(tmp_path, "zh")
    texts = [" ".join(changes for _, _, changes in told(one.database)) for one in (made, chinese)]
    chinese.database.close()
    wrote = [{key for key, words in WORDS.items() if words[0] in text} for text in texts]
    wrote_in_chinese = {key for key, words in WORDS.items() if words[1] in texts[1]}
    # Terms of CTCAE and statuses are in English in the trail whoever writes.
    assert {key for key in wrote[1] if " " in WORDS[key][0]} == set()
    assert wrote[0] - {"asked", "meaning"} <= wrote_in_chinese
    assert len(wrote_in_chinese) > len(WORDS) - 5


def test_with_few_eligible_it_has_few_participants(tmp_path: Path, quick_hashes: None) -> None:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    trial = make_demo_trial(database, screening(1), seed=1)
    assert list(trial.participants) == ["001"]
    database.close()


def test_participants_are_asked_at_every_visit_what_only_they_can_say(made: Made) -> None:
    with made.database.reading() as session:
        held = session.scalars(
            select(Visit.id).where(Visit.participant_id.is_not(None), Visit.day.is_not(None))
        )
        asked = session.scalars(
            select(CriterionAnswer.visit_id).where(CriterionAnswer.criterion == "I7")
        )
        assert set(held) == set(asked) - {None}
